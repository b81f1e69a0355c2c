"""Whether a path gives the vectors of the exact one: probes of every length, in several scripts.

In: a tokenizer, two forwards. Out: the largest 1 - cosine. Pure but for the words file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retriever.encoding.paths import Forward
from retriever.encoding.tokens import BATCH_TOKENS, Ids, TextTokens, padded_batches

# Largest 1 - cosine to fp32 that still counts as the same encoder; bf16 with pooling in fp32 has 1.2e-4.
MOST_DEVIATION = 2e-4
_WORDS = Path(__file__).parent.parent / "words" / "probes.toml"
# Tokens; few texts are long, since those take most of the time and differ least.
_LENGTHS = (3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
_SHORT = 32  # what a look at every start may cost: some 200 tokens in all


@cache
def probe_texts() -> tuple[str, ...]:
    """The texts of the words file, from which probes are cut."""
    return tuple(tomllib.loads(_WORDS.read_text(encoding="utf-8"))["texts"])


def probes(tokens: TextTokens, max_tokens: int, *, short: bool = False) -> list[Ids]:
    """Token ids of every length up to the longest input, each from another place in the texts.

    `short`: the lengths of a query alone.
    """
    texts = probe_texts()
    bodies = tokens([*texts, " ".join(texts * (1 + max_tokens // 256))])
    whole = bodies[-1]  # as long as an input may be
    lengths = [one for one in _LENGTHS if one < max_tokens and (one <= _SHORT or not short)]
    cut = [_cut(whole, length, start * 7) for start, length in enumerate(lengths)]
    return [*bodies[:-1], *cut] if short else [*bodies[:-1], *cut, whole[:max_tokens]]


def _cut(whole: Ids, length: int, start: int) -> Ids:
    """So many tokens: the first and last as they are, between them those from `start` on, round and round."""
    inner = np.resize(np.roll(whole[1:-1], -start), max(0, length - 2))
    return np.concatenate([whole[:1], inner, whole[-1:]]).astype(np.int32)


def run(
    forward: Forward, ids: Sequence[Ids], pad: int, dim: int, budget: int = BATCH_TOKENS
) -> NDArray[np.float32]:
    """(text, dim) of all ids, in the order given."""
    rows = np.zeros((len(ids), dim), dtype=np.float32)
    for batch in padded_batches(ids, pad, budget):
        rows[batch.places] = forward(batch.ids, batch.mask)
    return rows


def deviation(exact: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Largest 1 - cosine between rows of (text, dim); never below 0, infinite where one is not finite."""
    a, b = exact.astype(np.float64), other.astype(np.float64)
    if not np.isfinite(b).all():
        return float("inf")
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)  # (text,)
    cosine = np.einsum("td,td->t", a, b) / np.maximum(lengths, 1e-12)  # (text,)
    return max(0.0, float((1.0 - cosine).max(initial=0.0)))
