"""What a turn says of a person's interests beside its wishes: asked for again, known already, set by hand.

Pure: state and what was heard in, new state out; the time is passed in. `tracking` calls these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot import acts, profile
from chatbot.constraints import Shelves
from chatbot.state import ITEM_KEY, DialogueState, union, without
from retriever.domain import (
    AnyOf,
    Constraint,
    FacetKind,
    ItemId,
    NoneOf,
    OfFacet,
    Preference,
    Source,
    SourceKind,
)

ASKED_WEIGHT = 0.4  # of a value that was a condition: it served a purpose, and may be no taste


def asked_for(constraint: Constraint, now: float) -> list[Preference]:
    """The weak interests that a condition on values hints at; for none of other conditions."""
    source = Source(SourceKind.IMPLICIT, constraint.source.turn, constraint.source.quote, profile.ASKED)
    weight = ASKED_WEIGHT if isinstance(constraint.test, AnyOf) else -ASKED_WEIGHT
    values = constraint.test.values if isinstance(constraint.test, (AnyOf, NoneOf)) else ()
    return [Preference(OfFacet(constraint.facet, value), weight, source, at=now) for value in values]


def note_asked(state: DialogueState, new: Constraint, shelves: Shelves, now: float) -> DialogueState:
    """Values that are asked for are noted: what is asked for time and again is an interest."""
    facet = shelves.facet(new.facet)
    if facet is None or facet.kind not in (FacetKind.CATEGORY, FacetKind.TAGS):
        return state
    return replace(state, profile=profile.mention(state.profile, asked_for(new, now)))


def adjusted(state: DialogueState, act: acts.Adjust, now: float) -> DialogueState:
    """The person sets what we believe; of an item it is a judgement, like a tap on its card."""
    source = Source(SourceKind.CLICK, state.turn)
    believed = profile.adjust(state.profile, act.key, act.weight, source, now)
    if act.key.startswith(ITEM_KEY):
        item = (act.key.removeprefix(ITEM_KEY),)
        liked, disliked = without(state.liked, item), without(state.disliked, item)
        liked = union(liked, item) if act.weight > 0 else liked
        disliked = union(disliked, item) if act.weight < 0 else disliked
        state = replace(state, liked=liked, disliked=disliked)
    return replace(state, profile=believed)


def note_known(state: DialogueState, items: Sequence[ItemId], quote: str, now: float) -> DialogueState:
    """Items that the person knows already: not recommended, in this session or a later one."""
    source = Source(SourceKind.QUOTE if quote else SourceKind.CLICK, state.turn, quote)
    seen = profile.note_seen(state.profile, items, source, now)
    return replace(state, known=union(state.known, items), profile=seen)
