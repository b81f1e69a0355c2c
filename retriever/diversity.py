"""A list whose items are good and not all the same: marginal relevance, and one of each kind. Pure."""

from __future__ import annotations

from collections.abc import Sequence

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


def one_of_each(chosen: Sequence[int], kinds: Sequence[Sequence[int]], k: int) -> list[int]:
    """The choice with an item of every kind that has one, as far as k places go.

    `chosen`: items, best first. `kinds`: for each kind its items, best first; an item may be of several.
    A missing kind's best takes the place of the last item that its kinds can spare. Who asks for a kettle
    and a mug is not served by three mugs.

    Raises:
        ValueError: if k < 0.
    """
    if k < 0:
        raise ValueError(f"k must be at least 0, not {k}")
    picked = list(chosen[:k])
    members = [frozenset(kind) for kind in kinds]
    for kind, own in zip(kinds, members, strict=True):
        if not kind or own.intersection(picked):
            continue
        if len(picked) < k:
            picked.append(kind[0])
            continue
        spare = [place for place, item in enumerate(picked) if _can_go(item, picked, members)]
        if spare:
            picked[spare[-1]] = kind[0]
    return picked


def _can_go(item: int, picked: Sequence[int], members: Sequence[frozenset[int]]) -> bool:
    """True if every kind of the item keeps another one."""
    others = [other for other in picked if other != item]
    return all(own.intersection(others) for own in members if item in own)
