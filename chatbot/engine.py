"""One turn, from text to a stored, streamed reply: understand → update → decide → retrieve → write → keep.

`Chatbot` is the conversation's only door. It holds no state of a conversation between calls: each
turn loads the session, and two turns of one session wait for each other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from chatbot import acts, policy
from chatbot.acts import UserAct
from chatbot.chips import KEY_JOINT, chips
from chatbot.codec import act_json
from chatbot.constraints import Shelves
from chatbot.doubts import Doubt, doubts_of
from chatbot.events import Cards, Done, Event, Heard, Quick, SessionView, TextPiece, TurnRecord
from chatbot.going_back import before_last_step
from chatbot.known import NOTHING, Lasting
from chatbot.messages import clean
from chatbot.planning import Desk, Plan, Planner, gone
from chatbot.profile import begin_session
from chatbot.records import is_silent, make_cards, make_record, make_silent_record
from chatbot.sessions import Session, SessionStore, Turn, hashed, new_id
from chatbot.stages import StageClock
from chatbot.state import ITEM_KEY, Changes, DialogueState, union
from chatbot.tracking import hear
from chatbot.understanding.mentions import Shown
from chatbot.understanding.reader import Situation
from chatbot.understanding.tongues import Tongues
from generator.replies import Reply
from generator.writer import Writer
from retriever.catalogue import Catalogue
from retriever.domain import InterestProfile, ItemId
from retriever.errors import InputError
from retriever.open import Shelf
from retriever.pipeline import Retriever

_MOST_LOCKS = 10_000
_TITLES_READ = 50  # titles that tell the language to begin with
_TURNS_HEARD = 5  # earlier turns that tell the language of one without words


class Chatbot:
    """Conversations about the catalogues on a shelf. Safe to use from several threads.

    `now` gives seconds since the epoch; `language` is spoken where neither texts nor titles tell one;
    `speaks` tells whether the chat model is loaded: until it is, replies are made from evidence alone
    instead of waiting for it.
    `known` tells what a loaded history says of (person, catalogue), loaded since an earlier conversation.
    `secret` draws the ids of conversations, and with them the wording: only a rehearsal may repeat them.
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
        secret: Callable[[], str] = new_id,
        known: Callable[[str, str, float | None], Lasting] = lambda *_: NOTHING,
    ) -> None:
        self._shelf = shelf
        self._store = store
        self._writer = writer
        self._k = shortlist_size
        self._max_chars = max_message_chars
        self._deadline_s = write_deadline_s
        self._tongues = Tongues(language)
        self._speaks = speaks
        self._now = now
        self._secret = secret
        self._known = known
        self._desks: dict[tuple[str, str], Desk] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    # --- doors --------------------------------------------------------------------------------------

    def start(self, catalogue: str, person: str = "") -> str:
        """Begin a conversation; returns its secret id.

        `person` is that person's own secret, if there is one: what they like then lasts over sessions. Where
        it is the id under which a loaded history has them, what that tells of them is known too.

        Raises:
            UnknownCatalogue: no catalogue of that name is loaded.
        """
        self._shelf.get(catalogue)
        secret, at = self._secret(), self._now()
        key = hashed(person) if person else ""
        begun = DialogueState(
            profile=self._remembered(person, catalogue, at) if person else InterestProfile()
        )
        self._store.create(hashed(secret), Session(catalogue, begun, person=key), at)
        return secret

    def reply(self, session_id: str, text: str) -> Iterator[Event]:
        """Take in a message and stream the reply; it is stored before `Done`.

        Raises (at the first step):
            InputError: the message is empty, too long, or not text; or there is no such conversation.
        """
        said = clean(text, self._max_chars)

        def read(desk: Desk, session: Session) -> tuple[UserAct, ...]:
            state = session.state
            situation = Situation(
                turn=state.turn + 1,
                now=self._now(),
                shown=_in_sight(state, desk.retriever.catalogue),
                constraints=state.constraints,
                preferences=(*state.profile.short_term, *state.profile.long_term),
                anchors=state.anchors,
                counted=state.counted,
            )
            return desk.understanding.read(said, situation)

        return self._turn(session_id, said, read)

    def feedback(self, session_id: str, item_id: ItemId, liked: bool | None) -> Iterator[Event]:
        """Like (True), not for me (False), or take that back (None); a turn that ranks again."""

        def read(desk: Desk, _: Session) -> tuple[UserAct, ...]:
            desk.retriever.catalogue.item(item_id)  # raises UnknownItem
            if liked is None:
                return (acts.Remove("", (f"{ITEM_KEY}{item_id}",)),)
            return (acts.Like("", (item_id,)) if liked else acts.Dislike("", (item_id,)),)

        return self._turn(session_id, "", read)

    def click(self, session_id: str, item_id: ItemId) -> TurnRecord:
        """An item's own page was opened: a weak interest in it, to which nothing is said; ranks nothing anew.

        Raises:
            InputError: there is no such conversation.
            UnknownItem: the catalogue has no such item.
        """
        with self._only_one(session_id):
            clock = StageClock()
            session = self._load(session_id)
            desk = self._desk(session)
            desk.retriever.catalogue.item(item_id)  # raises UnknownItem
            opened = (acts.Click("", (item_id,)),)
            with clock.stage("understand"):
                state, _ = self._update(desk, session, opened)
            quick = session.turns[-1].record.quick_replies if session.turns else desk.quick.openings()
            record = make_silent_record(desk, state, opened, quick, clock.rounded())
            self._keep(session_id, session, record, state)
            return replace(record, session="")

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
        desk = self._desk(session)
        every = tuple(turn.record for turn in session.turns)
        turns = tuple(record for record in every if not is_silent(record))
        shown = chips(session.state, desk.retriever.catalogue, desk.language)
        quick = every[-1].quick_replies if every else desk.quick.openings()
        return SessionView(session.catalogue, turns, shown, quick)

    def openings(self, catalogue: str) -> tuple[Quick, ...]:
        """Three good first things to say about a catalogue."""
        return self._desk(Session(catalogue, DialogueState())).quick.openings()

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
            clock = StageClock()
            session = self._load(session_id)
            desk = self._desk(session, said)
            with clock.stage("understand"):
                heard = read(desk, session)
                with clock.stage("profile"):
                    state, changes = self._update(desk, session, heard)
            yield Heard(
                tuple(act_json(act) for act in heard),
                chips(state, desk.retriever.catalogue, desk.language),
            )
            with clock.stage("retrieve"):
                plan = self._plan(desk, session, state, changes, heard, said, clock)
            cards = make_cards(desk, plan, {})
            if cards:
                yield Cards(cards)
            with clock.stage("write"):
                reply = yield from self._written(session_id, desk, plan, said)
            cards = make_cards(desk, plan, {r.item.id: r.reason for r in reply.recommendations})
            if cards:
                yield Cards(cards)
            record = make_record(desk, plan, heard, said, reply, cards, clock.rounded())
            self._keep(session_id, session, record, plan.state)
            yield Done(replace(record, session=""))

    def _update(
        self, desk: Desk, session: Session, heard: Sequence[UserAct]
    ) -> tuple[DialogueState, Changes]:
        now = self._now()
        state = session.state
        if any(isinstance(act, acts.ForgetMe) for act in heard):
            return DialogueState(turn=state.turn + 1), Changes()
        if any(isinstance(act, acts.StartOver) for act in heard):
            # Lasting interest stays: only this conversation begins afresh.
            fresh = DialogueState(turn=state.turn + 1, profile=replace(state.profile, short_term=()))
            return fresh, Changes()
        if any(isinstance(act, acts.Undo) for act in heard):
            earlier = before_last_step(session)
            return replace(earlier, turn=state.turn + 1, ever_shown=state.ever_shown), Changes()
        shelves = Shelves(desk.retriever.catalogue.facet, desk.retriever.count)
        return hear(state, heard, shelves, now)

    def _plan(
        self,
        desk: Desk,
        session: Session,
        state: DialogueState,
        changes: Changes,
        heard: Sequence[UserAct],
        said: str,
        clock: StageClock,
    ) -> Plan:
        kept_back = gone(state, desk.retriever)
        eligible = desk.retriever.count(state.constraints, kept_back)
        unseen = desk.retriever.count(state.constraints, kept_back | frozenset(state.ever_shown))
        asked_last = session.state.asked != _before_last_turn(session).asked
        doubts = self._doubts(desk, session, heard, said)
        with clock.stage("policy"):
            act = policy.decide(
                state,
                heard,
                eligible=eligible,
                unseen=unseen,
                asked=session.state.asked[-1] if asked_last and session.state.asked else "",
                doubts=doubts,
            )
        planner = Planner(desk, self._k, state, session.state, changes, said, clock)
        return planner.plan(act)

    @staticmethod
    def _doubts(desk: Desk, session: Session, heard: Sequence[UserAct], said: str) -> tuple[Doubt, ...]:
        catalogue = desk.retriever.catalogue
        in_sight = _in_sight(session.state, catalogue).earlier
        return doubts_of(heard, desk.understanding.corrections(said), catalogue, in_sight)

    def _written(
        self, session_id: str, desk: Desk, plan: Plan, said: str
    ) -> Generator[TextPiece, None, Reply]:
        """Stream the reply's text; the whole reply comes last, as the value of `yield from`."""
        reply = Reply("")
        seed = int.from_bytes(hashed(session_id)[:8].encode(), "big") % 2**31 + plan.state.turn
        # Clicks are answered from evidence alone: a person who taps "like" waits for cards, not prose.
        deadline = self._deadline_s if said and self._speaks() else 0.0
        for piece in self._writer.write(plan.evidence, seed=seed, deadline_s=deadline, titles=desk.titles):
            if isinstance(piece, Reply):
                reply = piece
            else:
                yield TextPiece(piece)
        return reply

    def _keep(self, session_id: str, session: Session, record: TurnRecord, state: DialogueState) -> None:
        at = self._now()
        self._store.append(hashed(session_id), Turn(record, state, at))
        before, after = session.state.profile, state.profile
        if session.person and (after.long_term, after.prior) != (before.long_term, before.prior):
            self._store.keep_interests(session.person, session.catalogue, state.profile.long_term, at)

    # --- small parts --------------------------------------------------------------------------------

    def _remembered(self, person: str, catalogue: str, at: float) -> InterestProfile:
        """What earlier conversations kept, and what a history that was loaded since tells beyond that."""
        key = hashed(person)
        kept = self._store.interests(key, catalogue)
        known = self._known(person, catalogue, self._store.interests_kept_at(key, catalogue))
        lasting = {preference.key: preference for preference in (*kept, *known.own)}
        return begin_session(lasting.values(), at, known.related)

    def _load(self, session_id: str) -> Session:
        session = self._store.load(hashed(session_id))
        if session is None:
            raise InputError("this conversation doesn't exist any more; start a new one")
        return session

    def is_at_home_in(self, catalogue: str) -> bool:
        """Whether a catalogue's titles are in the language that is spoken where nothing tells another.

        Raises:
            CatalogueError: as `start`.
        """
        return self._told_in(self._shelf.get(catalogue)) == self._tongues.default

    def _told_in(self, retriever: Retriever) -> str:
        return self._tongues.of_titles([item.title for item in retriever.catalogue.items[:_TITLES_READ]])

    def _desk(self, session: Session, said: str = "") -> Desk:
        """The desk of the generation that is published now, in the language of what was said last."""
        retriever = self._shelf.get(session.catalogue)
        begun = self._told_in(retriever)
        earlier = [turn.record.user for turn in session.turns if turn.record.user]
        language = self._tongues.lately((*earlier[-_TURNS_HEARD:], said), begun)
        desk = self._desks.get((session.catalogue, language))
        if desk is None or desk.retriever is not retriever:
            desk = self._desks[session.catalogue, language] = Desk(retriever, language)
        return desk

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


def _in_sight(state: DialogueState, catalogue: Catalogue) -> Shown:
    """What can be pointed at, as far as the catalogue still has it."""

    def known(items: Sequence[ItemId]) -> tuple[ItemId, ...]:
        return tuple(item for item in items if item in catalogue)

    focus = state.focus if state.focus is not None and state.focus in catalogue else None
    return Shown(known(state.shown), focus, known(state.talked), known(union(state.ever_shown, state.talked)))


def _before_last_turn(session: Session) -> DialogueState:
    """The state that the last answered turn began with; how it all began, if there was none yet."""
    answered = [place for place, turn in enumerate(session.turns) if not is_silent(turn.record)]
    if not answered or answered[-1] == 0:
        return session.begun
    return session.turns[answered[-1] - 1].state
