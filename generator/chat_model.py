"""What Parley asks of a chat model, whoever runs it.

In: messages. Out: text, piece by piece. Implementations live in `generator/backends/`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class SteerRequest:
    """One of several answers that are steered together; `seed` is its own, whatever the sampling's."""

    messages: Sequence[Message]
    lattice: Lattice
    seed: int = 0


class ChatModel(Protocol):
    """A source of words.

    `stream` yields non-empty pieces whose concatenation is the answer. It stops at `max_tokens`,
    a stop string (not yielded), the deadline or when it is cancelled, and raises ChatModelFailed if it
    cannot answer. Safe to call from several threads. Who closes the iterator, or reads no further, keeps
    nobody waiting.
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

    def steer_all(self, requests: Sequence[SteerRequest], sampling: Sampling) -> Iterator[tuple[int, str]]:
        """Several answers, written side by side: pieces with the place of their request, as they come.

        Each is what `steer` would write with its request's seed, in arithmetic that does not round (fp32 may
        part two words that are as likely to six digits). `max_tokens` holds for each, the deadline for all.
        """
        ...


def steer_in_turn(
    model: SteerableChatModel, requests: Sequence[SteerRequest], sampling: Sampling
) -> Iterator[tuple[int, str]]:
    """`steer_all` for a model that can't write side by side: one after another."""
    end = time.monotonic() + sampling.deadline_s
    for place, request in enumerate(requests):
        left = replace(sampling, seed=request.seed, deadline_s=max(0.0, end - time.monotonic()))
        for piece in model.steer(request.messages, request.lattice, left):
            yield place, piece
