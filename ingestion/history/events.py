"""Rows of a history → events, or the reason why one is none.

In: rows and what their columns are. Out: events under keyed hashes of the people, and rejects. Holds what
the catalogue knows of ids, and a few thousand hashes; no row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ingestion.history.cells import id_text, private_text, rating_of, seconds_of
from ingestion.history.columns import HistoryColumns, HistoryMap
from ingestion.history.words import Kind, history_words, squeezed
from ingestion.readers.rows import Row
from ingestion.rejects import Reject, shorten
from ingestion.values import is_missing
from retriever.domain import ItemId
from retriever.feedback import Tier
from retriever.history_records import HistoryEvent
from retriever.pseudonyms import hash_person

UNKNOWN = "an item that the catalogue doesn't have"
REMOVED = "an item that left the catalogue"
_KEPT = ": kept, and counts once it has it"
_UNKNOWN_KIND = "a kind of event that isn't known: say under [kinds] in a map what it is"
_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Known:
    """The ids that a catalogue knows: of items that are there, that left, and of merged duplicates."""

    items: AbstractSet[ItemId]
    removed: AbstractSet[ItemId] = frozenset()
    aliases: Mapping[ItemId, ItemId] | None = None

    def trouble(self, item: ItemId) -> str:
        """Why events about an item don't count now; '' if they do."""
        if item in self.items or (self.aliases is not None and self.aliases.get(item) in self.items):
            return ""
        return (REMOVED if item in self.removed else UNKNOWN) + _KEPT


_Read = TypeVar("_Read")


class Remembering(Generic[_Read]):
    """Reads a cell as `read` does, and cells of text seen lately at once: most values of a history recur."""

    def __init__(self, read: Callable[[Any], _Read]) -> None:
        self._read = read
        self._known: dict[str, _Read] = {}

    def __call__(self, cell: Any) -> _Read:
        if type(cell) is not str:
            return self._read(cell)
        known = self._known.get(cell)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[cell] = self._read(cell)
        return known


def hasher(key: bytes) -> Callable[[Any], str]:
    """Cells with people's ids → keyed hashes; '' for none."""

    def hashed(cell: Any) -> str:
        person = id_text(cell)
        return hash_person(key, person) if person else ""

    return Remembering(hashed)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a row. `unknown`: the event's item, where the catalogue doesn't have it."""

    event: HistoryEvent | None = None
    rejects: tuple[Reject, ...] = ()
    unknown: ItemId = ""


class EventReader:
    """Reads rows under one set of columns. `rename`: ids of the source → ids of the catalogue.

    `part` names the file that the rows come from, where there are several.
    """

    def __init__(
        self,
        columns: HistoryColumns,
        given: HistoryMap,
        known: Known,
        hashed: Callable[[Any], str],
        *,
        rename: Mapping[str, ItemId] | None = None,
        part: str = "",
    ) -> None:
        self._known = known
        self._hashed = hashed
        self._rename = rename
        self._about = Remembering(self._catalogued)
        self._kind_named = Remembering(self._named)
        self._part = f"{part} " if part else ""
        roles = ("person", "item", "rating", "kind", "time", "text", "search")
        self._person, self._item, self._rating, self._kind, self._time, self._text, self._search = (
            columns[role] for role in roles
        )
        own = {squeezed(word): _kind(word, kind) for word, kind in given.kinds.items()}
        self._kinds = {**history_words().kinds, **own}

    def take(self, row: Row) -> Taken:
        """The row's event, or why there is none."""
        fields, line = row.fields, row.line
        person = self._hashed(fields.get(self._person))
        if not person:
            return self._refused(line, self._person, "", "no person: the cell is empty")
        words = private_text(fields.get(self._search)) if self._search else ""
        text = words or (private_text(fields.get(self._text)) if self._text else "")
        rating = rating_of(fields.get(self._rating)) if self._rating else None
        kind = self._kind_of(row, rating, searched=bool(words), said=bool(text))
        if isinstance(kind, Reject):
            return Taken(None, (kind,))
        item, trouble = self._about(fields.get(self._item)) if self._item else ("", "")
        if kind.name == "search":
            if not text:
                return self._refused(line, self._search or self._text, "", "a search without words")
            item, trouble = (item, "") if not trouble else ("", "")
        elif not item:
            return self._refused(line, self._item, "", "no item: the cell is empty")
        notes: tuple[Reject, ...] = ()
        if trouble:
            notes = (Reject(line, self._part + self._item, shorten(item), trouble, True),)
        at = 0.0
        if self._time and not is_missing(said := fields.get(self._time)):
            at = seconds_of(said) or 0.0
            if not at:
                reason = "a time that is none: the event is kept without it"
                notes = (*notes, Reject(line, self._part + self._time, shorten(str(said)), reason, True))
        tier = Tier.STATED if rating is not None else kind.tier
        event = HistoryEvent(person, item, kind.name, tier, kind.weight, rating, at, text, line)
        return Taken(event, notes, item if trouble else "")

    def _catalogued(self, cell: Any) -> tuple[ItemId, str]:
        """The catalogue's id for a cell, and what is to be said where it has none."""
        item = id_text(cell)
        if not item:
            return "", ""
        if self._rename is not None:
            item = self._rename.get(item, item)
        trouble = self._known.trouble(item)
        # A table of numbers with gaps is written with decimals: "123.0".
        if trouble and item.endswith(".0") and not self._known.trouble(item[:-2]):
            return item[:-2], ""
        return item, trouble

    def _named(self, cell: Any) -> Kind | str:
        """The kind that a cell names; '' for an empty one, else the word that is no kind."""
        if is_missing(cell):
            return ""
        return self._kinds.get(squeezed(str(cell))) or str(cell)

    def _kind_of(self, row: Row, rating: float | None, *, searched: bool, said: bool) -> Kind | Reject:
        """What kind of event a row is: as it says; else by what it has."""
        named = history_words().named
        word = self._kind_named(row.fields.get(self._kind)) if self._kind else ""
        if isinstance(word, Kind) and (word.name != "rating" or rating is not None):
            return word
        if word and rating is None:
            known = isinstance(word, Kind)
            reason = "a rating without a number" if known else _UNKNOWN_KIND
            cell = str(row.fields.get(self._kind))
            return Reject(row.line, self._part + self._kind, shorten(cell), reason)
        if rating is not None:
            return named["rating"]
        # "like" in the column of ratings.
        stated = self._kind_named(row.fields.get(self._rating)) if self._rating else ""
        if isinstance(stated, Kind):
            return stated
        if stated:
            return Reject(row.line, self._part + self._rating, shorten(stated), "a rating that is none")
        if searched:
            return named["search"]
        if said:
            # A column of tags holds tags; any other text is a review.
            return self._kinds.get(squeezed(self._text)) or named["review"]
        if self._rating or self._kind:
            reason = "neither a rating nor a kind of event: the cells are empty"
            return Reject(row.line, self._part + (self._rating or self._kind), "", reason)
        return named["interaction"]

    def _refused(self, line: int, column: str, value: str, reason: str) -> Taken:
        return Taken(None, (Reject(line, self._part + column, value, reason),))


def _kind(word: str, given: str | float) -> Kind:
    if isinstance(given, str):
        return history_words().named[given]
    return Kind(f"own: {word}", float(given), Tier.DONE)
