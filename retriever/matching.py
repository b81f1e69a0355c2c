"""Which items have facet values near to what the query's words mean.

In: the encoded query and its telling words. Out: (item,) agreement, and the values that made it. A vector
of a whole description blurs its one sad word; the catalogue's own values ("melancholic", "prison") are
already concepts, so "jail" finds what is tagged "prison". Measured on 26 queries over 483 films: precision
at 5 from 0.49 (text and words alone) to 0.72 with this leg.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Catalogue
from retriever.domain import OfFacet
from retriever.index import best_places
from retriever.values import ValueIndex

MOST_WORDS = 8  # of a query that are looked at one by one; each costs an encoding
# Cosines from which a value counts as near: whole sentences never come as near as a word to a word.
_TEXT_FLOOR, _WORD_FLOOR = 0.3, 0.5
_TEXT_SAYS, _WORD_SAYS = 0.5, 0.6  # from here on a trace may say that the value is what was meant
_TEXT_SHARE, _WORD_SHARE = 0.8, 0.6
_SECOND = 0.5  # of an item's second nearest value; a third adds nothing
# Below the nearest, values count no more: "sad" means "tragic" (0.69); "funny" (0.51) is only a mood too.
_BAND = 0.12
_NEAR_VALUES = 40  # values looked at a part


@dataclass(frozen=True, slots=True)
class Agreement:
    """`scores`: (item,) ≥ 0, unitless. `meant`: values that the words plainly mean, nearest first."""

    scores: NDArray[np.float64]
    meant: tuple[OfFacet, ...]


class ValueMatcher:
    """A catalogue's values, ready to be compared with words."""

    def __init__(self, catalogue: Catalogue, values: ValueIndex) -> None:
        self._values = values
        self._count = len(catalogue)
        members: list[NDArray[np.int32]] = []
        for pair in values.pairs:
            column = catalogue.column(pair.facet)
            place = None if column is None else column.places.get(pair.value.casefold())
            known = column is not None and place is not None
            members.append(column.members[place] if known else np.zeros(0, dtype=np.int32))  # type: ignore[union-attr,index]
        self._members = tuple(members)

    def agreement(self, text: NDArray[np.float32], words: Sequence[NDArray[np.float32]]) -> Agreement | None:
        """How far items have what a text (dim,) and its words, each (dim,), mean; None if nothing is near.

        Score: 0.8 · (nearest + ½ second nearest of an item's values to the text) + 0.6 / √words · the sum
        over words of the nearest value to each; what is under a floor, or not nearly as near as
        the catalogue's nearest, counts 0. √ and not the number:
        of two items, the one that answers two of three words wins over the one that answers one well.
        """
        if not self._members:
            return None
        scores = np.zeros(self._count)
        meant: dict[OfFacet, float] = {}
        cosine = self._cosine(text)
        nearest, second = self._nearest_two(cosine, _TEXT_FLOOR)
        scores += _TEXT_SHARE * (nearest + _SECOND * second)
        self._note(cosine, _TEXT_SAYS, meant)
        for word in words:
            cosine = self._cosine(word)
            scores += _WORD_SHARE / math.sqrt(len(words)) * self._nearest_two(cosine, _WORD_FLOOR)[0]
            self._note(cosine, _WORD_SAYS, meant)
        if not scores.any():
            return None
        return Agreement(scores, tuple(sorted(meant, key=lambda pair: -meant[pair])))

    def _cosine(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        cosine: NDArray[np.float32] = np.einsum("vd,d->v", self._values.vectors, vector)  # (value,)
        return cosine

    def _nearest_two(
        self, cosine: NDArray[np.float32], floor: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(item,) cosine of each item's nearest and second nearest value; 0 under the floor or band."""
        nearest = np.zeros(self._count)
        second = np.zeros(self._count)
        floor = max(floor, float(cosine.max()) - _BAND)
        for place in best_places(cosine, _NEAR_VALUES):
            if cosine[place] < floor:
                break
            rows = self._members[place]
            # Nearest first: what an item has already is at least as near.
            later = rows[(nearest[rows] > 0) & (second[rows] == 0)]
            first = rows[nearest[rows] == 0]
            second[later] = cosine[place]
            nearest[first] = cosine[place]
        return nearest, second

    def _note(self, cosine: NDArray[np.float32], floor: float, meant: dict[OfFacet, float]) -> None:
        for place in best_places(cosine, 5):
            if cosine[place] >= floor:
                pair = self._values.pairs[place]
                meant[pair] = max(meant.get(pair, 0.0), float(cosine[place]))
