"""`parley bench people`: simulated people talk to Parley and to the peers that cannot hear."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from chatbot.evaluation.people.gathering import Gathering

Rate = Annotated[float, typer.Option(min=0.0, max=1.0)]


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
