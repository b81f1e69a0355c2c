"""Two runs of the same scripts: what flipped, where dialogues part, and how sure a difference is.

In: the earlier run and the later. Out: a `Comparison`. Dialogues are paired by file, name and catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chatbot.evaluation.outcomes import DialogueOutcome, Run, TurnOutcome
from retriever.bootstrap import mean_interval


@dataclass(frozen=True, slots=True)
class Flip:
    """A dialogue that ended well in one run and not in the other."""

    dialogue: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing in which a turn's two performances differ, as texts."""

    turn: int
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Parting:
    """A dialogue whose two performances differ: the changes, turn by turn, at least one."""

    dialogue: str
    changes: tuple[Change, ...]

    @property
    def first(self) -> Change:
        """Where they part; what comes later may only follow from it."""
        return self.changes[0]


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of a measure in both runs and of its paired difference, with a bootstrap interval."""

    measure: str
    before: float
    after: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """True where the interval does not hold zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different; `only_before` and `only_after` name dialogues that have no pair.

    `timings` are apart from `differences`: two runs of the same code differ in them by the machine's load,
    which the interval over dialogues knows nothing of.
    """

    flips: tuple[Flip, ...]
    partings: tuple[Parting, ...]
    differences: tuple[Difference, ...]
    changed: tuple[str, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    timings: tuple[Difference, ...] = ()


def compare(before: Run, after: Run) -> Comparison:
    """The later run against the earlier one."""
    old = {outcome.key: outcome for outcome in before.outcomes}
    new = {outcome.key: outcome for outcome in after.outcomes}
    pairs = [(old[key], new[key]) for key in new if key in old]
    names = sorted({*before.depends, *after.depends})
    return Comparison(
        flips=tuple(
            Flip(b.key, a.status.value, b.status.value)
            for a, b in pairs
            if a.status.is_well != b.status.is_well
        ),
        partings=tuple(parting for a, b in pairs if (parting := _parting(a, b)) is not None),
        differences=_differences(_MEASURES, pairs),
        changed=tuple(
            f"{name}: {before.depends.get(name, 'none')} → {after.depends.get(name, 'none')}"
            for name in names
            if before.depends.get(name) != after.depends.get(name)
        ),
        only_before=tuple(key for key in old if key not in new),
        only_after=tuple(key for key in new if key not in old),
        timings=_differences(_TIMES, pairs),
    )


def _parting(before: DialogueOutcome, after: DialogueOutcome) -> Parting | None:
    changes = [
        Change(b.number, what, view(a.record), view(b.record))
        for a, b in zip(before.turns, after.turns, strict=False)
        for what, view in _VIEWS
        if view(a.record) != view(b.record)
    ]
    if len(before.turns) != len(after.turns):
        shorter = min(len(before.turns), len(after.turns))
        changes.append(Change(shorter + 1, "turns", str(len(before.turns)), str(len(after.turns))))
    return Parting(after.key, tuple(changes)) if changes else None


# What is looked at for a difference, from what was understood to how it was said.
_VIEWS: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
    ("acts", lambda record: ", ".join(act["intent"] for act in record.get("acts", []))),
    ("constraints", lambda record: ", ".join(each["text"] for each in record.get("constraints", []))),
    ("action", lambda record: str(record.get("action", ""))),
    ("items", lambda record: "; ".join(item["title"] for item in record.get("items", []))),
    ("question", lambda record: str(record.get("asks", ""))),
    ("text", lambda record: str(record.get("text", ""))),
)


def _success(outcome: DialogueOutcome) -> float:
    return float(not outcome.failures)


def _held(outcome: DialogueOutcome) -> float:
    """Share of expectations that held; 1 where there are none."""
    checks = sum(turn.checks for turn in outcome.turns)
    return 1.0 - len(outcome.failures) / checks if checks else 1.0


def _mean_of(view: Callable[[TurnOutcome], float]) -> Callable[[DialogueOutcome], float]:
    def measure(outcome: DialogueOutcome) -> float:
        told = [view(turn) for turn in outcome.turns if turn.record]
        return sum(told) / len(told) if told else 0.0

    return measure


Measures = tuple[tuple[str, Callable[[DialogueOutcome], float]], ...]

_MEASURES: Measures = (
    ("dialogues without a failure", _success),
    ("expectations that held", _held),
    ("sentences taken out a turn", _mean_of(lambda turn: turn.record["ungrounded_removed"])),
    ("words a turn", _mean_of(lambda turn: len(turn.record["text"].split()))),
)
_TIMES: Measures = (
    ("milliseconds a turn", _mean_of(lambda turn: turn.record["timings_ms"].get("total", 0.0))),
)


def _differences(
    measures: Measures, pairs: Sequence[tuple[DialogueOutcome, DialogueOutcome]]
) -> tuple[Difference, ...]:
    return tuple(_difference(name, measure, pairs) for name, measure in measures) if pairs else ()


def _difference(
    name: str,
    measure: Callable[[DialogueOutcome], float],
    pairs: Sequence[tuple[DialogueOutcome, DialogueOutcome]],
) -> Difference:
    values = np.array([(measure(a), measure(b)) for a, b in pairs])  # (pair, run)
    low, high = mean_interval(values[:, 1] - values[:, 0])
    means = values.mean(axis=0)
    return Difference(name, float(means[0]), float(means[1]), low, high)
