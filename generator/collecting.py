"""A chat model's pieces within its time, whatever the chat model does.

In: a way to begin writing, and how. Out: the pieces as they come, or all of them as one text. Runs the chat
model in a thread of its own, since one that hangs gives no piece at which to look at the clock.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias, TypeVar

from generator.breaking import Breaker
from generator.chat_model import Sampling
from retriever.errors import ChatModelFailed, ModelMissing, ParleyError

Piece = TypeVar("Piece", str, tuple[int, str])
Begin: TypeAlias = Callable[[Sampling], Iterator[Piece]]
WRITING_THREAD = "parley-writing"
_LOOK_S = 0.05  # between looks at whether the reader has gone away
_CHARS_A_TOKEN = 20  # no language has longer tokens on average; more is no answer to the request
_LOOP_WORDS = 4  # a run of so many words …
_LOOP_TIMES = 4  # … so many times is a loop, as are so many repeats of fewer words in a row
_LOOP_CHARS = 40  # … or so many characters that are one to four characters over and over

_log = logging.getLogger(__name__)


class Collector:
    """Collects what a chat model writes, and knows whether it is worth asking. Safe from several threads."""

    def __init__(self, breaker: Breaker | None = None) -> None:
        self._breaker = breaker or Breaker()

    def ready(self) -> bool:
        """Whether to ask at all: a chat model that fails again and again is left alone for a while."""
        return self._breaker.allows()

    def collect(
        self, begin: Begin[str], sampling: Sampling, *, may_be_slow: bool = False
    ) -> tuple[str, bool]:
        """All that comes within `sampling.deadline_s`, and whether that was everything.

        `may_be_slow`: being cut off by the clock is no failure.

        Raises:
            ChatModelFailed, ModelMissing: it cannot answer, or what comes is no answer, a loop for instance.
        """
        written = ""
        try:
            for piece in self.pieces(begin, sampling, may_be_slow=may_be_slow):
                written += piece
        except _TooSlow:
            return written, False
        return written, True

    def pieces(
        self, begin: Begin[Piece], sampling: Sampling, *, may_be_slow: bool = False
    ) -> Iterator[Piece]:
        """The pieces as they come, text or (row, text). Closed early, it stops the chat model.

        Raises:
            ChatModelFailed, ModelMissing: as `collect`; or they did not all come within the time.
        """
        try:
            yield from _arriving(begin, sampling)
        except GeneratorExit:
            self._breaker.succeeded()  # what came was enough
            raise
        except _TooSlow:
            if not may_be_slow and not sampling.cancelled():
                self._failed(TimeoutError())
            raise
        except ParleyError as error:
            self._failed(error)
            raise
        else:
            self._breaker.succeeded()

    def _failed(self, error: Exception) -> None:
        # Classes only: an error's words may hold what somebody wrote.
        cause = f" ({type(error.__cause__).__name__})" if error.__cause__ is not None else ""
        name = type(error).__name__ + cause
        # A chat model that is not there is told when Parley starts.
        level = logging.INFO if isinstance(error, ModelMissing) else logging.WARNING
        _log.log(level, "the chat model failed: %s; plain sentences stand in", name)
        if self._breaker.failed():
            _log.log(level, "the chat model failed again and again; it is left alone for a while")


class _TooSlow(ChatModelFailed):
    """Cut off by the clock, or called off."""


def _arriving(begin: Begin[Piece], sampling: Sampling) -> Iterator[Piece]:
    end = time.monotonic() + sampling.deadline_s
    gone = threading.Event()
    arrived: queue.SimpleQueue[tuple[Piece] | ParleyError | None] = queue.SimpleQueue()
    told = replace(sampling, cancelled=lambda: gone.is_set() or sampling.cancelled())
    most = sampling.max_tokens * _CHARS_A_TOKEN
    work = threading.Thread(target=_write, args=(begin, told, arrived), name=WRITING_THREAD, daemon=True)
    work.start()
    written = ""
    try:
        while not sampling.cancelled():
            left = end - time.monotonic()
            try:
                piece = arrived.get(timeout=max(0.0, min(left, _LOOK_S)))
            except queue.Empty:
                if left <= _LOOK_S:
                    break
                continue
            if piece is None:
                # A chat model has the same deadline, and ends at it without a word.
                if time.monotonic() < end:
                    return
                break
            if isinstance(piece, ParleyError):
                raise piece
            if isinstance(piece[0], str):  # rows are held to what can't loop
                written += piece[0]
                if len(written) > most:
                    raise ChatModelFailed(f"the chat model wrote more than {most} characters", retryable=True)
                if loops(written):
                    raise ChatModelFailed("the chat model repeats itself without end", retryable=True)
            yield piece[0]
            if left <= 0:
                break
        raise _TooSlow(f"the chat model took longer than {sampling.deadline_s:.1f} s", retryable=True)
    finally:
        gone.set()


def _write(
    begin: Begin[Piece],
    sampling: Sampling,
    arrived: queue.SimpleQueue[tuple[Piece] | ParleyError | None],
) -> None:
    """Put all pieces into the queue, then None, or the error that took their place."""
    pieces: Iterator[Piece] | None = None
    try:
        pieces = begin(sampling)
        for piece in pieces:
            if not isinstance(piece, str | tuple):
                raise ChatModelFailed(f"the chat model gave {type(piece).__name__} in place of text")
            if piece:
                arrived.put((piece,))
            if sampling.cancelled():
                break
        arrived.put(None)
    except ParleyError as error:
        arrived.put(error)
    except Exception as error:  # noqa: BLE001 - whatever a backend raises, the person gets an answer
        failure = ChatModelFailed(f"the chat model raised {type(error).__name__}", retryable=True)
        failure.__cause__ = error
        arrived.put(failure)
    finally:
        # What came is complete by now, or given up: an error on leaving changes nothing for anybody.
        with contextlib.suppress(Exception):
            if (close := getattr(pieces, "close", None)) is not None:
                close()


def loops(text: str) -> bool:
    """Whether a text goes round in circles: one run of words again and again, or of characters."""
    tail = text[-_LOOP_CHARS:]
    if len(tail) == _LOOP_CHARS and any(tail == (tail[:n] * _LOOP_CHARS)[:_LOOP_CHARS] for n in range(1, 5)):
        return True
    words = text.split()
    for length in range(1, _LOOP_WORDS):
        last = words[-length * (_LOOP_TIMES + 1) :]
        if len(last) == length * (_LOOP_TIMES + 1) and last == last[:length] * (_LOOP_TIMES + 1):
            return True
    runs = Counter(tuple(words[at : at + _LOOP_WORDS]) for at in range(len(words) - _LOOP_WORDS + 1))
    return any(times >= _LOOP_TIMES for times in runs.values())
