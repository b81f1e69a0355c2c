"""Merge rankings of one catalogue that share no score scale (BM25, cosine, ratings).

In: ranks. Out: one fused score an item. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RRF_K = 60


def ranks(scores: NDArray[np.floating], among: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(item,) rank of each item by descending score, from 1; 0 for those not `among`.

    Equal scores share the better rank, and the next rank counts them all (1, 2, 2, 4): an order that
    the scores do not know must not decide anything.
    """
    places = np.zeros(len(scores), dtype=np.int64)  # (item,)
    rows = np.flatnonzero(among)
    if not len(rows):
        return places
    descending = np.sort(-scores[rows])
    places[rows] = np.searchsorted(descending, -scores[rows], side="left") + 1
    return places


def neutral_rank(count: int, *, k: int = RRF_K) -> int:
    """The rank that adds what the ranks 1 to `count` add on average: of an item that a ranking can't know.

    With 0 there is no ranking to be neutral in: 0.
    """
    if count < 1:
        return 0
    return round(1.0 / float(np.mean(1.0 / (k + np.arange(1, count + 1)))) - k)


def reciprocal_rank_fusion(
    rankings: Sequence[NDArray[np.int64]], weights: Sequence[float], *, k: int = RRF_K
) -> NDArray[np.float64]:
    """(item,) sum of weight / (k + rank) over the rankings that hold the item.

    Each ranking is (item,), ranks from 1, 0 where it does not hold the item. Scores are unitless and
    compare only within one call.

    Raises:
        ValueError: if k < 1, nothing is to be merged, or shapes or counts differ.

    Source: Cormack, Clarke & Buettcher, SIGIR 2009; k = 60 is their choice. The weights are ours.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    if not rankings or len(rankings) != len(weights):
        raise ValueError(f"{len(rankings)} rankings with {len(weights)} weights cannot be merged")
    if len({ranking.shape for ranking in rankings}) != 1:
        raise ValueError("the rankings are of different catalogues: their shapes differ")
    fused = np.zeros(rankings[0].shape, dtype=np.float64)  # (item,)
    for ranking, weight in zip(rankings, weights, strict=True):
        fused += np.where(ranking > 0, weight / (k + ranking), 0.0)
    return fused
