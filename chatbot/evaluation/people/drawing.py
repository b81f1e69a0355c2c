"""Making up simulated people, and changing their minds, so that a few items always please them.

In: a catalogue and a seed, or a person and a random generator. Out: a `Person`. A profile is read off some
item, so that it can be met, and the item is then forgotten. Writes nothing and asks no system.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chatbot.evaluation.people.persons import Manner, Person, Wish, wanted
from chatbot.evaluation.people.profiles import draw_leanings, draw_tastes, draw_wishes, is_plain
from retriever.catalogue import Catalogue
from retriever.domain import Item
from retriever.errors import InputError

FEWEST_FITTING = 2
MOST_FITTING = 0.04  # of the catalogue: with more, chance would please people
# Of the items that keep the hard wishes: how many there are at least, as a share of the catalogue, and which
# share of them pleases at most. With fewer, or with more, the first cards would please by chance.
_FEWEST_POSSIBLE = 0.04
_LEAST_POSSIBLE = 8  # of a catalogue so small that its share would be no choice
_MOST_OF_POSSIBLE = 0.05
_LEAST_THRESHOLD = 0.5
_TRIES = 400
_VERBOSITY = (1, 1, 1, 2, 2, 3)
_OUTSPOKEN = (0.3, 0.6, 0.9)
_PATIENCE = (7, 12)


@dataclass(frozen=True, slots=True)
class Habits:
    """How people talk, over all of them: shares of people and chances a turn or word, 0..1.

    `reticent` and `telling_all` of them are so, at most all together; the others tell as real people do.
    """

    contradictions: float = 0.1
    changes: float = 0.35  # of the contradictions, those that stay
    typing_errors: float = 0.03
    curiosity: float = 0.1
    vague: float = 0.2
    careless: float = 0.25
    loose: float = 0.4  # people who don't know the catalogue's words
    loose_values: float = 0.7  # of the values that those name
    reticent: float = 0.0
    telling_all: float = 0.0

    def __post_init__(self) -> None:
        if self.reticent + self.telling_all > 1:
            raise InputError(
                f"{self.reticent:g} of the people reticent and {self.telling_all:g} telling everything are "
                "more than all; lower one of the shares"
            )

    def manner(self, drawn: float) -> Manner:
        """How readily somebody tells what they want; `drawn`: at random, 0 <= drawn < 1."""
        if drawn < self.reticent:
            return Manner.RETICENT
        return Manner.TELLS_EVERYTHING if drawn < self.reticent + self.telling_all else Manner.MEASURED


def draw_person(
    catalogue: Catalogue,
    number: int,
    seed: int,
    *,
    habits: Habits | None = None,
) -> Person:
    """The person of a number; the same catalogue, number and seed give the same.

    At least 2 items would be taken at first, and at most 4 % of the catalogue (of a very small one, 3) and
    5 % of those that keep the hard wishes (or 2).

    Raises:
        InputError: the catalogue has too few items or facets for anyone to want something of it.
    """
    draw = random.Random(f"{seed} {number} {catalogue.name}")
    ways = habits or Habits()
    # Drawn apart, so that it changes nothing else about anybody.
    manner = ways.manner(random.Random(f"{seed} {number} {catalogue.name} reticent").random())
    fewest = max(_LEAST_POSSIBLE, _FEWEST_POSSIBLE * len(catalogue))
    for _ in range(_TRIES if len(catalogue) else 0):
        source = draw.choice(catalogue.items)
        wishes = draw_wishes(source, catalogue, draw, fewest=fewest)
        possible = _keeping(wishes, catalogue.items)
        if len(wishes) < 2 or len(possible) < fewest:
            continue
        person = _made_up(number, source, wishes, possible, catalogue, ways, draw, manner)
        settled = _with_threshold(person, possible, len(catalogue), draw) if person.feelings else None
        if settled is not None:
            return settled
    raise InputError(
        f"nobody can be made up for {catalogue.name!r}: its facets don't part a few items from the rest"
    )


def _made_up(
    number: int,
    source: Item,
    wishes: tuple[Wish, ...],
    possible: Sequence[Item],
    catalogue: Catalogue,
    ways: Habits,
    draw: random.Random,
    manner: Manner,
) -> Person:
    """A person with feelings and habits to go with their wishes, and without a threshold yet."""
    return Person(
        number,
        wishes,
        patience=draw.randint(*_PATIENCE),
        contradiction_rate=ways.contradictions,
        typing_error_rate=ways.typing_errors,
        tastes=draw_tastes(source, possible, wishes, catalogue, draw),
        leanings=draw_leanings(source, possible, wishes, catalogue, draw),
        change_rate=ways.changes,
        curiosity=ways.curiosity,
        loose_rate=ways.loose_values if draw.random() < ways.loose else 0.0,
        outspoken=draw.choice(_OUTSPOKEN),
        verbosity=draw.choice(_VERBOSITY),
        vague=draw.random() < ways.vague,
        careless=draw.random() < ways.careless,
        manner=manner,
    )


def most_fitting(items: int) -> int:
    """The most items of a catalogue of so many that a person may be content with."""
    return max(FEWEST_FITTING + 1, int(MOST_FITTING * items))


def change_of_mind(
    person: Person,
    about: Wish,
    catalogue: Catalogue,
    draw: random.Random,
    heeds: Callable[[Item], bool],
) -> tuple[Person, Wish] | None:
    """The person who wants another value of what `about` is about, and that wish; None if nothing would do.

    `heeds`: whether an item keeps what was asked for so far; one that would be taken does. The threshold
    falls to what the second best item is worth, if it was higher.
    """
    others = other_values(person, about, catalogue)
    draw.shuffle(others)
    for value in others:
        wish = replace(about, condition=wanted(about.condition.facet, (value,)))
        wishes = tuple(wish if one == about else one for one in person.wishes)
        changed = replace(person, wishes=wishes)
        worth = sorted((changed.utility(i) for i in catalogue.items if changed.allows(i)), reverse=True)
        if len(worth) < FEWEST_FITTING or worth[FEWEST_FITTING - 1] < _LEAST_THRESHOLD:
            continue
        changed = replace(changed, threshold=min(person.threshold, worth[FEWEST_FITTING - 1]))
        fitting = [item for item in catalogue.items if changed.accepts(item)]
        if len(fitting) <= most_fitting(len(catalogue)) and any(map(heeds, fitting)):
            return changed, wish
    return None


def other_values(person: Person, about: Wish, catalogue: Catalogue) -> list[str]:
    """The values of a wish's facet that the person has no feelings about, commonest first."""
    facet, spoken = about.condition.facet, person.spoken_values()
    return [
        value
        for value, count in catalogue.values(facet).items()
        if count >= FEWEST_FITTING and value.casefold() not in spoken and is_plain(value, facet, catalogue)
    ]


def _keeping(wishes: Sequence[Wish], items: Sequence[Item]) -> list[Item]:
    """The items that keep every hard wish."""
    kept = list(items)
    for wish in wishes:
        if wish.hard:
            kept = [item for item in kept if wish.condition.holds(item)]
    return kept


def _with_threshold(
    person: Person, possible: Sequence[Item], items: int, draw: random.Random
) -> Person | None:
    """The person with a threshold that a few of the possible items reach; None if it comes out too low."""
    worth = sorted(map(person.utility, possible), reverse=True)
    most = min(most_fitting(items), max(FEWEST_FITTING, int(_MOST_OF_POSSIBLE * len(possible))))
    settled = replace(person, threshold=worth[draw.randint(FEWEST_FITTING, most) - 1])
    fitting = sum(map(settled.accepts, possible))
    fits = settled.threshold >= _LEAST_THRESHOLD and FEWEST_FITTING <= fitting <= most
    return settled if fits else None
