"""Rows of a history → events, or the reason why one is none.

In: rows and what their columns are. Out: events under keyed hashes of the people, and rejects. Holds what
the catalogue knows of ids, and a few thousand hashes; no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

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
_HASHES_KEPT = 50_000


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


class Hasher:
    """People's ids → keyed hashes (HMAC-SHA-256, 64 hex digits)."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[str, str] = {}

    def __call__(self, person: str) -> str:
        """The hash of an id as the source writes it, blanks around it left out."""
        known = self._known.get(person)
        if known is None:
            if len(self._known) >= _HASHES_KEPT:
                self._known.clear()
            known = hash_person(self._key, person)
            self._known[person] = known
        return known


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
        hasher: Hasher,
        *,
        rename: Mapping[str, ItemId] | None = None,
        part: str = "",
    ) -> None:
        self._known = known
        self._hasher = hasher
        self._rename = rename
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
        person = id_text(fields.get(self._person))
        if not person:
            return self._refused(line, self._person, "", "no person: the cell is empty")
        words = private_text(fields.get(self._search)) if self._search else ""
        text = words or (private_text(fields.get(self._text)) if self._text else "")
        rating = rating_of(fields.get(self._rating)) if self._rating else None
        kind = self._kind_of(row, rating, searched=bool(words), said=bool(text))
        if isinstance(kind, Reject):
            return Taken(None, (kind,))
        item = id_text(fields.get(self._item)) if self._item else ""
        if kind.name == "search":
            if not text:
                return self._refused(line, self._search or self._text, "", "a search without words")
            item = item if item and not self._known.trouble(item) else ""
        elif not item:
            return self._refused(line, self._item, "", "no item: the cell is empty")
        item, notes = self._about(item, line)
        at = 0.0
        if self._time and not is_missing(said := fields.get(self._time)):
            at = seconds_of(said) or 0.0
            if not at:
                reason = "a time that is none: the event is kept without it"
                notes = (*notes, Reject(line, self._part + self._time, shorten(str(said)), reason, True))
        tier = Tier.STATED if rating is not None else kind.tier
        event = HistoryEvent(self._hasher(person), item, kind.name, tier, kind.weight, rating, at, text, line)
        unknown = item if any(note.reason.startswith((UNKNOWN, REMOVED)) for note in notes) else ""
        return Taken(event, notes, unknown)

    def _about(self, item: str, line: int) -> tuple[ItemId, tuple[Reject, ...]]:
        """The catalogue's id, and what is to be said where it has none."""
        if not item:
            return "", ()
        if self._rename is not None:
            item = self._rename.get(item, item)
        trouble = self._known.trouble(item)
        # A table of numbers with gaps is written with decimals: "123.0".
        if trouble and item.endswith(".0") and not self._known.trouble(item[:-2]):
            return item[:-2], ()
        if not trouble:
            return item, ()
        return item, (Reject(line, self._part + self._item, shorten(item), trouble, True),)

    def _kind_of(self, row: Row, rating: float | None, *, searched: bool, said: bool) -> Kind | Reject:
        """What kind of event a row is: as it says; else by what it has."""
        named = history_words().named
        word = row.fields.get(self._kind) if self._kind else None
        if not is_missing(word):
            kind = self._kinds.get(squeezed(str(word)))
            if kind is not None and not (kind.name == "rating" and rating is None):
                return kind
            if rating is None:
                reason = (
                    "a rating without a number"
                    if kind is not None
                    else "a kind of event that isn't known: say under [kinds] in a map what it is"
                )
                return Reject(row.line, self._part + self._kind, shorten(str(word)), reason)
        if rating is not None:
            return named["rating"]
        stated = row.fields.get(self._rating) if self._rating else None
        if not is_missing(stated):
            # "like" in the column of ratings.
            kind = self._kinds.get(squeezed(str(stated)))
            if kind is None:
                return Reject(
                    row.line, self._part + self._rating, shorten(str(stated)), "a rating that is none"
                )
            return kind
        if searched:
            return named["search"]
        if said:
            return named["review"]
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
