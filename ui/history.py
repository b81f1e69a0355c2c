"""`parley history` and `parley forget`, as far as they speak: what was read as what, and what became of it.

In: the object graph, a file and options. Out: sentences for people on stderr, and the report.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ui.terminal import UNSURE, DrawnProgress, plain

if TYPE_CHECKING:
    from chatbot.build import Parley
    from ingestion.history.report import HistoryOptions, HistoryReport
    from ingestion.history.source import Source

_err = Console(stderr=True, highlight=False)


def load(parley: Parley, file: Path, catalogue: str, options: HistoryOptions) -> HistoryReport:
    """Show what each column is taken for, load, and tell what became of it.

    Raises:
        ParleyError: as `ingestion.history.load.load_history`.
    """
    from ingestion.history.load import load_history

    with DrawnProgress() as progress:
        report = load_history(
            file,
            catalogue,
            ledger=parley.ledger,
            encoder=parley.encoder,
            root=parley.generations,
            key=parley.person_key(),
            options=options,
            progress=progress,
            on_columns=lambda source: _print_columns(source, catalogue),
        )
    _print_report(report, catalogue)
    return report


def forget(parley: Parley, person: str, catalogue: str, wait: float) -> tuple[str, bool]:
    """Erase somebody from history and conversations; a sentence that says what went, and whether any did.

    Raises:
        ParleyError: as `ingestion.history.forget.forget_person`.
    """
    from chatbot.sessions import hashed
    from ingestion.history.forget import forget_person

    gone = forget_person(
        person,
        catalogue,
        ledger=parley.ledger,
        encoder=parley.encoder,
        root=parley.generations,
        key=parley.person_key(),
        wait=wait,
    )
    talks = parley.store.erase_person(hashed(person), catalogue)
    if not (gone.people or talks):
        return f"nobody of that id has a history in {catalogue!r}; nothing was there to erase", False
    said = f"{gone.events:,} events, {gone.relations:,} relations and {talks:,} conversations are erased"
    return said + ("; a new index is served without them" if gone.events else ""), True


def _print_columns(source: Source, catalogue: str) -> None:
    rows = [(part.name, role, guess) for part in source.parts for role, guess in part.columns.guesses.items()]
    what = "relations" if source.relations else "history"
    table = Table(title=Text(f"{plain(source.name)} → {what} of {plain(catalogue)}"), title_justify="left")
    table.add_column("column", no_wrap=True)
    table.add_column("is")
    table.add_column("examples", style="dim")
    table.add_column("sure", justify="right")
    for name, role, guess in rows:
        style = "yellow" if guess.confidence < UNSURE else ""
        cells = (f"{name} {guess.column}".strip(), role, ", ".join(guess.examples), f"{guess.confidence:.0%}")
        table.add_row(*(Text(plain(cell), style=style, overflow="fold") for cell in cells))
    _err.print(table)


def _print_report(report: HistoryReport, catalogue: str) -> None:
    what = "relations" if report.is_relations else "events"
    known = report.kept - report.new
    lines = [
        f"{report.kept:,} of {report.rows:,} rows kept: {report.new:,} {what} are new"
        + (f", {known:,} were there already" if known > 0 and not report.is_relations else "")
        + (f", {report.forgotten:,} that the file no longer has are forgotten" if report.forgotten else ""),
        f"{catalogue} knows {report.now.events:,} events of {report.now.people:,} people, "
        f"{report.now.relations:,} relations; {report.seconds:.1f} s; "
        + ("a new index is served" if report.published else "the index stays as it is"),
    ]
    lines += report.notes
    for line in lines:
        _err.print(Text(plain(line)), soft_wrap=True)
    if report.unknown:
        commonest = ", ".join(f"{item} ({count:,}×)" for item, count in report.commonest_unknown[:5])
        _warn(
            f"{report.unknown:,} rows are about items that {catalogue!r} doesn't have: they are kept, and "
            f"count once it has them; the commonest: {commonest}"
        )
    if report.refused or report.untimed:
        _warn(f"{report.refused:,} rows are refused, {report.untimed:,} are kept without their time")
    if report.reject_file is not None:
        _warn(f"each with its line and reason: {report.reject_file}")
        for reason, count in report.reasons[:5]:
            _warn(f"  {count:,} × {reason}")


def _warn(sentence: str) -> None:
    _err.print(Text(plain(sentence), style="yellow"), soft_wrap=True)
