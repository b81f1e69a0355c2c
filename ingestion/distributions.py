"""Staged items → how each facet's values are spread, and which items can hardly be recommended.

In: items one after another. Out: a Facets and a Poor. What is held is bounded: some thousand values a facet.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ingestion.staging import Staged
from retriever.domain import Facet, FacetKind, FacetRole, Item

_DISTINCT = 20_000
"""Different values of a facet that are counted; of more, the rest is told as a number."""
_NUMBERS = 20_000
"""Numbers of a facet that are kept, drawn over the whole file; a histogram's steps are rough anyway."""
_BINS = 24
_TAIL = 0.005
"""Share of the numbers at each end that a histogram puts into its outermost bins."""
_TOP = 12
_LISTED = 50

Bin: TypeAlias = tuple[float, float, int]


@dataclass(frozen=True, slots=True)
class Histogram:
    """`bins` are (from, to, count), the last one with its end; `below` and `above` say that the outermost
    hold what lies beyond them, too."""

    bins: tuple[Bin, ...]
    least: float
    median: float
    most: float
    below: bool
    above: bool


@dataclass(frozen=True, slots=True)
class Values:
    """The commonest values with their counts; `distinct` of all, at least so many where `is_capped`."""

    top: tuple[tuple[str, int], ...]
    distinct: int
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Spread:
    """A facet's values over all items: `filled` items have one."""

    facet: Facet
    filled: int
    total: int
    shape: Histogram | Values | None

    @property
    def missing(self) -> int:
        """Items without a value."""
        return self.total - self.filled


@dataclass(frozen=True, slots=True)
class PoorItem:
    """An item that can hardly be recommended, and why."""

    id: str
    title: str
    line: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Poor:
    """How many items have which fault, and the first of them in the file's order."""

    total: int
    reasons: tuple[tuple[str, int], ...]
    first: tuple[PoorItem, ...]


@dataclass(slots=True)
class _Counting:
    """What is counted of one facet."""

    facet: Facet
    filled: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    is_capped: bool = False
    numbers: list[float] = field(default_factory=list)
    least: float = float("inf")
    most: float = float("-inf")
    draw: random.Random = field(default_factory=lambda: random.Random(0))

    def number(self, value: float) -> None:
        self.least, self.most = min(self.least, value), max(self.most, value)
        if len(self.numbers) < _NUMBERS:
            self.numbers.append(value)
        elif (place := self.draw.randrange(self.filled)) < _NUMBERS:
            self.numbers[place] = value

    def word(self, value: str) -> None:
        if value in self.counts or len(self.counts) < _DISTINCT:
            self.counts[value] += 1
        else:
            self.is_capped = True

    def shape(self) -> Histogram | Values | None:
        if self.numbers:
            whole = self.facet.kind is FacetKind.YEAR
            return histogram(np.array(self.numbers), self.least, self.most, self.filled, whole=whole)
        if self.counts:
            return Values(tuple(self.counts.most_common(_TOP)), len(self.counts), self.is_capped)
        return None


class Distributions:
    """Counts items as they come. `twice` holds the places of items that repeat an earlier one."""

    def __init__(self, facets: Sequence[Facet], *, described: bool, twice: Container[int]) -> None:
        self._facets = [_Counting(facet) for facet in facets]
        # A price alone says nothing of what an item is like.
        self._telling = [f.name for f in facets if f.role not in (FacetRole.PRICE, FacetRole.STOCK)]
        self._described = described
        self._twice = twice
        self._total = 0
        self._poor = 0
        self._reasons: Counter[str] = Counter()
        self._first: list[PoorItem] = []

    def count(self, items: Iterable[Staged]) -> None:
        """Take all items into account."""
        for staged in items:
            self._total += 1
            self._count(staged.item)
            if reasons := self._faults(staged):
                self._poor += 1
                self._reasons.update(reasons)
                if len(self._first) < _LISTED:
                    one = staged.item
                    self._first.append(PoorItem(one.id, one.title, staged.line, reasons))

    def spreads(self) -> tuple[Spread, ...]:
        """Each facet's, in the catalogue's order."""
        return tuple(Spread(c.facet, c.filled, self._total, c.shape()) for c in self._facets)

    def poor(self) -> Poor:
        """Those that can hardly be recommended."""
        return Poor(self._poor, tuple(self._reasons.most_common()), tuple(self._first))

    def _count(self, item: Item) -> None:
        for counting in self._facets:
            value = item.facets.get(counting.facet.name)
            if value is None:
                continue
            counting.filled += 1
            if isinstance(value, bool):
                counting.word("yes" if value else "no")
            elif isinstance(value, float):
                counting.number(value)
            elif isinstance(value, str):
                counting.word(value)
            else:
                for part in value:
                    counting.word(part)

    def _faults(self, staged: Staged) -> tuple[str, ...]:
        item = staged.item
        faults = []
        if self._described and not item.description:
            faults.append("no description")
        if item.facets.keys().isdisjoint(self._telling):
            faults.append("no facet")
        if staged.position in self._twice:
            faults.append("the same as an earlier item")
        return tuple(faults)


def histogram(
    numbers: NDArray[np.float64], least: float, most: float, total: int, *, whole: bool = False
) -> Histogram:
    """Bins of equal width over nearly all numbers; a few far ones would leave the rest in a single bin.

    `numbers` may be a sample of `total`, which the counts are scaled to; at least one. `whole`: bins begin
    and end at whole numbers.
    """
    low, high = (float(q) for q in np.quantile(numbers, (_TAIL, 1 - _TAIL), method="nearest"))
    distinct = np.unique(numbers)
    whole = whole or bool((distinct == np.floor(distinct)).all())
    if low == high:
        low, high = least, most
    span = high - low
    if whole:
        # Each bin holds the same number of whole numbers; the end lies behind the last.
        width = max(1.0, np.ceil((span + 1) / _BINS))
        edges = low + width * np.arange(int((span + 1 + width - 1) // width) + 1)
    else:
        edges = np.linspace(low, high, _BINS + 1) if span else np.array([low, low + (abs(low) or 1.0)])
    counts, _ = np.histogram(np.clip(numbers, edges[0], edges[-1]), edges)
    scaled = np.rint(counts * (total / len(numbers))).astype(int)
    bins = tuple(
        (float(a), min(float(b) - (1.0 if whole else 0.0), max(high, float(a))), int(n))
        for a, b, n in zip(edges[:-1], edges[1:], scaled, strict=True)
    )
    return Histogram(
        bins, least, float(np.median(numbers)), most, bool(least < edges[0]), bool(most > bins[-1][1])
    )
