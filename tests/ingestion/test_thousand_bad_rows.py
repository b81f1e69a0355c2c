"""1,000 bad rows among 10,000: exactly those are refused, with line and reason; the rest is loaded."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from ingestion.load import imports_folder
from retriever.encoder import HashingEncoder
from retriever.ledger import Ledger
from ui import cli, ingesting

GOOD, BAD = 9_000, 1_000
COLUMNS = ("id", "title", "description", "price", "colour")
SOUNDS = [a + b for a in "bcdfghklmnprstvwz" for b in ("a", "e", "i", "o", "u", "ay", "er", "um")]
LONG = 1 << 24
"""More than a record may have (JSON lines); a quarter of it is more than a cell may have (CSV)."""


@dataclass(frozen=True)
class Fault:
    """A kind of bad row: its bytes, made from a number; the column and the reason that the rejects name.

    `rare`: once is enough, as it is large.
    """

    name: str
    make: Callable[[int], bytes]
    field: str
    reason: str
    rare: bool = False


def good(n: int) -> dict[str, object]:
    """Texts of many different words, so that the index finds its way among them at the first try."""
    colour = ("red", "green", "blue")[n % 3]
    words = " ".join(f"{a}{b}" for a, b in zip(random.Random(n).sample(SOUNDS, 4), SOUNDS, strict=False))
    return {
        "id": f"G{n}",
        "title": f"Tent {words} – {n}",
        "description": f'For "{n % 5 + 1}" people,\n{words}.' if n % 7 == 0 else f"It has {words}.",
        "price": round(10 + n / 8, 2),
        "colour": colour,
    }


# -- JSON lines ---------------------------------------------------------------------------------------------


def record(**changes: object) -> Callable[[int], bytes]:
    """A good object but for these fields; "@" becomes the row's number, None leaves the field out."""

    def make(n: int) -> bytes:
        row: dict[str, object] = {**good(n), "id": f"B{n}"}
        for field, value in changes.items():
            if value is None:
                del row[field]
            else:
                row[field] = value
        return json.dumps(row).encode()

    return make


def raw(text: str | bytes) -> Callable[[int], bytes]:
    """Bytes as they are, "@" becoming the row's number."""
    data = text if isinstance(text, bytes) else text.encode()
    return lambda n: data.replace(b"@", str(n).encode())


