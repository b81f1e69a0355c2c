"""Meetings of many people, in figures: each with a bootstrap interval over people; and differences in pairs.

In: meetings. Out: `Figure`s and `Difference`s. Nothing here talks to anybody.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.evaluation.people.meeting import GaveUp, Meeting
from retriever.bootstrap import mean_interval, ratio_interval


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over people with its interval at 95 %; all NaN where nobody has the measure."""

    name: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How one system differs from another with the same people: the mean of first less second.

    Over the `people` for whom both have the measure, with the interval at 95 %; `share` is the first's mean
    over the second's, less 1 (-0.25: a quarter less), with its own interval; NaN where the second's is 0.
    """

    name: str
    people: int
    mean: float
    low: float
    high: float
    share: float
    share_low: float
    share_high: float

    @property
    def is_sure(self) -> bool:
        """True where the interval of the difference does not hold zero."""
        return self.low > 0 or self.high < 0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan


def _gave_up(reason: GaveUp) -> Callable[[Meeting], float]:
    return lambda meeting: float(meeting.gave_up is reason)


# Name → one person's value; NaN where it says nothing about that person. "Turns" counts who gave up with all
# their patience, so that giving up early is no gain; "turns to success" knows successes only.
MEASURES: dict[str, Callable[[Meeting], float]] = {
    "success": lambda m: float(m.success),
    "turns to success": lambda m: float(m.turns) if m.success else math.nan,
    "turns": lambda m: float(m.turns if m.success else m.person.patience),
    "items that keep what was told": lambda m: 1 - _share(m.tally.breaking, m.tally.shown),
    "items that heed critiques": lambda m: 1 - _share(m.tally.ignoring, m.tally.shown),
    "items shown again": lambda m: _share(m.tally.repeated, m.tally.shown),
    "items shown after a refusal": lambda m: _share(m.tally.again, m.tally.shown),
    "turns with something nobody has": lambda m: _share(m.tally.unsupported, m.turns),
    "questions": lambda m: float(m.tally.questions),
    "needless questions": lambda m: float(m.tally.needless),
    "gave up: out of patience": _gave_up(GaveUp.PATIENCE),
    "gave up: annoyed": _gave_up(GaveUp.ANNOYED),
    "gave up: shown nothing": _gave_up(GaveUp.NOTHING),
    "regret of what was taken": lambda m: m.regret if m.success else math.nan,
    "satisfaction": lambda m: m.satisfaction,
}
COMPARED = ("success", "turns", "satisfaction")


def figures(meetings: Sequence[Meeting], *, seed: int = 0) -> tuple[Figure, ...]:
    """All measures over the people of one system."""
    return tuple(_figure(name, [of(m) for m in meetings], seed) for name, of in MEASURES.items())


def differences(
    first: Sequence[Meeting], second: Sequence[Meeting], *, seed: int = 0
) -> tuple[Difference, ...]:
    """The compared measures of two systems that met the same people.

    Raises:
        ValueError: they did not meet the same people.
    """
    if [m.person.number for m in first] != [m.person.number for m in second]:
        raise ValueError("the two systems met different people: only the same ones can be compared in pairs")
    return tuple(_difference(name, first, second, seed) for name in COMPARED)


def _figure(name: str, values: Sequence[float], seed: int) -> Figure:
    known = np.array([value for value in values if not math.isnan(value)])  # (person,)
    if not len(known):
        return Figure(name, math.nan, math.nan, math.nan)
    return Figure(name, float(known.mean()), *mean_interval(known, seed=seed))


def _difference(name: str, first: Sequence[Meeting], second: Sequence[Meeting], seed: int) -> Difference:
    of = MEASURES[name]
    pairs = np.array([(of(a), of(b)) for a, b in zip(first, second, strict=True)]).reshape(-1, 2)
    pairs = pairs[~np.isnan(pairs).any(axis=1)]  # (person, system)
    apart = pairs[:, 0] - pairs[:, 1]
    if not len(pairs):
        return Difference(name, 0, *(math.nan,) * 6)
    low, high = mean_interval(apart, seed=seed)
    share_low, share_high = ratio_interval(pairs[:, 0], pairs[:, 1], seed=seed)
    whole = float(pairs[:, 1].mean())
    share = float(pairs[:, 0].mean()) / whole - 1 if whole else math.nan
    return Difference(name, len(pairs), float(apart.mean()), low, high, share, share_low - 1, share_high - 1)
