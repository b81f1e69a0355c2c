"""Labelled utterances with every name in them looked up: what was said, in which situation, what it means.

In: files as `label_files` reads them, and the catalogue that each speaks of. Out: `Labelled` utterances. A
fault names file and line. Nothing is read by the product here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    Preference,
    Source,
    SourceKind,
)

# How far from a number "about" may reach: a quarter of it, five years of a year.
NEAR_SHARE = 0.25
NEAR_YEARS = 5.0

_ABOUT = re.compile(r"^(soft |hard )?(.+?)\s*~\s*([-+]?\d+(?:\.\d+)?)$")
_STRICT = re.compile(r"[<>](?!=)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A condition that has to be there. `about`: a range around `number` will do, else `condition` is meant.

    A range is near enough if it has two sides, holds the number, and reaches at most a quarter of it (five
    years) to either side: how wide "about" is, is the reader's to say.
    """

    text: str
    hard: bool
    condition: Condition | None = None
    facet: str = ""
    number: float = 0.0
    reach: float = 0.0

    def is_met_by(self, constraint: Constraint) -> bool:
        """Whether a constraint says this: facet, test, hard or soft."""
        if constraint.hard != self.hard:
            return False
        if self.condition is not None:
            return self.condition.says_same(constraint)
        if constraint.facet != self.facet or not isinstance(constraint.test, Between):
            return False
        low, high = constraint.test.low, constraint.test.high
        if low is None or high is None:
            return False
        return self.number - self.reach <= low <= self.number <= high <= self.number + self.reach


@dataclass(frozen=True, slots=True)
class Labelled:
    """An utterance ready to be read. `items` is None where it is not looked at what is pointed at."""

    id: str
    catalogue: str
    language: str
    ability: str
    part: Part
    text: str
    acts: frozenset[str]
    conditions: tuple[Wanted, ...]
    gone: tuple[Wanted, ...]
    items: frozenset[ItemId] | None
    situation: Situation
    where: str

    @property
    def states(self) -> bool:
        """Whether conditions change by it."""
        return bool(self.conditions or self.gone)


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
            acts=frozenset(one.acts),
            conditions=tuple(lookup.wanted(text, (*at, "conditions")) for text in one.conditions),
            gone=tuple(lookup.wanted(text, (*at, "gone")) for text in one.gone),
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

    def wanted(self, text: str, where: Where) -> Wanted:
        """A condition that has to be there; hard unless it begins with "soft "."""
        try:
            if found := _ABOUT.match(text):
                softness, name, digits = found.groups()
                facet = facet_of(name, self.catalogue, text)
                number = float(digits)
                reach = NEAR_YEARS if facet.kind is FacetKind.YEAR else abs(number) * NEAR_SHARE
                return Wanted(text, softness != "soft ", facet=facet.name, number=number, reach=reach)
            condition = parse(text, self.catalogue)
        except ImpossibleCondition as error:
            raise self.file.broken(where, str(error)) from error
        return Wanted(text, condition.hard is not False, condition)

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
    # A condition keeps the last number that is still in; a constraint the first that is out.
    strict = _STRICT.search(condition.text) is not None
    lowest = None if math.isinf(low) else math.nextafter(low, -math.inf) if strict else low
    highest = None if math.isinf(high) else math.nextafter(high, math.inf) if strict else high
    return Constraint(condition.facet, Between(lowest, highest, strict), source, hard)
