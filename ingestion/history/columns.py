"""Which column of a history is what: guessed from names and a sample, shown, overridden by a map.

In: rows, the ids that the catalogue knows, perhaps a map. Out: columns, each with how sure the guess is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingestion.history.cells import id_text, rating_of, seconds_of
from ingestion.history.words import history_words, squeezed
from ingestion.readers.rows import Row
from ingestion.rejects import shorten
from ingestion.toml_files import read_toml
from ingestion.values import is_missing
from retriever.errors import LoadError

SAMPLE = 2_000
"""Rows from the beginning of a file from which its columns are guessed."""
_EXAMPLES = 3
_ITEMS_BY_CONTENT = 0.5  # of the values are ids that the catalogue knows
_KINDS_BY_CONTENT, _KINDS_IF_NAMED_SO = 0.9, 0.2


class HistoryMap(BaseModel):
    """What each column of a history is, by hand. Empty: guess it.

    `kinds`: the file's own words for events → one of ours ("purchase"), or a weight of liking (−1..1).
    `other` is the second person of a relation, `weight` how strong it is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str = ""
    item: str = ""
    rating: str = ""
    kind: str = ""
    time: str = ""
    text: str = ""
    search: str = ""
    other: str = ""
    weight: str = ""
    kinds: dict[str, str | float] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guess:
    """A column taken for something: how sure that is (0..1; 1: a person wrote it), and examples of it."""

    column: str
    confidence: float
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryColumns:
    """Role → column; roles are those of `HistoryMap`. `directed`: a relation holds one way only."""

    guesses: Mapping[str, Guess]
    relations: bool = False
    directed: bool = False

    def __getitem__(self, role: str) -> str:
        """The column's name, or '' for a role that no column has."""
        guess = self.guesses.get(role)
        return guess.column if guess else ""


def read_history_map(path: Path) -> HistoryMap:
    """A map from a TOML file.

    Raises:
        LoadError: if the file is missing, no TOML, or names something that a map of a history doesn't have.
    """
    table, _ = read_toml(path)
    try:
        given = HistoryMap.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        raise LoadError(
            f"the map {path.name} is wrong at {where} ({first['msg']}); the map of a history may have "
            f"{', '.join(HistoryMap.model_fields)}"
        ) from error
    known = history_words().named
    for word, kind in given.kinds.items():
        if (isinstance(kind, str) and kind not in known) or (isinstance(kind, float) and abs(kind) > 1):
            raise LoadError(
                f"the map {path.name} is wrong at kinds.{word} ({kind}); it may be a number from -1 to 1 or "
                f"one of {', '.join(known)}"
            )
    return given


def guess_columns(
    rows: Sequence[Row], given: HistoryMap, known: AbstractSet[str], source: str, *, relations: bool = False
) -> HistoryColumns:
    """The columns of a history of events or, if asked for or plainly so, of relations.

    Raises:
        LoadError: no column is the person, or none the item (nor a search's words, nor another person);
            names the columns that there are.
    """
    sample = _Sample(rows, given, known, source)
    related = sample.relation(forced=relations)
    if related is not None:
        return related
    found = sample.events()
    for role, missing in (("person", "person" not in found), ("item", not {"item", "search"} & found.keys())):
        if missing:
            raise sample.error(role)
    return HistoryColumns(found)


