"""The English demo catalogues under the embedded encoder, loaded once for all tests that need them.

That takes long, so the Chinese one, of which this encoder reads little, is left to those who ask for it.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from chatbot.build import build
from chatbot.settings import load_settings
from ingestion.demo import demo_catalogues
from loading import load_all

ENGLISH = ("films", "shop")


def copy_embedded_demo(folder: Path) -> None:
    """Make `folder` a data folder with the English demo catalogues in it, nobody else's."""
    shutil.copytree(_loaded(), folder, dirs_exist_ok=True)


@functools.cache
def _loaded() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="parley-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    parley = build(load_settings(data_dir=folder, chat_model="none"))
    load_all({name: demo_catalogues()[name] for name in ENGLISH}, parley.ledger, parley.encoder, folder)
    parley.close()
    return folder
