"""One turn, from text to a stored, streamed reply: understand → update → decide → retrieve → write → keep.

`Chatbot` is the conversation's only door. It holds no state of a conversation between calls: each
turn loads the session, and two turns of one session wait for each other.
"""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from chatbot import acts, policy
from chatbot.acts import UserAct
from chatbot.chips import KEY_JOINT, chips
from chatbot.codec import act_json, constraint_json, profile_json
from chatbot.events import Card, Cards, Done, Event, Heard, Quick, SessionView, TextPiece, TurnRecord
from chatbot.planning import Desk, Plan, Planner, gone
from chatbot.profile import begin_session
from chatbot.sessions import Session, SessionStore, Turn, hashed, new_id
from chatbot.state import Changes, DialogueState, Shelves, fold, give_way, unjudge
from chatbot.understanding.mentions import Shown
from chatbot.understanding.reader import Situation
from generator.labels import fact_list
from generator.replies import Reply
from generator.writer import Writer
from retriever.domain import (
    FacetRole,
    FacetValue,
    ItemId,
)
from retriever.errors import InputError
from retriever.open import Shelf

_CARD_FACTS = 4
_MOST_LOCKS = 10_000


class _Clock:
    """Milliseconds by stage, for one turn."""

    def __init__(self) -> None:
        self.ms = {"understand": 0.0, "retrieve": 0.0, "write": 0.0}
        self._begun = time.perf_counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.ms[name] += (time.perf_counter() - begun) * 1000

    def rounded(self) -> dict[str, float]:
        total = (time.perf_counter() - self._begun) * 1000
        return {**{name: round(ms, 1) for name, ms in self.ms.items()}, "total": round(total, 1)}


