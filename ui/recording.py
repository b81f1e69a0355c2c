"""`parley record` and `parley replay`: conversations to scripts, and scripts as conversations."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chatbot.evaluation.outcomes import DialogueOutcome
from chatbot.evaluation.reading import find_scripts, read_scripts
from chatbot.evaluation.recording import script_of
from chatbot.evaluation.runner import perform, prepare
from chatbot.evaluation.stage import open_stage
from chatbot.sessions import Session, hashed
from retriever.errors import InputError
from ui.terminal import plain

if TYPE_CHECKING:
    from chatbot.build import Parley

_LISTED = 20
_KEY_CHARS = 10


def record(parley: Parley, session: str, output: Path | None, name: str) -> None:
    """Print or write the script of a conversation; list the latest where none is named.

    Raises:
        InputError: there is none, or several begin so.
    """
    if not session:
        _list(parley)
        return
    key, stored = found_session(parley, session)
    text = script_of(stored, name or f"recorded {key[:_KEY_CHARS]}")
    if output is None:
        print(text, end="")  # noqa: T201  # what was asked for
    else:
        output.write_text(text, encoding="utf-8")


def _list(parley: Parley) -> None:
    console = Console(highlight=False)
    notes = parley.store.latest(_LISTED)
    if not notes:
        console.print("no conversation has been held yet")
        return
    table = Table("number", "catalogue", "turns", "began")
    for note in notes:
        began = time.strftime("%Y-%m-%d %H:%M", time.localtime(note.at))
        table.add_row(note.key[:_KEY_CHARS], Text(plain(note.catalogue)), str(note.turns), began)
    console.print(table)


def found_session(parley: Parley, session: str) -> tuple[str, Session]:
    """A kept conversation with its key, by its secret id or the beginning of its key.

    Raises:
        InputError: there is none, or several begin so.
    """
    key = _key(parley, session)
    stored = parley.store.load(key)
    if stored is None:
        raise InputError("this conversation doesn't exist any more; `parley record` lists those that do")
    return key, stored


def _key(parley: Parley, session: str) -> str:
    """The key of a conversation by its secret id, or by the beginning of its key."""
    if parley.store.latest(1, hashed(session)):
        return hashed(session)
    found = parley.store.latest(2, session.lower())
    if len(found) != 1:
        many = "several conversations begin" if found else "no conversation begins"
        raise InputError(f"{many} with {session!r}; `parley record` lists the latest")
    return found[0].key


def replay(parley: Parley, paths: list[Path]) -> bool:
    """Perform scripts and print them as conversations; True if every expectation held."""
    console = Console(highlight=False, soft_wrap=True)
    held = True
    with open_stage(parley) as stage:
        for path in find_scripts(paths):
            for written in read_scripts(path):
                for rehearsed in prepare(written, stage):
                    outcome = perform(rehearsed, stage)
                    held = held and outcome.status.is_well
                    _print(console, outcome)
    return held


def _print(console: Console, outcome: DialogueOutcome) -> None:
    console.print(Text(f"{plain(outcome.dialogue)} ({plain(outcome.catalogue)})", style="bold"))
    for turn in outcome.turns:
        console.print(Text(f"> {plain(turn.done)}", style="cyan"))
        if turn.record:
            console.print(Text("\n".join(plain(line) for line in turn.record["text"].splitlines())))
        for failure in turn.failures:
            told = f"  line {failure.line}: {plain(failure.expected)}: {plain(failure.seen)}"
            console.print(Text(told, style="red"))
    console.print(Text(f"{outcome.status.value}\n", style="green" if outcome.status.is_well else "bold red"))
