"""The ledger's history as it is written: who did what with which item, and who is related to whom.

In: events and relations of people who are known by a keyed hash only. Out: the same in the ledger, once each
however often they are put. Events about items that the catalogue doesn't have stay, and count once it has
them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from operator import itemgetter

from retriever.errors import StorageError
from retriever.history_reads import HistoryReads
from retriever.history_records import HistoryEvent, HistorySize, Relation, Words

__all__ = ["HistoryEvent", "HistorySize", "HistoryTables", "Relation", "Words"]


class HistoryTables(HistoryReads):
    """Events and relations, put and forgotten."""

    def begin_history_load(self, name: str, source: str, at: float) -> int:
        """The number under which a load puts what it reads; `at` in seconds since the epoch."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO history_loads SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3 FROM history_loads"
                " WHERE catalogue = ?1",
                (name, at, source),
            )
            rows = connection.execute("SELECT max(number) FROM history_loads WHERE catalogue = ?", (name,))
            return int(rows.fetchone()[0])

    def put_events(
        self, name: str, load: int, events: Sequence[HistoryEvent], *, remember: bool = False
    ) -> int:
        """Keep events, all or none; answers how many rows that wrote.

        An event that is kept already stays as it is, unless what its kind says of liking changed.
        `remember`: `forget_other_events` will ask which these were.
        """
        with self.transaction() as connection:
            numbers = _numbers(connection, name, (one.person for one in events))
            rows = [(numbers[one.person], one.item, one.key, load, *_values(one)) for one in events]
            # In the table's own order each of its pages is written once.
            rows.sort(key=itemgetter(0, 1, 2))
            before = connection.total_changes
            connection.executemany(
                "INSERT INTO events (person, item, key, load, kind, tier, weight, value, at, text, line)"
                " VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (person, item, key) DO UPDATE"
                " SET tier = excluded.tier, weight = excluded.weight"
                " WHERE tier <> excluded.tier OR weight <> excluded.weight",
                rows,
            )
            written = connection.total_changes - before
            if written:
                _touch(connection, name)
            if remember:
                _remember(connection, (row[:3] for row in rows))
        return written

    def put_relations(
        self, name: str, load: int, relations: Sequence[Relation], *, remember: bool = False
    ) -> int:
        """Keep relations, all or none; a pair that is known gets the new kind and weight. Rows written."""
        with self.transaction() as connection:
            people = (person for one in relations for person in (one.person, one.other))
            numbers = _numbers(connection, name, people)
            rows = [
                (numbers[one.person], numbers[one.other], one.kind, one.weight, load) for one in relations
            ]
            before = connection.total_changes
            connection.executemany(
                "INSERT INTO relations VALUES (?,?,?,?,?) ON CONFLICT (person, other) DO UPDATE"
                " SET kind = excluded.kind, weight = excluded.weight"
                " WHERE kind <> excluded.kind OR weight <> excluded.weight",
                rows,
            )
            written = connection.total_changes - before
            if remember:
                _remember(connection, ((row[0], str(row[1]), b"") for row in rows))
        return written

    def forget_other_events(self, name: str) -> int:
        """Forget all events but those that were put with `remember`; answers how many went."""
        with self.transaction() as connection:
            _seen(connection)
            gone = connection.execute(
                "DELETE FROM events WHERE person IN (SELECT number FROM people WHERE catalogue = ?)"
                " AND NOT EXISTS (SELECT 1 FROM temp.seen WHERE seen.person = events.person"
                " AND seen.item = events.item AND seen.key = events.key)",
                (name,),
            ).rowcount
            if gone:
                _touch(connection, name)
            _forget_idle(connection, name)
        return gone

    def forget_other_relations(self, name: str) -> int:
        """Forget all relations but those that were put with `remember`; answers how many went."""
        with self.transaction() as connection:
            _seen(connection)
            gone = connection.execute(
                "DELETE FROM relations WHERE person IN (SELECT number FROM people WHERE catalogue = ?)"
                " AND NOT EXISTS (SELECT 1 FROM temp.seen WHERE seen.person = relations.person"
                " AND seen.item = CAST(relations.other AS TEXT))",
                (name,),
            ).rowcount
            _forget_idle(connection, name)
        return gone

    def forget_history_load(self, name: str, load: int) -> None:
        """Forget all events that one load put: they were about something else."""
        with self.transaction() as connection:
            connection.execute(
                "DELETE FROM events WHERE load = ? AND person IN"
                " (SELECT number FROM people WHERE catalogue = ?)",
                (load, name),
            )
            _touch(connection, name)
            _forget_idle(connection, name)

    def end_history_load(self, name: str, load: int) -> None:
        """Close a load; one that wrote nothing leaves no trace."""
        with self.transaction() as connection:
            connection.execute("DROP TABLE IF EXISTS temp.seen")
            connection.execute(
                "DELETE FROM history_loads WHERE catalogue = ?1 AND number = ?2 AND NOT EXISTS"
                " (SELECT 1 FROM people JOIN events ON events.person = people.number"
                " WHERE people.catalogue = ?1 AND events.load = ?2) AND NOT EXISTS"
                " (SELECT 1 FROM people JOIN relations ON relations.person = people.number"
                " WHERE people.catalogue = ?1 AND relations.load = ?2)",
                (name, load),
            )

    def forget_person(self, name: str, person: str) -> HistorySize:
        """Erase a person's events and relations, in both directions; answers what there was.

        Nothing of them is left in the file or its log afterwards.

        Raises:
            StorageError: another process reads the ledger just now, so that its log cannot be cleared.
        """
        with self.transaction() as connection:
            row = connection.execute(
                "SELECT number FROM people WHERE catalogue = ? AND person = ?", (name, person)
            ).fetchone()
            gone = HistorySize(0, 0, 0)
            if row is not None:
                counted = connection.execute(
                    "SELECT (SELECT count(*) FROM events WHERE person = ?1),"
                    " (SELECT count(*) FROM relations WHERE person = ?1 OR other = ?1)",
                    (row[0],),
                ).fetchone()
                gone = HistorySize(counted[0], 1, counted[1])
                connection.execute("DELETE FROM people WHERE number = ?", (row[0],))
                if gone.events:
                    _touch(connection, name)
        self._clear_log()
        return gone

    def _clear_log(self) -> None:
        """Bring the log into the file and empty it: it holds pages as they were."""
        (busy, _, _), *_ = self.read("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            raise StorageError(
                f"{self.path} is being read by another process, so that what was erased may still stand in "
                "its log; run the command again in a moment"
            )


