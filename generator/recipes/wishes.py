"""What a person might have wished of an item: drawn from its own record, met or missed on purpose.

In: an item, other items of its catalogue, a random source. Out: `ItemEvidence` whose reasons are true of
the record, as retrieval and the dialogue state would have given them, and the message that holds them.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.labels import number_label, phrases
from generator.replies import Evidence, ItemEvidence, Task
from generator.words import Words
from retriever.catalogue import values_of
from retriever.domain import (
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
    OfFacet,
    Outside,
    Preference,
    Source,
    SourceKind,
    Test,
)

_UNWISHED = (FacetRole.STOCK,)
_VALUE_CHARS = 28
# How many reasons: most people say one or two things at a time.
_FITS = ((0, 12), (1, 40), (2, 36), (3, 12))
_MISS_SHARE = 0.3
_LIKE_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Shelf:
    """One catalogue to draw from. `noun`: what its items are called; `wishes`: how wishes are worded."""

    facets: tuple[Facet, ...]
    noun: str
    items: tuple[Item, ...]
    wishes: Mapping[str, Any]
    words: Words

    def evidence(self, item: Item, draw: random.Random) -> Evidence:
        """The evidence of one reply about one item."""
        (wanted,) = draw.choices([n for n, _ in _FITS], [share for _, share in _FITS])
        matched, met = self._fits(item, wanted, draw)
        taken = {c.facet for c in met} | {p.about.facet for p in matched if isinstance(p.about, OfFacet)}
        broken = self._misses(item, taken, draw) if draw.random() < _MISS_SHARE else ()
        shared, anchors = self._likes(item, draw) if draw.random() < _LIKE_SHARE else ((), ())
        one = ItemEvidence(
            item, 1, matched=matched, met=met, shared=shared, anchor_titles=anchors, broken=broken
        )
        quotes = [p.source.quote for p in matched] + [c.source.quote for c in (*met, *broken)]
        return evidence_of(one, self.facets, self.noun, message(quotes, anchors, self.wishes, draw))

    def _fits(
        self, item: Item, wanted: int, draw: random.Random
    ) -> tuple[tuple[Preference, ...], tuple[Constraint, ...]]:
        matched: list[Preference] = []
        met: list[Constraint] = []
        facets = [f for f in self.facets if f.role not in _UNWISHED]
        draw.shuffle(facets)
        for facet in facets:
            if len(matched) + len(met) >= wanted:
                break
            value = item.facets.get(facet.name)
            if draw.random() < 0.18 and facet.kind is FacetKind.TAGS:
                if constraint := self._without(item, facet, draw):
                    met.append(constraint)
            elif facet.kind is FacetKind.CATEGORY and facet.role is FacetRole.CATEGORY:
                continue  # that a jacket is a jacket explains nothing
            elif isinstance(value, str | tuple) and (chosen := _short(value)):
                one = draw.choice(chosen)
                quote = self._worded("any", facet, draw, v=one)
                if facet.kind is FacetKind.TAGS and draw.random() < 0.5:
                    matched.append(Preference(OfFacet(facet.name, one), 0.8, _said(quote)))
                else:
                    met.append(Constraint(facet.name, AnyOf((one,)), _said(quote)))
            elif value is True:
                met.append(Constraint(facet.name, Is(True), _said(self._worded("yes", facet, draw))))
            elif isinstance(value, float | int) and not isinstance(value, bool):
                met.append(self._bounded(facet, float(value), draw, meets=True))
        return tuple(matched), tuple(met)

    def _misses(self, item: Item, taken: Collection[str], draw: random.Random) -> tuple[Constraint, ...]:
        facets = [f for f in self.facets if f.role not in _UNWISHED and f.name not in taken]
        draw.shuffle(facets)
        for facet in facets:
            value = item.facets.get(facet.name)
            constraint: Constraint | None = None
            if facet.kind is FacetKind.CATEGORY and facet.role is FacetRole.CATEGORY:
                continue
            if value is False:
                constraint = Constraint(facet.name, Is(True), _said(self._worded("yes", facet, draw)))
            elif isinstance(value, float | int) and not isinstance(value, bool):
                constraint = self._bounded(facet, float(value), draw, meets=False)
            elif isinstance(value, str | tuple) and (own := _short(value)):
                if facet.kind is FacetKind.TAGS and draw.random() < 0.5:
                    one = draw.choice(own)
                    quote = self._worded("none", facet, draw, v=one)
                    constraint = Constraint(facet.name, NoneOf((one,)), _said(quote))
                elif other := self._other_value(item, facet, draw):
                    quote = self._worded("any", facet, draw, v=other)
                    constraint = Constraint(facet.name, AnyOf((other,)), _said(quote))
            if constraint is not None:
                return (_softened(constraint),)
        return ()

    def _likes(self, item: Item, draw: random.Random) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        for other in draw.sample(self.items, min(12, len(self.items))):
            shared = [
                (facet.name, value)
                for facet in self.facets
                if isinstance(item.facets.get(facet.name), str | tuple)
                for value in _short(item.facets[facet.name])
                if value in _short(other.facets.get(facet.name, ""))
            ]
            if shared and other.id != item.id:
                return tuple(shared[:4]), (other.title,)
        return (), ()

    def _bounded(self, facet: Facet, value: float, draw: random.Random, *, meets: bool) -> Constraint:
        """A limit on a number that the value keeps, or breaks."""
        below = draw.random() < 0.7 if facet.role is not FacetRole.RATING else False
        space = max(1.0, abs(value) * draw.uniform(0.05, 0.6))
        if facet.kind is FacetKind.YEAR or facet.role is FacetRole.YEAR:
            space = draw.randint(1, 15)
        limit = value + space if below == meets else value - space
        if facet.role is not FacetRole.RATING:
            limit = float(round(limit, -1) if abs(limit) > 40 else round(limit))
        if value == limit or (value < limit) != (below == meets):  # rounding went to the value or past it
            limit = value + 5 if below == meets else value - 5
        limit = round(max(limit, 0.0), 1)
        quote = self._worded("below" if below else "above", facet, draw, number=limit)
        test = Between(high=limit, strict=True) if below else Between(low=limit, strict=True)
        return Constraint(facet.name, test, _said(quote))

    def _without(self, item: Item, facet: Facet, draw: random.Random) -> Constraint | None:
        other = self._other_value(item, facet, draw)
        if not other:
            return None
        return Constraint(facet.name, NoneOf((other,)), _said(self._worded("none", facet, draw, v=other)))

    def _other_value(self, item: Item, facet: Facet, draw: random.Random) -> str:
        own = {value.casefold() for value in _short(item.facets.get(facet.name, ""))}
        for other in draw.sample(self.items, min(12, len(self.items))):
            fresh = [v for v in _short(other.facets.get(facet.name, "")) if v.casefold() not in own]
            if fresh:
                return draw.choice(fresh)
        return ""

    def _worded(
        self, kind: str, facet: Facet, draw: random.Random, v: str = "", number: float | None = None
    ) -> str:
        table = self.wishes[kind]
        tables = self.words.get("facets")
        key = next(key for key, known in tables.items() if known is phrases(facet, self.words))
        template = draw.choice(table.get(key) or table["values"])
        written = "" if number is None else number_label(number, facet, self.words, limit=True)
        bare = "" if number is None else f"{number:g}"
        return str(template).format(v=v, one=self.words.singular(v), n=written, bare=bare, label=facet.label)


def evidence_of(one: ItemEvidence, facets: Sequence[Facet], noun: str, text: str) -> Evidence:
    """One item's evidence as that of a whole reply."""
    active = (*one.met, *one.broken)
    return Evidence(
        Task.RECOMMEND, tuple(facets), text, noun, (one,), active=active, wishes=one.matched, eligible=1
    )


