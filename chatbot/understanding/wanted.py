"""Which words of a sentence name what its person wants, likes or won't have.

In: the words of one sentence. Out: for each a share (0..1). A logistic layer over the vectors that the
embedded encoder's vocabulary has for a word, for its neighbours and for the sentence. Those vectors are the
same in every sentence, so what a word counts for at each of these places is one number, and
`words/wanted.json` holds the numbers: no encoder is asked, whichever is in use. Trained by
`chatbot.recipes.wanted`, on English alone.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from chatbot.understanding.words import without_accents

WANTED_LANGUAGE = "en"
BEFORE, BEHIND = 5, 3  # words that count as those before and behind
# What a vector is of: the word, the one before, the one behind, the mean of those before and of those behind,
# and the mean of the sentence.
PLACES = ("self", "last", "next", "before", "behind", "sentence")
BEGIN, END = "[begin]", "[end]"  # stand for words before the first and behind the last
_LONGEST = 40  # letters of a word; a longer one is none


@dataclass(frozen=True, slots=True)
class Table:
    """`rows`: a piece of a word → its row; `weights`: (row, place) float32; `bias` is added once a word."""

    rows: Mapping[str, int]
    weights: NDArray[np.float32]
    bias: float


@cache
def table() -> Table:
    """The trained numbers."""
    stored = json.loads((files("chatbot") / "words" / "wanted.json").read_text(encoding="utf-8"))
    columns = [
        np.frombuffer(base64.b85decode(stored["weights"][place]), dtype=np.int8) * stored["steps"][place]
        for place in PLACES
    ]
    rows = {piece: row for row, piece in enumerate(stored["pieces"].split(" "))}
    return Table(rows, np.stack(columns, axis=1).astype(np.float32), float(stored["bias"]))


def pieces_of(word: str, rows: Mapping[str, int]) -> list[int]:
    """Rows of the pieces of a word, the longest that fits first; those of which there is no row left out."""
    if word in rows:
        return [rows[word]]
    found: list[int] = []
    text = without_accents(word)[:_LONGEST]
    start, inner = 0, False
    while start < len(text):
        mark = "##" if inner and text[start].isalnum() else ""
        ends = range(len(text), start, -1)
        end = next((end for end in ends if mark + text[start:end] in rows), 0)
        if end:
            found.append(rows[mark + text[start:end]])
        start, inner = (end, text[end - 1].isalnum()) if end else (start + 1, False)
    return found


def means(of: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Each of `PLACES` for each word, (word, …); `of` has rows for `BEGIN`, the words and `END`."""
    count = len(of) - 2
    first, last = np.repeat(of[:1], BEFORE, axis=0), np.repeat(of[-1:], BEHIND, axis=0)
    around = np.concatenate([first, of[1:-1], last])  # (BEFORE + word + BEHIND, …)
    return {
        "self": of[1:-1],
        "last": of[:-2],
        "next": of[2:],
        "before": _mean_of(around, BEFORE, count),
        "behind": _mean_of(around[BEFORE + 1 :], BEHIND, count),
        "sentence": np.broadcast_to(of[1:-1].mean(axis=0), of[1:-1].shape),
    }


def _mean_of(rows: NDArray[np.float32], width: int, count: int) -> NDArray[np.float32]:
    """(count, …): the mean of `width` rows from each of the first `count` on."""
    summed: NDArray[np.float32] = np.sum([rows[place : place + count] for place in range(width)], axis=0)
    return summed / np.float32(width)


def shares(words: Sequence[str]) -> list[float]:
    """The share of each word of a sentence, in small letters; marks and numbers are words, too."""
    if not words:
        return []
    known = table()
    said = np.stack([_weights_of(word, known) for word in (BEGIN, *words, END)])  # (word + 2, place)
    told = means(said)
    sums = sum(told[place][:, column] for column, place in enumerate(PLACES)) + known.bias  # (word,)
    return [float(share) for share in 1.0 / (1.0 + np.exp(-np.asarray(sums)))]


def _weights_of(word: str, known: Table) -> NDArray[np.float32]:
    """(place,): what a word counts for; nothing, for one without a piece that is known."""
    rows = pieces_of(word, known.rows)
    if not rows:
        return np.zeros(len(PLACES), dtype=np.float32)
    mean: NDArray[np.float32] = known.weights[rows].mean(axis=0)
    return mean
