"""The parts of a simulated person's profile, read off an item: wishes, tastes, leanings.

In: an item, those that keep the wishes so far, a random generator. Out: parts that the item meets; what it is
is not kept. Each part tells the catalogue's items apart: what nearly all have is no wish.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from chatbot.evaluation.conditions import Condition
from chatbot.evaluation.people.persons import Leaning, Taste, Wish, bounded, number_of, wanted
from chatbot.evaluation.people.phrases import no_values, scale_of
from retriever.catalogue import Catalogue, values_of
from retriever.domain import Facet, FacetKind, FacetRole, Item

_FEWEST_WITH_VALUE = 3
_HARD = 0.5  # chance that a wish is a must, where it need not be
_EXCLUDES = 0.3  # chance of a wish about what not
_NEVER_WISHED = (FacetRole.RATING, FacetRole.STOCK)  # nobody asks for a number in stock
_SLACK = (1.05, 1.6)  # how far above an item's own number a person's limit may lie
_GRADES = (0.5, 0.75, 1.0)
# A taste tells items apart: at least and at most such a share of those that keep the hard wishes have it.
_TELLING = (0.1, 0.6)
_MOST_LEANINGS = 2
_LEANS_ON_PRICE, _LEANS = 0.7, 0.3  # chance of a comfortable price, and of a leaning on another number
_FEWEST_WITH_NUMBER = 0.8  # share of the items that a leaning's number is known of


def draw_wishes(item: Item, catalogue: Catalogue, draw: random.Random, *, fewest: float) -> tuple[Wish, ...]:
    """Two to four wishes that the item meets, about different facets, and often one about what not.

    A value that fewer than `fewest` items have is no must: too little would be left to choose from.
    """
    facets = [facet for facet in catalogue.facets if facet.role not in _NEVER_WISHED]
    draw.shuffle(facets)
    # A kind of thing or a budget first, as people do.
    facets.sort(key=lambda facet: _comes_late(facet) * draw.random())
    wishes: list[Wish] = []
    most = draw.randint(2, 4)
    for facet in facets:
        if len(wishes) == most:
            break
        # Nobody wants a kind of thing "ideally", and few have more than one wish that is no must.
        must = not wishes or facet.role is FacetRole.CATEGORY or any(not wish.hard for wish in wishes)
        hard = must or draw.random() < _HARD
        condition = _met_by(item, facet, catalogue, draw, fewest if hard else _FEWEST_WITH_VALUE)
        if condition is not None:
            wishes.append(Wish(condition, hard=hard))
    spoken = {wish.condition.facet for wish in wishes}
    excluded = _not_had(item, [f for f in facets if f.kind is FacetKind.TAGS], catalogue, spoken, draw)
    if excluded is not None and draw.random() < _EXCLUDES:
        wishes.append(Wish(excluded))
    return tuple(wishes)


def _comes_late(facet: Facet) -> float:
    """The larger, the later a facet is mostly thought of: few people begin with a weight or a brand."""
    late = {FacetRole.CATEGORY: 0.1, FacetRole.PRICE: 0.8, FacetRole.CREATOR: 4.0}
    return late.get(facet.role, 3.0 if facet.kind is FacetKind.NUMBER else 1.0)


def _met_by(
    item: Item, facet: Facet, catalogue: Catalogue, draw: random.Random, fewest: float
) -> Condition | None:
    value = item.facets.get(facet.name)
    if isinstance(value, bool):
        return Condition(f"{facet.name} = yes", facet.name, flag=True) if value else None
    if isinstance(value, float | int):
        return _limit(float(value), facet, draw)
    known = catalogue.values(facet.name)
    common = [v for v in values_of(value) if known.get(v, 0) >= fewest and is_plain(v, facet.name, catalogue)]
    # What is in nearly every item is no wish.
    telling = [v for v in common if known[v] < 0.5 * len(catalogue)]
    return wanted(facet.name, (draw.choice(telling),)) if telling else None


def _limit(value: float, facet: Facet, draw: random.Random) -> Condition | None:
    """A bound that the value keeps, on the side that people ask for, rounded as people round."""
    if value <= 0:
        return None
    if facet.kind is FacetKind.YEAR:
        decade = value // 10 * 10
        if draw.random() < 0.7:
            return bounded(facet.name, decade, math.inf)
        return bounded(facet.name, -math.inf, decade + 9)
    if _wants_less(facet, draw):
        limit = value * draw.uniform(*_SLACK)
        step = 10 ** max(0, int(math.log10(limit)) - 1)
        return bounded(facet.name, -math.inf, float(math.ceil(limit / step) * step))
    limit = value / draw.uniform(*_SLACK)
    step = 10 ** max(0, int(math.log10(max(1.0, limit))) - 1)
    return (
        bounded(facet.name, max(1.0, float(math.floor(limit / step) * step)), math.inf)
        if value >= 1
        else None
    )


def _wants_less(facet: Facet, draw: random.Random) -> bool:
    wants = scale_of(facet).wants
    return wants == "less" or (wants == "either" and draw.random() < 0.5)


def _not_had(
    item: Item, facets: Sequence[Facet], catalogue: Catalogue, spoken: set[str], draw: random.Random
) -> Condition | None:
    for facet in facets:
        own = {value.casefold() for value in values_of(item.facets.get(facet.name))}
        common = [value for value, count in catalogue.values(facet.name).items()
                  if count >= _FEWEST_WITH_VALUE and value.casefold() not in own
                  and is_plain(value, facet.name, catalogue)]  # fmt: skip
        if common and own and facet.name not in spoken:
            return wanted(facet.name, (draw.choice(common),), want=False)
    return None


def draw_tastes(
    source: Item, possible: Sequence[Item], wishes: Sequence[Wish], catalogue: Catalogue, draw: random.Random
) -> tuple[Taste, ...]:
    """One or two likes that the source has, one or two dislikes that it hasn't, both telling items apart."""
    wished = {wish.condition.facet for wish in wishes}
    likes, dislikes = [], []
    for facet in catalogue.facets:
        if facet.kind not in (FacetKind.TAGS, FacetKind.CATEGORY) or facet.name in wished:
            continue
        own = {value.casefold() for value in values_of(source.facets.get(facet.name))}
        for value in _telling(facet, possible, catalogue):
            taste = Taste(facet.name, value, draw.choice(_GRADES))
            if value.casefold() in own:
                likes.append(taste)
            elif own:
                dislikes.append(replace(taste, weight=-taste.weight))
    draw.shuffle(likes)
    draw.shuffle(dislikes)
    chosen = likes[: draw.randint(2, 3)]
    # Of a facet with one value an item, liking one says all there is to say.
    full = {t.facet for t in chosen if _is_single(t.facet, catalogue)}
    chosen += [t for t in dislikes if t.facet not in full][: draw.randint(1, 2)]
    return tuple(chosen)


