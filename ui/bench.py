"""`parley bench …`: measurements, each against named peers in the same run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from chatbot.evaluation.benchmarks.crs import CrsRun
    from chatbot.evaluation.people.gathering import Gathering

bench = typer.Typer(name="bench", help="Measure Parley against named peers.", no_args_is_help=True)

Rate = Annotated[float, typer.Option(min=0.0, max=1.0)]


@bench.command()
def people(
    catalogue: Annotated[list[str], typer.Option("--catalogue", "-c", help="What they want something of.")],
    count: Annotated[int, typer.Option("--people", "-n", min=1, max=100_000, help="How many of them.")] = 50,
    seed: Annotated[int, typer.Option(min=0, help="Draws who they are and how they talk.")] = 0,
    contradictions: Rate = 0.1,
    typing_errors: Rate = 0.03,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write every meeting here.")] = None,
    talk: Annotated[bool, typer.Option(help="Print what was said with Parley.")] = False,
) -> None:
    """Simulated people talk to Parley, to a random recommender and to the most popular items."""
    from chatbot.build import build
    from chatbot.evaluation.people.gathering import gather
    from chatbot.evaluation.stage import open_stage
    from chatbot.settings import load_settings

    parley = build(load_settings())
    try:
        with open_stage(parley) as stage:
            gathered = [
                each
                for name in catalogue
                for each in gather(
                    stage,
                    name,
                    count,
                    seed,
                    contradiction_rate=contradictions,
                    typing_error_rate=typing_errors,
                )
            ]
    finally:
        parley.close()
    if as_json is not None:
        as_json.write_text(json.dumps([asdict(each) for each in gathered], ensure_ascii=False), "utf-8")
    for each in gathered if talk else ():
        _print_talk(each)
    _print_table(gathered)


@bench.command()
def crs(
    protocol: Annotated[str, typer.Option(help="ievalm or cikm23: what the rows hold.")],
    rows: Annotated[Path, typer.Option(help="The rows that are measured, JSON lines.")],
    items: Annotated[Path, typer.Option(help="The candidates.")],
    catalogue: Annotated[Path | None, typer.Option(help="What is known of them.")] = None,
    train: Annotated[Path | None, typer.Option(help="Rows of other dialogues to learn from.")] = None,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write all figures here.")] = None,
) -> None:
    """Published dialogues: Parley beside copying, popularity, BM25, co-mentions and plain cosine."""
    from chatbot.build import make_encoder
    from chatbot.evaluation.benchmarks.crs import run_crs
    from chatbot.settings import load_settings
    from retriever.errors import InputError
    from retriever.offline import go_offline
    from ui.terminal import DrawnProgress

    if protocol not in ("ievalm", "cikm23"):
        raise InputError(f"the protocol is ievalm or cikm23, not {protocol!r}")
    go_offline()
    with DrawnProgress() as progress:
        told = ""

        def tell(name: str, done: int, total: int) -> None:
            nonlocal told
            if name != told:
                progress.start(total, name)
                told = name
            progress.advance(1)
            if done == total:
                progress.finish()

        encoder = make_encoder(load_settings())
        done = run_crs(
            protocol,  # type: ignore[arg-type]  # looked at above
            rows,
            items,
            catalogue,
            train,
            encoder,
            tell=tell,
        )
    if as_json is not None:
        as_json.write_text(json.dumps(asdict(done), indent=1), "utf-8")
    _print_crs(done)


def _print_crs(done: CrsRun) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(
        f"{done.protocol}: {done.turns:,} turns, {done.labels:,} targets, {done.items:,} candidates; "
        f"rows {done.rows[:12]}, train {done.train[:12] or 'none'} ({done.learnt:,} rows learnt from, "
        f"{done.left_out:,} left out: their dialogues are measured), {done.encoder}"
    )
    shown = ("recall@1", "recall@10", "recall@50", "mrr@10", "ndcg@10")
    for title, new in (("all", False), ("new", True)):
        labels = done.measured[0].new_labels if new else done.measured[0].labels
        table = Table(f"{title}: {labels:,} targets", *shown)
        for each in done.measured:
            values = each.new if new else each.every
            cells = [f"{v.mean:.3f} [{v.low:.3f}, {v.high:.3f}]" for v in (values[name] for name in shown)]
            table.add_row(each.name, *cells)
        console.print(table)


def _print_table(gathered: list[Gathering]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    for name in dict.fromkeys(each.catalogue for each in gathered):
        systems = [each for each in gathered if each.catalogue == name]
        table = Table(f"{name}: {len(systems[0].meetings)} people", *(each.system for each in systems))
        for row in zip(*(each.figures for each in systems), strict=True):
            cells = ["–" if f.mean != f.mean else f"{f.mean:.2f} [{f.low:.2f}, {f.high:.2f}]" for f in row]
            table.add_row(row[0].name, *cells)
        console.print(table)


def _print_talk(gathering: Gathering) -> None:
    from rich.console import Console
    from rich.text import Text

    from ui.terminal import plain

    if gathering.system != "Parley":
        return
    console = Console(highlight=False, soft_wrap=True)
    for meeting in gathering.meetings:
        ended = "took something" if meeting.success else "gave up"
        console.print(Text(f"person {meeting.person}: {ended}, annoyed {meeting.annoyances} times", "bold"))
        for said, answered in meeting.transcript:
            console.print(Text(f"  > {plain(said)}"))
            console.print(Text(f"  {plain(answered)}", "dim"))
