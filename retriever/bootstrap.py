"""How sure a mean, or a ratio of medians, is: the percentile bootstrap interval at 95 %. Pure."""

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


def median_ratio_interval(
    over: NDArray[np.floating], under: NDArray[np.floating], *, seed: int = 0, draws: int = DRAWS
) -> tuple[float, float]:
    """The interval of median(`over`) / median(`under`), (n,) and (m,), all above 0; NaN where one is empty.

    Both are drawn by themselves, which needs no pairs and errs to the wider side where there are some.
    """
    if not len(over) or not len(under):
        return math.nan, math.nan
    draw = np.random.default_rng(seed)
    medians = [
        np.median(values[draw.integers(len(values), size=(draws, len(values)))], axis=1)  # (draw,)
        for values in (over, under)
    ]
    low, high = np.quantile(medians[0] / medians[1], [0.025, 0.975])
    return float(low), float(high)
