"""A person's several interests: what they like, parted by likeness, each with its own direction.

In: the preferences in force, the catalogue, its vectors. Out: interests, strongest first. One average of all
likes points between a love of horror and one of family films, where nothing is; each cluster points at its
own. Pure and deterministic: no model, file, clock or random source is touched here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Catalogue
from retriever.domain import ItemId, OfItem, OfTheme, Preference
from retriever.index import VectorIndex
from retriever.similarity import ItemSimilarity

# Mean cosine, once the catalogue's mean is taken off, from which two clusters are one interest.
ALIKE = 0.3
MOST_MEMBERS = 60  # the strongest; each costs a comparison with every other
_MOST_SHARED = 3


@dataclass(frozen=True, slots=True)
class Member:
    """One preference of an interest. `strength`: its signed weight in force."""

    preference: Preference
    strength: float


@dataclass(frozen=True, slots=True)
class Interest:
    """Preferences that lie together: all liked, or all disliked.

    `weight`: the sum of their strengths, signed. `vector`: (dim,) their weighted mean, of unit length, with
    the catalogue's mean taken off. `shared`: (facet, value) that most of its items have, at least two, the
    most telling first: what the interest is called by. Empty for a single item or theme.
    """

    members: tuple[Member, ...]
    weight: float
    vector: NDArray[np.float32]
    shared: tuple[tuple[str, str], ...] = ()

    @property
    def said(self) -> tuple[ItemId, ...]:
        """The items among its members that the person said they like or judged so, strongest first."""
        return tuple(
            member.preference.about.item
            for member in self.members
            if isinstance(member.preference.about, OfItem) and member.preference.source.explicit
        )


def interests_of(
    held: Sequence[Member],
    catalogue: Catalogue,
    index: VectorIndex,
    similarity: ItemSimilarity,
    themes: Mapping[str, NDArray[np.float32]],
) -> tuple[Interest, ...]:
    """The interests among liked and disliked items and themes, strongest first; ties by the first key.

    `themes`: the encoded words of each OfTheme. Facet values, and items that the catalogue doesn't have, have
    no place of their own in the space of texts and are in none.
    """
    placed: list[tuple[Member, NDArray[np.float32]]] = []
    for member in sorted(held, key=lambda one: (-abs(one.strength), one.preference.key)):
        vector = _vector(member, catalogue, index, themes)
        if vector is not None and len(placed) < MOST_MEMBERS:
            placed.append((member, _unit(vector - similarity.mean)))
    found = [
        _interest([placed[n] for n in group], catalogue, similarity)
        for side in (True, False)
        for group in _clusters([n for n, (m, _) in enumerate(placed) if (m.strength > 0) == side], placed)
    ]
    return tuple(sorted(found, key=lambda one: (-abs(one.weight), one.members[0].preference.key)))


def _vector(
    member: Member, catalogue: Catalogue, index: VectorIndex, themes: Mapping[str, NDArray[np.float32]]
) -> NDArray[np.float32] | None:
    match member.preference.about:
        case OfItem(item) if item in catalogue and member.strength:
            return index.row(catalogue.row(item))
        case OfTheme(words) if words in themes and member.strength and themes[words].any():
            return themes[words]
    return None


def _clusters(places: Sequence[int], placed: Sequence[tuple[Member, NDArray[np.float32]]]) -> list[list[int]]:
    """Agglomerative, by mean likeness of all pairs; stops where the nearest two are less than `ALIKE`."""
    groups = [[place] for place in places]
    if len(groups) < 2:
        return groups
    every = np.stack([placed[place][1] for place in places])  # (member, dim)
    near = (every @ every.T).astype(np.float64)  # (group, group) mean cosine of all pairs
    sizes = np.ones(len(groups))
    np.fill_diagonal(near, -np.inf)
    while True:
        first, second = divmod(int(near.argmax()), len(near))  # ties: the stronger ones, which come first
        if near[first, second] < ALIKE:
            return [group for group, size in zip(groups, sizes, strict=True) if size]
        groups[first] += groups[second]
        joined = (near[first] * sizes[first] + near[second] * sizes[second]) / (sizes[first] + sizes[second])
        sizes[first] += sizes[second]
        sizes[second] = 0.0
        near[first, :], near[:, first] = joined, joined
        near[second, :], near[:, second] = -np.inf, -np.inf
        near[first, first] = -np.inf


def _interest(
    group: Sequence[tuple[Member, NDArray[np.float32]]], catalogue: Catalogue, similarity: ItemSimilarity
) -> Interest:
    members = [member for member, _ in group]
    strengths = np.array([abs(member.strength) for member in members])
    vector = _unit((strengths[:, None] * np.stack([vector for _, vector in group])).sum(axis=0))
    rows = [catalogue.row(m.preference.about.item) for m in members if isinstance(m.preference.about, OfItem)]
    weight = float(sum(member.strength for member in members))
    return Interest(tuple(members), weight, vector, shared_values(rows, similarity))


def shared_values(rows: Sequence[int], similarity: ItemSimilarity) -> tuple[tuple[str, str], ...]:
    """(facet, value) that more than half of some items have, and at least two; most telling first, at most 3.

    Told by how many have it times how telling it is; ties as in the first item that has it.
    """
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        for pair in similarity.values_of(row):
            counts[pair] = counts.get(pair, 0) + 1
    common = {pair: n for pair, n in counts.items() if n >= 2 and 2 * n > len(rows)}
    best = sorted(common, key=lambda pair: -common[pair] * similarity.value_weight(*pair))
    return tuple(best[:_MOST_SHARED])


def _unit(vector: NDArray[np.floating]) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    return (vector / length if length > 1e-9 else vector).astype(np.float32)
