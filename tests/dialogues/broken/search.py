"""Breaks of the search: what may be shown, what is shown again, in which order, and what is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chatbot import engine, evidence, planning, policy
from chatbot.state import DialogueState
from generator.replies import CatalogueFact
from retriever import filters
from retriever.catalogue import Catalogue, Mask
from retriever.domain import Between, Constraint, ItemId, NoneOf, OfItem, Order, Query, Shortlist
from retriever.pipeline import Retriever

_NOBODY: frozenset[ItemId] = frozenset()


def _without(patch: pytest.MonkeyPatch, *kinds: type) -> None:
    """No condition of these kinds reaches the search."""
    real = filters.mask

    def mask(
        catalogue: Catalogue, constraints: Sequence[Constraint], excluded: frozenset[ItemId] = _NOBODY
    ) -> Mask:
        return real(catalogue, [c for c in constraints if not isinstance(c.test, kinds)], excluded)

    patch.setattr(filters, "mask", mask)


def filter_ignored(patch: pytest.MonkeyPatch) -> None:
    _without(patch, object)


def limits_ignored(patch: pytest.MonkeyPatch) -> None:
    _without(patch, Between)


def bans_ignored(patch: pytest.MonkeyPatch) -> None:
    _without(patch, NoneOf)


def filtered_after_the_cut(patch: pytest.MonkeyPatch) -> None:
    real = Retriever.retrieve

    def retrieve(self: Retriever, query: Query) -> Shortlist:
        soft = tuple(c for c in query.constraints if not c.hard)
        found = real(self, replace(query, constraints=soft))
        fits = filters.mask(self.catalogue, query.constraints)
        kept = tuple(c for c in found.candidates if fits[self.catalogue.row(c.item.id)])
        return replace(found, candidates=kept)

    patch.setattr(Retriever, "retrieve", retrieve)


def _gone_but_for(patch: pytest.MonkeyPatch, **forgiven: tuple[ItemId, ...]) -> None:
    real = planning.gone

    def gone(state: Any, retriever: Retriever) -> frozenset[ItemId]:
        return real(replace(state, **forgiven), retriever)

    patch.setattr(planning, "gone", gone)
    patch.setattr(engine, "gone", gone)


def refused_again(patch: pytest.MonkeyPatch) -> None:
    """In this conversation or in an earlier one: a refusal by a click is kept as both."""
    refused_long_ago_again(patch)
    _gone_but_for(patch, disliked=())


def refused_long_ago_again(patch: pytest.MonkeyPatch) -> None:
    """What was refused in an earlier conversation is only ranked lower."""
    real = planning.gone

    def gone(state: DialogueState, retriever: Retriever) -> frozenset[ItemId]:
        kept = tuple(p for p in state.profile.long_term if not isinstance(p.about, OfItem) or p.weight > 0)
        return real(replace(state, profile=replace(state.profile, long_term=kept)), retriever)

    patch.setattr(planning, "gone", gone)
    patch.setattr(engine, "gone", gone)


def seen_again(patch: pytest.MonkeyPatch) -> None:
    """In this conversation or in an earlier one."""
    real = planning.gone

    def gone(state: DialogueState, retriever: Retriever) -> frozenset[ItemId]:
        return real(replace(state, known=(), profile=replace(state.profile, seen=())), retriever)

    patch.setattr(planning, "gone", gone)
    patch.setattr(engine, "gone", gone)


def liked_again(patch: pytest.MonkeyPatch) -> None:
    """In this conversation or in an earlier one: a like by a click is kept as both."""
    real = planning.gone

    def gone(state: DialogueState, retriever: Retriever) -> frozenset[ItemId]:
        kept = tuple(p for p in state.profile.long_term if not isinstance(p.about, OfItem) or p.weight < 0)
        return real(replace(state, liked=(), profile=replace(state.profile, long_term=kept)), retriever)

    patch.setattr(planning, "gone", gone)
    patch.setattr(engine, "gone", gone)


def shown_again(patch: pytest.MonkeyPatch) -> None:
    real = policy.decide

    def decide(*args: Any, **more: Any) -> Any:
        decided = real(*args, **more)
        shows = isinstance(decided, policy.Recommend)
        return replace(decided, fresh=False, unseen_first=False) if shows else decided

    patch.setattr(policy, "decide", decide)


def ends_exchanged(patch: pytest.MonkeyPatch) -> None:
    """The dearest for the cheapest."""
    real = Retriever._ordering

    def ordering(self: Retriever, order: Order, among: Mask) -> Any:
        return real(self, Order(order.facet, not order.ascending), among)

    patch.setattr(Retriever, "_ordering", ordering)


def counts_one_more(patch: pytest.MonkeyPatch) -> None:
    real = evidence._spread

    def spread(*args: Any) -> CatalogueFact:
        fact = real(*args)
        return replace(fact, count=fact.count + 1)

    patch.setattr(evidence, "_spread", spread)


def relaxed_in_silence(patch: pytest.MonkeyPatch) -> None:
    """Where nothing fits, the dearest wish is dropped, and what fits the others is shown without a word."""
    real = Retriever.retrieve

    def retrieve(self: Retriever, query: Query) -> Shortlist:
        found = real(self, query)
        if found.candidates or not found.relaxations:
            return found
        dropped = found.relaxations[0][0]
        return real(self, replace(query, constraints=tuple(c for c in query.constraints if c != dropped)))

    def decide(state: Any, heard: Any, *, eligible: int, unseen: int, **more: Any) -> policy.SystemAct:
        return decided(state, heard, eligible=max(1, eligible), unseen=max(1, unseen), **more)

    decided = policy.decide
    patch.setattr(Retriever, "retrieve", retrieve)
    patch.setattr(policy, "decide", decide)


def asks_every_turn(patch: pytest.MonkeyPatch) -> None:
    real = policy.decide

    def decide(state: Any, heard: Any, **more: Any) -> policy.SystemAct:
        act = real(state, heard, **(more | {"asked": ()}))
        return replace(act, may_ask=True) if isinstance(act, policy.Recommend) else act

    patch.setattr(policy, "decide", decide)
    patch.setattr(policy, "LEAST_BITS", 0.05)


def never_asks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "MOST_ASKED", 0)


def asks_what_is_settled(patch: pytest.MonkeyPatch) -> None:
    real = Retriever.questions

    def questions(
        self: Retriever,
        constraints: Sequence[Constraint],
        excluded: frozenset[ItemId] = _NOBODY,
        asked: frozenset[str] = frozenset(),
        ranking: Sequence[ItemId] = (),
    ) -> Any:
        # The facet of the newest wish first, as if it had not been told.
        settled = [c.facet for c in reversed(constraints)]
        every = [f for f in self.catalogue.facets if f.name in asked and f.name in settled]
        return (*((facet, 2.0) for facet in every), *real(self, constraints, excluded, asked, ranking))

    patch.setattr(Retriever, "questions", questions)
