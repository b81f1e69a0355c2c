"""Why an item is here, and what it is, in plain sentences from its own record.

In: one item's evidence. Out: sentences that are true by construction: its description's own words, its
values, the person's quotes, and a caveat where a wish is not met.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from generator.labels import facet_by_role, facet_named, facet_value_label
from generator.replies import ItemEvidence
from generator.speaker import Speaker, own_values
from generator.splitting import sentences_of
from generator.words import Words
from retriever.domain import (
    TEXT_FACET,
    AnyOf,
    Between,
    Constraint,
    FacetRole,
    Is,
    Item,
    Leg,
    NoneOf,
    OfFacet,
    OfTheme,
    Preference,
    SourceKind,
)

Closest = Callable[[Sequence[str], str], int]
"""Index of the sentence nearest in meaning to a wish; at least one sentence is given."""

_SHORTEST, _LONGEST = 8, 34  # words of a description's sentence that stands well on its own
_CLAUSES = 3
_SHARED = 2  # more in common than that is a list, not a reason
_WORD = re.compile(r"\w+")


def description_sentence(item: Item, wish: str, words: Words, closest: Closest | None = None) -> str:
    """The sentence of the description that says most about the wish; empty when none stands alone."""
    fit = [s for s in sentences_of(item.description, (item.title,)) if stands_alone(s, words)]
    if not fit:
        return ""
    if len(fit) == 1 or not wish.strip():
        return fit[0]
    if closest is not None:
        return fit[closest(fit, wish)]
    wanted = {word.casefold()[:5] for word in _WORD.findall(wish) if len(word) > 3}

    def shared(sentence: str) -> int:
        return len(wanted & {word.casefold()[:5] for word in _WORD.findall(sentence)})

    return max(fit, key=shared)  # ties: the earlier one


def stands_alone(sentence: str, words: Words) -> bool:
    """Whether a sentence may be quoted by itself: complete, of fair length, and not spoken to a machine."""
    parts = _WORD.findall(sentence)
    # Chinese or Japanese have no blanks: there the whole sentence is one "word".
    spaced = len(parts) >= _SHORTEST or not sentence.isascii()
    if not spaced or len(parts) > _LONGEST or sentence[-1:] not in '.!?。！？”"':
        return False
    folded = sentence.casefold()
    if any(mark in folded for mark in words.listed("extract.suspect")):
        return False
    if sentence.startswith(words.listed("extract.dependent_starts")):
        return False
    return folded.split()[0].strip("“\"'") not in words.listed("extract.dependent_openings")


def fact_sentence(item: Item, speaker: Speaker) -> str:
    """What an item is by its facts alone, for a record without a usable description."""
    clauses = []
    for facet in speaker.evidence.facets:
        value = item.facets.get(facet.name)
        roles = (FacetRole.CATEGORY, FacetRole.CREATOR)
        if value in (None, "", ()) or facet.role not in roles or isinstance(value, float | int):
            continue
        if value is not None:
            clauses.append(speaker.does(facet, value))
    return speaker.say("reason.fact", clauses=speaker.clauses(clauses[:2])) if clauses else ""


def why_sentence(evidence: ItemEvidence, speaker: Speaker, said: set[str] | None = None) -> str:
    """Why it fits: liked values, what it shares with named items, then conditions by its own values.

    `said`: clauses already told of earlier items of the reply; they are not repeated, and those told
    here are added.
    """
    said = set() if said is None else said
    shared = shared_clauses(evidence, speaker)
    liked = _fresh(_liked_clauses(evidence, speaker), said)
    met = _fresh(_met_clauses(evidence, speaker), said)
    clauses = (liked + met)[:_CLAUSES]
    sentences = []
    if shared and evidence.anchor_titles:
        titles = speaker.titles(evidence.anchor_titles[:2])
        sentences.append(speaker.say("reason.like", titles=titles, clauses=speaker.clauses(shared[:_SHARED])))
        clauses = clauses[:1]
    if clauses:
        said.update(clauses)
        path = "reason.why" if sentences else "reason.wished"
        sentences.append(speaker.say(path, clauses=speaker.clauses(clauses)))
    if not sentences and not speaker.evidence.active and not speaker.evidence.wishes:
        # Nothing was asked for: the profile is why it is here.
        sentences = _fresh([interest_sentence(evidence, speaker)], said)
        said.update(sentences)
    return " ".join(sentences)


def interest_sentence(evidence: ItemEvidence, speaker: Speaker) -> str:
    """The person's interest that it lies in, by what it shares with what they liked; empty without one."""
    if evidence.interest is not None:
        titles, pairs = evidence.interest
        titles = tuple(title for title in titles if title != evidence.item.title)[:2]
        facets, language = speaker.evidence.facets, speaker.words.language
        values = [
            speaker.quote(facet_value_label(value, facet_named(name, facets), language))
            for name, value in pairs
        ]
        if titles and values:
            joined = speaker.words.join(values)
            return speaker.say("reason.interest", values=joined, titles=speaker.titles(titles))
    if evidence.path is not None:
        title, name, value = evidence.path
        facet = facet_named(name, speaker.evidence.facets)
        if own := own_values(evidence.item.facets.get(name), (value,)):
            return speaker.say("reason.path", title=speaker.spoken(title), clause=speaker.does(facet, own))
    return ""


