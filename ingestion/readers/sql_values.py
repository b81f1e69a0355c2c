"""What drivers of databases give → values as the other readers give them.

In: one cell, or the names of a query's columns. Out: text, numbers, booleans, lists, objects, nothing. Pure.
"""

from __future__ import annotations

import datetime
import decimal
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any


def distinct_names(names: Sequence[str]) -> list[str]:
    """Names made unique, as in tables: two tables joined may both have an "id"."""
    seen: Counter[str] = Counter()
    unique = []
    for name in names:
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return unique


def is_broken(value: Any) -> bool:
    """Whether a text arrived with bytes that are not UTF-8."""
    return isinstance(value, str) and not value.isascii() and any("\udc80" <= c <= "\udcff" for c in value)


def plain_value(value: Any) -> Any:
    """A driver's value as the other readers give it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case decimal.Decimal():
            return float(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return f"PT{value.total_seconds():.3f}S"
        case bytes() | bytearray() | memoryview():
            return _text(bytes(value))
        case Mapping():
            return {str(key): plain_value(part) for key, part in value.items()}
        case list() | tuple():
            return [plain_value(part) for part in value]
        case set() | frozenset():
            return sorted((plain_value(part) for part in value), key=str)
        case _:
            return str(value)


def _text(value: bytes) -> str | None:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return None
