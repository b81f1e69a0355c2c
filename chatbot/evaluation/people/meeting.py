"""A conversation between a simulated person and a system, from the first word to the last.

In: a person, a system, and perhaps a chat model that words what the person says. Out: a `Meeting`. The
person ends it by taking an item that they find good enough, or by giving up; no system and no chat model
decides that.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol, runtime_checkable

from chatbot.evaluation.people.agenda import Agenda
from chatbot.evaluation.people.mind import Kind, Mind, Move
from chatbot.evaluation.people.persons import ATTENTION, Person
from chatbot.evaluation.people.speech import Speech
from chatbot.evaluation.people.systems import Answer, System
from chatbot.evaluation.people.tally import Tally
from retriever.catalogue import Catalogue
from retriever.domain import Item, ItemId

TURN_COST = 0.08
ANNOYANCE_COST = 0.1
MOST_ANNOYANCES = 6
_MOST_SILENT = 3  # replies in a row with nothing to look at and nothing asked


class GaveUp(StrEnum):
    """Why a person left with nothing."""

    PATIENCE = "out of patience"
    ANNOYED = "annoyed"
    NOTHING = "shown nothing"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message and its answer: `kind` is what the message does, `items` what was shown, best first."""

    kind: Kind
    said: str
    answered: str
    items: tuple[ItemId, ...] = ()
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """How it went, with what was counted.

    `taken` is the item taken, or empty, and `regret` how much more the best item of the catalogue would have
    been worth to the person as they were by then, 0..1 (0 for who took nothing). `played` counts messages
    that a chat model wrote, `fallbacks` those that it failed to. `person` is who they were at first.
    """

    person: Person
    turns: int
    taken: ItemId = ""
    regret: float = 0.0
    gave_up: GaveUp | None = None
    tally: Tally = field(default_factory=Tally)
    played: int = 0
    fallbacks: int = 0
    transcript: tuple[Exchange, ...] = field(default=(), repr=False)

    @property
    def success(self) -> bool:
        """Whether something was taken."""
        return self.gave_up is None

    @property
    def satisfaction(self) -> float:
        """0 for who gave up; else 1, less the regret, less 0.08 for each turn after the first and 0.1 for
        each annoyance; at least 0. A convention, stated so that figures compare; not fitted to any person's
        judgement. Regret is in it because who settles for less is less content.
        """
        if not self.success:
            return 0.0
        cost = TURN_COST * (self.turns - 1) + ANNOYANCE_COST * self.tally.annoyances
        return max(0.0, 1 - self.regret - cost)


@runtime_checkable
class Overhears(Protocol):
    """A system that is told what messages mean, not only their words: a bound for those that listen."""

    def overhear(self, mind: Mind) -> None:
        """The person's mind, as it will be after each message; only what was told may be looked at."""
        ...


class Player(Protocol):
    """What words a person's messages in place of the agenda."""

    def move(self, mind: Mind, transcript: Sequence[Exchange], catalogue: Catalogue) -> Move | None:
        """The next message, or None where none came: the agenda's own stands in."""
        ...


def meet(
    person: Person, system: System, catalogue: Catalogue, seed: int, *, player: Player | None = None
) -> Meeting:
    """One conversation."""
    return _Talk(person, system, catalogue, seed, player).run()


