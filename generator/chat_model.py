"""What Parley asks of a chat model, whoever runs it.

In: messages. Out: text, piece by piece. Implementations live in `generator/backends/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from generator.lattice import Lattice


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


def never() -> bool:
    """What is not cancelled."""
    return False


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to generate: `temperature` 0 is greedy, `seed` repeats a sampling, `deadline_s` in wall-clock s.

    `cancelled` is asked before each step, from the thread that writes: once it says so, no more is written.
    """

    max_tokens: int = 64
    temperature: float = 0.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    deadline_s: float = 10.0
    cancelled: Callable[[], bool] = never


class ChatModel(Protocol):
    """A source of words.

    `stream` yields non-empty pieces whose concatenation is the answer. It stops at `max_tokens`,
    a stop string (not yielded), the deadline or when it is `cancelled`. It raises ChatModelFailed if it
    cannot answer, ModelMissing if there is nothing to answer with, and no other error.
    Safe to call from several threads.
    """

    @property
    def name(self) -> str: ...

    def stream(self, messages: Sequence[Message], sampling: Sampling) -> Iterator[str]: ...

    def warm_up(self) -> None:
        """Load and run once, so that the first person does not wait. Does nothing when repeated."""
        ...


@runtime_checkable
class SteerableChatModel(ChatModel, Protocol):
    """A chat model whose decoding can be held to a closed set of sentences.

    `tuned`: it was trained to tell from facts and reasons (prompts/tell.md), so that it may be asked for
    sentences of its own first.
    """

    @property
    def tuned(self) -> bool: ...

    def steer(self, messages: Sequence[Message], lattice: Lattice, sampling: Sampling) -> Iterator[str]:
        """Like `stream`, but the answer is a sentence of the lattice; at the deadline, the beginning of one.

        The model chooses among the lattice's phrases by its own probabilities; `stop` is not looked at.
        """
        ...
