"""How a person's interests went: the weight of each facet value and theme after each turn.

In: conversations with the profile after each turn, and what a liked item says of its values. Out: one series
an interest, for tables and drawings. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from chatbot.profile.knowledge import label_of
from chatbot.profile.sensitive import is_sensitive
from retriever.catalogue import Catalogue
from retriever.domain import InterestProfile, OfFacet, OfTheme, Preference, Source, SourceKind
from retriever.legs import LONG_TERM

MOST_SERIES = 8
_LEAST = 0.01  # a weight below that is not drawn as one
_NOBODY = Source(SourceKind.HISTORY, 0)

Moment: TypeAlias = tuple[float, InterestProfile]
"""When a turn ended, in seconds since the epoch, and the profile then."""

LikedValues: TypeAlias = Callable[[InterestProfile], Sequence[tuple[OfFacet, float]]]
"""A profile → how much each facet value is liked, over the items that have it, signed."""


@dataclass(frozen=True, slots=True)
class Point:
    """An interest after one turn. `session` and `turn` count from 1; `at`: seconds since the epoch."""

    session: int
    turn: int
    at: float
    weight: float


@dataclass(frozen=True, slots=True)
class Series:
    """The course of one interest: a point for every turn, 0 where it was none."""

    key: str
    label: str
    facet: str
    points: tuple[Point, ...]

    @property
    def peak(self) -> float:
        """The largest size of its weight."""
        return max((abs(point.weight) for point in self.points), default=0.0)

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values, weights rounded."""
        points = [
            {"session": p.session, "turn": p.turn, "at": p.at, "weight": round(p.weight, 4)}
            for p in self.points
        ]
        return {"key": self.key, "label": self.label, "facet": self.facet, "points": points}


def evolution(
    sessions: Sequence[Sequence[Moment]],
    liked_values: LikedValues,
    catalogue: Catalogue,
    language: str,
    most: int = MOST_SERIES,
) -> tuple[Series, ...]:
    """The strongest interests over all turns, at most so many, strongest first; ties as in `liked_values`.

    Items count by the values that they have; nothing that may not be kept is among them.
    """
    moments: list[tuple[int, int, float, dict[str, tuple[OfFacet | OfTheme, float]]]] = []
    for number, session in enumerate(sessions, start=1):
        for place, (at, profile) in enumerate(session, start=1):
            moments.append((number, place, at, weights_of(profile, liked_values)))
    about: dict[str, OfFacet | OfTheme] = {}
    for *_, weights in moments:
        about.update({key: one for key, (one, _) in weights.items()})
    every = []
    for key, one in about.items():
        points = tuple(
            Point(number, place, at, weights[key][1] if key in weights else 0.0)
            for number, place, at, weights in moments
        )
        label = label_of(Preference(one, 0.0, _NOBODY), catalogue, language)
        facet = one.facet if isinstance(one, OfFacet) else ""
        series = Series(key, label, facet, points)
        if label and series.peak >= _LEAST:
            every.append(series)
    return tuple(sorted(every, key=lambda one: -one.peak)[:most])


def weights_of(
    profile: InterestProfile, liked_values: LikedValues
) -> dict[str, tuple[OfFacet | OfTheme, float]]:
    """Key → (what, weight) of facet values and themes as they count now: the session before what lasts."""
    found: dict[str, tuple[OfFacet | OfTheme, float]] = {}
    for value, weight in liked_values(profile):
        if not is_sensitive(value):
            found[Preference(value, weight, _NOBODY).key] = (value, weight)
    spoken = {one.key for one in profile.short_term}
    now = [(one, one.weight * one.confidence) for one in profile.short_term]
    now += [
        (one, LONG_TERM * one.weight * one.confidence) for one in profile.long_term if one.key not in spoken
    ]
    for one, weight in now:
        if isinstance(one.about, OfTheme) and not is_sensitive(one.about):
            found[one.key] = (one.about, weight)
    return found
