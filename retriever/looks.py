"""What pictures say for a ranking: the person's words against each picture, and pictures like those named.

In: the vectors of the pictures that a generation holds, and the encoder that made them. Out: legs. An item
without a picture that was encoded is neutral in them: it neither gains nor loses.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Mask
from retriever.domain import Leg
from retriever.errors import ModelError, ModelMissing
from retriever.image_encoder import ImageEncoder
from retriever.legs import WEIGHTS, LegScores

_REMEMBERED = 512  # encoded texts; 1 MB at 512 numbers each

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PictureVectors:
    """`vectors`: (picture, dim), unit rows; `rows`: (picture,) the catalogue row of each, ascending."""

    rows: NDArray[np.int32]
    vectors: NDArray[np.float32]


class Looks:
    """The legs of one catalogue's pictures. Safe from several threads."""

    def __init__(self, pictures: PictureVectors, items: int, encoder: ImageEncoder) -> None:
        self._pictures = pictures
        self._place = np.full(items, -1, dtype=np.int64)  # (item,) place in `vectors`; -1 without a picture
        self._place[pictures.rows] = np.arange(len(pictures.rows))
        self._encoder = encoder
        self._absent = False
        self._encoded = lru_cache(maxsize=_REMEMBERED)(self._encode)

    def legs(self, text: str, anchors: Sequence[int], among: Mask) -> list[LegScores]:
        """Legs for a query's words and for the rows of the items that it names, where anything is known."""
        found = []
        seen = [self._place[row] for row in anchors if self._place[row] >= 0]
        if text and (wanted := self._wanted(text)) is not None:
            found.append(self._leg(Leg.PICTURE, self._pictures.vectors @ wanted, among))
        if seen:
            near = self._pictures.vectors @ self._pictures.vectors[seen].T  # (picture, anchor) cosine
            likeness = 0.5 * near.max(axis=1) + 0.5 * near.mean(axis=1)
            found.append(self._leg(Leg.LOOKS, likeness, among))
        return [leg for leg in found if leg is not None]

    def _leg(self, leg: Leg, cosine: NDArray[np.float32], among: Mask) -> LegScores | None:
        pictured = self._place >= 0
        if not (known := among & pictured).any():
            return None
        scores = np.zeros(len(among), dtype=np.float32)  # (item,)
        scores[self._pictures.rows] = cosine
        return LegScores(leg, scores, known, WEIGHTS[leg], neutral=among & ~pictured)

    def _wanted(self, text: str) -> NDArray[np.float32] | None:
        """(dim,) by the text tower; None if the encoder fails: then the other legs stand alone."""
        if self._absent:
            return None
        try:
            return self._encoded(text)
        except ModelError as error:
            # Weights that cannot be read would be tried again, for seconds, with each message.
            self._absent = isinstance(error, ModelMissing)
            _log.warning("pictures stay out of the ranking: %s", error)
            return None

    def _encode(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._encoder.encode_texts([text])[0]
        return vector
