"""A history of who did what with which item → the ledger's interactions, and an index that knows them.

In: a file of rows (person, item, and a rating or a kind of event; time if there is one). Out: a report.
Persons are kept as a keyed hash: who holds the ledger but not the key can't tell who they are.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from ingestion.readers import open_rows
from ingestion.readers.rows import Row
from retriever.domain import ItemId
from retriever.encoder import Encoder
from retriever.errors import LoadError
from retriever.generations import build, is_current
from retriever.ledger import Interaction, Ledger

_PREFERRED = "rating"
# Seconds since the epoch below this are milliseconds' worth: 5e10 s is the year 3554.
_MOST_SECONDS = 5e10


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """What became of a history. `unknown`: rows whose item the catalogue doesn't have; `unusable`: rows
    without person, item or a known kind, or unreadable; `published`: whether a new index is served."""

    rows: int
    kept: int
    persons: int
    unknown: int
    unusable: int
    columns: Mapping[str, str]
    published: bool


@dataclass(frozen=True, slots=True)
class ReadHistory:
    """A file of rows, read. `interactions`: one a person and item, in the file's order; people are hashed.

    `rows`, `unknown`, `unusable` and `columns` as in `HistoryReport`. `reach`: how much of the file's own
    rating a weight of 1 is; 0 where no column is a rating.
    """

    interactions: tuple[Interaction, ...]
    rows: int
    unknown: int
    unusable: int
    columns: Mapping[str, str]
    reach: float


def load_interactions(
    path: Path,
    catalogue: str,
    *,
    ledger: Ledger,
    encoder: Encoder,
    root: Path,
    key: bytes,
    clock: Callable[[], float] = time.time,
) -> HistoryReport:
    """Keep a history and publish an index whose ranking reads it; the same file twice changes nothing.

    Raises:
        LoadError: as `read_interactions`.
        UnknownCatalogue: no catalogue of that name is loaded.
    """
    ledger.catalogue(catalogue)
    read = read_interactions(path, catalogue, frozenset(item.id for item in ledger.items(catalogue)), key)
    ledger.put_interactions(catalogue, read.interactions)
    fresh = is_current(ledger, catalogue, encoder, root)
    if not fresh:
        build(ledger, catalogue, encoder, root, clock=clock)
    persons = len({one.person for one in read.interactions})
    return HistoryReport(
        read.rows, len(read.interactions), persons, read.unknown, read.unusable, read.columns, not fresh
    )


def read_interactions(path: Path, catalogue: str, known: frozenset[ItemId], key: bytes) -> ReadHistory:
    """The interactions of a file about items that are `known` in a catalogue; `key` is what hashes people.

    A rating counts relative to the middle of the ratings' range (−1..1); without ratings, the kind of
    event does; without either, every row is a like of 0.5. The last row about a person and item stands.

    Raises:
        LoadError: no column is the person or the item, or no row can be used.
    """
    words = tomllib.loads((files("ingestion") / "words" / "history.toml").read_text(encoding="utf-8"))
    rows = [row for row in open_rows(path) if isinstance(row, Row)]
    columns = _columns(rows[0].fields if rows else {}, words["columns"])
    for role in ("person", "item"):
        if role not in columns:
            raise LoadError(
                f"no column of {path.name} is the {role}; "
                f"name one {words['columns'][role][0]!r} and load again"
            )
    middle, reach = _scale(rows, columns)
    found: dict[tuple[str, str], Interaction] = {}
    unknown = unusable = 0
    for row in rows:
        person, item = (str(row.fields.get(columns[role]) or "").strip() for role in ("person", "item"))
        weight = _weight(row.fields, columns, words["kinds"], middle, reach)
        if not person or not item or weight is None:
            unusable += 1
        elif item not in known:
            unknown += 1
        else:
            hashed = hmac.new(key, person.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
            at = _seconds(row.fields.get(columns.get("time", "")))
            found[hashed, item] = Interaction(hashed, item, weight, at)
    if not found:
        raise LoadError(
            f"no row of {path.name} can be used: {unknown} name items that {catalogue!r} doesn't have, "
            f"{unusable} lack a person, an item or a known kind; ids are those of the loaded catalogue"
        )
    return ReadHistory(tuple(found.values()), len(rows), unknown, unusable, columns, reach)


def _columns(fields: Mapping[str, Any], names: Mapping[str, list[str]]) -> dict[str, str]:
    """Role → the file's own column name; the first name of a role's list that the file has."""
    own = {name.casefold().strip().replace(" ", "_"): name for name in fields}
    found: dict[str, str] = {}
    for role, known in names.items():
        column = next((own[name] for name in known if name in own), None)
        if column is not None and column not in found.values():
            found[role] = column
    return found


def _number(value: object) -> float | None:
    try:
        number = float(str(value).strip())
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _scale(rows: list[Row], columns: Mapping[str, str]) -> tuple[float, float]:
    """Middle and half-width of the ratings that occur; (0, 0) without any."""
    if _PREFERRED not in columns:
        return 0.0, 0.0
    numbers = list(_ratings(rows, columns[_PREFERRED]))
    if not numbers:
        return 0.0, 0.0
    return (min(numbers) + max(numbers)) / 2, (max(numbers) - min(numbers)) / 2


def _ratings(rows: list[Row], column: str) -> Iterator[float]:
    for row in rows:
        number = _number(row.fields.get(column))
        if number is not None:
            yield number


def _weight(
    fields: Mapping[str, Any],
    columns: Mapping[str, str],
    kinds: Mapping[str, float],
    middle: float,
    reach: float,
) -> float | None:
    """How much a row says of liking, −1..1; None if it says nothing that we know."""
    if _PREFERRED in columns:
        rating = _number(fields.get(columns[_PREFERRED]))
        if rating is None:
            return None
        return (rating - middle) / reach if reach else 0.5
    if "kind" in columns:
        kind = str(fields.get(columns["kind"]) or "").strip().casefold().replace(" ", "_")
        return kinds.get(kind)
    return 0.5


def _seconds(value: object) -> float:
    """A time as seconds since the epoch: seconds, milliseconds or ISO 8601; 0 if it says none.

    Not the time of loading: the same file twice would be another history.
    """
    number = _number(value)
    if number is not None and number > 0:
        return number / 1000 if number > _MOST_SECONDS else number
    try:
        return datetime.fromisoformat(str(value).strip().replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0
