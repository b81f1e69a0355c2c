"""A catalogue in memory, as one generation holds it: items, columns for filters, aggregates.

In: facets and items. Out: look-ups. Never changes after it is made, so every thread may read it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from retriever.domain import Facet, FacetKind, FacetRole, FacetValue, Item, ItemId
from retriever.errors import UnknownItem
from retriever.tokens import framed_stems
from retriever.vocabulary import Synonyms, Vocabulary, build_vocabulary

Mask = NDArray[np.bool_]

_VALUED = (FacetKind.CATEGORY, FacetKind.TAGS)
_NUMERIC = (FacetKind.NUMBER, FacetKind.YEAR)
_NO_VALUES: Mapping[str, int] = MappingProxyType({})
_PROSE = 200  # descriptions from which the language is told


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Spread of a numeric facet over the items that have it. `quartiles`: 25, 50 and 75 %; `count` ≥ 1."""

    low: float
    high: float
    quartiles: tuple[float, float, float]
    count: int


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """One CATEGORY or TAGS facet of all items.

    `written`: each value as its commonest spelling, case-folded ones merged, commonest first (ties by
    spelling); `places`: case-folded value → its place there; `members`: for each, the ascending rows,
    and in `numbers` at which place from 0 among its own values each of those items has it. `rows` and
    `value`: the members again, one after the other, with the place of the value that each of them has.
    """

    written: tuple[str, ...]
    places: Mapping[str, int]
    members: tuple[NDArray[np.int32], ...]
    numbers: tuple[NDArray[np.int32], ...]
    present: Mask  # (item,)
    rows: NDArray[np.int32]  # (pair,)
    value: NDArray[np.intp]  # (pair,)

    def sums(self, weights: NDArray[np.floating] | Mask) -> NDArray[np.float64]:
        """(value,) the weights (item,) of the items that have each value, added up."""
        added = np.bincount(self.value, weights=weights[self.rows], minlength=len(self.written))
        return added.astype(np.float64)  # without any pair they are counts, of whole numbers


def values_of(value: FacetValue | None) -> tuple[str, ...]:
    """The words of a CATEGORY or TAGS value; none of anything else."""
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) and value else ()


