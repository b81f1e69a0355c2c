"""A first pass over a file or query: how many rows, and a fair sample of them.

In: a source. Out: a Survey. The sample is drawn over the whole file with a fixed seed, so that columns
which only later rows fill are seen, and the same file always gives the same sample.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from ingestion.readers import FileFormat, Layout, Row, Source, inspect_source, open_rows
from retriever.errors import LoadError

SAMPLE = 2000
"""Rows that inference sees: values held by 1 % of the rows are in it 20 times."""

_EMPTY = {
    Layout.TABLE: "it has column names but no rows; put one item a line below them",
    Layout.PARQUET: "it has columns but no rows; write it with a row for each item",
    Layout.SQL: "it has columns but no rows; fill it, or give another --table or --query",
    Layout.FEED: "it has no <item> or <entry>; fetch the feed of a shop that lists something",
}


@dataclass(frozen=True, slots=True)
class Survey:
    """What a source holds: `rows` counts all records, `unreadable` those refused as they stand."""

    form: FileFormat
    rows: int
    unreadable: int
    sample: tuple[Row, ...]


def survey_file(source: Source, advance: Callable[[int], None] | None = None) -> Survey:
    """Read the source once; `advance` gets the number of records since the last call.

    Raises:
        LoadError: if the file is no file of rows, or none of its rows can be read.
    """
    form = inspect_source(source)
    draw = random.Random(0)
    sample: list[tuple[int, Row]] = []
    read = unreadable = told = 0
    first = ""
    for record in open_rows(source, form):
        if isinstance(record, Row):
            if len(sample) < SAMPLE:
                sample.append((read, record))
            elif (place := draw.randrange(read - unreadable + 1)) < SAMPLE:
                sample[place] = (read, record)
        else:
            unreadable += 1
            first = first or f"line {record.line}: {record.reason}"
        read += 1
        if advance is not None and read - told >= 500:
            advance(read - told)
            told = read
    if advance is not None:
        advance(read - told)
    if not sample:
        if read:
            said = f"none of its {read} rows can be read ({first})"
        else:
            said = _EMPTY.get(form.layout, 'its list is empty; it needs objects such as {"title": "…"}')
        raise LoadError(f"{source.name} holds no items: {said}")
    return Survey(form, read, unreadable, tuple(row for _, row in sorted(sample, key=lambda one: one[0])))
