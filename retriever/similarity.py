"""How alike two items are: half in meaning, half in the facet values that they share.

In: a catalogue and its vectors. Out: (item,) similarity to one item. Text alone takes "a linguist meets
visitors" for "a linguist meets visitors' lawyers"; facets alone know no story. Together they explain
themselves: what is shared can be named.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Catalogue, values_of
from retriever.domain import FacetRole
from retriever.index import VectorIndex

MEANING = 0.5  # share of the centred cosine; the rest is the overlap of facet values

# What a shared value says, by role. The kind of thing decides; a shared actor is a weak hint (a thriller with
# the same lead is not "something like" a quiet drama).
_ROLE_WEIGHT = {FacetRole.CATEGORY: 2.0, FacetRole.CREATOR: 0.5}


class ItemSimilarity:
    """Similarity of every item to one of them; the last few are remembered."""

    def __init__(self, catalogue: Catalogue, index: VectorIndex) -> None:
        self._catalogue = catalogue
        self._index = index
        self._mean, self._spread = index.moments()
        self._on_mean = index.scores(self._mean) if len(index) else np.zeros(0, dtype=np.float32)
        self._weights = {facet.name: self._value_weights(facet.name) for facet in catalogue.facets}
        self._mass = self._masses()  # (item,) weight of all values that an item has
        self._to = lru_cache(maxsize=64)(self._measure)

    def to(self, row: int) -> NDArray[np.float32]:
        """(item,) similarity to an item, about −0.5..1; 1 for itself."""
        return self._to(row)

    def shared(self, row: int, other: int) -> tuple[tuple[str, str], ...]:
        """(facet, value) that two items have in common, most telling first; spelling of the first item."""
        mine, theirs = self._catalogue.items[row].facets, self._catalogue.items[other].facets
        found: list[tuple[float, str, str]] = []
        for facet in self._catalogue.facets:
            column = self._catalogue.column(facet.name)
            if column is None:
                continue
            has = {word.casefold() for word in values_of(theirs.get(facet.name))}
            for word in values_of(mine.get(facet.name)):
                if word.casefold() in has:
                    weight = float(self._weights[facet.name][column.places[word.casefold()]])
                    found.append((-weight, facet.name, word))
        # Stable: equals keep the facets' and values' order.
        return tuple((facet, word) for _, facet, word in sorted(found, key=lambda one: one[0]))

    def value_weight(self, facet: str, value: str) -> float:
        """How telling a value is: 1 for the rarest, near 0 for one that all items have; 0 if unknown."""
        column = self._catalogue.column(facet)
        place = None if column is None else column.places.get(value.casefold())
        if column is None or place is None:
            return 0.0
        count = len(self._catalogue)
        rarest = math.log((count + 1) / 1.5)
        return math.log((count + 1) / (len(column.members[place]) + 0.5)) / rarest if rarest > 0 else 1.0

    def _value_weights(self, facet: str) -> NDArray[np.float64]:
        """(value,) inverse document frequency by the facet's role; 0 for a value that only one item has."""
        column = self._catalogue.column(facet)
        if column is None:
            return np.zeros(0)
        known = self._catalogue.facet(facet)
        factor = _ROLE_WEIGHT.get(known.role, 1.0) if known is not None else 1.0
        counts = np.array([len(rows) for rows in column.members], dtype=np.float64)
        idf = np.log((len(self._catalogue) + 1) / (counts + 0.5))
        weights: NDArray[np.float64] = np.where(counts > 1, np.maximum(idf, 0.0) * factor, 0.0)
        return weights

    def _masses(self) -> NDArray[np.float64]:
        mass = np.zeros(len(self._catalogue))
        for facet, weights in self._weights.items():
            column = self._catalogue.column(facet)
            if column is not None:
                for rows, weight in zip(column.members, weights, strict=True):
                    mass[rows] += weight
        return mass

    def _measure(self, row: int) -> NDArray[np.float32]:
        # Cosine once the mean is taken off both: every pair shares the catalogue's own subject, which says
        # nothing. (x − m)·(a − m) = x·a − x·m − a·m + m·m, so no second matrix is kept.
        products = self._index.scores(self._index.row(row))
        inner = products - self._on_mean - self._on_mean[row] + float(self._mean @ self._mean)
        lengths = np.maximum(self._spread * self._spread[row], 1e-9)
        similar = (MEANING * (inner / lengths) + (1.0 - MEANING) * self._overlap(row)).astype(np.float32)
        similar[row] = 1.0
        similar.setflags(write=False)  # shared by every caller from the cache
        measured: NDArray[np.float32] = similar
        return measured

    def _overlap(self, row: int) -> NDArray[np.float64]:
        """(item,) weight of the shared values over the geometric mean of both items' weights, 0..1."""
        shared = np.zeros(len(self._catalogue))
        for facet, weights in self._weights.items():
            column = self._catalogue.column(facet)
            if column is None:
                continue
            for word in {w.casefold() for w in values_of(self._catalogue.items[row].facets.get(facet))}:
                place = column.places[word]
                shared[column.members[place]] += weights[place]
        norm = np.sqrt(self._mass * self._mass[row])
        overlap: NDArray[np.float64] = np.divide(shared, norm, out=np.zeros_like(shared), where=norm > 0)
        return overlap