def message(
    quotes: Sequence[str], anchors: Sequence[str], wishes: Mapping[str, Any], draw: random.Random
) -> str:
    """What the person wrote: the wishes in a row."""
    parts = [*quotes, *(f"like {title}" for title in anchors)]
    text = ""
    for place, part in enumerate(parts):
        text += (draw.choice(wishes["openings"]["links"]) if place else "") + part
    return str(draw.choice(wishes["openings"]["texts"])) + text


def condition_of(text: str, facet: Facet) -> Test:
    """A condition from a hand-written case: "<120", ">2010", "!red", "yes", "=red"."""
    match text[:1]:
        case "<":
            return Between(high=float(text[1:]), strict=True)
        case ">":
            return Between(low=float(text[1:]), strict=True)
        case "!":
            return NoneOf((text[1:],))
        case "=":
            return AnyOf((text[1:],))
    if facet.kind is FacetKind.BOOLEAN and text in ("yes", "no"):
        return Is(text == "yes")
    raise ValueError(f"{text!r} is no condition on {facet.name!r}; write <n, >n, !value, =value, yes or no")


def meets(item: Item, constraint: Constraint) -> bool:
    """Whether an item meets a condition, as retrieval would judge it."""
    value = item.facets.get(constraint.facet)
    match constraint.test:
        case AnyOf(values):
            return bool({v.casefold() for v in values} & {v.casefold() for v in values_of(value)})
        case NoneOf(values):
            return not {v.casefold() for v in values} & {v.casefold() for v in values_of(value)}
        case Is(wanted):
            return (value is True) == wanted
        case Between(low, high):
            number = float(value) if isinstance(value, float | int) else float("nan")
            return (low is None or number > low) and (high is None or number < high)
        case Outside(low, high):
            return not (isinstance(value, float | int) and low <= value <= high)


def _softened(constraint: Constraint) -> Constraint:
    return Constraint(constraint.facet, constraint.test, constraint.source, hard=False)


def _said(quote: str) -> Source:
    return Source(SourceKind.QUOTE, 1, quote)


def _short(value: FacetValue | None) -> list[str]:
    return [v for v in values_of(value) if 0 < len(v) <= _VALUE_CHARS]
