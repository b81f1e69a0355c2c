"""Where an item stood in a ranking that was kept: what "why not that one?" is answered from.

In: a ranking as a turn keeps it, and a retriever for the records. Out: why the item was not shown.
"""

from __future__ import annotations

from chatbot.turn_data import Ranking
from generator.replies import Absence
from generator.untrusted import trusted_title
from generator.words import words_of
from retriever.domain import ItemId
from retriever.pipeline import Retriever


def absence_in(ranking: Ranking, item: ItemId, retriever: Retriever, language: str) -> Absence:
    """ "shown", or "later" with the item's place from 1 (0: further down than is kept), or "unfit"."""
    catalogue = retriever.catalogue
    place = ranking.place(item)
    if 0 < place <= ranking.shown:
        return Absence("shown")
    words = words_of(language)
    first = tuple(
        trusted_title(catalogue.item(one.item).title, words)
        for one in ranking.placed[: ranking.shown]
        if one.item in catalogue
    )
    if not place:
        query = ranking.query
        others = frozenset(one.id for one in catalogue.items if one.id != item)
        if item in query.excluded or not retriever.count(query.constraints, others):
            return Absence("unfit")
    return Absence("later", place, ranking.eligible, first)
