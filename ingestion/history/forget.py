"""Erase a person from a catalogue's history, and build the index without them.

In: the person's own id. Out: what there was. Nothing of their events, relations and words is left in the
ledger or the reports about loads; what others liked stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import orjson

from ingestion.history.load import REJECTS
from ingestion.load import imports_folder
from retriever.encoder import Encoder
from retriever.generations import build, is_current
from retriever.history_records import HistorySize
from retriever.ledger import Ledger
from retriever.locking import catalogue_folder, catalogue_lock
from retriever.pseudonyms import hash_person
from retriever.storage import replace_text


def forget_person(
    person: str,
    catalogue: str,
    *,
    ledger: Ledger,
    encoder: Encoder,
    root: Path,
    key: bytes,
    wait: float = 0.0,
    clock: Callable[[], float] = time.time,
) -> HistorySize:
    """Erase somebody; `person` as the source of the history writes them. Answers what there was.

    Raises:
        UnknownCatalogue: no catalogue of that name is loaded.
        CatalogueBusy: another process loads this catalogue now, for longer than `wait` seconds.
        StorageError: another process reads the ledger just now; what is erased may still be in its log.
    """
    catalogue_folder(root, catalogue)
    ledger.catalogue(catalogue)
    with catalogue_lock(root, catalogue, wait):
        gone = ledger.forget_person(catalogue, hash_person(key, person))
        _clear_rejects(imports_folder(root, catalogue) / REJECTS, person.strip())
        if gone.events and not is_current(ledger, catalogue, encoder, root):
            build(ledger, catalogue, encoder, root, clock=clock, locked=True)
        return gone


def _clear_rejects(path: Path, person: str) -> None:
    """Drop refused rows that may name the person; one too many is no loss."""
    if person and path.is_file():
        kept = [line for line in path.read_bytes().splitlines() if person not in orjson.loads(line)["value"]]
        replace_text(path, "".join(line.decode("utf-8") + "\n" for line in kept))
