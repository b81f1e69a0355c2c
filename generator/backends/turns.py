"""Whose turn it is to compute, where one network serves many: who came first goes first.

In: answers' numbers. Out: turns, one at a time. A turn is held from one piece of an answer to the next, never
while somebody reads a piece: who goes away keeps nobody waiting. When the interpreter ends, no turn begins
any more, and the one that runs is waited for: a thread that comes back from torch to an interpreter that
is gone takes the whole process down with an abort.
"""

from __future__ import annotations

import atexit
import itertools
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from generator.chat_model import never

_LONGEST_GOODBYE_S = 5.0  # a step takes a tenth of that; loading a model may take as long
_LOOK_S = 0.05  # how often who waits looks whether it is still wanted

_all: weakref.WeakSet[Turns] = weakref.WeakSet()
_leaving = threading.Event()


class Turns:
    """The turns of one network. Times are of `time.monotonic`."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._waiting: set[int] = set()
        self._busy = False
        self._awake = 0
        if not _all:
            atexit.register(_leave)
        _all.add(self)

    def number(self) -> int:
        """The place in the order of a new answer."""
        return next(self._numbers)

    @contextmanager
    def awake(self) -> Iterator[None]:
        """Around all that an answer does, waiting and tidying up included: an ending process waits for it.

        Tensors that are let go of are torch's business too.
        """
        with self._changed:
            self._awake += 1
        try:
            yield
        finally:
            with self._changed:
                self._awake -= 1
                self._changed.notify_all()

    @contextmanager
    def turn(self, number: int, wait_s: float, cancelled: Callable[[], bool] = never) -> Iterator[bool]:
        """Hold the turn during the block; False where it didn't come in time, or isn't wanted any more."""
        mine = self._wait(number, time.monotonic() + wait_s, cancelled)
        try:
            yield mine
        finally:
            if mine:
                with self._changed:
                    self._busy = False
                    self._changed.notify_all()

    def _wait(self, number: int, until: float, cancelled: Callable[[], bool]) -> bool:
        with self._changed:
            self._waiting.add(number)
            try:
                while self._busy or number != min(self._waiting):
                    left = until - time.monotonic()
                    if left <= 0 or _leaving.is_set() or cancelled():
                        return False
                    self._changed.wait(min(left, _LOOK_S))
                self._busy = not _leaving.is_set()
                return self._busy
            finally:
                self._waiting.discard(number)
                self._changed.notify_all()  # others may have waited for this one

    def end(self, wait_s: float) -> None:
        """Once the process is leaving, so that nobody begins any more: wait for who is awake."""
        with self._changed:
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._awake, wait_s)


def leaving() -> bool:
    """Whether the interpreter ends: whoever computes should stop after the step that runs."""
    return _leaving.is_set()


def _leave() -> None:
    _leaving.set()
    until = time.monotonic() + _LONGEST_GOODBYE_S
    for turns in list(_all):
        turns.end(max(0.0, until - time.monotonic()))
