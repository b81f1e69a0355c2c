"""Whether an encoder can read a text's script at all.

In: an encoder, a text. Out: yes or no. An English encoder splits Chinese into characters, hardly any of which
it has; its vectors of such a text are no meaning. Tried on a few sayings (words/reading.toml), once.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from weakref import WeakKeyDictionary

import numpy as np

from retriever.encoder import Encoder

_CHARACTERS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_LETTERS = re.compile(r"[^\W\d_]")
_MOSTLY = 0.5  # share of characters among the letters from which a text is in that script
# Of ten; guessing gets eight or more in one of eighteen, the default encoder gets five.
_LEAST_RIGHT = 8
_TRIED: WeakKeyDictionary[Encoder, bool] = WeakKeyDictionary()


class Reading:
    """Answers for one encoder."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def reads(self, text: str) -> bool:
        """False for a text mostly in characters, if the encoder doesn't tell their meaning."""
        letters, characters = len(_LETTERS.findall(text)), len(_CHARACTERS.findall(text))
        if characters <= _MOSTLY * letters:
            return True
        return self.reads_characters()

    def reads_characters(self) -> bool:
        """Whether Chinese is more than marks to it; the first call encodes thirty short texts."""
        known = _TRIED.get(self._encoder)
        if known is None:
            known = _TRIED[self._encoder] = right_triples(self._encoder) >= _LEAST_RIGHT
        return known


def right_triples(encoder: Encoder) -> int:
    """Of how many of ten sayings in Chinese the encoder finds the nearer in meaning."""
    vectors = encoder.encode([text for triple in _triples() for text in triple])
    first, near, far = (vectors[place::3] for place in range(3))  # (triple, dim) each
    return int(np.sum(np.sum(first * near, axis=1) > np.sum(first * far, axis=1)))


@cache
def _triples() -> tuple[tuple[str, str, str], ...]:
    text = (files("retriever") / "words" / "reading.toml").read_text(encoding="utf-8")
    return tuple((a, b, c) for a, b, c in tomllib.loads(text)["triples"])
