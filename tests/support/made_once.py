"""A folder that is made once for all tests of a run, however many processes share them out."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"process-{os.getpid()}"
_WHOLE = "whole"


class MadeOnce:
    """`make` fills an empty folder: the first process that asks calls it, and takes the folder with it."""

    def __init__(self, name: str, make: Callable[[Path], None]) -> None:
        self.folder = Path(tempfile.gettempdir()) / f"parley-{name}-{_RUN}"
        self._make = make

    @contextmanager
    def held(self) -> Iterator[Path]:
        """The folder, whole; nobody makes or removes it meanwhile."""
        with self._alone():
            if not (self.folder / _WHOLE).exists():
                shutil.rmtree(self.folder, ignore_errors=True)
                self.folder.mkdir()
                atexit.register(self._remove)
                self._make(self.folder)
                (self.folder / _WHOLE).touch()
            yield self.folder

    def copy_to(self, folder: Path) -> None:
        """Make `folder` a copy of it, nobody else's."""
        with self.held() as made:
            shutil.copytree(made, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(_WHOLE))

    def _remove(self) -> None:
        # Whoever still needs it makes it again.
        with self._alone():
            shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.with_suffix(".lock").unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one of the processes is here at a time."""
        with self.folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
