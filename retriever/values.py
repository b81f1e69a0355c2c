"""Facet values by meaning: which value of the catalogue is meant by words that nobody wrote in it.

In: encoded values. Out: the nearest ones with their cosine. Names of people are left out: what they
sound like says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Catalogue
from retriever.domain import FacetRole, OfFacet
from retriever.index import best_places

_MOST_OF_A_FACET = 1_000  # a facet with more values is a list of names or ids
_MOST = 4_000


class ValueIndex:
    """Values and their vectors: `pairs` in the order of `vectors` (value, dim), unit rows."""

    def __init__(self, pairs: Sequence[OfFacet], vectors: NDArray[np.float32]) -> None:
        if len(pairs) != len(vectors):
            raise ValueError(f"{len(pairs)} values with {len(vectors)} vectors")
        self.pairs = tuple(pairs)
        self.vectors = vectors

    def nearest(self, vector: NDArray[np.float32], k: int) -> tuple[tuple[OfFacet, float], ...]:
        """The k values nearest to a unit vector, with their cosine, nearest first."""
        if not self.pairs:
            return ()
        # einsum keeps off BLAS and its threads: a few hundred rows are not worth a barrier.
        cosine = np.einsum("vd,d->v", self.vectors, vector)  # (value,)
        return tuple((self.pairs[place], float(cosine[place])) for place in best_places(cosine, k))

    def mean_of(self, wanted: Collection[tuple[str, str]]) -> NDArray[np.float32] | None:
        """(dim,) unit mean of the vectors of (facet, case-folded value) pairs; None if none is known."""
        rows = [row for row, p in enumerate(self.pairs) if (p.facet, p.value.casefold()) in wanted]
        if not rows:
            return None
        mean = self.vectors[rows].mean(axis=0)
        unit: NDArray[np.float32] = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return unit

    def save(self, folder: Path) -> None:
        """Write values.npy and values.json."""
        np.save(folder / "values.npy", self.vectors, allow_pickle=False)
        pairs = [[pair.facet, pair.value] for pair in self.pairs]
        (folder / "values.json").write_text(json.dumps(pairs), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> ValueIndex:
        """The inverse of `save`."""
        pairs = json.loads((folder / "values.json").read_text(encoding="utf-8"))
        vectors = np.load(folder / "values.npy", allow_pickle=False)
        return cls([OfFacet(facet, value) for facet, value in pairs], vectors)


def meaningful_values(catalogue: Catalogue) -> tuple[OfFacet, ...]:
    """The values worth encoding: those of facets that group items, commonest first within a facet."""
    chosen: list[OfFacet] = []
    for facet in catalogue.facets:
        values = catalogue.values(facet.name)
        grouped = sum(1 for count in values.values() if count > 1)
        names = facet.role is FacetRole.CREATOR or len(values) > _MOST_OF_A_FACET
        # Up to 50 values any facet is a vocabulary; beyond, half of them must occur twice.
        if names or (len(values) > 50 and grouped * 2 < len(values)):
            continue
        chosen.extend(OfFacet(facet.name, value) for value in values)
    return tuple(chosen[:_MOST])
