"""The acceptance set: dialogues over the demo catalogues and two small ones of its own, one test each.

`catalogues/books_zh_small.jsonl`: forty real books, told in Chinese; `year` is that of first publication.
`catalogues/hostile_small.jsonl`: lamps and mugs whose descriptions try to give orders. To run the set with
`parley eval`, load both first: `parley ingest FILE --catalogue NAME`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from chatbot.build import build
from chatbot.settings import Settings, load_settings
from ingestion.demo import demo_catalogues
from ingestion.load import load_file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They use the embedded encoder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.models)


def pytest_parley_settings(config: pytest.Config) -> Settings:
    """The catalogues in a folder of their own, with the embedded encoder and the scripted chat model."""
    folder = tempfile.TemporaryDirectory(prefix="parley-dialogues-")
    config.add_cleanup(folder.cleanup)
    settings = load_settings(data_dir=Path(folder.name), chat_model="scripted", threads=1)
    own = {path.stem: path for path in sorted((Path(__file__).parent / "catalogues").glob("*.jsonl"))}
    parley = build(settings)
    for name, path in (demo_catalogues() | own).items():
        load_file(
            path,
            name,
            ledger=parley.ledger,
            encoder=parley.encoder,
            root=parley.generations,
            pictures=parley.pictures,
        )
    parley.close()
    return settings
