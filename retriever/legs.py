"""The ways of ranking, one function each, and how much each counts.

In: a query's parts and what the catalogue knows. Out: a score an item in the leg's own unit, and which
items the leg has an opinion on. Nothing here compares scores of two legs; fusion does that by rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Catalogue, Mask
from retriever.domain import (
    AnyOf,
    Constraint,
    InterestProfile,
    Leg,
    OfFacet,
    OfItem,
    OfTheme,
    Preference,
    Source,
    SourceKind,
)
from retriever.filters import holds
from retriever.index import VectorIndex
from retriever.interest_graph import reached
from retriever.similarity import ItemSimilarity
from retriever.spreads import ramp, standardised
from retriever.tastes import DISLIKED_FROM, LIKED_FROM, Held, Tastes

# How much a leg's rank counts beside the others. An item named ("like Arrival") is the plainest wish;
# what is meant is stronger than what occurs word for word ("Children of Men" for "losing a child");
# ratings only part what is otherwise equal. Chosen by precision at 5 over 51 wishes on films.
WEIGHTS = {
    Leg.DENSE: 1.0,
    Leg.LEXICAL: 0.5,
    Leg.FACET: 1.5,
    Leg.ANCHOR: 1.5,
    Leg.PREFERENCE: 1.0,
    Leg.COLLABORATIVE: 1.5,
    Leg.RELATED: 0.5,
    Leg.PRIOR: 0.15,
    # Not measured on a catalogue yet: what a picture shows adds to the words, and does not decide over them.
    Leg.PICTURE: 0.5,
    Leg.LOOKS: 0.5,
}
# Liked items count by the interest that they make together, and half of that again item by item, which
# knows the facet values too. Of 609 people's last likings among 9,742 films: recall@20 .140 item by item
# alone, .145 by interests alone, .146 by both; nDCG@20 .054, .057, .056.
ITEM_BY_ITEM = 0.5
# What the graph of values gives, in standard deviations beside one of all the rest.
BY_GRAPH = 0.3
_RELATED_FADES = 0.5  # of that weight is left for each preference of the person's own
# What many like is more than a tie-break. Of 0.15, 0.5 and 1, the more the better for naming films in talks
# (recall@10 of new ones .112, .125, .143); for looking films up by their makers it made no difference.
PRIOR_WITH_HISTORY = 0.75
PRIOR_ALONE = 1.0  # when nothing but hard conditions is known
_LEAST_RELATED = 0.05  # of a leg's weight; below, it parts nothing
LONG_TERM = 0.5  # of a stable taste's weight, beside this session's wishes

_MEETS_ITEM = 2.0  # standard deviations at which a trace says "like the one you liked"
_MEETS_THEME, _MEETS_COSINE = 2.5, 0.3

_ANY = Source(SourceKind.HISTORY, 0)


@dataclass(frozen=True, slots=True)
class LegScores:
    """One leg's view: `scores` (item,), higher is better; `among` (item,) those that it ranks.

    `neutral` (item,): those of which it cannot know anything, and which must not lose by that.
    """

    leg: Leg
    scores: NDArray[np.floating]
    among: Mask
    weight: float
    neutral: Mask | None = None


def held_preferences(profile: InterestProfile) -> tuple[Held, ...]:
    """This session's preferences, then the long-term ones about anything else; weightless ones are out."""
    now = {p.key: Held(p, p.weight * p.confidence) for p in profile.short_term}
    stable = (Held(p, LONG_TERM * p.weight * p.confidence) for p in profile.long_term if p.key not in now)
    return tuple(held for held in (*now.values(), *stable) if held.strength)


def anchor_leg(similarity: ItemSimilarity, anchors: Sequence[int], among: Mask) -> LegScores:
    """Similarity to the items named: half to the nearest of them, half to all on average."""
    near = np.stack([similarity.to(row) for row in anchors])  # (anchor, item)
    return LegScores(Leg.ANCHOR, 0.5 * near.max(axis=0) + 0.5 * near.mean(axis=0), among, WEIGHTS[Leg.ANCHOR])


