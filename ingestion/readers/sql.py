"""A table or a query of a database → rows.

In: a database's address as SQLAlchemy writes it, with a table's name or a SELECT. Out: rows of plain values,
numbered from 1. Nothing is written: SQLite is opened read-only, other databases get a read-only transaction
where they have one, and only one SELECT is sent. The password is shown nowhere.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ingestion.readers.rows import Row
from ingestion.readers.sql_values import distinct_names, is_broken, plain_value
from ingestion.readers.statements import reading_statement
from ingestion.rejects import Reject, shorten
from retriever.errors import LoadError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Executable

_BATCH = 500
"""Rows fetched at once."""
_CONNECT_S = 10
"""Seconds in which a server has to answer."""
_TABLES_TOLD = 20
_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
_EXAMPLE = "sqlite:///shop.db, postgresql://user:password@host/shop or mysql://user:password@host/shop"
_FETCHED = frozenset({"http", "https", "ftp", "s3", "gs", "file"})


@dataclass(frozen=True, slots=True)
class SqlSource:
    """What to read from a database: a table (or "schema.table", or a view), or one SELECT.

    `name` is fit to be shown: without password and options. `parent` is the folder beside which pictures
    are looked for: that of an SQLite file, else the working folder.
    """

    address: str = field(repr=False)
    table: str
    query: str
    name: str
    parent: Path


def sql_source(address: str, table: str = "", query: str = "") -> SqlSource:
    """A source from what a person gives; nothing is opened yet.

    Raises:
        LoadError: if the address is none of a database, or not exactly one of table and query is given; or
            the query doesn't only read.
    """
    url = _parse(address)
    shown = url.set(query={}).render_as_string(hide_password=True)
    if bool(table) == bool(query):
        raise LoadError(
            f"{shown} is a database: say which of its tables holds the items with --table NAME, or give "
            'one --query "SELECT …"'
        )
    query = reading_statement(query) if query else ""
    folder = Path(url.database).absolute().parent if _is_file(url) and url.database else Path.cwd()
    return SqlSource(address, table, query, f"{shown} ({table or shorten(query)})", folder)


def is_address(text: str) -> bool:
    """Whether a text is an address with a scheme rather than a path."""
    return "://" in text


def _parse(address: str) -> URL:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    scheme = address.partition("://")[0]
    if scheme.casefold() in _FETCHED:
        raise LoadError(
            f"{scheme}:// addresses are not fetched; download the file and give its path, or a database's "
            f"address: {_EXAMPLE}"
        )
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        # Their messages may hold the address, and so the password.
        raise LoadError(
            f"this {shorten(scheme)} address cannot be read; write it as in {_EXAMPLE}, and @, : and / in a "
            "password as %40, %3A and %2F"
        ) from None
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def read_sql(source: SqlSource) -> Iterator[Row | Reject]:
    """Rows in the order of the primary key, or as the query orders them; `line` is the row's number from 1.

    Read a few hundred at a time. Decimals become numbers; dates and times ISO 8601 text; bytes text if they
    are that, else nothing; NULL nothing.

    Raises:
        LoadError: if the driver is missing, the database cannot be reached, has no such table, or refuses
            the query.
    """
    with _connected(source) as connection:
        options = {"yield_per": _BATCH, "no_parameters": True}
        reading = connection.execution_options(**options)
        with _spoken(source, f"{source.name} cannot be read"):
            if source.query:
                found = reading.exec_driver_sql(source.query)
            else:
                found = reading.execute(_select(connection, source))
            names = distinct_names(list(found.keys()))
            for number, cells in enumerate(found, start=1):
                values = [plain_value(cell) for cell in cells]
                broken = next((n for n, v in zip(names, values, strict=True) if is_broken(v)), None)
                if broken is None:
                    yield Row(number, dict(zip(names, values, strict=True)))
                else:
                    yield Reject(number, broken, "", "bytes that are not UTF-8: mend the row's text")


@contextmanager
def _connected(source: SqlSource) -> Iterator[Connection]:
    """A connection that can only read, closed and rolled back at the end."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    from sqlalchemy.pool import NullPool

    url = _parse(source.address)
    shown = source.name
    try:
        if _is_file(url):
            engine = create_engine("sqlite://", creator=lambda: _open_file(url), poolclass=NullPool)
        else:
            engine = create_engine(url, poolclass=NullPool, connect_args=_patience(url))
    except NoSuchModuleError as error:
        raise LoadError(f"no driver is known for {url.drivername}; use {_EXAMPLE}") from error
    except ModuleNotFoundError as error:
        raise LoadError(
            f"the driver {error.name} for {url.drivername} is not installed; run `pip install 'parley[sql]'` "
            "for PostgreSQL and MySQL, or pip install the driver of another database"
        ) from error
    except (ArgumentError, TypeError) as error:
        raise LoadError(f"{shown} cannot be used ({_scrubbed(error, url)}); use {_EXAMPLE}") from None
    try:
        with _spoken(source, f"{shown} cannot be reached"):
            connection = engine.connect()
    except TypeError as error:
        raise LoadError(
            f"an option behind ? in the address is none of {url.get_driver_name()} "
            f"({_scrubbed(error, url)}); leave it out"
        ) from None
    try:
        with _spoken(source, f"{shown} cannot be read"):
            _only_read(connection)
        yield connection
    finally:
        connection.close()
        engine.dispose()


