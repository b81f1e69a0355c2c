"""`parley bench people`: simulated people talk to Parley, and to peers that show if they can be gamed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from chatbot.build import Parley
    from chatbot.evaluation.people.drawing import Habits
    from chatbot.evaluation.people.gathering import Gathering
    from chatbot.evaluation.people.keeping import Kept
    from chatbot.evaluation.people.playing import ChatModelPlayer
    from chatbot.evaluation.people.table import Difference

Rate = Annotated[float, typer.Option(min=0.0, max=1.0)]

_ABREAST = 3  # systems in one table: with more, a terminal of 80 columns cuts the figures


def people(
    catalogue: Annotated[list[str], typer.Option("--catalogue", "-c", help="What they want something of.")],
    count: Annotated[int, typer.Option("--people", "-n", min=1, max=100_000, help="How many of them.")] = 50,
    seed: Annotated[int, typer.Option(min=0, help="Draws who they are and how they talk.")] = 0,
    system: Annotated[
        list[str] | None,
        typer.Option(
            help="Whom they meet: parley, never-asks, fixed-questions, interrogator, keyword, popular, "
            "random, flood, perfect-ear, form-first, perfect-questions. The others are compared with the "
            "first."
        ),
    ] = None,
    contradictions: Rate = 0.1,
    typing_errors: Rate = 0.03,
    reticent: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of people who tell nothing more unasked.")
    ] = 0.0,
    telling_all: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of people who tell a wish in every turn.")
    ] = 0.0,
    played_by: Annotated[
        str | None,
        typer.Option(help="A chat model that words what they say: as PARLEY_CHAT_MODEL names it."),
    ] = None,
    insist: Annotated[bool, typer.Option(help="Take a chat model that is too weak for it.")] = False,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write every meeting here.")] = None,
    talk: Annotated[bool, typer.Option(help="Print what was said with the first system.")] = False,
    check: Annotated[
        bool,
        typer.Option(
            help="Judge each turn with Parley alone, by people who say hard things; 1 for a breach."
        ),
    ] = False,
) -> None:
    """Simulated people talk to Parley, to Parley without questions, and to peers that hear little."""
    if check:
        raise typer.Exit(_check(catalogue, count, seed, as_json))
    from chatbot.build import build
    from chatbot.evaluation.people.drawing import Habits
    from chatbot.evaluation.people.gathering import gather
    from chatbot.evaluation.people.peers import DEFAULT_SYSTEMS
    from chatbot.evaluation.people.writing import run_json
    from chatbot.evaluation.stage import open_stage
    from chatbot.settings import load_settings

    player = None if played_by is None else _player(played_by, seed, insist=insist)
    habits = Habits(
        contradictions=contradictions,
        typing_errors=typing_errors,
        reticent=reticent,
        telling_all=telling_all,
    )
    parley = build(load_settings())
    try:
        with open_stage(parley) as stage:
            gathered = [
                each
                for name in catalogue
                for each in gather(
                    stage, name, count, seed,
                    habits=habits, systems=system or DEFAULT_SYSTEMS, player=player,
                )
            ]  # fmt: skip
            depends = _depends(parley, {name: stage.catalogue(name).content_hash for name in catalogue})
    finally:
        parley.close()
    if as_json is not None:
        parameters = {"people": count, "seed": seed, **_told(habits), "played_by": played_by, **depends}
        as_json.write_text(json.dumps(run_json(gathered, parameters), ensure_ascii=False), "utf-8")
    if talk:
        for name in catalogue:
            _print_talk(next(each for each in gathered if each.catalogue == name))
    _print_tables(gathered)


def _check(catalogues: list[str], count: int, seed: int, as_json: Path | None) -> int:
    """Watch Parley keep its promises in `count` talks a catalogue; the exit code."""
    from chatbot.build import build
    from chatbot.evaluation.people.keeping import SilentWriter, keep_watch
    from chatbot.evaluation.stage import open_stage
    from chatbot.settings import load_settings
    from ui.exits import PARTIAL

    parley = build(load_settings(chat_model="none"))
    try:
        with open_stage(parley, SilentWriter()) as stage:
            kept = [keep_watch(stage, name, count, seed) for name in catalogues]
    finally:
        parley.close()
    if as_json is not None:
        as_json.write_text(json.dumps([_kept_json(each) for each in kept], ensure_ascii=False), "utf-8")
    _print_kept(kept)
    return PARTIAL if any(each.watch.breaches for each in kept) else 0


def _kept_json(kept: Kept) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "catalogue": kept.catalogue,
        "people": len(kept.meetings),
        "turns": sum(meeting.turns for meeting in kept.meetings),
        "success": sum(meeting.success for meeting in kept.meetings),
        "said": kept.kinds,
        "looked": kept.watch.looked,
        "breaches": [asdict(breach) for breach in kept.watch.breaches],
    }


def _print_kept(kept: list[Kept]) -> None:
    from rich.console import Console
    from rich.table import Table

    from chatbot.evaluation.people.keeping import Promise

    console = Console(highlight=False)
    table = Table("catalogue", "people", "turns", "success", *(promise.value for promise in Promise))
    for each in kept:
        broken = {p: sum(b.promise is p for b in each.watch.breaches) for p in Promise}
        cells = [f"{broken[p]:,} of {each.watch.looked[p]:,} broken" for p in Promise]
        success = sum(meeting.success for meeting in each.meetings) / len(each.meetings)
        turns = sum(meeting.turns for meeting in each.meetings)
        table.add_row(each.catalogue, f"{len(each.meetings):,}", f"{turns:,}", f"{success:.2f}", *cells)
    console.print(table)
    for each in kept:
        said = ", ".join(f"{kind.value} {number:,}" for kind, number in each.kinds.items())
        console.print(f"{each.catalogue}: {said}")
        for breach in each.watch.breaches:
            console.print(
                f"  person {breach.person}, turn {breach.turn}: {breach.promise.value}: {breach.what}"
            )


def _player(name: str, seed: int, *, insist: bool) -> ChatModelPlayer:
    from chatbot.build import make_chat_model
    from chatbot.evaluation.people.playing import ChatModelPlayer, check_player
    from chatbot.settings import load_settings

    check_player(name, insist=insist)
    model = make_chat_model(load_settings(chat_model=name))
    assert model is not None  # "none" was refused
    return ChatModelPlayer(model, seed)


def _depends(parley: Parley, catalogues: dict[str, str]) -> dict[str, Any]:
    """What the figures depend on beside the people."""
    chat_model = parley.chat_model.name if parley.chat_model is not None else "none"
    return {"encoder": parley.encoder.name, "chat_model": chat_model, "catalogues": catalogues}


def _told(habits: Habits) -> dict[str, float]:
    from dataclasses import asdict

    return asdict(habits)


def _print_tables(gathered: list[Gathering]) -> None:
    from rich.console import Console
    from rich.table import Table

    from chatbot.evaluation.people.table import differences

    console = Console(highlight=False)
    for name in dict.fromkeys(each.catalogue for each in gathered):
        systems = [each for each in gathered if each.catalogue == name]
        for start in range(0, len(systems), _ABREAST):
            some = systems[start : start + _ABREAST]
            table = Table(f"{name}: {len(some[0].meetings)} people", *(each.system for each in some))
            for row in zip(*(each.figures for each in some), strict=True):
                cells = [
                    "–" if f.mean != f.mean else f"{f.mean:.2f} [{f.low:.2f}, {f.high:.2f}]" for f in row
                ]
                table.add_row(row[0].name, *cells)
            console.print(table)
        first = systems[0]
        apart = [(each.system, differences(first.meetings, each.meetings)) for each in systems[1:]]
        if apart:
            table = Table(f"{first.system} less …", *(measure.name for measure in apart[0][1]))
            for other, row in apart:
                table.add_row(other, *map(_difference, row))
            console.print(table)
        fallbacks = sum(m.fallbacks for each in systems for m in each.meetings)
        played = sum(m.played for each in systems for m in each.meetings)
        if played or fallbacks:
            console.print(
                f"{played:,} messages by the chat model, {fallbacks:,} by the agenda where it failed"
            )


def _difference(one: Difference) -> str:
    if one.mean != one.mean:
        return "–"
    text = f"{one.mean:+.2f} [{one.low:+.2f}, {one.high:+.2f}]"
    if one.share == one.share:
        text += f", {one.share:+.0%}"
        if one.share_low == one.share_low:
            text += f" [{one.share_low:+.0%}, {one.share_high:+.0%}]"
    return text


def _print_talk(gathering: Gathering) -> None:
    from rich.console import Console
    from rich.text import Text

    from ui.terminal import plain

    console = Console(highlight=False, soft_wrap=True)
    for meeting in gathering.meetings:
        ended = "took something" if meeting.gave_up is None else f"gave up, {meeting.gave_up}"
        person = meeting.person
        console.print(
            Text(f"person {person.number}: {ended}, annoyed {meeting.tally.annoyances} times", "bold")
        )
        wanted = "; ".join(("" if w.hard else "ideally ") + w.condition.text for w in person.wishes)
        tastes = ", ".join(f"{'+' if t.weight > 0 else '-'}{t.value}" for t in person.tastes)
        console.print(Text(plain(f"  wants {wanted}; feels {tastes}"), "italic"))
        for exchange in meeting.transcript:
            console.print(Text(f"  > {plain(exchange.said)}"))
            console.print(Text(f"  {plain(exchange.answered)}", "dim"))
