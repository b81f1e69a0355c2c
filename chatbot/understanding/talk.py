"""What a sentence does where rules can't tell: a linear layer over the encoder's vector and its words.

In: sentences as `plain_words` gives them, a retriever. Out: for each, the shares (0..1) of `LABELS`. The
weights were trained for one encoder by `chatbot.recipes.talk`; with another one, or in a script that it
can't read, there is no answer.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from chatbot.understanding.mentions import TitleMention
from chatbot.understanding.sentence import Sentence
from retriever.domain import ItemId
from retriever.pipeline import Retriever

# wish: what is wanted or liked; seen, accept, reject: of an item spoken of; more: others; ask: about one.
TALK_LANGUAGE = "en"  # of what the weights were trained on
LABELS = ("wish", "seen", "accept", "reject", "more", "ask")
BUCKETS = 4096  # of runs of words
_LONGEST_RUN = 3  # words
_SPOKEN_OF, _OTHER = "that one", "another one"  # in place of a title
_WORD = re.compile(r"[a-z0-9']+|[?!.]")
_YEAR = re.compile(r"\s*\((?:19|20)\d\d\)")


@dataclass(frozen=True, slots=True)
class Talk:
    """Shares of the labels of one sentence, each by itself: they don't add up to 1."""

    wish: float
    seen: float
    accept: float
    reject: float
    more: float
    ask: float


@dataclass(frozen=True, slots=True)
class Layer:
    """`encoder`: the fingerprint of the one that the weights belong to."""

    encoder: str
    weights: NDArray[np.float32]  # (dim, label)
    runs: NDArray[np.float32]  # (bucket, label)
    bias: NDArray[np.float32]  # (label,)


@cache
def layer() -> Layer:
    """The weights that ship with Parley."""
    table = json.loads((files("chatbot") / "words" / "talk.json").read_text(encoding="utf-8"))
    return Layer(
        table["encoder"],
        np.array([table["weights"][label] for label in LABELS], dtype=np.float32).T,
        np.array([table["runs"][label] for label in LABELS], dtype=np.float32).T,
        np.array([table["bias"][label] for label in LABELS], dtype=np.float32),
    )


def is_trained_for(retriever: Retriever) -> bool:
    """Whether the retriever's encoder is the one that the weights belong to."""
    return retriever.encoder_fingerprint == layer().encoder


def plain_words(sentence: Sentence, known: Collection[ItemId]) -> str:
    """The words with "that one" for a title that the talk was about, "another one" for one that it wasn't.

    A title's own words say nothing of what is done. `known`: the items that the talk was about.
    """
    text = sentence.text
    titles = [m for m in sentence.mentions if isinstance(m, TitleMention)]
    for mention in sorted(titles, key=lambda m: -m.start):
        begin, end = sentence.tokens[mention.start].start, sentence.tokens[mention.end - 1].end
        bracket = text.rfind("(", begin, end)
        end += bracket >= 0 and text[end : end + 1] == ")" and ")" not in text[bracket:end]
        if text[begin].isupper() or bracket >= 0 or _YEAR.match(text[end:]):
            named = _SPOKEN_OF if set(mention.items) & set(known) else _OTHER
            text = text[:begin] + named + text[end:]
    return _YEAR.sub("", text).strip()


def runs_of(text: str) -> dict[int, float]:
    """The buckets of a text's runs of 1 to 3 words, marks and ends among them, each with its value.

    The values' squares add up to 1, unless two runs share a bucket.
    """
    words = ["^", *_WORD.findall(text.casefold()), "$"]
    runs = {
        " ".join(words[first : first + length])
        for length in range(1, _LONGEST_RUN + 1)
        for first in range(len(words) - length + 1)
    }
    found: dict[int, float] = {}
    for run in sorted(runs):
        code = zlib.crc32(run.encode())
        sign = 1.0 if code >> 31 else -1.0  # runs that share a bucket by chance cancel out
        found[code % BUCKETS] = found.get(code % BUCKETS, 0.0) + sign / len(runs) ** 0.5
    return found


def shares(retriever: Retriever, sentences: Sequence[str]) -> list[Talk]:
    """The shares of each sentence; all 0.5 for one that the encoder can't read."""
    weights = layer()
    vectors = retriever.encode(sentences)  # (sentence, dim), unit length or zeros
    logits = vectors @ weights.weights + weights.bias  # (sentence, label)
    for row, sentence in enumerate(sentences):
        runs = runs_of(sentence)
        logits[row] += np.array(list(runs.values()), dtype=np.float32) @ weights.runs[list(runs)]
    told = 1.0 / (1.0 + np.exp(-logits))
    told[~vectors.any(axis=1)] = 0.5
    return [Talk(*map(float, row)) for row in told]
