"""Scripts, performed and judged.

In: scripts and a stage. Out: outcomes. Everything that can be known to be wrong with a script is found
before its first turn.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process

from chatbot.chips import KEY_JOINT
from chatbot.evaluation.bench import Bench, Check, Observation
from chatbot.evaluation.checks import compile_checks
from chatbot.evaluation.conditions import ImpossibleCondition, parse
from chatbot.evaluation.outcomes import DialogueOutcome, Failure, Status, TurnOutcome
from chatbot.evaluation.reading import Where, Written
from chatbot.evaluation.script import Expect, Step
from chatbot.evaluation.stage import Stage
from chatbot.events import Event, Quick, TurnRecord
from chatbot.state import DialogueState
from retriever.catalogue import Catalogue
from retriever.domain import ItemId
from retriever.errors import ParleyError, UnknownCatalogue

_NOTHING = Expect.model_validate({})


class _CannotDo(Exception):
    """A step that the conversation leaves no room for: a card that is not shown, a chip that is not there."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A script in one catalogue, with its checks made; ready to be performed."""

    written: Written
    catalogue: str
    checks: tuple[tuple[Check, ...], ...]  # by turn

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
    for number, earlier in enumerate(script.earlier):
        _check_silent(earlier.turns, written, ("earlier", number, "turns"))
    for number, other in enumerate(script.others):
        _check_silent(other.turns, written, ("others", number, "turns"))
        if other.before_turn > len(script.turns):
            raise written.broken(
                ("others", number, "before_turn"), f"there are only {len(script.turns)} turns"
            )
    checks = tuple(
        compile_checks(
            step.expect or _NOTHING, Bench(written, catalogue, turn), ("turns", turn - 1, "expect")
        )
        for turn, step in enumerate(script.turns, start=1)
    )
    return Rehearsed(written, name, checks)


def _check_silent(turns: Sequence[Step], written: Written, where: Where) -> None:
    for place, step in enumerate(turns):
        if step.expect is not None:
            raise written.broken(
                (*where, place, "expect"), "only the dialogue's own turns are judged; take `expect` out here"
            )


def perform(rehearsed: Rehearsed, stage: Stage, *, strict_latency: bool = False) -> DialogueOutcome:
    """Go through a dialogue. It stops at the first turn that cannot be done."""
    began = time.perf_counter()
    written = rehearsed.written
    script = written.script
    stage.begin(rehearsed.key)
    turns = tuple(_turns(rehearsed, stage, strict_latency))
    passed = not any(turn.failures for turn in turns)
    if script.expected_to_fail:
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
        expected_to_fail=script.expected_to_fail or "",
        seconds=round(time.perf_counter() - began, 3),
    )


def _turns(rehearsed: Rehearsed, stage: Stage, strict_latency: bool) -> Iterator[TurnOutcome]:
    written, script = rehearsed.written, rehearsed.written.script
    performer = Performer(stage, rehearsed.catalogue)
    person = rehearsed.key if script.earlier else ""
    try:
        for earlier in script.earlier:
            stage.days_before(earlier.days_ago)
            performer.enter(person)
            for step in earlier.turns:
                performer.do(step)
        stage.days_before(0)
        performer.enter(person)
        others = [(other, Performer(stage, rehearsed.catalogue)) for other in script.others]
        for _, theirs in others:
            theirs.enter("another person")
    except (_CannotDo, ParleyError) as error:
        yield TurnOutcome(0, "what came before", {}, 1, (Failure(1, "it can be done", str(error)),))
        return
    seen: list[Observation] = []
    for number, (step, checks) in enumerate(zip(script.turns, rehearsed.checks, strict=True), start=1):
        at: Where = ("turns", number - 1)
        done = _describe(step)
        try:
            for other, theirs in others:
                if other.before_turn == number:
                    for foreign in other.turns:
                        theirs.do(foreign)
            seen.append(performer.do(step))
        except (_CannotDo, ParleyError) as error:
            yield TurnOutcome(number, done, {}, 1, (Failure(written.line(at), done, str(error)),))
            return
        failures = [
            Failure(written.line(check.where), check.says, found)
            for check in checks
            if (found := check.judge(seen))
        ]
        record = seen[-1].record
        late = _over_budget(step.expect, record)
        if strict_latency:
            failures += [
                Failure(written.line((*at, "expect", "latency_ms")), "in time", each) for each in late
            ]
        yield TurnOutcome(number, done, _kept(record), len(checks), tuple(failures), late)


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