NO_TITLE, NO_ID, NO_PRICE = "no title", "no id", "the price is not a number"
NO_UTF8 = "bytes that are not UTF-8: "
BROKEN, NO_OBJECT = "not valid JSON: ", "not an object: "
JSON_FAULTS = (
    Fault("cut short", raw('{"id": "B@", "title": "Te'), "", BROKEN),
    Fault("a comma too many", raw('{"id": "B@", "title": "Tent",}'), "", BROKEN),
    Fault("a comma too few", raw('{"id": "B@" "title": "Tent"}'), "", BROKEN),
    Fault("single quotes", raw("{'id': 'B@', 'title': 'Tent'}"), "", BROKEN),
    Fault("names without quotes", raw('{id: "B@", title: "Tent"}'), "", BROKEN),
    Fault("a wrong escape", raw('{"id": "B@", "title": "Te\\xnt"}'), "", BROKEN),
    Fault("two objects", raw('{"id": "B@", "title": "Tent"} {"id": "C@", "title": "Tent"}'), "", BROKEN),
    Fault("a comment", raw('// {"id": "B@", "title": "Tent"}'), "", BROKEN),
    Fault("a raw NUL", raw(b'{"id": "B@", "title": "Te\x00nt"}'), "", BROKEN),
    Fault("a raw control character", raw(b'{"id": "B@", "title": "Te\x07nt"}'), "", BROKEN),
    Fault("a raw tab", raw(b'{"id": "B@", "title": "Te\tnt"}'), "", BROKEN),
    Fault("nested too deep", raw('{"id": "B@", "title": ' + "[" * 5_000), "", BROKEN),
    Fault("a CSV row", raw("B@,Tent,A tent.,12,red"), "", BROKEN),
    Fault("a foreign byte", raw(b'{"id": "B@", "title": "Te\xe9nt"}'), "", NO_UTF8),
    Fault("an overlong UTF-8 form", raw(b'{"id": "B@", "title": "\xc0\xaf"}'), "", NO_UTF8),
    Fault("half a UTF-8 character", raw(b'{"id": "B@", "title": "\xe4\xb8"}'), "", NO_UTF8),
    Fault("an array", raw('["B@", "Tent"]'), "", NO_OBJECT),
    Fault("a number", raw("@"), "", NO_OBJECT),
    Fault("a text", raw('"Tent @"'), "", NO_OBJECT),
    Fault("null", raw("null"), "", NO_OBJECT),
    Fault("true", raw("true"), "", NO_OBJECT),
    Fault("an empty object", raw("{}"), "", "an empty object: "),
    Fault("no id", record(id=None), "id", NO_ID),
    Fault("an empty id", record(id=""), "id", NO_ID),
    Fault("a blank id", record(id=" \t"), "id", NO_ID),
    Fault("an id that is a word for none", record(id="N/A"), "id", NO_ID),
    Fault("an id that is a list", record(id=["B"]), "id", NO_ID),
    Fault("an id that is an object", record(id={"sku": "B"}), "id", NO_ID),
    Fault("an id too long", record(id="B" * 201), "id", "the id is empty or longer than 200 characters"),
    Fault("an id that nobody sees", record(id="\u200b\u2060"), "id", "the id is empty or longer"),
    Fault("an id used before", record(id="G0"), "id", "an id used before: in line 1"),
    Fault("no title", record(title=None), "title", NO_TITLE),
    Fault("an empty title", record(title=""), "title", NO_TITLE),
    Fault("a blank title", record(title=" \n\t\u3000"), "title", NO_TITLE),
    Fault("a title that nobody sees", record(title="\u200b\ufeff\u202e"), "title", NO_TITLE),
    Fault("a title of markup", record(title="<b></b><!-- Tent --><script>x()</script>"), "title", NO_TITLE),
    Fault("half a character", raw('{"id": "B@", "title": "\\ud800", "price": 1}'), "title", NO_TITLE),
    Fault("a title of NULs", record(title="\0\0"), "title", NO_TITLE),
    Fault("a title that is a list", record(title=["Tent"]), "title", "the title is not a text"),
    Fault("a title that is an object", record(title={"en": "Tent"}), "title", NO_TITLE),
    Fault("a price in words", record(price="ask us"), "price", NO_PRICE),
    Fault("a price below zero", record(price=-3), "price", "the price is below zero"),
    Fault("a price below zero in text", record(price="−3,00"), "price", "the price is below zero"),
    Fault("an infinite price", record(price="Infinity"), "price", NO_PRICE),
    Fault("a price beyond all numbers", record(price="1e999"), "price", NO_PRICE),
    Fault("two prices", record(price="5-10"), "price", NO_PRICE),
    Fault("a price that is a date", record(price="2024-05-06"), "price", NO_PRICE),
    Fault("a price that is true", record(price=True), "price", NO_PRICE),
    Fault("a price that is a list of words", record(price=["free"]), "price", NO_PRICE),
    Fault("a price too long", record(price="1" * 70), "price", NO_PRICE),
    Fault("a price of markup", record(price="<b>12</b>"), "price", NO_PRICE),
    Fault("a record too long", record(description="x" * LONG), "", "longer than 16,777,216", rare=True),
)  # fmt: skip


# -- CSV ----------------------------------------------------------------------------------------------------


def line(*cells: object) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(cells)
    return stream.getvalue().encode()


def cells(**changes: str) -> Callable[[int], bytes]:
    """A good row but for these cells; `good` has line breaks in some, which a fault here has not."""

    def make(n: int) -> bytes:
        row = {**good(n), "id": f"B{n}", "description": "A tent."} | changes
        return line(*(row[column] for column in COLUMNS))

    return make


