"""Which items, in which order: filter → legs → fusion → rerank → diversity, with each candidate's trace.

In: a Query. Out: a Shortlist. Knows nothing of dialogues. Never changes after it is made but for its
memory of encoded texts, so every thread may use it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retriever import coldstart, filters, legs
from retriever.catalogue import Catalogue, Mask, values_of
from retriever.collaborative import likers
from retriever.diversity import mmr, one_of_each
from retriever.domain import (
    AnyOf,
    Candidate,
    Constraint,
    Facet,
    FacetRole,
    InterestProfile,
    Item,
    ItemId,
    Leg,
    LegTrace,
    OfFacet,
    OfTheme,
    Order,
    Preference,
    Query,
    Reranked,
    Shortlist,
    Trace,
)
from retriever.encoder import Encoder, Vocabulary
from retriever.errors import IndexMismatch
from retriever.fusion import neutral_rank, ranks, reciprocal_rank_fusion
from retriever.index import VectorIndex, best_places
from retriever.interest_graph import interest_graph, value_weights
from retriever.interests import Member
from retriever.lexical import Bm25
from retriever.looks import Looks
from retriever.matching import MOST_WORDS, ValueMatcher
from retriever.reading import Reading
from retriever.reranking import Reranking
from retriever.similarity import ItemSimilarity
from retriever.tastes import NO_TASTES, Tastes, nearby, of_each_taste, tastes_of
from retriever.tokens import telling_words
from retriever.values import ValueIndex
from retriever.wish import item_text, wish_of

MMR_BALANCE = 0.75  # relevance against difference; 1 would be relevance alone
OPENING_BALANCE = 0.4  # before any wish is known, three of a kind would waste two
SOFT_COST = 1.0  # of the fused scores' range, for each soft constraint that an item breaks
LISTED = 30  # places of a ranking that are told, so that "why not that one?" has an answer
_PLAINLY_DESCRIBED = 0.1  # cosine between the first and the second, from which one item is described
_REMEMBERED = 2_048  # encoded texts; 3 MB at 384 numbers each
_EVERYDAY = 0.2  # telling less, a value is of a third of all items
# Characters of a text that are encoded, as a pass takes as long as its text: of a query, and of all else.
_LONGEST_QUERY = 400
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class _Ranked:
    """One leg's scores with the ranks made of them; both (item,)."""

    scores: legs.LegScores
    ranks: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Views:
    """All legs of one query. `met`: which items meet each preference; `meant`: values that its words mean.

    `tastes`: what the profile's preferences in force come to.
    """

    ranked: tuple[_Ranked, ...]
    met: tuple[tuple[Preference, Mask], ...]
    meant: tuple[OfFacet, ...]
    tastes: Tastes = NO_TASTES


