"""Who gets the places of the lists: how evenly items do, and how providers or other values of a facet do.

In: lists of rows, best first, without repeats. Out: figures with intervals over lists. Pure.

A place counts 1, or, `discounted`, 1 / log2(rank + 1) with ranks from 1: what stands further down is seen
less. Source: Singh & Joachims, KDD 2018.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retriever.bootstrap import Estimate, estimate, jackknife
from retriever.metrics.beyond_accuracy import Rows


@dataclass(frozen=True, slots=True)
class ValueExposure:
    """A value's mean share of a list's places, and its share of the catalogue's items.

    `ratio`: the first over the second; 1 is a fair share by number, NaN where no item has it.
    """

    value: str
    places: Estimate
    items: float

    @property
    def ratio(self) -> float:
        return self.places.mean / self.items if self.items else math.nan


def gini(exposure: NDArray[np.floating]) -> float:
    """How unevenly (item,) amounts ≥ 0 are spread: 0 for evenly, 1 − 1/n for all to one; NaN if all are 0.

    Sum over items, in rising order, of (2 · place − n − 1) · amount, over n · total; places from 1.

    Source: Gini 1912; for recommended items: Fleder & Hosanagar, Management Science 2009.
    """
    total = float(exposure.sum()) if len(exposure) else 0.0
    if total <= 0:
        return math.nan
    count = len(exposure)
    # Items with nothing come first and add nothing: only the others have to be sorted.
    some = np.sort(exposure[exposure > 0])
    places = np.arange(count - len(some) + 1, count + 1)
    return float(((2 * places - count - 1) * some).sum() / (count * total))


def item_gini(lists: Sequence[Rows], catalogue_size: int, *, discounted: bool = False) -> Estimate:
    """`gini` of the items' places over all lists, unshown items included; jackknife over lists."""
    exposure = np.zeros(catalogue_size)  # (item,)
    for one in lists:
        exposure[one] += _weights(len(one), discounted)
    without = np.zeros(len(lists))
    for number, one in enumerate(lists):
        weights = _weights(len(one), discounted)
        exposure[one] -= weights
        # What is left of taking away what was added is not quite nothing.
        without[number] = gini(np.where(exposure > 1e-9, exposure, 0.0))
        exposure[one] += weights
    return jackknife(gini(exposure), without)


def value_exposure(
    lists: Sequence[Rows], values: Sequence[Sequence[str]], *, discounted: bool = False, seed: int = 0
) -> tuple[ValueExposure, ...]:
    """Each value's share of places beside its share of items, commonest in the catalogue first (ties: name).

    `values`: for every item of the catalogue its values of one facet. An item with several is dealt out to
    them in equal parts; one with none counts for the value "". Empty lists say nothing.
    """
    names = sorted({name for own in values for name in (own or ("",))})
    places = {name: place for place, name in enumerate(names)}
    parts = [[places[name] for name in (own or ("",))] for own in values]
    of_items = np.zeros(len(names))  # (value,)
    for own in parts:
        np.add.at(of_items, own, 1.0 / len(own))
    of_items /= max(1, len(values))
    shares = np.full((len(lists), len(names)), math.nan)  # (list, value)
    for number, one in enumerate(lists):
        if len(one):
            shares[number] = 0.0
            weights = _weights(len(one), discounted)
            for row, weight in zip(one.tolist(), weights / weights.sum(), strict=True):
                np.add.at(shares[number], parts[row], weight / len(parts[row]))
    order = sorted(range(len(names)), key=lambda place: (-of_items[place], names[place]))
    return tuple(
        ValueExposure(names[place], estimate(shares[:, place], seed=seed), float(of_items[place]))
        for place in order
    )


def _weights(count: int, discounted: bool) -> NDArray[np.float64]:
    """(place,) what each place of a list counts."""
    return 1.0 / np.log2(np.arange(2, count + 2)) if discounted else np.ones(count)
