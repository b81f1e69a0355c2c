"""How sure a mean is: the percentile bootstrap interval at 95 %. Pure."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

DRAWS = 2_000  # the ends of an interval then move by about a hundredth of its width


def mean_interval(
    values: NDArray[np.floating],
    clusters: NDArray[np.integer] | None = None,
    *,
    seed: int = 0,
    draws: int = DRAWS,
) -> tuple[float, float]:
    """The interval of the mean of `values` (n,); NaN at both ends where there are none.

    `clusters`: (n,) numbers from 0 of what each value belongs to. Whole clusters are drawn then: the turns
    of one dialogue are alike, and drawing them one by one would feign certainty. The mean of paired
    differences has its interval by giving the differences.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13; paired and by cluster:
    Sakai, SIGIR 2006.
    """
    if not len(values):
        return math.nan, math.nan
    owner = np.arange(len(values)) if clusters is None else clusters
    count = int(owner.max()) + 1
    sums = np.bincount(owner, values, count)  # (cluster,)
    sizes = np.bincount(owner, minlength=count)  # (cluster,)
    drawn = np.random.default_rng(seed).integers(count, size=(draws, count))
    # A number that nothing belongs to has no size; a draw of such alone has no mean to tell.
    means = sums[drawn].sum(axis=1) / np.maximum(sizes[drawn].sum(axis=1), 1)  # (draw,)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def ratio_interval(
    above: NDArray[np.floating], below: NDArray[np.floating], *, seed: int = 0, draws: int = DRAWS
) -> tuple[float, float]:
    """The interval of mean(above) / mean(below) over pairs (n,), drawn together.

    NaN at both ends where there are none, or where a draw's mean of `below` is 0.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 10.
    """
    if not len(above):
        return math.nan, math.nan
    drawn = np.random.default_rng(seed).integers(len(above), size=(draws, len(above)))
    bottoms = below[drawn].mean(axis=1)  # (draw,)
    if (bottoms == 0).any():
        return math.nan, math.nan
    low, high = np.quantile(above[drawn].mean(axis=1) / bottoms, [0.025, 0.975])
    return float(low), float(high)
