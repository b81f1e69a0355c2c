"""Tables, progress and reports for a terminal. Untrusted text goes through `plain`, and is never markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from chatbot.events import Card
from retriever.ledger import CatalogueInfo
from ui.doctor import Check
from ui.markup import visible

if TYPE_CHECKING:
    from ingestion.load import LoadReport, Proposal

# What people read goes to stderr, so that stdout stays a script's own.
_err = Console(stderr=True, highlight=False)
_MAX_EXAMPLE_CHARS = 48
# A guess below this is shown in another colour: it wants a look.
UNSURE = 0.6


def plain(text: str) -> str:
    """Text that cannot steer a terminal: no escapes, other controls, or marks that reorder letters."""
    return visible(text).replace("\t", " ")


def _cell(text: object, style: str = "") -> Text:
    return Text(plain(str(text)), style=style, overflow="fold")


def card_table(cards: Sequence[Card], *, reasons: bool = True) -> Table:
    """The cards of an answer: number, title with its facts, and the reason unless it was said already."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for card in cards:
        facts = " · ".join(
            f"{value}" if label in {"price", "year"} else f"{label} {value}" for label, value in card.facts
        )
        mark = {True: "  ♥", False: "  ✕", None: ""}[card.liked]
        words = Text.assemble((plain(card.title) + mark, "bold"), "\n", (plain(facts), "dim"))
        if reasons and card.reason:
            words.append(f"\n{plain(card.reason)}")
        words.append("\n")
        table.add_row(_cell(card.rank, "bold cyan"), words)
    return table


def print_mapping(proposal: Proposal, catalogue: str) -> None:
    """What each column of a file becomes, and how sure that is."""
    from ingestion.mapping import mapping_lines

    table = Table(
        title=Text(f"{plain(proposal.source.name)} → {plain(catalogue)}: {proposal.rows:,} rows"),
        title_justify="left",
    )
    table.add_column("column", no_wrap=True)
    table.add_column("becomes")
    table.add_column("examples", style="dim")
    table.add_column("sure", justify="right")
    for line in mapping_lines(proposal.mapping):
        ignored = line.becomes == "ignored"
        style = "dim" if ignored else "yellow" if line.confidence < UNSURE else ""
        more = ", ".join(part for part in (line.kind, line.unit, line.role) if part)
        becomes = f"{line.becomes}: {more}" if more else line.becomes
        examples = line.examples
        if len(examples) > _MAX_EXAMPLE_CHARS:
            examples = f"{examples[:_MAX_EXAMPLE_CHARS]}…"
        sure = "" if ignored else f"{line.confidence:.0%}"
        table.add_row(*(_cell(cell, style) for cell in (line.column, becomes, examples, sure)))
    _err.print(table)


class _Rate(ProgressColumn):
    """Steps a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="dim")


class DrawnProgress:
    """Ingestion's progress as bars with rate and time left; one line a stage where there is no terminal."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description:<11}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
            TimeElapsedColumn(),
            console=_err,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> DrawnProgress:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def start(self, total: int, label: str) -> None:
        """A stage begins."""
        self._task = self._bars.add_task(label, total=total or None)

    def advance(self, n: int) -> None:
        """`n` more steps are done."""
        if self._task is not None:
            self._bars.advance(self._task, n)

    def finish(self) -> None:
        """The stage is over."""
        if self._task is not None:
            task = next(each for each in self._bars.tasks if each.id == self._task)
            self._bars.update(self._task, total=task.completed or 1, completed=task.completed or 1)


def print_report(report: LoadReport) -> None:
    """What a load did, in a few lines."""
    changes = ", ".join(
        f"{count:,} {what}"
        for count, what in (
            (report.new, "new"),
            (report.changed, "changed"),
            (report.unchanged, "unchanged"),
            (report.gone - report.removed, "not in the file"),
            (report.removed, "gone"),
        )
        if count
    )
    _err.print(
        Text(f"{plain(report.catalogue)}: {report.loaded:,} of {report.read:,} rows loaded ({changes})")
    )
    _err.print(
        Text(
            f"{report.encoded:,} texts encoded, {report.seconds:.1f} s; index {report.generation}"
            f"{' published' if report.published else ' unchanged'}"
        )
    )
    pictures = report.pictures
    if any((pictures.copied, pictures.kept, pictures.remote, pictures.missing)):
        _err.print(
            Text(
                f"pictures: {pictures.copied + pictures.kept:,} kept, "
                f"{pictures.remote:,} remote (never fetched), {pictures.missing:,} not found"
            )
        )
    if report.reject_file is not None:
        _err.print(
            Text(
                f"{report.rejected:,} rows and {report.fields_left_out:,} fields refused: "
                f"{report.reject_file}",
                style="yellow",
            )
        )
        for reason, count in report.reject_reasons[:5]:
            _err.print(Text(f"  {count:,} × {plain(reason)}", style="yellow"))
    for note in report.notes:
        _err.print(Text(plain(note), style="dim"))
    # Not wrapped: a path in two pieces can't be opened.
    _err.print(Text(f"report: {report.report_file}", style="dim"), soft_wrap=True)


def catalogue_json(info: CatalogueInfo) -> dict[str, Any]:
    """A catalogue for scripts."""
    return {
        "name": info.name,
        "items": info.item_count,
        "generation": info.generation,
        "source": info.source_name,
        "facets": [
            {"name": f.name, "label": f.label, "kind": f.kind.value, "unit": f.unit} for f in info.facets
        ],
    }


def print_catalogues(infos: Sequence[CatalogueInfo]) -> None:
    """A table of catalogues, on stdout: it is what was asked for."""
    table = Table("catalogue", "items", "facets", "index", "from")
    for info in infos:
        facets = ", ".join(facet.label for facet in info.facets)
        cells = (info.name, f"{info.item_count:,}", facets, info.generation or "not built", info.source_name)
        table.add_row(*map(_cell, cells))
    Console(highlight=False).print(table)


def print_checks(checks: Sequence[Check]) -> None:
    """Each check on a line, with the remedy under a fault."""
    console = Console(highlight=False, soft_wrap=True)
    for check in checks:
        mark, style = ("ok   ", "green") if check.ok else ("FAULT", "bold red")
        console.print(Text.assemble((mark, style), "  ", (check.name, "bold"), "  ", plain(check.detail)))
        if not check.ok:
            console.print(Text(f"       → {plain(check.remedy)}", style="yellow"))
    faults = sum(not check.ok for check in checks)
    console.print(
        Text("all is well" if not faults else f"{faults} {'fault' if faults == 1 else 'faults'} found")
    )
