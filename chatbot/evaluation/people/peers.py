"""Recommenders that are not Parley: deaf ones, forgetful ones, and ones that only ask.

In: what a person says. Out: an `Answer`. They show what a figure is worth: where one of them does as well as
Parley, the simulated people can be gamed.
"""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial

import numpy as np

from chatbot.evaluation.people.mind import Mind
from chatbot.evaluation.people.persons import SOFT_WEIGHT, Leaning, Taste
from chatbot.evaluation.people.systems import (
    Answer,
    FixedQuestions,
    ParleySystem,
    System,
    fixed_facets,
)
from chatbot.evaluation.stage import Stage
from retriever.catalogue import Catalogue
from retriever.coldstart import prior
from retriever.domain import ItemId
from retriever.errors import InputError
from retriever.lexical import Bm25

FLOOD = 50  # cards a turn
_MUST = 2.0  # what a hard wish weighs beside feelings, of which the strongest weighs 1


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


class InOrder:
    """Items of one order, the next few each turn, the same for everyone."""

    def __init__(self, name: str, ids: list[ItemId], size: int) -> None:
        self.name = name
        self._ids = ids
        self._size = size
        self._next = 0

    def begin(self, person: int) -> None:  # noqa: ARG002  # the same for everyone
        self._next = 0

    def say(self, text: str) -> Answer:  # noqa: ARG002  # deaf on purpose
        now = self._ids[self._next : self._next + self._size]
        self._next += self._size
        return Answer(tuple(now))


def most_popular(catalogue: Catalogue, size: int = 3) -> InOrder:
    """The best by rating and stock, the next three each turn; where neither is known, in file order."""
    worth = prior(catalogue)
    order = sorted(range(len(catalogue)), key=lambda row: (-float(worth[row]), row))
    return InOrder("most popular", [catalogue.items[row].id for row in order], size)


def flood(catalogue: Catalogue) -> InOrder:
    """Everything there is, in file order, fifty cards a turn."""
    return InOrder("flood", [item.id for item in catalogue.items], FLOOD)


class KeywordSystem:
    """The three best by BM25 of the last message, or of all of them; nothing where no word is found.

    Remembers nothing that it showed, and knows no facet, bound or "not".
    """

    def __init__(self, catalogue: Catalogue, *, remembers: bool = False, size: int = 3) -> None:
        self.name = "keyword, all messages" if remembers else "keyword"
        self._index = Bm25.build(catalogue.stems)
        self._ids = [item.id for item in catalogue.items]
        self._remembers = remembers
        self._size = size
        self._heard = ""

    def begin(self, person: int) -> None:  # noqa: ARG002  # the same for everyone
        self._heard = ""

    def say(self, text: str) -> Answer:
        self._heard = f"{self._heard} {text}" if self._remembers else text
        scores = self._index.scores(self._heard)  # (item,)
        order = np.argsort(-scores, kind="stable")[: self._size]
        return Answer(tuple(self._ids[row] for row in order if scores[row] > 0))


class PerfectEar:
    """Knows what each message means, and asks nothing: a bound on what understanding alone can do.

    `asks`: it knows, too, what the person has not told, and asks about the weightiest of that each turn: a
    bound on what questions can do.

    Shows three items not shown before that keep every hard wish and critique told, best first by what was
    told of the rest; ties in file order.
    """

    def __init__(self, catalogue: Catalogue, size: int = 3, *, asks: bool = False) -> None:
        self.name = "perfect ear, perfect questions" if asks else "perfect ear"
        self._catalogue = catalogue
        self._size = size
        self._asks = asks
        self._mind: Mind | None = None
        self._shown: set[ItemId] = set()

    def begin(self, person: int) -> None:  # noqa: ARG002  # what is told comes by `overhear`
        self._shown = set()

    def overhear(self, mind: Mind) -> None:
        """Listen to this mind."""
        self._mind = mind

    def say(self, text: str) -> Answer:  # noqa: ARG002  # words don't matter to it
        mind = self._mind
        assert mind is not None  # a meeting begins with it
        told = replace(
            mind.person,
            wishes=tuple(mind.told),
            tastes=tuple(one for one in mind.aired if isinstance(one, Taste)),
            leanings=tuple(one for one in mind.aired if isinstance(one, Leaning)),
        )
        left = [item for item in self._catalogue.items if item.id not in self._shown and told.allows(item)]
        left.sort(key=lambda item: (-mind.heeds(item), -told.utility(item)))
        shown = tuple(item.id for item in left[: self._size])
        self._shown.update(shown)
        return Answer(shown, asks=_weightiest(mind) if self._asks else "")


def _weightiest(mind: Mind) -> str:
    """The facet of what weighs most with the person and was not told, a must before all; empty: of none."""
    weights = {wish.condition.facet: _MUST if wish.hard else SOFT_WEIGHT for wish in mind.waiting}
    for one in mind.person.feelings:
        if one not in mind.aired:
            weights[one.facet] = max(weights.get(one.facet, 0.0), abs(one.weight))
    open_ = {facet: weight for facet, weight in weights.items() if not mind.spoke_of(facet)}
    return max(open_, key=lambda facet: open_[facet], default="")


SYSTEMS = (
    "parley", "never-asks", "fixed-questions", "interrogator", "keyword", "popular", "random", "flood",
    "perfect-ear", "form-first", "perfect-questions",
)  # fmt: skip
DEFAULT_SYSTEMS = ("parley", "never-asks", "keyword", "popular", "random")


def make_system(key: str, stage: Stage, catalogue_name: str, seed: int) -> System:
    """The system of a key of `SYSTEMS`.

    Raises:
        InputError: there is none of that key.
        UnknownCatalogue: no catalogue of that name is loaded.
    """
    catalogue = stage.catalogue(catalogue_name)
    parley = partial(ParleySystem, stage, catalogue_name, seed)
    match key:
        case "parley":
            return parley()
        case "never-asks":
            return parley(quiet=True)
        case "fixed-questions":
            facets = fixed_facets(catalogue)
            return FixedQuestions("Parley, fixed questions", parley(quiet=True), facets, waits=False)
        case "interrogator":
            inner = KeywordSystem(catalogue, remembers=True)
            return FixedQuestions("interrogator", inner, fixed_facets(catalogue), waits=True)
        case "keyword":
            return KeywordSystem(catalogue)
        case "popular":
            return most_popular(catalogue)
        case "random":
            return RandomSystem(catalogue, seed)
        case "flood":
            return flood(catalogue)
        case "perfect-ear":
            return PerfectEar(catalogue)
        case "perfect-questions":
            return PerfectEar(catalogue, asks=True)
        case "form-first":
            facets = fixed_facets(catalogue)
            return FixedQuestions("Parley, form first", parley(quiet=True), facets, waits=True)
        case _:
            raise InputError(f"there is no system {key!r}; choose among {', '.join(SYSTEMS)}")
