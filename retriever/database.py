"""One SQLite file: opened, brought up to date, read and written in transactions.

In: a path. Out: rows. A transaction that was left has reached the disk, whole or not at all; every error of
SQLite becomes a StorageError that says what to do.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from retriever.errors import StorageError
from retriever.schema import MIGRATIONS
from retriever.storage import sqlite_error


class Database:
    """One SQLite file; safe from several threads (one connection under a lock)."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file, made if absent, and bring its schema up to date.

        Raises:
            StorageError: if it cannot be written, is no ledger, or was made by a newer Parley.
        """
        with sqlite_errors(path):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StorageError(
                    f"the data folder {path.parent} cannot be made ({error.strerror}); "
                    "choose another with PARLEY_DATA_DIR"
                ) from error
            connection = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
            try:
                _configure(connection)
                _migrate(connection, path)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """All rows of a query."""
        with self._lock, sqlite_errors(self.path):
            return self._connection.execute(sql, values).fetchall()

    def stream(self, sql: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """The rows of a query one by one, as they were when it began, for more of them than memory holds.

        Read through a connection of its own: what is written meanwhile waits for nobody.
        """
        with sqlite_errors(self.path), contextlib.closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA busy_timeout = 5000")
            yield from connection.execute(sql, values)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """What is executed inside is kept whole when it is left, and not at all when it raises."""
        with self._lock, sqlite_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # SQLite itself rolls back on a full disk: a second ROLLBACK would hide the first error.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _configure(connection: sqlite3.Connection) -> None:
    pragmas = (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "busy_timeout = 5000",
        # What is erased of a person must not stay in pages that are free or were rearranged.
        "secure_delete = ON",
    )
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the schema from its `user_version` to the newest, one transaction a step."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise StorageError(
            f"{path} has schema {version}, this Parley knows up to {len(MIGRATIONS)}; "
            "upgrade Parley or choose another folder with PARLEY_DATA_DIR"
        )
    for number in range(version, len(MIGRATIONS)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have migrated while this one waited for the lock.
            if int(connection.execute("PRAGMA user_version").fetchone()[0]) == number:
                for statement in MIGRATIONS[number]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextlib.contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn every SQLite error into a StorageError that says what to do."""
    try:
        yield
    except sqlite3.ProgrammingError as error:
        raise StorageError(f"{path} is closed ({error}); open the ledger again") from error
    except sqlite3.Error as error:
        raise sqlite_error(path, error, "no ledger", "load the catalogues again") from error
