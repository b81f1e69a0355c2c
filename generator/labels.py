"""How values, conditions and facts are written for people: "€89.00", "under 2 h", "no red".

In: constraints, facets, items. Out: short texts, of which sentences, chips and cards are made.
Pure: the only outside source is the words file of the language.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from babel.numbers import format_currency, format_decimal

from generator.words import Words, words_of
from retriever.domain import (
    TEXT_FACET,
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    FacetRole,
    FacetValue,
    Is,
    Item,
    NoneOf,
    Outside,
)

# Of a card's facts the ones that people ask for first come first.
_ROLE_ORDER = (
    FacetRole.PRICE,
    FacetRole.YEAR,
    FacetRole.CATEGORY,
    FacetRole.CREATOR,
    FacetRole.RATING,
    FacetRole.OTHER,
    FacetRole.STOCK,
)
_MOST_VALUES = 3  # of a list facet on a card


def facet_named(name: str, facets: Sequence[Facet]) -> Facet:
    """The facet of a name; for one that the catalogue doesn't have, a facet of values under that name."""
    for facet in facets:
        if facet.name == name:
            return facet
    return Facet(name, FacetKind.TAGS, name.replace("_", " "))


def in_words(facet: Facet, words: Words) -> Facet:
    """The facet with its label as the language calls it, where the words file says so."""
    known: Mapping[str, str] = words.get("labels") or {}
    return replace(facet, label=known[facet.label]) if facet.label in known else facet


def facet_by_role(role: FacetRole, facets: Sequence[Facet]) -> Facet | None:
    """The first facet with a role, or None."""
    return next((facet for facet in facets if facet.role is role), None)


def phrases(facet: Facet, words: Words) -> Mapping[str, Any]:
    """How a facet is spoken of: found by its role or unit, a word of its label, then its kind."""
    tables: Mapping[str, Mapping[str, Any]] = words.get("facets")
    if facet.name == TEXT_FACET:
        return tables["text"]
    label_words = set(facet.label.casefold().split()) | set(facet.name.split("_"))
    numeric = facet.kind in (FacetKind.NUMBER, FacetKind.YEAR)
    found = (
        # A label says more than the role of a category: "genres" are not kinds of things.
        ("roles", "" if facet.role is FacetRole.CATEGORY else facet.role.value),
        ("units", facet.unit.casefold() if numeric else ""),
        *(("labels", word) for word in sorted(label_words)),
        ("roles", facet.role.value),
        ("kinds", facet.kind.value),
    )
    for key, wanted in found:
        for table in tables.values():
            # Phrases for values say "any", those for numbers do not.
            fits = key != "labels" or numeric == ("any" not in table)
            if wanted and fits and wanted in table.get(key, ()):
                return table
    return tables["values"]


# numbers


def number_label(value: float, facet: Facet, words: Words, *, limit: bool = False) -> str:
    """A number of a facet with its unit ("€89.00", "1 h 56 min", "310 g", "2016").

    `limit`: it is a bound that a person set, so whole prices stay whole ("€120").
    """
    if not math.isfinite(value):
        return str(value)
    if facet.role is FacetRole.PRICE:
        return _price(value, facet.unit, words, limit)
    if facet.kind is FacetKind.YEAR or facet.role is FacetRole.YEAR:
        return f"{value:.0f}"
    if facet.role is FacetRole.STOCK and not limit:
        if value <= 0:
            return words.text("units_shape.stock_none")
        return words.text("units_shape.stock_some", n=_decimal(value, words))
    return _with_unit(value, facet.unit.casefold(), facet.unit, words)


def _price(value: float, currency: str, words: Words, limit: bool) -> str:
    if len(currency) != 3 or not currency.isalpha():
        return _decimal(value, words, "#,##0.##" if limit else "#,##0.00")
    return _money(value, currency.upper(), words.language, whole=limit and value == int(value))


@functools.lru_cache(maxsize=4096)  # a third of a millisecond for three bands of a price
def _money(value: float, currency: str, language: str, *, whole: bool) -> str:
    if whole:
        return format_currency(value, currency, "¤#,##0", locale=language, currency_digits=False)
    return format_currency(value, currency, locale=language)


def _with_unit(value: float, unit: str, written: str, words: Words) -> str:
    if unit == "h":
        value, unit = value * 60, "min"
    if unit == "min" and value >= 60:
        hours, minutes = divmod(round(value), 60)
        if minutes:
            return words.text("units_shape.hours_and_minutes", hours=str(hours), minutes=str(minutes))
        value, unit = hours, "h"
    elif unit == "g" and abs(value) >= 1000:
        value, unit = value / 1000, "kg"
    number = _decimal(value, words)
    forms = words.get("units").get(unit)
    if forms is None:
        return f"{number} {written}".strip()
    return str(forms.get("one" if value == 1 else "other", forms["other"])).format(n=number)


def _decimal(value: float, words: Words, pattern: str = "#,##0.##") -> str:
    return format_decimal(value, pattern, locale=words.language)


