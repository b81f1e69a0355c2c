"""The source of truth: catalogues, items, vectors and interactions in one SQLite file.

In: what ingestion read and the encoder made. Out: the same, exactly; an index generation is built from
here and can always be built again without encoding anything. A call that returned has reached the disk.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.domain import Facet, Item, ItemId
from retriever.errors import GenerationError, StorageError, UnknownCatalogue
from retriever.records import (
    content_hash,
    encoded_text,
    facet_record,
    item_values,
    read_facet,
    rows_hash,
    text_hash,
    values_item,
)
from retriever.schema import MIGRATIONS
from retriever.storage import sqlite_trouble

__all__ = ["CatalogueInfo", "Interaction", "Ledger", "content_hash", "encoded_text"]

_PAGE = 1000  # items read at a time, so that a large catalogue is never in memory twice


@dataclass(frozen=True, slots=True)
class CatalogueInfo:
    """What is known of a loaded catalogue.

    `generation` is the name of the last one published, or empty; `content_hash` covers facets and items
    in order; `loaded_at` is in seconds since the epoch, UTC; `mapping` is what ingestion wrote.
    """

    name: str
    item_count: int
    generation: str
    content_hash: str
    loaded_at: float
    facets: tuple[Facet, ...]
    mapping: dict[str, object]
    source_name: str


@dataclass(frozen=True, slots=True)
class Interaction:
    """A person's observed like of an item: `weight` > 0 is its strength, `at` seconds since the epoch."""

    person: str
    item: ItemId
    weight: float = 1.0
    at: float = 0.0


