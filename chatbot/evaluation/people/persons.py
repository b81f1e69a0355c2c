"""Who a simulated person is: wishes, likes and dislikes, what a number should be, and when they are content.

In: nothing but values. Out: a `Person`, who tells of an item how much it is worth to them and whether they
would take it. Draws nobody: that is in `drawing`. Never holds an item: whatever meets the profile is right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chatbot.evaluation.conditions import Condition
from retriever.catalogue import values_of
from retriever.domain import Item

ATTENTION = 3  # cards of a reply that a person looks at: showing fifty at once is no way to please
PATIENCE_WEARS = 0.01  # by so much a person expects less after each turn,
MOST_WORN = 0.1  # and at most by so much in all
SOFT_WEIGHT = 0.5  # of a wish that is no must, as much as of the weakest taste
_ROUNDING = 1e-9  # sums of the same weights in another order are still equal


@dataclass(frozen=True, slots=True)
class Wish:
    """A condition, and whether an item that breaks it is out (`hard`) or merely less good."""

    condition: Condition
    hard: bool = True

    def met(self, item: Item) -> float:
        """1 where the condition holds, else 0."""
        return float(self.condition.holds(item))


@dataclass(frozen=True, slots=True)
class Taste:
    """A like (`weight` > 0) or dislike (< 0) of a facet's value; -1 and 1 are the strongest."""

    facet: str
    value: str
    weight: float

    def has(self, item: Item) -> bool:
        """Whether an item has the value."""
        return self.value.casefold() in {word.casefold() for word in values_of(item.facets.get(self.facet))}

    def met(self, item: Item) -> float:
        """1 for an item that has what is liked or lacks what is disliked, else 0."""
        return float(self.has(item) == (self.weight > 0))


@dataclass(frozen=True, slots=True)
class Leaning:
    """What a number should rather be: from `good` on all is well, at `bad` nothing is.

    `good` < `bad` is a leaning to less ("a comfortable price"), `good` > `bad` to more; they differ.
    """

    facet: str
    good: float
    bad: float
    weight: float

    @property
    def to_less(self) -> bool:
        """Whether less is better."""
        return self.good < self.bad

    def met(self, item: Item) -> float:
        """1 at `good` and beyond, 0 at `bad` and beyond, linear between; 0 for an item without the number."""
        number = number_of(item, self.facet)
        if number is None:
            return 0.0
        return min(1.0, max(0.0, (self.bad - number) / (self.bad - self.good)))


def wanted(facet: str, values: tuple[str, ...], *, want: bool = True) -> Condition:
    """A condition on a facet's values."""
    return Condition(f"{facet} {'=' if want else '!='} {' | '.join(values)}", facet, values, want)


def bounded(facet: str, low: float, high: float) -> Condition:
    """A condition on a facet's number, ends included."""
    if low == -math.inf:
        return Condition(f"{facet} <= {high:g}", facet, bounds=(low, high))
    return Condition(f"{facet} >= {low:g}", facet, bounds=(low, high))


def number_of(item: Item, facet: str) -> float | None:
    """An item's number of a facet, or None."""
    value = item.facets.get(facet)
    return float(value) if isinstance(value, float | int) and not isinstance(value, bool) else None


class Manner(StrEnum):
    """How readily somebody tells what they want.

    MEASURED: as often in a turn as real people do (`measured`). TELLS_EVERYTHING: the next wish in every turn
    until all are told. RETICENT: no wish after the opening, unless they are asked about it or a card breaks
    one that they told.
    """

    MEASURED = "measured"
    TELLS_EVERYTHING = "tells everything"
    RETICENT = "reticent"


@dataclass(frozen=True, slots=True)
class Person:
    """A simulated person.

    `wishes` they know of and tell; `tastes` and `leanings` come to mind when an item or a question brings
    them up. `threshold`, 0..1, is what an item has to be worth at first. `patience` counts turns,
    `verbosity` wishes at a time. Rates are chances, 0..1: a turn (contradiction, curiosity), a contradiction
    that is a change of mind (`change_rate`), a word (typing error), a value named in other words than the
    catalogue's (`loose_rate`), a turn in which they say what is wrong with the cards instead of merely asking
    for others (`outspoken`; not of who is MEASURED). `vague` people open without a wish, `careless` ones
    write no capitals.
    """

    number: int
    wishes: tuple[Wish, ...]
    patience: int
    contradiction_rate: float
    typing_error_rate: float
    tastes: tuple[Taste, ...] = ()
    leanings: tuple[Leaning, ...] = ()
    threshold: float = 0.0
    change_rate: float = 0.0
    curiosity: float = 0.0
    loose_rate: float = 0.0
    outspoken: float = 1.0
    verbosity: int = 1
    vague: bool = False
    careless: bool = False
    manner: Manner = Manner.TELLS_EVERYTHING

    @property
    def feelings(self) -> tuple[Taste | Leaning, ...]:
        """Tastes and leanings: what comes to mind only when something brings it up."""
        return (*self.tastes, *self.leanings)

    def allows(self, item: Item) -> bool:
        """Whether an item meets every hard wish."""
        return all(wish.condition.holds(item) for wish in self.wishes if wish.hard)

    def utility(self, item: Item) -> float:
        """What an item is worth apart from the hard wishes, 0..1: the weighted mean of what it has right.

        Sum of weight × met over sum of weights: a soft wish weighs 0.5, a taste or leaning what it says
        (without its sign). 1 for a person without any of them. Additive, after Keeney & Raiffa, Decisions
        with Multiple Objectives, 1976, chapter 3.
        """
        parts = [(SOFT_WEIGHT, wish.met(item)) for wish in self.wishes if not wish.hard]
        parts += [(abs(taste.weight), taste.met(item)) for taste in self.tastes]
        parts += [(leaning.weight, leaning.met(item)) for leaning in self.leanings]
        whole = sum(weight for weight, _ in parts)
        return sum(weight * met for weight, met in parts) / whole if whole else 1.0

    def expects(self, turn: int) -> float:
        """The utility from which an item is taken in a turn (from 1).

        The threshold less 0.01 for each turn before, at most 0.1 less: people settle. After Simon, A
        behavioral model of rational choice, QJE 1955.
        """
        return self.threshold - min(MOST_WORN, PATIENCE_WEARS * (turn - 1))

    def accepts(self, item: Item, turn: int = 1) -> bool:
        """Whether an item would content them: every hard wish, and worth what they expect by then."""
        return self.allows(item) and self.utility(item) >= self.expects(turn) - _ROUNDING

    def best(self, items: Sequence[Item]) -> float:
        """The highest utility among the items that meet every hard wish; 0 where none does."""
        return max((self.utility(item) for item in items if self.allows(item)), default=0.0)

    def spoken_values(self) -> frozenset[str]:
        """All values of facets that the profile is about, case-folded."""
        wished = {value.casefold() for wish in self.wishes for value in wish.condition.values}
        return frozenset(wished | {taste.value.casefold() for taste in self.tastes})