def caveat_sentence(evidence: ItemEvidence, speaker: Speaker) -> str:
    """The one thing that speaks against it: empty shelf, broken wish, or something disliked; else empty."""
    if out_of_stock(evidence.item, speaker):
        return speaker.say("caveat.stock")
    for constraint in evidence.broken:
        if told := _broken(evidence.item, constraint, speaker):
            return told
    for preference in evidence.matched:
        clause = _preference_clause(evidence.item, preference, speaker)
        if preference.weight < 0 and clause:
            return speaker.say("caveat.disliked", clauses=clause)
    return ""


def explain_sentences(evidence: ItemEvidence, speaker: Speaker) -> tuple[str, ...]:
    """The full answer to "why this one?": each wish in the person's words with the fact that meets it."""
    name = speaker.title(evidence.item)
    told: list[str] = []
    for quote, label, clauses in reasons_by_quote(evidence, speaker):
        joined = speaker.clauses(clauses)
        if quote:
            said = speaker.say("reason.said", quote=speaker.quote(quote), name=name, clauses=joined)
        else:
            said = speaker.say("reason.clicked", label=label, name=name, clauses=joined)
        told.append(said)
        name = speaker.words.text("it.it")
    shared = shared_clauses(evidence, speaker)
    if shared and evidence.anchor_titles:
        joined = speaker.clauses(shared[:_CLAUSES])
        titles = speaker.titles(evidence.anchor_titles[:2])
        told.append(speaker.say("reason.liked_like", titles=titles, name=name, clauses=joined))
    if not shared and (interest := interest_sentence(evidence, speaker)):
        told.append(interest)
    if not told and not (evidence.absent and evidence.broken):
        told.append(_leg_sentence(evidence, speaker))
    caveat = caveat_sentence(evidence, speaker)
    return tuple(sentence for sentence in (*told, caveat) if sentence)


def reasons_by_quote(evidence: ItemEvidence, speaker: Speaker) -> list[tuple[str, str, list[str]]]:
    """(quote, label, clauses): what was said once is answered once, however many wishes it held."""
    found: dict[tuple[str, str], list[str]] = {}
    for preference in evidence.matched:
        clause = _preference_clause(evidence.item, preference, speaker)
        if preference.weight > 0 and clause:
            label = preference.about.value if isinstance(preference.about, OfFacet) else ""
            _add(found, preference.source.quote, label, clause)
    kinds = [c for c in evidence.met if _is_kind(c, speaker)]
    # That a jacket is a jacket explains nothing, unless there is nothing else.
    for constraint in [c for c in evidence.met if c not in kinds] or kinds:
        if clause := speaker.meets(evidence.item, constraint):
            _add(found, constraint.source.quote, speaker.label(constraint), clause)
    return [(quote, label, clauses[:_CLAUSES]) for (quote, label), clauses in found.items()]


def _is_kind(constraint: Constraint, speaker: Speaker) -> bool:
    facet = facet_named(constraint.facet, speaker.evidence.facets)
    return isinstance(constraint.test, AnyOf) and facet.role is FacetRole.CATEGORY


def _add(found: dict[tuple[str, str], list[str]], quote: str, label: str, clause: str) -> None:
    clauses = found.setdefault((quote, "" if quote else label), [])
    if clause not in clauses:
        clauses.append(clause)


def _leg_sentence(evidence: ItemEvidence, speaker: Speaker) -> str:
    """What the strongest leg of the search says, when there is little else to tell."""
    leg = evidence.decisive
    if leg == Leg.ANCHOR and not evidence.anchor_titles:
        leg = Leg.DENSE
    if leg == Leg.ORDER or (evidence.broken and leg not in tuple(Leg)):
        return ""
    known = leg if leg in tuple(Leg) else "nothing"
    return speaker.say(f"reason.by_{known}", titles=speaker.titles(evidence.anchor_titles[:2]))


def _fresh(clauses: Iterable[str], said: set[str]) -> list[str]:
    return [clause for clause in dict.fromkeys(clauses) if clause not in said]


