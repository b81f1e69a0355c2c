"""What sort of thing is meant where only the talk says so.

"Tell me about the Ridgeline tent", then "cheaper": a cheaper tent. "More backpacks": others than were shown.
"""

from __future__ import annotations

from chatbot import acts
from chatbot.understanding.mentions import ReferenceMention, ValueMention
from chatbot.understanding.reading import Reading
from retriever.catalogue import values_of
from retriever.domain import AnyOf, Constraint, Facet, FacetKind, FacetRole, ItemId

_SORT_REACH = 2  # tokens between "more" and the sort of thing: "more waterproof jackets"


def same_sort(reading: Reading) -> None:
    """Adds the sort of the item that is talked about, where wishes refer to it and name no other sort."""
    spoken = _referred_to(reading)
    if not spoken or any(isinstance(act, acts.Similar) for act in reading.found):
        return
    facet = reading.retriever.catalogue.by_role(FacetRole.CATEGORY)
    if facet is not None and facet.kind is FacetKind.CATEGORY:
        _stay_in_category(reading, spoken, facet)
    elif not reading.situation.constraints and not _asks_for_value(reading) and not _refused(reading, spoken):
        reading.found.insert(0, acts.Similar(reading.text, spoken))


def more_of_a_sort(reading: Reading) -> None:
    """ "more backpacks", "another tent": what was shown of them is not wanted again."""
    s = reading.sentence
    if not reading.situation.shown.earlier:
        return
    sorts = [
        m.start
        for m in s.mentions
        if isinstance(m, ValueMention) and reading.lexicon.role_of(m.facet) is FacetRole.CATEGORY
    ]
    sorts += [p for p, t in enumerate(s.tokens) if reading.lexicon.stems(t.norm) in reading.lexicon.nouns]
    for start, end in s.cue("more_of"):
        if any(0 <= sort - end <= _SORT_REACH and not s.negated[sort] for sort in sorts):
            reading.found.append(acts.More(s.quote(start, end)))
            return


def _referred_to(reading: Reading) -> tuple[ItemId, ...]:
    """The items talked about that the wishes of this utterance are about; empty where they aren't."""
    talked = reading.situation.shown.talked
    if _refused(reading, talked):
        return talked
    wishes = [act for act in reading.found if isinstance(act, (acts.Critique, acts.Constrain, acts.Exclude))]
    compared = any(isinstance(act, acts.Critique) and set(act.relative_to) <= set(talked) for act in wishes)
    pointed = any(
        isinstance(m, ReferenceMention) and set(m.items) <= set(talked) for m in reading.sentence.mentions
    )
    return talked if wishes and (compared or pointed) else ()


def _refused(reading: Reading, talked: tuple[ItemId, ...]) -> bool:
    """ "Neither", of the two kettles that were compared: other kettles."""
    return any(isinstance(act, acts.Dislike) and set(act.items) <= set(talked) for act in reading.found)


def _stay_in_category(reading: Reading, spoken: tuple[ItemId, ...], facet: Facet) -> None:
    catalogue = reading.lexicon.catalogue
    values = dict.fromkeys(
        v for item in spoken for v in values_of(catalogue.item(item).facets.get(facet.name))
    )
    said = [act.constraint for act in reading.found if isinstance(act, (acts.Constrain, acts.Exclude))]
    if not values or any(constraint.facet == facet.name for constraint in said):
        return
    shown = reading.situation.shown
    held = [c for c in reading.situation.constraints if c.facet == facet.name and isinstance(c.test, AnyOf)]
    if any(set(values) <= set(c.test.values) for c in held if isinstance(c.test, AnyOf)):
        return
    if reading.situation.constraints and set(spoken) < set(shown.items):
        return  # one of the cards: what they were chosen by stays as it was said
    constraint = Constraint(facet.name, AnyOf(tuple(values)), reading.source(reading.text))
    reading.found.insert(0, acts.Constrain(reading.text, constraint))


def _asks_for_value(reading: Reading) -> bool:
    return any(
        isinstance(act, acts.Constrain) and isinstance(act.constraint.test, AnyOf) for act in reading.found
    )
