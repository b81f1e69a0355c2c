"""Who may load a catalogue now: one process at a time.

In: the folder of all generations and a catalogue's name. Quick to import, so that a command which has to be
refused is refused before it reads models and files.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from retriever.errors import CatalogueBusy, UnknownCatalogue
from retriever.storage import disk_errors

_LOOK_EVERY = 0.1  # seconds between two tries for a lock that another process holds
_CATALOGUE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def catalogue_folder(root: Path, catalogue: str) -> Path:
    """Folder of a catalogue's generations, absolute.

    Raises:
        UnknownCatalogue: if the name is not 1 to 64 of a-z, 0-9, _ and -.
    """
    if not _CATALOGUE_NAME.fullmatch(catalogue):
        raise UnknownCatalogue(
            f"{catalogue[:80]!r} cannot name a catalogue; use up to 64 of a-z, 0-9, _ and -, such as 'films'"
        )
    return root.absolute() / catalogue


def refuse_if_busy(root: Path, catalogue: str, wait: float = 0.0) -> None:
    """Raise as `catalogue_lock` would, without holding it; nothing is made where there is nothing yet."""
    if (catalogue_folder(root, catalogue) / "lock").exists():
        with catalogue_lock(root, catalogue, wait):
            pass


@contextlib.contextmanager
def catalogue_lock(root: Path, catalogue: str, wait: float = 0.0) -> Iterator[None]:
    """Be the only one that loads or builds a catalogue; a killed holder's lock is free at once.

    `wait`: seconds for which another holder is waited for.

    Raises:
        CatalogueBusy: another process holds it, and still did when the wait was over; names its pid.
        UnknownCatalogue: if the name can't be a catalogue's.
    """
    folder = catalogue_folder(root, catalogue)
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + wait
        while not _locked(handle):
            if time.monotonic() >= until:
                holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
                raise CatalogueBusy(
                    f"another process (pid {holder}) is loading catalogue {catalogue!r}; wait for it to end, "
                    "or let the command wait with --wait SECONDS"
                )
            time.sleep(_LOOK_EVERY)
        with disk_errors(folder):
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)  # gives the lock back


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
