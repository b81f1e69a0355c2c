"""Where an item stands in what would be shown page by page, if the person went on asking for more.

In: a retriever and the query of a recommendation. Out: an item's place. Pages are only ranked when asked for.
"""

from __future__ import annotations

from dataclasses import replace

from generator.replies import Absence
from retriever.domain import ItemId, Query
from retriever.pipeline import Retriever

_MOST_PAGES = 8  # a few milliseconds each


class Pages:
    """The pages of one query, ranked one after the other."""

    def __init__(self, retriever: Retriever, query: Query) -> None:
        self._retriever = retriever
        self._query = query

    def place_of(self, item: ItemId) -> Absence:
        """The place of an item that fits, counted from 1; "unfit" if it doesn't fit."""
        query = self._query
        catalogue = self._retriever.catalogue
        total = self._retriever.count(query.constraints, query.excluded | frozenset(query.anchors))
        others = frozenset(one.id for one in catalogue.items if one.id != item)
        if not self._retriever.count(query.constraints, query.excluded | others):
            return Absence("unfit")
        listed: list[ItemId] = []
        first: tuple[str, ...] = ()
        for _ in range(_MOST_PAGES):
            page = self._retriever.retrieve(replace(query, excluded=query.excluded | frozenset(listed)))
            ids = [candidate.item.id for candidate in page.candidates]
            first = first or tuple(candidate.item.title for candidate in page.candidates)
            if item in ids:
                return Absence("later", len(listed) + ids.index(item) + 1, total, first)
            listed += ids
        return Absence("later", 0, total, first)
