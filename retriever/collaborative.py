"""What people like together: item vectors from interactions.

In: who liked what. Out: (item, dim) float32: a row's direction tells with what it is liked, its length by
how many; all zero for an item that nobody liked together with another. Deterministic.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Catalogue
from retriever.domain import ItemId
from retriever.feedback import Interaction

DIM = 64
_MOST_A_PERSON = 200  # of one person's likes: a shop's own test account must not shape everything
# The length of a row is the number of people who like the item, to this power: a cosine alone takes what two
# people like for as good as what two hundred do. Chosen on the likings before the last ones of 610 people.
POPULARITY_POWER = 0.25
_NOISE = 1e-4  # of the largest; single precision errs by 1e-6 here
_BLOCK = 128  # rows worked on at a time
_MOST_ITEMS = 5_000  # the co-mention matrix is square and dense; beyond, the best-known items take part


def co_mention_vectors(
    catalogue: Catalogue, interactions: Iterable[Interaction], dim: int = DIM
) -> NDArray[np.float32] | None:
    """Item vectors from likes of the same person; None when no two items were ever liked together.

    Positive pointwise mutual information of the pairs, counts smoothed to the power 0.75, reduced to the
    directions of its largest positive eigenvalues; rows as long as (people who like it) ^ 0.25. (The SVD
    would keep the negative ones too, and set the two items of an exclusive pair at right angles.)

    Source: Levy & Goldberg, NIPS 2014 (PPMI and SVD); Levy, Goldberg & Dagan, TACL 2015 (0.75, √Σ).
    """
    baskets = _baskets(catalogue, interactions)
    liked = np.zeros(len(catalogue), dtype=np.int64)  # (item,) people who like it
    for basket in baskets:
        liked[np.asarray(basket.rows)] += 1
    rows = np.sort(np.argsort(-liked, kind="stable")[:_MOST_ITEMS])
    rows = rows[liked[rows] > 0]
    place = np.full(len(catalogue), -1, dtype=np.int64)  # (item,) its row and column in the matrix
    place[rows] = np.arange(len(rows))
    # (item, item) weight of likes in common. In single precision, and changed in place from here on: at 5,000
    # items each copy of it would be 100 MB.
    pairs = np.zeros((len(rows), len(rows)), dtype=np.float32)
    for basket in baskets:
        at = place[np.asarray(basket.rows)]
        weight = np.sqrt(np.asarray(basket.weights, dtype=np.float64)[at >= 0])
        at = at[at >= 0]
        if len(at) > 1:
            # A long list says less about each of its pairs.
            pairs[np.ix_(at, at)] += np.outer(weight, weight) / (len(at) - 1)
    del baskets  # of a long history they weigh as much as the matrix
    np.fill_diagonal(pairs, 0.0)
    if not pairs.any():
        return None
    _weigh_ppmi(pairs)
    reduced = _reduce(pairs, dim)
    vectors = np.zeros((len(catalogue), reduced.shape[1]), dtype=np.float32)  # (item, dim)
    vectors[rows] = reduced * (liked[rows, None] ** POPULARITY_POWER)
    return vectors


def likers(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """(item,) how many people like each item, by the rows' lengths; 0 for one never liked with another."""
    counts: NDArray[np.float64] = np.linalg.norm(vectors.astype(np.float64), axis=1) ** (1 / POPULARITY_POWER)
    return counts


class _Basket:
    """What one person likes, in as few bytes as it takes: rows of the catalogue, weights, times."""

    __slots__ = ("rows", "times", "weights")

    def __init__(self) -> None:
        self.rows, self.weights, self.times = array("i"), array("d"), array("d")

    def latest(self, most: int, ids: Sequence[ItemId]) -> None:
        """Keep the latest so many, each item once; of the same time, the smaller ids."""
        newest: dict[int, int] = {}  # row → its place here
        for n in sorted(range(len(self.rows)), key=lambda n: (-self.times[n], ids[self.rows[n]])):
            newest.setdefault(self.rows[n], n)
        order = list(newest.values())[:most]
        self.rows = array("i", (self.rows[n] for n in order))
        self.weights = array("d", (self.weights[n] for n in order))
        self.times = array("d")


def _baskets(catalogue: Catalogue, interactions: Iterable[Interaction]) -> list[_Basket]:
    """By person; `interactions` are read once and not kept, for there may be many."""
    baskets: dict[str, _Basket] = {}
    for one in interactions:
        if one.weight > 0 and one.item in catalogue:
            basket = baskets.setdefault(one.person, _Basket())
            basket.rows.append(catalogue.row(one.item))
            basket.weights.append(one.weight)
            basket.times.append(one.at)
    ids = [item.id for item in catalogue.items]
    for basket in baskets.values():
        basket.latest(_MOST_A_PERSON, ids)
    return [basket for _, basket in sorted(baskets.items())]


def _weigh_ppmi(pairs: NDArray[np.float32]) -> None:
    """Put in place of each pair's count its positive pointwise mutual information."""
    mine = pairs.sum(axis=1, dtype=np.float64)  # (item,)
    total = mine.sum()
    smoothed = mine**0.75
    smoothed /= smoothed.sum()
    blocks = [slice(start, start + _BLOCK) for start in range(0, len(pairs), _BLOCK)]
    for block in blocks:
        expected = np.outer(mine[block] / total, smoothed)  # (item of the block, item)
        share = pairs[block] / total
        ratio = np.divide(share, expected, out=np.zeros_like(expected), where=expected > 0)
        with np.errstate(divide="ignore"):
            pairs[block] = np.maximum(np.log(ratio), 0.0)
    # Smoothing makes it slightly lopsided; the mean of both ways keeps the decomposition symmetric.
    for number, one in enumerate(blocks):
        for other in blocks[number:]:
            both = (pairs[one, other] + pairs[other, one].T) / 2
            pairs[one, other], pairs[other, one] = both, both.T


def _reduce(matrix: NDArray[np.float32], dim: int) -> NDArray[np.float32]:
    from scipy.linalg import eigh

    # Only the largest: all of them cost many times as much, and are thrown away.
    count = len(matrix)
    # Turned, it lies in memory as LAPACK wants it, and being symmetric it is the same.
    values, vectors = eigh(matrix.T, subset_by_index=(max(0, count - dim), count - 1), overwrite_a=True)
    kept = np.argsort(-values, kind="stable")
    kept = kept[values[kept] > _NOISE * values.max()]
    embedded = vectors[:, kept] * np.sqrt(values[kept])  # (item, dim)
    # An eigenvector's sign is arbitrary: its largest entry is made positive, so that every run agrees.
    if embedded.size:
        largest = np.abs(embedded).argmax(axis=0)
        embedded *= np.sign(embedded[largest, np.arange(embedded.shape[1])])
    lengths = np.linalg.norm(embedded, axis=1, keepdims=True)
    # What these directions don't reach has only rounding errors, which must not be made as long as the rest.
    reached = lengths > _NOISE * lengths.max(initial=0.0)
    unit = np.divide(embedded, lengths, out=np.zeros_like(embedded), where=reached)
    reduced: NDArray[np.float32] = unit.astype(np.float32)
    return reduced
