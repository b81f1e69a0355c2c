"""Texts to tokens, and tokens to batches of like length.

In: texts. Out: token ids a text, batches as places in the order given, padded arrays. Touches the
tokenizer.json of the model alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.encoding.folder import KIND, ModelFolder
from retriever.model_folders import read_json

Ids = NDArray[np.int32]
# Padded tokens in a batch: 12 texts of 128. On two AVX2 cores 1,024 and 2,048 are alike and 4,096 is 7 %
# slower (its layers leave the cache); with AMX 16 to 32 texts of 80 tokens were best, which is the same.
BATCH_TOKENS = 1_536
# One more pass takes as long as so many tokens in a pass: a query's words are short, its sentence is not, and
# padded alike they took twice as long (73 ms, apart 37, for one text of 48 tokens with three of 4).
_PASS_TOKENS = 30


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts that run together. `places`: their places among all texts; `ids`, `mask`: (text, token)."""

    places: list[int]
    ids: NDArray[np.int64]
    mask: NDArray[np.int64]


class TextTokens:
    """A model's tokenizer: cut at its longest input, never padded; safe from several threads."""

    def __init__(self, folder: ModelFolder) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder.path / "tokenizer.json"))
        self._tokenizer.enable_truncation(folder.max_tokens)
        # Its own padding would pad every query to 128 tokens, and every batch as it comes.
        self._tokenizer.no_padding()
        self.pad = _pad(folder.path, self._tokenizer)

    def __call__(self, texts: Sequence[str]) -> list[Ids]:
        """Token ids of each text, its marks of beginning and end included."""
        # A lone surrogate is no text to the tokenizer, which would refuse all of them for it.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [np.array(one.ids, dtype=np.int32) for one in self._tokenizer.encode_batch_fast(clean)]


def batches(lengths: Sequence[int], budget: int = BATCH_TOKENS) -> list[list[int]]:
    """Places of texts that run together, longest first, each batch within `budget` padded tokens.

    Neighbours in length share a batch, so that hardly anything is padding; a text alone may be longer than
    the budget. Equal lengths keep their order. A batch ends early where what is left would be mostly padding.
    """
    found: list[list[int]] = []
    longest = 0
    order = sorted(range(len(lengths)), key=lambda one: -lengths[one])
    for left, place in zip(range(len(order), 0, -1), order, strict=True):
        room = budget // longest - len(found[-1]) if found else 0
        if room < 1 or (longest - max(1, lengths[place])) * min(left, room) > _PASS_TOKENS:
            found.append([])
            longest = max(1, lengths[place])
        found[-1].append(place)
    return found


def padded(ids: Sequence[Ids], places: list[int], pad: int) -> Batch:
    """The texts at `places` as one batch; what is beyond a text's end is `pad` under a mask of 0."""
    width = max(1, *(len(ids[place]) for place in places))
    rows = np.full((len(places), width), pad, dtype=np.int64)  # (text, token)
    mask = np.zeros((len(places), width), dtype=np.int64)  # (text, token)
    for row, place in enumerate(places):
        rows[row, : len(ids[place])] = ids[place]
        # A tokenizer without marks makes no token of an empty text, which needs a direction all the same.
        mask[row, : max(1, len(ids[place]))] = 1
    return Batch(places, rows, mask)


def padded_batches(ids: Sequence[Ids], pad: int, budget: int = BATCH_TOKENS) -> Iterator[Batch]:
    """All texts in batches of like length, longest first."""
    for places in batches([len(one) for one in ids], budget):
        yield padded(ids, places, pad)


def _pad(path: Path, tokenizer: Any) -> int:
    """The model's own padding token; a file without one pads with id 0, which the mask hides anyway."""
    config = path / "tokenizer_config.json"
    token = read_json(config, KIND).get("pad_token") if config.exists() else None
    if isinstance(token, dict):
        token = token.get("content")
    number = tokenizer.token_to_id(token) if token else None
    return 0 if number is None else int(number)
