"""What a sentence does where rules find nothing firm: a linear layer over the encoder's vector of it.

In: sentences, a retriever. Out: for each, the shares (0..1) of `LABELS`. The weights were trained for one
encoder by `chatbot.recipes.talk`; with another one, or in a script that it can't read, there is no answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from retriever.pipeline import Retriever

# wish: what is wanted or liked; seen, accept, reject: of an item spoken of; more: others; ask: about one.
TALK_LANGUAGE = "en"  # of what the weights were trained on
LABELS = ("wish", "seen", "accept", "reject", "more", "ask")


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
class _Layer:
    encoder: str
    weights: NDArray[np.float32]  # (dim, label)
    bias: NDArray[np.float32]  # (label,)


@cache
def _layer() -> _Layer:
    table = json.loads((files("chatbot") / "words" / "talk.json").read_text(encoding="utf-8"))
    return _Layer(
        table["encoder"],
        np.array([table["weights"][label] for label in LABELS], dtype=np.float32).T,
        np.array([table["bias"][label] for label in LABELS], dtype=np.float32),
    )


def is_trained_for(retriever: Retriever) -> bool:
    """Whether the retriever's encoder is the one that the weights belong to."""
    return retriever.encoder_fingerprint == _layer().encoder


def shares(retriever: Retriever, sentences: Sequence[str]) -> list[Talk]:
    """The shares of each sentence; all 0.5 for one that the encoder can't read."""
    layer = _layer()
    vectors = retriever.encode(sentences)  # (sentence, dim), unit length or zeros
    told = 1.0 / (1.0 + np.exp(-(vectors @ layer.weights + layer.bias)))  # (sentence, label)
    told[~vectors.any(axis=1)] = 0.5
    return [Talk(*map(float, row)) for row in told]
