"""How long the stages of one turn take. Wall time, for records and logs; no decision reads it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class StageClock:
    """Milliseconds by stage, for one turn; it runs from when it is made.

    Two are parts of others: "profile", how acts change what is known, of "understand", and "policy", what to
    do next and which question to ask, of "retrieve".
    """

    def __init__(self) -> None:
        self._ms = {"understand": 0.0, "retrieve": 0.0, "write": 0.0, "profile": 0.0, "policy": 0.0}
        self._begun = time.perf_counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self._ms[name] += (time.perf_counter() - begun) * 1000

    def rounded(self) -> dict[str, float]:
        """Milliseconds by stage and in all, to a tenth."""
        total = (time.perf_counter() - self._begun) * 1000
        return {**{name: round(ms, 1) for name, ms in self._ms.items()}, "total": round(total, 1)}
