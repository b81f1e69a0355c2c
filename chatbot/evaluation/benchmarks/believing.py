"""How long a turn's change of a profile takes, for a profile as large as one may become.

In: how often, and a clock. Out: processor seconds an update. Nothing is ranked or written: only the state is
folded, with a judgement, an interest and a condition on a value in each turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from chatbot import acts
from chatbot.constraints import Shelves
from chatbot.profile.learning import MOST_PREFERENCES, MOST_RECORDED
from chatbot.state import DialogueState
from chatbot.tracking import hear
from retriever.domain import (
    AnyOf,
    Constraint,
    Facet,
    FacetKind,
    InterestProfile,
    OfFacet,
    OfItem,
    OfTheme,
    Preference,
    Replaced,
    Source,
    SourceKind,
)
from retriever.timing import Spread, at_least, spread

_SAID = Source(SourceKind.QUOTE, 1, "as said")
_TAGS = Facet("tags", FacetKind.TAGS, "tags")


def profile_updates(rounds: int = 300, clock: Callable[[], float] = time.thread_time) -> Spread:
    """The spread of processor seconds that a turn's update takes: what else runs here has no part in it.

    Raises:
        InputError: `rounds` is below 1.
    """
    at_least("--rounds", rounds)
    state = DialogueState(profile=full_profile())
    shelves = Shelves(lambda name: _TAGS if name == _TAGS.name else None, lambda _: 1)
    taken = []
    for number in range(rounds):
        heard = _turn(number)
        begun = clock()
        state, _ = hear(state, heard, shelves, float(number))
        taken.append(clock() - begun)
    return spread(taken)


def full_profile() -> InterestProfile:
    """A profile whose every part is full."""
    liked = tuple(Preference(OfItem(f"item {n}"), 1.0, _SAID) for n in range(MOST_PREFERENCES))
    valued = tuple(Preference(OfFacet("tags", f"value {n}"), 0.8, _SAID) for n in range(MOST_PREFERENCES))
    record = tuple(Replaced(liked[n], valued[n], 1.0) for n in range(MOST_RECORDED))
    return InterestProfile(valued, liked, (), valued, liked, record)


def _turn(number: int) -> tuple[acts.UserAct, ...]:
    theme = Preference(OfTheme(f"words {number}"), 0.8, Source(SourceKind.QUOTE, number, "words"))
    value = Constraint("tags", AnyOf((f"value {number}",)), Source(SourceKind.QUOTE, number, "value"))
    return (acts.Like("", (f"item {number}",)), acts.Inform("words", theme), acts.Constrain("value", value))
