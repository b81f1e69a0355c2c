"""Whether Parley keeps its word in talks with simulated people: wishes, refusals, questions.

In: a stage, and people who also say hard things. Out: every breach of the three promises, and how often each
could have been broken. Judges by `conditions`, which decides apart from the filters, and by what the person
said: nothing of the policy, the planner or the retriever is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from chatbot.evaluation.conditions import Condition
from chatbot.evaluation.people.drawing import Habits, draw_person
from chatbot.evaluation.people.meeting import Meeting, meet
from chatbot.evaluation.people.mind import Kind, Mind
from chatbot.evaluation.people.systems import Answer, also_asked
from chatbot.evaluation.stage import Stage
from chatbot.state import DialogueState
from generator.replies import Evidence, Piece, Reply
from generator.writer import Writer
from retriever.catalogue import Catalogue
from retriever.domain import AnyOf, Between, Constraint, Is, Item, NoneOf, Outside

# More slips, changes of mind, typing errors and questions than people make, and every third tells nothing
# unasked: what is hard to follow has to occur.
HARD = Habits(
    contradictions=0.25, typing_errors=0.06, curiosity=0.2, loose=0.5, reticent=0.3, telling_all=0.7
)

# Every second person is never content: they criticise, refuse and ask for others until their patience is out.
_NEVER = 2.0
_OUTSPOKEN = 0.6


class Promise(StrEnum):
    """What Parley promises."""

    WISHES = "every item shown keeps each active must"
    REFUSALS = "nothing is shown again after a refusal"
    QUESTIONS = "nothing settled is asked"


@dataclass(frozen=True, slots=True)
class Breach:
    """One promise broken: with which person, in which of their turns (from 1), and by what."""

    promise: Promise
    person: int
    turn: int
    what: str


@dataclass(slots=True)
class Watch:
    """What was looked at: cards against musts, cards against refusals, questions; and every breach."""

    looked: dict[Promise, int] = field(default_factory=lambda: dict.fromkeys(Promise, 0))
    breaches: list[Breach] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kept:
    """A catalogue's talks: how they went, what was said in them, and what was watched."""

    catalogue: str
    meetings: tuple[Meeting, ...]
    kinds: dict[Kind, int]
    watch: Watch


class SilentWriter(Writer):
    """Says nothing: the promises are about cards and questions, and most of a turn's time goes into words."""

    def write(
        self,
        evidence: Evidence,  # noqa: ARG002  # nothing is said of it
        *,
        seed: int = 0,  # noqa: ARG002
        deadline_s: float = 6.0,  # noqa: ARG002
        titles: Collection[str] = (),  # noqa: ARG002
    ) -> Iterator[Piece]:
        """An empty reply."""
        yield Reply("")


class Watched:
    """Parley, watched by somebody who hears what the person means."""

    name = "Parley, watched"

    def __init__(self, stage: Stage, catalogue: str, seed: int, watch: Watch) -> None:
        self._stage = stage
        self._catalogue = stage.catalogue(catalogue)
        self._seed = seed
        self._watch = watch
        self._mind: Mind | None = None
        self._person = self._turn = 0
        self._session = ""
        self._settled: set[str] = set()
        self._before: tuple[Constraint, ...] = ()

    def begin(self, person: int) -> None:
        """A new conversation, with a person of that number."""
        self._stage.begin(f"{self._seed} {person} {self._catalogue.name}")
        self._session = self._stage.start(self._catalogue.name)
        self._person, self._turn, self._settled, self._before = person, 0, set(), ()

    def overhear(self, mind: Mind) -> None:
        """Know what was refused, apart from what Parley took for a refusal."""
        self._mind = mind

    def say(self, text: str) -> Answer:
        """One turn, judged."""
        self._turn += 1
        record = self._stage.finish(self._stage.chatbot.reply(self._session, text))
        state = self._stage.state(self._session)
        items = [self._catalogue.item(str(one["id"])) for one in record.items]
        self._judge_wishes(items, state)
        self._judge_refusals(items, state)
        answer = Answer(
            tuple(item.id for item in items), record.asks, (), record.text, also_asked(record, state)
        )
        self._judge_question(answer.asked, state)
        self._before = state.constraints
        return answer

    def _judge_wishes(self, items: list[Item], state: DialogueState) -> None:
        for constraint in state.constraints:
            if not constraint.hard:
                continue
            condition = condition_of(constraint)
            for item in items:
                kept = condition.holds(item)
                self._note(Promise.WISHES, f"{item.title} against {condition.text}", kept=kept)

    def _judge_refusals(self, items: list[Item], state: DialogueState) -> None:
        """What the person refused, and what Parley itself noted as refused."""
        assert self._mind is not None  # a meeting begins with it
        refused = {*self._mind.refused, *state.disliked}
        for item in items:
            # An item that was just asked about may be shown with the answer.
            if refused and item.id != self._mind.asks:
                self._note(Promise.REFUSALS, item.title, kept=item.id not in refused)

    def _judge_question(self, asks: Sequence[str], state: DialogueState) -> None:
        """Settled: under a condition now, asked about before, or the condition was taken back."""
        now = {constraint.facet for constraint in state.constraints}
        self._settled |= {c.facet for c in self._before} - now
        for facet in asks:
            self._note(Promise.QUESTIONS, facet, kept=facet not in now | self._settled)
            self._settled.add(facet)

    def _note(self, promise: Promise, what: str, *, kept: bool) -> None:
        self._watch.looked[promise] += 1
        if not kept:
            self._watch.breaches.append(Breach(promise, self._person, self._turn, what))


def keep_watch(
    stage: Stage,
    catalogue_name: str,
    people: int,
    seed: int,
    *,
    habits: Habits = HARD,
    tell: Callable[[Meeting], None] | None = None,
) -> Kept:
    """So many people talk to Parley, each until they take something or give up; every turn is judged.

    Every second one takes nothing.

    Raises:
        UnknownCatalogue: none of that name is loaded.
        InputError: nobody can want anything of it.
    """
    catalogue: Catalogue = stage.catalogue(catalogue_name)
    watch = Watch()
    system = Watched(stage, catalogue_name, seed, watch)
    meetings = []
    kinds = dict.fromkeys(Kind, 0)
    for number in range(people):
        person = draw_person(catalogue, number, seed, habits=habits)
        if number % 2:
            person = replace(person, threshold=_NEVER, outspoken=_OUTSPOKEN)
        meetings.append(meet(person, system, catalogue, seed))
        for exchange in meetings[-1].transcript:
            kinds[exchange.kind] += 1
        if tell is not None:
            tell(meetings[-1])
    return Kept(catalogue_name, tuple(meetings), {kind: n for kind, n in kinds.items() if n}, watch)


def condition_of(constraint: Constraint) -> Condition:
    """A constraint of the dialogue as a condition that is judged apart from the filters."""
    facet = constraint.facet
    match constraint.test:
        case AnyOf(values):
            return Condition(f"{facet} = {' | '.join(values)}", facet, tuple(values))
        case NoneOf(values):
            return Condition(f"{facet} != {' | '.join(values)}", facet, tuple(values), wanted=False)
        case Is(value):
            return Condition(f"{facet} = {value}", facet, flag=value)
        case Outside(low, high):
            return Condition(f"{facet} != {low:g} to {high:g}", facet, bounds=(low, high), wanted=False)
        case Between(low, high, strict):
            least = -math.inf if low is None else math.nextafter(low, math.inf) if strict else low
            most = math.inf if high is None else math.nextafter(high, -math.inf) if strict else high
            return Condition(f"{facet} in {least:g}..{most:g}", facet, bounds=(least, most))
