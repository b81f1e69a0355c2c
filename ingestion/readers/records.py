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
from ingestion.readers.linked_data import LISTS, is_linked
from ingestion.readers.rows import Row
from ingestion.rejects import Reject, shorten
from ingestion.wording import key_of, wording
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
                yield Reject(number, "", shorten(text), _why(error))
    if number == 0:
        raise LoadError(f"{path.name} is empty; it needs one JSON object a line")


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"bytes that are not UTF-8: {error}"
    # The decoder's own line number counts inside the line.
    where = f", column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
    return f"not valid JSON: {getattr(error, 'msg', error)}{where}"


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
    """An array of objects, one object after another, or an object that wraps an array of objects.

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
            yield from _read_wrapped(path, stream)
        else:
            yield from _rows(_pieces(path, stream).elements())


def _pieces(path: Path, stream: IO[str]) -> JsonText:
    return JsonText(path.name, iter(lambda: stream.read(_CHUNK), ""))


def _rows(values: Iterable[tuple[Any, int]]) -> Iterator[Row | Reject]:
    return (_as_row(value, line) for value, line in values)


def _read_wrapped(path: Path, stream: IO[str]) -> Iterator[Row | Reject]:
    """The longest list of objects inside one object, else the objects that stand one after another."""
    text = stream.read().lstrip("\ufeff")
    try:
        value = _decode(text)
    except (ValueError, RecursionError):
        yield from _rows(JsonText(path.name, iter([text])).values())
        return
    lists = {k: v for k, v in value.items() if isinstance(v, list) and v and isinstance(v[0], dict)}
    # One item with its reviews is no wrapper around reviews.
    titled = any(
        isinstance(v, str) and wording().place("title", key_of(k)) is not None for k, v in value.items()
    )
    if (titled and "id" in value) or is_linked(value):
        yield _as_row(value, 1)
    elif lists:
        longest = max(lists, key=lambda key: len(lists[key]))
        # Read again for the lines, which the first reading doesn't tell.
        yield from _rows(JsonText(path.name, iter([text])).listed((longest,)))
    elif value and all(isinstance(v, dict) for v in value.values()):
        # {"sku-1": {…}, "sku-2": {…}}: the key is the id.
        for key, record, line in JsonText(path.name, iter([text])).members():
            yield Row(line, {"id": key, **record})
    else:
        yield _as_row(value, 1)
