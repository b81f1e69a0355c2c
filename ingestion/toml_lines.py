"""In which line of a TOML text an entry stands, which its parser doesn't tell.

In: the text, and the entry's path (keys, and places in arrays of tables). Out: a line from 1, or None where
the text writes it in a way that isn't searched for (dotted keys, tables inside lines).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence

_HEADER = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""")


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """The line of the key that the path ends with, or of the nearest thing around it that has one."""
    at: int | None = None
    table, place, key = _parted(path)
    here, count = "", -1
    for number, line in enumerate(text.splitlines(), start=1):
        within = here == table and (place is None or count == place)
        if header := _HEADER.fullmatch(line):
            here = _unquoted(header[2])
            count += here == table and header[1] == "[["
            if here == table and (place is None or count == place):
                at = number
        elif within and (found := _KEY.match(line)) and _unquoted(found[1]) == key:
            return number
    return at


def _parted(path: Sequence[str | int]) -> tuple[str, int | None, str]:
    """The table's name, the place in an array of tables, and the key in that table."""
    if len(path) > 2 and isinstance(path[1], int):
        return str(path[0]), path[1], str(path[2])
    if len(path) > 1 and isinstance(path[1], str):
        return str(path[0]), None, str(path[1])
    return "", None, str(path[0]) if path else ""


def _unquoted(key: str) -> str:
    try:
        return next(iter(tomllib.loads(f"{key} = 0")))
    except tomllib.TOMLDecodeError:
        return key
