"""Rows of a file of relations → who is related to whom, under keyed hashes.

In: rows, columns, the key's hasher. Out: relations, and rejects. One that isn't directed (friends) is two
relations; of a directed one the first person is told something by what the second likes (a follower, by
whom they follow).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ingestion.history.cells import id_text, rating_of
from ingestion.history.columns import HistoryColumns
from ingestion.history.words import history_words, squeezed
from ingestion.readers.rows import Row
from ingestion.rejects import Reject, shorten
from ingestion.values import is_missing
from retriever.history_records import Relation

FRIEND, FOLLOW = "friend", "follow"


@dataclass(frozen=True, slots=True)
class Related:
    """What became of a row: one relation, two, or none and the reason."""

    relations: tuple[Relation, ...] = ()
    reject: Reject | None = None


class RelationReader:
    """Reads rows under one set of columns."""

    def __init__(self, columns: HistoryColumns, hashed: Callable[[Any], str]) -> None:
        self._columns = columns
        self._hashed = hashed

    def take(self, row: Row) -> Related:
        """The row's relations. A list of friends in one cell is as many."""
        person = id_text(row.fields.get(self._columns["person"]))
        if not person:
            return self._refused(row, "person", "", "no person: the cell is empty")
        others = [one for one in _ids(row.fields.get(self._columns["other"])) if one != person]
        if not others:
            reason = "nobody else: the cell is empty or names the same person"
            return self._refused(row, "other", "", reason)
        weight = 1.0
        said = row.fields.get(self._columns["weight"]) if self._columns["weight"] else None
        if not is_missing(said):
            number = rating_of(said)
            if number is None or number <= 0:
                reason = "a strength that isn't a number above 0: distrust tells nothing of taste"
                return self._refused(row, "weight", str(said), reason)
            weight = number
        directed = self._is_directed(row)
        kind = FOLLOW if directed else FRIEND
        found = []
        for other in others:
            found.append(Relation(self._hashed(person), self._hashed(other), kind, weight))
            if not directed:
                found.append(Relation(self._hashed(other), self._hashed(person), kind, weight))
        return Related(tuple(found))

    def _is_directed(self, row: Row) -> bool:
        """As the row's kind says; where it says nothing known, as the columns' names do."""
        said = squeezed(str(row.fields.get(self._columns["kind"]) or "")) if self._columns["kind"] else ""
        words = history_words().relations
        if said in words.directed_kinds:
            return True
        return self._columns.directed and said not in words.undirected_kinds

    def _refused(self, row: Row, role: str, value: str, reason: str) -> Related:
        return Related((), Reject(row.line, self._columns[role], shorten(value), reason))


def _ids(cell: object) -> list[str]:
    if isinstance(cell, list | tuple):
        return list(dict.fromkeys(filter(None, map(id_text, cell))))
    return list(filter(None, [id_text(cell)]))
