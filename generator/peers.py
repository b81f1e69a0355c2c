"""What benchmarks compare the chat model with: transformers' own `generate()`, same weights, in fp32.

In: messages. Out: a whole answer. Nothing of this serves anybody.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.backends.weights import Weights, load_weights
from generator.chat_model import Message
from retriever.machine import named


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    """A text, and how many tokens it took."""

    text: str
    tokens: int


class LibraryChatModel:
    """`generate()` at its defaults but greedy, one answer at a time behind a lock, on torch's own threads.

    The weights become fp32, in place: give it some that nobody else uses.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        weights.network.float()
        self._lock = threading.Lock()
        self.name = f"{named('transformers')} generate(), fp32"

    def answer(self, messages: Sequence[Message], tokens: int, *, exactly: bool = False) -> PeerAnswer:
        """At most so many tokens, or `exactly` so many, since a rate wants equal work."""
        import torch

        before, rest = self._weights.prompt(messages)
        ids = torch.tensor([before + rest], device=self._weights.device)  # (1, token)
        with self._lock, torch.inference_mode():
            output = self._weights.network.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=tokens,
                min_new_tokens=tokens if exactly else None,
                do_sample=False,
                pad_token_id=self._weights.tokenizer.eos_token_id,
            )
        written = output[0, ids.shape[1] :].tolist()
        return PeerAnswer(self._weights.decode(written), len(written))

    def tokens(self, text: str) -> int:
        """How many tokens a text is."""
        return len(self._weights.encode([text])[0])


def load_library_chat_model(
    source: str, device: str, adapter: Path | None, cache: Path | None
) -> LibraryChatModel:
    """The peer of a chat model of this machine, with weights of its own.

    Raises:
        ModelMissing: as `load_weights`.
    """
    return LibraryChatModel(load_weights(source, device, adapter=adapter, cache=cache))
