"""Who a simulated person is: wishes about facets, how patient, how consistent, how good at typing.

In: a catalogue and a seed. Out: a `Person`. Wishes are read off some item, so that they can be met, and the
item is then forgotten: whatever meets the wishes is right.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.evaluation.conditions import Condition
from retriever.catalogue import Catalogue, values_of
from retriever.domain import Facet, FacetKind, FacetRole, Item
from retriever.errors import InputError

_MOST_FITTING = 0.04  # of the catalogue: with more, chance would please people
_FEWEST_FITTING = 2
_FEWEST_WITH_VALUE = 3
_TRIES = 400
_NEVER_WISHED = (FacetRole.RATING, FacetRole.STOCK)  # nobody asks for a number in stock
_SLACK = (1.05, 1.6)  # how far above an item's own number a person's limit may lie


@dataclass(frozen=True, slots=True)
class Wish:
    """A condition, and whether an item that breaks it is out (`hard`) or merely less good."""

    condition: Condition
    hard: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """A simulated person. Rates are chances a turn (contradiction) or a word (typing error), 0..1."""

    number: int
    wishes: tuple[Wish, ...]
    patience: int  # turns
    contradiction_rate: float
    typing_error_rate: float

    def accepts(self, item: Item) -> bool:
        """Whether an item would content them: every hard wish, and at least half of the soft ones."""
        soft = [wish.condition.holds(item) for wish in self.wishes if not wish.hard]
        hard = all(wish.condition.holds(item) for wish in self.wishes if wish.hard)
        return hard and sum(soft) * 2 >= len(soft)


def draw_person(
    catalogue: Catalogue,
    number: int,
    seed: int,
    *,
    contradiction_rate: float = 0.1,
    typing_error_rate: float = 0.03,
) -> Person:
    """The person of a number; the same catalogue, number and seed give the same.

    Raises:
        InputError: the catalogue has too few items or facets for anyone to want something of it.
    """
    draw = random.Random(f"{seed} {number} {catalogue.name}")
    for _ in range(_TRIES):
        item = draw.choice(catalogue.items)
        person = Person(
            number,
            _wishes(item, catalogue, draw),
            patience=draw.randint(5, 9),
            contradiction_rate=contradiction_rate,
            typing_error_rate=typing_error_rate,
        )
        fitting = sum(map(person.accepts, catalogue.items))
        most = max(_FEWEST_FITTING + 1, _MOST_FITTING * len(catalogue))
        if len(person.wishes) >= 2 and _FEWEST_FITTING <= fitting <= most:
            return person
    raise InputError(
        f"nobody can be made up for {catalogue.name!r}: its facets don't part a few items from the rest"
    )


def _wishes(item: Item, catalogue: Catalogue, draw: random.Random) -> tuple[Wish, ...]:
    """Two to four wishes that the item meets, about different facets, and mostly one about what not."""
    facets = [facet for facet in catalogue.facets if facet.role not in _NEVER_WISHED]
    draw.shuffle(facets)
    # A kind of thing first, as people do.
    facets.sort(key=lambda facet: facet.role is not FacetRole.CATEGORY)
    wishes: list[Wish] = []
    most = draw.randint(2, 4)
    for facet in facets:
        if len(wishes) < most and (condition := _met_by(item, facet, catalogue, draw)) is not None:
            wishes.append(Wish(condition, hard=not wishes or draw.random() < 0.6))
    spoken = {wish.condition.facet for wish in wishes}
    excluded = _not_had(item, [f for f in facets if f.kind is FacetKind.TAGS], catalogue, spoken, draw)
    if excluded is not None and draw.random() < 0.6:
        wishes.append(Wish(excluded))
    return tuple(wishes)


def _met_by(item: Item, facet: Facet, catalogue: Catalogue, draw: random.Random) -> Condition | None:
    value = item.facets.get(facet.name)
    if isinstance(value, bool):
        return Condition(facet.name, facet.name, flag=True) if value else None
    if isinstance(value, float | int):
        return _limit(float(value), facet, draw)
    known = catalogue.values(facet.name)
    common = [v for v in values_of(value) if known.get(v, 0) >= _FEWEST_WITH_VALUE]
    # What is in nearly every item is no wish.
    telling = [v for v in common if known[v] < 0.5 * len(catalogue)]
    return Condition(facet.name, facet.name, (draw.choice(telling),)) if telling else None


def _limit(value: float, facet: Facet, draw: random.Random) -> Condition | None:
    """A bound that the value keeps, rounded as people round."""
    if value <= 0:
        return None
    if facet.kind is FacetKind.YEAR:
        decade = value // 10 * 10
        low_side = draw.random() < 0.7
        bounds = (decade, np.inf) if low_side else (-np.inf, decade + 9)
        return Condition(facet.name, facet.name, bounds=bounds)
    limit = value * draw.uniform(*_SLACK)
    step = 10 ** max(0, int(np.log10(limit)) - 1)
    return Condition(facet.name, facet.name, bounds=(-np.inf, float(np.ceil(limit / step) * step)))


def _not_had(
    item: Item, facets: Sequence[Facet], catalogue: Catalogue, spoken: set[str], draw: random.Random
) -> Condition | None:
    for facet in facets:
        own = {value.casefold() for value in values_of(item.facets.get(facet.name))}
        common = [value for value, count in catalogue.values(facet.name).items()
                  if count >= _FEWEST_WITH_VALUE and value.casefold() not in own]  # fmt: skip
        if common and own and facet.name not in spoken:
            return Condition(facet.name, facet.name, (draw.choice(common),), wanted=False)
    return None
