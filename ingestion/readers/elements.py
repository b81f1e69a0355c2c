"""Elements of a JSON list, one after another, out of text that arrives in pieces.

In: pieces of text. Out: (value, line where it begins). Holds one element at a time, so that a list's size is
bounded by the disk and not by memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator
from typing import Any

from retriever.errors import LoadError

RECORD_CAP = 1 << 24
"""Characters of one record; more is a wrong file, not an item."""

_SPACE = re.compile(r"[\s,]*")


class JsonText:
    """A text read forward, with the line that it has come to. `name` is the file's, for error messages."""

    def __init__(self, name: str, pieces: Iterator[str]) -> None:
        self._name = name
        self._pieces = pieces
        self._text = ""
        self._at = 0
        self._line = 1
        self._decoder = json.JSONDecoder(parse_constant=lambda _: None)

    def elements(self) -> Iterator[tuple[Any, int]]:
        """The elements of the list that begins here.

        Raises:
            LoadError: naming the line of a syntax error, or where the text ends before the list does.
        """
        self._open("[")
        while self._advance():
            if self._head == "]":
                self._skip(self._at + 1)
                return
            yield self._value()
        raise self._cut_short("list")

    def values(self) -> Iterator[tuple[Any, int]]:
        """Values that stand one after another, to the end of the text.

        Raises:
            LoadError: naming the line of a syntax error.
        """
        while self._advance():
            yield self._value()

    def has_list(self, keys: Container[str]) -> bool:
        """Whether the object that begins here has a list under one of the keys. Reads up to that list."""
        try:
            return any(self._lists(keys))
        except LoadError:
            return False

    def listed(self, keys: Container[str]) -> Iterator[tuple[Any, int]]:
        """The elements of all lists under these keys of the one object that is the text.

        Raises:
            LoadError: as `elements`; also if anything follows the object, which would go unread.
        """
        for _ in self._lists(keys):
            yield from self.elements()
        if self._advance():
            raise LoadError(
                f"{self._name} goes on behind its first object (line {self._line}); "
                "save it as JSON lines, one object a line, or as one list"
            )

    def members(self) -> Iterator[tuple[str, Any, int]]:
        """(name, value, line of the name) of the object that begins here; a name may come twice.

        Raises:
            LoadError: as `elements`.
        """
        for name, line in self._names():
            yield name, self._value()[0], line

    def _lists(self, keys: Container[str]) -> Iterator[bool]:
        """Stops at each list under one of the keys, which is to be read, or the walk ends there."""
        for key, _ in self._names():
            if key in keys and self._head == "[":
                yield True
            else:
                self._value()

    def _names(self) -> Iterator[tuple[str, int]]:
        """Stops at each value of an object, which is to be read; its name, and the line of that."""
        self._open("{")
        while self._advance():
            if self._head == "}":
                self._skip(self._at + 1)
                return
            name, line = self._value()
            if not isinstance(name, str) or not self._advance() or self._head != ":":
                raise self._wrong(line, "a name and a colon are expected")
            self._skip(self._at + 1)
            if not self._advance():
                break
            yield name, line
        raise self._cut_short("object")

    # -- the text ----------------------------------------------------------------------------------------

    @property
    def _head(self) -> str:
        """The next character, empty at the end of what is there."""
        return self._text[self._at : self._at + 1]

    def _open(self, bracket: str) -> None:
        if not self._text:
            self._more()
            self._text = self._text.lstrip("\ufeff")
        self._advance()
        if self._head != bracket:
            raise self._wrong(self._line, f"a {bracket} is expected")
        self._skip(self._at + 1)

    def _more(self) -> bool:
        # Read text goes only here: dropping it after each element would copy the rest each time.
        piece = next(self._pieces, "")
        self._text = self._text[self._at :] + piece
        self._at = 0
        return bool(piece)

    def _skip(self, upto: int) -> None:
        self._line += self._text.count("\n", self._at, upto)
        self._at = upto

    def _advance(self) -> bool:
        """Move to the next character that isn't blank or a comma; False at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._skip(match.end() if match else self._at)
            if self._head:
                return True
            if not self._more():
                return False

    def _value(self) -> tuple[Any, int]:
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                whole = len(self._text) - self._at <= RECORD_CAP and not isinstance(error, RecursionError)
                if whole and self._more():
                    continue
                line = self._line + self._text.count("\n", self._at, getattr(error, "pos", self._at))
                why = "nested too deep" if isinstance(error, RecursionError) else getattr(error, "msg", error)
                raise self._wrong(line, str(why)) from error
            # A number that ends where the piece does may go on in the next.
            if end == len(self._text) and self._more():
                continue
            line = self._line
            self._skip(end)
            return value, line

    def _wrong(self, line: int, why: str) -> LoadError:
        return LoadError(
            f"{self._name} is no JSON from line {line} on ({why}); "
            "mend it there, or save it as JSON lines, where one bad line doesn't stop the rest"
        )

    def _cut_short(self, what: str) -> LoadError:
        return LoadError(
            f"{self._name} ends before its {what} does (line {self._line}): it is cut short; fetch it again"
        )
