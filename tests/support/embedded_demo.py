"""The demo catalogues under the embedded encoder, loaded once for all tests that need them: it takes long."""

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


def copy_embedded_demo(folder: Path) -> None:
    """Make `folder` a data folder with the demo catalogues in it, nobody else's."""
    shutil.copytree(_loaded(), folder, dirs_exist_ok=True)


@functools.cache
def _loaded() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="parley-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    parley = build(load_settings(data_dir=folder, chat_model="none"))
    load_all(demo_catalogues(), parley.ledger, parley.encoder, folder)
    parley.close()
    return folder
