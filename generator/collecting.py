"""What a chat model writes, as it comes and within its time, whatever the chat model does.

In: a way to begin writing, and how. Out: its pieces, or an error of ours. Runs the chat model in a thread of
its own, since one that hangs gives no piece at which to look at the clock.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import TypeVar

from generator.breaking import Breaker
from generator.chat_model import Sampling
from retriever.errors import ChatModelFailed, ModelMissing, ParleyError

Piece = TypeVar("Piece")  # text, or (row, text) of several answers that are written side by side
Begin = Callable[[Sampling], Iterator[Piece]]
WRITING_THREAD = "parley-writing"
_LOOK_S = 0.05  # between looks at whether the reader has gone away
_CHARS_A_TOKEN = 20  # no language has longer tokens on average; more is no answer to the request
_LOOP_WORDS = 4  # a run of so many words …
_LOOP_TIMES = 4  # … so many times is a loop, as are so many repeats of fewer words in a row
_LOOP_CHARS = 40  # … or so many characters that are one to four characters over and over

_log = logging.getLogger(__name__)


class Collector:
    """Hands on what a chat model writes, and leaves it alone for a while where it fails again and again.

    `left_alone` counts how often. Safe from several threads.
    """

    def __init__(self, breaker: Breaker | None = None) -> None:
        self._breaker = breaker or Breaker()
        self.left_alone = 0

    def arriving(
        self, begin: Begin[Piece], sampling: Sampling, *, may_be_slow: bool = False
    ) -> Generator[Piece, None, None]:
        """The pieces as they come. Who closes it, or cancels the sampling, stops the chat model.

        `may_be_slow`: taking too long is told to the caller alone, and counts for nothing.

        Raises:
            ChatModelFailed, ModelMissing: it is left alone, it cannot answer, what comes is no answer (a
                loop, for instance), or `sampling.deadline_s` is over: then the cause is a TimeoutError.
        """
        if not self._breaker.allows():
            self.left_alone += 1
            raise ChatModelFailed("the chat model failed again and again; it is left alone", retryable=True)
        some = False
        try:
            for piece in _pieces(begin, sampling):
                some = True
                yield piece
        except ParleyError as error:
            if not (may_be_slow and is_slow(error)):
                self._failed(error)
            raise
        except GeneratorExit:
            if some:  # enough was heard
                self._breaker.succeeded()
            raise
        if not sampling.cancelled():
            self._breaker.succeeded()

    def collect(
        self, begin: Begin[str], sampling: Sampling, *, may_be_slow: bool = False
    ) -> tuple[str, bool]:
        """All text that comes in time, and whether that was everything; raises as `arriving` does."""
        written = ""
        try:
            for piece in self.arriving(begin, sampling, may_be_slow=may_be_slow):
                written += piece
        except ChatModelFailed as error:
            if is_slow(error):
                return written, False
            raise
        return written, not sampling.cancelled()

    def _failed(self, error: Exception) -> None:
        # Classes only: an error's words may hold what somebody wrote.
        cause = f" ({type(error.__cause__).__name__})" if error.__cause__ is not None else ""
        name = type(error).__name__ + cause
        # A chat model that is not there is told when Parley starts.
        level = logging.INFO if isinstance(error, ModelMissing) else logging.WARNING
        _log.log(level, "the chat model failed: %s; plain sentences stand in", name)
        if self._breaker.failed():
            _log.log(level, "the chat model failed again and again; it is left alone for a while")


def is_slow(error: ParleyError) -> bool:
    """Whether an error of `arriving` says that there was too little time."""
    return isinstance(error.__cause__, TimeoutError)


def _pieces(begin: Begin[Piece], sampling: Sampling) -> Generator[Piece, None, None]:
    end = time.monotonic() + sampling.deadline_s
    gone = threading.Event()
    arrived: queue.SimpleQueue[tuple[Piece] | ParleyError | None] = queue.SimpleQueue()
    told = replace(sampling, cancelled=lambda: gone.is_set() or sampling.cancelled())
    limits = _Limits(sampling.max_tokens * _CHARS_A_TOKEN)
    arguments = (begin, told, arrived)
    threading.Thread(target=_write, args=arguments, name=WRITING_THREAD, daemon=True).start()
    try:
        while not sampling.cancelled():
            left = end - time.monotonic()
            if left <= 0:
                raise _late(sampling) from TimeoutError()
            try:
                piece = arrived.get(timeout=min(left, _LOOK_S))
            except queue.Empty:
                continue
            if piece is None:
                # A chat model has the same deadline, and ends at it without a word.
                if time.monotonic() >= end:
                    raise _late(sampling) from TimeoutError()
                return
            if isinstance(piece, ParleyError):
                raise piece
            limits.check(piece[0])
            yield piece[0]
    finally:
        gone.set()


def _late(sampling: Sampling) -> ChatModelFailed:
    return ChatModelFailed(f"the chat model took longer than {sampling.deadline_s:.1f} s", retryable=True)


class _Limits:
    """Notices answers that are none: too long, or going round in circles; of several, each by itself."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._written: dict[object, str] = {}

    def check(self, piece: object) -> None:
        row, text = piece if isinstance(piece, tuple) else (None, piece)
        written = self._written[row] = self._written.get(row, "") + str(text)
        if len(written) > self._most:
            raise ChatModelFailed(f"the chat model wrote over {self._most} characters", retryable=True)
        if loops(written):
            raise ChatModelFailed("the chat model repeats itself without end", retryable=True)


def _write(
    begin: Begin[Piece], sampling: Sampling, arrived: queue.SimpleQueue[tuple[Piece] | ParleyError | None]
) -> None:
    """Put all pieces into the queue, then None, or the error that took their place."""
    pieces: Iterator[Piece] | None = None
    try:
        pieces = begin(sampling)
        for piece in pieces:
            text = piece[-1] if isinstance(piece, tuple) else piece
            if not isinstance(text, str):
                raise ChatModelFailed(f"the chat model gave {type(text).__name__} in place of text")
            if text:
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
