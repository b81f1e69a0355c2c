"""A conversation between a simulated person and a system, by the person's agenda.

In: a person, a system. Out: a `Meeting`. The person opens with one or two wishes, keeps the others for
later, answers questions, insists where something told is ignored, contradicts themselves now and then
and takes it back, and ends by taking an item or by giving up.

Source: the agenda is after Schatzmann et al., NAACL-HLT 2007.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from chatbot.evaluation.people.persons import Person, Wish
from chatbot.evaluation.people.speech import Speech
from chatbot.evaluation.people.systems import Answer, System
from retriever.catalogue import Catalogue
from retriever.domain import Item, ItemId

TURN_COST = 0.08
ANNOYANCE_COST = 0.1
_MOST_ANNOYANCES = 6


@dataclass(frozen=True, slots=True)
class Meeting:
    """How it went.

    `shown` counts items over all turns; `breaking` those that broke a hard wish told before; `repeated`
    those that had been shown and passed over before; `unsupported` turns that named what nobody has;
    `needless` questions about what had been told.
    """

    person: int
    success: bool
    turns: int
    shown: int
    breaking: int
    repeated: int
    questions: int
    needless: int
    unsupported: int
    transcript: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def annoyances(self) -> int:
        """What a patient person would put up with, counted: broken wishes, repeats, needless questions."""
        return self.breaking + self.repeated + self.needless

    @property
    def satisfaction(self) -> float:
        """0 for who gave up; else 1, less 0.08 for each turn after the first and 0.1 for each annoyance;
        at least 0. A convention, stated so that figures compare; not fitted to any person's judgement.
        """
        if not self.success:
            return 0.0
        return max(0.0, 1 - TURN_COST * (self.turns - 1) - ANNOYANCE_COST * self.annoyances)


@dataclass(slots=True)
class _Memory:
    """What the person has told, seen and counted so far."""

    waiting: list[Wish]
    told: list[Wish] = field(default_factory=list)
    slip: Wish | None = None  # told by mistake, to be taken back
    seen: set[ItemId] = field(default_factory=set)
    shown: int = 0
    breaking: int = 0
    repeated: int = 0
    questions: int = 0
    needless: int = 0
    unsupported: int = 0


def meet(person: Person, system: System, catalogue: Catalogue, seed: int) -> Meeting:
    """One conversation, from the first word to the last."""
    draw = random.Random(f"{seed} {person.number} {catalogue.name} talk")
    speech = Speech(catalogue, draw, person.typing_error_rate)
    memory = _Memory(list(person.wishes))
    transcript: list[tuple[str, str]] = []
    system.begin(person.number)
    said = speech.opening(_tell(memory, draw.randint(1, 2)))
    for turn in range(1, person.patience + 1):
        said = speech.typed(said)
        answer = system.say(said)
        transcript.append((said, answer.text))
        items = [catalogue.item(each) for each in answer.items]
        _count(memory, answer, items)
        taken = next((place for place, item in enumerate(items, 1) if person.accepts(item)), None)
        # What was said by mistake has to be put right before anything is taken.
        if taken is not None and memory.slip is None:
            system.say(speech.react("take", place=speech.place(taken)))
            return _ended(person, memory, turn, transcript, success=True)
        if memory.breaking + memory.repeated + memory.needless > _MOST_ANNOYANCES:
            return _ended(person, memory, turn, transcript, success=False)
        memory.seen.update(answer.items)
        said = _next(person, memory, answer, items, speech, catalogue)
    return _ended(person, memory, person.patience, transcript, success=False)


def _tell(memory: _Memory, number: int) -> list[Wish]:
    now, memory.waiting = memory.waiting[:number], memory.waiting[number:]
    memory.told += now
    return now


def _count(memory: _Memory, answer: Answer, items: Sequence[Item]) -> None:
    memory.shown += len(items)
    memory.repeated += sum(item.id in memory.seen for item in items)
    memory.breaking += sum(
        any(wish.hard and not wish.condition.holds(item) for wish in memory.told) for item in items
    )
    memory.questions += bool(answer.asks)
    memory.needless += any(wish.condition.facet == answer.asks for wish in memory.told)
    memory.unsupported += bool(answer.unsupported)


def _next(
    person: Person,
    memory: _Memory,
    answer: Answer,
    items: Sequence[Item],
    speech: Speech,
    catalogue: Catalogue,
) -> str:
    """What the person says next."""
    if memory.slip is not None:
        slip, memory.slip = memory.slip, None
        return speech.react("take_back", value=slip.condition.values[0])
    asked = [wish for wish in memory.waiting if wish.condition.facet == answer.asks]
    if asked:
        memory.waiting.remove(asked[0])
        memory.told.append(asked[0])
        return speech.wish(asked[0])
    ignored = [w for w in memory.told if w.hard and any(not w.condition.holds(item) for item in items)]
    if ignored:
        return speech.react("insist", wish=speech.wish(ignored[0]))
    if speech.draw.random() < person.contradiction_rate:
        memory.slip = _mistake(person, speech.draw, catalogue)
        if memory.slip is not None:
            return speech.wish(memory.slip)
    if memory.waiting:
        return speech.wish(_tell(memory, 1)[0])
    if answer.asks:
        return speech.react("indifferent")
    return speech.react("others")


def _mistake(person: Person, draw: random.Random, catalogue: Catalogue) -> Wish | None:
    """A wish for another value of something that the person has a wish about."""
    from chatbot.evaluation.conditions import Condition

    valued = [wish for wish in person.wishes if wish.condition.values and wish.condition.wanted]
    if not valued:
        return None
    about = draw.choice(valued).condition
    others = [value for value in catalogue.values(about.facet) if value not in about.values]
    return Wish(Condition(about.facet, about.facet, (draw.choice(others),))) if others else None


def _ended(
    person: Person, memory: _Memory, turns: int, transcript: list[tuple[str, str]], *, success: bool
) -> Meeting:
    return Meeting(
        person=person.number,
        success=success,
        turns=turns,
        shown=memory.shown,
        breaking=memory.breaking,
        repeated=memory.repeated,
        questions=memory.questions,
        needless=memory.needless,
        unsupported=memory.unsupported,
        transcript=tuple(transcript),
    )
