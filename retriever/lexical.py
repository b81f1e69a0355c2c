"""The lexical leg: BM25 over an item's words (bm25s, Lucene's formula, k1 = 1.5, b = 0.75).

In: stems of all items. Out: one score an item for a text. Part of a generation's folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.tokens import query_stems, tokenize

__all__ = ["Bm25", "tokenize"]

_STEMS_FILE = "stems.txt"


class Bm25:
    """An index over framed stems (see `tokens.framed_stems`), one a row."""

    def __init__(self, index: Any, framed: tuple[str, ...]) -> None:
        self._index = index
        self.framed = framed

    @classmethod
    def build(cls, framed: Sequence[str]) -> Bm25:
        """Index the items' stems; an empty catalogue, or one without any word, has no index inside."""
        import bm25s

        # Numbers in place of words: a word's number is one object for all rows, while each row's own words
        # would take 800 MB of 100,000 texts.
        words: dict[str, int] = {}
        rows = [[words.setdefault(word, len(words)) for word in one.split()] for one in framed]
        if not words:
            return cls(None, tuple(framed))
        index = bm25s.BM25(method="lucene")
        index.index((rows, words), create_empty_token=False, show_progress=False)
        return cls(index, tuple(framed))

    def save(self, folder: Path) -> None:
        """Write the index and the stems into a folder, made if absent."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _STEMS_FILE).write_text("".join(f"{one}\n" for one in self.framed), encoding="utf-8")
        if self._index is not None:
            self._index.save(folder / "bm25", show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> Bm25:
        """The inverse of `save`. No pickle is read."""
        framed = tuple((folder / _STEMS_FILE).read_text(encoding="utf-8").split("\n")[:-1])
        if not (folder / "bm25").exists():
            return cls(None, framed)
        import bm25s

        return cls(bm25s.BM25.load(folder / "bm25", allow_pickle=False, show_progress=False), framed)

    def has(self, word: str) -> bool:
        """Whether every stem of a word stands in some item's text."""
        stems = tokenize(word)
        return self._index is not None and bool(stems) and all(s in self._index.vocab_dict for s in stems)

    def scores(self, text: str) -> NDArray[np.float32]:
        """(item,) BM25 of the text's telling words, ≥ 0; 0 for an item with none of them."""
        return self.token_scores(query_stems(text))

    def token_scores(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """(item,) BM25 of stems; one given twice counts once (a query repeats words without meaning it)."""
        nothing = np.zeros(len(self.framed), dtype=np.float32)
        if self._index is None:
            return nothing
        known = self._index.get_tokens_ids(list(dict.fromkeys(tokens)))
        if not known:
            return nothing
        return np.asarray(self._index.get_scores_from_ids(known), dtype=np.float32)
