"""Where a history comes from: a file or a MovieLens folder, as parts with rows and known columns.

In: a path, what the catalogue knows, perhaps a map. Out: a `Source`, whose rows can be read more than once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ingestion.history.columns import SAMPLE, HistoryColumns, HistoryMap, guess_columns
from ingestion.history.movielens import MovieLens, find_movielens
from ingestion.readers import Row, inspect_file, open_rows
from ingestion.rejects import Reject
from retriever.domain import Item, ItemId
from retriever.errors import LoadError


@dataclass(frozen=True, slots=True)
class SourcePart:
    """Rows under one set of columns. `name`: the file's, where there are several; else ''."""

    name: str
    columns: HistoryColumns
    rows: Callable[[], Iterator[Row | Reject]]


@dataclass(frozen=True, slots=True)
class Source:
    """A history to be read. `rename`: its ids → the catalogue's, where they differ; `notes`: for people."""

    name: str
    parts: tuple[SourcePart, ...]
    rename: Mapping[str, ItemId] | None = None
    notes: tuple[str, ...] = ()

    @property
    def relations(self) -> bool:
        """Whether it says who is related to whom, and not who did what."""
        return self.parts[0].columns.relations


def open_source(
    path: Path,
    given: HistoryMap,
    known: AbstractSet[ItemId],
    items: Callable[[], Iterable[Item]],
    year_facet: str,
    *,
    relations: bool = False,
) -> Source:
    """Look at a path and find its columns; `items` are asked for only where titles have to be compared.

    Raises:
        LoadError: it is no file of rows and no MovieLens folder, or a column is missing.
    """
    if path.is_dir():
        if relations:
            raise LoadError(f"{path} is a folder; name the file in it that holds the relations")
        return _folder(path, find_movielens(path), items, year_facet)
    form = inspect_file(path)
    sample = [row for row in islice(open_rows(path, form), SAMPLE) if isinstance(row, Row)]
    if not sample:
        raise LoadError(
            f"none of the first {SAMPLE:,} rows of {path.name} can be read; is it a table or JSON?"
        )
    nested = any(isinstance(value, dict) for row in sample for value in row.fields.values())
    if nested:
        sample = [_opened(row) for row in sample]
    columns = guess_columns(sample, given, known, path.name, relations=relations)

    def rows() -> Iterator[Row | Reject]:
        read = open_rows(path, form)
        return (_opened(one) if isinstance(one, Row) else one for one in read) if nested else read

    return Source(path.name, (SourcePart("", columns, rows),))


def _opened(row: Row) -> Row:
    """The row with objects in it opened: {"user": {"id": 1}} has a column "user.id"."""
    fields: dict[str, Any] = {}
    for name, value in row.fields.items():
        if isinstance(value, dict):
            fields.update((f"{name}.{inner}", one) for inner, one in value.items())
        else:
            fields[name] = value
    return Row(row.line, fields)


def _folder(path: Path, found: MovieLens, items: Callable[[], Iterable[Item]], year_facet: str) -> Source:
    parts = tuple(SourcePart(part.name, part.columns, part.rows) for part in found.parts)
    if found.movies is None:
        note = "the folder has no file of films, so films are known by their numbers alone"
        return Source(path.name, parts, None, (note,))
    matched = found.match(items(), year_facet)
    how = "the catalogue's ids are not MovieLens's numbers" if matched.foreign else "ids agree"
    note = (
        f"films of {found.movies.name}: {matched.by_id:,} are in the catalogue by number, "
        f"{matched.by_title:,} by title and year, {matched.unmatched:,} are not ({how})"
    )
    return Source(path.name, parts, matched.items, (note,))
