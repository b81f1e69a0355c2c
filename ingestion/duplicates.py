"""What a file holds twice: items that are the same, and variants of one thing.

In: staged items. Out: groups of their places. Holds keys, never texts: 80 MiB at the most for 108,000 items.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingestion.likeness import Traits, Verdict, judge, traits_of
from ingestion.sketches import BANDS, FIRST_WORDS, bands, key_of, pairs_sharing, title_keys
from ingestion.staging import Staged, Staging
from retriever.domain import Facet

VERSION = 1
"""Of the rules below and in likeness.py: groups that others found are not taken over."""

_PAGE = 1000
_WINDOW = 6
"""Items with the same key of the title that each one is compared with."""
_BAND_WINDOW = 3
"""The same for each band: there are sixteen, and texts that are nearly equal share most."""
_AT_ONCE = 4000
"""Pairs whose items are in memory at a time."""


class Kind(StrEnum):
    """How the items of a group are alike."""

    EXACT = "exact"
    NEAR = "near"
    VARIANTS = "variants"


@dataclass(frozen=True, slots=True)
class Group:
    """Places in the file's order; the first stands for the others. `likeness` is the least of them to it."""

    kind: Kind
    places: tuple[int, ...]
    likeness: float

    def record(self) -> list[Any]:
        """As JSON."""
        return [self.kind.value, list(self.places), self.likeness]


def read_group(record: Sequence[Any]) -> Group:
    """The inverse of `Group.record`."""
    kind, places, likeness = record
    return Group(Kind(kind), tuple(places), float(likeness))


@dataclass(slots=True)
class _Keys:
    """Of each item, by number in the file's order: its place and its keys."""

    places: array[int] = field(default_factory=lambda: array("q"))
    exact: array[int] = field(default_factory=lambda: array("Q"))
    title: array[int] = field(default_factory=lambda: array("Q"))
    part: array[int] = field(default_factory=lambda: array("Q"))
    part_of: array[int] = field(default_factory=lambda: array("q"))
    bands: list[NDArray[np.uint64]] = field(default_factory=list)

    def add(self, page: Sequence[Staged]) -> None:
        traits = [traits_of(staged.item) for staged in page]
        for staged, one in zip(page, traits, strict=True):
            number = len(self.places)
            self.places.append(staged.position)
            self.exact.append(_exact_key(one))
            self.title.append(key_of(one.joined))
            for key in chain((key_of("\n".join(one.title)),), title_keys(one.title)):
                self.part.append(key)
                self.part_of.append(number)
        self.bands.append(bands([(*one.title, *one.words[:FIRST_WORDS]) for one in traits]))


def _exact_key(traits: Traits) -> int:
    facets = json.dumps(sorted(traits.facets.items()), ensure_ascii=False).casefold()
    return key_of("\n".join((traits.joined, " ".join(traits.words), facets)))


def find_duplicates(staging: Staging, facets: Sequence[Facet]) -> tuple[Group, ...]:
    """Groups of items that are the same, then of variants, each in the file's order.

    An item is in one group of same items at most. Variants are told of one item of each such group.
    """
    keys = _Keys()
    items = staging.items()
    while page := list(islice(items, _PAGE)):
        keys.add(page)
    if len(keys.places) < 2:
        return ()
    places = np.frombuffer(keys.places, np.int64)
    exact = _exact_groups(keys)
    alone = np.ones(len(places), dtype=bool)
    for members in exact:
        alone[members[1:]] = False
    same: dict[int, dict[int, float]] = defaultdict(dict)
    variants: dict[int, dict[int, float]] = defaultdict(dict)
    for first, second, verdict, likeness in _judged(staging, facets, places, _candidates(keys, alone)):
        if verdict is not Verdict.APART:
            found = same if verdict is Verdict.SAME else variants
            found[first][second] = found[second][first] = likeness
    return _groups(places, exact, same, variants)


def _exact_groups(keys: _Keys) -> list[list[int]]:
    """Numbers of items with equal keys, each group and all groups in order."""
    exact = np.frombuffer(keys.exact, np.uint64)
    order = np.argsort(exact, kind="stable")
    starts = np.flatnonzero(np.r_[True, exact[order][1:] != exact[order][:-1]])
    runs = np.split(order, starts[1:])
    return sorted(run.tolist() for run in runs if len(run) > 1)


def _candidates(keys: _Keys, alone: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(pair, 2) numbers of items that share a key, each pair once, in order."""
    total = len(alone)
    numbers = np.flatnonzero(alone)
    part_of = np.frombuffer(keys.part_of, np.int64)
    parts = np.flatnonzero(alone[part_of])
    banded = np.concatenate(keys.bands)[numbers]  # (item, band)
    found = numbers[pairs_sharing(np.frombuffer(keys.title, np.uint64)[numbers], _WINDOW)]
    codes = found[:, 0] * total + found[:, 1]
    found = part_of[parts[pairs_sharing(np.frombuffer(keys.part, np.uint64)[parts], _WINDOW)]]
    codes = np.union1d(codes, found[:, 0] * total + found[:, 1])
    for band in range(BANDS):
        found = numbers[pairs_sharing(banded[:, band], _BAND_WINDOW)]
        codes = np.union1d(codes, found[:, 0] * total + found[:, 1])
    first, second = codes // total, codes % total
    pairs: NDArray[np.int64] = np.stack((first, second), axis=1)[first != second]
    return pairs


def _judged(
    staging: Staging, facets: Sequence[Facet], places: NDArray[np.int64], pairs: NDArray[np.int64]
) -> Iterator[tuple[int, int, Verdict, float]]:
    """(number, number, verdict, likeness) of each pair; texts are read some thousand pairs at a time."""
    for start in range(0, len(pairs), _AT_ONCE):
        chunk = pairs[start : start + _AT_ONCE]
        numbers = np.unique(chunk).tolist()
        staged = staging.at(places[numbers].tolist())
        traits = {number: traits_of(one.item) for number, one in zip(numbers, staged, strict=True)}
        for first, second in chunk.tolist():
            yield first, second, *judge(traits[first], traits[second], facets)


def _groups(
    places: NDArray[np.int64],
    exact: Iterable[list[int]],
    same: Mapping[int, Mapping[int, float]],
    variants: Mapping[int, Mapping[int, float]],
) -> tuple[Group, ...]:
    followers = {members[0]: members[1:] for members in exact}
    stands: dict[int, int] = {}
    made: list[Group] = []
    for first in sorted({*followers, *same}):
        if first in stands:
            continue
        # Only what is like the first one itself: a chain of small steps leads far.
        near = [one for one in sorted(same.get(first, ())) if one > first and one not in stands]
        for one in near:
            stands[one] = first
        exactly = followers.get(first, [])
        members = sorted({first, *exactly, *near, *chain.from_iterable(followers.get(n, ()) for n in near)})
        if len(members) > 1:
            likeness = min((same[first][one] for one in near), default=1.0)
            kind = Kind.NEAR if near else Kind.EXACT
            made.append(Group(kind, tuple(places[members].tolist()), likeness))
    told: set[int] = set()
    for first in sorted(variants):
        others = {stands.get(one, one) for one in variants[first]} - told - {stands.get(first, first)}
        if first in told or first in stands or not others:
            continue
        told |= {first, *others}
        members = sorted({first, *others})
        likeness = min(variants[first].values())
        made.append(Group(Kind.VARIANTS, tuple(places[members].tolist()), likeness))
    return tuple(made)
