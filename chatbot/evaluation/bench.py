"""What a check is made of: what a turn left behind, and the catalogue that an expectation is about.

In: a script and a catalogue. Out: look-ups that name the script's line when something is not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import process

from chatbot.evaluation.conditions import Condition, ImpossibleCondition, facet_of, parse
from chatbot.evaluation.reading import Written
from chatbot.evaluation.script import Where
from chatbot.events import TurnRecord
from chatbot.state import DialogueState
from retriever.catalogue import Catalogue
from retriever.domain import ItemId

_PLACE = re.compile(r"^@(\d+)\.(\d+)$")


@dataclass(frozen=True, slots=True)
class Observation:
    """What a turn left behind: its record, and the state before and after it."""

    record: TurnRecord
    before: DialogueState
    state: DialogueState


Seen = Sequence[Observation]
"""All turns so far, oldest first; the last is the one that is judged."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to be true. `judge` gives an empty text where it is, else what was seen.

    `hint` says what is doubtful about it though it holds: it fails nothing.
    """

    where: Where
    says: str
    judge: Callable[[Seen], str]
    hint: Callable[[Seen], str] = lambda _: ""


class NoSuchCard(Exception):
    """A script names a card that its turn did not show: a failed expectation, told as such."""


class Bench:
    """What checks of one turn are made with: the catalogue, the script, and which turn it is (from 1)."""

    def __init__(self, written: Written, catalogue: Catalogue, turn: int) -> None:
        self.written = written
        self.catalogue = catalogue
        self.turn = turn

    def condition(self, text: str, where: Where) -> Condition:
        """A condition of the script.

        Raises:
            BrokenScript: it is none that an item of this catalogue could be asked about.
        """
        try:
            return parse(text, self.catalogue)
        except ImpossibleCondition as error:
            raise self.written.broken(where, str(error)) from error

    def conditions(self, texts: Sequence[str], where: Where) -> list[tuple[Where, Condition]]:
        """The conditions of a list, each with its own place."""
        places: list[Where] = [(*where, place) for place in range(len(texts))]
        return [(at, self.condition(text, at)) for at, text in zip(places, texts, strict=True)]

    def facet(self, name: str, where: Where) -> str:
        """The name of a facet, given by name or label.

        Raises:
            BrokenScript: there is none.
        """
        try:
            return facet_of(name, self.catalogue, name).name
        except ImpossibleCondition as error:
            raise self.written.broken(where, str(error)) from error

    def earlier_turn(self, turn: int, where: Where) -> int:
        """A turn that comes before this one.

        Raises:
            BrokenScript: it does not.
        """
        if not 1 <= turn < self.turn:
            raise self.written.broken(where, f"turn {turn} is not before this one, which is turn {self.turn}")
        return turn

    def item(self, name: str, where: Where) -> Callable[[Seen], ItemId]:
        """How to find an item that is named by title, by id, or as "@2.1". The finder may raise `NoSuchCard`.

        Raises:
            BrokenScript: no item has that name, or the turn has not been yet.
        """
        if found := _PLACE.match(name):
            turn, card = int(found.group(1)), int(found.group(2))
            self.earlier_turn(turn, where)
            return lambda seen: _card(seen, turn, card)
        item = self.known_item(name, where)
        return lambda _: item

    def named(self, name: str) -> ItemId | None:
        """The item of a title or an id; the first of several with one title."""
        return item_of(name, self.catalogue)

    def known_item(self, name: str, where: Where) -> ItemId:
        """The item of a title or an id.

        Raises:
            BrokenScript: no item has that name.
        """
        item = self.named(name)
        if item is None:
            titles = {item.title.casefold(): item.title for item in self.catalogue.items}
            near = process.extractOne(name.casefold(), list(titles), score_cutoff=70)
            hint = f"; did you mean {titles[near[0]]!r}?" if near else ""
            raise self.written.broken(where, f"{self.catalogue.name!r} has no item {name!r}{hint}")
        return item


def item_of(name: str, catalogue: Catalogue) -> ItemId | None:
    """The item of an id or, whatever its case, of a title; the first of several with one title."""
    if name in catalogue:
        return name
    return next((item.id for item in catalogue.items if item.title.casefold() == name.casefold()), None)


def _card(seen: Seen, turn: int, card: int) -> ItemId:
    items = seen[turn - 1].record.items
    if card < 1 or card > len(items):
        raise NoSuchCard(f"turn {turn} showed {len(items)} items, so there is no @{turn}.{card}")
    return str(items[card - 1]["id"])
