"""What to show, and what to ask, before anything is known about a person. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Catalogue, Mask
from retriever.domain import Facet, FacetKind, FacetRole, ItemId

_SOLD_OUT = 1.0  # in spreads of the rating: a sold-out item stands where one a whole spread worse would

_ROUNDING = 1e-9  # of the whole: sums of the same weights in another order are still equal
_CHIPS = 8  # values that a question can offer as quick replies
_FEWEST_A_VALUE = 1.5  # items on average; below, the values are ids or names in disguise
_FEWEST_WITH_IT = 0.4  # of the remaining items must have the facet, or the question is about the others
# How readily a person can answer, from 0 (never asked) to 1. Judgement, not measured: everybody knows a
# budget and a kind, few know a weight in grams, nobody the stock.
_READINESS = {
    FacetRole.CATEGORY: 1.0,
    FacetRole.PRICE: 1.0,
    FacetRole.YEAR: 0.6,
    FacetRole.CREATOR: 0.0,
    FacetRole.RATING: 0.0,
    FacetRole.STOCK: 0.0,
}
_READINESS_OTHER = {
    FacetKind.TAGS: 0.7,
    FacetKind.CATEGORY: 0.7,
    FacetKind.BOOLEAN: 0.8,
    FacetKind.YEAR: 0.6,
    FacetKind.NUMBER: 0.4,
}
# An item at rank r of what is likely to be wanted counts 1 / (r + _HEAD): the first ten about alike.
_HEAD = 10.0


def prior(catalogue: Catalogue, likers: NDArray[np.floating] | None = None) -> NDArray[np.float32]:
    """(item,) worth before any wish is known, about −2..3: rating and renown in spreads, less if sold out.

    A missing rating counts as the mean (all the shrinking that a rating without its number of votes
    allows). `likers`: (item,) people who like each item; renown is ln(1 + likers), for each spread from its
    mean. All zero where there is neither rating, stock nor history.
    """
    worth = np.zeros(len(catalogue), dtype=np.float32)
    if likers is not None and len(likers):
        renown = np.log1p(likers)
        if (spread := renown.std()) > 0:
            worth += ((renown - renown.mean()) / spread).astype(np.float32)
    rating = catalogue.by_role(FacetRole.RATING)
    ratings = catalogue.number_column(rating.name) if rating is not None else None
    if ratings is not None and (known := ~np.isnan(ratings)).any():
        mean, spread = ratings[known].mean(), ratings[known].std()
        if spread > 0:
            worth += np.where(known, (ratings - mean) / spread, 0.0)
    stock = catalogue.by_role(FacetRole.STOCK)
    numbers = catalogue.number_column(stock.name) if stock is not None else None
    if numbers is not None:
        worth -= np.where(numbers <= 0, _SOLD_OUT, 0.0)
    return worth


def wanted(catalogue: Catalogue, ranking: Sequence[ItemId]) -> NDArray[np.float64]:
    """(item,) how likely each item is the one wanted, by its rank: 1 / (rank + 10), unranked ones the next.

    Ids that the catalogue doesn't have are passed over.
    """
    weights = np.full(len(catalogue), 1.0 / (len(ranking) + 1 + _HEAD))
    for rank, item in enumerate(ranking, 1):
        if item in catalogue:
            weights[catalogue.row(item)] = 1.0 / (rank + _HEAD)
    return weights


def most_informative(
    catalogue: Catalogue,
    mask: Mask,
    asked: frozenset[str] = frozenset(),
    weights: NDArray[np.float64] | None = None,
) -> tuple[tuple[Facet, float], ...]:
    """Facets worth asking about among the remaining items, best first, with their gain in bits.

    The gain is the expected log2 of how many times fewer items remain after an answer, where a value is
    answered as often as it occurs (for one value an item, that is the entropy of the values; a missing
    one counts as a value of its own), times how readily people answer such a question, times the root of
    the share of items that the few values on offer reach. `weights`, (item,) above 0: items count as much
    as they are likely to be wanted; none: all alike. Facets already `asked`, those that most remaining items
    lack, and ids in disguise are left out. Ties: facet order.
    """
    if int(mask.sum()) < 2:
        return ()
    weighed = mask.astype(np.float64) if weights is None else np.where(mask, weights, 0.0)  # (item,)
    remaining = float(weighed.sum())
    gains: list[tuple[Facet, float]] = []
    for facet in catalogue.facets:
        readiness = _READINESS.get(facet.role, _READINESS_OTHER[facet.kind])
        if facet.name in asked or readiness == 0.0:
            continue
        shares, covered, present = _answers(catalogue, facet, weighed, _FEWEST_WITH_IT * remaining)
        if len(shares) < 2:
            continue
        if facet.kind in (FacetKind.CATEGORY, FacetKind.TAGS) and _a_value(catalogue, facet, mask) < (
            _FEWEST_A_VALUE
        ):
            continue
        gain = _bits(shares, remaining, remaining - present) * readiness * math.sqrt(covered)
        if gain > 0.05:  # below, the answer changes nothing that anybody would see
            gains.append((facet, round(gain, 4)))
    return tuple(sorted(gains, key=lambda pair: -pair[1]))


def _a_value(catalogue: Catalogue, facet: Facet, mask: Mask) -> float:
    """How many of the remaining items have a value that any of them has, on average."""
    column = catalogue.column(facet.name)
    assert column is not None  # asked of facets with words only
    counts = column.sums(mask)
    return float(counts.sum() / (counts > 0).sum()) if counts.any() else 0.0


def _bits(shares: NDArray[np.float64], remaining: float, missing: float) -> float:
    every = np.append(shares, missing) if missing > _ROUNDING * remaining else shares
    share = every / every.sum()
    return float((share * np.log2(remaining / every)).sum())


def _answers(
    catalogue: Catalogue, facet: Facet, weighed: NDArray[np.float64], least: float
) -> tuple[NDArray[np.float64], float, float]:
    """(value,) weight of the remaining items by value; share that the commonest reach; weight with any.

    `weighed`: (item,) weights, 0 for an item that doesn't remain. No values where those with any weigh less
    than `least`.
    """
    column = catalogue.column(facet.name)
    if column is not None:
        present = float(weighed[column.present].sum())
        if present < least:
            return np.zeros(0), 0.0, present
        shares = column.sums(weighed)
        reached = np.zeros(len(weighed), dtype=bool)
        commonest = np.argsort(-shares, kind="stable")[:_CHIPS]
        reached[np.concatenate([column.members[place] for place in commonest])] = True
        covered = float(weighed[reached].sum()) / present if present else 0.0
        return shares[shares > 0], covered, present
    numbers = catalogue.number_column(facet.name)
    assert numbers is not None
    known = (weighed > 0) & ~np.isnan(numbers)
    if facet.kind is FacetKind.BOOLEAN:
        # A missing one counts as False, as in the filter.
        yes, whole = float(weighed[known & (numbers == 1.0)].sum()), float(weighed.sum())
        both = np.array([yes, whole - yes])
        return both[both > _ROUNDING * whole], 1.0, whole
    left, weight = numbers[known], weighed[known]
    if float(weight.sum()) < least or len(left) < 2 or left.min() == left.max():
        return np.zeros(0), 0.0, float(weight.sum())
    # People answer a number in a few bands: cheap, middling, dear.
    ordered = np.sort(left)  # np.quantile takes ten times as long
    bands = np.searchsorted(ordered[[(len(left) - 1) // 3, 2 * (len(left) - 1) // 3]], left, side="left")
    shares = np.bincount(bands, weights=weight, minlength=3).astype(np.float64)
    return shares[shares > 0], 1.0, float(weight.sum())
