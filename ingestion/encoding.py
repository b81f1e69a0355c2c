"""Encoding what has no vector yet: of like length together, stored while the next are computed.

In: a ledger, an encoder, (key, text) of what is missing. Out: vectors in the ledger, and which path made
them. A kill costs the last few hundred texts: each commit is whole, and the next load finds the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from retriever.encoder import Encoder
from retriever.ledger import Ledger

COMMIT_EVERY = 512
"""Texts between two commits of vectors."""

Done = tuple[list[int], NDArray[np.float32]]


@runtime_checkable
class BulkEncoder(Protocol):
    """What an encoder may have besides: a way of its own for whole catalogues."""

    def encode_bulk(self, texts: Sequence[str]) -> Generator[Done]:
        """Places and vectors (text, dim) of batches, each text once, in any order, as they are done."""
        ...

    def bulk_path(self) -> str:
        """What runs it, for people."""
        ...


def encode_missing(
    ledger: Ledger,
    encoder: Encoder,
    missing: Sequence[tuple[str, str]],
    advance: Callable[[int], None],
    commit_every: int = COMMIT_EVERY,
) -> str:
    """Encode and keep every (key, text); answers which path encoded, empty where there is no choice.

    `advance` gets steps that add up to the number of texts, but count characters: a text of twice the length
    is two steps. So the time left is right although texts of like length run together.

    Raises:
        ValueError: if commit_every is below 1.
    """
    if commit_every < 1:
        raise ValueError(f"commit_every must be at least 1, not {commit_every}")
    if not missing:
        return ""
    texts = [text for _, text in missing]
    steps = _Steps(texts, advance)
    waiting: list[tuple[str, NDArray[np.float32]]] = []
    with closing(_batches(encoder, texts, commit_every)) as batches:
        for places, vectors in batches:
            waiting += zip((missing[place][0] for place in places), vectors, strict=True)
            steps.done(places)
            if len(waiting) >= commit_every:
                ledger.put_vectors(encoder.fingerprint, waiting)
                waiting = []
    ledger.put_vectors(encoder.fingerprint, waiting)
    return encoder.bulk_path() if isinstance(encoder, BulkEncoder) else ""


def _batches(encoder: Encoder, texts: Sequence[str], size: int) -> Generator[Done]:
    if isinstance(encoder, BulkEncoder):
        yield from encoder.encode_bulk(texts)
        return
    for start in range(0, len(texts), size):
        part = texts[start : start + size]
        yield list(range(start, start + len(part))), encoder.encode(part)


class _Steps:
    """Characters done, told as texts of mean length."""

    def __init__(self, texts: Sequence[str], advance: Callable[[int], None]) -> None:
        self._work = [len(text) + 1 for text in texts]  # an empty text is work too
        self._whole = sum(self._work)
        self._advance = advance
        self._done = self._told = 0

    def done(self, places: Sequence[int]) -> None:
        """These texts are done."""
        self._done += sum(self._work[place] for place in places)
        steps = len(self._work) * self._done // self._whole - self._told
        self._told += steps
        if steps:
            self._advance(steps)
