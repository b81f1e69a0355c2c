"""Tables and queries of databases: what is read and refused, and that nothing is written or given away."""

from __future__ import annotations

import contextlib
import datetime
import decimal
import json
import sqlite3
import sys
import tracemalloc
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from ingestion.inference import infer
from ingestion.readers import Row, SqlSource, open_rows, source_of
from ingestion.readers.sql import sql_source
from ingestion.readers.sql_values import plain_value
from ingestion.readers.statements import reading_statement
from ingestion.rejects import Reject
from ingestion.survey import survey_file
from retriever.errors import LoadError

WORDS = ("warm", "light", "sturdy", "quiet", "broad")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A file shop.db in the working folder with a table of products and a view of the cheap ones."""
    monkeypatch.chdir(tmp_path)
    with sqlite3.connect("shop.db") as database:
        database.execute(
            "CREATE TABLE products (sku TEXT PRIMARY KEY, name TEXT, about TEXT, price DECIMAL(8,2), "
            "added DATE, tags JSON, photo BLOB, stock INTEGER)"
        )
        database.executemany(
            "INSERT INTO products VALUES (?,?,?,?,?,?,?,?)",
            [
                (
                    f"p{n:02}",
                    f"Thing {n}",
                    f"A {WORDS[n % 5]} thing for those who like things.",
                    9.5 + n,
                    f"2024-03-{n % 28 + 1:02}",
                    json.dumps([WORDS[n % 5], WORDS[n % 3]]),
                    b"\xff\xd8",
                    None if n == 3 else n % 7,
                )
                for n in reversed(range(20))
            ],
        )
        database.execute("CREATE VIEW cheap AS SELECT name, price FROM products WHERE price < 12")
    database.close()
    return tmp_path / "shop.db"


def rows(source):
    return [record for record in open_rows(source) if isinstance(record, Row)]


# -- what is read ---------------------------------------------------------------------------------------


def test_a_table_is_read_in_the_order_of_its_key_and_numbered_from_one(shop):
    found = rows(source_of("sqlite:///shop.db", table="products"))
    assert [(row.line, row.fields["sku"]) for row in found[:2]] == [(1, "p00"), (2, "p01")]
    assert found[3].fields["stock"] is None
    assert found[0].fields["photo"] is None


def test_the_columns_of_a_table_are_understood_as_those_of_a_file(shop):
    mapping = infer(survey_file(source_of("sqlite:///shop.db", table="products")).sample)
    assert (mapping.id, mapping.title, mapping.description) == ("sku", "name", ("about",))
    assert {f.column: f.kind.value for f in mapping.facets} == {
        "price": "number",
        "tags": "tags",
        "stock": "number",
    }


def test_a_view_and_a_query_are_read_too(shop):
    cheap = [{"name": f"Thing {n}", "price": 9.5 + n} for n in range(3)]
    view = rows(source_of("sqlite:///shop.db", table="cheap"))
    assert sorted((row.fields for row in view), key=lambda row: row["price"]) == cheap
    query = "SELECT name, price FROM products WHERE price < 12 AND name LIKE '%Thing%' ORDER BY sku;"
    assert [row.fields for row in rows(source_of("sqlite:///shop.db", query=query))] == cheap


def test_colons_and_percent_signs_in_a_query_are_its_own(shop):
    [row] = rows(source_of("sqlite:///shop.db", query="SELECT 'a:b %s %(x)s' AS title"))
    assert row.fields == {"title": "a:b %s %(x)s"}


def test_columns_of_the_same_name_are_told_apart(shop):
    query = "SELECT a.name, b.name FROM products a JOIN products b ON a.sku = b.sku LIMIT 1"
    [row] = rows(source_of("sqlite:///shop.db", query=query))
    assert list(row.fields) == ["name", "name 2"]


def test_an_sqlite_file_may_be_given_by_its_path(shop):
    source = source_of(str(shop), table="cheap")
    assert isinstance(source, SqlSource)
    assert (len(rows(source)), source.parent) == (3, shop.parent)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (decimal.Decimal("12.90"), 12.9),
        (datetime.date(2024, 3, 1), "2024-03-01"),
        (datetime.datetime(2024, 3, 1, 9, 30), "2024-03-01T09:30:00"),
        (datetime.timedelta(minutes=90), "PT5400.000S"),
        (b"caf\xc3\xa9", "café"),
        (memoryview(b"\xff\xfe\x00"), None),
        ({"a": [decimal.Decimal(1), None]}, {"a": [1.0, None]}),
        ({"red", "blue"}, ["blue", "red"]),
        (uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (True, True),
        (None, None),
    ],
)
def test_a_drivers_values_become_those_of_other_files(value, plain):
    assert plain_value(value) == plain


def test_text_that_is_not_utf8_costs_its_row_only(shop):
    with sqlite3.connect("shop.db") as database:
        database.execute("UPDATE products SET name = CAST(x'43616fe9' AS TEXT) WHERE sku = 'p04'")
    database.close()
    records = list(open_rows(source_of("sqlite:///shop.db", table="products")))
    [reject] = [record for record in records if isinstance(record, Reject)]
    assert (reject.line, reject.field, len(records)) == (5, "name", 20)


def test_memory_stays_flat_whatever_the_size_of_a_table(tmp_path):
    def peak(count):
        path = tmp_path / f"{count}.db"
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, title TEXT)")
            database.executemany(
                "INSERT INTO t VALUES (?, ?)", ((n, f"{n} {'x' * 200}") for n in range(count))
            )
        database.close()
        source = source_of(str(path), table="t")
        sum(1 for _ in open_rows(source))  # what is imported once doesn't count
        tracemalloc.start()
        try:
            assert sum(1 for _ in open_rows(source)) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(10_000) < peak(2_000) + 200_000


def test_the_driver_is_asked_for_a_stream_and_for_the_query_as_it_stands(shop):
    """Without these a server sends all rows at once, and % in a query stands for a parameter.

    Measured on PostgreSQL 15 with 40,000 rows of 700 bytes: the process took 67 MB at most, without a stream
    106 MB; with it, Python's own part was 0.7 MB at 4,000 rows and at 40,000.
    """
    asked = []

    def note(connection, cursor, statement, parameters, context, executemany):
        asked.append((statement, dict(context.execution_options)))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        rows(source_of("sqlite:///shop.db", query="SELECT 'x' AS title"))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    statement, options = asked[-1]
    assert statement == "SELECT 'x' AS title"
    assert (options["yield_per"], options["no_parameters"]) == (500, True)


# -- what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("DELETE FROM products", "only reads"),
        ("SELECT 1; DROP TABLE products", "several statements"),
        ("WITH gone AS (DELETE FROM products RETURNING *) SELECT * FROM gone", "says DELETE"),
        ("SELECT * INTO copy FROM products", "says INTO"),
        ("SELECT * FROM products FOR UPDATE", "says UPDATE"),
        ("PRAGMA journal_mode = WAL", "only reads"),
        ("ATTACH 'other.db' AS other", "only reads"),
        ("/* SELECT */ UPDATE products SET name = ''", "only reads"),
        ("-- nothing", "is empty"),
    ],
)
def test_what_does_more_than_read_is_refused(query, says):
    with pytest.raises(LoadError, match=says):
        sql_source("sqlite:///shop.db", query=query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 'drop; delete' AS title",
        'SELECT "update" FROM t -- insert; into',
        "(SELECT a FROM t) UNION (SELECT b FROM u)",
        "with x as (select 1 as title) select * from x;",
        "SELECT replace(updated_at, 'create', '') FROM t",
    ],
)
def test_words_in_quotes_comments_and_names_change_nothing(query):
    assert reading_statement(query) == query.rstrip(";")


@given(st.text(max_size=60))
def test_any_text_is_a_statement_or_refused(text):
    with contextlib.suppress(LoadError):
        assert reading_statement(text)


def test_sqlite_is_opened_so_that_it_cannot_be_written(shop):
    before = shop.read_bytes()
    # What the check of the words would let through is refused by the file itself.
    source = SqlSource("sqlite:///shop.db", "", "SELECT 1 UNION SELECT writefile('x', 'y')", "shop", Path())
    with pytest.raises(LoadError, match="no such function"):
        rows(source)
    source = SqlSource("sqlite:///shop.db", "", "UPDATE products SET name = 'x'", "shop", Path())
    with pytest.raises(LoadError, match=r"readonly|query_only|read-only"):
        rows(source)
    assert shop.read_bytes() == before


@pytest.mark.parametrize(
    ("given", "more", "says"),
    [
        ("sqlite:///shop.db", {}, "--table NAME"),
        ("sqlite:///shop.db", {"table": "a", "query": "SELECT 1"}, "--table NAME"),
        ("sqlite:///shop.db", {"table": "orders"}, r"no table 'orders'; it has cheap, products"),
        (
            "sqlite:///shop.db",
            {"query": "SELECT nope FROM products"},
            "no such column: nope.*check the query",
        ),
        ("sqlite:///absent.db", {"table": "t"}, "there is no file"),
        ("sqlite://", {"table": "t"}, "in memory"),
        ("https://shop.example/items.csv", {}, "not fetched"),
        ("nosuch://host/db", {"table": "t"}, "no driver is known for nosuch"),
        ("items.csv", {"table": "t"}, "--table and --query read databases"),
        ("shop.db", {}, "--table NAME"),
    ],
)
def test_a_source_that_cannot_be_read_is_refused_with_what_to_do(shop, given, more, says):
    with pytest.raises(LoadError, match=says):
        list(open_rows(source_of(given, **more)))


def test_an_empty_table_is_told(shop):
    with sqlite3.connect("shop.db") as database:
        database.execute("CREATE TABLE bare (title TEXT)")
    database.close()
    with pytest.raises(LoadError, match=r"shop.db \(bare\) holds no items.*no rows"):
        survey_file(source_of("sqlite:///shop.db", table="bare"))


def test_a_missing_driver_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymysql", None)
    with pytest.raises(LoadError, match=r"pip install 'parley\[sql\]'"):
        list(open_rows(sql_source("mysql://me:s3cret@127.0.0.1/shop", table="t")))


# -- what is not given away -----------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "mysql"])
def test_a_refused_connection_says_so_without_the_password(scheme):
    option = "application_name" if scheme.startswith("postgres") else "charset"
    source = sql_source(f"{scheme}://me:s3cret@127.0.0.1:9/shop?{option}=utf8", table="t")
    with pytest.raises(LoadError) as caught:
        list(open_rows(source))
    told = f"{caught.value} {caught.value.__cause__} {source} {source.name}"
    assert "cannot be reached" in told
    assert "me:***@127.0.0.1" in told
    assert "s3cret" not in told
    assert "utf8" not in told


def test_an_option_that_the_driver_does_not_know_is_named():
    with pytest.raises(LoadError, match=r"none of pymysql.*'tiemout'"):
        list(open_rows(sql_source("mysql://me:s3cret@127.0.0.1:9/shop?tiemout=3", table="t")))


@pytest.mark.parametrize("address", ["mysql://me:s3c:ret@host:port/shop", "my sql://me:s3cret@host/shop"])
def test_an_address_that_cannot_be_read_is_not_repeated(address):
    with pytest.raises(LoadError) as caught:
        sql_source(address, table="t")
    assert "s3c" not in f"{caught.value} {caught.value.__cause__}"
