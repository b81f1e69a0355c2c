"""How a load tells that it gets on; the command line draws it, tests and servers stay silent."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Stages one after another: `start`, any number of `advance`, `finish`. Rates are the watcher's."""

    def start(self, total: int, label: str) -> None:
        """A stage of `total` steps begins; 0 when nobody knows how many."""

    def advance(self, n: int) -> None:
        """`n` more steps are done."""

    def finish(self) -> None:
        """The stage is over."""


class Silent:
    """The progress that nobody watches."""

    def start(self, total: int, label: str) -> None:
        """Nothing to see."""

    def advance(self, n: int) -> None:
        """Nothing to see."""

    def finish(self) -> None:
        """Nothing to see."""
