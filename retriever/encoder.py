"""Texts to vectors.

In: texts. Out: (text, dim) float32, rows of unit length (an empty text has a row too). An encoder reads
local files only; which weights it has is part of its fingerprint, so vectors of different encoders
are never mixed up.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from retriever.transformer import SentenceTransformersEncoder

__all__ = ["Encoder", "HashingEncoder", "SentenceTransformersEncoder", "Vocabulary"]


@runtime_checkable
class Encoder(Protocol):
    """What turns texts into vectors.

    `fingerprint` changes whenever the same text would get another vector; `dim` is the row width.
    """

    @property
    def name(self) -> str: ...

    @property
    def dim(self) -> int: ...

    @property
    def fingerprint(self) -> str: ...

    def encode(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """(text, dim), rows unit length, in the order given.

        `on_batch` gets the number of texts done since the last call.
        """
        ...


@runtime_checkable
class Vocabulary(Protocol):
    """What an encoder may have besides: a vocabulary that tells words from typing errors."""

    def has_word(self, word: str) -> bool:
        """Whether a lower-case word is in it as a whole."""
        ...


class HashingEncoder:
    """The shipped double: words and their trigrams hashed to signed places. No model, no training, no luck.

    Texts that share words are near; nothing is known of meaning. Word weight 1, each trigram 1/4, so
    that "jacket" and "jackets" are near but two texts about other things are not.
    """

    def __init__(self, dim: int = 256) -> None:
        if dim < 1:
            raise ValueError(f"dim must be at least 1, not {dim}")
        self._dim = dim

    @property
    def name(self) -> str:
        return "hashing"

    @property
    def dim(self) -> int:
        return self._dim

    @property
    def fingerprint(self) -> str:
        return f"hashing-1-{self._dim}"

    def encode(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self._dim), dtype=np.float32)  # (text, dim)
        for row, text in enumerate(texts):
            for word in _words(text):
                self._add(rows[row], f"w{word}", 1.0)
                padded = f"^{word}$"
                for start in range(len(padded) - 2):
                    self._add(rows[row], f"t{padded[start : start + 3]}", 0.25)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        # A text without words still needs a direction: the first axis, the same for all of them.
        rows[lengths[:, 0] == 0.0, 0] = 1.0
        lengths[lengths == 0.0] = 1.0
        if on_batch is not None and texts:
            on_batch(len(texts))
        unit: NDArray[np.float32] = (rows / lengths).astype(np.float32, copy=False)
        return unit

    def _add(self, row: NDArray[np.float32], token: str, weight: float) -> None:
        digest = hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        place = int.from_bytes(digest, "little")
        row[(place >> 1) % self._dim] += weight if place & 1 else -weight


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c if c.isalnum() else " " for c in folded).split()
