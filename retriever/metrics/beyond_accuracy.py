"""What a good hit rate says nothing of: how much of a catalogue is shown, and how unlike a list's items are.

In: lists of rows (an item's place in its catalogue, from 0), each without repeats. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retriever.bootstrap import Estimate, jackknife

Rows = NDArray[np.intp]


def coverage(lists: Sequence[Rows], catalogue_size: int) -> Estimate:
    """Share of the catalogue that at least one list holds (aggregate diversity); NaN for an empty catalogue.

    It grows with the number of lists: compare it for the same people and the same k only. The interval is
    a jackknife over lists.

    Source: Ge, Delgado-Battenfeld & Jannach, RecSys 2010 (catalogue coverage).
    """
    if catalogue_size <= 0:
        return Estimate(math.nan, math.nan, math.nan, len(lists))
    shown = np.zeros(catalogue_size, dtype=np.int64)  # (item,) lists that hold it
    for one in lists:
        shown[one] += 1
    covered = int((shown > 0).sum())
    without = np.array([covered - int((shown[one] == 1).sum()) for one in lists])  # (list,)
    return jackknife(covered / catalogue_size, without / catalogue_size)


def intra_list_distance(vectors: NDArray[np.floating]) -> float:
    """Mean of 1 − cosine over all pairs of a list's items; `vectors` (item, dim), rows unit length.

    0 where all are alike, 1 at right angles, at most 2; NaN for fewer than two items.

    Source: Ziegler et al., WWW 2005 (as intra-list similarity).
    """
    count = len(vectors)
    if count < 2:
        return math.nan
    cosine = vectors @ vectors.T  # (item, item)
    return float(1.0 - (cosine.sum() - np.trace(cosine)) / (count * (count - 1)))