# conditions


def constraint_label(constraint: Constraint, facets: Sequence[Facet], language: str = "en") -> str:
    """A condition as on a chip: "under €120", "after 2010", "no red", "waterproof", "runtime under 2 h"."""
    words = words_of(language)
    facet = in_words(facet_named(constraint.facet, facets), words)
    # "{label} under 2 h" holds for every facet of numbers; "be_…" forms are for after a verb only.
    return condition_text(constraint, facet, words, after_verb=False) or ""


def named(values: Sequence[str]) -> tuple[str, ...]:
    """The values to name of several: "plastic" says "recycled plastic" too."""
    return tuple(v for v in values if not any(v != other and v.endswith(f" {other}") for other in values))


def condition_text(constraint: Constraint, facet: Facet, words: Words, *, after_verb: bool) -> str | None:
    """A condition in words; `after_verb`: as it stands after "are", None where the facet has no such form."""
    table = phrases(facet, words)
    prefix = "be_" if after_verb else ""
    match constraint.test:
        case AnyOf(values):
            form, filled = "any", {"values": words.join(named(values), "or")}
        case NoneOf(values):
            form, filled = "none", {"values": words.join(named(values), "or")}
        case Is(value):
            form, filled = ("yes" if value else "no"), {}
        case Outside(low, high):
            span = condition_text(
                replace(constraint, test=Between(low, high)), facet, words, after_verb=after_verb
            )
            return None if span is None else words.text("facets_ruled_out.span", span=span)
        case Between() as between:
            form, filled = _bounds(between, facet, words)
            if form == "decade" and f"{prefix}decade" not in table:
                form = "range"
    template = table.get(prefix + form)
    if template is None and not after_verb:
        template = words.get(f"facets.number.{form}") or words.get(f"facets.values.{form}") or "{label}"
    return None if template is None else str(template).format_map({"label": facet.label, **filled})


def _bounds(test: Between, facet: Facet, words: Words) -> tuple[str, dict[str, str]]:
    def written(value: float) -> str:
        return number_label(value, facet, words, limit=True)

    low, high = test.low, test.high
    match low, high:
        case None, None:
            return "any_number", {}
        case None, float() | int():
            return ("below" if test.strict else "at_most"), {"value": written(high)}
        case float() | int(), None:
            return ("above" if test.strict else "at_least"), {"value": written(low)}
    assert low is not None  # for mypy: the cases above took the open sides
    assert high is not None
    if low == high:
        return "exactly", {"value": written(low)}
    if test.strict and facet.kind is FacetKind.YEAR and low + 1 <= high - 1:
        low, high = low + 1, high - 1  # "after 2000 but before 2010" is 2001 to 2009
    decade = facet.kind is FacetKind.YEAR and low % 10 == 0 and high == low + 9
    return ("decade" if decade else "range"), {"low": written(low), "high": written(high)}


# values and facts


def facet_value_label(value: FacetValue, facet: Facet, language: str = "en", *, most: int = 0) -> str:
    """A value for people: "€89.00", "yes", "drama and war"; at most `most` values of a list, 0 for all."""
    words = words_of(language)
    if isinstance(value, bool):
        return words.text("booleans.yes" if value else "booleans.no")
    if isinstance(value, tuple):
        return words.join(value[:most] if most else value)
    if isinstance(value, str):
        return value
    return number_label(value, facet, words)


def fact_list(
    item: Item, facets: Sequence[Facet], most: int = 5, language: str = "en"
) -> tuple[tuple[str, str], ...]:
    """An item's facts for a card: (label, value), price first, then year, kind, creators, rating, the rest.

    At most `most`. A fact that the item lacks, and stock while there is some, are left out.
    """
    order = sorted(range(len(facets)), key=lambda place: (_ROLE_ORDER.index(facets[place].role), place))
    facts, words = [], words_of(language)
    for place in order:
        facet = in_words(facets[place], words)
        value = item.facets.get(facet.name)
        if value is None or value == () or value == "":
            continue
        if facet.role is FacetRole.STOCK and not (isinstance(value, float | int) and value <= 0):
            continue
        facts.append((facet.label, facet_value_label(value, facet, language, most=_MOST_VALUES)))
    # An empty shelf must not fall off the end of the list.
    if facts and len(facts) > most and _out_of_stock(item, facets):
        return (*facts[: most - 1], facts[-1])
    return tuple(facts[:most])


def _out_of_stock(item: Item, facets: Sequence[Facet]) -> bool:
    stock = facet_by_role(FacetRole.STOCK, facets)
    value = item.facets.get(stock.name) if stock is not None else None
    return isinstance(value, float | int) and value <= 0


def value_count(number: int, noun_one: str, noun_other: str, words: Words) -> str:
    """ "1 jacket", "12 jackets"."""
    return f"{_decimal(number, words)} {noun_one if number == 1 else noun_other}"