def _patience(url: URL) -> dict[str, Any]:
    waits = url.get_driver_name() in ("psycopg", "psycopg2", "pymysql", "mysqldb")
    return {"connect_timeout": _CONNECT_S} if waits and "connect_timeout" not in url.query else {}


def _open_file(url: URL) -> sqlite3.Connection:
    """An SQLite file, read-only; text that is not UTF-8 arrives with lone surrogates."""
    path = Path(url.database or "")
    if not url.database or url.database == ":memory:":
        raise LoadError("an SQLite database in memory holds nothing; give its file: sqlite:///shop.db")
    if not path.is_file():
        raise LoadError(
            f"there is no file {path.absolute()}; check the path (sqlite:///shop.db is in the working "
            "folder, sqlite:////data/shop.db is not)"
        )
    if not os.access(path, os.R_OK):
        raise LoadError(f"{path} cannot be read; make it readable for you")
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, check_same_thread=False
    )
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return connection


def _only_read(connection: Connection) -> None:
    match connection.dialect.name:
        case "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
        case "postgresql" | "mysql" | "mariadb":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        case _:  # others have only what `reading_statement` lets through
            pass


def _select(connection: Connection, source: SqlSource) -> Executable:
    """All columns of the table as the driver gives them, in the order of its primary key if it has one.

    Without the columns' types: SQLite keeps anything in any column, and one odd date must cost one row.
    """
    from sqlalchemy import column, inspect, select, table

    look = inspect(connection)
    schema, _, name = source.table.rpartition(".")
    if look.has_table(source.table):
        schema, name = "", source.table  # a name that has a dot in itself
    elif not schema or not look.has_table(name, schema=schema):
        known = sorted([*look.get_table_names(), *look.get_view_names()])
        told = ", ".join(known[:_TABLES_TOLD]) + (" …" if len(known) > _TABLES_TOLD else "")
        raise LoadError(
            f"{source.name} has no table {source.table!r}; it has {told or 'none at all'}; "
            "name one with --table"
        )
    columns = [str(one["name"]) for one in look.get_columns(name, schema=schema or None)]
    keys = look.get_pk_constraint(name, schema=schema or None)["constrained_columns"]
    read = table(name, *map(column, columns), schema=schema or None)
    return select(*read.c).order_by(*(read.c[key] for key in keys))


@contextmanager
def _spoken(source: SqlSource, what: str) -> Iterator[None]:
    """A database's error as one sentence without the password."""
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        yield
    except (DBAPIError, SQLAlchemyError, sqlite3.Error, OSError, UnicodeError) as error:
        said = _scrubbed(getattr(error, "orig", None) or error, _parse(source.address))
        mend = (
            "check the query" if source.query else "check host, port, name, user and password, and the table"
        )
        # Not chained: a driver's own text may hold the address.
        raise LoadError(f"{what} ({said}); {mend}") from None


def _scrubbed(error: BaseException, url: URL) -> str:
    said = " ".join(str(error).split())[:300]
    secrets = [str(url.password or ""), quote(str(url.password or ""), safe="")]
    for value in url.query.values():
        secrets += [value] if isinstance(value, str) else list(value)
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        said = said.replace(secret, "***")
    return said
