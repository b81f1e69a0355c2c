"""What cleaning changed: counted by kind and column, with a few examples.

In: texts before and after, as conversion meets them. Out: `Changed` values for a report. Bounded by the
number of columns, whatever the file's size.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

EXAMPLES = 3
"""Examples of a change that are kept."""
_SHOWN = 80
"""Characters of an example; what was changed lies among them."""


class Change(StrEnum):
    """What may become of a value, in words for people."""

    MARKUP = "markup removed"
    INVISIBLE = "invisible characters removed"
    UNICODE = "Unicode normalised"
    BLANKS = "blanks and line breaks collapsed"
    CUT = "cut to length"
    NUMBER = "number read from text"
    UNIT = "unit converted"
    YEAR = "year taken from a date"
    DURATION = "duration read"
    SPELLING = "spelling unified"
    RENAMED = "renamed by the map"
    REPEATED = "repeated tags dropped"


@dataclass(frozen=True, slots=True)
class Changed:
    """How often values of a column were changed in one way, with (before, after) of the first few."""

    kind: Change
    column: str
    count: int
    examples: tuple[tuple[str, str], ...]


class Changes:
    """Notes changes row by row; what was noted of a row counts once `keep` says that the row was loaded."""

    def __init__(self) -> None:
        self._row: list[tuple[Change, str, str, str]] = []
        self._counts: dict[tuple[Change, str], int] = {}
        self._examples: dict[tuple[Change, str], dict[tuple[str, str], None]] = {}

    def note(self, kind: Change, column: str, before: str, after: str) -> None:
        """Remember a change of the present row."""
        self._row.append((kind, column, before, after))

    def keep(self) -> None:
        """Count what was noted since the last call."""
        if not self._row:
            return
        for kind, column, before, after in self._row:
            key = (kind, column)
            self._counts[key] = self._counts.get(key, 0) + 1
            examples = self._examples.setdefault(key, {})
            if len(examples) < EXAMPLES:
                examples[_around(before, after)] = None
        self._row.clear()

    def drop(self) -> None:
        """Forget what was noted since the last `keep`: the row was refused."""
        self._row.clear()

    def found(self) -> tuple[Changed, ...]:
        """All changes, by kind as listed there, then the commonest first."""
        order = list(Change)
        return tuple(
            Changed(kind, column, count, tuple(self._examples[kind, column]))
            for (kind, column), count in sorted(
                self._counts.items(), key=lambda one: (order.index(one[0][0]), -one[1], one[0][1])
            )
        )


def _around(before: str, after: str) -> tuple[str, str]:
    """Both texts where they first differ, shortened."""
    if len(before) <= _SHOWN and len(after) <= _SHOWN:
        return before, after
    pairs = zip(before, after, strict=False)
    first = next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))
    start = max(0, first - _SHOWN // 3)
    return _piece(before, start), _piece(after, start)


def _piece(text: str, start: int) -> str:
    cut = text[start : start + _SHOWN]
    return f"{'…' if start else ''}{cut}{'…' if start + _SHOWN < len(text) else ''}"
