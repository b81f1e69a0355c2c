"""CSV, TSV and their kin → rows.

In: a path and its format. Out: rows of text cells under the header's names, and rejects for rows whose cells
don't fit the header. The separator is found by trying; line ends inside quotes count, as in an editor.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from ingestion.readers.encoding import FileFormat, open_text
from ingestion.readers.rows import Row
from ingestion.rejects import Reject, shorten
from ingestion.wording import key_of, wording
from retriever.errors import LoadError

_SEPARATORS = ",;\t|"
_SAMPLE_LINES = 400
_SPAN_CAP = 1000
"""Lines that one quoted cell may span; beyond, the quote was never meant to open."""

_CELL_CAP = 1 << 22
_HINT = re.compile(r'"?sep=([^"])"?', re.IGNORECASE)
_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_MACHINE_NAME = re.compile(r"[a-z]+(?:_?[a-z0-9]+)*")
_NUMBER = re.compile(r"[-+]?[\d.,'\s]*\d[\d.,'\s%€$£]*")


class _Lines:
    """Physical lines with the possibility to go back, for a quote that should not have opened."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._back: list[str] = []
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _SPAN_CAP:
            raise StopIteration
        line = self._back.pop() if self._back else next(self._source)
        # NUL would end some parsers' string; the cell is cleaned later anyway.
        line = line.replace("\0", "")
        self.taken.append(line)
        return line

    def give_back(self, lines: Sequence[str]) -> None:
        self._back.extend(reversed(lines))


def read_table(path: Path, form: FileFormat) -> Iterator[Row | Reject]:
    """Rows as {column: cell}; cells are text as written. Blank lines are passed over.

    A row with fewer or more cells than the header is refused (empty ones past the end are forgiven): shifted
    cells would be wrong facts. When such a row spans lines, only its first is refused and reading goes on
    behind it, so that one stray quotation mark costs one row.

    Raises:
        LoadError: if the first line holds data instead of column names.
    """
    with open_text(path, form) as stream:
        sample = list(islice(stream, _SAMPLE_LINES))
        # Excel's own hint, which it writes and reads but doesn't show.
        hint = _HINT.fullmatch(sample[0].strip()) if sample else None
        body = sample[1:] if hint else sample
        separator = hint[1] if hint else find_separator(body)
        lines = _Lines(_chain(body, stream))
        previous = csv.field_size_limit(_CELL_CAP)
        try:
            yield from _rows(path, lines, separator, body, first=2 if hint else 1)
        finally:
            csv.field_size_limit(previous)


def _chain(sample: list[str], stream: Iterator[str]) -> Iterator[str]:
    yield from sample
    yield from stream


def _rows(path: Path, lines: _Lines, separator: str, sample: list[str], first: int) -> Iterator[Row | Reject]:
    header: list[str] = []
    named_above = False
    parsed = _parse(sample, separator)
    width = _usual_width(parsed)
    line = first
    while True:
        lines.taken.clear()
        try:
            cells = next(csv.reader(lines, delimiter=separator), None)
        except csv.Error as error:
            cells, trouble = [], f"not readable as a table row: {error}"
        else:
            trouble = ""
        span = len(lines.taken)
        if cells is None:
            # The span's cap ends the reader's input without ending the file.
            return
        if not header:
            # A line or two about the export may stand above the names of the columns.
            if 2 * sum(1 for c in cells if c.strip()) > width:
                header = read_header(path, cells, parsed[1:])
                named_above = True
            cells = []
        elif named_above:
            named_above = False
            if _names_again(cells, header):
                # Marketplaces' templates put names for people above those for programs.
                header, cells = read_header(path, cells, ()), []
        if trouble or any(c.strip() for c in cells):
            outcome = _fit(header, cells, line) if not trouble else Reject(line, "", lines.taken[0], trouble)
            if isinstance(outcome, Reject) and span > 1:
                lines.give_back(lines.taken[1:])
                span = 1
            yield outcome
        line += span


def _names_again(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether the row below the header names the columns once more, as programs write names."""
    said = [cell for cell in cells if cell]
    known = sum(1 for cell in said if wording().roles_of(key_of(cell)))
    return (
        len(cells) == len(header)
        and len(said) >= max(3, len(cells) - 1)
        and known >= 2
        and sum("_" in cell for cell in said) * 2 >= len(said)
        and all(_MACHINE_NAME.fullmatch(cell) for cell in said)
        and not any(cell in header for cell in said)
    )


def _plain(cell: str) -> str:
    """What ="0042" stands for, by which exports keep a spreadsheet from reading a number."""
    match = _FORMULA.fullmatch(cell) if cell.startswith('="') else None
    return match[1].replace('""', '"') if match else cell


def _fit(header: list[str], cells: list[str], line: int) -> Row | Reject:
    """The row, when its cells fit the header."""
    while len(cells) > len(header) and not cells[-1].strip():
        cells.pop()
    if len(cells) != len(header):
        hint = (
            "a separator inside a cell without quotes?"
            if len(cells) > len(header)
            else "a line break without quotes?"
        )
        reason = f"cells don't fit the header: {len(cells)} cells, {len(header)} columns ({hint})"
        return Reject(line, "", shorten(" | ".join(cells)), reason)
    if any("\udc80" <= c <= "\udcff" for cell in cells if not cell.isascii() for c in cell):
        return Reject(
            line, "", shorten(" | ".join(cells)), "bytes that are not UTF-8: save the file as UTF-8"
        )
    return Row(line, dict(zip(header, map(_plain, cells), strict=True)))


def _parse(sample: Sequence[str], separator: str) -> list[list[str]]:
    try:
        return [cells for cells in csv.reader(sample, delimiter=separator) if any(c.strip() for c in cells)]
    except csv.Error:
        return []


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """The commonest number of cells, the larger of equals; 0 for no rows."""
    counts = Counter(len(row) for row in rows)
    return max(counts, key=lambda width: (counts[width], width)) if counts else 0


def find_separator(sample: Sequence[str]) -> str:
    """The separator under which most rows have the same number of cells, more cells breaking ties.

    A comma for a single column.
    """
    best, best_score = ",", (0.0, 1)
    for separator in _SEPARATORS:
        rows = _parse(sample, separator)
        width = _usual_width(rows)
        if width < 2:
            continue
        fitting = sum(1 for row in rows if len(row) == width) / len(rows)
        score = (round(fitting, 1), width)
        if score > best_score:
            best, best_score = separator, score
    return best


def read_header(path: Path, cells: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    """Column names, made unique and never empty.

    Raises:
        LoadError: if it reads like data: numbers or cells that recur below, and no known name.
    """
    names = [" ".join(c.replace("\ufeff", "").split()) for c in cells]
    known = any(wording().roles_of(key_of(name)) for name in names if name)
    numeric = any(_NUMBER.fullmatch(name) for name in names if name)
    recurs = any(
        name and any(len(row) > i and row[i].strip() == name for row in body[:200])
        for i, name in enumerate(names)
    )
    if not known and (numeric or recurs):
        raise LoadError(
            f"the first line of {path.name} holds data ({shorten(', '.join(names))}), not column names; "
            "put a line with the names of the columns above it, for example: title,price,category"
        )
    seen: Counter[str] = Counter()
    unique = []
    for position, name in enumerate(names, start=1):
        name = name or f"column {position}"
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return unique
