"""The plain reply: everything that a turn says, from evidence alone.

In: evidence and a seed. Out: an opening, a line for each item, a closing. It is the backbone of each
reply: the chat model's words may only take the place of an item's `what`.

Also the public face of labels: `constraint_label`, `facet_value_label`, `fact_list`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import assert_never

from generator.about_person import about_person
from generator.absence import absence, unknown
from generator.answers import catalogue_answer, comparison, item_answer
from generator.labels import constraint_label, facet_value_label, fact_list, in_words
from generator.openings import (
    ask,
    courtesy,
    effect_of,
    heard,
    how_many,
    noted,
    parked,
    relax,
    whole_question,
)
from generator.reasons import (
    Closest,
    caveat_sentence,
    description_sentence,
    explain_sentences,
    fact_sentence,
    why_sentence,
)
from generator.replies import Evidence, ItemEvidence, Question, SearchEvidence, Task
from generator.speaker import Speaker
from generator.words import Words, words_of
from retriever.domain import Item, OfTheme

__all__ = [
    "ItemLine",
    "PlainReply",
    "constraint_label",
    "facet_value_label",
    "fact_list",
    "plain_reply",
    "wish_of",
]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """What is said of one item, in order: `lead`, `what` it is, `why` it fits, a `caveat`.

    `lead` ends so that `what` may follow; `bare_lead` is for when there is no `what`.
    `reason` is why it fits in full, for its card, where nothing was said before.
    """

    item: Item
    rank: int
    lead: str
    bare_lead: str
    what: str
    why: str
    caveat: str
    reason: str

    def after_lead(self, what: str) -> str:
        """The line with another sentence about what it is."""
        head = self.lead + what if what else self.bare_lead
        return " ".join(part for part in (head, self.why, self.caveat) if part)

    def after(self, what: str) -> str:
        """What follows the bare lead."""
        return " ".join(part for part in (what, self.why, self.caveat) if part)

    def card(self, what: str) -> str:
        """The reason on its card: what it is, why it fits, the caveat."""
        return " ".join(part for part in (what, self.reason, self.caveat) if part)


@dataclass(frozen=True, slots=True)
class PlainReply:
    """A whole reply: text before the items, one line an item, text after them."""

    opening: str
    lines: tuple[ItemLine, ...] = ()
    closing: str = ""


def plain_reply(evidence: Evidence, seed: int, closest: Closest | None = None) -> PlainReply:
    """The reply to say without any chat model; the same evidence and seed give the same words."""
    evidence = _in_words(evidence)
    speaker = Speaker.of(evidence, seed)
    match evidence.task:
        case Task.RECOMMEND:
            return _several(speaker, closest) if evidence.searches else _recommend(speaker, closest)
        case Task.EXPLAIN:
            told = [
                " ".join((*absence(one, speaker), *explain_sentences(one, speaker))) for one in evidence.items
            ]
            return PlainReply("\n\n".join(told) or speaker.say("unknown.no_reason"))
        case Task.COMPARE:
            return PlainReply(comparison([one.item for one in evidence.items], speaker))
        case Task.ANSWER_ITEM:
            answers = [item_answer(one.item, evidence.asked_facet, speaker) for one in evidence.items]
            return PlainReply("\n\n".join(answers) or speaker.say("answer.which"))
        case Task.ANSWER_CATALOGUE:
            told = [parked(speaker)] if evidence.parked else []
            return PlainReply(" ".join([*told, _catalogue(speaker)]))
        case Task.ASK:
            return PlainReply(ask(speaker))
        case Task.RELAX:
            return _several(speaker, closest) if evidence.searches else PlainReply(relax(speaker))
        case Task.UNKNOWN:
            return PlainReply(unknown(speaker))
        case Task.PROFILE:
            return PlainReply(about_person(speaker))
        case Task.NOTED:
            return PlainReply(noted(speaker))
        case (
            Task.GREET
            | Task.THANK
            | Task.CHAT
            | Task.HAND_OVER
            | Task.DECLINE
            | Task.RESTART
            | Task.UNMEASURED
        ):
            return PlainReply(courtesy(evidence.task.value, speaker))
        case never:
            assert_never(never)


def _in_words(evidence: Evidence) -> Evidence:
    """The evidence with its facets called as its language calls them."""
    words = words_of(evidence.language)
    asked, question, fact = evidence.asked_facet, evidence.question, evidence.catalogue
    return replace(
        evidence,
        facets=tuple(in_words(facet, words) for facet in evidence.facets),
        asked_facet=in_words(asked, words) if asked else None,
        question=_asked_in_words(question, words) if question else None,
        catalogue=replace(fact, facet=in_words(fact.facet, words)) if fact and fact.facet else fact,
    )


def _asked_in_words(question: Question, words: Words) -> Question:
    also = _asked_in_words(question.also, words) if question.also else None
    return replace(question, facet=in_words(question.facet, words), also=also)


def wish_of(evidence: Evidence) -> str:
    """What the person is after, in words, for choosing among a description's sentences."""
    themes = [p.about.words for p in evidence.wishes if isinstance(p.about, OfTheme)]
    values = [getattr(p.about, "value", "") for p in evidence.wishes if p.weight > 0]
    return " ".join(part for part in (evidence.user_text, *themes, *values) if part)


