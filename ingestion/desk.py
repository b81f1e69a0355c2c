"""What a load works with, from its beginning to its end. Values, and the clock of its stages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingestion.options import LoadOptions
from ingestion.pictures import PictureFolder
from ingestion.progress import Progress
from ingestion.readers import Source
from ingestion.rejects import RejectFile
from ingestion.staging import Staging
from retriever.encoder import Encoder
from retriever.ledger import Ledger


class Stages:
    """Runs stages under a progress and keeps how long each took."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._started = time.perf_counter()
        self.seconds: dict[str, float] = {}

    @property
    def elapsed(self) -> float:
        """Seconds since the load began."""
        return time.perf_counter() - self._started

    @contextmanager
    def stage(self, label: str, total: int = 0) -> Iterator[Callable[[int], None]]:
        """Run a part of the load; what it yields is told of steps done, `total` in all (0: unknown)."""
        started = time.perf_counter()
        self._progress.start(total, label)
        try:
            yield self._progress.advance
        finally:
            self._progress.finish()
            self.seconds[label] = time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that a load was given, and those that it made."""

    source: Source
    catalogue: str
    ledger: Ledger
    encoder: Encoder
    root: Path
    options: LoadOptions
    pictures: PictureFolder
    refused: RejectFile
    staging: Staging
    stages: Stages
    clock: Callable[[], float]

    @property
    def imports(self) -> Path:
        """Where the load leaves what people read."""
        return self.refused.path.parent
