"""The English demo catalogues under the embedded encoder, loaded once for all tests that need them.

That takes long, so the Chinese one, of which this encoder reads little, is left to those who ask for it.
"""

from __future__ import annotations

from pathlib import Path

from chatbot.build import build
from chatbot.settings import load_settings
from ingestion.demo import demo_catalogues
from loading import load_all
from made_once import MadeOnce

ENGLISH = ("films", "shop")


def _load(folder: Path) -> None:
    parley = build(load_settings(data_dir=folder, chat_model="none"))
    load_all({name: demo_catalogues()[name] for name in ENGLISH}, parley.ledger, parley.encoder, folder)
    parley.close()


_DEMO = MadeOnce("demo", _load)


def copy_embedded_demo(folder: Path) -> None:
    """Make `folder` a data folder with the English demo catalogues in it, nobody else's."""
    _DEMO.copy_to(folder)
