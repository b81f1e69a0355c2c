"""A person's interests as a graph: person – facet values – items, with weights.

In: the preferences in force, and a catalogue. Out: a plain value that ranking and explanations read: how much
the person likes each value, which items that reaches, and by which path. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Catalogue
from retriever.domain import ItemId, OfFacet, OfItem
from retriever.interests import Member
from retriever.similarity import ItemSimilarity

Value: TypeAlias = tuple[str, str]
"""(facet name, value as the catalogue writes it)."""

LEAST_TELLING = 0.3  # of a value that is told: what a fifth of all items have is nothing in common


@dataclass(frozen=True, slots=True)
class InterestGraph:
    """`items`: what the person likes and dislikes, with signed weights; `values`: the same of facet values.

    `has`: the edges between those items and their values, with how telling each value is (0..1): near 0 for
    one that all items have.
    """

    items: tuple[tuple[ItemId, float], ...] = ()
    values: tuple[tuple[Value, float], ...] = ()
    has: tuple[tuple[ItemId, Value, float], ...] = ()


NO_GRAPH = InterestGraph()


def interest_graph(held: Sequence[Member], catalogue: Catalogue, similarity: ItemSimilarity) -> InterestGraph:
    """The graph of preferences in force; what the catalogue doesn't have is left out."""
    items: list[tuple[ItemId, float]] = []
    values: list[tuple[Value, float]] = []
    has: list[tuple[ItemId, Value, float]] = []
    for member in held:
        match member.preference.about:
            case OfItem(item) if item in catalogue:
                items.append((item, member.strength))
                pairs = similarity.values_of(catalogue.row(item))
                has += [(item, pair, similarity.value_weight(*pair)) for pair in pairs]
            case OfFacet(facet, value):
                column = catalogue.column(facet)
                place = None if column is None else column.places.get(value.casefold())
                if column is not None and place is not None:
                    values.append(((facet, column.written[place]), member.strength))
    return InterestGraph(tuple(items), tuple(values), tuple(has))


def value_weights(graph: InterestGraph) -> dict[Value, float]:
    """One step from the person: how much each value is liked, signed, strongest first.

    The sum of the weights of the items that have it, and of what was said of it. Ties keep the graph's order.
    """
    liked = dict(graph.items)
    weights: dict[Value, float] = {}
    for item, value, _ in graph.has:
        weights[value] = weights.get(value, 0.0) + liked[item]
    for value, weight in graph.values:
        weights[value] = weights.get(value, 0.0) + weight
    return dict(sorted(weights.items(), key=lambda pair: -abs(pair[1])))


def reached(graph: InterestGraph, catalogue: Catalogue) -> NDArray[np.float64]:
    """(item,) two steps further: what liked and disliked items give to all items by the values they share.

    An item's weight is shared out among its values by how telling they are, and each value gives what it got
    to every item that has it. What was said of values by themselves is not in it.
    """
    scores = np.zeros(len(catalogue))
    mass: dict[ItemId, float] = {}
    for item, _, telling in graph.has:
        mass[item] = mass.get(item, 0.0) + telling
    liked = dict(graph.items)
    got: dict[Value, float] = {}
    for item, value, telling in graph.has:
        if mass[item]:
            got[value] = got.get(value, 0.0) + liked[item] * telling / mass[item]
    for (facet, word), weight in got.items():
        column = catalogue.column(facet)
        if column is not None:
            scores[column.members[column.places[word.casefold()]]] += weight
    return scores


def path_to(
    graph: InterestGraph, values: Sequence[Value], over: Collection[ItemId] | None = None
) -> tuple[ItemId, str, str] | None:
    """(liked item, facet, value): the strongest way to something with these values; None without one.

    Strongest by the item's weight times how telling the value is, which is to be `LEAST_TELLING` at least;
    ties keep the graph's order. `over`: only by these items.
    """
    wanted = {(facet, value.casefold()) for facet, value in values}
    liked = dict(graph.items)
    best, most = None, 0.0
    for item, (facet, value), telling in graph.has:
        strength = liked[item] * telling
        leads = telling >= LEAST_TELLING and (over is None or item in over)
        if leads and strength > most and (facet, value.casefold()) in wanted:
            best, most = (item, facet, value), strength
    return best
