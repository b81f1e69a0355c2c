"""Which question to ask, with what people may answer and what an answer would leave.

In: a state, the query that ranks what is left, the catalogue's counts. Out: a `Question`, or None where none
is worth a turn. Whether anything may be asked at all is `policy`'s to say. Never asks about what is settled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from chatbot import policy
from chatbot.state import DialogueState
from generator.replies import Question
from retriever.domain import Facet, FacetKind, ItemId, OfFacet, Query
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

    The second best goes with it: asked two things at a time, people tell more (docs/evaluation.md).

    `ranking`: the first `RANKED` or so of those items, the likeliest to be wanted first.
    """
    ranked = retriever.questions(query.constraints, query.excluded, settled(state), ranking)
    first: Question | None = None
    for facet, bits in ranked:
        if bits < policy.LEAST_BITS:
            break
        options = options_of(facet, state)
        if len(options) < 2:
            continue
        if first is None:
            first = Question(facet, options, retriever.count(query.constraints, query.excluded))
        elif not (_is_counted(first.facet) and _is_counted(facet)):
            return replace(first, also=Question(facet, options))
    return first


def _is_counted(facet: Facet) -> bool:
    """Of two such facets, a bare number ("50") could answer either."""
    return facet.kind in (FacetKind.NUMBER, FacetKind.YEAR)
