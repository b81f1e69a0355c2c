"""A small catalogue of lamps, and histories about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from ingestion.history.load import load_history
from ingestion.history.report import HistoryOptions, HistoryReport
from ingestion.load import load_file
from retriever.encoder import HashingEncoder
from retriever.ledger import Ledger
from retriever.pseudonyms import hash_person

KEY = b"k" * 32
ENCODER = HashingEncoder(dim=64)
LAMPS = ("ash", "beech", "cedar", "dogwood", "elm")


@dataclass(frozen=True)
class Lamps:
    """A data folder with the lamps loaded."""

    folder: Path
    ledger: Ledger

    @property
    def root(self) -> Path:
        return self.folder / "generations"

    @property
    def rejects(self) -> list[tuple[int, str, str, str]]:
        """(line, field, value, reason) of what was refused or unknown in the last load."""
        path = self.folder / "imports" / "lamps" / "history-rejects.jsonl"
        records = map(orjson.loads, path.read_bytes().splitlines()) if path.exists() else ()
        return [(one["line"], one["field"], one["value"], one["reason"].partition(":")[0]) for one in records]

    def bring(self, names: Sequence[str] = LAMPS, **more: object) -> None:
        """Load these lamps, and others are gone."""
        file = self.folder / "lamps.csv"
        rows = "".join(f"{name},{name} lamp,A lamp called {name}\n" for name in names)
        file.write_text(f"id,title,description\n{rows}", encoding="utf-8")
        load_file(
            file,
            "lamps",
            ledger=self.ledger,
            encoder=ENCODER,
            root=self.root,
            pictures=self.folder / "pictures",
            **more,  # type: ignore[arg-type]
        )

    def load(
        self, text: str | Path, name: str = "history.csv", at: float = 1e9, **options: object
    ) -> HistoryReport:
        """Load a history, given as text or as a path."""
        path = text if isinstance(text, Path) else self.folder / name
        if isinstance(text, str):
            path.write_text(text, encoding="utf-8")
        return load_history(
            path,
            "lamps",
            ledger=self.ledger,
            encoder=ENCODER,
            root=self.root,
            key=KEY,
            options=HistoryOptions(**options),  # type: ignore[arg-type]
            clock=lambda: at,
        )

    def weights(self, person: str = "ann") -> dict[str, float]:
        """Item → weight of one person."""
        hashed = hash_person(KEY, person)
        return {
            one.item: round(one.weight, 4)
            for one in self.ledger.interactions("lamps")
            if one.person == hashed
        }

    def size(self) -> tuple[int, int, int]:
        """Events, people, relations."""
        size = self.ledger.history_size("lamps")
        return size.events, size.people, size.relations
