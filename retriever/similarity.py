"""How alike two items are, in meaning and in the facet values that they share.

In: a catalogue and its vectors. Out: (item,) similarity to one item. Text alone takes "a linguist meets
visitors" for any quiet meeting; facets alone know no story. Together they explain themselves: what is
shared can be named. The constants were chosen on 25 films and what resembles them: precision at 5 from
0.80 (plain cosine and overlap, half each) to 0.90.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Catalogue, values_of
from retriever.domain import FacetRole
from retriever.index import VectorIndex

MEANING = 0.4  # share of the centred cosine; the rest is the overlap of facet values

# What a shared value says, by role. The kind of thing decides; a shared actor is a weak hint (a thriller with
# the same lead is not "something like" a quiet drama).
_ROLE_WEIGHT = {FacetRole.CATEGORY: 5.0, FacetRole.CREATOR: 0.5}
# Sources name the main category first. Each later one of the item asked about counts this much less,
# and so does each later one of the other item.
_LATER_ASKED, _LATER_OTHER = 0.6, 0.8
_SAMPLE = 200  # items that stand for all where comparing every two would take minutes
_PIVOT = 0.5  # how far many values of its own count against an item; 1 would be not at all


class ItemSimilarity:
    """Similarity of every item to one of them; the last few are remembered."""

    def __init__(self, catalogue: Catalogue, index: VectorIndex) -> None:
        self._catalogue = catalogue
        self._index = index
        self._mean, self._spread = index.moments()
        self._on_mean = index.scores(self._mean) if len(index) else np.zeros(0, dtype=np.float32)
        self._weights = {facet.name: self._value_weights(facet.name) for facet in catalogue.facets}
        self._burden = self._burdens()
        self._to = lru_cache(maxsize=64)(self._measure)
        self.value_weight = lru_cache(maxsize=65_536)(self._value_weight)

    @property
    def mean(self) -> NDArray[np.float32]:
        """(dim,) the mean of all vectors."""
        return self._mean

    def to(self, row: int) -> NDArray[np.float32]:
        """(item,) how much of one item is in each, about −0.4..1; 1 for itself."""
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

    def values_of(self, row: int) -> tuple[tuple[str, str], ...]:
        """(facet, value) that an item has in facets of values, in the facets' order; each once."""
        facets = self._catalogue.items[row].facets
        return tuple(
            dict.fromkeys(
                (facet.name, word)
                for facet in self._catalogue.facets
                if self._catalogue.column(facet.name) is not None
                for word in values_of(facets.get(facet.name))
            )
        )

    def representative(self) -> NDArray[np.float32]:
        """(item,) how well an item stands for many: mean similarity to the nearest tenth of a sample.

        What to open with where nobody has rated anything: the mean over all would favour what is a
        little of everything, the nearest tenth favours the middle of a kind.
        """
        count = len(self._catalogue)
        sample = np.unique(np.linspace(0, max(count - 1, 0), min(_SAMPLE, count)).astype(np.intp))
        if len(sample) < 2:
            return np.zeros(count, dtype=np.float32)
        near = np.stack([self._measure(int(row)) for row in sample])  # (sample, item)
        near[np.arange(len(sample)), sample] = near.min()  # nobody stands for itself
        kept = max(1, len(sample) // 10)
        nearest: NDArray[np.float32] = np.partition(near, len(sample) - kept, axis=0)[-kept:].mean(axis=0)
        return nearest

    def _value_weight(self, facet: str, value: str) -> float:
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
        counts = np.array([len(rows) for rows in column.members], dtype=np.float64)
        idf = np.log((len(self._catalogue) + 1) / (counts + 0.5))
        factor = _ROLE_WEIGHT.get(self._role(facet), 1.0)
        weights: NDArray[np.float64] = np.where(counts > 1, np.maximum(idf, 0.0) * factor, 0.0)
        return weights

    def _burdens(self) -> NDArray[np.float64]:
        """(item,) what overlaps are divided by: about 1, more for an item with more values than others."""
        mass = np.zeros(len(self._catalogue))
        for facet, weights in self._weights.items():
            column = self._catalogue.column(facet)
            if column is not None:
                for rows, weight in zip(column.members, weights, strict=True):
                    mass[rows] += weight
        mean = mass.mean() if mass.any() else 1.0
        burden: NDArray[np.float64] = np.sqrt(_PIVOT + (1.0 - _PIVOT) * mass / mean)
        return burden

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
        """(item,) share, by weight, of one item's values that each has, over its burden; 0..1."""
        shared = np.zeros(len(self._catalogue))
        whole = 0.0
        for rows, weight, later in self._values(row):
            shared[rows] += weight * later
            whole += weight
        if whole == 0.0:
            return shared
        overlap: NDArray[np.float64] = np.minimum(shared / whole / self._burden, 1.0)
        return overlap

    def _values(self, row: int) -> Iterator[tuple[NDArray[np.int32], float, NDArray[np.floating] | float]]:
        """For each value of an item: who has it, its weight, and by how much less for whom."""
        for facet, weights in self._weights.items():
            column = self._catalogue.column(facet)
            if column is None:
                continue
            main_first = self._role(facet) is FacetRole.CATEGORY
            words = dict.fromkeys(
                word.casefold() for word in values_of(self._catalogue.items[row].facets.get(facet))
            )
            for number, word in enumerate(words):
                place = column.places[word]
                weight = float(weights[place]) * (_LATER_ASKED**number if main_first else 1.0)
                yield (
                    column.members[place],
                    weight,
                    _LATER_OTHER ** column.numbers[place] if main_first else 1.0,
                )

    def _role(self, facet: str) -> FacetRole:
        known = self._catalogue.facet(facet)
        return FacetRole.OTHER if known is None else known.role
