"""Conditions on items as scripts write them: "price <= 200", "genres = drama | comedy", "colour != red".

In: the text of a condition and a catalogue. Out: a `Condition` that tells whether an item meets it, and
whether a constraint says the same. Decides by itself, without the filters that it is there to judge.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import process

from retriever.catalogue import Catalogue, values_of
from retriever.domain import (
    TEXT_FACET,
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    FacetValue,
    Is,
    Item,
    NoneOf,
    Outside,
)
from retriever.errors import InputError
from retriever.tokens import framed_stems

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"^({_NUMBER})\s*(<=|<)\s*(.+?)\s*(<=|<)\s*({_NUMBER})$")
_SPAN = re.compile(rf"^({_NUMBER})\s+to\s+({_NUMBER})$")  # of what is ruled out: "year != 1980 to 1989"
_PLAIN = re.compile(r"^(.+?)\s*(<=|>=|!=|<|>|=)\s*(.+)$")
SIGN = re.compile(r"<=|>=|!=|<|>|=")
_BETWEEN = re.compile(r"\s*[,，、]\s*|\s+and\s+")
_THOUSANDS = re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_YES, _NO = ("yes", "true"), ("no", "false")
_NUMERIC = (FacetKind.NUMBER, FacetKind.YEAR)
_HOW = (
    'write it as "price <= 200", "10 <= price <= 20", "colour = red | blue", "colour != red", '
    '"waterproof = yes", "title = …" or "text = …"'
)


class ImpossibleCondition(InputError):
    """A condition that no item of the catalogue could be asked about: it says what is known instead."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a script. Exactly one of `values`, `bounds` and `flag` is what it tests.

    `facet` is a facet's name, "title" or "text"; `values` are as the catalogue spells them; `wanted` is
    False for "!="; `bounds` are inclusive, infinite where open; `hard` is None where a script does not care.
    """

    text: str
    facet: str
    values: tuple[str, ...] = ()
    wanted: bool = True
    bounds: tuple[float, float] | None = None
    flag: bool | None = None
    hard: bool | None = None

    def holds(self, item: Item) -> bool:
        """Whether an item meets it. Without the facet: "!=" and "= no" hold, all else fails."""
        if self.facet == "title":
            return any(item.title.casefold() == v.casefold() for v in self.values) == self.wanted
        if self.facet == TEXT_FACET:
            words = framed_stems(" . ".join([item.title, item.description, *_words(item.facets)]))
            return any(framed_stems(v) in words for v in self.values) == self.wanted
        value = item.facets.get(self.facet)
        if self.flag is not None:
            return (value is True) == self.flag
        if self.bounds is not None:
            if isinstance(value, bool) or not isinstance(value, float | int):
                return not self.wanted
            return (self.bounds[0] <= value <= self.bounds[1]) == self.wanted
        own = {word.casefold() for word in values_of(value)}
        return bool(own.intersection(v.casefold() for v in self.values)) == self.wanted

    @property
    def tests(self) -> tuple[object, ...]:
        """What it tests, equal for conditions that say the same, however they are written."""
        return self.facet, _folded(self.values), self.wanted, self.bounds, self.flag

    def says_same(self, constraint: Constraint) -> bool:
        """Whether a constraint of the dialogue is this condition, and as hard as it is asked to be."""
        if constraint.facet != self.facet or self.hard not in (None, constraint.hard):
            return False
        match constraint.test:
            case AnyOf(values):
                return self.wanted and _folded(values) == _folded(self.values)
            case NoneOf(values):
                return not self.wanted and _folded(values) == _folded(self.values)
            case Is(value):
                return self.flag == value
            case Between(low, high, strict):
                return self.wanted and self.bounds == _inclusive(low, high, strict=strict)
            case Outside(low, high):
                return not self.wanted and self.bounds == (low, high)


def parse(text: str, catalogue: Catalogue) -> Condition:
    """Read a condition against a catalogue. "soft " or "hard " before it asks that of a constraint.

    Raises:
        ImpossibleCondition: it is none, or names a facet or a value that the catalogue does not have.
    """
    hard, body = None, text.strip()
    for word, meant in (("soft ", False), ("hard ", True)):
        if body.startswith(word):
            hard, body = meant, body[len(word) :].strip()
    _refuse_several(body, text)
    if found := _RANGE.match(body):
        low, first, name, second, high = found.groups()
        facet = _facet(name, catalogue, text)
        if facet is None or facet.kind not in _NUMERIC:
            raise ImpossibleCondition(f"{text!r}: {name!r} is no facet with numbers; {_HOW}")
        lows = _above(float(low), strict=first == "<")
        return Condition(
            text, facet.name, bounds=(lows, _below(float(high), strict=second == "<")), hard=hard
        )
    found = _PLAIN.match(body)
    if not found:
        raise ImpossibleCondition(f"{text!r} is no condition; {_HOW}")
    name, sign, right = found.groups()
    if right.startswith("@"):
        raise ImpossibleCondition(f"{text!r}: only a condition under `items` compares with a shown card")
    facet = _facet(name, catalogue, text)
    if facet is None:
        return _of_words(text, name.strip().casefold(), sign, right, hard)
    if facet.kind in _NUMERIC:
        return _of_number(text, facet, sign, right, hard)
    if sign not in ("=", "!="):
        raise ImpossibleCondition(f"{text!r}: {facet.name!r} has words, which are not more or less; {_HOW}")
    if facet.kind is FacetKind.BOOLEAN:
        if right.casefold() not in (*_YES, *_NO):
            raise ImpossibleCondition(f"{text!r}: {facet.name!r} is yes or no")
        return Condition(text, facet.name, flag=(right.casefold() in _YES) == (sign == "="), hard=hard)
    return Condition(text, facet.name, _values(right, facet, catalogue, text), sign == "=", hard=hard)


def _refuse_several(body: str, text: str) -> None:
    parts = _BETWEEN.split(body)
    if len(parts) > 1 and all(SIGN.search(part) for part in parts):
        entries = ", ".join(f'"{part}"' for part in parts)
        raise ImpossibleCondition(f"{text!r} is several conditions; write them as a list: [{entries}]")


def split(text: str) -> list[str]:
    """The conditions that " and " joins in a text; an "and" that no sign follows belongs to a value."""
    parts: list[str] = []
    for part in text.split(" and "):
        if parts and not SIGN.search(part):
            parts[-1] += f" and {part}"
        else:
            parts.append(part)
    return parts


def beside(value: FacetValue, facet: Facet, sign: str, text: str) -> Condition:
    """The condition that compares a facet with a value that some item has: of words, one in common is "=".

    Raises:
        ImpossibleCondition: words or yes and no, and a sign of more or less.
    """
    if facet.kind in _NUMERIC:
        return _of_number(text, facet, sign, str(value), None)
    if sign not in ("=", "!="):
        raise ImpossibleCondition(f"{text!r}: {facet.name!r} has words, which are not more or less; {_HOW}")
    if facet.kind is FacetKind.BOOLEAN:
        return Condition(text, facet.name, flag=(value is True) == (sign == "="))
    return Condition(text, facet.name, tuple(values_of(value)), sign == "=")


def facet_of(name: str, catalogue: Catalogue, text: str) -> Facet:
    """The facet of a name or label.

    Raises:
        ImpossibleCondition: the catalogue has none of that name.
    """
    facet = _facet(name, catalogue, text)
    if facet is None:
        raise ImpossibleCondition(f"{text!r}: {name!r} is not a facet of {catalogue.name!r}")
    return facet


def _facet(name: str, catalogue: Catalogue, text: str) -> Facet | None:
    """None for "title" and "text", which every item has."""
    wanted = name.strip().casefold()
    for facet in catalogue.facets:
        if wanted in (facet.name.casefold(), facet.label.casefold()):
            return facet
    if wanted in ("title", TEXT_FACET):
        return None
    known = [facet.name for facet in catalogue.facets]
    near = process.extractOne(wanted, known)
    hint = f"; did you mean {near[0]!r}?" if near and near[1] >= 60 else f"; it has {', '.join(known)}"
    raise ImpossibleCondition(f"{text!r}: {catalogue.name!r} has no facet {name.strip()!r}{hint}")


def _of_words(text: str, name: str, sign: str, right: str, hard: bool | None) -> Condition:
    if sign not in ("=", "!="):
        raise ImpossibleCondition(f"{text!r}: {name!r} has words, which are not more or less; {_HOW}")
    return Condition(text, name, tuple(v.strip() for v in right.split("|")), sign == "=", hard=hard)


def _of_number(text: str, facet: Facet, sign: str, right: str, hard: bool | None) -> Condition:
    span = _SPAN.match(right) if sign == "!=" else None
    if span is not None:
        low, high = float(span[1]), float(span[2])
        return Condition(text, facet.name, bounds=(low, high), wanted=False, hard=hard)
    try:
        number = float(right)
    except ValueError as error:
        how = f"write {right.replace(',', '')}, without commas" if _THOUSANDS.match(right) else _HOW
        raise ImpossibleCondition(
            f"{text!r}: {facet.name!r} is a number, and {right!r} is none; {how}"
        ) from error
    if not math.isfinite(number):
        raise ImpossibleCondition(f"{text!r}: {right!r} is no number that an item could have")
    bounds = {
        "<=": (-math.inf, number),
        "<": (-math.inf, _below(number, strict=True)),
        ">=": (number, math.inf),
        ">": (_above(number, strict=True), math.inf),
    }.get(sign, (number, number))
    return Condition(text, facet.name, bounds=bounds, wanted=sign != "!=", hard=hard)


def _values(right: str, facet: Facet, catalogue: Catalogue, text: str) -> tuple[str, ...]:
    try:
        return tuple(_value(v.strip(), facet, catalogue, text) for v in right.split("|"))
    except ImpossibleCondition as error:
        several = _BETWEEN.split(right)
        if len(several) == 1:
            raise
        how = f'"{facet.name} = {" | ".join(several)}" is one of them, a list of conditions is all of them'
        raise ImpossibleCondition(f"{error}; {how}") from error


def _value(value: str, facet: Facet, catalogue: Catalogue, text: str) -> str:
    """The value as the catalogue spells it; "tent" finds "tents"."""
    known = list(catalogue.values(facet.name))
    for test in (str.casefold, framed_stems):
        for one in known:
            if test(one) == test(value):
                return one
    near = process.extractOne(value, known)
    hint = f"; did you mean {near[0]!r}?" if near and near[1] >= 60 else ""
    raise ImpossibleCondition(f"{text!r}: no item of {catalogue.name!r} has {facet.name} {value!r}{hint}")


def _above(number: float, *, strict: bool) -> float:
    return math.nextafter(number, math.inf) if strict else number


def _below(number: float, *, strict: bool) -> float:
    return math.nextafter(number, -math.inf) if strict else number


def _inclusive(low: float | None, high: float | None, *, strict: bool) -> tuple[float, float]:
    return (
        -math.inf if low is None else _above(low, strict=strict),
        math.inf if high is None else _below(high, strict=strict),
    )


def _words(facets: Mapping[str, FacetValue]) -> list[str]:
    return [word for value in facets.values() for word in values_of(value)]


def _folded(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(value.casefold() for value in values)
