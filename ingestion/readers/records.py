"""JSON and JSON lines → rows.

In: a path and its format. Out: rows, and rejects for lines that are not an object. An array is read element
by element, so its size is bounded by the disk and not by memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import orjson

from ingestion.readers.encoding import FileFormat, open_bytes, open_text
from ingestion.readers.rows import Row
from ingestion.rejects import Reject, shorten
from ingestion.wording import key_of, wording
from retriever.errors import LoadError

RECORD_CAP = 1 << 24
"""Characters of one record; more is a wrong file, not an item."""

_CHUNK = 1 << 18
_SPACE = re.compile(r"[\s,]*")


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
        if head == "{":
            stream.seek(0)
            yield from _read_wrapped(path, stream)
            return
    with open_text(path, form) as stream:
        yield from _read_array(path, stream)


def _read_wrapped(path: Path, stream: IO[str]) -> Iterator[Row | Reject]:
    """The longest list of objects inside one object, else the objects that stand one after another."""
    text = stream.read().lstrip("\ufeff \t\r\n")
    try:
        value = _decode(text)
    except (ValueError, RecursionError):
        yield from _Elements(path, iter([text]), inside=False)
        return
    lists = [v for v in value.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
    # One item with its reviews is no wrapper around reviews.
    titled = any(
        isinstance(v, str) and wording().place("title", key_of(k)) is not None for k, v in value.items()
    )
    if titled and "id" in value:
        yield Row(1, value)
    elif lists:
        records = max(lists, key=len)
        for position, record in enumerate(records, start=1):
            yield _as_row(record, position)
    elif value and all(isinstance(v, dict) for v in value.values()):
        # {"sku-1": {…}, "sku-2": {…}}: the key is the id.
        for position, (key, record) in enumerate(value.items(), start=1):
            yield Row(position, {"id": key, **record})
    else:
        yield _as_row(value, 1)


def _read_array(path: Path, stream: IO[str]) -> Iterator[Row | Reject]:
    yield from _Elements(path, iter(lambda: stream.read(_CHUNK), ""), inside=True)


class _Elements:
    """Decodes elements out of a text that arrives in pieces, with the line where each begins."""

    def __init__(self, path: Path, pieces: Iterator[str], *, inside: bool) -> None:
        self._path = path
        self._pieces = pieces
        self._inside = inside
        self._text = ""
        self._line = 1
        self._ended = False
        self._decoder = json.JSONDecoder(parse_constant=lambda _: None)

    def _more(self) -> bool:
        piece = next(self._pieces, "")
        self._text += piece
        self._ended = not piece
        return not self._ended

    def _skip(self, upto: int) -> None:
        self._line += self._text.count("\n", 0, upto)
        self._text = self._text[upto:]

    def _advance(self) -> bool:
        """Move to the next character that isn't blank or a comma; False at the end."""
        while True:
            match = _SPACE.match(self._text)
            self._skip(match.end() if match else 0)
            if self._text:
                return True
            if not self._more():
                return False

    def __iter__(self) -> Iterator[Row | Reject]:
        if self._inside:
            self._more()
            self._text = self._text.lstrip("\ufeff")
            self._advance()
            self._skip(1)
        while self._advance():
            if self._text[0] == "]" and self._inside:
                return
            yield self._element()
        if self._inside:
            raise LoadError(
                f"{self._path.name} ends before its list does (line {self._line}): it is cut short"
            )

    def _element(self) -> Row | Reject:
        start = 0
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, start)
            except (ValueError, RecursionError) as error:
                whole = len(self._text) <= RECORD_CAP and not isinstance(error, RecursionError)
                if whole and self._more():
                    continue
                line = self._line + getattr(error, "lineno", 1) - 1
                why = "nested too deep" if isinstance(error, RecursionError) else getattr(error, "msg", error)
                raise LoadError(
                    f"{self._path.name} is no JSON from line {line} on ({why}); "
                    "mend it there, or save it as JSON lines, where one bad line doesn't stop the rest"
                ) from error
            row = _as_row(value, self._line)
            self._skip(end)
            return row
