"""Durations of named actions, measured in turn, and what is said of them.

In: actions, or seconds. Out: seconds of each, their spread, the ratio of two medians with its interval.
What a benchmark counts comes from here; nothing is printed or kept.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retriever.bootstrap import median_ratio_interval
from retriever.errors import InputError

WARM_UP = 3  # rounds that are not counted: caches fill, threads start


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and 95th percentile in milliseconds, of `n` durations."""

    p50_ms: float
    p95_ms: float
    n: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as long the peer takes: median over median, with the 95 % bootstrap interval."""

    value: float
    low: float
    high: float


def spread(seconds: Sequence[float]) -> Spread:
    """The spread of durations. The 95th percentile is the least that 95 % of them do not pass.

    Raises:
        ValueError: without any.
    """
    if not seconds:
        raise ValueError("no duration was measured, so there is no spread")
    ordered = sorted(seconds)
    p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return Spread(statistics.median(ordered) * 1000, p95 * 1000, len(ordered))


def ratio_of_medians(peer: Sequence[float], ours: Sequence[float], seed: int = 0) -> Ratio:
    """The peer's median over ours: above 1 where we are quicker.

    Raises:
        ValueError: without any duration of either, or where ours took no time at all.
    """
    if not peer or not ours or statistics.median(ours) <= 0:
        raise ValueError(f"{len(peer)} durations of the peer and {len(ours)} of ours give no ratio")
    low, high = median_ratio_interval(np.array(peer), np.array(ours), seed=seed)
    return Ratio(statistics.median(peer) / statistics.median(ours), low, high)


def alternate(
    actions: Mapping[str, Callable[[int], object]],
    rounds: int,
    *,
    warm_up: int = WARM_UP,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Seconds of each action, `rounds` times. An action gets the round's number, from 0, warm-up included.

    All of them run in every round, forwards and backwards by turns, so that the machine's mood and
    what the one before left in the caches hit them alike.
    """
    taken: dict[str, list[float]] = {name: [] for name in actions}
    order = list(actions)
    for number in range(warm_up + rounds):
        for name in order if number % 2 == 0 else reversed(order):
            begun = clock()
            actions[name](number)
            if number >= warm_up:
                taken[name].append(clock() - begun)
    return taken


def at_least(name: str, number: int, least: int = 1) -> int:
    """A size that was asked for.

    Raises:
        InputError: if it is below `least`.
    """
    if number < least:
        raise InputError(f"{name} is {number}; it has to be at least {least}")
    return number
