"""Rows of any shape → flat columns, and what a sample of a column holds.

In: the fields of rows. Out: {path: value} with nested objects opened, and a ColumnProfile a column.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from ingestion.dates import is_date
from ingestion.values import (
    decimal_evidence,
    is_missing,
    parse_available,
    parse_boolean,
    parse_minutes,
    parse_number,
    parse_year,
    text_of,
)

_DEPTH = 3
_LITERAL_CAP = 20_000
_URL = re.compile(r"(?:https?:)?//\S+|data:image/\S+", re.IGNORECASE)
_SITE_PATH = re.compile(r"/[\w%.~/-]+", re.ASCII)
_FILE = re.compile(r"(?:[A-Za-z]:)?(?:[^/\\\n]*[/\\])+[^/\\\n]+\.[A-Za-z]\w{1,4}")
_PICTURE = re.compile(r"[^\n]*\.(?:svg|png|jpe?g|webp|gif|avif|bmp)(?:\?\S*)?", re.IGNORECASE)
_NAMED = ("name", "title", "label", "value", "text")


def flatten(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Nested objects opened to "outer.inner" down to three levels; lists of named objects become their names.

    Text that holds a JSON or Python list or object, as spreadsheets exports do, is read as that.
    """
    flat: dict[str, Any] = {}
    _flatten(fields, "", 1, flat)
    return flat


def _flatten(fields: Mapping[str, Any], prefix: str, depth: int, flat: dict[str, Any]) -> None:
    for key, value in fields.items():
        if isinstance(value, str) and value[:1] in ("[", "{"):
            value = _read_literal(value)
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            if depth < _DEPTH:
                _flatten(value, f"{path}.", depth + 1, flat)
            continue
        if isinstance(value, list) and value and isinstance(value[0], dict):
            value = _names_in(value)
        flat[path] = value


def _read_literal(text: str) -> Any:
    if len(text) > _LITERAL_CAP or text[-1:] not in ("]", "}"):
        return text
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return text
    return value if isinstance(value, list | dict) else text


def _names_in(objects: list[Any]) -> list[Any]:
    """The names of objects that each have one ([{"id": 28, "name": "Action"}]), else the objects."""
    for key in _NAMED:
        names = [one.get(key) for one in objects if isinstance(one, dict)]
        if len(names) == len(objects) and all(isinstance(name, str) for name in names):
            # {"name": "Colour", "value": "red"} is an attribute: its name alone would say nothing.
            return objects if key == "name" and all("value" in one for one in objects) else names
    return objects


