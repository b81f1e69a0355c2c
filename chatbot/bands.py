"""A number in the few bands that people answer in: "under €60", "€60 to €150", "over €150".

In: a facet's numbers among what is left. Out: conditions that part them, with round limits. Pure.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Sequence

from retriever.domain import Between, Constraint, Facet, FacetKind, Source, SourceKind

_PARTS = 3
_TAPPED = Source(SourceKind.CLICK, 0)


def bands(facet: Facet, numbers: Sequence[float]) -> tuple[Constraint, ...]:
    """Two or three conditions, from little to much, each number in one of them; none if all are alike."""
    known = sorted(numbers)
    if not known or known[0] == known[-1]:
        return ()
    cuts = [known[len(known) * part // _PARTS] for part in range(1, _PARTS)]
    limits = sorted({_round(cut, facet) for cut in cuts})
    limits = [limit for limit in limits if known[0] < limit <= known[-1]]
    if not limits:
        return ()
    tests = [Between(high=limits[0], strict=True)]
    tests += [Between(low, high) for low, high in itertools.pairwise(limits)]
    tests.append(Between(low=limits[-1], strict=len(limits) > 1))
    return tuple(Constraint(facet.name, test, _TAPPED) for test in tests)


def count_in(band: Constraint, ordered: Sequence[float]) -> int:
    """How many of some numbers, least first, lie in a band; its ends are out where it is strict."""
    assert isinstance(band.test, Between)
    low, high, strict = band.test.low, band.test.high, band.test.strict
    after, before = bisect.bisect_right, bisect.bisect_left
    begin = 0 if low is None else (after if strict else before)(ordered, low)
    end = len(ordered) if high is None else (before if strict else after)(ordered, high)
    return end - begin


def _round(number: float, facet: Facet) -> float:
    """As people say it: a year by its decade, anything else to one figure, or two where one is far off."""
    if facet.kind is FacetKind.YEAR:
        return round(number / 10) * 10.0
    if number == 0:
        return 0.0
    step = 10.0 ** math.floor(math.log10(abs(number)))
    near = round(number / step) * step
    return near if abs(near - number) <= 0.15 * abs(number) else round(number / (step / 10)) * step / 10
