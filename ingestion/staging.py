"""Items of one load between file and ledger, on disk: a file may be larger than memory.

In: items in file order. Out: the same in order, by id for comparing, and those that differ from the ledger.
The staging file lies in the catalogue's own folder, belongs to whoever holds the catalogue's lock, and means
nothing afterwards: a killed load reads its file again.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from retriever.domain import Item, ItemId
from retriever.records import item_values, values_item
from retriever.storage import disk_errors, sqlite_error

_PAGE = 1000
_NAME = "staging.sqlite3"
_TABLES = (
    """CREATE TABLE items (
        position INTEGER PRIMARY KEY,
        line INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        description TEXT NOT NULL,
        facets TEXT NOT NULL,
        picture TEXT NOT NULL,
        change TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE TABLE gone (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
)
_COLUMNS = "id, title, description, facets, picture, content_hash"


class Change(StrEnum):
    """How a staged item differs from the ledger's of the same id."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Staged:
    """An item with its place among the good rows, from 0, and the line of its file where it begins."""

    position: int
    line: int
    item: Item


@dataclass(frozen=True, slots=True)
class Difference:
    """How many items differ from the ledger, and how; `gone` are the ledger's that were not staged."""

    new: int = 0
    changed: int = 0
    moved: int = 0
    gone: int = 0

    @property
    def to_write(self) -> int:
        """Items that the ledger doesn't hold as they are now."""
        return self.new + self.changed + self.moved


class Staging:
    """A file of items; use it as a context manager, which removes it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._position = 0
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Staging:
        self._remove()
        with disk_errors(self._path), self._errors():
            self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            # Nothing here outlives the load, so nothing is worth waiting for the disk.
            for pragma in ("journal_mode = OFF", "synchronous = OFF"):
                self._connection.execute(f"PRAGMA {pragma}")
            for table in _TABLES:
                self._connection.execute(table)
            self._connection.execute("BEGIN")
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._remove()

    def __len__(self) -> int:
        return int(self._read("SELECT count(*) FROM items")[0][0])

    def add(self, line: int, item: Item) -> int | None:
        """Stage the next item; where its id is taken, nothing is staged and the first one's line answered."""
        with self._errors():
            done = self._open().execute(
                "INSERT OR IGNORE INTO items (position, line, content_hash, id, title, description, facets,"
                " picture) VALUES (?,?,?,?,?,?,?,?)",
                (self._position, line, item.content_hash, *item_values(item)),
            )
        if done.rowcount == 0:
            return int(self._read("SELECT line FROM items WHERE id = ?", (item.id,))[0][0])
        self._position += 1
        return None

    def has(self, one: ItemId) -> bool:
        """Whether an item of that id is staged."""
        return bool(self._read("SELECT 1 FROM items WHERE id = ?", (one,)))

    def replace(self, staged: Staged) -> None:
        """Put another item of the same id at a place."""
        with self._errors():
            self._open().execute(
                "UPDATE items SET content_hash = ?, title = ?, description = ?, facets = ?, picture = ?"
                " WHERE position = ?",
                (staged.item.content_hash, *item_values(staged.item)[1:], staged.position),
            )

    def drop(self, ids: Iterable[ItemId]) -> None:
        """Take items out again."""
        with self._errors():
            self._open().executemany("DELETE FROM items WHERE id = ?", ((one,) for one in ids))

    def items(self) -> Iterator[Staged]:
        """All items in file order."""
        return self._pages("")

    def to_write(self) -> Iterator[tuple[int, Item]]:
        """(position, item) of those that `compare` found new, changed or moved, in file order."""
        return ((one.position, one.item) for one in self._pages("AND change <> ''"))

    def gone(self) -> Iterator[ItemId]:
        """The ids that `compare` found in the ledger only, in order."""
        last = ""
        while rows := self._read("SELECT id FROM gone WHERE id > ? ORDER BY id LIMIT ?", (last, _PAGE)):
            yield from (row[0] for row in rows)
            last = rows[-1][0]

    def pictures(self) -> frozenset[str]:
        """The picture names of all items."""
        return frozenset(
            row[0] for row in self._read("SELECT DISTINCT picture FROM items WHERE picture <> ''")
        )

    def examples(self, ids: Iterable[ItemId]) -> list[Staged]:
        """The items of these ids, in the order given; unknown ones are passed over."""
        found = (
            self._read(f"SELECT position, line, {_COLUMNS} FROM items WHERE id = ?", (one,))  # noqa: S608
            for one in ids
        )
        return [_staged(rows[0]) for rows in found if rows]

    def at(self, positions: Iterable[int]) -> list[Staged]:
        """The items at these places, in the order given; empty ones are passed over."""
        found = (
            self._read(f"SELECT position, line, {_COLUMNS} FROM items WHERE position = ?", (one,))  # noqa: S608
            for one in positions
        )
        return [_staged(rows[0]) for rows in found if rows]

    def compare(self, ledger: Iterable[tuple[ItemId, int, str]]) -> Difference:
        """Mark how each item differs from the ledger's (id, position, content hash), which come by id."""
        counts = dict.fromkeys(Change, 0)
        gone = 0
        marks: list[tuple[str, ItemId]] = []
        theirs = iter(ledger)
        known = next(theirs, None)
        connection = self._open()
        for one, position, digest in self._by_id():
            while known is not None and known[0] < one:
                gone += 1
                connection.execute("INSERT OR IGNORE INTO gone VALUES (?)", (known[0],))
                known = next(theirs, None)
            change = None
            if known is None or known[0] != one:
                change = Change.NEW
            else:
                if known[2] != digest:
                    change = Change.CHANGED
                elif known[1] != position:
                    change = Change.MOVED
                known = next(theirs, None)
            if change is not None:
                counts[change] += 1
                marks.append((change, one))
            if len(marks) >= _PAGE:
                self._mark(marks)
        self._mark(marks)
        while known is not None:
            gone += 1
            connection.execute("INSERT OR IGNORE INTO gone VALUES (?)", (known[0],))
            known = next(theirs, None)
        return Difference(counts[Change.NEW], counts[Change.CHANGED], counts[Change.MOVED], gone)

    # -- inside ----------------------------------------------------------------------------------------

    def _mark(self, marks: list[tuple[str, ItemId]]) -> None:
        with self._errors():
            self._open().executemany("UPDATE items SET change = ? WHERE id = ?", marks)
        marks.clear()

    def _by_id(self) -> Iterator[tuple[ItemId, int, str]]:
        last = ""
        while rows := self._read(
            "SELECT id, position, content_hash FROM items WHERE id > ? ORDER BY id LIMIT ?", (last, _PAGE)
        ):
            yield from rows
            last = rows[-1][0]

    def _pages(self, condition: str) -> Iterator[Staged]:
        last = -1
        while rows := self._read(
            f"SELECT position, line, {_COLUMNS} FROM items WHERE position > ? {condition}"  # noqa: S608 - ours
            " ORDER BY position LIMIT ?",
            (last, _PAGE),
        ):
            yield from map(_staged, rows)
            last = rows[-1][0]

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise RuntimeError("the staging file is not open; use it in a with statement")
        return self._connection

    def _read(self, sql: str, values: tuple[object, ...] = ()) -> list[Any]:
        with self._errors():
            return self._open().execute(sql, values).fetchall()

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise sqlite_error(self._path, error, "no staging file", "run the command again") from error

    def _remove(self) -> None:
        for path in (self._path, self._path.with_name(f"{_NAME}-journal")):
            path.unlink(missing_ok=True)


def _staged(row: Sequence[Any]) -> Staged:
    position, line, *values, digest = row
    return Staged(position, line, values_item(values, digest))
