"""What Parley is measured beside: rankings by known recipes, each in a few lines.

In: what everybody did before, and what one person did. Out: (item,) scores, higher is better. Only likings
are learnt from; what a person disliked says nothing to a peer.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Catalogue
from retriever.ledger import Interaction
from retriever.lexical import Bm25

Scores = NDArray[np.floating]
Liked = NDArray[np.intp]
"""Rows of what one person liked, oldest first."""

MOST_ITEMS = 10_000  # square matrices are dense: 400 MB each; beyond, the best-known items take part
_NEIGHBOURS = 100  # of each item: the usual size; more adds noise, and all of them popularity
_EASE_RIDGE = (
    200.0  # of 50, 200, 500, 1,000 the best nDCG@20 on the likings before the targets of 9,742 films
)
_LATEST = 5  # liked items that BM25 asks with: a query of hundreds of words asks for everything


class Peer(Protocol):
    """A way of ranking the whole catalogue for one person."""

    @property
    def name(self) -> str: ...

    def scores(self, person: str, liked: Liked) -> Scores:
        """(item,) in the order of the catalogue; equal ones go by that order."""
        ...


class Likings:
    """Who liked what among everybody's past."""

    def __init__(self, catalogue: Catalogue, train: Sequence[Interaction], liked: float) -> None:
        self.catalogue = catalogue
        self._least = liked
        rows: dict[str, list[int]] = defaultdict(list)
        for one in train:
            if one.weight >= liked:
                rows[one.person].append(catalogue.row(one.item))
        self.baskets = [np.array(own, dtype=np.intp) for _, own in sorted(rows.items())]
        self.counts = np.zeros(len(catalogue), dtype=np.int64)  # (item,) people who like it
        for basket in self.baskets:
            self.counts[basket] += 1

    def of(self, past: Sequence[Interaction]) -> Liked:
        """Rows of what is liked in one person's past."""
        return np.array(
            [self.catalogue.row(one.item) for one in past if one.weight >= self._least], dtype=np.intp
        )

    def together(self) -> tuple[Liked, NDArray[np.float32]]:
        """Rows of the items that anybody likes, ascending; (item, item) people who like both of two."""
        best = np.argsort(-self.counts, kind="stable")[:MOST_ITEMS]
        rows = np.sort(best[self.counts[best] > 0])
        place = np.full(len(self.catalogue), -1, dtype=np.intp)
        place[rows] = np.arange(len(rows))
        both = np.zeros((len(rows), len(rows)), dtype=np.float32)
        for basket in self.baskets:
            known = place[basket][place[basket] >= 0]
            both[np.ix_(known, known)] += 1.0
        return rows, both


class Random:
    """Any order, another one for each person; the same for the same seed."""

    name = "random"

    def __init__(self, likings: Likings, seed: int) -> None:
        self._count = len(likings.catalogue)
        self._seed = seed

    def scores(self, person: str, liked: Liked) -> Scores:  # noqa: ARG002  # it does not listen
        own = int.from_bytes(hashlib.sha256(person.encode("utf-8", "surrogatepass")).digest()[:8], "big")
        return np.random.default_rng([self._seed, own]).random(self._count)


class Popular:
    """How many people like an item."""

    name = "most popular"

    def __init__(self, likings: Likings) -> None:
        self._scores = likings.counts.astype(np.float64)

    def scores(self, person: str, liked: Liked) -> Scores:  # noqa: ARG002  # the same for everyone
        return self._scores


class LinearPeer:
    """A weight from each item to each: the score is the sum over what the person liked."""

    def __init__(self, name: str, count: int, rows: Liked, weights: NDArray[np.float32]) -> None:
        self.name = name
        self._count = count
        self._rows = rows  # rows of the catalogue, ascending
        self._weights = weights  # (from, to), both in the order of `rows`

    def scores(self, person: str, liked: Liked) -> Scores:  # noqa: ARG002  # only the likes count
        scores = np.zeros(self._count)
        known = np.searchsorted(self._rows, liked[np.isin(liked, self._rows)])
        scores[self._rows] = self._weights[known].sum(axis=0)
        return scores


def nearest_neighbours(likings: Likings, *, most: int = _NEIGHBOURS) -> LinearPeer:
    """Item-item nearest neighbours: cosine of who likes them, to each item from its `most` nearest only.

    Source: Sarwar et al., WWW 2001; Deshpande & Karypis, ACM TOIS 2004.
    """
    rows, both = likings.together()
    lengths = np.sqrt(np.diag(both))
    both /= np.outer(lengths, lengths)
    np.fill_diagonal(both, 0.0)
    far = len(rows) - most
    if far > 0:
        for own in both.T:
            own[np.argpartition(own, far)[:far]] = 0.0
    return LinearPeer("item neighbours", len(likings.catalogue), rows, both)


def ease(likings: Likings) -> LinearPeer:
    """EASE: the linear autoencoder without self-weights in closed form.

    B = I − P · diag(1 / diag(P)), P the inverse of the likes in common with the ridge on its diagonal.

    Source: Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019.
    """
    rows, both = likings.together()
    both[np.diag_indices(len(rows))] += _EASE_RIDGE
    inverse = np.linalg.inv(both)
    weights = (inverse / -np.diag(inverse)).astype(np.float32, copy=False)
    np.fill_diagonal(weights, 0.0)
    return LinearPeer("EASE", len(likings.catalogue), rows, weights)


class ContentCosine:
    """Cosine to the mean of the encoder's vectors of what was liked."""

    name = "text cosine"

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors  # (item, dim), unit rows

    def scores(self, person: str, liked: Liked) -> Scores:  # noqa: ARG002
        if not len(liked):
            return np.zeros(len(self._vectors))
        scores: Scores = self._vectors @ self._vectors[liked].mean(axis=0)
        return scores


class ContentBm25:
    """BM25 of the words of the latest five liked."""

    name = "text BM25"

    def __init__(self, lexical: Bm25) -> None:
        self._lexical = lexical

    def scores(self, person: str, liked: Liked) -> Scores:  # noqa: ARG002
        words = [stem for row in liked[-_LATEST:] for stem in self._lexical.framed[row].split()]
        return self._lexical.token_scores(words)


def peers(likings: Likings, vectors: NDArray[np.float32], lexical: Bm25, seed: int) -> Iterator[Peer]:
    """Each when it is asked for: only one square matrix is kept at a time."""
    yield Random(likings, seed)
    yield Popular(likings)
    yield ContentCosine(vectors)
    yield ContentBm25(lexical)
    yield nearest_neighbours(likings)
    yield ease(likings)