def preference_leg(
    catalogue: Catalogue,
    similarity: ItemSimilarity,
    index: VectorIndex,
    held: Sequence[Held],
    tastes: Tastes,
    themes: dict[str, NDArray[np.float32]],
    among: Mask,
) -> tuple[LegScores, tuple[tuple[Preference, Mask], ...]]:
    """Agreement with the profile, and for each preference which items meet it.

    `tastes`: of the same preferences; `themes`: the encoded words of each OfTheme. Score: the
    sum of strength × degree (0..1) over facet values, themes, interests and, at a share, single items, and
    what the graph of values gives. What the profile does not touch scores 0 and stands between liked and
    disliked.
    """
    total = np.zeros(len(catalogue))  # (item,)
    met: list[tuple[Preference, Mask]] = []
    for one in held:
        degree, meets = _degree(catalogue, similarity, index, one, themes)
        share = ITEM_BY_ITEM if isinstance(one.preference.about, OfItem) else 1.0
        total += share * one.strength * degree
        met.append((one.preference, meets))
    for _, agreement in tastes.interests:
        total += agreement
    near = reached(tastes.graph, catalogue)
    if (spread := float(near.std())) > 1e-9:
        total += BY_GRAPH * (float(total.std()) or 1.0) / spread * near
    # Rounded, so that sums taken in another order still tie.
    return LegScores(Leg.PREFERENCE, np.round(total, 6), among, WEIGHTS[Leg.PREFERENCE]), tuple(met)


def _degree(
    catalogue: Catalogue,
    similarity: ItemSimilarity,
    index: VectorIndex,
    held: Held,
    themes: dict[str, NDArray[np.float32]],
) -> tuple[NDArray[np.floating], Mask]:
    """(item,) how far each item meets a preference, 0..1; (item,) whether a trace may say so."""
    nothing = np.zeros(len(catalogue), dtype=bool)
    start = LIKED_FROM if held.strength > 0 else DISLIKED_FROM
    match held.preference.about:
        case OfFacet(facet, value):
            meets = holds(catalogue, Constraint(facet, AnyOf((value,)), _ANY))
            telling = similarity.value_weight(facet, value) if catalogue.column(facet) else 0.5
            return meets * (0.5 + 0.5 * telling), meets
        case OfItem(item):
            if item not in catalogue:
                return nothing.astype(float), nothing
            spread = standardised(similarity.to(catalogue.row(item)))
            return ramp(spread, start), spread >= _MEETS_ITEM
        case OfTheme(words):
            said = catalogue.phrase_mask(words)
            cosine = index.scores(themes[words])
            spread = standardised(cosine)
            meant = (spread >= _MEETS_THEME) & (cosine >= _MEETS_COSINE)
            return np.maximum(said, ramp(spread, start)), said | meant
        case never:
            assert_never(never)


def related_leg(
    catalogue: Catalogue,
    similarity: ItemSimilarity,
    index: VectorIndex,
    profile: InterestProfile,
    among: Mask,
) -> LegScores | None:
    """Nearness to what related people like; None where there is nothing of that, or enough of their own.

    Score: sum of weight × confidence × degree (0..1). Half the leg's weight goes with each preference that
    the person holds.
    """
    weight = WEIGHTS[Leg.RELATED] * _RELATED_FADES ** len(held_preferences(profile))
    if not profile.prior or weight < _LEAST_RELATED:
        return None
    total = np.zeros(len(catalogue))  # (item,)
    for one in profile.prior:
        held = Held(one, one.weight * one.confidence)
        if isinstance(one.about, OfItem):
            total += held.strength * _degree(catalogue, similarity, index, held, {})[0]
    total = np.round(total, 6)
    return LegScores(Leg.RELATED, total, among & (total > 0), weight)


def collaborative_leg(
    catalogue: Catalogue,
    vectors: NDArray[np.float32],
    anchors: Sequence[int],
    held: Sequence[Held],
    among: Mask,
) -> LegScores | None:
    """Nearness to what the person names and likes, by what others like together; None if nothing is known.

    Score: cosine times the row's length, which grows with how many like the item; see `collaborative`.
    """
    wish = np.zeros(vectors.shape[1], dtype=np.float32)
    for row in anchors:
        wish += _direction(vectors[row])
    for one in held:
        about = one.preference.about
        if isinstance(about, OfItem) and about.item in catalogue:
            wish += one.strength * _direction(vectors[catalogue.row(about.item)])
    if float(np.linalg.norm(wish)) < 1e-6:
        return None
    nearness = np.einsum("id,d->i", vectors, _direction(wish))  # (item,)
    return LegScores(Leg.COLLABORATIVE, nearness, among & (nearness > 1e-6), WEIGHTS[Leg.COLLABORATIVE])


def _direction(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """(dim,) of unit length; nothing stays nothing."""
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length > 1e-9 else vector
