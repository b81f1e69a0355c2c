"""How well ratings are foretold by means: what any predictor of ratings has to beat.

In: what was rated before, and what each tested person then rated. Out: RMSE and MAE of each predictor.
Parley foretells no ratings; it has no row here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retriever.bootstrap import Estimate
from retriever.ledger import Interaction
from retriever.metrics.ratings import mae, rmse

_DAMPING = 5.0  # ratings that are given for free to the mean above: few ratings say little. Not fitted
_ROUNDS = 10  # of fitting the two biases by turns; the third digit stands after five


@dataclass(frozen=True, slots=True)
class RatingFigures:
    """One predictor's errors, in the unit of the weights times the run's `reach`."""

    name: str
    rmse: Estimate
    mae: Estimate


def rating_figures(
    train: Sequence[Interaction], tested: Sequence[Interaction], *, reach: float = 1.0, seed: int = 0
) -> tuple[RatingFigures, ...]:
    """Errors over `tested`, intervals over people. `reach`: how much of the wanted unit a weight of 1 is.

    Predictors: the mean of all; an item's mean; mean plus what a person and an item are off it. Means of
    few are drawn towards the mean above as if five ratings of it were among them.

    Source: Koren, KDD 2008 (baseline estimates).
    """
    if not train or not tested:
        return ()
    known = _Table(train)
    given = np.array([one.weight for one in tested])  # (rating,)
    names = {name: number for number, name in enumerate(dict.fromkeys(one.person for one in tested))}
    people = np.array([names[one.person] for one in tested])
    return tuple(
        RatingFigures(
            name,
            rmse(predicted * reach, given * reach, people, seed=seed),
            mae(predicted * reach, given * reach, people, seed=seed),
        )
        for name, predicted in known.predictions(tested)
    )


class _Table:
    """Ratings as arrays; an unknown person or item is number 0 and off the mean by nothing."""

    def __init__(self, train: Sequence[Interaction]) -> None:
        self._people = {name: number for number, name in enumerate(sorted({o.person for o in train}), 1)}
        self._items = {name: number for number, name in enumerate(sorted({o.item for o in train}), 1)}
        self._weights = np.array([one.weight for one in train])  # (rating,)
        self._mean = float(self._weights.mean())
        self._person, self._item = self._numbers(train)

    def predictions(self, tested: Sequence[Interaction]) -> Iterator[tuple[str, NDArray[np.float64]]]:
        """Each predictor's name and (rating,) what it foretells."""
        person, item = self._numbers(tested)
        yield "mean of all", np.full(len(tested), self._mean)
        off = self._weights - self._mean
        yield "item mean", self._mean + _damped(off, self._item, len(self._items))[item]
        of_person, of_item = np.zeros(len(self._people) + 1), np.zeros(len(self._items) + 1)
        for _ in range(_ROUNDS):
            of_item = _damped(off - of_person[self._person], self._item, len(self._items))
            of_person = _damped(off - of_item[self._item], self._person, len(self._people))
        yield "person and item biases", self._mean + of_person[person] + of_item[item]

    def _numbers(self, some: Sequence[Interaction]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        return (
            np.array([self._people.get(one.person, 0) for one in some], dtype=np.intp),
            np.array([self._items.get(one.item, 0) for one in some], dtype=np.intp),
        )


def _damped(off: NDArray[np.float64], owner: NDArray[np.intp], count: int) -> NDArray[np.float64]:
    """(owner,) sum of what each one's ratings are off, over their number and the damping; 0 for number 0."""
    sums = np.bincount(owner, off, count + 1)
    biases: NDArray[np.float64] = sums / (np.bincount(owner, minlength=count + 1) + _DAMPING)
    return biases
