"""Where items come from: a file, or a table or query of a database.

In: what a person gives on the command line. Out: a Source, which has a `name` to be shown and a `parent`, the
folder beside which its pictures lie.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from ingestion.readers.sql import SqlSource, is_address, sql_source
from retriever.errors import LoadError

Source: TypeAlias = Path | SqlSource

_SQLITE = b"SQLite format 3\0"


def source_of(given: str, table: str = "", query: str = "") -> Source:
    """A path, or a database's address with what to read of it; an SQLite file may be given by its path.

    Raises:
        LoadError: if the address is none that is read, or table and query don't go with what is given.
    """
    if is_address(given):
        return sql_source(given, table, query)
    path = Path(given)
    if not table and not query:
        return path
    if not _is_sqlite(path):
        raise LoadError(
            f"--table and --query read databases, and {path} is none; leave them out, or give an address "
            "such as sqlite:///shop.db"
        )
    from sqlalchemy import URL

    address = URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)
    return sql_source(address, table, query)


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        # Of a file that isn't there the database's reader says so.
        return not path.exists() and path.suffix in (".db", ".sqlite", ".sqlite3")
