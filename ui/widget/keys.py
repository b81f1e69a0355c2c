"""Site keys: which pages of other sites may talk to the API, and about which catalogue.

In: an owner's origins, a request's key. Out: `SiteKey`s. Kept in one SQLite file of the data folder, so that
a key made or revoked by the command line counts at once for a server that is running.

A key stands in the source of a public page and is no secret; what protects is that a browser tells the
page's origin truthfully. It is kept hashed all the same: a copied data folder opens nothing.
"""

from __future__ import annotations

import contextlib
import ipaddress
import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chatbot.sessions import hashed
from retriever.errors import InputError, StorageError
from retriever.storage import sqlite_error

FILE_NAME = "sites.sqlite3"
MAX_KEY_CHARS = 100
_DEFAULT_PORTS = {"http": 80, "https": 443}
# As in a browser's own serialised origin; what it would not send cannot be allowed.
_NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sites (
  id TEXT PRIMARY KEY, key_hash TEXT NOT NULL UNIQUE, catalogue TEXT NOT NULL, made REAL NOT NULL,
  revoked REAL
);
CREATE TABLE IF NOT EXISTS origins (
  site TEXT NOT NULL REFERENCES sites (id), origin TEXT NOT NULL, PRIMARY KEY (site, origin)
);
CREATE TABLE IF NOT EXISTS sessions (
  session_hash TEXT PRIMARY KEY, site TEXT NOT NULL REFERENCES sites (id)
);
"""


class NotForThisSite(InputError):
    """The request's site key does not reach this far."""


@dataclass(frozen=True, slots=True)
class SiteKey:
    """What a key allows. `id` names it to its owner, `made` and `revoked` are seconds since the epoch."""

    id: str
    catalogue: str
    origins: tuple[str, ...]
    made: float
    revoked: float | None = None


def read_origin(text: str) -> str:
    """An origin as browsers send it: scheme, name in ASCII and lower case, port unless it is the usual one.

    Raises:
        InputError: it is no origin of an http(s) site, or names more than one.
    """
    fault = InputError(
        f"{text!r} is not an origin; write scheme and host of the site alone, such as https://shop.example"
    )
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise fault from error
    alone = parts.path in {"", "/"} and not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in _DEFAULT_PORTS or not alone:
        raise fault
    try:
        address = ipaddress.ip_address(host)
        name = f"[{address.compressed}]" if address.version == 6 else host
    except ValueError:
        try:
            name = host.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise fault from error
        if not name or not set(name) <= _NAME_CHARS:
            raise fault from None
    shown_port = "" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{name}{shown_port}"


class SiteKeys:
    """The keys of one data folder. Safe from several threads and processes; the file is made when first
    needed, so that a server without keys has none."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME

    def make(self, origins: Sequence[str], catalogue: str) -> tuple[str, SiteKey]:
        """A new key (which is not kept and cannot be shown again), and what it allows.

        Raises:
            InputError: an origin is none, or there is none.
            StorageError: it cannot be written.
        """
        named = tuple(dict.fromkeys(read_origin(each) for each in origins))
        if not named:
            raise InputError("name the site that may use the key, such as --origin https://shop.example")
        key = f"site_{secrets.token_urlsafe(24)}"
        site = SiteKey(secrets.token_hex(4), catalogue, named, time.time())
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO sites (id, key_hash, catalogue, made) VALUES (?, ?, ?, ?)",
                (site.id, hashed(key), catalogue, site.made),
            )
            connection.executemany("INSERT INTO origins VALUES (?, ?)", [(site.id, each) for each in named])
        return key, site

    def all(self) -> tuple[SiteKey, ...]:
        """Every key that was made, oldest first, revoked ones too."""
        return self._select("1 = 1 ORDER BY made, id", ())

    def find(self, key: str) -> SiteKey | None:
        """What a key allows; None if nobody made it, or it was revoked."""
        if not key or len(key) > MAX_KEY_CHARS:
            return None
        found = self._select("key_hash = ? AND revoked IS NULL", (hashed(key),))
        return found[0] if found else None

    def catalogues_of(self, origin: str) -> frozenset[str]:
        """The catalogues that a site may show, by any of its keys; empty for a site without one."""
        where = "revoked IS NULL AND id IN (SELECT site FROM origins WHERE origin = ?)"
        return frozenset(site.catalogue for site in self._select(where, (origin,)))

    def revoke(self, site_id: str) -> SiteKey:
        """End a key; what was begun under it can be continued by nobody.

        Raises:
            InputError: there is no such key, or it was revoked before.
            StorageError: it cannot be written.
        """
        known = {site.id: site for site in self.all() if site.revoked is None}
        if site_id not in known:
            raise InputError(f"no key {site_id!r} is in use; `parley widget --list` names those that are")
        with self._writing() as connection:
            connection.execute("UPDATE sites SET revoked = ? WHERE id = ?", (time.time(), site_id))
        return known[site_id]

    def bind(self, session: str, site: SiteKey) -> None:
        """Note that a session was begun under a key."""
        with self._writing() as connection:
            connection.execute("INSERT INTO sessions VALUES (?, ?)", (hashed(session), site.id))

    def may_continue(self, session: str, site: SiteKey | None) -> bool:
        """Whether a session was begun under this very key, or without one for None."""
        rows = self._read("SELECT site FROM sessions WHERE session_hash = ?", (hashed(session),))
        return (rows[0][0] if rows else None) == (site.id if site else None)

    def _select(self, where: str, values: tuple[str, ...]) -> tuple[SiteKey, ...]:
        # `where` is one of the constants above; what comes from outside is bound.
        rows = self._read(f"SELECT id, catalogue, made, revoked FROM sites WHERE {where}", values)  # noqa: S608
        return tuple(
            SiteKey(
                site,
                catalogue,
                tuple(
                    origin
                    for (origin,) in self._read(
                        "SELECT origin FROM origins WHERE site = ? ORDER BY origin", (site,)
                    )
                ),
                made,
                revoked,
            )
            for site, catalogue, made, revoked in rows
        )

    def _read(self, sql: str, values: tuple[str, ...]) -> list[Any]:
        if not self.path.exists():
            return []
        with self._connected() as connection:
            return connection.execute(sql, values).fetchall()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            # Readable by its owner alone, as all that lets somebody in.
            self.path.touch(mode=0o600)
        except OSError as error:
            raise StorageError(
                f"{self.path} cannot be written ({error.strerror}); give it to the user that runs Parley, or "
                "choose another folder with PARLEY_DATA_DIR"
            ) from error
        with self._connected() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)
            with connection:
                yield connection

    @contextlib.contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.closing(sqlite3.connect(self.path, timeout=5.0)) as connection:
                yield connection
        except sqlite3.Error as error:
            what = "holds no site keys"
            raise sqlite_error(self.path, error, what, "make the keys anew") from error
