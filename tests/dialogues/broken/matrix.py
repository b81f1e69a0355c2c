"""Faults against every dialogue of the acceptance set.

In: a fault's place in the table, and a folder with the catalogues. Out: which dialogues notice it, and how.
A process keeps the models open from fault to fault; chatbot and store are new for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from broken.fault import DIALOGUES, STOPPED, failed_expectations
from broken.table import FAULTS
from catalogue_loading import settings_in
from chatbot.build import Parley, build
from chatbot.evaluation.outcomes import Status
from chatbot.evaluation.reading import find_scripts, read_scripts
from chatbot.evaluation.runner import Rehearsed, perform, prepare
from chatbot.evaluation.stage import Stage, open_stage

Noticed = dict[str, list[str]]
"""Dialogue → the expectations that failed."""

NOTHING_BROKEN = -1


@dataclass(frozen=True, slots=True)
class _Set:
    """The opened product, and the dialogues that hold of it, by name."""

    parley: Parley
    dialogues: dict[str, Rehearsed]


_own: _Set | None = None


def enter(data: str, files: Sequence[str] = ()) -> None:
    """Open the product over the catalogues of a folder, for as long as the process lives.

    `files`: the scripts to perform, by the names of their files; all of the set where none is named.
    """
    global _own
    parley = build(settings_in(Path(data)))
    with open_stage(parley) as stage:
        dialogues = {
            f"{path.name} · {written.script.dialogue} · {rehearsed.catalogue}": rehearsed
            for path in find_scripts([DIALOGUES / name for name in files] or [DIALOGUES])
            for written in read_scripts(path)
            for rehearsed in prepare(written, stage)
            if not written.script.failing_because(rehearsed.catalogue)
        }
    _own = _Set(parley, dialogues)


def against_all(place: int) -> Noticed:
    """What notices one fault of the table; for `NOTHING_BROKEN`, what fails without any."""
    assert _own is not None  # the pool's initializer ran
    with pytest.MonkeyPatch.context() as patch:
        if place != NOTHING_BROKEN:
            FAULTS[place].breaks(patch)
        with open_stage(_own.parley) as stage:
            found = {name: _noticed(rehearsed, stage) for name, rehearsed in _own.dialogues.items()}
    return {name: fields for name, fields in found.items() if fields}


def _noticed(rehearsed: Rehearsed, stage: Stage) -> list[str]:
    try:
        outcome = perform(rehearsed, stage)
    except Exception as error:  # noqa: BLE001 - a break may break anything; that it crashes is no catch
        return [f"{STOPPED} by {type(error).__name__}"]
    return list(failed_expectations(rehearsed, outcome)) if outcome.status is Status.FAILED else []