WIDTH = "cells don't fit the header: "
CSV_FAULTS = (
    Fault("one cell", raw("B@"), "", WIDTH + "1 cells, 5 columns"),
    Fault("a cell too few", raw("B@,Tent,A tent.,12"), "", WIDTH + "4 cells, 5 columns"),
    Fault("a cell too many", raw("B@,Tent,A tent.,12,red,wide"), "", WIDTH + "6 cells, 5 columns"),
    Fault("a comma without quotes", raw("B@,Tent, large,A tent.,12,red"), "", WIDTH + "6 cells, 5 columns"),
    Fault("another separator", raw("B@;Tent;A tent.;12;red"), "", WIDTH + "1 cells, 5 columns"),
    Fault("a quote that never ends", raw('B@,"Tent,A tent.,12,red'), "", WIDTH),
    Fault("a quote that ends too early", raw('B@,"Tent" 5", x", A tent.,12,red,'), "", WIDTH),
    Fault("a JSON row", raw('{"id": "B@", "title": "Tent"}'), "", WIDTH),
    Fault("a foreign byte", raw(b"B@,T\xe9nt,A tent.,12,red"), "", NO_UTF8),
    Fault("an overlong UTF-8 form", raw(b"B@,T\xc0\xafnt,A tent.,12,red"), "", NO_UTF8),
    Fault("half a UTF-8 character", raw(b"B@,T\xe4\xb8,A tent.,12,red"), "", NO_UTF8),
    Fault("an empty id", cells(id=""), "id", NO_ID),
    Fault("a blank id", cells(id=" \t"), "id", NO_ID),
    Fault("an id that is a word for none", cells(id="null"), "id", NO_ID),
    Fault("an id that nobody sees", cells(id="\u200b\u2060"), "id", "the id is empty or longer"),
    Fault("an id too long", cells(id="B" * 201), "id", "the id is empty or longer than 200 characters"),
    Fault("an id used before", cells(id="G0"), "id", "an id used before: in line 2"),
    Fault("an id used before but for its marks", cells(id="\u200eG0 "), "id", "an id used before: in line 2"),
    Fault("an empty title", cells(title=""), "title", NO_TITLE),
    Fault("a blank title", cells(title=" \t\u3000"), "title", NO_TITLE),
    Fault("a title that nobody sees", cells(title="\u200b\ufeff\u202e"), "title", NO_TITLE),
    Fault("a title of NULs", cells(title="\0\0"), "title", NO_TITLE),
    Fault("a title of control characters", cells(title="\x07\x1b\x7f"), "title", NO_TITLE),
    Fault("a title of markup", cells(title="<br/><i></i>"), "title", NO_TITLE),
    Fault("a price in words", cells(price="ask us"), "price", NO_PRICE),
    Fault("a price below zero", cells(price="-3"), "price", "the price is below zero"),
    Fault("a price below zero with a real minus", cells(price="−3.50"), "price", "the price is below zero"),
    Fault("an infinite price", cells(price="inf"), "price", NO_PRICE),
    Fault("a price beyond all numbers", cells(price="1e999"), "price", NO_PRICE),
    Fault("two prices", cells(price="5 - 10"), "price", NO_PRICE),
    Fault("a price that is a date", cells(price="06.05.2024"), "price", NO_PRICE),
    Fault("a price with a formula", cells(price="=A1*2"), "price", NO_PRICE),
    Fault("a price that a spreadsheet gave up", cells(price="#REF!"), "price", NO_PRICE),
    Fault("a price grouped wrongly", cells(price="1.2.3,4"), "price", NO_PRICE),
    Fault("a price too long", cells(price="1" * 70), "price", NO_PRICE),
    Fault("a cell too long", cells(description="x" * (LONG // 4 + 1)), "", "not readable as a", rare=True),
)  # fmt: skip


# -- the test -----------------------------------------------------------------------------------------------


def planted(faults: Iterable[Fault]) -> list[Fault]:
    """1,000 of them, each kind about as often as any other."""
    usual = [fault for fault in faults if not fault.rare]
    rare = [fault for fault in faults if fault.rare]
    return [*rare, *(usual[n % len(usual)] for n in range(BAD - len(rare)))]


def json_file() -> tuple[bytes, list[tuple[int, Fault]]]:
    return mixed(
        [json.dumps(good(n), ensure_ascii=False).encode() for n in range(GOOD)], planted(JSON_FAULTS), first=1
    )


def csv_file() -> tuple[bytes, list[tuple[int, Fault]]]:
    rows = [line(*(good(n)[column] for column in COLUMNS)) for n in range(GOOD)]
    body, bad = mixed(rows, planted(CSV_FAULTS), first=2)
    return line(*COLUMNS) + b"\n" + body, bad


def mixed(rows: list[bytes], faults: list[Fault], first: int) -> tuple[bytes, list[tuple[int, Fault]]]:
    """The file's bytes, and each fault with the line on which an editor shows it. The first row is good."""
    draw = random.Random(20_261_130)
    draw.shuffle(faults)
    places = set(draw.sample(range(1, GOOD + BAD), BAD))
    whole, broken = iter(rows), iter(faults)
    made: list[bytes] = []
    bad: list[tuple[int, Fault]] = []
    at = first
    for place in range(GOOD + BAD):
        if place in places:
            fault = next(broken)
            bad.append((at, fault))
            text = fault.make(place)
        else:
            text = next(whole)
        made.append(text)
        at += 1 + text.count(b"\n")
    return b"\n".join(made) + b"\n", bad


@pytest.fixture
def ingest(tmp_path, monkeypatch):
    """Loads bytes through the command line, with an encoder of few dimensions; answers what it said."""
    ledger = Ledger.open(tmp_path / "ledger.sqlite3")
    parley = SimpleNamespace(
        ledger=ledger,
        encoder=HashingEncoder(16),
        generations=tmp_path / "generations",
        pictures=tmp_path / "pictures",
        image_encoder=None,
        catalogues=ledger.catalogues,
        close=lambda: None,
    )
    monkeypatch.setattr(cli, "_build", lambda settings: parley)

    def run(name: str, text: bytes):
        (tmp_path / name).write_bytes(text)
        return CliRunner().invoke(cli.app, ["ingest", str(tmp_path / name), "--catalogue", "tents"])

    run.ledger = ledger
    run.rejects = imports_folder(parley.generations, "tents") / "rejects.jsonl"
    yield run
    ledger.close()


def check(rejects: Path, bad: list[tuple[int, Fault]]) -> None:
    """The file of rejects has the planted faults and nothing else, in order, with line, field and reason."""
    told = [json.loads(one) for one in rejects.read_text("utf-8").splitlines()]
    wrong = [
        (at, fault.name, one)
        for (at, fault), one in zip(bad, told, strict=False)
        if (one["line"], one["field"], one["row_loaded"]) != (at, fault.field, False)
        or not one["reason"].startswith(fault.reason)
    ]
    assert wrong == []
    assert len(told) == len(bad) == BAD
    assert len({fault.name for _, fault in bad}) >= 25


def test_exactly_the_bad_rows_are_refused_with_line_and_reason_and_a_second_load_changes_nothing(ingest):
    lines, bad_lines = json_file()
    table, bad_rows = csv_file()

    first = ingest("tents.jsonl", lines)
    assert first.exit_code == ingesting.PARTIAL, first.stderr
    assert "9,000 of 10,000 rows loaded (9,000 new)" in first.stderr
    check(ingest.rejects, bad_lines)

    again = ingest("tents.jsonl", lines)
    assert again.exit_code == ingesting.PARTIAL
    assert "9,000 of 10,000 rows loaded (9,000 unchanged)" in again.stderr
    assert len(ingest.ledger.loads("tents")) == 1

    # The same good rows in another format, among other faults, are the same items.
    other = ingest("tents.csv", table)
    assert other.exit_code == ingesting.PARTIAL, other.stderr
    assert "9,000 of 10,000 rows loaded (9,000 unchanged)" in other.stderr
    assert "0 texts encoded" in other.stderr
    assert "gen-1 unchanged" in other.stderr
    check(ingest.rejects, bad_rows)
    assert [item.id for item in ingest.ledger.items("tents")] == [f"G{n}" for n in range(GOOD)]
