"""Parley's own ranking of a benchmark's candidates: what people said is understood, turn by turn.

In: candidates, their vectors, likes from other rows. Out: a `Ranker`. The dialogue state is folded over the
seeker's utterances; its conditions only lower items here, since these talks were not held with Parley and a
misread one would rule out the target. Nothing of it was fitted to the rows that are measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chatbot.constraints import Shelves
from chatbot.evaluation.benchmarks.instances import CandidateItem, Instance
from chatbot.evaluation.benchmarks.peers import Scores
from chatbot.state import DialogueState, union
from chatbot.tracking import hear
from chatbot.understanding import Understanding
from chatbot.understanding.reading import Situation
from retriever.catalogue import Catalogue
from retriever.collaborative import co_mention_vectors
from retriever.domain import Facet, FacetKind, FacetRole, FacetValue, Item, OfFacet, Query
from retriever.encoder import Encoder
from retriever.index import VectorIndex
from retriever.ledger import Interaction
from retriever.lexical import Bm25
from retriever.pipeline import Retriever
from retriever.tokens import framed_stems
from retriever.values import ValueIndex

_FACETS = (
    Facet("year", FacetKind.YEAR, "year", role=FacetRole.YEAR),
    Facet("genres", FacetKind.TAGS, "genre", role=FacetRole.CATEGORY),
    Facet("director", FacetKind.TAGS, "director", role=FacetRole.CREATOR),
    Facet("cast", FacetKind.TAGS, "cast", role=FacetRole.CREATOR),
)
_MOST = 200  # of the ranking: no measure looks further


class Parley:
    """Understanding and retriever over the candidates. `train`: dialogues whose items were liked together."""

    name = "Parley"

    def __init__(
        self,
        items: Sequence[CandidateItem],
        vectors: Scores,
        encoder: Encoder,
        train: Sequence[Instance] = (),
    ) -> None:
        catalogue = Catalogue("benchmark", _FACETS, [_item(each) for each in items])
        lexical = Bm25.build([framed_stems(" ".join((i.name, *i.words, i.text))) for i in items])
        liked = co_mention_vectors(catalogue, _liked_together(train)) if train else None
        self._rows = {item.id: row for row, item in enumerate(items)}
        self._retriever = Retriever(
            catalogue,
            VectorIndex(np.asarray(vectors, dtype=np.float32)),
            lexical,
            encoder,
            _value_index(catalogue, encoder),
            liked,
        )
        self._understanding = Understanding(self._retriever)
        self._shelves = Shelves(catalogue.facet, self._retriever.count)

    def scores(self, instance: Instance) -> Scores:
        state = self._state(instance)
        query = Query(
            text=" ".join(instance.said),
            constraints=tuple(replace(each, hard=False) for each in state.constraints),
            profile=state.profile,
            anchors=union(instance.named, state.anchors),
            k=_MOST,
        )
        scores = np.zeros(len(self._rows))
        for place, item in enumerate(self._retriever.recall(query, _MOST)):
            scores[self._rows[item]] = _MOST - place
        return scores

    def _state(self, instance: Instance) -> DialogueState:
        """What is known after the seeker's utterances: every other one, the last being theirs."""
        state = DialogueState()
        for said in instance.said[::-1][::2][::-1]:
            situation = Situation(
                state.turn + 1,
                constraints=state.constraints,
                preferences=state.profile.short_term,
                anchors=state.anchors,
            )
            if said.strip():
                state, _ = hear(state, self._understanding.read(said, situation), self._shelves, 0.0)
        return state


def _item(candidate: CandidateItem) -> Item:
    facets: dict[str, FacetValue] = {}
    for name, value in candidate.facets.items():
        if name == "year" and isinstance(value, int | float):
            facets[name] = float(value)
        elif isinstance(value, tuple) and value:
            facets[name] = tuple(dict.fromkeys(map(str, value)))
    return Item(candidate.id, candidate.name, candidate.text, facets)


def _value_index(catalogue: Catalogue, encoder: Encoder) -> ValueIndex:
    """Genres only: people's names mean nothing to an encoder."""
    pairs = [OfFacet("genres", value) for value in catalogue.values("genres")]
    vectors = encoder.encode([pair.value for pair in pairs])  # (value, dim)
    return ValueIndex(pairs, vectors)


def _liked_together(train: Sequence[Instance]) -> list[Interaction]:
    """A dialogue's items, named and recommended, as if one person had liked them."""
    liked: dict[tuple[str, str], None] = {}
    for each in train:
        for item in (*each.named, *each.targets):
            liked[(each.dialogue, item)] = None
    return [Interaction(person=dialogue, item=item, weight=1.0, at=0.0) for dialogue, item in liked]
