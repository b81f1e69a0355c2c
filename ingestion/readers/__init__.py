"""Files of items, and tables of databases → rows, whatever the file is called.

In: a path to CSV, TSV, JSON, JSON lines or a product feed, gzipped or not, or to Parquet; or a table or query
of a database. Out: a stream of rows with the line where each begins, and of rejects for those that cannot be
read. What a file is, its bytes say; its name only hints.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingestion.readers.encoding import Dialect, FileFormat, Layout, inspect_file
from ingestion.readers.feeds import read_feed
from ingestion.readers.linked_data import link
from ingestion.readers.named_pairs import name_pairs
from ingestion.readers.parquet import read_parquet
from ingestion.readers.records import read_json, read_json_lines
from ingestion.readers.rows import Row
from ingestion.readers.shopify import merge_variants
from ingestion.readers.source import Source, source_of
from ingestion.readers.sql import SqlSource, read_sql
from ingestion.readers.tabular import read_table
from ingestion.rejects import Reject
from retriever.errors import LoadError

__all__ = [
    "FileFormat",
    "Layout",
    "Row",
    "Source",
    "SqlSource",
    "inspect_file",
    "inspect_source",
    "open_rows",
    "source_of",
]

_SQL = FileFormat(Layout.SQL, "", gzipped=False)


def inspect_source(source: Source) -> FileFormat:
    """What a source is; a file is read once for that.

    Raises:
        LoadError: as `inspect_file`.
    """
    return _SQL if isinstance(source, SqlSource) else inspect_file(source)


def open_rows(source: Source, form: FileFormat | None = None) -> Iterator[Row | Reject]:
    """The rows of a file or query in its own order, read as they are asked for; blank lines are passed over.

    A row's line counts from 1 as an editor counts; of Parquet and databases it is the row's number.

    Raises:
        LoadError: when it is not a file of rows at all (missing, empty, binary, no header, cut short), or
            the database cannot be read.
    """
    if isinstance(source, SqlSource):
        return read_sql(source)
    path = source
    form = form or inspect_file(path)
    match form.dialect:
        case Dialect.SHOPIFY:
            return merge_variants(_records(path, form))
        case Dialect.SCHEMA_ORG:
            return link(lambda: _records(path, form))
        case Dialect.PLAIN:
            return _records(path, form)


def _records(path: Path, form: FileFormat) -> Iterator[Row | Reject]:
    match form.layout:
        case Layout.JSON_LINES:
            return read_json_lines(path, form)
        case Layout.JSON:
            return read_json(path, form)
        case Layout.TABLE:
            rows = read_table(path, form)
            return rows if form.dialect is Dialect.SHOPIFY else name_pairs(rows)
        case Layout.FEED:
            return read_feed(path, form)
        case Layout.PARQUET:
            return read_parquet(path)
        case Layout.SQL:
            raise LoadError(f"{path.name} is a file; a database is read by its address")
