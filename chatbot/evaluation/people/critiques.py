"""What a person notices about the cards of a reply: feedback relative to what was shown, and true of it.

In: a person and the cards that they looked at. Out: `Critique`s, weightiest first. Words none: that is in
`speech`. Never tells a like or dislike that no card brought to mind.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chatbot.evaluation.conditions import Condition
from chatbot.evaluation.people.persons import Leaning, Person, Taste, bounded, number_of, wanted
from retriever.catalogue import values_of
from retriever.domain import Item, ItemId

_WELL_ENOUGH = 0.9  # of a leaning: so little short of it bothers nobody


class Sort(StrEnum):
    """UNIT: "cheaper than the second"; UNLIKE: "not the second, no X"; LACKING: "like the second but Y"."""

    UNIT = "unit"
    UNLIKE = "unlike"
    LACKING = "lacking"


@dataclass(frozen=True, slots=True)
class Critique:
    """Feedback about the card at `place` (from 1).

    `condition` is what it asks of later items, and the card breaks it: that is what makes it true of what
    was shown. `of_all`: every card that was looked at breaks it, so that no card need be named.
    """

    sort: Sort
    about: Taste | Leaning
    item: ItemId
    place: int
    condition: Condition
    of_all: bool = False


def notice(person: Person, cards: Sequence[Item], told: Collection[Taste | Leaning]) -> list[Critique]:
    """All that could be said about the cards, weightiest first; of equals, about the earlier card.

    Tastes that were told already are left out; a number can be found wanting again.
    """
    found = [*_of_leanings(person, cards), *_of_tastes(person, cards, told)]
    worth = {id(one): abs(one.about.weight) * _shortfall(one, cards) for one in found}
    return sorted(found, key=lambda one: (-worth[id(one)], one.place))


def _shortfall(critique: Critique, cards: Sequence[Item]) -> float:
    """How much is wrong with the card by what the critique is about, 0..1."""
    return 1.0 - critique.about.met(cards[critique.place - 1])


def _of_leanings(person: Person, cards: Sequence[Item]) -> Iterator[Critique]:
    for leaning in person.leanings:
        short = [
            (place, item, number)
            for place, item in enumerate(cards, 1)
            if (number := number_of(item, leaning.facet)) is not None and leaning.met(item) < _WELL_ENOUGH
        ]
        if not short:
            continue
        of_all = len(short) == len(cards)
        if of_all:  # no card is named then, and the least that "cheaper" can mean is: than the dearest
            place, item, number = max(short, key=lambda one: one[2] if leaning.to_less else -one[2])
        else:
            place, item, number = max(short, key=lambda one: (person.allows(one[1]), person.utility(one[1])))
        if leaning.to_less:
            condition = bounded(leaning.facet, -math.inf, math.nextafter(number, -math.inf))
        else:
            condition = bounded(leaning.facet, math.nextafter(number, math.inf), math.inf)
        yield Critique(Sort.UNIT, leaning, item.id, place, condition, of_all)


def _of_tastes(
    person: Person, cards: Sequence[Item], told: Collection[Taste | Leaning]
) -> Iterator[Critique]:
    fine = [item for item in cards if person.allows(item)]
    closest = max(fine, key=person.utility) if fine else None
    for taste in person.tastes:
        if taste in told:
            continue
        having = [(place, item) for place, item in enumerate(cards, 1) if taste.has(item)]
        if taste.weight < 0 and having:
            place, item = having[0]
            condition = wanted(taste.facet, (taste.value,), want=False)
            yield Critique(
                Sort.UNLIKE, taste, item.id, place, condition, of_all=len(having) == len(cards) > 1
            )
        # A like comes to mind where a card that would do has something else there.
        if (
            taste.weight > 0
            and closest is not None
            and not taste.has(closest)
            and values_of(closest.facets.get(taste.facet))
        ):
            place = [item.id for item in cards].index(closest.id) + 1
            yield Critique(Sort.LACKING, taste, closest.id, place, wanted(taste.facet, (taste.value,)))
