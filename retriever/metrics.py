"""Ranking metrics, one function each. Pure.

In: ranked ids, best first, without repeats, and the relevant ids. Out: one number for one person; the mean
over people is the caller's. "No relevant items" gives NaN, never 0: it says nothing about the ranking.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from retriever.domain import ItemId


def recall_at_k(ranked: Sequence[ItemId], relevant: Collection[ItemId], k: int) -> float:
    """Share of the relevant items that are among the first k; NaN without relevant items."""
    _check(ranked, k)
    wanted = set(relevant)
    return len(wanted.intersection(ranked[:k])) / len(wanted) if wanted else math.nan


def precision_at_k(ranked: Sequence[ItemId], relevant: Collection[ItemId], k: int) -> float:
    """Relevant items among the first k, over k, also when fewer than k are ranked; NaN without relevant."""
    _check(ranked, k)
    wanted = set(relevant)
    return len(wanted.intersection(ranked[:k])) / k if wanted else math.nan


def hit_at_k(ranked: Sequence[ItemId], relevant: Collection[ItemId], k: int) -> float:
    """1 if any of the first k is relevant, else 0; NaN without relevant items."""
    _check(ranked, k)
    wanted = set(relevant)
    return float(not wanted.isdisjoint(ranked[:k])) if wanted else math.nan


def reciprocal_rank(ranked: Sequence[ItemId], relevant: Collection[ItemId]) -> float:
    """1 / rank of the first relevant item, 0 if none is ranked; NaN without relevant items.

    Its mean over people is the MRR.
    """
    _check(ranked, 1)
    wanted = set(relevant)
    if not wanted:
        return math.nan
    return next((1.0 / rank for rank, item in enumerate(ranked, start=1) if item in wanted), 0.0)


def ndcg_at_k(ranked: Sequence[ItemId], gains: Mapping[ItemId, float], k: int) -> float:
    """Discounted gain of the first k over that of the best possible order; NaN without a positive gain.

    Discounted gain: sum of gain / log2(rank + 1), ranks from 1. The gains enter as they are (not 2^gain − 1);
    items not in `gains` have 0.

    Raises:
        ValueError: if a gain is negative.

    Source: Järvelin & Kekäläinen, ACM TOIS 2002.
    """
    _check(ranked, k)
    if any(gain < 0 for gain in gains.values()):
        raise ValueError("gains must not be negative")
    ideal = _discounted(sorted(gains.values(), reverse=True)[:k])
    return _discounted([gains.get(item, 0.0) for item in ranked[:k]]) / ideal if ideal > 0 else math.nan


def coverage(lists: Sequence[Sequence[ItemId]], catalogue_size: int) -> float:
    """Share of the catalogue that at least one list holds; NaN for an empty catalogue."""
    if catalogue_size <= 0:
        return math.nan
    return len({item for one in lists for item in one}) / catalogue_size


def intra_list_distance(vectors: NDArray[np.floating]) -> float:
    """Mean of 1 − cosine over all pairs of a list's items; `vectors` (item, dim), rows unit length.

    NaN for fewer than two items.

    Source: Ziegler et al., WWW 2005 (as intra-list similarity).
    """
    count = len(vectors)
    if count < 2:
        return math.nan
    cosine = vectors @ vectors.T  # (item, item)
    return float(1.0 - (cosine.sum() - np.trace(cosine)) / (count * (count - 1)))


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _check(ranked: Sequence[ItemId], k: int) -> None:
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    if len(set(ranked)) != len(ranked):
        raise ValueError("the ranking lists an item twice")