class _Talk:
    """One conversation while it lasts."""

    def __init__(
        self, person: Person, system: System, catalogue: Catalogue, seed: int, player: Player | None
    ) -> None:
        draw = random.Random(f"{seed} {person.number} {catalogue.name} talk")
        # A chat model contradicts itself as it likes; that the agenda does so too could not be told to it.
        self._born = person if player is None else replace(person, contradiction_rate=0.0)
        self._mind = Mind.of(self._born)
        self._speech = Speech(
            catalogue, draw, person.typing_error_rate, person.loose_rate, careless=person.careless
        )
        self._agenda = Agenda(self._mind, self._speech, catalogue, draw)
        self._draw, self._system, self._catalogue, self._player = draw, system, catalogue, player
        self._tally = Tally()
        self._transcript: list[Exchange] = []
        self._played = self._fallbacks = 0

    def run(self) -> Meeting:
        """Talk until an item is taken or the person gives up."""
        self._system.begin(self._born.number)
        if isinstance(self._system, Overhears):
            self._system.overhear(self._mind)
        move = self._worded(self._agenda.opening())
        for turn in range(1, self._born.patience + 1):
            answer = self._say(move)
            items = [self._catalogue.item(each) for each in answer.items]
            self._tally.add(self._mind, answer, items)
            reaction = self._react(answer, items[:ATTENTION], turn)
            if isinstance(reaction, Meeting):
                return reaction
            move = reaction
            self._mind.seen.update(item.id for item in items[:ATTENTION])
            self._mind.asked.update(answer.asked)
        raise AssertionError("the last turn ends every meeting")

    def _react(self, answer: Answer, cards: Sequence[Item], turn: int) -> Move | Meeting:
        """The next message, or how it ended."""
        last = turn == self._born.patience
        if self._mind.wants:
            return self._take(self._catalogue.item(self._mind.wants), turn)
        fitting = self._fitting(cards, turn)
        if fitting is not None:
            place, item = fitting
            inquiry = None if last else self._doubts(item, place)
            return inquiry or self._take(item, turn, place)
        if self._tally.annoyances > MOST_ANNOYANCES:
            return self._leave(turn, GaveUp.ANNOYED)
        if self._tally.silent >= _MOST_SILENT:
            return self._leave(turn, GaveUp.NOTHING)
        if last:
            return self._leave(turn, GaveUp.PATIENCE)
        return self._worded(self._agenda.next(answer.asked, cards))

    def _say(self, move: Move) -> Answer:
        said = move.text if move.kind is Kind.PLAYED else self._speech.typed(move.text)
        self._mind.take_in(move)
        answer = self._system.say(said)
        self._transcript.append(Exchange(move.kind, said, answer.text, answer.items, answer.asked))
        return answer

    def _worded(self, move: Move) -> Move:
        """The player's message in place of the agenda's, where there is a player and it has one."""
        if self._player is None:
            return move
        played = self._player.move(self._mind, self._transcript, self._catalogue)
        if played is None:
            self._fallbacks += 1
            return move
        self._played += 1
        return played

    def _fitting(self, cards: Sequence[Item], turn: int) -> tuple[int, Item] | None:
        """The best card that would be taken, with its place from 1; of equals, the first."""
        # What was said by mistake has to be put right before anything is taken.
        if self._mind.slip is not None:
            return None
        person = self._mind.person
        good = [(place, card) for place, card in enumerate(cards, 1) if person.accepts(card, turn)]
        return max(good, key=lambda one: person.utility(one[1]), default=None)

    def _doubts(self, item: Item, place: int) -> Move | None:
        """A last question about an item before it is taken."""
        if self._mind.inquired or self._draw.random() >= self._mind.person.curiosity:
            return None
        return self._agenda.inquiry(item, place, wants=True)

    def _take(self, item: Item, turn: int, place: int = 0) -> Meeting:
        text = (
            self._speech.react("take", place=self._speech.place(place))
            if place
            else self._speech.react("take_named", title=item.title)
        )
        self._say(Move(Kind.TAKE, text))
        person = self._mind.person
        regret = person.best(self._catalogue.items) - person.utility(item)
        return self._ended(turn, taken=item.id, regret=max(0.0, regret))

    def _leave(self, turn: int, reason: GaveUp) -> Meeting:
        self._say(Move(Kind.LEAVE, self._speech.react("give_up")))
        return self._ended(turn, gave_up=reason)

    def _ended(
        self, turns: int, *, taken: ItemId = "", regret: float = 0.0, gave_up: GaveUp | None = None
    ) -> Meeting:
        return Meeting(
            person=self._born,
            turns=turns,
            taken=taken,
            regret=regret,
            gave_up=gave_up,
            tally=self._tally,
            played=self._played,
            fallbacks=self._fallbacks,
            transcript=tuple(self._transcript),
        )
