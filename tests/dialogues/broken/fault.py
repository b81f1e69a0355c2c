"""A break of one behaviour of the product, and the dialogues that notice it.

In: a script, performed. Out: which of its expectations failed, by the name that scripts give them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from chatbot.evaluation.outcomes import DialogueOutcome
from chatbot.evaluation.reading import Written, read_scripts
from chatbot.evaluation.runner import Rehearsed, prepare
from chatbot.evaluation.stage import Stage

DIALOGUES = Path(__file__).parent.parent
STOPPED = "stopped"
"""What failed was no expectation: a step that could not be done, or a turn that Parley refused."""

_FIELD = 3  # ("turns", 0, "expect", "items", "every", 1): where the expectation's own name begins

Breaks = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True)
class Witness:
    """A dialogue that holds of the whole product, and the expectation that fails of the broken one.

    `expects` is as scripts write it: "items", "items.every", "asks".
    """

    file: str
    dialogue: str
    expects: str


@dataclass(frozen=True, slots=True)
class Fault:
    """`name` says what goes wrong; `breaks` makes it so for as long as the patch holds.

    `in_the_making`: it breaks how a chatbot is made, so that only one made afterwards has it.
    """

    name: str
    breaks: Breaks
    seen_by: tuple[Witness, ...]
    in_the_making: bool = False


def rehearse(witness: Witness, stage: Stage) -> Rehearsed:
    """The witness's dialogue, ready to be performed; of several catalogues, in the first.

    Raises:
        LookupError: the file has no such dialogue.
    """
    for written in _scripts(witness.file):
        if written.script.dialogue == witness.dialogue:
            return prepare(written, stage)[0]
    raise LookupError(f"{witness.file} has no dialogue {witness.dialogue!r}")


@functools.cache
def _scripts(file: str) -> tuple[Written, ...]:
    return read_scripts(DIALOGUES / file)


def failed_expectations(rehearsed: Rehearsed, outcome: DialogueOutcome) -> tuple[str, ...]:
    """What failed, in order, each once: "items.every", "asks", or `STOPPED`."""
    failed = []
    for turn in outcome.turns:
        checks = rehearsed.checks[turn.number - 1] if turn.number else ()
        named = {check.says: ".".join(str(part) for part in check.where[_FIELD:]) for check in checks}
        for failure in turn.failures:
            field = named.get(failure.expected, STOPPED)
            failed.append(".".join(part for part in field.split(".") if not part.isdecimal()))
    return tuple(dict.fromkeys(failed))


def is_of(field: str, expects: str) -> bool:
    """Whether a failed expectation is the one meant: "items.every" is of "items"."""
    return field == expects or field.startswith(f"{expects}.")
