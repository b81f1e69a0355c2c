"""The English demo catalogues under the embedded encoder, loaded once for all tests that need them.

That takes long, so the Chinese one, of which this encoder reads little, is left to those who ask for it, and
the processes that share out the tests among them share what the first of them has loaded.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chatbot.build import build
from chatbot.settings import load_settings
from ingestion.demo import demo_catalogues
from loading import load_all

ENGLISH = ("films", "shop")

_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"process-{os.getpid()}"
_FOLDER = Path(tempfile.gettempdir()) / f"parley-demo-{_RUN}"
_WHOLE = _FOLDER / "whole"


def copy_embedded_demo(folder: Path) -> None:
    """Make `folder` a data folder with the English demo catalogues in it, nobody else's."""
    with _alone():
        if not _WHOLE.exists():
            _load()
        shutil.copytree(_FOLDER, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("whole"))


def _load() -> None:
    shutil.rmtree(_FOLDER, ignore_errors=True)
    _FOLDER.mkdir()
    atexit.register(_remove)
    parley = build(load_settings(data_dir=_FOLDER, chat_model="none"))
    load_all({name: demo_catalogues()[name] for name in ENGLISH}, parley.ledger, parley.encoder, _FOLDER)
    parley.close()
    _WHOLE.touch()


def _remove() -> None:
    # Whoever still needs it loads it again.
    with _alone():
        shutil.rmtree(_FOLDER, ignore_errors=True)
    _FOLDER.with_suffix(".lock").unlink(missing_ok=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Only one of the processes is here at a time."""
    with _FOLDER.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
