"""The shipped double: a chat model that says what it was told to say, or fails on purpose."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence

from generator.chat_model import Message, Sampling
from retriever.errors import ChatModelFailed

_LOOK_S = 0.05
Answer = Callable[[Sequence[Message]], str]


class ScriptedChatModel:
    """Answers from a list, over and over, or from a function of the messages.

    `fail`: raise ChatModelFailed instead; `stall_s`: wait that long before each piece; `calls` keeps what
    it was asked. Honours `max_tokens` (a word counts as one), `stop`, the deadline and being cancelled, as
    real ones do.
    """

    def __init__(
        self,
        answers: Sequence[str] | Answer = ("",),
        *,
        fail: bool = False,
        stall_s: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._answers = answers
        self._fail = fail
        self._stall_s = stall_s
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()
        self.calls: list[tuple[Message, ...]] = []

    @property
    def name(self) -> str:
        return "scripted"

    def warm_up(self) -> None:
        """Nothing to load."""

    def stream(self, messages: Sequence[Message], sampling: Sampling) -> Iterator[str]:
        deadline = self._clock() + sampling.deadline_s
        with self._lock:
            turn = len(self.calls)
            self.calls.append(tuple(messages))
        if self._fail:
            raise ChatModelFailed("the scripted chat model was told to fail", retryable=True)
        answer = self._answers(messages) if callable(self._answers) else self._next(turn)
        for stop in sampling.stop:
            answer = answer.partition(stop)[0] if stop else answer
        for place, word in enumerate(answer.split(" ")[: sampling.max_tokens]):
            self._stall(sampling, deadline)
            if sampling.cancelled() or self._clock() >= deadline:
                return
            if piece := word if place == 0 else f" {word}":
                yield piece

    def _stall(self, sampling: Sampling, deadline: float) -> None:
        """Wait, as one waits for a model: no longer than anybody wants the next piece."""
        left = self._stall_s
        while left > 0 and not sampling.cancelled() and self._clock() < deadline:
            self._sleep(min(left, _LOOK_S))
            left -= _LOOK_S

    def _next(self, turn: int) -> str:
        assert not callable(self._answers)  # asked by the caller
        return self._answers[turn % len(self._answers)] if self._answers else ""
