"""Scripts, performed and judged.

In: scripts and a stage. Out: outcomes. Everything that can be known to be wrong with a script is found
before its first turn.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatbot.evaluation.bench import Bench, Check, Observation
from chatbot.evaluation.checks import compile_checks
from chatbot.evaluation.interests import known_before
from chatbot.evaluation.outcomes import DialogueOutcome, Failure, Held, Status, TurnOutcome
from chatbot.evaluation.performer import CannotDo, Performer
from chatbot.evaluation.reading import Written
from chatbot.evaluation.script import Expect, Other, Where
from chatbot.evaluation.stage import START, Stage
from chatbot.evaluation.steps import check_steps
from chatbot.events import TurnRecord
from retriever.domain import Preference
from retriever.errors import ParleyError, UnknownCatalogue

_NOTHING = Expect.model_validate({})


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A script in one catalogue, with its checks made; ready to be performed."""

    written: Written
    catalogue: str
    checks: tuple[tuple[Check, ...], ...]  # by turn
    known: tuple[Preference, ...] = ()  # lasting interest that the person begins with

    @property
    def key(self) -> str:
        """What its ids and wording are drawn from."""
        script = self.written.script
        return f"{script.seed} {self.written.path.name} {script.dialogue} {self.catalogue}"


def prepare(written: Written, stage: Stage) -> tuple[Rehearsed, ...]:
    """The script with its checks, once for each of its catalogues.

    Raises:
        BrokenScript: a catalogue that is not loaded, or an expectation that can never hold.
    """
    return tuple(
        _prepared(written, name, place, stage) for place, name in enumerate(written.script.catalogue)
    )


def _prepared(written: Written, name: str, place: int, stage: Stage) -> Rehearsed:
    script = written.script
    try:
        catalogue = stage.catalogue(name)
    except UnknownCatalogue as error:
        at: Where = ("catalogue", place) if ("catalogue", place) in written.lines else ("catalogue",)
        raise written.broken(at, str(error)) from error
    wanted = script.catalogue_hash
    if wanted is not None and not catalogue.content_hash.startswith(wanted):
        raise written.broken(
            ("catalogue_hash",),
            f"{name!r} has changed: its content hash is {catalogue.content_hash[:12]}, and the script was "
            f"written for {wanted}; look whether it still holds, and change the line",
        )
    check_steps(written, catalogue)
    checks = tuple(
        compile_checks(
            step.expect or _NOTHING, Bench(written, catalogue, turn), ("turns", turn - 1, "expect")
        )
        for turn, step in enumerate(script.turns, start=1)
    )
    known = known_before(script.history, Bench(written, catalogue, 1), START)
    return Rehearsed(written, name, checks, known)


def perform(rehearsed: Rehearsed, stage: Stage, *, strict_latency: bool = False) -> DialogueOutcome:
    """Go through a dialogue. It stops at the first turn that cannot be done."""
    began = time.perf_counter()
    written = rehearsed.written
    script = written.script
    stage.begin(rehearsed.key)
    turns = tuple(_turns(rehearsed, stage, strict_latency))
    passed = not any(turn.failures for turn in turns)
    reason = script.failing_because(rehearsed.catalogue)
    if reason:
        status = Status.UNEXPECTED_PASS if passed else Status.EXPECTED_FAILURE
    else:
        status = Status.PASSED if passed else Status.FAILED
    return DialogueOutcome(
        dialogue=script.dialogue,
        path=str(written.path),
        catalogue=rehearsed.catalogue,
        status=status,
        turns=turns,
        tags=tuple(script.tags),
        expected_to_fail=reason,
        seconds=round(time.perf_counter() - began, 3),
    )


def _turns(rehearsed: Rehearsed, stage: Stage, strict_latency: bool) -> Iterator[TurnOutcome]:
    written, script = rehearsed.written, rehearsed.written.script
    performer = Performer(stage, rehearsed.catalogue)
    person = rehearsed.key if script.earlier or script.history else ""
    try:
        stage.remember(person, rehearsed.catalogue, rehearsed.known)
        for earlier in script.earlier:
            stage.days_before(earlier.days_ago)
            performer.enter(person)
            for step in earlier.turns:
                performer.do(step)
        stage.days_before(0)
        others = [(other, Performer(stage, rehearsed.catalogue)) for other in script.others]
        for place, (_, theirs) in enumerate(others, start=1):
            theirs.enter(f"{rehearsed.key}, other person {place}")
        _others_speak(others, before_turn=0)
        performer.enter(person)
    except (CannotDo, ParleyError) as error:
        yield TurnOutcome(0, "what came before", {}, (), (Failure(1, "it can be done", str(error)),))
        return
    seen: list[Observation] = []
    for number, (step, checks) in enumerate(zip(script.turns, rehearsed.checks, strict=True), start=1):
        at: Where = ("turns", number - 1)
        done = step.done
        try:
            _others_speak(others, before_turn=number)
            seen.append(performer.do(step))
        except (CannotDo, ParleyError) as error:
            yield TurnOutcome(number, done, {}, (), (Failure(written.line(at), done, str(error)),))
            return
        judged = [(check, check.judge(seen)) for check in checks]
        failures = [Failure(written.line(check.where), check.says, found) for check, found in judged if found]
        record = seen[-1].record
        late = _over_budget(step.expect, record)
        if strict_latency:
            failures += [
                Failure(written.line((*at, "expect", "latency_ms")), "in time", each) for each in late
            ]
        hints = tuple(
            f"line {written.line(check.where)}: {check.says}: {hint}"
            for check, found in judged
            if not found and (hint := check.hint(seen))
        )
        held = tuple(Held(written.line(check.where), check.says) for check, found in judged if not found)
        yield TurnOutcome(number, done, _kept(record), held, tuple(failures), late, hints)


def _others_speak(others: Sequence[tuple[Other, Performer]], *, before_turn: int) -> None:
    for other, theirs in others:
        if other.before_turn == before_turn:
            for step in other.turns:
                theirs.do(step)


def _kept(record: TurnRecord) -> dict[str, object]:
    """What a report needs of a turn."""
    return record.as_json() | {
        "asks": record.asks,
        "degraded": record.degraded,
        "cards": [
            {"title": c.title, "facts": [list(fact) for fact in c.facts], "reason": c.reason}
            for c in record.cards
        ],
        "chips": [{"label": c.label, "kind": c.kind, "source": c.source} for c in record.chips],
        "quick_replies": [quick.label for quick in record.quick_replies],
        "session": "",
    }


def _over_budget(expect: Expect | None, record: TurnRecord) -> tuple[str, ...]:
    budgets = expect.latency_ms if expect else {}
    return tuple(
        f"{stage} took {record.timings_ms[stage]:.0f} ms, of {budget:g}"
        for stage, budget in budgets.items()
        if record.timings_ms.get(stage, 0.0) > budget
    )
