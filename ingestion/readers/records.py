"""JSON and JSON lines → rows.

In: a path and its format. Out: rows, and rejects for lines that are not an object. An array is read element
by element, so its size is bounded by the disk and not by memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import orjson

from ingestion.readers.elements import RECORD_CAP, JsonText
from ingestion.readers.encoding import Dialect, FileFormat, open_bytes, open_text
from ingestion.readers.linked_data import LISTS
from ingestion.readers.rows import Row
from ingestion.readers.wrapped import Wrap, items_in, wrap_of
from ingestion.rejects import Reject, shorten
from retriever.errors import LoadError

_CHUNK = 1 << 18


def _decode(text: str | bytes) -> Any:
    """A JSON value; NaN and infinities, which Python and pandas write, count as missing."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        # Also numbers over 64 bits and lone surrogates, which the strict parser refuses.
        return json.loads(text, parse_constant=lambda _: None)


def _as_row(value: Any, line: int) -> Row | Reject:
    if value == {}:
        return Reject(line, "", "{}", 'an empty object: each record must be {"column": value, …}')
    if isinstance(value, dict):
        return Row(line, value)
    return Reject(line, "", shorten(value), 'not an object: each record must be {"column": value, …}')


def read_json_lines(path: Path, form: FileFormat) -> Iterator[Row | Reject]:
    """One object a line; a line that isn't one is refused and the rest goes on."""
    number = 0
    for number, line in enumerate(_lines(path, form), start=1):
        if len(line) > RECORD_CAP:
            yield Reject(number, "", "", f"longer than {RECORD_CAP:,} characters")
        elif line.strip():
            try:
                yield _as_row(_decode(line), number)
            except (ValueError, RecursionError) as error:
                text = line.decode("utf-8", "replace") if isinstance(line, bytes) else line
                kind = (
                    "bytes that are not UTF-8" if isinstance(error, UnicodeDecodeError) else "not valid JSON"
                )
                yield Reject(number, "", shorten(text), f"{kind}: {error}")
    if number == 0:
        raise LoadError(f"{path.name} is empty; it needs one JSON object a line")


def _lines(path: Path, form: FileFormat) -> Iterator[str | bytes]:
    """Lines as bytes where they can be parsed so (UTF-8: a damaged byte then spoils one line only)."""
    if form.encoding in ("utf-8", "utf-8-sig"):
        with open_bytes(path, form.gzipped) as stream:
            first = stream.readline()
            yield first.removeprefix(b"\xef\xbb\xbf")
            yield from stream
    else:
        with open_text(path, form) as stream:
            yield from stream


def read_json(path: Path, form: FileFormat) -> Iterator[Row | Reject]:
    """An array of objects, one object after another, or an object that wraps an array of objects (the longest
    that it has) or objects under their ids.

    A syntax error ends it: with the commas out of step no later record could be trusted, and a catalogue
    that silently lost its tail would be worse than none.

    Raises:
        LoadError: naming the line of the syntax error, or that there is no array of objects.
    """
    with open_text(path, form) as stream:
        head = stream.read(1)
        while head and head in "\ufeff \t\r\n":
            head = stream.read(1)
    linked = head == "{" and form.dialect is Dialect.SCHEMA_ORG
    if linked:
        with open_text(path, form) as stream:
            linked = _pieces(path, stream).has_list(LISTS)
    with open_text(path, form) as stream:
        if linked:
            yield from _rows(_pieces(path, stream).listed(LISTS))
        elif head == "{":
            yield from _wrapped(path, form, stream)
        else:
            yield from _rows(_pieces(path, stream).elements())


def _wrapped(path: Path, form: FileFormat, stream: IO[str]) -> Iterator[Row | Reject]:
    """What one object wraps, or the objects that stand one after another; found in a pass of its own."""
    with open_text(path, form) as first:
        wrap, where = wrap_of(_pieces(path, first))
    text = _pieces(path, stream)
    yield from _rows(text.values() if wrap is Wrap.NOTHING else items_in(text, wrap, where))


def _pieces(path: Path, stream: IO[str]) -> JsonText:
    return JsonText(path.name, iter(lambda: stream.read(_CHUNK), ""))


def _rows(values: Iterable[tuple[Any, int]]) -> Iterator[Row | Reject]:
    return (_as_row(value, line) for value, line in values)
