"""Writing files so that a kill or a full disk leaves the old or the new one, never half of it."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from retriever.errors import DiskFull, StorageError

# EFBIG is what a size limit on the process gives; to us it is a full disk too.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def free_bytes(path: Path) -> int:
    """Bytes that can still be written on the disk that holds `path`, or its nearest existing parent."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


def disk_full(path: Path, needed: int | None = None) -> DiskFull:
    """The error for a full disk: where, how much is free, how much is needed when known."""
    need = "" if needed is None else f", about {needed:,} bytes are needed"
    return DiskFull(
        f"the disk that holds {path} is full ({free_bytes(path):,} bytes free{need}); "
        "free some space or choose another folder with PARLEY_DATA_DIR, then run the command again",
        needed,
    )


@contextlib.contextmanager
def naming_need(path: Path, needed: int) -> Iterator[None]:
    """Let an error about a full disk say how many bytes the whole undertaking takes, where it doesn't yet."""
    try:
        yield
    except DiskFull as error:
        if error.needed is not None or not needed:
            raise
        raise disk_full(path, needed) from error


@contextlib.contextmanager
def disk_errors(path: Path, needed: int | None = None) -> Iterator[None]:
    """Turn an OSError about a full or unwritable disk into a StorageError; others pass."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(path, needed) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise StorageError(
                f"{path} cannot be written ({error.strerror}); choose another folder with PARLEY_DATA_DIR"
            ) from error
        raise


def sqlite_error(
    path: Path, error: Exception, what: str, mend: str, setting: str = "PARLEY_DATA_DIR"
) -> StorageError:
    """What to raise for an error of SQLite: what is wrong with the file, and what to do.

    `what` says what the file is not, `mend` what to do once it is damaged and was moved away, `setting`
    what chooses another place.
    """
    code = getattr(error, "sqlite_errorname", None) or ""
    # A full disk is an I/O error to SQLite when it writes its log or sizes its shared memory.
    if code in ("SQLITE_IOERR_READ", "SQLITE_IOERR_SHORT_READ"):
        return StorageError(f"{path} cannot be read ({error}); check the disk, then run the command again")
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return disk_full(path)
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StorageError(f"{path} is being written by another process; try again in a moment")
    if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return StorageError(f"{path} is damaged or {what} ({error}); move it away and {mend}")
    if code.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
        return StorageError(
            f"{path} cannot be opened for writing ({error}); make it and its folder writable for you, or "
            f"choose another place with {setting}"
        )
    return StorageError(f"{path} cannot be used ({error}); check the folder and its permissions")


def fsync_tree(folder: Path) -> None:
    """Bring every file and folder below `folder`, and itself, to the disk."""
    for base, _, names in os.walk(folder):
        for name in names:
            _fsync(Path(base) / name)
        _fsync(Path(base))


def fsync_folder(folder: Path) -> None:
    """Bring a folder's own entries (names, renames) to the disk."""
    _fsync(folder)


def replace_text(path: Path, text: str) -> None:
    """Give a small file a new content at once: readers see the old or the new, never neither."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _fsync(path.parent)


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
