"""What a run of scripts came to: failures, turns, dialogues, and the run with what it depended on.

Frozen values, written as JSON lines and read back for comparison.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from retriever.errors import InputError

FORMAT = 2


class Status(StrEnum):
    """How a dialogue ended. The first two are well, the others fail a run."""

    PASSED = "passed"
    EXPECTED_FAILURE = "failed as expected"
    FAILED = "failed"
    UNEXPECTED_PASS = "passed unexpectedly"  # noqa: S105

    @property
    def is_well(self) -> bool:
        """True where nothing has to be done."""
        return self in (Status.PASSED, Status.EXPECTED_FAILURE)


class NoRun(InputError):
    """A file that holds no run."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that did not hold: at which line, what was expected, what was seen."""

    line: int
    expected: str
    seen: str


@dataclass(frozen=True, slots=True)
class Held:
    """An expectation that held: at which line, and what was expected."""

    line: int
    expected: str


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """One turn of a dialogue. `record` is the turn as doors see it.

    `hints` are doubts about expectations that held: they fail nothing.
    """

    number: int
    done: str
    record: dict[str, Any]
    held: tuple[Held, ...] = ()
    failures: tuple[Failure, ...] = ()
    over_budget: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def checks(self) -> int:
        """How many expectations it was held to."""
        return len(self.held) + len(self.failures)


@dataclass(frozen=True, slots=True)
class DialogueOutcome:
    """One dialogue in one catalogue. `path` is as it was given on the command line."""

    dialogue: str
    path: str
    catalogue: str
    status: Status
    turns: tuple[TurnOutcome, ...]
    tags: tuple[str, ...] = ()
    expected_to_fail: str = ""
    seconds: float = 0.0

    @property
    def key(self) -> str:
        """Names the dialogue in every run."""
        return f"{Path(self.path).name} · {self.dialogue} · {self.catalogue}"

    @property
    def failures(self) -> tuple[Failure, ...]:
        """All that did not hold, in order."""
        return tuple(failure for turn in self.turns for failure in turn.failures)


@dataclass(frozen=True, slots=True)
class Run:
    """All dialogues of one `parley eval`, and what the run depended on (name → digest or setting)."""

    depends: Mapping[str, str]
    outcomes: tuple[DialogueOutcome, ...]
    faults: tuple[str, ...] = field(default=())

    @property
    def is_well(self) -> bool:
        """True where every dialogue ended as it should."""
        return all(outcome.status.is_well for outcome in self.outcomes)


def write_run(run: Run, path: Path) -> None:
    """A line for the run, then one for each dialogue."""
    lines = [{"format": FORMAT, "depends": dict(run.depends)}, *(asdict(each) for each in run.outcomes)]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_text(text.encode("utf-8", "replace").decode("utf-8"), encoding="utf-8")


def read_run(path: Path) -> Run:
    """The run that `write_run` wrote.

    Raises:
        NoRun: the file is not there, or holds something else.
    """
    try:
        head, *rest = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if head["format"] != FORMAT:
            raise NoRun(f"{path} was written by another version; run `parley eval … --jsonl {path}` again")
        return Run(head["depends"], tuple(_outcome(each) for each in rest))
    except OSError as error:
        raise NoRun(f"{path} cannot be read ({error.strerror}); name a file that --jsonl wrote") from error
    except (ValueError, KeyError, TypeError) as error:
        raise NoRun(f"{path} holds no run; name a file that `parley eval --jsonl` wrote") from error


def _outcome(data: dict[str, Any]) -> DialogueOutcome:
    turns = [
        TurnOutcome(
            **{
                **turn,
                "held": tuple(Held(**held) for held in turn["held"]),
                "failures": tuple(Failure(**failure) for failure in turn["failures"]),
                "over_budget": tuple(turn["over_budget"]),
                "hints": tuple(turn["hints"]),
            }
        )
        for turn in data["turns"]
    ]
    return DialogueOutcome(
        **{**data, "status": Status(data["status"]), "turns": tuple(turns), "tags": tuple(data["tags"])}
    )


def counted(outcomes: Sequence[DialogueOutcome]) -> dict[Status, int]:
    """How many dialogues ended how."""
    return {status: sum(each.status is status for each in outcomes) for status in Status}
