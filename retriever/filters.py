"""Constraints to masks over items.

In: a catalogue and conditions. Out: (item,) True where all hold; for soft ones, which item breaks
which; when nothing is left, how many items each condition costs. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from retriever.catalogue import Catalogue, Mask
from retriever.domain import TEXT_FACET, AnyOf, Between, Constraint, Is, ItemId, NoneOf, Outside


def mask(
    catalogue: Catalogue,
    constraints: Sequence[Constraint],
    excluded: frozenset[ItemId] = frozenset(),
) -> Mask:
    """(item,) True where every hard constraint holds and the item is not excluded; soft ones are ignored."""
    keep = np.ones(len(catalogue), dtype=bool)
    keep[catalogue.rows(excluded)] = False
    for constraint in constraints:
        if constraint.hard:
            keep &= holds(catalogue, constraint)
    return keep


def holds(catalogue: Catalogue, constraint: Constraint) -> Mask:
    """(item,) True where one condition holds, hard or soft.

    A facet that the catalogue does not have counts as absent from every item: NoneOf, Outside and Is(False)
    pass, the others fail.
    """
    match constraint.test:
        case AnyOf(values):
            return _has_any(catalogue, constraint.facet, values)
        case NoneOf(values):
            return ~_has_any(catalogue, constraint.facet, values)
        case Between(low, high, strict):
            return _between(catalogue, constraint.facet, low, high, strict)
        case Outside(low, high):
            return ~_between(catalogue, constraint.facet, low, high, False)
        case Is(value):
            numbers = catalogue.number_column(constraint.facet)
            true = np.zeros(len(catalogue), dtype=bool) if numbers is None else numbers == 1.0
            return true if value else ~true
        case never:
            assert_never(never)


def broken(catalogue: Catalogue, constraints: Sequence[Constraint]) -> NDArray[np.bool_]:
    """(soft constraint, item) True where the item fails it; rows in the order of the soft ones given."""
    soft = [constraint for constraint in constraints if not constraint.hard]
    fails = np.zeros((len(soft), len(catalogue)), dtype=bool)
    for place, constraint in enumerate(soft):
        fails[place] = ~holds(catalogue, constraint)
    return fails


def relaxations(
    catalogue: Catalogue,
    constraints: Sequence[Constraint],
    excluded: frozenset[ItemId] = frozenset(),
) -> tuple[tuple[Constraint, int], ...]:
    """For each hard constraint, how many items would fit without it alone.

    Most first, ties in the order given; those that would free nothing are left out.
    """
    hard = [constraint for constraint in constraints if constraint.hard]
    allowed = mask(catalogue, (), excluded)
    fails = np.array([~holds(catalogue, constraint) for constraint in hard], dtype=bool)
    if not len(hard):
        return ()
    # An item comes back without one condition when that is the only one it fails, or it fails none.
    failed = fails.sum(axis=0)  # (item,)
    freed = [
        (constraint, int((allowed & (failed == row)).sum()))
        for constraint, row in zip(hard, fails.astype(np.intp), strict=True)
    ]
    return tuple(sorted((pair for pair in freed if pair[1]), key=lambda pair: -pair[1]))


def _has_any(catalogue: Catalogue, facet: str, values: Sequence[str]) -> Mask:
    found = np.zeros(len(catalogue), dtype=bool)
    if facet == TEXT_FACET:
        for value in values:
            found |= catalogue.phrase_mask(value)
        return found
    column = catalogue.column(facet)
    if column is not None:
        for value in values:
            place = column.places.get(value.casefold())
            if place is not None:
                found[column.members[place]] = True
        return found
    numbers = catalogue.number_column(facet)
    if numbers is not None:
        for value in values:
            found |= numbers == _number(value)
    return found


def _number(value: str) -> float:
    """A number, or 1 and 0 for a boolean's words; NaN, which equals nothing, for anything else."""
    words = {"true": 1.0, "false": 0.0}
    if (folded := value.casefold()) in words:
        return words[folded]
    try:
        return float(folded)
    except ValueError:
        return float("nan")


def _between(catalogue: Catalogue, facet: str, low: float | None, high: float | None, strict: bool) -> Mask:
    numbers = catalogue.number_column(facet)
    if numbers is None:
        return np.zeros(len(catalogue), dtype=bool)
    inside = ~np.isnan(numbers)
    # A comparison with NaN is False without a warning.
    if low is not None:
        inside &= numbers > low if strict else numbers >= low
    if high is not None:
        inside &= numbers < high if strict else numbers <= high
    return inside
