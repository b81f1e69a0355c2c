"""Maximal marginal relevance: a list whose items are good and not all the same. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def mmr(
    relevance: NDArray[np.floating], similarity: NDArray[np.floating], k: int, *, balance: float = 0.75
) -> list[int]:
    """Places of up to k items, each the best by balance · relevance − (1 − balance) · nearest chosen one.

    `relevance`: (item,), brought to 0..1 here (all equal counts as 1). `similarity`: (item, item) cosine.
    `balance` 1 keeps the order of relevance. The first is always the most relevant. Ties: smaller place.

    Raises:
        ValueError: if k < 0, balance is outside 0..1, or the shapes do not fit.

    Source: Carbonell & Goldstein, SIGIR 1998.
    """
    count = len(relevance)
    if k < 0 or not 0.0 <= balance <= 1.0:
        raise ValueError(f"k must be at least 0 and balance in 0..1, not {k} and {balance}")
    if similarity.shape != (count, count):
        raise ValueError(f"{count} items need a similarity of {count} × {count}, not {similarity.shape}")
    if not count:
        return []
    low, high = float(relevance.min()), float(relevance.max())
    scaled = (relevance - low) / (high - low) if high > low else np.ones(count)  # (item,) 0..1
    chosen: list[int] = []
    nearest = np.zeros(count)  # (item,) similarity to the nearest chosen one; 0 before the first
    open_places = np.ones(count, dtype=bool)
    while len(chosen) < min(k, count):
        worth = np.where(open_places, balance * scaled - (1.0 - balance) * nearest, -np.inf)
        # The first pick has nobody to differ from.
        best = int(np.argmax(np.where(open_places, scaled, -np.inf) if not chosen else worth))
        nearest = similarity[best].astype(np.float64) if not chosen else np.maximum(nearest, similarity[best])
        open_places[best] = False
        chosen.append(best)
    return chosen
