"""The acceptance set: dialogues over the demo catalogues, one test each."""

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
    """The demo catalogues in a folder of their own, with the embedded encoder and the scripted chat model."""
    folder = tempfile.TemporaryDirectory(prefix="parley-dialogues-")
    config.add_cleanup(folder.cleanup)
    settings = load_settings(data_dir=Path(folder.name), chat_model="scripted", threads=1)
    parley = build(settings)
    for name, path in demo_catalogues().items():
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
