"""How far predicted ratings are from those given. Pure.

In: (rating,) predicted and given, in one unit. Out: the figure in that unit, with an interval over people.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from retriever.bootstrap import Estimate, estimate


def rmse(
    predicted: NDArray[np.floating],
    given: NDArray[np.floating],
    people: NDArray[np.integer] | None = None,
    *,
    seed: int = 0,
) -> Estimate:
    """Root of the mean squared difference; NaN without ratings. `people`: (rating,) numbers of who gave it.

    The interval is that of the mean squared difference, people drawn whole, with the root taken of its ends.
    """
    squared = estimate(_errors(predicted, given) ** 2, people, seed=seed)
    return Estimate(math.sqrt(squared.mean), math.sqrt(squared.low), math.sqrt(squared.high), squared.n)


def mae(
    predicted: NDArray[np.floating],
    given: NDArray[np.floating],
    people: NDArray[np.integer] | None = None,
    *,
    seed: int = 0,
) -> Estimate:
    """Mean absolute difference; NaN without ratings. `people` as in `rmse`."""
    return estimate(np.abs(_errors(predicted, given)), people, seed=seed)


def _errors(predicted: NDArray[np.floating], given: NDArray[np.floating]) -> NDArray[np.float64]:
    if predicted.shape != given.shape:
        raise ValueError(f"{predicted.shape} predictions for {given.shape} ratings")
    return np.asarray(predicted - given, dtype=np.float64)
