"""People of a history → the keyed hashes under which a ledger keeps them.

In: an id as the history's source writes it, and the key. Out: 64 hex digits. Without the key, which lies
apart from the ledger, nobody can tell who that is, nor try ids until one fits.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from retriever.errors import StorageError

_KEY_BYTES = 32


def hash_person(key: bytes, person: str) -> str:
    """HMAC-SHA-256 of an id, blanks around it left out."""
    return hmac.digest(key, person.strip().encode("utf-8", "surrogatepass"), "sha256").hex()


def read_key(path: Path) -> bytes | None:
    """The key; None before the first history.

    Raises:
        StorageError: it is shorter than it was made.
    """
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return None
    if len(key) < _KEY_BYTES:
        raise StorageError(
            f"{path}, the key of the people in histories, is damaged ({len(key)} bytes of {_KEY_BYTES}); put "
            "it back from a copy, or remove it and load the histories again with --replace"
        )
    return key


def make_key(path: Path) -> bytes:
    """The key, made if there is none yet; readable by its owner only, and whole or not there at all."""
    known = read_key(path)
    if known is not None:
        return known
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, secrets.token_bytes(_KEY_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        # Unlike a rename, this never takes the place of one that another process has just made.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    made = read_key(path)
    assert made is not None
    return made
