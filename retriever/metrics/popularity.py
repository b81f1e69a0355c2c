"""How well-known the recommended items are: novelty, and bias towards what is popular anyway.

In: how many people each item has been seen with, before the test, and lists of rows. Out: one value a list,
NaN for an empty one; the mean over lists is the caller's. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retriever.metrics.beyond_accuracy import Rows

HEAD = 0.2  # of the catalogue: the "short head" of the 80/20 rule


@dataclass(frozen=True, slots=True)
class Popularity:
    """`counts`: (item,) people who have had to do with each item; `people`: how many there are in all."""

    counts: NDArray[np.integer]
    people: int

    def __post_init__(self) -> None:
        if len(self.counts) and not 0 <= int(self.counts.min()) <= int(self.counts.max()) <= self.people:
            raise ValueError(f"counts must lie in 0..{self.people}, the number of people")

    @property
    def shares(self) -> NDArray[np.float64]:
        """(item,) share of people; 0 where there are no people."""
        return self.counts / max(1, self.people)

    @property
    def self_information(self) -> NDArray[np.float64]:
        """(item,) −log2 of the smoothed share of people, in bits: (count + 1) / (people + 1).

        0 for an item that everybody knows, log2(people + 1) for one that nobody does; the smoothing keeps
        that one finite.
        """
        return -np.log2((self.counts + 1) / (self.people + 1))

    @property
    def head(self) -> NDArray[np.bool_]:
        """(item,) True for the most popular fifth of the catalogue, rounded up; ties to the smaller row."""
        best = np.argsort(-self.counts, kind="stable")[: math.ceil(HEAD * len(self.counts))]
        among = np.zeros(len(self.counts), dtype=bool)
        among[best] = True
        return among

    @property
    def head_share(self) -> float:
        """The head's share of all interactions; `head_share` of lists is read beside it. NaN without any."""
        total = int(self.counts.sum())
        return float(self.counts[self.head].sum() / total) if total else math.nan


def novelty(lists: Sequence[Rows], popularity: Popularity) -> NDArray[np.float64]:
    """(list,) mean self-information of its items, in bits, smoothed as `Popularity.self_information` says.

    Source: Zhou et al., PNAS 107, 2010 (surprisal); Castells, Hurley & Vargas, Novelty and Diversity in
    Recommender Systems, Recommender Systems Handbook, 2015.
    """
    return _means(lists, popularity.self_information)


def average_popularity(lists: Sequence[Rows], popularity: Popularity) -> NDArray[np.float64]:
    """(list,) mean share of people who have had to do with its items (ARP, as a share).

    Source: Yin et al., PVLDB 5, 2012; Abdollahpouri, Burke & Mobasher, FLAIRS 2019.
    """
    return _means(lists, popularity.shares)


def head_share(lists: Sequence[Rows], popularity: Popularity) -> NDArray[np.float64]:
    """(list,) share of its items that are in the head; beside `Popularity.head_share` it tells the bias.

    Source: Abdollahpouri, Burke & Mobasher, FLAIRS 2019 (1 − the average percentage of long-tail items).
    """
    return _means(lists, popularity.head.astype(np.float64))


def _means(lists: Sequence[Rows], worth: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([float(worth[one].mean()) if len(one) else math.nan for one in lists], dtype=np.float64)
