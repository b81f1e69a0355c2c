"""Loads the catalogues of the acceptance set into a folder: the demo ones, and the small ones of its own.

In: a folder. Out: the settings to rehearse with. Nothing outside of the folder is touched.
"""

from __future__ import annotations

from pathlib import Path

from chatbot.build import build
from chatbot.settings import Settings, load_settings
from ingestion.demo import demo_catalogues
from loading import load_all


def settings_in(folder: Path) -> Settings:
    """The embedded encoder and the scripted chat model over the catalogues of a folder, on one thread."""
    return load_settings(data_dir=folder, chat_model="scripted", threads=1)


def load_catalogues(folder: Path) -> Settings:
    """Load all catalogues into the folder, and say with which settings they are read."""
    settings = settings_in(folder)
    own = {path.stem: path for path in sorted((Path(__file__).parent / "catalogues").glob("*.jsonl"))}
    parley = build(settings)
    load_all(demo_catalogues() | own, parley.ledger, parley.encoder, folder)
    parley.close()
    return settings
