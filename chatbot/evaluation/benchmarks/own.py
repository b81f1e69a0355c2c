"""Parley's own ranking of a benchmark's candidates: what people said is understood, turn by turn.

In: candidates, their vectors, likes from other rows. Out: a `Ranker`. The dialogue state is folded over the
seeker's utterances; its conditions only lower items here, since these talks were not held with Parley and a
misread one would rule out the target. Nothing of it was fitted to the rows that are measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from chatbot.constraints import Shelves
from chatbot.evaluation.benchmarks.instances import CandidateItem, Instance
from chatbot.evaluation.benchmarks.peers import ItemVectors, Scores
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
    """Understanding and retriever over the candidates. `train`: dialogues whose items were liked together.

    Nothing is built before the first instance.
    """

    name = "Parley"

    def __init__(
        self,
        items: Sequence[CandidateItem],
        vectors: ItemVectors,
        train: Sequence[Instance] = (),
    ) -> None:
        self._items = items
        self._vectors = vectors
        self._train = train

    def scores(self, instance: Instance) -> Scores:
        opened = self._opened
        state = opened.state_after(instance)
        query = Query(
            text=" ".join(instance.said),
            constraints=tuple(replace(each, hard=False) for each in state.constraints),
            profile=state.profile,
            anchors=union(instance.named, state.anchors),
            k=_MOST,
        )
        scores = np.zeros(len(self._items))
        for place, item in enumerate(opened.retriever.recall(query, _MOST)):
            scores[opened.rows[item]] = _MOST - place
        return scores

    @cached_property
    def _opened(self) -> _Opened:
        catalogue = Catalogue("benchmark", _FACETS, [_item(each) for each in self._items])
        lexical = Bm25.build([framed_stems(" ".join((i.name, *i.words, i.text))) for i in self._items])
        liked = co_mention_vectors(catalogue, _liked_together(self._train)) if self._train else None
        retriever = Retriever(
            catalogue,
            VectorIndex(self._vectors.rows),
            lexical,
            self._vectors.encoder,
            _value_index(catalogue, self._vectors.encoder),
            liked,
        )
        shelves = Shelves(catalogue.facet, retriever.count)
        rows = {item.id: row for row, item in enumerate(self._items)}
        return _Opened(retriever, Understanding(retriever), shelves, rows)


@dataclass(frozen=True, slots=True)
class _Opened:
    """What is built of the candidates; `rows`: item id → its place."""

    retriever: Retriever
    understanding: Understanding
    shelves: Shelves
    rows: Mapping[str, int]

    def state_after(self, instance: Instance) -> DialogueState:
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
                state, _ = hear(state, self.understanding.read(said, situation), self.shelves, 0.0)
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
