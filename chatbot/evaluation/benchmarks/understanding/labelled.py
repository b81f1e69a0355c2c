"""Labelled utterances with every name in them looked up: what was said, in which situation, what it means.

In: files as `label_files` reads them, and the catalogue that each speaks of. Out: `Labelled` utterances. A
fault names file and line. Nothing is read by the product here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chatbot.evaluation.bench import item_of
from chatbot.evaluation.benchmarks.understanding.label_files import LabelFile, Part, SituationOf
from chatbot.evaluation.conditions import Condition, ImpossibleCondition, facet_of, parse
from chatbot.evaluation.script import Where
from chatbot.understanding.mentions import Shown
from chatbot.understanding.reading import STATED, Situation
from retriever.catalogue import Catalogue
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    FacetKind,
    Is,
    ItemId,
    NoneOf,
    OfFacet,
    Outside,
    Preference,
    Source,
    SourceKind,
)

# How far from a number "about" may reach: a quarter of it, five years of a year.
NEAR_SHARE = 0.25
NEAR_YEARS = 5.0

_SOFT = "soft "
_MAYBE = "maybe "
_OR = "||"
_ABOUT = re.compile(r"^(.+?)\s*~\s*([-+]?\d+(?:\.\d+)?)$")
_BOUND = re.compile(r"^(.+?)\s*([<>])\s*\?$")
_STRICT = re.compile(r"[<>](?!=)")


@dataclass(frozen=True, slots=True)
class Near:
    """A range around a number: how wide "about 100" is, is the reader's to say, within `reach`.

    It has two sides, holds the number, and reaches no further than `reach` to either side.
    """

    facet: str
    number: float
    reach: float

    def holds(self, constraint: Constraint) -> bool:
        """Whether a constraint is such a range."""
        test = constraint.test
        if constraint.facet != self.facet or not isinstance(test, Between):
            return False
        if test.low is None or test.high is None:
            return False
        return self.number - self.reach <= test.low <= self.number <= test.high <= self.number + self.reach


@dataclass(frozen=True, slots=True)
class Bounded:
    """A bound on one side, wherever it lies: what "short" means, is the reader's to say.

    A bound on the other side may have been there before, and stays.
    """

    facet: str
    above: bool

    def holds(self, constraint: Constraint) -> bool:
        """Whether a constraint bounds this side."""
        test = constraint.test
        if constraint.facet != self.facet or not isinstance(test, Between):
            return False
        return (test.low if self.above else test.high) is not None


@dataclass(frozen=True, slots=True)
class Exactly:
    """The condition itself."""

    condition: Condition

    def holds(self, constraint: Constraint) -> bool:
        """Whether a constraint says the same; whether it is hard is asked elsewhere."""
        return self.condition.says_same(constraint)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A condition that has to be there: one of `readings`, each hard or not. Several only where words leave
    open which is meant ("a French film": its country or its language). Not `needed`: it may be there.
    """

    text: str
    readings: tuple[tuple[bool, Exactly | Near | Bounded], ...]
    needed: bool = True

    def is_met_by(self, constraint: Constraint) -> bool:
        """Whether a constraint says this: facet, test, hard or soft."""
        return any(hard == constraint.hard and test.holds(constraint) for hard, test in self.readings)


@dataclass(frozen=True, slots=True)
class Labelled:
    """An utterance ready to be read. `optional`: acts that may be heard or not, and count neither way.

    `items` is None where it is not looked at what is pointed at.
    """

    id: str
    catalogue: str
    language: str
    ability: str
    part: Part
    text: str
    acts: frozenset[str]
    optional: frozenset[str]
    conditions: tuple[Wanted, ...]
    gone: tuple[Wanted, ...]
    items: frozenset[ItemId] | None
    situation: Situation
    where: str

    @property
    def states(self) -> bool:
        """Whether conditions change by it."""
        return any(each.needed for each in (*self.conditions, *self.gone))


