"""Which facets of a loaded catalogue hold what its file has in a column, and which values they know.

In: a catalogue and its file's rows. Out: facets, by the column's name. Nothing here knows a column by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from chatbot.understanding.words import load_language
from retriever.catalogue import Catalogue, values_of
from retriever.domain import FacetKind

SAME = 0.95  # share of the items that have both, from which two columns say the same
TITLE = "title"  # stands for the title among the facets of a column
_NUMERIC = (FacetKind.NUMBER, FacetKind.YEAR)


class Columns:
    """Which facets of a loaded catalogue hold what its file has under a service's slot."""

    def __init__(self, catalogue: Catalogue, rows: Iterable[Mapping[str, Any]]) -> None:
        self._catalogue = catalogue
        self._rows = [row for row in rows if str(row["id"]) in catalogue]
        self._titles = frozenset(plain(item.title) for item in catalogue.items)
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, slot: str) -> tuple[str, ...]:
        """The facets of a slot, `TITLE` among them; none where the catalogue does not tell."""
        if slot not in self._known:
            self._known[slot] = tuple(self._matching(slot))
        return self._known[slot]

    def has(self, slot: str, value: str) -> bool:
        """Whether an item has the value in a facet of the slot."""
        return any(self._has(facet, value) for facet in self.of(slot))

    def spoken(self, slot: str, value: str) -> str | None:
        """The value as the catalogue has it, or what stands before its comma: "Paris, France" is Paris."""
        return next((one for one in (value, value.partition(",")[0]) if self.has(slot, one)), None)

    def alike(self, slot: str, value: str) -> frozenset[str]:
        """Facets in which the value picks the items that it picks in one of the slot's."""
        facets = self.of(slot)
        picked = [items for facet in facets if (items := self._picked(facet, value))]
        others = [f.name for f in self._catalogue.facets if f.name not in facets]
        found = frozenset(
            facet
            for facet in others
            if (rows := self._picked(facet, value))
            and any(len(rows & items) >= SAME * len(rows | items) for items in picked)
        )
        return found | frozenset(facets)

    def _picked(self, facet: str, value: str) -> frozenset[int]:
        column = self._catalogue.column(facet)
        place = None if column is None else column.places.get(value.casefold())
        return frozenset() if column is None or place is None else frozenset(column.members[place].tolist())

    def _has(self, name: str, value: str) -> bool:
        if name == TITLE:
            return plain(value) in self._titles
        facet = self._catalogue.facet(name)
        assert facet is not None, "columns are found among the catalogue's own facets"
        if facet.kind is FacetKind.BOOLEAN:
            return plain(value) in ("true", "false")
        if facet.kind in _NUMERIC:
            number = number_of(value)
            return number is not None and any(
                item.facets.get(name) == number for item in self._catalogue.items
            )
        return plain(value) in {plain(known) for known in self._catalogue.values(name)}

    def _matching(self, slot: str) -> list[str]:
        pairs = [
            (plain(str(value)), self._catalogue.item(str(row["id"])))
            for row in self._rows
            if (value := row["attributes"].get(slot, row.get(slot))) not in (None, "")
        ]
        found = [TITLE] if pairs and _agree(said == plain(item.title) for said, item in pairs) else []
        for facet in self._catalogue.facets:
            both = [_says(item.facets[facet.name], said) for said, item in pairs if facet.name in item.facets]
            if both and _agree(both):
                found.append(facet.name)
        return found


def _agree(answers: Iterable[bool]) -> bool:
    told = list(answers)
    return sum(told) >= SAME * len(told)


def _says(value: object, said: str) -> bool:
    if isinstance(value, bool):
        return said == str(value).casefold()
    if isinstance(value, float):
        return number_of(said) == value
    return isinstance(value, str | tuple) and said in {plain(one) for one in values_of(value)}


def plain(text: str) -> str:
    """Letters and figures, case-folded, with one blank between words; a decimal point stays."""
    return " ".join(re.findall(r"\w+(?:\.\d+)?", text.casefold().replace("'", "").replace("’", "")))


def number_of(text: str) -> float | None:
    """A number in figures, or in a word that the language's file has."""
    try:
        return float(text)
    except ValueError:
        said = load_language("en").numbers.get(plain(text))
        return float(said) if isinstance(said, int | float) else None
