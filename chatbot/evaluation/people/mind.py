"""What a person has told, seen and asked for so far in a conversation, and what one move adds to that.

In: moves and cards. Out: what still waits to be told, and whether an item keeps what was asked for. Decides
nothing: that is in `agenda`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from chatbot.evaluation.people.critiques import Critique
from chatbot.evaluation.people.persons import Leaning, Person, Taste, Wish
from retriever.domain import Item, ItemId


class Kind(StrEnum):
    """What a person does with a message."""

    OPEN = "open"
    TELL = "tell"
    ANSWER = "answer"
    INDIFFERENT = "indifferent"
    INSIST = "insist"
    CRITIQUE = "critique"
    REFUSE = "refuse"
    OTHERS = "others"
    SLIP = "slip"
    TAKE_BACK = "take back"
    CHANGE = "change"
    ASK = "ask"
    TAKE = "take"
    LEAVE = "leave"
    PLAYED = "played"  # a chat model's words, of whatever kind they are


@dataclass(frozen=True, slots=True)
class Move:
    """A message and what it does: `tells` wishes, tastes and leanings, makes `critiques`, `refuses` items.

    `slip`: a wish that is said by mistake. `becomes`: the person after a change of mind, and `instead` the
    wish that `tells` takes the place of. `asks`: an item that is asked about; `wants`: it would be taken.
    """

    kind: Kind
    text: str
    tells: tuple[Wish | Taste | Leaning, ...] = ()
    critiques: tuple[Critique, ...] = ()
    refuses: tuple[ItemId, ...] = ()
    slip: Wish | None = None
    becomes: Person | None = None
    instead: Wish | None = None
    asks: ItemId = ""
    wants: bool = False


@dataclass(slots=True)
class Mind:
    """One person in one conversation; `person` is who they are by now.

    `seen`: items looked at and passed over; `refused`: those turned down by name; `asked`: facets that they
    were asked about; `wants`: an item that they would take once their question about it is answered.
    """

    person: Person
    waiting: list[Wish]
    told: list[Wish] = field(default_factory=list)
    aired: list[Taste | Leaning] = field(default_factory=list)
    critiques: list[Critique] = field(default_factory=list)
    slip: Wish | None = None
    seen: set[ItemId] = field(default_factory=set)
    refused: set[ItemId] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    asks: ItemId = ""
    wants: ItemId = ""
    inquired: bool = False

    @classmethod
    def of(cls, person: Person) -> Mind:
        """Somebody who has said nothing yet."""
        return cls(person, list(person.wishes))

    def take_in(self, move: Move) -> None:
        """Remember what a move has said."""
        if move.becomes is not None:
            self.person = move.becomes
            self.told = [wish for wish in self.told if wish != move.instead]
            self.waiting = [wish for wish in self.waiting if wish != move.instead]
        for one in move.tells:
            if isinstance(one, Wish):
                self.waiting = [wish for wish in self.waiting if wish != one]
                self.told += [one] if one not in self.told else []
            elif one not in self.aired:
                self.aired.append(one)
        self.critiques += move.critiques
        self.aired += [c.about for c in move.critiques if c.about not in self.aired]
        self.refused.update(move.refuses)
        self.slip, self.asks = move.slip, move.asks
        self.wants = move.asks if move.wants else ""
        self.inquired = self.inquired or bool(move.asks)

    def breaks(self, item: Item) -> Wish | None:
        """The first hard wish told that an item breaks."""
        return next((w for w in self.told if w.hard and not w.condition.holds(item)), None)

    def ignores(self, item: Item) -> Taste | Leaning | None:
        """What an item goes against of what was told or asked for beside the wishes, or None."""
        for one in self.aired:
            if isinstance(one, Taste) and one.weight < 0 and one.has(item):
                return one
        return next((c.about for c in self.critiques if not c.condition.holds(item)), None)

    def heeds(self, item: Item) -> bool:
        """Whether an item goes against nothing of that."""
        return self.ignores(item) is None

    def spoke_of(self, facet: str) -> bool:
        """Whether something about a facet was told, or asked about before: a question would be needless."""
        told = {wish.condition.facet for wish in self.told} | {one.facet for one in self.aired}
        return facet in told or facet in self.asked

    def untold(self, facet: str) -> Iterator[Wish | Taste | Leaning]:
        """What there is to tell about a facet, wishes first."""
        yield from (wish for wish in self.waiting if wish.condition.facet == facet)
        yield from (one for one in self.person.feelings if one.facet == facet and one not in self.aired)
