"""The source of truth: catalogues, items, vectors and interactions in one SQLite file.

In: what ingestion read and the encoder made. Out: the same, exactly; an index generation is built from
here and can always be built again without encoding anything. A call that returned has reached the disk.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from retriever.domain import Facet, Item, ItemId
from retriever.errors import UnknownCatalogue
from retriever.feedback import Interaction
from retriever.history_tables import HistoryTables
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
from retriever.vector_tables import VectorTables

__all__ = ["CatalogueInfo", "Interaction", "Ledger", "content_hash", "encoded_text"]

_LOADS_KEPT = 100
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


class Ledger(HistoryTables, VectorTables):
    """One SQLite file; safe from several threads (one connection under a lock)."""

    # -- catalogues ------------------------------------------------------------------------------------

    def catalogues(self) -> tuple[CatalogueInfo, ...]:
        """All catalogues, by name."""
        rows = self.read("SELECT name FROM catalogues ORDER BY name")
        return tuple(self.catalogue(row[0]) for row in rows)

    def catalogue(self, name: str) -> CatalogueInfo:
        """What is known of one catalogue.

        Raises:
            UnknownCatalogue: if it is not loaded; names those that are.
        """
        rows = self.read(
            "SELECT facets, mapping, source_name, loaded_at, generation, content_hash,"
            " (SELECT count(*) FROM items WHERE catalogue = name AND removed_at IS NULL)"
            " FROM catalogues WHERE name = ?",
            (name,),
        )
        if not rows:
            known = ", ".join(row[0] for row in self.read("SELECT name FROM catalogues ORDER BY name"))
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
        with self.transaction() as connection:
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
        with self.transaction() as connection:
            connection.execute("UPDATE catalogues SET generation = ? WHERE name = ?", (generation, name))

    def delete_catalogue(self, name: str) -> None:
        """Remove a catalogue with its items and interactions; an absent one is no error."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM catalogues WHERE name = ?", (name,))

    # -- items -----------------------------------------------------------------------------------------

    def put_items(self, name: str, items: Iterable[tuple[int, Item]]) -> int:
        """Add or replace items at their positions, all or none; answers how many were given.

        `items` is read as it is written, so it may be longer than memory.

        Raises:
            UnknownCatalogue: if the catalogue was not put before.
        """
        facets = self._facets(name)
        given = 0

        def rows() -> Iterator[tuple[object, ...]]:
            nonlocal given
            for position, item in items:
                given += 1
                digest = item.content_hash or content_hash(item)
                yield name, position, digest, *item_values(item), text_hash(encoded_text(item, facets))

        with self.transaction() as connection:
            connection.executemany(
                "INSERT INTO items (catalogue, position, content_hash, id, title, description, facets,"
                " picture, text_hash) VALUES (?,?,?,?,?,?,?,?,?)"
                " ON CONFLICT (catalogue, id) DO UPDATE SET position = excluded.position,"
                " content_hash = excluded.content_hash, title = excluded.title,"
                " description = excluded.description, facets = excluded.facets,"
                " picture = excluded.picture, text_hash = excluded.text_hash, removed_at = NULL",
                rows(),
            )
            connection.execute("UPDATE catalogues SET content_hash = '' WHERE name = ?", (name,))
        return given

    def remove_items(self, name: str, ids: Iterable[ItemId], at: float) -> int:
        """Take items out of the catalogue, softly: put again, they are back with their vectors.

        `at` in seconds since the epoch. Answers how many there were; unknown ids are passed over.
        """
        with self.transaction() as connection:
            gone = connection.executemany(
                "UPDATE items SET removed_at = ? WHERE catalogue = ? AND id = ? AND removed_at IS NULL",
                ((at, name, one) for one in ids),
            ).rowcount
            if gone:
                connection.execute("UPDATE catalogues SET content_hash = '' WHERE name = ?", (name,))
        return gone

    def removed_items(self, name: str) -> int:
        """How many items were taken out and have not come back."""
        rows = self.read("SELECT count(*) FROM items WHERE catalogue = ? AND removed_at IS NOT NULL", (name,))
        return int(rows[0][0])

    def items(self, name: str) -> Iterator[Item]:
        """A catalogue's items in position order (equal positions by id).

        Raises:
            UnknownCatalogue: at the first item, if it is not loaded.
        """
        self._facets(name)
        last: tuple[int, str] = (-(2**62), "")
        while True:
            rows = self.read(
                "SELECT position, content_hash, id, title, description, facets, picture FROM items"
                " WHERE catalogue = ? AND (position, id) > (?, ?) AND removed_at IS NULL"
                " ORDER BY position, id LIMIT ?",
                (name, *last, _PAGE),
            )
            for row in rows:
                yield values_item(row[2:], row[1])
            if len(rows) < _PAGE:
                return
            last = (rows[-1][0], rows[-1][2])

    def pictures(self, name: str) -> frozenset[str]:
        """The names of the pictures that a catalogue's items have."""
        rows = self.read(
            "SELECT DISTINCT picture FROM items WHERE catalogue = ? AND picture <> '' AND removed_at IS NULL",
            (name,),
        )
        return frozenset(row[0] for row in rows)

    def item_hashes(self, name: str) -> Iterator[tuple[ItemId, int, str]]:
        """(id, position, content hash) of each item, by id: what a second load compares with.

        None of a catalogue that is not loaded.
        """
        last = ""
        while rows := self.read(
            "SELECT id, position, content_hash FROM items WHERE catalogue = ? AND id > ?"
            " AND removed_at IS NULL ORDER BY id LIMIT ?",
            (name, last, _PAGE),
        ):
            yield from rows
            last = rows[-1][0]

    # -- merged duplicates, loads ------------------------------------------------------------------------

    def put_aliases(self, name: str, aliases: Iterable[tuple[ItemId, ItemId]]) -> None:
        """Keep (id, id of the item that stands for it) of merged duplicates; earlier ones go."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM aliases WHERE catalogue = ?", (name,))
            connection.executemany(
                "INSERT INTO aliases VALUES (?,?,?)", ((name, one, item) for one, item in aliases)
            )

    def aliases(self, name: str) -> dict[ItemId, ItemId]:
        """Ids of merged duplicates, each with the item that stands for it."""
        return dict(self.read("SELECT id, item FROM aliases WHERE catalogue = ?", (name,)))

    def put_load(self, name: str, at: float, report: Mapping[str, object]) -> None:
        """Remember what a load did; `at` in seconds since the epoch."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO loads SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3 FROM loads"
                " WHERE catalogue = ?1",
                (name, at, json.dumps(report)),
            )
            connection.execute(
                "DELETE FROM loads WHERE catalogue = ?1 AND number <="
                " (SELECT max(number) FROM loads WHERE catalogue = ?1) - ?2",
                (name, _LOADS_KEPT),
            )

    def loads(self, name: str, at_most: int = _LOADS_KEPT) -> tuple[tuple[float, dict[str, object]], ...]:
        """(time, report) of the latest loads, newest first."""
        rows = self.read(
            "SELECT at, report FROM loads WHERE catalogue = ? ORDER BY number DESC LIMIT ?", (name, at_most)
        )
        return tuple((at, json.loads(report)) for at, report in rows)

    # -- vectors ---------------------------------------------------------------------------------------

    def missing_texts(self, name: str, fingerprint: str) -> int:
        """How many texts of the catalogue have no vector of that encoder."""
        rows = self.read(
            "SELECT count(DISTINCT text_hash) FROM items WHERE catalogue = ? AND removed_at IS NULL"
            " AND text_hash NOT IN (SELECT text_hash FROM vectors WHERE fingerprint = ?)",
            (name, fingerprint),
        )
        return int(rows[0][0])

    def missing_vectors(
        self, name: str, fingerprint: str, at_most: int | None = None
    ) -> list[tuple[str, str]]:
        """(key, text) of texts of the catalogue without a vector of that encoder, in order, once each.

        The key is the hash of the encoded text alone, so that a changed price or picture, which is not
        encoded, costs no encoding.
        """
        facets = self._facets(name)
        rows = self.read(
            "SELECT text_hash, id, title, description, facets, picture FROM items WHERE rowid IN"
            " (SELECT min(rowid) FROM items WHERE catalogue = ?1 AND removed_at IS NULL AND text_hash NOT IN"
            " (SELECT text_hash FROM vectors WHERE fingerprint = ?2) GROUP BY text_hash)"
            " ORDER BY position, id LIMIT ?3",
            (name, fingerprint, -1 if at_most is None else at_most),
        )
        return [(row[0], encoded_text(values_item(row[1:], ""), facets)) for row in rows]

    # -- inside ----------------------------------------------------------------------------------------

    def _facets(self, name: str) -> tuple[Facet, ...]:
        rows = self.read("SELECT facets FROM catalogues WHERE name = ?", (name,))
        if not rows:
            return self.catalogue(name).facets  # raises, with the names that are known
        return tuple(read_facet(record) for record in json.loads(rows[0][0]))

    def _rehash(self, name: str, facets: str) -> str:
        rows = self.read(
            "SELECT id, content_hash FROM items WHERE catalogue = ? AND removed_at IS NULL"
            " ORDER BY position, id",
            (name,),
        )
        digest = rows_hash(facets, rows)
        with self.transaction() as connection:
            connection.execute("UPDATE catalogues SET content_hash = ? WHERE name = ?", (digest, name))
        return digest

    def _retext(self, connection: sqlite3.Connection, name: str, facets: Sequence[Facet]) -> None:
        hashes = [(text_hash(encoded_text(item, facets)), name, item.id) for item in self.items(name)]
        connection.executemany("UPDATE items SET text_hash = ? WHERE catalogue = ? AND id = ?", hashes)


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
