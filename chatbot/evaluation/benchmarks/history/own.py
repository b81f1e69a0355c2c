"""Parley's own ranking for a person of whom a history is known and who has said nothing yet.

In: a generation, and everybody's past. Out: a system of the benchmark. What the person liked or disliked
becomes the preferences that clicks on those items in earlier sessions would have left, by the chatbot's own
rules (strength, number, fading), and the list is what the retriever returns for the profile alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chatbot.evaluation.benchmarks.history.split import Person
from chatbot.profile import begin_session, learn
from retriever.collaborative import co_mention_vectors
from retriever.domain import InterestProfile, OfItem, Preference, Query, Source, SourceKind
from retriever.encoder import Encoder
from retriever.feedback import relative_to_each
from retriever.generations import OpenGeneration
from retriever.index import VectorIndex
from retriever.ledger import Interaction
from retriever.metrics.beyond_accuracy import Rows
from retriever.pipeline import Retriever

_CLICK = Source(SourceKind.CLICK, 0)
# Of the likes and dislikes, which all would make a profile of no taste in particular. Chosen by recall on
# the likings before the targets of 9,742 films: 20 found more than 50 or 200.
_LATEST = 20


class Parley:
    """The retriever over the catalogue, with the collaborative vectors of what is learnt from."""

    name = "Parley"

    def __init__(
        self, opened: OpenGeneration, encoder: Encoder, train: Sequence[Interaction], liked: float
    ) -> None:
        self._liked = liked
        self._retriever = Retriever(
            opened.catalogue,
            VectorIndex(opened.vectors),
            opened.lexical,
            encoder,
            opened.values,
            co_mention_vectors(opened.catalogue, relative_to_each(train)),
        )

    def best(self, person: Person, k: int) -> Rows:
        """Up to k rows, best first, none of which the person had to do with before."""
        query = Query(
            profile=profile_of(person, self._liked),
            excluded=frozenset(one.item for one in person.past),
            k=k,
        )
        catalogue = self._retriever.catalogue
        found = self._retriever.retrieve(query).candidates
        return np.array([catalogue.row(each.item.id) for each in found], dtype=np.intp)


def profile_of(person: Person, liked: float) -> InterestProfile:
    """The profile that a session of that person begins with, at the time of the first target.

    The latest twenty judgements make it. A weight of `liked` or more counts as a click on "like", of
    −`liked` or less as one on "not for me"; what lies between left no click.
    """
    clicks = [
        Preference(OfItem(one.item), 1.0 if one.weight > 0 else -1.0, _CLICK, at=one.at)
        for one in person.past
        if abs(one.weight) >= liked
    ]
    return begin_session(learn(InterestProfile(), clicks[-_LATEST:]).long_term, person.now)
