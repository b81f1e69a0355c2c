"""Catalogues from their files into a data folder, as `parley ingest` would load them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ingestion.load import load_file
from retriever.encoder import Encoder
from retriever.ledger import Ledger


def load_all(catalogues: Mapping[str, Path], ledger: Ledger, encoder: Encoder, folder: Path) -> None:
    """Load each file under its name, with its generations and pictures in `folder`."""
    for name, path in catalogues.items():
        load_file(
            path,
            name,
            ledger=ledger,
            encoder=encoder,
            root=folder / "generations",
            pictures=folder / "pictures",
        )