@dataclass(frozen=True)
class ColumnProfile:
    """What a sample holds of one column: `values` are those not missing, `total` counts rows."""

    column: str
    total: int
    values: tuple[Any, ...]

    @cached_property
    def filled(self) -> float:
        """Share of rows with a value, 0..1."""
        return len(self.values) / self.total if self.total else 0.0

    @cached_property
    def lists(self) -> tuple[list[Any], ...]:
        """The values that are lists."""
        return tuple(v for v in self.values if isinstance(v, list))

    @property
    def mostly_lists(self) -> bool:
        """Whether at least half of the values are lists."""
        return len(self.lists) * 2 >= len(self.values) > 0

    @cached_property
    def scalars(self) -> tuple[Any, ...]:
        """The values that are not lists."""
        return tuple(v for v in self.values if not isinstance(v, list))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Scalars as text, trimmed."""
        return tuple(text_of(v).strip() for v in self.scalars)

    @cached_property
    def distinct(self) -> Counter[str]:
        """How often each text occurs."""
        return Counter(self.texts)

    @cached_property
    def parts(self) -> Counter[str]:
        """How often each element of the lists occurs."""
        return Counter(
            text_of(part) for one in self.lists for part in one if isinstance(part, str | int | float)
        )

    @cached_property
    def uniqueness(self) -> float:
        """Distinct ÷ filled, 0..1."""
        return len(self.distinct) / len(self.texts) if self.texts else 0.0

    @cached_property
    def mean_length(self) -> float:
        """Mean characters of the texts."""
        return sum(map(len, self.texts)) / len(self.texts) if self.texts else 0.0

    def share(self, reads: Any) -> float:
        """Share of scalars for which `reads(value)` is not None, 0..1; 0 when there are none."""
        return (
            sum(1 for v in self.scalars if reads(v) is not None) / len(self.scalars) if self.scalars else 0.0
        )

    @cached_property
    def numeric(self) -> float:
        """Share of scalars that are numbers, with or without words beside them."""
        return self.share(parse_number)

    @cached_property
    def native_numbers(self) -> bool:
        """Whether every scalar came as a number rather than as text."""
        return bool(self.scalars) and all(
            isinstance(v, int | float) and not isinstance(v, bool) for v in self.scalars
        )

    @cached_property
    def durations(self) -> float:
        """Share of scalars like "1h 50m"."""
        return self.share(parse_minutes)

    @cached_property
    def years(self) -> float:
        """Share of scalars that name a year."""
        return self.share(parse_year)

    @cached_property
    def dated(self) -> bool:
        """Whether most scalars name a year and most of those are of our calendar's last thousand years."""
        years = [year for v in self.scalars if (year := parse_year(v)) is not None]
        return self.years >= 0.8 and sum(1 for year in years if year >= 1000) >= 0.5 * len(years)

    @cached_property
    def dates(self) -> float:
        """Share of scalars that are a whole date."""
        return sum(map(is_date, self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def booleans(self) -> float:
        """Share of scalars that say yes or no."""
        return self.share(parse_boolean)

    @cached_property
    def available(self) -> float:
        """Share of scalars that say whether an item can be had."""
        return self.share(parse_available)

    @cached_property
    def addresses(self) -> float:
        """Share of texts that are URLs (list elements counted where the column holds lists)."""
        return self._matching(_URL)

    @cached_property
    def picture_names(self) -> float:
        """Share of texts that end like a picture's file name."""
        return self._matching(_PICTURE)

    @cached_property
    def site_paths(self) -> float:
        """Share of texts that are addresses within a site ("/lamps/harbour")."""
        return self._matching(_SITE_PATH)

    @cached_property
    def file_names(self) -> float:
        """Share of texts that are paths of files ("/home/me/a.epub")."""
        return self._matching(_FILE)

    def _matching(self, pattern: re.Pattern[str]) -> float:
        texts = [str(p) for one in self.lists for p in one] if self.mostly_lists else list(self.texts)
        return sum(1 for t in texts if pattern.fullmatch(t)) / len(texts) if texts else 0.0

    @property
    def reads_like_codes(self) -> bool:
        """Whether every text is one short word with a digit ("tt0111161"), and there are several."""
        words = all(
            len(t) <= 40 and t.isascii() and " " not in t and any(c.isdigit() for c in t) for t in self.texts
        )
        return words and len(self.texts) >= 5

    @property
    def classifies(self) -> bool:
        """Whether its values sort items into kinds: few, short, shared, and not all the same."""
        if self.mostly_lists:
            return len(self.parts) < 0.5 * self.parts.total() or self.total < 20
        if len(self.distinct) == 1 and self.total >= 5 and self.filled >= 0.95:
            return False  # the same in every row: a role that would keep a telling column from it
        return self.numeric < 0.5 and (self.uniqueness < 0.5 or self.total < 20) and self.mean_length < 120

    @cached_property
    def examples(self) -> tuple[str, ...]:
        """Up to three of the commonest values, for people to recognise the column by."""
        common = (self.parts if self.mostly_lists else self.distinct).most_common(3)
        return tuple(text if len(text) <= 40 else text[:39] + "…" for text, _ in common)


def profile_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, ColumnProfile]:
    """A profile of each column of flattened rows, in order of first appearance."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        for column, value in row.items():
            values = found.setdefault(column, [])
            if not is_missing(value):
                values.append(value)
    return {column: ColumnProfile(column, len(rows), tuple(values)) for column, values in found.items()}


def find_decimal(profiles: Iterable[ColumnProfile]) -> str:
    """The file's decimal separator: "," when its numeric texts prove that more often than "."."""
    evidence = Counter(
        decimal_evidence(value)
        for p in profiles
        for value in p.scalars
        if isinstance(value, str) and len(value) < 30
    )
    return "," if evidence[","] > evidence["."] else "."