def labelled(file: LabelFile, catalogue: Catalogue) -> Iterator[Labelled]:
    """The utterances of a file, every facet, value and title in them looked up.

    Raises:
        BrokenScript: the catalogue does not have one of them, or there is no such situation.
    """
    lookup = _Lookup(file, catalogue)
    situations = {
        name: lookup.situation(each, ("situations", name)) for name, each in file.content.situations.items()
    }
    for place, one in enumerate(file.content.utterances):
        at: Where = ("utterances", place)
        if one.after is not None and one.after not in situations:
            known = ", ".join(situations) or "none"
            raise file.broken((*at, "after"), f"there is no situation {one.after!r}; there are: {known}")
        yield Labelled(
            id=one.id,
            catalogue=catalogue.name,
            language=file.content.language,
            ability=one.ability,
            part=one.part,
            text=one.say,
            acts=frozenset(act for act in one.acts if not act.endswith("?")),
            optional=frozenset(act.removesuffix("?") for act in one.acts if act.endswith("?")),
            conditions=lookup.wanted(one.conditions, (*at, "conditions")),
            gone=lookup.wanted(one.gone, (*at, "gone")),
            items=None if one.items is None else frozenset(lookup.items(one.items, (*at, "items"))),
            situation=Situation(1) if one.after is None else situations[one.after],
            where=f"{file.path.name}:{file.lines[at]}",
        )


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Names of a file in its catalogue."""

    file: LabelFile
    catalogue: Catalogue

    def situation(self, given: SituationOf, where: Where) -> Situation:
        """The situation of a second turn. Without `about`, the first item shown is what "it" means."""
        shown = self.items(given.shown, (*where, "shown"))
        earlier = self.items(given.earlier, (*where, "earlier"))
        talked = () if given.about is None else self.items([given.about], (*where, "about"))
        focus = next(iter((*talked, *shown)), None)
        return Situation(
            turn=2,
            shown=Shown(shown, focus, talked, tuple(dict.fromkeys((*earlier, *shown, *talked)))),
            constraints=self._constraints(given.active, (*where, "active")),
            preferences=tuple(
                Preference(OfFacet(c.facet, value), STATED, c.source)
                for c in self._constraints(given.likes, (*where, "likes"))
                if isinstance(c.test, AnyOf)
                for value in c.test.values
            ),
            anchors=self.items(given.anchors, (*where, "anchors")),
            counted=self._constraints(given.counted, (*where, "counted")),
        )

    def items(self, names: Sequence[str], where: Where) -> tuple[ItemId, ...]:
        """Items by title or id."""
        found = []
        for place, name in enumerate(names):
            item = item_of(name, self.catalogue)
            if item is None:
                raise self.file.broken(
                    (*where, place), f"no item of {self.catalogue.name!r} is called {name!r}"
                )
            found.append(item)
        return tuple(found)

    def wanted(self, texts: Sequence[str], where: Where) -> tuple[Wanted, ...]:
        """The conditions that have to be there; hard unless they begin with "soft ".

        "colour != red | blue" is two: none of several is the same as not one and not the other.
        """
        found: list[Wanted] = []
        for place, text in enumerate(texts):
            try:
                body = text.removeprefix(_MAYBE)
                readings = [self._reading(each.strip()) for each in body.split(_OR)]
            except ImpossibleCondition as error:
                raise self.file.broken((*where, place), str(error)) from error
            first = readings[0][1]
            if len(readings) == 1 and isinstance(first, Exactly) and not first.condition.wanted:
                values = first.condition.values
                single = [replace(first.condition, values=(value,)) for value in values]
                found += [
                    Wanted(text, ((readings[0][0], Exactly(each)),), needed=body == text) for each in single
                ]
            else:
                found.append(Wanted(text, tuple(readings), needed=body == text))
        return tuple(found)

    def _reading(self, text: str) -> tuple[bool, Exactly | Near | Bounded]:
        body = text.removeprefix(_SOFT)
        hard = body == text
        if found := _ABOUT.match(body):
            name, digits = found.groups()
            facet = facet_of(name, self.catalogue, text)
            number = float(digits)
            reach = NEAR_YEARS if facet.kind is FacetKind.YEAR else abs(number) * NEAR_SHARE
            return hard, Near(facet.name, number, reach)
        if found := _BOUND.match(body):
            name, sign = found.groups()
            return hard, Bounded(facet_of(name, self.catalogue, text).name, sign == ">")
        return hard, Exactly(parse(body, self.catalogue))

    def _constraints(self, texts: Sequence[str], where: Where) -> tuple[Constraint, ...]:
        found = []
        for place, text in enumerate(texts):
            try:
                condition = parse(text, self.catalogue)
            except ImpossibleCondition as error:
                raise self.file.broken((*where, place), str(error)) from error
            found.append(constraint_of(condition))
        return tuple(found)


def constraint_of(condition: Condition) -> Constraint:
    """The constraint of the first turn that a condition says, in the words of the script."""
    source = Source(SourceKind.QUOTE, 1, condition.text)
    hard = condition.hard is not False
    if condition.flag is not None:
        return Constraint(condition.facet, Is(condition.flag), source, hard)
    if condition.bounds is None:
        test = AnyOf(condition.values) if condition.wanted else NoneOf(condition.values)
        return Constraint(condition.facet, test, source, hard)
    low, high = condition.bounds
    if not condition.wanted:
        return Constraint(condition.facet, Outside(low, high), source, hard)
    # A condition keeps the last number that is still in; a constraint the first that is out.
    strict = _STRICT.search(condition.text) is not None
    lowest = None if math.isinf(low) else math.nextafter(low, -math.inf) if strict else low
    highest = None if math.isinf(high) else math.nextafter(high, math.inf) if strict else high
    return Constraint(condition.facet, Between(lowest, highest, strict), source, hard)
