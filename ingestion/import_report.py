"""A load as one HTML file that needs nothing else: no request, no script.

In: what a load found and did. Out: the file. Everything in it that the catalogue's file says is escaped, and
characters that nobody could see are written as their codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup

from ingestion.clean import visible
from ingestion.distributions import Histogram, Poor, Spread
from ingestion.duplicates import Kind
from ingestion.mapping import mapping_lines
from ingestion.merging import ShownGroup
from ingestion.rejects import Reject
from ingestion.report import LoadReport
from retriever.storage import disk_errors, replace_text

NAME = "import-report.html"
UNSURE = 0.6
"""A guess below this wants a look."""

_TEMPLATE = Path(__file__).with_name("import_report.html")
_ARRIVED = ("new", "changed", "unchanged")


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the file tells. `refusal` says why nothing was changed, empty where the load went through.

    `rejects` has the first few of each reason, `at` is in seconds since the epoch.
    """

    report: LoadReport
    at: float
    refusal: str
    rejects: Mapping[str, Sequence[Reject]]
    reject_counts: Sequence[tuple[str, int]]
    groups: Sequence[ShownGroup]
    spreads: Sequence[Spread]
    poor: Poor


def write_import_report(path: Path, sheet: Sheet) -> None:
    """Write the file, at once: whoever reads it sees the old or the new one.

    Raises:
        StorageError: if it cannot be written.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown
    )
    environment.filters |= {"number": _number, "share": _share, "rows": _rows}
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    text = template.render(
        sheet=sheet,
        report=sheet.report,
        when=datetime.fromtimestamp(sheet.at, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        lines=mapping_lines(sheet.report.mapping),
        groups={kind: [group for group in sheet.groups if group.kind is kind] for kind in Kind},
        arrived=[(name, getattr(sheet.report, name)) for name in _ARRIVED],
        is_histogram=lambda shape: isinstance(shape, Histogram),
        Kind=Kind,
        UNSURE=UNSURE,
    )
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(path, text.encode("utf-8", "replace").decode("utf-8"))


def _shown(value: object) -> object:
    """What is put into the page: text without anything that hides in it. Markup is our own."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _number(value: float, unit: str = "") -> str:
    """A number for people: no more digits than tell something."""
    text = f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 10_000 else f"{value:,.4g}"
    return f"{text} {unit}" if unit else text


def _share(part: float, whole: float) -> str:
    """Of the width of a bar, in percent; what there is at all can be seen."""
    share = 100 * part / whole if whole else 0.0
    return f"{max(share, 0.6) if part else 0:.2f}"


def _rows(count: int, one: str, many: str = "") -> str:
    """ "1 row", "2 rows"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
