"""What several tests of the chatbot share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from chatbot.events import Done, Event, TurnRecord
from ingestion.demo import demo_catalogues
from ingestion.load import load_file
from retriever.encoder import Encoder
from retriever.ledger import Ledger

NOON = 1_700_000_000.0


def load_demo(ledger: Ledger, encoder: Encoder, folder: Path) -> None:
    """Both demo catalogues, with their generations and pictures in `folder`."""
    for name, path in demo_catalogues().items():
        load_file(
            path,
            name,
            ledger=ledger,
            encoder=encoder,
            root=folder / "generations",
            pictures=folder / "pictures",
        )


def finish(events: Iterator[Event]) -> TurnRecord:
    """The record of a turn, after all its events."""
    last = list(events)[-1]
    assert isinstance(last, Done)
    return last.turn