class Ledger:
    """One SQLite file; safe from several threads (one connection under a lock)."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path) -> Ledger:
        """Open the file, made if absent, and bring its schema up to date.

        Raises:
            StorageError: if it cannot be written, is no ledger, or was made by a newer Parley.
        """
        with _sqlite_errors(path):
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

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- catalogues ------------------------------------------------------------------------------------

    def catalogues(self) -> tuple[CatalogueInfo, ...]:
        """All catalogues, by name."""
        rows = self._read("SELECT name FROM catalogues ORDER BY name")
        return tuple(self.catalogue(row[0]) for row in rows)

    def catalogue(self, name: str) -> CatalogueInfo:
        """What is known of one catalogue.

        Raises:
            UnknownCatalogue: if it is not loaded; names those that are.
        """
        rows = self._read(
            "SELECT facets, mapping, source_name, loaded_at, generation, content_hash,"
            " (SELECT count(*) FROM items WHERE catalogue = name) FROM catalogues WHERE name = ?",
            (name,),
        )
        if not rows:
            known = ", ".join(row[0] for row in self._read("SELECT name FROM catalogues ORDER BY name"))
            # A name that is no word may not be one for a catalogue either; then it's no good in a command.
            example = name if name.replace("-", "_").isidentifier() else "NAME"
            raise UnknownCatalogue(
                f"no catalogue {name[:80]!r} is loaded (loaded: {known or 'none'}); name one that is, or run "
                f"`parley ingest FILE --catalogue {example}`"
            )
        facets, mapping, source_name, loaded_at, generation, digest, count = rows[0]
        return CatalogueInfo(
            name=name,
            item_count=count,
            generation=generation,
            content_hash=digest or self._rehash(name, facets),
            loaded_at=loaded_at,
            facets=tuple(read_facet(record) for record in json.loads(facets)),
            mapping=json.loads(mapping),
            source_name=source_name,
        )

    def put_catalogue(
        self,
        name: str,
        facets: Sequence[Facet],
        mapping: Mapping[str, object],
        source_name: str,
        at: float,
    ) -> None:
        """Add a catalogue, or replace what is known of it; its items stay.

        Where the facets changed, so may the text that is encoded of each item: it is reckoned anew.
        """
        written = _canonical([facet_record(facet) for facet in facets])
        with self._transaction() as connection:
            old = connection.execute("SELECT facets FROM catalogues WHERE name = ?", (name,)).fetchone()
            connection.execute(
                "INSERT INTO catalogues (name, facets, mapping, source_name, loaded_at) VALUES (?,?,?,?,?)"
                " ON CONFLICT (name) DO UPDATE SET facets = excluded.facets, mapping = excluded.mapping,"
                " source_name = excluded.source_name, loaded_at = excluded.loaded_at",
                (name, written, json.dumps(mapping), source_name, at),
            )
            if old is not None and old[0] != written:
                connection.execute("UPDATE catalogues SET content_hash = '' WHERE name = ?", (name,))
                self._retext(connection, name, facets)

    def note_generation(self, name: str, generation: str) -> None:
        """Remember which generation was published last (CURRENT in its folder is what counts)."""
        with self._transaction() as connection:
            connection.execute("UPDATE catalogues SET generation = ? WHERE name = ?", (generation, name))

    def delete_catalogue(self, name: str) -> None:
        """Remove a catalogue with its items and interactions; an absent one is no error."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM catalogues WHERE name = ?", (name,))

    # -- items -----------------------------------------------------------------------------------------

    def put_items(self, name: str, items: Iterable[tuple[int, Item]]) -> int:
        """Add or replace items at their positions, all or none; answers how many were given.

        Raises:
            UnknownCatalogue: if the catalogue was not put before.
        """
        facets = self._facets(name)
        rows = [
            (
                name,
                position,
                item.content_hash or content_hash(item),
                *item_values(item),
                text_hash(encoded_text(item, facets)),
            )
            for position, item in items
        ]
        with self._transaction() as connection:
            connection.executemany(
                "INSERT INTO items (catalogue, position, content_hash, id, title, description, facets,"
                " picture, text_hash) VALUES (?,?,?,?,?,?,?,?,?)"
                " ON CONFLICT (catalogue, id) DO UPDATE SET position = excluded.position,"
                " content_hash = excluded.content_hash, title = excluded.title,"
                " description = excluded.description, facets = excluded.facets,"
                " picture = excluded.picture, text_hash = excluded.text_hash",
                rows,
            )
            connection.execute("UPDATE catalogues SET content_hash = '' WHERE name = ?", (name,))
        return len(rows)

    def retain(self, name: str, ids: Iterable[ItemId]) -> int:
        """Remove every item whose id is not among `ids`; answers how many went."""
        with self._transaction() as connection:
            connection.execute("CREATE TEMP TABLE IF NOT EXISTS kept (id TEXT PRIMARY KEY)")
            connection.execute("DELETE FROM kept")
            connection.executemany("INSERT OR IGNORE INTO kept VALUES (?)", ((one,) for one in ids))
            gone = connection.execute(
                "DELETE FROM items WHERE catalogue = ? AND id NOT IN (SELECT id FROM kept)", (name,)
            ).rowcount
            connection.execute("DELETE FROM kept")
            if gone:
                connection.execute("UPDATE catalogues SET content_hash = '' WHERE name = ?", (name,))
        return gone

    def delete_items(self, name: str, ids: Iterable[ItemId]) -> int:
        """Remove items by id; answers how many there were."""
        with self._transaction() as connection:
            gone = 0
            for one in ids:
                gone += connection.execute(
                    "DELETE FROM items WHERE catalogue = ? AND id = ?", (name, one)
                ).rowcount
            if gone:
                connection.execute("UPDATE catalogues SET content_hash = '' WHERE name = ?", (name,))
        return gone

    def items(self, name: str) -> Iterator[Item]:
        """A catalogue's items in position order (equal positions by id).

        Raises:
            UnknownCatalogue: at the first item, if it is not loaded.
        """
        self._facets(name)
        last: tuple[int, str] = (-(2**62), "")
        while True:
            rows = self._read(
                "SELECT position, content_hash, id, title, description, facets, picture FROM items"
                " WHERE catalogue = ? AND (position, id) > (?, ?) ORDER BY position, id LIMIT ?",
                (name, *last, _PAGE),
            )
            for row in rows:
                yield values_item(row[2:], row[1])
            if len(rows) < _PAGE:
                return
            last = (rows[-1][0], rows[-1][2])

    def item_hashes(self, name: str) -> dict[ItemId, tuple[int, str]]:
        """Each item's position and content hash: what a second load compares with."""
        rows = self._read("SELECT id, position, content_hash FROM items WHERE catalogue = ?", (name,))
        return {row[0]: (row[1], row[2]) for row in rows}

    # -- vectors ---------------------------------------------------------------------------------------

    def missing_vectors(self, name: str, fingerprint: str) -> list[tuple[str, str]]:
        """(key, text) of every text of the catalogue without a vector of that encoder, in order, once each.

        The key is the hash of the encoded text alone, so that a changed price or picture, which is not
        encoded, costs no encoding.
        """
        facets = self._facets(name)
        wanted = {
            row[0]
            for row in self._read(
                "SELECT text_hash FROM items WHERE catalogue = ? AND text_hash NOT IN"
                " (SELECT text_hash FROM vectors WHERE fingerprint = ?)",
                (name, fingerprint),
            )
        }
        if not wanted:
            return []
        found: dict[str, str] = {}
        for item in self.items(name):
            text = encoded_text(item, facets)
            if (key := text_hash(text)) in wanted:
                found.setdefault(key, text)
        return list(found.items())

    def put_vectors(self, fingerprint: str, vectors: Iterable[tuple[str, NDArray[np.float32]]]) -> None:
        """Keep (key, vector) pairs, where key comes from `missing_vectors`; all or none.

        Raises:
            ValueError: if a vector is not one-dimensional and finite.
        """
        rows = []
        for key, vector in vectors:
            flat = np.ascontiguousarray(vector, dtype="<f4")
            if flat.ndim != 1 or not np.isfinite(flat).all():
                raise ValueError(f"the vector of {key} is not a finite row (shape {flat.shape})")
            rows.append((fingerprint, key, flat.tobytes()))
        with self._transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?,?,?)", rows)

    def vectors(self, name: str, fingerprint: str) -> tuple[tuple[ItemId, ...], NDArray[np.float32]]:
        """Ids and matrix (item, dim), both in position order.

        Raises:
            GenerationError: if an item has no vector yet.
        """
        ids: list[ItemId] = []
        matrix = np.zeros((0, 0), dtype=np.float32)  # (item, dim)
        missing = 0
        with self._lock, _sqlite_errors(self.path):
            # The count in the same statement: one view of the ledger. Read by pages into a matrix made
            # once: rows, their bytes joined and the matrix would be the same vectors three times over.
            cursor = self._connection.execute(
                "SELECT items.id, vectors.vector, (SELECT count(*) FROM items WHERE catalogue = ?2)"
                " FROM items LEFT JOIN vectors"
                " ON vectors.text_hash = items.text_hash AND vectors.fingerprint = ?1"
                " WHERE items.catalogue = ?2 ORDER BY items.position, items.id",
                (fingerprint, name),
            )
            while rows := cursor.fetchmany(_PAGE):
                for one, vector, count in rows:
                    ids.append(one)
                    if vector is None:
                        missing += 1
                        continue
                    row = np.frombuffer(vector, dtype="<f4")  # (dim,)
                    if not matrix.size:
                        matrix = np.zeros((count, len(row)), dtype=np.float32)
                    matrix[len(ids) - 1] = row
        if missing:
            raise GenerationError(
                f"{missing} of {len(ids)} items of {name!r} have no vector of encoder {fingerprint!r}; "
                f"load the file again with `parley ingest FILE --catalogue {name}`"
            )
        return tuple(ids), matrix

    def value_vectors(self, fingerprint: str, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors kept of short texts (facet values); a text without one is absent."""
        kept = self._read("SELECT text, vector FROM value_vectors WHERE fingerprint = ?", (fingerprint,))
        wanted = set(texts)
        return {row[0]: np.frombuffer(row[1], dtype="<f4") for row in kept if row[0] in wanted}

    def put_value_vectors(self, fingerprint: str, vectors: Iterable[tuple[str, NDArray[np.float32]]]) -> None:
        """Keep the vectors of short texts."""
        rows = [(fingerprint, text, np.ascontiguousarray(v, dtype="<f4").tobytes()) for text, v in vectors]
        with self._transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO value_vectors VALUES (?,?,?)", rows)

    def forget_unused_vectors(self) -> int:
        """Remove the vectors of texts that no item has any more; answers how many went."""
        with self._transaction() as connection:
            return connection.execute(
                "DELETE FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM items)"
            ).rowcount

    # -- interactions ----------------------------------------------------------------------------------

    def put_interactions(self, name: str, interactions: Iterable[Interaction]) -> None:
        """Add interactions; the same person and item again replaces the older."""
        self._facets(name)
        with self._transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO interactions VALUES (?,?,?,?,?)",
                ((name, one.person, one.item, one.weight, one.at) for one in interactions),
            )

    def interactions(self, name: str) -> tuple[Interaction, ...]:
        """A catalogue's interactions, by person and item; those of items that are gone stay out."""
        rows = self._read(
            "SELECT person, item, weight, at FROM interactions WHERE catalogue = ?1 AND item IN"
            " (SELECT id FROM items WHERE catalogue = ?1) ORDER BY person, item",
            (name,),
        )
        return tuple(Interaction(*row) for row in rows)

    # -- inside ----------------------------------------------------------------------------------------

    def _facets(self, name: str) -> tuple[Facet, ...]:
        rows = self._read("SELECT facets FROM catalogues WHERE name = ?", (name,))
        if not rows:
            return self.catalogue(name).facets  # raises, with the names that are known
        return tuple(read_facet(record) for record in json.loads(rows[0][0]))

    def _rehash(self, name: str, facets: str) -> str:
        rows = self._read(
            "SELECT id, content_hash FROM items WHERE catalogue = ? ORDER BY position, id", (name,)
        )
        digest = rows_hash(facets, rows)
        with self._transaction() as connection:
            connection.execute("UPDATE catalogues SET content_hash = ? WHERE name = ?", (digest, name))
        return digest

    def _retext(self, connection: sqlite3.Connection, name: str, facets: Sequence[Facet]) -> None:
        hashes = [(text_hash(encoded_text(item, facets)), name, item.id) for item in self.items(name)]
        connection.executemany("UPDATE items SET text_hash = ? WHERE catalogue = ? AND id = ?", hashes)

    def _read(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        with self._lock, _sqlite_errors(self.path):
            return self._connection.execute(sql, values).fetchall()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _sqlite_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # SQLite itself rolls back on a full disk: a second ROLLBACK would hide the first error.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _configure(connection: sqlite3.Connection) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000"):
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
def _sqlite_errors(path: Path) -> Iterator[None]:
    """Turn every SQLite error into a StorageError that says what to do."""
    try:
        yield
    except sqlite3.ProgrammingError as error:
        raise StorageError(f"{path} is closed ({error}); open the ledger again") from error
    except sqlite3.Error as error:
        raise StorageError(sqlite_trouble(path, error, "no ledger", "load the catalogues again")) from error
