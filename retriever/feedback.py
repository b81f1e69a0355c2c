"""What the events of people about items say together: one weight a person and item.

In: events, each with what it says by itself. Out: interactions. Pure.

* What was stated (a rating, a like, something sent back) stands above what was only done (viewed, bought): of
  stated ones the newest counts alone. What was done adds up and saturates, 1 − Π(1 − weight), at most 0.9;
  what speaks against (skipped, taken out of the cart) does so apart, and is taken off.
* A rating counts by how far it is from a point half-way between the middle of the scale and the person's own
  mean, if they rated at least five items, else from the middle alone. Above it, it is a liking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple

from retriever.domain import ItemId

RULE = 1
"""Goes up when the rule changes: what was built under another is built anew."""
SEVERAL = 5  # ratings from which on a person's own mean says something
# Of the way from the scale's middle to the person's own mean; 1 would make nothing of somebody who only rates
# what they love, and gives five stars each time. See DECISIONS.md for what was measured.
OWN_MEAN_SHARE = 0.5
MOST_IMPLICIT = 0.9  # however often something is viewed and bought, to say "I like it" is more


class Tier(IntEnum):
    """How much an event binds; of a person's events about an item only those of the highest tier count."""

    EARLIER = 0  # what an earlier Parley had made of events that it did not keep
    DONE = 1  # implicit feedback: viewed, clicked, bought
    STATED = 2  # explicit feedback: rated, liked, disliked, sent back


@dataclass(frozen=True, slots=True)
class Interaction:
    """A person's observed like of an item: `weight` > 0 is its strength, `at` seconds since the epoch.

    `rated`: the weight comes from a rating.
    """

    person: str
    item: ItemId
    weight: float = 1.0
    at: float = 0.0
    rated: bool = False


class Said(NamedTuple):
    """One event about one item. `weight`: −1..1, what its kind says; `rating`: as written, None without one.

    `order` tells later from earlier where times are equal or missing.
    """

    item: ItemId
    tier: int
    weight: float
    rating: float | None
    at: float
    order: tuple[int, int] = (0, 0)


class Scale(NamedTuple):
    """The ends of a scale of ratings."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    @property
    def reach(self) -> float:
        """What a weight of 1 is, in the ratings' own unit."""
        return (self.high - self.low) / 2

    def weight(self, rating: float) -> float:
        """−1..1 from one end to the other; half of it where the scale is a single point."""
        if not self.reach:
            return 0.5
        return max(-1.0, min(1.0, (rating - self.middle) / self.reach))


# Scales in use, narrow before wide. A file of fours and fives is still on a scale of one to five.
_SCALES = (
    Scale(0, 1),
    Scale(-1, 1),
    Scale(1, 5),
    Scale(0.5, 5),
    Scale(0, 5),
    Scale(1, 10),
    Scale(0, 10),
    Scale(0, 100),
)


def scale_of(low: float, high: float) -> Scale:
    """The narrowest usual scale that holds ratings from `low` to `high`; without one, these are its ends."""
    held = (scale for scale in _SCALES if scale.low <= low and high <= scale.high)
    return next(held, Scale(low, high))


def combined(person: str, said: Iterable[Said], scale: Scale | None) -> list[Interaction]:
    """One interaction an item, by item; ratings still on the scale, not relative to the person.

    `said` is read once and not kept: a guest account may have a third of all events.
    """
    about: dict[ItemId, _Sum] = {}
    for one in said:
        known = about.get(one.item)
        if known is None:
            about[one.item] = _Sum(one)
        else:
            known.add(one)
    return [sum_.interaction(person, scale) for _, sum_ in sorted(about.items())]


class _Sum:
    """A person's events about an item, as far as they count."""

    __slots__ = ("_against", "_doubt", "_last")

    def __init__(self, first: Said) -> None:
        self._last = first
        self._doubt = self._against = 1.0
        self._count(first)

    def add(self, one: Said) -> None:
        if one.tier > self._last.tier:
            self._last, self._doubt, self._against = one, 1.0, 1.0
            self._count(one)
        elif one.tier == self._last.tier:
            self._count(one)
            if (one.at, one.order) >= (self._last.at, self._last.order):
                self._last = one

    def _count(self, one: Said) -> None:
        self._doubt *= 1.0 - max(0.0, one.weight)
        self._against *= 1.0 - max(0.0, -one.weight)

    def interaction(self, person: str, scale: Scale | None) -> Interaction:
        last = self._last
        if last.tier == Tier.DONE:
            liking = min(MOST_IMPLICIT, 1.0 - self._doubt) - min(MOST_IMPLICIT, 1.0 - self._against)
            return Interaction(person, last.item, liking, last.at)
        if last.rating is not None and scale is not None:
            return Interaction(person, last.item, scale.weight(last.rating), last.at, rated=True)
        return Interaction(person, last.item, last.weight, last.at)


def relative(mine: Sequence[Interaction]) -> list[Interaction]:
    """One person's interactions with what their ratings say relative to how they rate; others as they are."""
    ratings = [one.weight for one in mine if one.rated]
    if len(ratings) < SEVERAL:
        return list(mine)
    usual = OWN_MEAN_SHARE * sum(ratings) / len(ratings)
    return [
        replace(one, weight=max(-1.0, min(1.0, one.weight - usual))) if one.rated else one for one in mine
    ]


def relative_to_each(interactions: Iterable[Interaction]) -> list[Interaction]:
    """The same for several people's, in any order; each stays where it stands."""
    every = list(interactions)
    mine: dict[str, list[int]] = {}
    for place, one in enumerate(every):
        mine.setdefault(one.person, []).append(place)
    for places in mine.values():
        for place, one in zip(places, relative([every[n] for n in places]), strict=True):
            every[place] = one
    return every
