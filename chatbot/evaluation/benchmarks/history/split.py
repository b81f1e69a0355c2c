"""What a history is learnt from and what has to be found in it, parted by time.

In: interactions of many people. Out: a `Split`. Pure, and the same for the same interactions in any order.

Both ways part strictly: what happened at the very time of a target is known to neither side and left out.

* Leave one out: a person's last liked item is the target, what they did earlier is learnt from, what they
  did later is left out. Others' later doings are learnt from, so the future leaks in through them: an item
  that became popular after the target's time counts as popular. It tests most people, and compares
  systems; it does not foretell live figures.
* Global: one time for all. Everything before it is learnt from, all that a person likes from then on is to
  be found. Nothing of the future is known, and only people who were there before and after are tested.

Source: Meng et al., RecSys 2020, and Ji et al., ACM TOIS 2023, on what leave-one-out leaks.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from retriever.errors import InputError
from retriever.ledger import Interaction

Way = Literal["leave-one-out", "global"]

GLOBAL_SHARE = 0.8  # of all interactions lie before the global time


class BadHistory(InputError):
    """Interactions that nothing can be measured on."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is tested: what is known of them, oldest first, and what they then liked."""

    name: str
    past: tuple[Interaction, ...]
    targets: tuple[Interaction, ...]

    @property
    def now(self) -> float:
        """The time of the first target, in seconds since the epoch."""
        return min(one.at for one in self.targets)


@dataclass(frozen=True, slots=True)
class Split:
    """`train`: everybody's past, tested or not, oldest first; `people`: those tested, by name.

    `too_little`: people with a target but fewer interactions before it than wanted; `nothing_liked`: people
    without a target; `dropped`: interactions that are neither learnt from nor to be found; `untimed`: those
    of them without a time. `at`: the global time, None for leave one out.
    """

    train: tuple[Interaction, ...]
    people: tuple[Person, ...]
    too_little: int
    nothing_liked: int
    dropped: int
    untimed: int
    at: float | None = None


def split(interactions: Sequence[Interaction], way: Way, *, liked: float, fewest: int) -> Split:
    """Part the interactions; a person's are at most one an item. `liked`: the least weight of a liking.

    A person is tested who has a target and at least `fewest` − 1 interactions before it (one at least).
    Of several last liked ones at the same time the one whose id has the smallest hash is the target: ids
    often rise with age or fall with fame, and must not choose.

    Raises:
        BadHistory: no interaction, none with a time, or nobody to test.
    """
    if not interactions:
        raise BadHistory("there are no interactions; load some with `parley history FILE --catalogue NAME`")
    timed = [one for one in interactions if one.at > 0]
    if not timed:
        raise BadHistory("no interaction has a time, so nobody's last one is known; give a column of times")
    mine: dict[str, list[Interaction]] = defaultdict(list)
    for one in sorted(timed, key=_in_time):
        mine[one.person].append(one)
    at = _global_time(timed) if way == "global" else None
    train: list[Interaction] = []
    people: list[Person] = []
    too_little = nothing_liked = 0
    for name, own in sorted(mine.items()):
        targets = _targets(own, at, liked)
        until = at if at is not None else min((one.at for one in targets), default=math.inf)
        past = tuple(one for one in own if one.at < until)
        if not targets:
            nothing_liked += 1
        elif len(past) < max(1, fewest - 1):
            too_little += 1
            # Not tested, so that under leave one out nothing of theirs has to be kept back.
            past = tuple(own) if at is None else past
        else:
            people.append(Person(name, past, targets))
        train += past
    if not people:
        raise BadHistory(
            f"of {len(mine):,} people nobody can be tested: {nothing_liked:,} have nothing that they like "
            f"(weight {liked:g} or more){' from the global time on' if at is not None else ''}, and "
            f"{too_little:,} fewer than {max(1, fewest - 1)} interactions before it; "
            "lower --liked or --min-interactions"
        )
    kept = len(train) + sum(len(person.targets) for person in people)
    return Split(
        tuple(sorted(train, key=_in_time)),
        tuple(people),
        too_little,
        nothing_liked,
        len(interactions) - kept,
        len(interactions) - len(timed),
        at,
    )


def digest(interactions: Iterable[Interaction]) -> str:
    """SHA-256 of the interactions, one "person item weight time" a line, tabs between, sorted."""
    lines = sorted(f"{one.person}\t{one.item}\t{one.weight!r}\t{one.at!r}\n" for one in interactions)
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _targets(own: Sequence[Interaction], at: float | None, liked: float) -> tuple[Interaction, ...]:
    """`own`: one person's, in order of time."""
    pleased = [one for one in own if one.weight >= liked]
    if at is not None:
        return tuple(one for one in pleased if one.at >= at)
    return tuple(pleased[-1:])


def _in_time(one: Interaction) -> tuple[float, bytes, str]:
    """By time, ties by the item's hash, largest first, then by person."""
    hashed = hashlib.sha256(one.item.encode("utf-8", "surrogatepass")).digest()
    return one.at, bytes(255 - byte for byte in hashed), one.person


def _global_time(interactions: Sequence[Interaction]) -> float:
    """The earliest time that has at least `GLOBAL_SHARE` of the interactions before it, or the last one."""
    times = sorted(one.at for one in interactions)
    return times[min(len(times) - 1, math.ceil(GLOBAL_SHARE * len(times)))]
