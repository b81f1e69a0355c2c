"""What simulated people talk to: Parley, and the peers that show whether they can be gamed.

In: what a person says. Out: an `Answer`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Protocol

from chatbot.evaluation.oracle import unsupported_figures, unsupported_names
from chatbot.evaluation.stage import Stage
from chatbot.events import TurnRecord
from retriever.catalogue import Catalogue
from retriever.coldstart import prior
from retriever.domain import ItemId


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: items, best first; the facet asked about, or empty; names and figures nobody has."""

    items: tuple[ItemId, ...]
    asks: str = ""
    unsupported: tuple[str, ...] = ()
    text: str = ""


class System(Protocol):
    """A recommender that people talk to, one conversation at a time."""

    @property
    def name(self) -> str: ...

    def begin(self, person: int) -> None:
        """A new conversation, with a person of that number."""
        ...

    def say(self, text: str) -> Answer: ...


class ParleySystem:
    """Parley itself."""

    name = "Parley"

    def __init__(self, stage: Stage, catalogue: str, seed: int) -> None:
        self._stage = stage
        self._catalogue = stage.catalogue(catalogue)
        self._seed = seed
        self._session = ""
        self._turns: list[TurnRecord] = []

    def begin(self, person: int) -> None:
        self._stage.begin(f"{self._seed} {person} {self._catalogue.name}")
        self._session = self._stage.chatbot.start(self._catalogue.name)
        self._turns = []

    def say(self, text: str) -> Answer:
        record = self._stage.finish(self._stage.chatbot.reply(self._session, text))
        self._turns.append(record)
        unsupported = (
            *unsupported_names(self._catalogue, self._turns),
            *unsupported_figures(self._catalogue, self._turns),
        )
        items = tuple(str(item["id"]) for item in record.items)
        return Answer(items, record.asks, unsupported, record.text)


class RandomSystem:
    """Three items drawn at random each turn, none twice in a conversation."""

    name = "random"

    def __init__(self, catalogue: Catalogue, seed: int, size: int = 3) -> None:
        self._ids = [item.id for item in catalogue.items]
        self._seed = seed
        self._size = size
        self._left: list[ItemId] = []

    def begin(self, person: int) -> None:
        self._left = list(self._ids)
        random.Random(f"{self._seed} {person}").shuffle(self._left)

    def say(self, text: str) -> Answer:  # noqa: ARG002  # deaf on purpose
        now, self._left = self._left[: self._size], self._left[self._size :]
        return Answer(tuple(now))


class PopularSystem:
    """The best by rating and stock, the next three each turn; where neither is known, in file order."""

    name = "most popular"

    def __init__(self, catalogue: Catalogue, size: int = 3) -> None:
        worth = prior(catalogue)
        order = sorted(range(len(catalogue)), key=lambda row: (-float(worth[row]), row))
        self._ids = [catalogue.items[row].id for row in order]
        self._size = size
        self._next = 0

    def begin(self, person: int) -> None:  # noqa: ARG002  # the same for everyone
        self._next = 0

    def say(self, text: str) -> Answer:  # noqa: ARG002  # deaf on purpose
        now = self._ids[self._next : self._next + self._size]
        self._next += self._size
        return Answer(tuple(now))
