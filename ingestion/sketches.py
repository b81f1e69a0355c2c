"""Items → keys that items of nearly the same text are likely to share.

In: titles' and descriptions' folded words. Out: 64-bit keys: of the title, of the title without one of its
words, and bands of a MinHash signature (Broder 1997) over pairs of neighbouring words.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Keys: TypeAlias = NDArray[np.uint64]

BANDS = 16
ROWS = 4
"""Of 64 hashes; texts whose pairs of words have the Jaccard similarity s share a band with the probability
1 - (1 - s⁴)¹⁶: 0.99 at s = 0.7, 0.64 at 0.5, 0.03 at 0.2."""

FIRST_WORDS = 24
"""Words of a description that count, so that one which was cut short still shares them."""

TITLE_WORDS = 12
"""Words of a title that are left out one at a time: more are a description."""

_MULTIPLY = np.uint64(0x9E3779B97F4A7C15)
_SEEDS = np.random.default_rng(20_261_130).integers(1, 2**63, (2, BANDS * ROWS), dtype=np.uint64)
_ODD = _SEEDS[0] | np.uint64(1)


def _mixed(values: Keys) -> Keys:
    """Every bit of the answer depends on every bit given (splitmix64's last steps; Steele et al., 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def key_of(text: str) -> int:
    """A key that only the same text has, but for one in 10¹⁰ pairs of a million texts."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def title_keys(title: Sequence[str]) -> Iterator[int]:
    """Of sorted words: all but one of them, and its first letter; the same if that one is mistyped."""
    for place, word in enumerate(title[:TITLE_WORDS]):
        yield key_of("\n".join((word[0], *title[:place], *title[place + 1 :])))


def bands(texts: Sequence[Sequence[str]]) -> Keys:
    """(text, band) keys: texts share a band's key when their least hashes agree in all of its rows.

    A text's ends count as words, so that a single word makes two pairs.
    """
    codes = [[0, *map(_code, words), 0] for words in texts]
    lengths = np.fromiter(map(len, codes), np.int64, len(codes))
    words = np.fromiter(chain.from_iterable(codes), np.uint64, int(lengths.sum()))
    ends = np.cumsum(lengths)
    pairs = _mixed(words[:-1] * _MULTIPLY + words[1:])
    inside = np.ones(len(pairs), dtype=bool)
    inside[ends[:-1] - 1] = False  # from one text's last word to the next one's first
    pairs = pairs[inside]
    starts = np.concatenate(([0], np.cumsum(lengths - 1)[:-1]))
    keys = np.empty((len(codes), BANDS), dtype=np.uint64)  # (text, band)
    for band in range(BANDS):
        key = np.full(len(codes), band + 1, dtype=np.uint64)
        for row in range(band * ROWS, (band + 1) * ROWS):
            least = np.minimum.reduceat((pairs ^ _SEEDS[1, row]) * _ODD[row], starts)
            key = _mixed(key * _MULTIPLY + least)
        keys[:, band] = key
    return keys


def _code(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass")) + 1


def pairs_sharing(keys: Keys, window: int) -> NDArray[np.int64]:
    """(pair, 2) places of equal keys, the earlier first: each with the next `window` of its key.

    A key that thousands share says little; pairing all of them would take for ever.
    """
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    found = [
        np.stack((order[:-step][same], order[step:][same]), axis=1)
        for step in range(1, min(window, len(keys) - 1) + 1)
        if (same := ordered[step:] == ordered[:-step]).any()
    ]
    return np.concatenate(found) if found else np.empty((0, 2), dtype=np.int64)
