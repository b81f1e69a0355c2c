"""Parley's own ranking of a benchmark's candidates: the retriever, as a conversation would ask it.

In: candidates, their vectors, likes from other rows. Out: a `Ranker`. The query holds the last utterances as
words and the items named as anchors; nothing of it was fitted to the rows that are measured.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chatbot.evaluation.benchmarks.instances import CandidateItem, Instance
from chatbot.evaluation.benchmarks.peers import Scores
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
_SAID = 2  # utterances that become the query's words
_MOST = 200  # of the ranking: no measure looks further


class Parley:
    """The retriever over the candidates. `train`: other dialogues, whose items count as liked together."""

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

    def scores(self, instance: Instance) -> Scores:
        query = Query(text=" ".join(instance.said[-_SAID:]), anchors=instance.named, k=_MOST)
        scores = np.zeros(len(self._rows))
        for place, item in enumerate(self._retriever.recall(query, _MOST)):
            scores[self._rows[item]] = _MOST - place
        return scores


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
