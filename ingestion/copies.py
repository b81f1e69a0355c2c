"""Columns that only repeat others: exactly, in other order and signs, or as the price in another scale.

In: the flattened rows of a sample. Out: which column repeats which. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from ingestion.values import is_missing, parse_number
from ingestion.wording import fold

_WORDS_CAP = 200
"""Characters of a text of which the words are compared; longer ones are prose, and equal or not."""

Cells: TypeAlias = dict[str, dict[int, Any]]
"""Column → row → value, missing ones left out."""


def cells_of(rows: Sequence[dict[str, Any]]) -> Cells:
    """The values of flattened rows by column."""
    cells: Cells = {}
    for number, row in enumerate(rows):
        for column, value in row.items():
            if not is_missing(value):
                cells.setdefault(column, {})[number] = value
    return cells


def copy_of(column: str, others: Sequence[str], cells: Cells) -> str | None:
    """The column among `others` that holds the same wherever both are filled (at least ten varied rows).

    The same words are the same: "Noor, Aya" and "Aya Noor", "field-basket" and "Field Basket".
    """
    mine = cells[column]
    for other in others:
        theirs = cells.get(other, {})
        shared = 0
        varied: set[str] = set()
        for number, value in mine.items():
            if number in theirs:
                # The first difference ends it: with hundreds of columns this runs for each two of them.
                if not _same(theirs[number], value):
                    break
                shared += 1
                varied.add(repr(value))
        else:
            if shared >= 10 and len(varied) >= 3:
                return other
    return None


def _same(one: Any, other: Any) -> bool:
    if one == other:
        return True
    if not isinstance(one, str) or not isinstance(other, str) or len(one) > _WORDS_CAP:
        return False
    words = _words(one)
    return bool(words) and words == _words(other)


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    return tuple(sorted(re.findall(r"\w+", fold(text).replace("_", " "))))


def factor_of(price: str, column: str, cells: Cells) -> float | None:
    """The constant by which a numeric column multiplies the price, wherever both are filled; else None."""
    pairs = []
    for number, value in cells[column].items():
        if number in cells[price]:
            a, b = parse_number(cells[price][number]), parse_number(value)
            if a is None or b is None:
                return None
            pairs.append((a[0], b[0]))
    return _constant_ratio(pairs)


def _constant_ratio(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The factor by which every second number multiplies the first, in at least ten pairs; else None."""
    ratios = {round(b / a, 3) for a, b in pairs if a}
    several = len(pairs) >= 10 and len({a for a, _ in pairs}) >= 3
    return ratios.pop() if several and len(ratios) == 1 and not any(b for a, b in pairs if not a) else None
