"""What is said of one item to one person, as a lattice of true sentences: the chat model chooses, the
evidence limits.

In: an item's evidence, one reason in the person's own words. Out: a lattice whose every path is a grammatical
sentence that says what the item is, and with a reason quotes the person and names the fact that answers them.
How sentences may be built stands in the words file under [cards].
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from generator.lattice import Lattice, Net
from generator.noun_phrases import NounPhrases, add_noun_phrase, is_work, noun_phrases
from generator.replies import ItemEvidence
from generator.speaker import Speaker
from generator.telling import BEHIND_THE_NAME, Reason, Told
from generator.words import Words
from retriever.catalogue import values_of
from retriever.domain import FacetRole

_LEAST_OF_GOODS = 2
_MOST_TAILS = 2
_HOLE = re.compile(r"\{(?:np|Np|d)\}")
_NOUN = re.compile(r"\{[nN]p\}")
_MOST_OTHERS = 6
_MOST_VALUES = 3
_START = "start"
_END = "end"


@dataclass(frozen=True, slots=True)
class Opening:
    """Ways to build a sentence that begin with the same words: no two items of a reply share one.

    `path`: where it stands in the words file; `number`: which of the list there.
    """

    path: str
    number: int

    def begins(self, words: Words) -> str:
        """The words that all its sentences begin with; "{" for those that begin with what the item is."""
        frame = str(words.get(self.path)[self.number][0])
        return frame.partition("{")[0].strip().casefold() or "{"


def unlike(found: Sequence[Opening], used: Sequence[str], words: Words) -> list[Opening]:
    """The openings that begin otherwise than `used` beginnings; all of them where none does."""

    def alike(begins: str) -> bool:
        return any(begins.startswith(one) or one.startswith(begins) for one in used)

    return [one for one in found if not alike(one.begins(words))] or list(found)


def openings(one: ItemEvidence, speaker: Speaker, told: Told, reason: Reason | None) -> list[Opening]:
    """The ways to begin a sentence: by a reason, by what the item shares with other titles, or plainly."""
    words = speaker.words
    if reason is not None and _kinds(one, speaker, reason):
        paths = ["cards.kind"]
    elif reason is not None:
        paths = ["cards.fit", "cards.measured"] if _measure(reason, words) else ["cards.fit"]
    elif told.likes and told.shared:
        paths = ["cards.like"]
    else:
        paths = ["cards.bare"]
    found = [Opening(path, number) for path in paths for number in range(len(words.get(path) or ()))]
    if reason is not None and reason.quote.casefold().partition(" ")[0] in words.listed("cards.no_things"):
        found = [one for one in found if one.begins(words) not in words.listed("cards.for_things")]
    return found


def sentence_lattice(
    one: ItemEvidence,
    speaker: Speaker,
    *,
    told: Told | None = None,
    reason: Reason | None = None,
    allowed: Sequence[Opening] = (Opening("cards.bare", 0), Opening("cards.bare", 1)),
    said: str = "",
) -> Lattice | None:
    """The true sentences about an item; None where its record or the language has too little.

    `reason`: what of the person's words to answer; without `told` it is only said what the item is.
    `allowed`: the openings to choose from. `said`: text next to it in the reply; values in it
    are not offered again.
    """
    words = speaker.words
    if words.get("cards") is None:
        return None
    facts = told or Told(name="", facts=())
    if len(facts.shared) > 1:  # the noun tells the kind
        others_shared = [c for c in facts.shared if not _kinds(one, speaker, Reason("", c))]
        facts = replace(facts, shared=tuple(others_shared) or facts.shared[:1])
    beside = " ".join([said, reason.clause if reason else "", *facts.shared])
    noun = noun_phrases(one.item, speaker, beside)
    if noun is not None and reason is not None and (kinds := _kinds(one, speaker, reason)):
        # The noun itself answers: "you asked for a comedy: this is a witty comedy".
        own = tuple(head for head in noun.heads if any(head.endswith(kind) for kind in kinds))
        noun = replace(noun, heads=own or kinds[:1])
    if reason is None and any(_kinds(one, speaker, Reason("", clause)) for clause in facts.shared):
        noun = None  # what is shared is what it is
    others = _others(one, speaker, beside)
    if reason is None and not facts.shared and not others and _is_thin(noun):
        return None
    net, values = Net(), _values(facts, reason, noun, speaker)
    for place, opening in enumerate(allowed):
        for number, frame in enumerate(_frames(opening, noun, others, words)):
            _add_frame(net, frame, f"{place} {number}", values, noun, others, speaker)
    return net.closed() if net.edges else None


def _kinds(one: ItemEvidence, speaker: Speaker, reason: Reason) -> tuple[str, ...]:
    """The nouns that a reason comes to, where it says what sort of thing the item is; else none."""
    words, found = speaker.words, list[str]()
    for facet in speaker.evidence.facets:
        value = one.item.facets.get(facet.name)
        own = values_of(value)
        if facet.role is not FacetRole.CATEGORY:
            continue
        for kind in own:
            if reason.clause == speaker.does(facet, (kind,)):
                if speaker.is_genre(facet):
                    found.append(speaker.kind_noun(kind))
                elif words.is_plural(kind):
                    found += [words.singular(kind), kind]
    return tuple(dict.fromkeys(found))


def _frames(opening: Opening, noun: NounPhrases | None, others: Sequence[str], words: Words) -> list[str]:
    """The frames of an opening that suit the item: with a noun phrase where there is a noun, which is in the
    plural where the noun is; with another fact where it has one.
    """
    path = f"{opening.path}_several" if noun is not None and noun.several else opening.path
    families = words.get(path) or ()
    if not families:
        return []
    # Without it a sentence hardly says more than the quotation; a noun alone says nothing.
    family = families[opening.number % len(families)]
    found = [frame for frame in family if bool(_NOUN.search(frame)) == (noun is not None)]
    fuller = [frame for frame in found if "{d}" in frame]
    if others and fuller and _is_thin(noun):
        return fuller
    return [frame for frame in found if frame not in fuller] or (fuller if others else [])


def _is_thin(noun: NounPhrases | None) -> bool:
    """Whether what the item is called says nothing of it: "a product"."""
    return noun is None or not (noun.tails or noun.moods)


def _values(told: Told, reason: Reason | None, noun: NounPhrases | None, speaker: Speaker) -> dict[str, str]:
    several = noun is not None and noun.several
    clause = reason.clause if reason else ""
    shared = speaker.words.join(told.shared)
    return {
        "q": speaker.words.quoted(reason.quote) if reason else "",
        "c": (plural_clause(clause, speaker.words) if several else clause).rstrip("."),
        "m": _measure(reason, speaker.words) if reason else "",
        "likes": speaker.words.join(told.likes),
        "s": plural_clause(shared, speaker.words) if several else shared,
    }


def _others(one: ItemEvidence, speaker: Speaker, said: str) -> list[str]:
    """Other facts of the record as clauses, without what is said beside them or stands behind the name."""
    found = []
    for facet in speaker.evidence.facets:
        value = one.item.facets.get(facet.name)
        if value in (None, "", (), False) or facet.role in BEHIND_THE_NAME:
            continue
        values = values_of(value)
        plain = speaker.plain(values)[:_MOST_VALUES]
        if values and not plain:
            continue
        assert value is not None
        clause = speaker.does(facet, plain or value)
        # "It is by A, and it is by B" reads as if one of them were forgotten.
        alike = f"{' '.join(clause.split(' ')[:2])} " in f"{said} "
        if clause and not alike and not any(v.casefold() in said.casefold() for v in plain):
            found.append(clause)
    return list(dict.fromkeys(found))[:_MOST_OTHERS]


def _add_frame(
    net: Net,
    frame: str,
    place: str,
    values: dict[str, str],
    noun: NounPhrases | None,
    others: Sequence[str],
    speaker: Speaker,
) -> None:
    """A frame as a path: its words, the noun phrase, another fact, one after the other."""
    here, parts = _START, _HOLE.split(frame)
    holes = _HOLE.findall(frame)
    for number, text in enumerate(parts):
        hole = holes[number] if number < len(holes) else ""
        last = not hole
        written = text.format(**values)
        if hole in ("{np}", "{Np}"):
            written = written.rstrip(" ")  # the noun phrase brings its own blank
        there = _END if last else f"{place} {number}"
        if written or last:
            net.add(here, [written], there)
        else:
            net.skip(here, there)
        if hole == "{d}":
            net.add(there, others, f"{there} done")
        elif hole and noun is not None:
            rest = "".join(parts[number + 1 :])
            ends = rest == speaker.words.text("lists.stop") and len(holes) == number + 1
            own = noun
            if not ends and noun.story:  # nothing may follow a whole clause of the description
                own = replace(noun, tails=noun.tails[:-1], story=False)
            bare = ends and "{c}" not in frame and "{m}" not in frame
            least = (1 if is_work(speaker) else _LEAST_OF_GOODS) if bare else 0
            most = max(least, _MOST_TAILS)
            end, first = f"{there} done", hole == "{Np}"
            add_noun_phrase(net, own, speaker.words, there, end, least=least, most=most, first=first)
        here = f"{there} done"


def _measure(reason: Reason, words: Words) -> str:
    """The figure of "costs €99.00", "runs 1 h 37 min", "weighs 410 g"."""
    pattern = words.get("cards_measure")
    match = re.fullmatch(str(pattern), reason.clause) if pattern and len(reason.parts) < 2 else None
    return match[1] if match else ""


def plural_clause(clause: str, words: Words) -> str:
    """A clause about several: "costs €9 and is blue" → "cost €9 and are blue"."""
    verbs = words.get("plural_verbs") or {}
    link = words.text("lists.and").strip()
    parts = clause.split(" ")
    for place, part in enumerate(parts):
        if part in verbs and (place == 0 or parts[place - 1] == link):
            parts[place] = verbs[part]
    return " ".join(parts)
