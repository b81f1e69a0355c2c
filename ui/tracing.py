"""`parley trace`: how the turns of a conversation came about, and whether they would come about again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from chatbot.codec import act_json, condition_text
from chatbot.sessions import Turn
from chatbot.turn_codec import write_turn_data
from chatbot.turn_data import Placed, Ranking, TurnData
from ui.recording import found_session
from ui.terminal import plain

if TYPE_CHECKING:
    from chatbot.build import Parley

_LEGS_TOLD = 3
_FOLLOWING_TOLD = 3


def trace(parley: Parley, session: str, *, as_json: bool, check: bool) -> bool:
    """Print the turns; True unless `check` finds a turn that would now be another.

    Raises:
        InputError: there is no such conversation, or several begin so.
    """
    key, stored = found_session(parley, session)
    console = Console(highlight=False, soft_wrap=True)
    for turn in stored.turns:
        data = parley.store.turn_data(key, turn.record.turn)
        if as_json:
            told = None if data is None else write_turn_data(data)
            line = json.dumps({**turn.record.as_json(), "data": told}, ensure_ascii=False)
            console.print(Text(plain(line)))
        else:
            _print_turn(parley, console, stored.catalogue, turn, data)
    if not check:
        return True
    parted = parley.chatbot.repeat(key)
    err = Console(stderr=True, highlight=False, soft_wrap=True)
    for one in parted:
        err.print(Text(f"turn {one.turn}: {one.what} is not as it was", style="bold red"))
        err.print(Text(f"  then: {plain(one.then)}\n  now:  {plain(one.now)}"))
        for version in one.versions:
            err.print(Text(f"  changed since: {plain(version)}", style="dim"))
    if not parted:
        err.print(Text("every turn would come about again exactly", style="green"))
    return not parted


def _print_turn(parley: Parley, console: Console, catalogue: str, turn: Turn, data: TurnData | None) -> None:
    record = turn.record
    console.print(Text(f"{record.turn}. {plain(record.user) or '(a tap)'} → {record.action}", style="bold"))
    if data is None:
        console.print("   kept by an earlier Parley: only its words and cards")
        return
    for act in data.heard:
        told = {name: value for name, value in act_json(act).items() if name not in ("intent", "quote")}
        console.print(Text(f"   heard {act_json(act)['intent']} {plain(str(told)) if told else ''}".rstrip()))
    for one in data.changed:
        before, after = (f"{w:+.2f}" if w is not None else "–" for w in (one.before, one.after))
        term = "long" if one.lasting else "short"
        console.print(Text(f"   {term}-term {plain(one.key)}: {before} → {after}"))
    for ranking in data.rankings:
        _print_ranking(parley, console, catalogue, ranking)
    console.print(Text("   " + ", ".join(f"{name} {value}" for name, value in data.versions.items()), "dim"))


def _print_ranking(parley: Parley, console: Console, catalogue: str, ranking: Ranking) -> None:
    query = ranking.query
    asked = [condition_text(c) + ("" if c.hard else " (soft)") for c in query.constraints]
    asked += [f"words “{query.text}”"] if query.text else []
    console.print(Text(f"   {ranking.eligible} fit {plain('; '.join(asked) or 'no condition')}"))
    items = parley.shelf.get(catalogue).catalogue
    for place, one in enumerate(ranking.placed[: ranking.shown + _FOLLOWING_TOLD], start=1):
        title = items.item(one.item).title if one.item in items else one.item
        mark = "shown" if place <= ranking.shown else "not shown"
        console.print(Text(f"   {place:>3} {plain(title)} ({mark}): {_legs(one)}"))


def _legs(one: Placed) -> str:
    """The legs that lifted it most, with the rank that each gave it."""
    told = sorted(one.trace.legs, key=lambda leg: -leg.weight / (60 + leg.rank))
    return ", ".join(f"{leg.leg.value} {leg.rank}" for leg in told[:_LEGS_TOLD])