class Retriever:
    """Ranks one catalogue, as one generation holds it."""

    def __init__(
        self,
        catalogue: Catalogue,
        index: VectorIndex,
        lexical: Bm25,
        encoder: Encoder,
        values: ValueIndex,
        collaborative: NDArray[np.float32] | None = None,
        reranking: Reranking | None = None,
        looks: Looks | None = None,
    ) -> None:
        if len(index) != len(catalogue) or (len(index) and index.dim != encoder.dim):
            raise IndexMismatch(
                f"the index holds {len(index)} vectors of dim {index.dim}, the catalogue {len(catalogue)} "
                f"items, and encoder {encoder.name!r} makes dim {encoder.dim}; run `parley ingest --rebuild`"
            )
        self.catalogue = catalogue
        self._index = index
        self._lexical = lexical
        self._encoder = encoder
        self._values = values
        self._collaborative = collaborative
        self._reranking = reranking
        self._looks = looks
        self._matcher = ValueMatcher(catalogue, values)
        self._similarity = ItemSimilarity(catalogue, index)
        self._prior = coldstart.prior(catalogue, None if collaborative is None else likers(collaborative))
        self._opening = self._prior if self._prior.any() else self._similarity.representative()
        self._reads = Reading(encoder)
        self._encoded: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._encoded_lock = threading.Lock()

    @property
    def encoder_fingerprint(self) -> str:
        """Changes whenever the same text would get another vector."""
        return self._encoder.fingerprint

    # -- look-ups --------------------------------------------------------------------------------------

    def count(self, constraints: Sequence[Constraint], excluded: frozenset[ItemId] = frozenset()) -> int:
        """How many items meet every hard constraint and are not excluded."""
        return int(filters.mask(self.catalogue, constraints, excluded).sum())

    def rows(
        self, constraints: Sequence[Constraint], excluded: frozenset[ItemId] = frozenset()
    ) -> tuple[Item, ...]:
        """Those items, in catalogue order."""
        kept = np.flatnonzero(filters.mask(self.catalogue, constraints, excluded))
        return tuple(self.catalogue.items[row] for row in kept)

    def facet_counts(
        self, facet: str, constraints: Sequence[Constraint], excluded: frozenset[ItemId] = frozenset()
    ) -> tuple[tuple[str, int], ...]:
        """(value, number of those items that have it), commonest first; ties as in the whole catalogue."""
        column = self.catalogue.column(facet)
        if column is None:
            return ()
        kept = filters.mask(self.catalogue, constraints, excluded)
        counts = column.sums(kept)
        having = np.flatnonzero(counts)
        having = having[np.argsort(-counts[having], kind="stable")]
        return tuple((column.written[place], int(counts[place])) for place in having)

    def questions(
        self,
        constraints: Sequence[Constraint],
        excluded: frozenset[ItemId] = frozenset(),
        asked: frozenset[str] = frozenset(),
        ranking: Sequence[ItemId] = (),
    ) -> tuple[tuple[Facet, float], ...]:
        """Facets worth asking about among those items, most informative first, with the gain in bits.

        `ranking`: those likeliest to be wanted, best first; they count more. Empty: all count alike.
        """
        kept = filters.mask(self.catalogue, constraints, excluded)
        weights = coldstart.wanted(self.catalogue, ranking) if ranking else None
        return coldstart.most_informative(self.catalogue, kept, asked, weights)

    def nearest_values(self, text: str, k: int = 5) -> tuple[tuple[OfFacet, float], ...]:
        """Facet values nearest in meaning to a few words, with their cosine, nearest first."""
        if not text.strip():
            return ()
        return self._values.nearest(self.encode([text])[0], k)

    def closeness(self, text: str) -> float:
        """Cosine (-1..1) of a text to the item nearest in meaning; -1 for an empty text or catalogue.

        Low for texts that have nothing to do with this catalogue: what out of scope is measured by. Of a text
        that the encoder can't read it is 1 or 0: whether any word of it stands in some item.
        """
        if not text.strip() or not len(self.catalogue):
            return -1.0
        if not self._reads.reads(text):
            return float(self._lexical.scores(text).any())
        return float(self._index.scores(self.encode([text])[0]).max())

    def knows_word(self, word: str) -> bool:
        """Whether a word stands in some item or in the encoder's vocabulary, and so is no typing error."""
        if self._lexical.has(word):
            return True
        return isinstance(self._encoder, Vocabulary) and self._encoder.has_word(word)

    def similarity(self, a: ItemId, b: ItemId) -> float:
        """How alike two items are, about −0.5..1 (half meaning, half shared facet values).

        Raises:
            UnknownItem: if either id is not in the catalogue.
        """
        return float(self._similarity.to(self.catalogue.row(a))[self.catalogue.row(b)])

    def shared(self, a: ItemId, b: ItemId) -> tuple[tuple[str, str], ...]:
        """(facet, value) that two items have in common, most telling first.

        Raises:
            UnknownItem: if either id is not in the catalogue.
        """
        return self._similarity.shared(self.catalogue.row(a), self.catalogue.row(b))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(text, dim) unit rows; texts seen lately cost nothing.

        A text in a script that the encoder can't read is a row of zeros, which is near nothing: what such an
        encoder makes of it says only which marks it has in common with others.
        """
        return self._encoded_of([text[:_LONGEST] for text in texts])

    def _encoded_of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`encode` of texts that are short enough."""
        with self._encoded_lock:
            known = {text: self._encoded[text] for text in texts if text in self._encoded}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        readable = [text for text in new if self._reads.reads(text)]
        known.update((text, np.zeros(self._encoder.dim, dtype=np.float32)) for text in new)
        if readable:
            known.update(zip(readable, self._encoder.encode(readable), strict=True))
        with self._encoded_lock:
            for text in texts:
                self._encoded[text] = known[text]
                self._encoded.move_to_end(text)
            while len(self._encoded) > _REMEMBERED:
                self._encoded.popitem(last=False)
        rows = np.array([known[text] for text in texts], dtype=np.float32)
        return rows.reshape(len(texts), self._encoder.dim)

    def liked_values(self, profile: InterestProfile) -> tuple[tuple[OfFacet, float], ...]:
        """How much each facet value is liked, signed: what was said of it, and the items liked that have it.

        Strongest first; of equals the value that more items have, as it says more of the person than a name.
        What a third of all items have says nothing, unless the person spoke of it.
        """
        members = [Member(one.preference, one.strength) for one in legs.held_preferences(profile)]
        graph = interest_graph(members, self.catalogue, self._similarity)
        stated = {value for value, _ in graph.values}
        weights = value_weights(graph)
        telling = {one: self._similarity.value_weight(*one) for one in weights}
        kept = [one for one in weights if one in stated or telling[one] >= _EVERYDAY]
        order = sorted(kept, key=lambda one: (-abs(weights[one]), telling[one], one))
        return tuple((OfFacet(*one), weights[one]) for one in order)

    # -- ranking ---------------------------------------------------------------------------------------

    def retrieve(self, query: Query) -> Shortlist:
        """The best `query.k` items that meet every hard constraint, best first.

        The items named as anchors are never among them, nor counted as eligible. Ids that the catalogue
        does not have (a conversation may be older than a load) are passed over. An order by a facet
        decides alone, ties by relevance, items without the number last. Otherwise the fused ranking is
        reranked at its head, if there is a reranker, and made diverse within its best max(30, 4 k).

        Raises:
            ValueError: if query.k < 1.
        """
        if query.k < 1:
            raise ValueError(f"k must be at least 1, not {query.k}")
        excluded = query.excluded | frozenset(query.anchors)
        among = filters.mask(self.catalogue, query.constraints, excluded)
        eligible = int(among.sum())
        if not eligible:
            return Shortlist((), 0, filters.relaxations(self.catalogue, query.constraints, excluded))

        anchors = [self.catalogue.row(one) for one in dict.fromkeys(query.anchors) if one in self.catalogue]
        views = self._views(query, anchors, among)
        broken = filters.broken(self.catalogue, query.constraints)  # (soft constraint, item)
        fused, penalty = _fused(views, broken, among)

        ranked = views.ranked
        reranked: dict[int, Reranked] = {}
        if query.order is not None:
            ordered = self._ordering(query.order, among)
            ranked = (*ranked, ordered)
            listed = self._by_order(ordered, fused, among, max(query.k, LISTED))
            before = {row: place for place, row in enumerate(listed)}
            chosen = listed[: query.k]
        else:
            opening = all(one.scores.leg in (Leg.PRIOR, Leg.RELATED) for one in ranked)
            balance = OPENING_BALANCE if opening else MMR_BALANCE
            relevance, reranked = self._reranked(query, fused, penalty, among)
            relevance = _described_first(ranked, relevance, among)
            listed, before = self._diverse(relevance, among, query.k, balance)
            kinds = self._kinds(query.constraints, relevance, among)
            if not (query.text or query.anchors):
                kinds += of_each_taste(views.tastes, listed[: query.k], relevance, among)
            chosen = one_of_each(listed[: query.k], kinds, query.k)
        soft = [constraint for constraint in query.constraints if not constraint.hard]

        def candidate(place: int, row: int, *, shown: bool) -> Candidate:
            trace = Trace(
                legs=_leg_traces(ranked, row),
                fused=float(fused[row]),
                matched=tuple(preference for preference, meets in views.met if meets[row]),
                shared=self._shared_with(anchors, row) if shown else (),
                broken=tuple(c for c, fails in zip(soft, broken, strict=True) if fails[row]),
                displaced=place - before.get(row, len(before)),
                penalty=float(penalty[row]),
                meant=tuple(pair for pair in views.meant if _has(self.catalogue.items[row], pair)),
                reranked=reranked.get(row),
                nearby=nearby(views.tastes, self._similarity, self._index, row) if shown else None,
            )
            return Candidate(self.catalogue.items[row], place + 1, trace)

        rest = [row for row in listed if row not in chosen]
        return Shortlist(
            tuple(candidate(place, row, shown=True) for place, row in enumerate(chosen)),
            eligible,
            further=tuple(
                candidate(place, row, shown=False) for place, row in enumerate(rest, start=len(chosen))
            ),
        )

    def recall(self, query: Query, most: int) -> tuple[ItemId, ...]:
        """The first `most` items in fused order, before any reranking or diversity: a reranker's input.

        Raises:
            ValueError: if most < 0.
        """
        among = filters.mask(self.catalogue, query.constraints, query.excluded | frozenset(query.anchors))
        if not among.any():
            return ()
        anchors = [self.catalogue.row(one) for one in dict.fromkeys(query.anchors) if one in self.catalogue]
        broken = filters.broken(self.catalogue, query.constraints)
        fused, _ = _fused(self._views(query, anchors, among), broken, among)
        rows = np.flatnonzero(among)
        return tuple(self.catalogue.items[row].id for row in rows[best_places(fused[rows], most)])

    def _views(self, query: Query, anchors: Sequence[int], among: Mask) -> _Views:
        """Every leg that has something to say about the query."""
        text = query.text.strip()[:_LONGEST_QUERY]
        held = legs.held_preferences(query.profile)
        themes = [h.preference.about.words for h in held if isinstance(h.preference.about, OfTheme)]
        words = telling_words(text, MOST_WORDS)
        # One call for everything that has to be encoded: two calls cost twice.
        texts = [*([text] if text else []), *words, *themes]
        cut = [each if each == text else each[:_LONGEST] for each in texts]
        encoded = dict(zip(texts, self._encoded_of(cut), strict=True)) if texts else {}
        tastes = tastes_of(held, self.catalogue, self._index, self._similarity, encoded)
        scored: list[legs.LegScores] = []
        meant: tuple[OfFacet, ...] = ()
        met: tuple[tuple[Preference, Mask], ...] = ()
        if text:
            about_text, meant = self._text_legs(text, words, encoded, among)
            scored.extend(about_text)
        if anchors:
            scored.append(legs.anchor_leg(self._similarity, anchors, among))
        if held:
            leg, met = legs.preference_leg(
                self.catalogue, self._similarity, self._index, held, tastes, encoded, among
            )
            scored.append(leg)
        if self._collaborative is not None and (anchors or held):
            together = legs.collaborative_leg(self.catalogue, self._collaborative, anchors, held, among)
            if together is not None:
                scored.append(together)
        if self._looks is not None:
            scored.extend(self._looks.legs(text, anchors, among))
        if not scored:
            asked = self._asked_values(query.constraints)
            if asked is not None:
                scored.append(self._dense(asked, among, legs.WEIGHTS[Leg.DENSE] / 2))
            scored.append(legs.LegScores(Leg.PRIOR, self._opening, among, legs.PRIOR_ALONE))
        elif self._prior.any():
            known = self._collaborative is not None
            weight = legs.PRIOR_WITH_HISTORY if known else legs.WEIGHTS[Leg.PRIOR]
            scored.append(legs.LegScores(Leg.PRIOR, self._prior, among, weight))
        related = legs.related_leg(self.catalogue, self._similarity, self._index, query.profile, among)
        if related is not None:
            scored.append(related)
        return _Views(tuple(_ranked(leg) for leg in scored), met, meant, tastes)

    def _text_legs(
        self, text: str, words: Sequence[str], encoded: dict[str, NDArray[np.float32]], among: Mask
    ) -> tuple[list[legs.LegScores], tuple[OfFacet, ...]]:
        """What the query's words rank, and the facet values that they plainly mean."""
        scored = [self._dense(encoded[text], among, legs.WEIGHTS[Leg.DENSE])]
        lexical = self._lexical.scores(text)
        if (hit := among & (lexical > 0)).any():
            scored.append(legs.LegScores(Leg.LEXICAL, lexical, hit, legs.WEIGHTS[Leg.LEXICAL]))
        agreement = self._matcher.agreement(encoded[text], [encoded[word] for word in words])
        if agreement is None:
            return scored, ()
        hit = among & (agreement.scores > 0)
        scored.append(legs.LegScores(Leg.FACET, agreement.scores, hit, legs.WEIGHTS[Leg.FACET]))
        return scored, agreement.meant

    def _dense(self, vector: NDArray[np.float32], among: Mask, weight: float) -> legs.LegScores:
        return legs.LegScores(Leg.DENSE, self._index.scores(vector), among, weight)

    def _asked_values(self, constraints: Sequence[Constraint]) -> NDArray[np.float32] | None:
        """(dim,) the meaning of the values asked for, so that of all tents the most tent-like comes first."""
        wanted = {
            (constraint.facet, value.casefold())
            for constraint in constraints
            if isinstance(constraint.test, AnyOf)
            for value in constraint.test.values
        }
        return self._values.mean_of(wanted)

    def _shared_with(self, anchors: Sequence[int], row: int) -> tuple[tuple[str, str], ...]:
        return tuple(
            dict.fromkeys(pair for anchor in anchors for pair in self._similarity.shared(row, anchor))
        )

    def _ordering(self, order: Order, among: Mask) -> _Ranked:
        """The facet's own leg; items without the number are not in it."""
        numbers = self.catalogue.number_column(order.facet)
        if numbers is None:
            numbers = np.full(len(self.catalogue), np.nan)
        known = among & ~np.isnan(numbers)
        places = ranks(np.where(known, -numbers if order.ascending else numbers, 0.0), known)
        return _Ranked(legs.LegScores(Leg.ORDER, numbers, known, 0.0), places)

    @staticmethod
    def _by_order(ordered: _Ranked, fused: NDArray[np.float64], among: Mask, k: int) -> list[int]:
        rows = np.flatnonzero(among)
        places = np.where(ordered.ranks[rows] > 0, ordered.ranks[rows], np.iinfo(np.int64).max)
        return [int(row) for row in rows[np.lexsort((rows, -fused[rows], places))[:k]]]

    def _reranked(
        self, query: Query, fused: NDArray[np.float64], penalty: NDArray[np.float64], among: Mask
    ) -> tuple[NDArray[np.float64], dict[int, Reranked]]:
        """(item,) relevance with the best few in the reranker's order; what it did, by row."""
        if self._reranking is None:
            return fused, {}
        rows = np.flatnonzero(among)
        head = rows[best_places(fused[rows], self._reranking.items)]
        texts = [item_text(self.catalogue.items[row], self.catalogue.facets) for row in head]
        order = self._reranking.reorder(wish_of(query, self.catalogue), texts, penalty[head])
        if order is None:
            return fused, {}
        # The head's own scores are dealt out again in the new order, so that MMR weighs on one scale. A hair
        # more for each place keeps equal ones apart, and the head before what equals its last.
        hair = 1e-6 * (float(fused[among].max() - fused[among].min()) or 1.0)
        relevance = fused.copy()
        relevance[head[order.places]] = fused[head] + hair * np.arange(len(head), 0, -1)
        return relevance, {int(head[at]): one for at, one in zip(order.places, order.traces, strict=True)}

    def _kinds(
        self, constraints: Sequence[Constraint], relevance: NDArray[np.float64], among: Mask
    ) -> list[list[int]]:
        """The rows of each sort of thing that was asked for beside others, the most relevant first."""
        kinds = []
        for constraint in constraints:
            facet = self.catalogue.facet(constraint.facet)
            sorts = facet is not None and facet.role is FacetRole.CATEGORY and constraint.hard
            if not sorts or not isinstance(constraint.test, AnyOf) or len(constraint.test.values) < 2:
                continue
            for value in constraint.test.values:
                one = replace(constraint, test=AnyOf((value,)))
                rows = np.flatnonzero(among & filters.holds(self.catalogue, one))
                kinds.append([int(row) for row in rows[best_places(relevance[rows], len(rows))]])
        return kinds

    def _diverse(
        self, fused: NDArray[np.float64], among: Mask, k: int, balance: float
    ) -> tuple[list[int], dict[int, int]]:
        """Rows in the order in which they are chosen, k and more, and each one's place before diversity."""
        rows = np.flatnonzero(among)
        pool = rows[best_places(fused[rows], max(30, 4 * k))]
        picks = mmr(fused[pool], self._index.pairwise(pool), max(k, LISTED), balance=balance)
        return [int(pool[pick]) for pick in picks], {int(row): place for place, row in enumerate(pool)}