def _catalogue(speaker: Speaker) -> str:
    evidence = speaker.evidence
    if evidence.catalogue is None:
        return speaker.say("decline.scope", noun=speaker.nouns()[1])
    return catalogue_answer(evidence.catalogue, evidence.items, speaker)


def _recommend(speaker: Speaker, closest: Closest | None) -> PlainReply:
    evidence = speaker.evidence
    told = heard(speaker)
    if not evidence.items:
        return PlainReply(" ".join([*told, speaker.say("recommend.none")]))
    if evidence.catalogue is not None:
        told.append(catalogue_answer(evidence.catalogue, evidence.items, speaker))
    elif evidence.let_go is not None:
        told.append(speaker.say("relax.let_go", label=speaker.quote(speaker.label(evidence.let_go))))
    else:
        told.append(how_many(speaker))
    wish = wish_of(evidence)
    said: set[str] = set()
    lines = [
        _line(one, place, len(evidence.items), speaker, wish, said, closest)
        for place, one in enumerate(evidence.items)
    ]
    closing = ""
    if evidence.question is not None:
        asked = (whole_question(evidence.question, speaker), effect_of(evidence.question, speaker))
        closing = speaker.words.text("ask.link").join(part for part in asked if part)
    return PlainReply(" ".join(told), tuple(lines), closing)


def _several(speaker: Speaker, closest: Closest | None) -> PlainReply:
    """Several things side by side: of each how many fit, or what stands in the way; then the items."""
    evidence = speaker.evidence
    told, lines = heard(speaker), list[ItemLine]()
    wish = wish_of(evidence)
    said: set[str] = set()
    for place, search in enumerate(evidence.searches, start=1):
        alone = _alone(speaker, search, tuple(one for one in evidence.items if one.search == place))
        items = alone.evidence.items
        if not items:
            told.append(relax(alone))
            continue
        fact = search.catalogue
        told.append(catalogue_answer(fact, items, alone) if fact is not None else how_many(alone))
        lines += [
            _line(one, number, len(items), alone, wish, said, closest) for number, one in enumerate(items)
        ]
    return PlainReply(" ".join(told), tuple(lines))


def in_script(text: str, words: Words) -> bool:
    """Whether most of a text's letters are of the language's script: else it is no sentence of a reply."""
    letters = [c for c in text if c.isalpha()]
    script = str(words.get("script") or "")
    own = sum(unicodedata.name(c, "").startswith(script) for c in letters)
    return 2 * own >= len(letters)


def _alone(speaker: Speaker, search: SearchEvidence, items: tuple[ItemEvidence, ...]) -> Speaker:
    """A speaker for what is to be said of one search of several."""
    evidence = replace(
        speaker.evidence,
        items=items,
        active=search.active,
        eligible=search.eligible,
        relaxations=search.relaxations,
        repeated=search.repeated,
        forgotten=(),
        parked=(),
        back=(),
        missing=(),
        new_likes=(),
        new_dislikes=(),
        not_set=(),
    )
    return replace(speaker, evidence=evidence)


def _line(
    one: ItemEvidence,
    place: int,
    total: int,
    speaker: Speaker,
    wish: str,
    said: set[str],
    closest: Closest | None,
) -> ItemLine:
    first = "first" if total > 1 or speaker.evidence.eligible > 1 else "only"
    path = first if place == 0 else "last" if place == total - 1 else "next"
    name = speaker.name(one.item)
    noun = ""
    if one.search:
        # Of several things, each says what it was found for.
        path = "of_kind" if place == 0 else "next"
        noun = speaker.label(speaker.evidence.active[0])
    what = fact_sentence(one.item, speaker)
    if in_script(one.item.description, speaker.words):
        what = description_sentence(one.item, wish, speaker.words, closest) or what
    return ItemLine(
        item=one.item,
        rank=one.rank,
        lead=speaker.say(f"recommend.{path}", name=name, noun=noun),
        bare_lead=speaker.say(f"recommend.{path}_bare", name=name, noun=noun),
        what=what,
        reason=why_sentence(one, speaker),
        why=why_sentence(one, speaker, said),
        caveat=caveat_sentence(one, speaker),
    )
