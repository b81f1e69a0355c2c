"""Breaks of what is kept: wishes between turns, taking back, judgements, people and what they like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chatbot import acts, constraints, engine, tracking
from chatbot.acts import UserAct
from chatbot.constraints import Settled
from chatbot.profile import learning
from chatbot.sessions import Session
from chatbot.sql_sessions import SqlSessionStore
from chatbot.state import Changes, DialogueState
from chatbot.understanding.reading import Situation
from retriever.domain import Between, Constraint, Preference


def hard_held_as_soft(patch: pytest.MonkeyPatch) -> None:
    real = tracking._hold

    def hold(state: DialogueState, changes: Changes, settled: Settled) -> Any:
        return real(state, changes, replace(settled, new=replace(settled.new, hard=False)))

    patch.setattr(tracking, "_hold", hold)


def wishes_lost(patch: pytest.MonkeyPatch) -> None:
    real = tracking.hear

    def hear(state: DialogueState, *rest: Any) -> Any:
        return real(replace(state, constraints=()), *rest)

    patch.setattr(engine, "hear", hear)


def number_kept_beside_its_successor(patch: pytest.MonkeyPatch) -> None:
    """ "Up to 300" after "under 100" changes nothing: the tighter bound stays."""
    real = constraints._other_side

    def other_side(old: Constraint, new: Constraint) -> tuple[Constraint, bool]:
        if isinstance(new.test, Between) and new.test.low is None:
            return old, False
        return real(old, new)

    patch.setattr(constraints, "_other_side", other_side)


def old_shelf_kept(patch: pytest.MonkeyPatch) -> None:
    """A tent's wishes go along to the coffee makers."""
    patch.setattr(constraints, "_left_behind", lambda *_: False)
    patch.setattr(tracking, "contradicts", lambda *_: False)
    patch.setattr(tracking, "give_way", lambda state, changes, _: (state, changes))


def removal_removes_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tracking, "_remove", lambda state, changes, *_: (state, changes))


def undo_goes_nowhere(patch: pytest.MonkeyPatch) -> None:
    def here(session: Session) -> DialogueState:
        return session.state

    patch.setattr(engine, "before_last_step", here)


def undo_goes_to_the_start(patch: pytest.MonkeyPatch) -> None:
    def start(session: Session) -> DialogueState:
        return session.begun

    patch.setattr(engine, "before_last_step", start)


def start_over_keeps_the_wishes(patch: pytest.MonkeyPatch) -> None:
    real = engine.Chatbot._update

    def update(self: Any, desk: Any, session: Session, heard: Sequence[UserAct], now: float) -> Any:
        left = [act for act in heard if not isinstance(act, acts.StartOver)]
        return real(self, desk, session, left, now)

    patch.setattr(engine.Chatbot, "_update", update)


def click_does_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tracking, "_judge", lambda state, changes, *_, **__: (state, changes))


def like_taken_for_dislike(patch: pytest.MonkeyPatch) -> None:
    real = tracking._judge

    def judge(*args: Any, liked: bool, now: float) -> Any:
        return real(*args, liked=not liked, now=now)

    patch.setattr(tracking, "_judge", judge)


def lasting_interest_not_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SqlSessionStore, "keep_interests", lambda *_, **__: None)


def everything_said_lasts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(learning, "LASTS_FROM", 0.1)


def old_taste_never_fades(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(learning, "LONG_HALF_LIFE_DAYS", 1e9)


def last_conversation_goes_on(patch: pytest.MonkeyPatch) -> None:
    """Who comes back has the conditions of the last conversation still on them."""
    last: dict[str, tuple[Constraint, ...]] = {}
    keep, create = engine.Chatbot._keep, SqlSessionStore.create

    def kept(
        self: Any, session_id: str, session: Session, record: Any, state: DialogueState, data: Any
    ) -> None:
        keep(self, session_id, session, record, state, data)
        last[session.person] = state.constraints

    def created(self: SqlSessionStore, key: str, session: Session, at: float) -> None:
        still = last.get(session.person, ()) if session.person else ()
        create(self, key, replace(session, begun=replace(session.begun, constraints=still)), at)

    patch.setattr(engine.Chatbot, "_keep", kept)
    patch.setattr(SqlSessionStore, "create", created)


def _forgotten_with_the_store(patch: pytest.MonkeyPatch, kept: Any) -> None:
    """What a break keeps on the side goes when the store is cleared, so that dialogues stay apart."""
    clear = SqlSessionStore.clear

    def cleared(self: SqlSessionStore) -> None:
        kept.clear()
        clear(self)

    patch.setattr(SqlSessionStore, "clear", cleared)


def taste_of_others_added(patch: pytest.MonkeyPatch) -> None:
    """What anybody liked is kept in one place for all."""
    everybody: dict[str, Preference] = {}
    _forgotten_with_the_store(patch, everybody)
    real = tracking.hear

    def hear(state: DialogueState, *rest: Any) -> Any:
        heard, changes = real(state, *rest)
        everybody.update({p.key: p for p in heard.profile.long_term})
        shared = replace(heard.profile, long_term=tuple(everybody.values()))
        return replace(heard, profile=shared), changes

    patch.setattr(engine, "hear", hear)


def interests_of_others_read(patch: pytest.MonkeyPatch) -> None:
    """Whoever comes back is taken for everybody who ever came."""
    kept: list[Preference] = []
    _forgotten_with_the_store(patch, kept)
    real = SqlSessionStore.keep_interests

    def keep(self: SqlSessionStore, person: str, catalogue: str, profile: Any, at: float) -> None:
        kept.extend(profile.long_term)
        real(self, person, catalogue, profile, at)

    lasting = SqlSessionStore.lasting
    patch.setattr(SqlSessionStore, "keep_interests", keep)
    patch.setattr(SqlSessionStore, "lasting", lambda *args: replace(lasting(*args), long_term=tuple(kept)))


def conversations_mixed(patch: pytest.MonkeyPatch) -> None:
    """A conversation goes on with the wishes of the one that was held last, whoever's it was."""
    last: list[tuple[Constraint, ...]] = []
    _forgotten_with_the_store(patch, last)
    real = tracking.hear

    def hear(state: DialogueState, *rest: Any) -> Any:
        heard, changes = real(replace(state, constraints=last[-1]) if last else state, *rest)
        last.append(heard.constraints)
        return heard, changes

    patch.setattr(engine, "hear", hear)


def forgets_nothing_of_a_person(patch: pytest.MonkeyPatch) -> None:
    real = engine.Chatbot._update

    def update(self: Any, desk: Any, session: Session, heard: Sequence[UserAct], now: float) -> Any:
        milder = [acts.StartOver(a.quote) if isinstance(a, acts.ForgetMe) else a for a in heard]
        return real(self, desk, session, milder, now)

    patch.setattr(engine.Chatbot, "_update", update)


def of_them_means_everything(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Situation, "of_them", property(lambda _: ()))


def no_questions_not_kept(patch: pytest.MonkeyPatch) -> None:
    real = tracking._note

    def note(state: DialogueState, act: Any, *rest: Any) -> DialogueState:
        return state if isinstance(act, acts.NoQuestions) else real(state, act, *rest)

    patch.setattr(tracking, "_note", note)
