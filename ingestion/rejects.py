"""What was refused, and why: one JSON object a line, for people and for their spreadsheets.

In: rejects, as reading and conversion meet them. Out: a file that exists only if something was refused.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

import orjson

VALUE_CAP = 120
"""Characters of a refused value that are kept: enough to find it, too few to copy a catalogue."""

EXAMPLES = 5
"""Rejects of each reason that are kept in memory, for a report."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row, or one field of a row, that was not loaded.

    `line` counts from 1, as an editor does (0: the file as a whole). `field` is the column as the file
    names it, or empty for the whole row. With `row_loaded` the row went in without that field.
    """

    line: int
    field: str
    value: str
    reason: str
    row_loaded: bool = False


def shorten(value: object) -> str:
    """The value in at most 120 characters, without lone surrogates."""
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= VALUE_CAP else text[: VALUE_CAP - 1] + "…"


class RejectFile:
    """Writes rejects to a file that is created at the first one; an older file of that name goes.

    `rows` counts rows that were not loaded, `fields` the fields left out of loaded rows, `reasons`
    counts both by reason, `examples` has the first few of each.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self.fields = 0
        self.reasons: Counter[str] = Counter()
        self.examples: dict[str, list[Reject]] = {}
        self._file: IO[bytes] | None = None

    def __enter__(self) -> RejectFile:
        self.path.unlink(missing_ok=True)
        return self

    def add(self, reject: Reject) -> None:
        """Record one; the reason's numbers stay in the file, and only its first words are counted."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("wb")
        record = {
            "line": reject.line,
            "field": reject.field,
            "value": shorten(reject.value),
            "reason": reject.reason,
            "row_loaded": reject.row_loaded,
        }
        self._file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
        if reject.row_loaded:
            self.fields += 1
        else:
            self.rows += 1
        reason = reject.reason.partition(":")[0]
        self.reasons[reason] += 1
        examples = self.examples.setdefault(reason, [])
        if len(examples) < EXAMPLES:
            examples.append(reject)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