def _values(event: HistoryEvent) -> tuple[object, ...]:
    return (
        event.kind,
        int(event.tier),
        event.weight,
        event.rating,
        event.at,
        event.text,
        event.line,
    )


def _numbers(connection: sqlite3.Connection, name: str, people: Iterable[str]) -> dict[str, int]:
    """Person → number in the ledger; new ones get one."""
    found: dict[str, int] = {}
    for person in people:
        if person not in found:
            row = connection.execute(
                "SELECT number FROM people WHERE catalogue = ? AND person = ?", (name, person)
            ).fetchone()
            if row is None:
                put = connection.execute(
                    "INSERT INTO people (catalogue, person) VALUES (?,?)", (name, person)
                )
                found[person] = int(put.lastrowid or 0)
            else:
                found[person] = row[0]
    return found


def _touch(connection: sqlite3.Connection, name: str) -> None:
    """The digest doesn't hold any more."""
    connection.execute(
        "INSERT INTO histories (catalogue) VALUES (?) ON CONFLICT (catalogue) DO UPDATE SET digest = ''",
        (name,),
    )


def _seen(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS seen (person INTEGER, item TEXT, key BLOB,"
        " PRIMARY KEY (person, item, key)) WITHOUT ROWID"
    )


def _remember(connection: sqlite3.Connection, rows: Iterable[Sequence[object]]) -> None:
    _seen(connection)
    connection.executemany("INSERT OR IGNORE INTO temp.seen VALUES (?,?,?)", rows)


def _forget_idle(connection: sqlite3.Connection, name: str) -> None:
    """People of whom nothing is kept any more."""
    connection.execute(
        "DELETE FROM people WHERE catalogue = ? AND NOT EXISTS (SELECT 1 FROM events WHERE person = number)"
        " AND NOT EXISTS (SELECT 1 FROM relations WHERE person = number OR other = number)",
        (name,),
    )
