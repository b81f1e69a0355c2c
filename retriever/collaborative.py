"""What people like together: item vectors from interactions.

In: who liked what. Out: (item, dim) float32: a row's direction tells with what it is liked, its length by
how many; all zero for an item that nobody liked together with another. Deterministic.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Catalogue
from retriever.ledger import Interaction

DIM = 64
_MOST_A_PERSON = 200  # of one person's likes: a shop's own test account must not shape everything
# The length of a row is the number of people who like the item, to this power: a cosine alone takes what two
# people like for as good as what two hundred do. Chosen on the likings before the last ones of 610 people.
POPULARITY_POWER = 0.25
_MOST_ITEMS = 5_000  # the co-mention matrix is square and dense; beyond, the best-known items take part


def co_mention_vectors(
    catalogue: Catalogue, interactions: Sequence[Interaction], dim: int = DIM
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
        liked[list(basket)] += 1
    rows = np.sort(np.argsort(-liked, kind="stable")[:_MOST_ITEMS])
    rows = rows[liked[rows] > 0]
    place = {int(row): number for number, row in enumerate(rows)}
    pairs = np.zeros((len(rows), len(rows)))  # (item, item) weight of likes in common
    for basket in baskets:
        known = [(place[row], weight) for row, weight in basket.items() if row in place]
        if len(known) > 1:
            at = np.array([one for one, _ in known])
            weight = np.sqrt(np.array([w for _, w in known]))
            # A long list says less about each of its pairs.
            pairs[np.ix_(at, at)] += np.outer(weight, weight) / (len(known) - 1)
    np.fill_diagonal(pairs, 0.0)
    if not pairs.any():
        return None
    reduced = _reduce(_ppmi(pairs), dim)
    vectors = np.zeros((len(catalogue), reduced.shape[1]), dtype=np.float32)  # (item, dim)
    vectors[rows] = reduced * (liked[rows, None] ** POPULARITY_POWER)
    return vectors


def likers(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """(item,) how many people like each item, by the rows' lengths; 0 for one never liked with another."""
    counts: NDArray[np.float64] = np.linalg.norm(vectors.astype(np.float64), axis=1) ** (1 / POPULARITY_POWER)
    return counts


def _baskets(catalogue: Catalogue, interactions: Sequence[Interaction]) -> list[dict[int, float]]:
    baskets: dict[str, dict[int, float]] = {}
    for one in sorted(interactions, key=lambda i: (i.person, -i.at, i.item)):
        basket = baskets.setdefault(one.person, {})
        if one.weight > 0 and one.item in catalogue and len(basket) < _MOST_A_PERSON:
            basket.setdefault(catalogue.row(one.item), one.weight)
    return [basket for _, basket in sorted(baskets.items()) if basket]


def _ppmi(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
    total = pairs.sum()
    mine = pairs.sum(axis=1)
    smoothed = mine**0.75
    smoothed /= smoothed.sum()
    expected = np.outer(mine / total, smoothed)
    with np.errstate(divide="ignore"):
        information = np.log(np.divide(pairs / total, expected, out=np.zeros_like(pairs), where=expected > 0))
    information = np.maximum(information, 0.0)
    # Smoothing makes it slightly lopsided; the mean of both ways keeps the decomposition symmetric.
    both: NDArray[np.float64] = (information + information.T) / 2
    return both


def _reduce(matrix: NDArray[np.float64], dim: int) -> NDArray[np.float32]:
    from scipy.linalg import eigh

    # Only the largest: all of them cost many times as much, and are thrown away.
    count = len(matrix)
    values, vectors = eigh(matrix, subset_by_index=(max(0, count - dim), count - 1))
    kept = np.argsort(-values, kind="stable")
    kept = kept[values[kept] > 1e-9]
    embedded = vectors[:, kept] * np.sqrt(values[kept])  # (item, dim)
    # An eigenvector's sign is arbitrary: its largest entry is made positive, so that every run agrees.
    if embedded.size:
        largest = np.abs(embedded).argmax(axis=0)
        embedded *= np.sign(embedded[largest, np.arange(embedded.shape[1])])
    lengths = np.linalg.norm(embedded, axis=1, keepdims=True)
    unit = np.divide(embedded, lengths, out=np.zeros_like(embedded), where=lengths > 1e-9)
    reduced: NDArray[np.float32] = unit.astype(np.float32)
    return reduced