def _describe(step: Step) -> str:
    for name in ("user", "like", "dislike", "unjudge", "remove", "quick"):
        value = getattr(step, name)
        if value is not None:
            return str(value) if name == "user" else f"({name}: {value})"
    raise AssertionError("a step without an act")  # the model refuses one


class Performer:
    """One person's side of a conversation: says and does, and sees what comes back."""

    def __init__(self, stage: Stage, catalogue: str) -> None:
        self._stage = stage
        self._name = catalogue
        self._catalogue: Catalogue = stage.catalogue(catalogue)
        self._session = ""
        self._cards: tuple[ItemId, ...] = ()
        self._quick: tuple[Quick, ...] = ()

    def enter(self, person: str = "") -> None:
        """Begin a conversation; a named person is known again."""
        self._session = self._stage.chatbot.start(self._name, person)
        self._cards = ()
        self._quick = self._stage.chatbot.restore(self._session).quick_replies

    def do(self, step: Step) -> Observation:
        """One turn.

        Raises:
            ParleyError: Parley refused it.
            _CannotDo: there is no such card, chip or quick reply.
        """
        before = self._stage.state(self._session)
        record = self._stage.finish(self._events(step, before))
        if record.cards:
            self._cards = tuple(card.item_id for card in record.cards)
        self._quick = record.quick_replies
        return Observation(record, before, self._stage.state(self._session))

    def _events(self, step: Step, state: DialogueState) -> Iterator[Event]:
        chatbot, session = self._stage.chatbot, self._session
        if step.user is not None:
            return chatbot.reply(session, step.user)
        if step.remove is not None:
            return chatbot.remove(session, self._chip(step.remove, state))
        if step.quick is not None:
            if step.quick > len(self._quick):
                raise _CannotDo(f"there are {len(self._quick)} quick replies")
            return chatbot.reply(session, self._quick[step.quick - 1].text)
        for name, liked in (("like", True), ("dislike", False), ("unjudge", None)):
            judged = getattr(step, name)
            if judged is not None:
                return chatbot.feedback(session, self._item(judged), liked)
        raise AssertionError("a step without an act")  # the model refuses one

    def _item(self, named: int | str) -> ItemId:
        if isinstance(named, int):
            if named > len(self._cards):
                raise _CannotDo(f"there is no card {named}; {len(self._cards)} are shown")
            return self._cards[named - 1]
        if named in self._catalogue:
            return named
        for item in self._catalogue.items:
            if item.title.casefold() == named.casefold():
                return item.id
        raise _CannotDo(f"{self._name!r} has no item {named!r}")

    def _chip(self, named: str, state: DialogueState) -> str:
        chips = self._stage.chatbot.restore(self._session).chips
        for chip in chips:
            if chip.label.casefold() == named.casefold():
                return chip.key
        try:
            condition = parse(named, self._catalogue)
        except ImpossibleCondition:
            condition = None
        if condition is not None:
            keys = {each.key for each in state.constraints if condition.says_same(each)}
            for chip in chips:
                if keys.intersection(chip.key.split(KEY_JOINT)):
                    return chip.key
        labels = [chip.label for chip in chips]
        near = process.extractOne(named, labels, score_cutoff=60) if labels else None
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(labels) or 'none'}"
        raise _CannotDo(f"there is no chip {named!r}{hint}")