class _Sample:
    """The first rows of a file, column by column."""

    def __init__(self, rows: Sequence[Row], given: HistoryMap, known: AbstractSet[str], source: str) -> None:
        self._rows = rows
        self._given = given
        self._known = known
        self._source = source
        self._names = list(dict.fromkeys(name for row in rows for name in row.fields))
        for role, column in given.model_dump(exclude={"kinds"}).items():
            if column and column not in self._names:
                raise LoadError(
                    f"the map says that {role} is {column!r}, but {source} has no such column; it has "
                    f"{self._listed()}"
                )

    def events(self) -> dict[str, Guess]:
        """Role → guess, each column once; the surest roles choose first."""
        found: dict[str, Guess] = {}
        for role in ("item", "person", "rating", "kind", "time", "search", "text"):
            taken = {guess.column for guess in found.values()}
            by_hand = getattr(self._given, role)
            guesses = [self._guess(role, name) for name in self._names if name not in taken]
            best = max(filter(None, guesses), key=lambda guess: guess.confidence, default=None)
            if by_hand:
                found[role] = self._told(by_hand, 1.0)
            elif best is not None:
                found[role] = best
        return found

    def relation(self, *, forced: bool) -> HistoryColumns | None:
        """The columns of a relation; None if these are events."""
        if not (forced or self._given.other) and self._is_about_items():
            return None
        words = history_words().relations
        pair: tuple[str, str] | None = None
        directed = False
        if self._given.other:
            pair = self._given.person, self._given.other
        if pair is None or not pair[0]:
            for way, (left, right) in ((True, words.directed), (False, words.undirected)):
                one, other = self._named(left), self._named(right)
                if pair is None and one and other and one != other:
                    pair, directed = (one, other), way
        if pair is None and forced and len(self._names) >= 2:
            pair = (self._names[0], self._names[1])
        if pair is None:
            if forced:
                raise self.error("other")
            return None
        more = {role: self._named(names) for role, names in words.columns.items()}
        found = {"person": self._told(pair[0], 0.9), "other": self._told(pair[1], 0.9)}
        for role in ("kind", "weight"):
            column = getattr(self._given, role) or more[role]
            if column and column not in pair:
                found[role] = self._told(column, 0.9)
        return HistoryColumns(found, relations=True, directed=directed)

    def _is_about_items(self) -> bool:
        """Whether a column is plainly the item: a log may have a "source" and a "target" besides."""
        items = set(history_words().columns["item"]) - {"id"}
        return bool(self._given.item) or any(squeezed(name) in items for name in self._names)

    def error(self, role: str) -> LoadError:
        """Which column is wanted, which there are, and how to name it."""
        words = history_words()
        usual = words.relations.undirected[1] if role == "other" else words.columns[role]
        called = {"other": "the other person"}.get(role, f"the {role}")
        return LoadError(
            f"no column of {self._source} is {called}; it has {self._listed()}. Name the column as one of "
            f"{', '.join(list(usual)[:4])}, or write a map with a line such as "
            f'{role} = "{self._names[0] if self._names else "COLUMN"}" and give it with --map'
        )

    def _listed(self) -> str:
        shown = ", ".join(repr(shorten(name)) for name in self._names[:20])
        return f"{shown} and {len(self._names) - 20} more" if len(self._names) > 20 else shown or "none"

    def _named(self, places: Mapping[str, int]) -> str:
        """The column whose name stands first in a list of names; '' if none does."""
        known = [name for name in self._names if squeezed(name) in places]
        return min(known, key=lambda name: places[squeezed(name)], default="")

    def _guess(self, role: str, name: str) -> Guess | None:
        place = history_words().columns[role].get(squeezed(name))
        named = 0.0 if place is None else max(0.6, 0.98 - 0.01 * place)
        fits = _FITS.get(role)
        if fits is None:
            return self._told(name, named) if named else None
        values = self._values(name)
        share = sum(1 for value in values if fits(self, value)) / len(values) if values else 0.0
        if not named:
            if any(squeezed(name) in names for names in history_words().columns.values()):
                return None  # people's numbers may be items' numbers too
            return self._told(name, 0.7 * share) if share >= self._least(role, name) else None
        # Numbers and times are what they are; ids may be unknown, and kinds told by a map to come.
        if role in ("rating", "time") and share < 0.5:
            return None
        return self._told(name, named * (0.5 + 0.5 * share))

    @staticmethod
    def _least(role: str, name: str) -> float:
        """Of a column's values, the share that has to fit where its name alone doesn't say what it is."""
        if role == "kind":
            perhaps = squeezed(name) in history_words().columns["perhaps_kind"]
            return _KINDS_IF_NAMED_SO if perhaps else _KINDS_BY_CONTENT
        return _ITEMS_BY_CONTENT if role == "item" else math.inf

    def _told(self, column: str, confidence: float) -> Guess:
        seen = dict.fromkeys(shorten(str(value)) for value in self._values(column)[:50])
        return Guess(column, round(confidence, 2), tuple(seen)[:_EXAMPLES])

    def _values(self, name: str) -> list[Any]:
        values = (row.fields.get(name) for row in self._rows)
        return [value for value in values if not is_missing(value)]

    def is_known_item(self, value: Any) -> bool:
        return id_text(value) in self._known

    def is_kind(self, value: Any) -> bool:
        word = squeezed(str(value))
        return word in history_words().kinds or word in {squeezed(own) for own in self._given.kinds}


_FITS: dict[str, Callable[[_Sample, Any], bool]] = {
    "item": lambda sample, value: sample.is_known_item(value),
    "kind": lambda sample, value: sample.is_kind(value),
    "rating": lambda _, value: rating_of(value) is not None,
    "time": lambda _, value: seconds_of(value) is not None,
}
