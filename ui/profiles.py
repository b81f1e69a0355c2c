"""`parley profile`: what is known of the person in a conversation, as tables or as JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chatbot.profile.evolution import Series
from chatbot.profile.knowledge import Belief, Knowledge
from ui.recording import found_session
from ui.terminal import plain

if TYPE_CHECKING:
    from chatbot.build import Parley

_BARS = "▁▂▃▄▅▆▇█"
_MOST_BARS = 40


def show(parley: Parley, session: str, *, evolution: bool, as_json: bool, output: Path | None) -> None:
    """Print what is known, or how it went; with `output`, write the JSON there instead.

    Raises:
        InputError: there is no such conversation, or several begin so.
    """
    _, stored = found_session(parley, session)
    insight = parley.chatbot.insight_of(stored)
    told: dict[str, Any] = (
        {"series": [one.as_json() for one in insight.series]} if evolution else insight.knowledge.as_json()
    )
    written = json.dumps(told, ensure_ascii=False, indent=None if output is None else 1)
    if output is not None:
        output.write_text(written + "\n", encoding="utf-8")
    elif as_json:
        print(written)  # noqa: T201  # what was asked for
    elif evolution:
        _print_series(insight.series)
    else:
        _print_knowledge(insight.knowledge)


def _print_knowledge(known: Knowledge) -> None:
    console = Console(highlight=False)
    if not (known.beliefs or known.mentioned or known.seen or known.changes):
        console.print("nothing is known of the person")
        return
    for title, beliefs in (
        ("believed", known.beliefs),
        ("mentioned, not counted yet", known.mentioned),
        ("seen already", known.seen),
    ):
        if beliefs:
            console.print(_table(title, beliefs))
    if known.changes:
        table = Table("replaced", "was", "by", "when", title="changed their mind", title_justify="left")
        for one in known.changes:
            table.add_row(_text(one.label), f"{one.was:+.2f}", f"{one.by:+.2f}", _day(one.at))
        console.print(table)


def _table(title: str, beliefs: Sequence[Belief]) -> Table:
    table = Table("what", "weight", "holds", "why", "said", "×", title=title, title_justify="left")
    for one in beliefs:
        holds = ("lasting" if one.lasting else "now") + ("" if one.explicit else ", inferred")
        weight = f"{one.weight:+.2f}"
        table.add_row(_text(one.label), weight, holds, _text(one.source), _day(one.at), str(one.times))
    return table


def _print_series(series: Sequence[Series]) -> None:
    console = Console(highlight=False)
    if not series:
        console.print("no interest has been seen yet")
        return
    largest = max(one.peak for one in series) or 1.0
    table = Table("interest", "course, turn by turn", "first", "now")
    for one in series:
        ends = (f"{one.points[place].weight:+.2f}" for place in (0, -1))
        table.add_row(_text(one.label), _course(one, largest), *ends)
    console.print(table)
    first, last = series[0].points[0], series[0].points[-1]
    console.print(f"from {_day(first.at)} to {_day(last.at)}, {len(series[0].points)} turns; all with --json")


def _course(one: Series, largest: float) -> Text:
    """A bar for each of the latest turns: half high is none, higher is liked, lower is not."""
    heights = [
        round((point.weight / largest + 1) / 2 * (len(_BARS) - 1)) for point in one.points[-_MOST_BARS:]
    ]
    return Text("".join(_BARS[height] for height in heights))


def _text(words: str) -> Text:
    return Text(plain(words), overflow="fold")


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at)) if at else ""