class Chatbot:
    """Conversations about the catalogues on a shelf. Safe to use from several threads.

    `now` gives seconds since the epoch; `language` is that of the words files; `speaks` tells whether
    the chat model is loaded: until it is, replies are made from evidence alone instead of waiting for it.
    """

    def __init__(
        self,
        shelf: Shelf,
        store: SessionStore,
        writer: Writer,
        *,
        shortlist_size: int = 3,
        max_message_chars: int = 2000,
        write_deadline_s: float = 6.0,
        language: str = "en",
        speaks: Callable[[], bool] = lambda: True,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._shelf = shelf
        self._store = store
        self._writer = writer
        self._k = shortlist_size
        self._max_chars = max_message_chars
        self._deadline_s = write_deadline_s
        self._language = language
        self._speaks = speaks
        self._now = now
        self._desks: dict[str, Desk] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    # --- doors --------------------------------------------------------------------------------------

    def start(self, catalogue: str, person: str = "") -> str:
        """Begin a conversation; returns its secret id.

        `person` is that person's own secret, if there is one: what they like then lasts over sessions.

        Raises:
            UnknownCatalogue: no catalogue of that name is loaded.
        """
        self._shelf.get(catalogue)
        secret, at = new_id(), self._now()
        key = hashed(person) if person else ""
        lasting = self._store.interests(key, catalogue) if key else ()
        begun = DialogueState(profile=begin_session(lasting, at))
        self._store.create(hashed(secret), Session(catalogue, begun, person=key), at)
        return secret

    def reply(self, session_id: str, text: str) -> Iterator[Event]:
        """Take in a message and stream the reply; it is stored before `Done`.

        Raises (at the first step):
            InputError: the message is empty, too long, or not text; or there is no such conversation.
        """
        said = self._clean(text)

        def read(desk: Desk, session: Session) -> tuple[UserAct, ...]:
            state = session.state
            situation = Situation(
                turn=state.turn + 1,
                now=self._now(),
                shown=Shown(tuple(i for i in state.shown if i in desk.retriever.catalogue), state.focus),
                constraints=state.constraints,
                preferences=(*state.profile.short_term, *state.profile.long_term),
                anchors=state.anchors,
            )
            return desk.understanding.read(said, situation)

        return self._turn(session_id, said, read)

    def feedback(self, session_id: str, item_id: ItemId, liked: bool | None) -> Iterator[Event]:
        """Like (True), not for me (False), or take that back (None); a turn that ranks again."""

        def read(desk: Desk, _: Session) -> tuple[UserAct, ...]:
            desk.retriever.catalogue.item(item_id)  # raises UnknownItem
            if liked is None:
                return (acts.Remove("", (f"item:{item_id}",)),)
            return (acts.Like("", (item_id,)) if liked else acts.Dislike("", (item_id,)),)

        return self._turn(session_id, "", read)

    def remove(self, session_id: str, key: str) -> Iterator[Event]:
        """Take a chip away and rank again."""
        keys = tuple(key.split(KEY_JOINT))
        return self._turn(session_id, "", lambda *_: (acts.Remove("", keys),))

    def restore(self, session_id: str) -> SessionView:
        """The conversation so far.

        Raises:
            InputError: there is no such conversation.
        """
        session = self._load(session_id)
        desk = self._desk(session.catalogue)
        turns = tuple(turn.record for turn in session.turns)
        shown = chips(session.state, desk.retriever.catalogue, self._language)
        quick = turns[-1].quick_replies if turns else desk.quick.openings()
        return SessionView(session.catalogue, turns, shown, quick)

    def openings(self, catalogue: str) -> tuple[Quick, ...]:
        """Three good first things to say about a catalogue."""
        return self._desk(catalogue).quick.openings()

    def erase(self, session_id: str) -> bool:
        """Forget a conversation; False if there was none."""
        return self._store.erase(hashed(session_id))

    # --- a turn -------------------------------------------------------------------------------------

    def _turn(
        self,
        session_id: str,
        said: str,
        read: Callable[[Desk, Session], tuple[UserAct, ...]],
    ) -> Iterator[Event]:
        with self._only_one(session_id):
            clock = _Clock()
            session = self._load(session_id)
            desk = self._desk(session.catalogue)
            with clock.stage("understand"):
                heard = read(desk, session)
                state, changes = self._update(desk, session, heard)
            yield Heard(
                tuple(act_json(act) for act in heard),
                chips(state, desk.retriever.catalogue, self._language),
            )
            with clock.stage("retrieve"):
                plan = self._plan(desk, session, state, changes, heard, said)
            cards = self._cards(desk, plan, {})
            if cards:
                yield Cards(cards)
            reply = Reply("")
            begun = time.perf_counter()
            seed = int.from_bytes(hashed(session_id)[:8].encode(), "big") % 2**31 + state.turn
            # Clicks are answered from evidence alone: a person who taps "like" waits for cards, not prose.
            deadline = self._deadline_s if said and self._speaks() else 0.0
            for piece in self._writer.write(
                plan.evidence, seed=seed, deadline_s=deadline, titles=desk.titles
            ):
                if isinstance(piece, Reply):
                    reply = piece
                else:
                    yield TextPiece(piece)
            clock.ms["write"] = (time.perf_counter() - begun) * 1000
            reasons = {r.item.id: r.reason for r in reply.recommendations}
            cards = self._cards(desk, plan, reasons)
            if cards:
                yield Cards(cards)
            record = self._record(desk, plan, heard, said, reply, cards, clock)
            self._keep(session_id, session, record, plan.state)
            yield Done(replace(record, session=""))

    def _update(
        self, desk: Desk, session: Session, heard: Sequence[UserAct]
    ) -> tuple[DialogueState, Changes]:
        now = self._now()
        state = session.state
        if any(isinstance(act, acts.StartOver) for act in heard):
            # Lasting interest stays: only this conversation begins afresh.
            fresh = DialogueState(turn=state.turn + 1, profile=replace(state.profile, short_term=()))
            return fresh, Changes(forgotten=())
        if any(isinstance(act, acts.Undo) for act in heard):
            earlier = session.turns[-2].state if len(session.turns) >= 2 else session.begun
            return replace(earlier, turn=state.turn + 1, ever_shown=state.ever_shown), Changes()
        likes = [act for act in heard if isinstance(act, acts.Remove)]
        for act in likes:
            for key in act.keys:
                if key.startswith("item:"):
                    state = unjudge(state, key.removeprefix("item:"))
        shelves = Shelves(desk.retriever.catalogue.facet, desk.retriever.count)
        state, changes = fold(state, heard, shelves, now)
        return give_way(state, changes, shelves)

    def _plan(
        self,
        desk: Desk,
        session: Session,
        state: DialogueState,
        changes: Changes,
        heard: Sequence[UserAct],
        said: str,
    ) -> Plan:
        kept_back = gone(state, desk.retriever)
        eligible = desk.retriever.count(state.constraints, kept_back)
        asked_last = bool(session.turns) and session.turns[-1].state.asked != _asked_before(session)
        act = policy.decide(state, heard, eligible=eligible, asked_last_turn=asked_last)
        planner = Planner(desk, self._k, state, session.state, changes, said)
        return planner.plan(act)

    # --- what is shown and kept ---------------------------------------------------------------------

    def _cards(self, desk: Desk, plan: Plan, reasons: dict[ItemId, str]) -> tuple[Card, ...]:
        catalogue = desk.retriever.catalogue
        state = plan.state
        return tuple(
            Card(
                item_id=item.id,
                title=item.title,
                rank=rank,
                reason=reasons.get(item.id, ""),
                picture=item.picture,
                facts=fact_list(item, catalogue.facets, _CARD_FACTS, self._language),
                liked=True if item.id in state.liked else False if item.id in state.disliked else None,
            )
            for rank, item in enumerate(plan.items, start=1)
        )

    def _record(
        self,
        desk: Desk,
        plan: Plan,
        heard: Sequence[UserAct],
        said: str,
        reply: Reply,
        cards: tuple[Card, ...],
        clock: _Clock,
    ) -> TurnRecord:
        catalogue = desk.retriever.catalogue
        price = catalogue.by_role(FacetRole.PRICE)
        state = plan.state
        return TurnRecord(
            turn=state.turn,
            user=said,
            acts=tuple(act_json(act) for act in heard),
            action=plan.action.value,
            constraints=tuple(constraint_json(c) for c in state.constraints),
            profile=profile_json(state),
            items=tuple(
                {
                    "id": item.id,
                    "title": item.title,
                    "rank": rank,
                    "price": item.facets.get(price.name) if price else None,
                    "facets": {name: _listed(value) for name, value in item.facets.items()},
                }
                for rank, item in enumerate(plan.items, start=1)
            ),
            text=reply.text,
            ungrounded_removed=reply.ungrounded_removed,
            timings_ms=clock.rounded(),
            # A click is answered without the chat model on purpose.
            degraded=reply.degraded and bool(said),
            cards=cards,
            chips=chips(state, catalogue, self._language),
            quick_replies=plan.quick or desk.quick.after(state, plan.question, plan.action),
        )

    def _keep(self, session_id: str, session: Session, record: TurnRecord, state: DialogueState) -> None:
        at = self._now()
        self._store.append(hashed(session_id), Turn(record, state, at))
        if session.person and state.profile.long_term != session.state.profile.long_term:
            self._store.keep_interests(session.person, session.catalogue, state.profile.long_term, at)

    # --- small parts --------------------------------------------------------------------------------

    def _load(self, session_id: str) -> Session:
        session = self._store.load(hashed(session_id))
        if session is None:
            raise InputError("this conversation doesn't exist any more; start a new one")
        return session

    def _desk(self, catalogue: str) -> Desk:
        """The desk of the generation that is published now."""
        retriever = self._shelf.get(catalogue)
        desk = self._desks.get(catalogue)
        if desk is None or desk.retriever is not retriever:
            desk = self._desks[catalogue] = Desk(retriever, self._language)
        return desk

    def _clean(self, text: str) -> str:
        if len(text) > self._max_chars:
            raise InputError(
                f"the message has {len(text):,} characters, and {self._max_chars:,} is the most; "
                "please shorten it"
            )
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise InputError("the message holds half a character (a lone surrogate); please type it again")
        kept = "".join(
            c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Co") else " " for c in text
        )
        said = " ".join(unicodedata.normalize("NFC", kept).split())
        if not said:
            raise InputError("the message is empty; say what you are looking for")
        return said

    @contextmanager
    def _only_one(self, session_id: str) -> Iterator[None]:
        """Turns of one session wait for each other."""
        key = hashed(session_id)
        with self._lock:
            if len(self._locks) > _MOST_LOCKS:
                self._locks = {k: lock for k, lock in self._locks.items() if lock.locked()}
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            yield


def _asked_before(session: Session) -> tuple[str, ...]:
    return session.turns[-2].state.asked if len(session.turns) >= 2 else session.begun.asked


def _listed(value: FacetValue) -> object:
    """A facet value for scripts: a list for tags, a whole number without its point."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