def shared_clauses(evidence: ItemEvidence, speaker: Speaker) -> list[str]:
    """Values in common with the items that the person named, one clause a facet."""
    values: dict[str, list[str]] = {}
    for name, value in evidence.shared:
        values.setdefault(name, []).append(value)
    clauses: dict[str, str] = {}
    for name, shared in values.items():
        facet = facet_named(name, speaker.evidence.facets)
        own = own_values(evidence.item.facets.get(name), shared)
        if own:
            clause = speaker.does(facet, own)
            # One clause a verb: "is drama and is eerie" would run into "is drama and eerie".
            clauses.setdefault(clause.split(" ", 1)[0], clause)
    return list(clauses.values())


def _liked_clauses(evidence: ItemEvidence, speaker: Speaker) -> list[str]:
    values: dict[str, list[str]] = {}
    for preference in evidence.matched:
        if isinstance(preference.about, OfFacet) and preference.weight > 0:
            values.setdefault(preference.about.facet, []).append(preference.about.value)
    clauses = []
    for name, liked in values.items():
        own = own_values(evidence.item.facets.get(name), liked)
        if own:
            clauses.append(speaker.does(facet_named(name, speaker.evidence.facets), own))
    return clauses


def _met_clauses(evidence: ItemEvidence, speaker: Speaker) -> list[str]:
    """Conditions by the item's own values, measured ones first: they tell items apart."""
    measured: list[str] = []
    others: list[str] = []
    chosen: dict[str, list[str]] = {}
    for constraint in evidence.met:
        if isinstance(constraint.test, AnyOf) and constraint.facet != TEXT_FACET:
            chosen.setdefault(constraint.facet, []).extend(constraint.test.values)
    for constraint in evidence.met:
        facet = facet_named(constraint.facet, speaker.evidence.facets)
        if _is_kind(constraint, speaker):
            continue
        # Price and year stand behind the name already.
        if facet.role in (FacetRole.PRICE, FacetRole.YEAR):
            continue
        if constraint.facet in chosen and isinstance(constraint.test, AnyOf):
            # Several values asked of one facet are told at once: "deals with grief and memory".
            own = own_values(evidence.item.facets.get(constraint.facet), chosen[constraint.facet])
            clause = speaker.does(facet, own) if own else ""
        else:
            clause = speaker.meets(evidence.item, constraint)
        if clause and clause not in others:
            (measured if isinstance(constraint.test, Between) else others).append(clause)
    return measured + others


def _preference_clause(item: Item, preference: Preference, speaker: Speaker) -> str:
    match preference.about:
        case OfFacet(name, value):
            own = own_values(item.facets.get(name), (value,))
            facet = facet_named(name, speaker.evidence.facets)
            return speaker.does(facet, own) if own else ""
        case OfTheme(words) if preference.source.kind is SourceKind.QUOTE:
            del words  # nearness in meaning is no fact of the record
    return ""


def _broken(item: Item, constraint: Constraint, speaker: Speaker) -> str:
    label = speaker.quote(constraint.source.quote or speaker.label(constraint))
    if constraint.facet == TEXT_FACET and isinstance(constraint.test, AnyOf):
        return speaker.say("caveat.no_mention", labels=label)
    facet = facet_named(constraint.facet, speaker.evidence.facets)
    unknown = item.facets.get(facet.name) in (None, "", ())
    if unknown and not (constraint.rules_out or isinstance(constraint.test, Is)):
        gap = speaker.words.text("absent.unknown_caveat", label=facet.label)
        return speaker.say("caveat.missing", gap=gap, labels=label)
    clause = broken_clause(item, constraint, speaker)
    return speaker.say("caveat.broken", clauses=clause, labels=label) if clause else ""


def broken_clause(item: Item, constraint: Constraint, speaker: Speaker) -> str:
    """What the record has in place of what was wished; empty when it does not say."""
    if constraint.facet == TEXT_FACET:
        return ""
    facet = facet_named(constraint.facet, speaker.evidence.facets)
    value = item.facets.get(facet.name)
    match constraint.test:
        case Is(wanted):
            return speaker.does(facet, not wanted)
        case NoneOf(values):
            own = own_values(value, values)
            return speaker.does(facet, own) if own else ""
        case _:
            return speaker.does(facet, value) if value not in (None, "", ()) else ""


def out_of_stock(item: Item, speaker: Speaker) -> bool:
    """Whether the record says that none is left."""
    facet = facet_by_role(FacetRole.STOCK, speaker.evidence.facets)
    value = item.facets.get(facet.name) if facet is not None else None
    return value is False or (isinstance(value, float | int) and value <= 0)
