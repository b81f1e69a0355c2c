"""Which question to ask, with what people may answer and what an answer would leave.

In: a state, the query that ranks what is left, the catalogue's counts. Out: a `Question`, or None where none
is worth a turn. Whether anything may be asked at all is `policy`'s to say. Never asks about what is settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from chatbot import policy
from chatbot.state import DialogueState
from generator.replies import Question
from retriever.domain import Facet, FacetKind, FacetRole, ItemId, OfFacet, Query
from retriever.pipeline import Retriever

RANKED = 100  # items that count by their rank; those behind them all alike

Options = Callable[[Facet, DialogueState], tuple[tuple[str, int], ...]]


def settled(state: DialogueState) -> frozenset[str]:
    """Facets not to ask about.

    Those of a condition, active or set aside, or of a preference told in this session; those asked about
    before, whatever was answered; and those taken back, which don't matter to the person.
    """
    told = {c.facet for c in state.constraints} | {p.constraint.facet for p in state.parked}
    felt = {p.about.facet for p in state.profile.short_term if isinstance(p.about, OfFacet)}
    return frozenset(told | felt | {*state.asked, *state.waived})


def question_for(
    state: DialogueState,
    query: Query,
    ranking: Sequence[ItemId],
    retriever: Retriever,
    options_of: Options,
) -> Question | None:
    """The question with the highest expected gain among what the query leaves, if it is worth asking.

    The second best goes with it, the price before all: asked two things at a time, people tell more
    (docs/evaluation.md).

    `ranking`: the first `RANKED` or so of those items, the likeliest to be wanted first.
    """
    ranked = retriever.questions(query.constraints, query.excluded, settled(state), ranking)
    worth = [facet for facet, bits in ranked if bits >= policy.LEAST_BITS]

    def answerable(facets: Sequence[Facet]) -> Iterator[tuple[Facet, tuple[tuple[str, int], ...]]]:
        for facet in facets:
            if len(options := options_of(facet, state)) > 1:
                yield facet, options

    first = next(answerable(worth), None)
    if first is None:
        return None
    question = Question(*first, retriever.count(query.constraints, query.excluded))
    rest = [facet for facet in worth[worth.index(first[0]) + 1 :] if not _alike(first[0], facet)]
    # Who buys has a budget, whatever else they have thought about.
    rest.sort(key=lambda facet: facet.role is not FacetRole.PRICE)
    also = next(answerable(rest), None)
    return question if also is None else replace(question, also=Question(*also))


def _alike(first: Facet, second: Facet) -> bool:
    """Whether a bare number ("50") could answer either."""
    return all(facet.kind in (FacetKind.NUMBER, FacetKind.YEAR) for facet in (first, second))
