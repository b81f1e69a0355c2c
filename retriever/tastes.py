"""What the preferences in force come to, as ranking and reasons read it: interests and the graph of values.

In: preferences in force, a catalogue with its vectors. Out: `Tastes`; for an item the interest that it lies
in; for a list one item of each strong interest. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Catalogue, Mask
from retriever.domain import Nearby, OfItem, Preference
from retriever.index import VectorIndex, best_places
from retriever.interest_graph import NO_GRAPH, InterestGraph, interest_graph, path_to
from retriever.interests import Interest, Member, interests_of
from retriever.similarity import ItemSimilarity
from retriever.spreads import ramp, standardised

# Similarity in standard deviations over the catalogue: from the first on, an item counts as like a liked
# one; a disliked item pushes away only what is clearly near it.
LIKED_FROM, DISLIKED_FROM = 0.5, 1.0
STRONG_SHARE = 0.5  # of the strongest interest's weight, for an interest to have a place of its own in a list


@dataclass(frozen=True, slots=True)
class Held:
    """A preference in force. `strength`: its weight × confidence, halved for long-term ones."""

    preference: Preference
    strength: float


@dataclass(frozen=True, slots=True)
class Tastes:
    """`interests`: strongest first, each with its (item,) agreement. `graph`: of all items and values held.

    `told`: the graph of what the person said or judged, which alone is given as a reason.
    """

    interests: tuple[tuple[Interest, NDArray[np.floating]], ...] = ()
    graph: InterestGraph = NO_GRAPH
    told: InterestGraph = NO_GRAPH


NO_TASTES = Tastes()


def tastes_of(
    held: Sequence[Held],
    catalogue: Catalogue,
    index: VectorIndex,
    similarity: ItemSimilarity,
    themes: Mapping[str, NDArray[np.float32]],
) -> Tastes:
    """The tastes of preferences in force. `themes`: the encoded words of each OfTheme."""
    # In an order of their own: which was said first must not decide which reason is given.
    members = sorted(
        (Member(one.preference, one.strength) for one in held),
        key=lambda one: (-abs(one.strength), one.preference.key),
    )
    found = interests_of(members, catalogue, index, similarity, themes)
    said = [member for member in members if member.preference.source.explicit]
    return Tastes(
        tuple(zip(found, agreements(found, index), strict=True)),
        interest_graph(members, catalogue, similarity),
        interest_graph(said, catalogue, similarity),
    )


def agreements(interests: Sequence[Interest], index: VectorIndex) -> list[NDArray[np.floating]]:
    """For each, (item,) how far items agree with what is liked or disliked together: weight × degree (0..1).

    Only its items count here: themes also look for their words, one by one.
    """
    if not interests:
        return []
    cosines = index.scores_of(np.stack([one.vector for one in interests]))  # (interest, item)
    found: list[NDArray[np.floating]] = []
    for one, cosine in zip(interests, cosines, strict=True):
        weight = sum(m.strength for m in one.members if isinstance(m.preference.about, OfItem))
        start = LIKED_FROM if weight > 0 else DISLIKED_FROM
        found.append(weight * ramp(standardised(cosine), start) if weight else np.zeros(len(index)))
    return found


def nearby(tastes: Tastes, similarity: ItemSimilarity, index: VectorIndex, row: int) -> Nearby | None:
    """The interest nearest to an item, by what of it the item has, and the way to it in the graph.

    Only of what the person said or judged: that they like what they looked at would be a guess.
    """
    values = similarity.values_of(row)
    own = {(facet, value.casefold()) for facet, value in values}
    vector = index.row(row)
    near = [(one.weight * float(vector @ one.vector), one) for one, _ in tastes.interests if one.said]
    best = max((pair for pair in near if pair[0] > 0), key=lambda pair: pair[0], default=None)
    if best is None:
        path = path_to(tastes.told, values)
        return Nearby(path=path) if path else None
    liked = best[1].said
    common = tuple(pair for pair in best[1].shared if (pair[0], pair[1].casefold()) in own)
    path = path_to(tastes.told, values, liked) or path_to(tastes.told, values)
    return Nearby(liked, common, path) if common or path else None


def of_each_taste(
    tastes: Tastes, chosen: Sequence[int], relevance: NDArray[np.float64], among: Mask
) -> list[list[int]]:
    """For each of several strong interests the most relevant row near it, and those chosen already.

    Two tastes are two tastes: a list for both has something of each.
    """
    liked = [(one, near) for one, near in tastes.interests if one.weight > 0]
    strong = [pair for pair in liked if pair[0].weight >= STRONG_SHARE * liked[0][0].weight]
    if len(strong) < 2:
        return []
    kinds = []
    for _, near in strong:
        rows = np.flatnonzero(among & (near > 0))
        if len(rows):
            best = int(rows[best_places(relevance[rows], 1)[0]])
            kinds.append([best, *(row for row in chosen if near[row] > 0)])
    return kinds
