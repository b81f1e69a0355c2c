"""The rerank stage: ask a reranker about the best few, within a time, and place them anew among themselves.

In: the wish, the fused order's best rows and their texts. Out: a new order of those rows, or none when the
reranker failed or was late; then the fused order stands, and that is counted and logged.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from retriever.domain import Reranked
from retriever.fusion import ranks, reciprocal_rank_fusion
from retriever.reranker import Reranker, Wish, checked_scores

SHARE = 1.0  # of the reranker's rank beside the fused one; see `new_order`

_log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """How an attempt to rerank ended."""

    DONE = "done"
    LATE = "late"
    FAILED = "failed"


class _TooLate(Exception):
    """Ends a reranker's work whose time is over; nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """`places`: (candidate,) the places that the candidates had, in their new order; `traces` beside them."""

    places: NDArray[np.intp]
    traces: tuple[Reranked, ...]


def new_order(scores: NDArray[np.floating], penalties: NDArray[np.floating]) -> NDArray[np.intp]:
    """(candidate,) places of candidates, given in fused order, in their new order.

    Who breaks fewer soft constraints stays before who breaks more. Then by the sum of 1 / (60 + rank before)
    and SHARE / (60 + rank by score): the other legs know what no text says (what people like together,
    what the profile holds), so the reranker has a voice and not the word. Ties: the place before.
    """
    count = len(scores)
    every = np.ones(count, dtype=bool)
    before = np.arange(1, count + 1, dtype=np.int64)
    merged = reciprocal_rank_fusion([before, ranks(scores, every)], [1.0, SHARE]) if count else scores
    return np.lexsort((before, -merged, penalties)).astype(np.intp)


class Reranking:
    """A reranker with its limits: how many candidates it sees, and for how long.

    `items`: candidates, at least 2. `budget_s`: seconds from asking to the order, loading and waiting for
    another thread included. `slots`: calls at a time.
    """

    def __init__(
        self,
        reranker: Reranker,
        *,
        items: int = 20,
        budget_s: float = 0.5,
        slots: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if items < 2 or budget_s <= 0 or slots < 1:
            raise ValueError(
                f"reranking needs 2 items, some time and a slot at least, not {items}, {budget_s} and {slots}"
            )
        self.reranker = reranker
        self.items = items
        self._budget_s = budget_s
        self._slot_count = slots
        self._slots = threading.BoundedSemaphore(slots)
        self._clock = clock
        self._counted: Counter[Outcome] = Counter()
        self._lock = threading.Lock()

    @property
    def counts(self) -> dict[str, int]:
        """How many attempts ended how, since the start."""
        with self._lock:
            return {outcome.value: self._counted[outcome] for outcome in Outcome}

    def reorder(self, wish: Wish, texts: Sequence[str], penalties: NDArray[np.floating]) -> NewOrder | None:
        """The new order of candidates given in fused order; None when it stands.

        It stands for fewer than two candidates and for an empty wish, too: neither is an attempt.
        """
        if len(texts) < 2 or not wish:
            return None
        scores = self._scores(wish, texts)
        if scores is None:
            return None
        places = new_order(scores, penalties)
        traces = tuple(
            Reranked(int(place) + 1, after, float(scores[place]))
            for after, place in enumerate(places, start=1)
        )
        return NewOrder(places, traces)

    def close(self, wait_s: float = 10.0) -> None:
        """Take no more, and wait a while for what is under way: torch aborts a process that ends under it."""
        until = self._clock() + wait_s
        for _ in range(self._slot_count):
            self._slots.acquire(timeout=max(until - self._clock(), 0.0))

    def _scores(self, wish: Wish, texts: Sequence[str]) -> NDArray[np.float32] | None:
        until = self._clock() + self._budget_s
        if not self._slots.acquire(timeout=self._budget_s):
            self._note(Outcome.LATE, "every slot was taken")
            return None
        waiting: Future[NDArray[np.float32]] = Future()
        over = threading.Event()
        # A thread of its own, because no library can be trusted to look at the clock; daemonic, so that one
        # that hangs does not keep the process.
        threading.Thread(
            target=self._work, args=(waiting, over, wish, texts), name="rerank", daemon=True
        ).start()
        try:
            scores = checked_scores(
                waiting.result(timeout=max(until - self._clock(), 0.0)), len(texts), self.reranker.name
            )
        except TimeoutError:
            over.set()
            self._note(Outcome.LATE, f"{len(texts)} candidates took over {self._budget_s:g} s")
            return None
        except Exception as error:  # noqa: BLE001  # the order is good enough without; a reply must not fail
            self._note(Outcome.FAILED, f"{type(error).__name__}: {error}")
            return None
        with self._lock:
            self._counted[Outcome.DONE] += 1
        return scores

    def _work(
        self,
        waiting: Future[NDArray[np.float32]],
        over: threading.Event,
        wish: Wish,
        texts: Sequence[str],
    ) -> None:
        def still_wanted(_: int) -> None:
            if over.is_set():
                raise _TooLate

        try:
            waiting.set_result(self.reranker.score(wish, texts, on_batch=still_wanted))
        except Exception as error:  # noqa: BLE001  # handed to whoever waits
            waiting.set_exception(error)
        finally:
            self._slots.release()

    def _note(self, outcome: Outcome, why: str) -> None:
        with self._lock:
            self._counted[outcome] += 1
            count = self._counted[outcome]
        _log.warning("reranking %s (%d so far): %s; the fused order stands", outcome.value, count, why)