def _ranked(leg: legs.LegScores) -> _Ranked:
    places = ranks(leg.scores, leg.among)
    if leg.neutral is not None:
        places[leg.neutral] = neutral_rank(int(leg.among.sum()))
    return _Ranked(leg, places)


def _fused(
    views: _Views, broken: NDArray[np.bool_], among: Mask
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(item,) fused scores less the penalty; (item,) what its broken soft constraints cost an item."""
    fused = reciprocal_rank_fusion(
        [one.ranks for one in views.ranked], [one.scores.weight for one in views.ranked]
    )
    span = float(fused[among].max() - fused[among].min()) or 1.0
    penalty = SOFT_COST * span * broken.sum(axis=0)  # (item,)
    return fused - penalty, penalty


def _described_first(
    ranked: Sequence[_Ranked], relevance: NDArray[np.float64], among: Mask
) -> NDArray[np.float64]:
    """(item,) relevance with the one item first that the words plainly describe, if there is one.

    That is one which is first by meaning, far before the next, and first by words too: "the rat who cooks in
    Paris" is one film, however many others are set in Paris.
    """
    legs_by_name = {one.scores.leg: one for one in ranked}
    dense, lexical = legs_by_name.get(Leg.DENSE), legs_by_name.get(Leg.LEXICAL)
    if dense is None or lexical is None or int(among.sum()) < 2:
        return relevance
    best, second = np.argsort(np.where(among, -dense.scores.scores, np.inf), kind="stable")[:2]
    apart = float(dense.scores.scores[best] - dense.scores.scores[second])
    if apart < _PLAINLY_DESCRIBED or lexical.ranks[best] != 1:
        return relevance
    first = relevance.copy()
    first[best] = max(float(relevance[best]), float(relevance[among].max()) + 1e-9)
    return first


def _leg_traces(ranked: Sequence[_Ranked], row: int) -> tuple[LegTrace, ...]:
    return tuple(
        LegTrace(
            one.scores.leg,
            int(one.ranks[row]),
            float(one.scores.scores[row]),
            one.scores.weight,
            neutral=one.scores.neutral is not None and bool(one.scores.neutral[row]),
        )
        for one in ranked
        if one.ranks[row]
    )


def _has(item: Item, pair: OfFacet) -> bool:
    folded = pair.value.casefold()
    return any(word.casefold() == folded for word in values_of(item.facets.get(pair.facet)))
