"""Columns in which a table names its own columns → columns of those names.

In: rows of a table with pairs such as "Attribute 1 name" and "Attribute 1 value(s)", or with Magento's
"colour=red,size=M". Out: the same rows, in which "Colour" and "red, green" of such a pair have become
{"Colour": ["red", "green"]}. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ingestion.readers.rows import Row
from ingestion.rejects import Reject

_NAME = re.compile(r"(?P<stem>.*\d)[\s_]*name", re.IGNORECASE)
_VALUE = "{stem}[\\s_]*values?(?:\\(s\\))?"
_ABOUT = "{stem}[\\s_]*(?:name|type|visible|global|default)"
_BETWEEN = re.compile(r"\s*[,|]\s*")
_PARTS_CAP = 100
_MAGENTO = frozenset({"additional_attributes", "categories"})
# A value may hold commas; the next name ends it.
_ATTRIBUTE = re.compile(r"(\w+)=(.*?)(?=,\w+=|$)", re.DOTALL)


def pairs_in(columns: Sequence[str]) -> tuple[tuple[str, str, frozenset[str]], ...]:
    """(name column, value column, all columns of the pair) for each numbered pair that a table has."""
    found = []
    for column in columns:
        if match := _NAME.fullmatch(column):
            stem = re.escape(match["stem"])
            value = next((c for c in columns if re.fullmatch(_VALUE.format(stem=stem), c, re.I)), None)
            if value is not None:
                about = (c for c in columns if re.fullmatch(_ABOUT.format(stem=stem), c, re.I))
                found.append((column, value, frozenset((value, *about))))
    return tuple(found)


def name_pairs(records: Iterator[Row | Reject]) -> Iterator[Row | Reject]:
    """The records, their pairs brought under the names that each row gives; others pass unchanged.

    A name that the table already has, or that comes twice, gets " 2" behind it.
    """
    pairs: tuple[tuple[str, str, frozenset[str]], ...] | None = None
    magento = False
    for record in records:
        if isinstance(record, Reject):
            yield record
            continue
        if pairs is None:
            pairs = pairs_in(tuple(record.fields))
            magento = record.fields.keys() >= _MAGENTO
        fields = _named(record.fields, pairs) if pairs else record.fields
        yield Row(record.line, _opened(fields) if magento else fields)


def _opened(fields: dict[str, Any]) -> dict[str, Any]:
    """Magento's attributes as columns, and the levels of its category paths below the root that all share."""
    kept = {column: value for column, value in fields.items() if column not in _MAGENTO}
    for name, value in _ATTRIBUTE.findall(fields["additional_attributes"]):
        kept[f"{name} 2" if name in kept else name] = value.split("|") if "|" in value else value
    paths = [path.split("/")[1:] for path in fields["categories"].split(",")]
    return {**kept, "categories": list(dict.fromkeys(level.strip() for path in paths for level in path))}


def _named(fields: dict[str, Any], pairs: Sequence[tuple[str, str, frozenset[str]]]) -> dict[str, Any]:
    spent = frozenset(column for *_, columns in pairs for column in columns)
    kept = {column: value for column, value in fields.items() if column not in spent}
    for name, value, _ in pairs:
        said, cell = fields.get(name), fields.get(value)
        column = said.strip() if isinstance(said, str) else ""
        if column and isinstance(cell, str) and cell.strip():
            column = f"{column} 2" if column in kept else column
            parts = [part for part in _BETWEEN.split(cell.strip(), _PARTS_CAP) if part]
            kept[column] = parts[0] if len(parts) == 1 else parts
    return kept
