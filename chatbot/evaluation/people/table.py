"""Meetings of many people, in figures: each with a bootstrap interval over people."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.evaluation.people.meeting import Meeting
from retriever.bootstrap import mean_interval


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over people with its interval at 95 %; all NaN where nobody has the measure."""

    name: str
    mean: float
    low: float
    high: float


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan


# Name → one person's value; NaN where it says nothing about that person.
MEASURES: dict[str, Callable[[Meeting], float]] = {
    "success": lambda m: float(m.success),
    "turns to success": lambda m: float(m.turns) if m.success else math.nan,
    "items that keep what was told": lambda m: 1 - _share(m.breaking, m.shown),
    "items shown again": lambda m: _share(m.repeated, m.shown),
    "turns with something nobody has": lambda m: _share(m.unsupported, m.turns),
    "questions": lambda m: float(m.questions),
    "needless questions": lambda m: float(m.needless),
    "given up": lambda m: float(not m.success),
    "satisfaction": lambda m: m.satisfaction,
}


def figures(meetings: Sequence[Meeting], *, seed: int = 0) -> tuple[Figure, ...]:
    """All measures over the people of one system."""
    return tuple(_figure(name, [of(m) for m in meetings], seed) for name, of in MEASURES.items())


def _figure(name: str, values: Sequence[float], seed: int) -> Figure:
    known = np.array([value for value in values if not math.isnan(value)])  # (person,)
    if not len(known):
        return Figure(name, math.nan, math.nan, math.nan)
    return Figure(name, float(known.mean()), *mean_interval(known, seed=seed))