class Catalogue:
    """All items of a catalogue, in order; row = place in that order, from 0."""

    def __init__(
        self,
        name: str,
        facets: Sequence[Facet],
        items: Sequence[Item],
        *,
        generation: str = "",
        content_hash: str = "",
        stems: Sequence[str] | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self.name = name
        self.facets = tuple(facets)
        self.items = tuple(items)
        self.generation = generation
        self.content_hash = content_hash
        self._stems = None if stems is None else tuple(stems)
        self._vocabulary = vocabulary
        self._phrase_mask = lru_cache(maxsize=512)(self._search_phrase)
        self._facets = {facet.name: facet for facet in self.facets}
        self._rows = {item.id: row for row, item in enumerate(self.items)}
        if len(self._rows) != len(self.items):
            raise ValueError(f"catalogue {name!r} holds an id twice")
        self._columns: dict[str, ValueColumn] = {}
        self._numbers: dict[str, NDArray[np.float64]] = {}
        for facet in self.facets:
            if facet.kind in _VALUED:
                self._columns[facet.name] = _value_column(
                    [item.facets.get(facet.name) for item in self.items]
                )
            else:
                self._numbers[facet.name] = _number_column(
                    [item.facets.get(facet.name) for item in self.items]
                )

        # Read with every mention of a value.
        self._counts: dict[str, Mapping[str, int]] = {
            name: MappingProxyType(
                {word: len(rows) for word, rows in zip(column.written, column.members, strict=True)}
            )
            for name, column in self._columns.items()
        }

    def __len__(self) -> int:
        return len(self.items)

    def row(self, item: ItemId) -> int:
        """An item's row.

        Raises:
            UnknownItem: if no item has that id.
        """
        try:
            return self._rows[item]
        except KeyError:
            raise UnknownItem(
                f"no item {item!r} in catalogue {self.name!r}; ids are those of the loaded file"
            ) from None

    def __contains__(self, item: object) -> bool:
        return item in self._rows

    def item(self, item: ItemId) -> Item:
        """The item of an id.

        Raises:
            UnknownItem: if no item has that id.
        """
        return self.items[self.row(item)]

    def rows(self, items: Sequence[ItemId] | frozenset[ItemId]) -> NDArray[np.intp]:
        """Ascending rows of the ids that the catalogue has; unknown ids are left out."""
        return np.array(sorted(self._rows[one] for one in items if one in self._rows), dtype=np.intp)

    def facet(self, name: str) -> Facet | None:
        """The facet of a name, or None."""
        return self._facets.get(name)

    def by_role(self, role: FacetRole) -> Facet | None:
        """The first facet with a role, or None."""
        return next((facet for facet in self.facets if facet.role is role), None)

    @property
    def currency(self) -> str:
        """ISO 4217 code of the price facet, or empty."""
        price = self.by_role(FacetRole.PRICE)
        return price.unit if price is not None else ""

    def values(self, facet: str) -> Mapping[str, int]:
        """Value as written → number of items that have it, commonest first; empty for other kinds."""
        return self._counts.get(facet, _NO_VALUES)

    def numbers(self, facet: str) -> NumberRange | None:
        """Spread of a NUMBER or YEAR facet; None if it is another kind or no item has it."""
        known = self._facets.get(facet)
        if known is None or known.kind not in _NUMERIC:
            return None
        present = self._numbers[facet][~np.isnan(self._numbers[facet])]
        if not len(present):
            return None
        first, middle, third = (float(cut) for cut in np.percentile(present, (25, 50, 75)))
        return NumberRange(float(present.min()), float(present.max()), (first, middle, third), len(present))

    @property
    def vocabulary(self) -> Vocabulary:
        """What people may call the values; of the generation, or built once without an owner's synonyms."""
        if self._vocabulary is None:
            self._vocabulary = self.vocabulary_with({})
        return self._vocabulary

    def vocabulary_with(self, synonyms: Synonyms) -> Vocabulary:
        """The vocabulary that follows from the items and an owner's synonyms."""
        prose = (item.description for item in self.items[:_PROSE])
        return build_vocabulary(self.facets, self.values, synonyms, prose)

    def titles(self) -> tuple[str, ...]:
        """Titles in row order."""
        return tuple(item.title for item in self.items)

    def column(self, facet: str) -> ValueColumn | None:
        """A CATEGORY or TAGS facet's values by item, or None."""
        return self._columns.get(facet)

    def number_column(self, facet: str) -> NDArray[np.float64] | None:
        """(item,) numbers of a NUMBER, YEAR or BOOLEAN facet (1 and 0); NaN where absent. None for others."""
        return self._numbers.get(facet)

    @property
    def stems(self) -> tuple[str, ...]:
        """Each item's words as stems, parted and framed by blanks; read from the generation or made once."""
        if self._stems is None:
            self._stems = tuple(framed_stems(text) for text in self.words)
        return self._stems

    def phrase_mask(self, phrase: str) -> Mask:
        """(item,) True where the phrase's stems stand in a row in the item's text; none for no words."""
        return self._phrase_mask(framed_stems(phrase))

    def _search_phrase(self, framed: str) -> Mask:
        """One search through all texts laid end to end: much quicker than one an item."""
        found = np.zeros(len(self.items), dtype=bool)
        text, starts = self._laid_out
        at = text.find(framed) if framed.strip() else -1
        while at >= 0:
            row = bisect_right(starts, at) - 1
            found[row] = True
            # The item is found; the search goes on in the next one.
            at = text.find(framed, starts[row + 1]) if row + 1 < len(starts) else -1
        found.setflags(write=False)  # shared by every caller from the cache
        return found

    @cached_property
    def _laid_out(self) -> tuple[str, tuple[int, ...]]:
        """All stems, a line an item, and where each line starts. No phrase holds a line break."""
        lengths = (len(stems) + 1 for stems in self.stems)
        return "\n".join(self.stems), tuple(accumulate(lengths, initial=0))[:-1]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Each item's whole text, in row order: title, description, every category and tag."""
        return tuple(
            "\n".join(
                (
                    item.title,
                    item.description,
                    *(word for value in item.facets.values() for word in values_of(value)),
                )
            )
            for item in self.items
        )


def _value_column(values: Sequence[FacetValue | None]) -> ValueColumn:
    spellings: dict[str, Counter[str]] = {}
    members: dict[str, list[int]] = {}
    numbers: dict[str, list[int]] = {}
    present = np.zeros(len(values), dtype=bool)  # (item,)
    for row, value in enumerate(values):
        words = values_of(value)
        present[row] = bool(words)
        own: dict[str, str] = {}
        for word in words:
            own.setdefault(word.casefold(), word)
        for number, (folded, word) in enumerate(own.items()):
            spellings.setdefault(folded, Counter())[word] += 1
            members.setdefault(folded, []).append(row)
            numbers.setdefault(folded, []).append(number)
    # Counter keeps the first seen of equals: the earliest item's spelling wins a tie.
    written = {folded: counts.most_common(1)[0][0] for folded, counts in spellings.items()}
    order = sorted(members, key=lambda folded: (-len(members[folded]), written[folded]))
    every = [np.array(members[folded], dtype=np.int32) for folded in order]
    return ValueColumn(
        written=tuple(written[folded] for folded in order),
        places=MappingProxyType({folded: place for place, folded in enumerate(order)}),
        members=tuple(every),
        numbers=tuple(np.array(numbers[folded], dtype=np.int32) for folded in order),
        present=present,
        rows=np.concatenate([np.zeros(0, dtype=np.int32), *every]),
        value=np.repeat(np.arange(len(every)), [len(rows) for rows in every]),
    )


def _number_column(values: Sequence[FacetValue | None]) -> NDArray[np.float64]:
    return np.array(
        [float(value) if isinstance(value, (int, float)) else np.nan for value in values], dtype=np.float64
    )