def _is_single(name: str, catalogue: Catalogue) -> bool:
    facet = catalogue.facet(name)
    return facet is not None and facet.kind is FacetKind.CATEGORY


def _telling(facet: Facet, possible: Sequence[Item], catalogue: Catalogue) -> Iterator[str]:
    counts: dict[str, int] = {}
    for item in possible:
        for value in values_of(item.facets.get(facet.name)):
            counts[value] = counts.get(value, 0) + 1
    least, most = (share * len(possible) for share in _TELLING)
    for value, count in sorted(counts.items()):
        if max(2.0, least) <= count <= most and is_plain(value, facet.name, catalogue):
            yield value


def draw_leanings(
    source: Item, possible: Sequence[Item], wishes: Sequence[Wish], catalogue: Catalogue, draw: random.Random
) -> tuple[Leaning, ...]:
    """A comfortable price mostly, and now and then what another number should rather be."""
    leanings = []
    for facet in catalogue.facets:
        if facet.kind not in (FacetKind.NUMBER, FacetKind.YEAR) or facet.role in _NEVER_WISHED:
            continue
        rate = _LEANS_ON_PRICE if facet.role is FacetRole.PRICE else _LEANS
        own = number_of(source, facet.name)
        numbers = sorted(n for item in possible if (n := number_of(item, facet.name)) is not None)
        if own is None or len(numbers) < _FEWEST_WITH_NUMBER * len(possible) or draw.random() >= rate:
            continue
        limits = [w.condition.bounds for w in wishes if w.condition.facet == facet.name and w.hard]
        to_less = limits[0][0] == -math.inf if limits and limits[0] else _wants_less(facet, draw)
        bad = numbers[-1] if to_less else numbers[0]
        if bad != own:
            leanings.append(Leaning(facet.name, own, bad, draw.choice(_GRADES)))
    return tuple(leanings[:_MOST_LEANINGS])


def is_plain(value: str, facet: str, catalogue: Catalogue) -> bool:
    """Whether a value says by itself which facet is meant: neither empty nor another facet's value or label.

    "Waterproof" is a feature in some records and a facet of its own in all: who asks for it is content with
    either, and no condition on one facet could tell.
    """
    folded = value.casefold()
    if folded in no_values():
        return False
    for other in catalogue.facets:
        column = catalogue.column(other.name)
        if other.name != facet and (
            folded == other.label.casefold() or (column is not None and folded in column.places)
        ):
            return False
    return True
