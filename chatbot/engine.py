"""One turn, from text to a stored, streamed reply: understand → update → decide → retrieve → write → keep.

`Chatbot` is the conversation's only door. It holds no state of a conversation between calls: each
turn loads the session, and two turns of one session wait for each other.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from chatbot import acts, policy
from chatbot.acts import UserAct
from chatbot.chips import KEY_JOINT, chips
from chatbot.codec import act_json
from chatbot.constraints import Shelves
from chatbot.doubts import Doubt, doubts_of
from chatbot.events import Cards, Done, Event, Heard, Quick, SessionView, TextPiece, TurnRecord
from chatbot.going_back import at_list, before_last_step, lists_of
from chatbot.known import NOTHING, Lasting, opinions
from chatbot.messages import clean
from chatbot.planning import Planner, gone
from chatbot.plans import Desk, Past, Plan
from chatbot.profile import begin_session
from chatbot.profile.evolution import evolution
from chatbot.profile.insight import Insight
from chatbot.profile.knowledge import all_preferences, knowledge
from chatbot.profile.sensitive import is_sensitive
from chatbot.records import is_silent, make_cards, make_record, make_silent_record
from chatbot.repeating import Difference, differences
from chatbot.searches import views
from chatbot.sessions import Session, SessionStore, Turn, hashed, new_id
from chatbot.stages import StageClock
from chatbot.state import ITEM_KEY, Changes, DialogueState, union
from chatbot.tracking import hear
from chatbot.turn_data import Ranking, TurnData, profile_change
from chatbot.understanding import Understanding
from chatbot.understanding.mentions import Shown
from chatbot.understanding.reader import Situation
from chatbot.understanding.tongues import Tongues
from chatbot.versions import versions_of
from generator.replies import Reply
from generator.writer import Writer
from retriever.catalogue import Catalogue
from retriever.domain import InterestProfile, ItemId
from retriever.errors import InputError
from retriever.open import Shelf
from retriever.pipeline import Retriever

FORGET_ME = "forget_me"  # as `act_json` names it
_MOST_LOCKS = 10_000
_TITLES_READ = 50  # titles that tell the language to begin with
_TURNS_HEARD = 5  # earlier turns that tell the language of one without words


class Chatbot:
    """Conversations about the catalogues on a shelf. Safe to use from several threads.

    `now` gives seconds since the epoch; `language` is spoken where neither texts nor titles tell one;
    `speaks` tells whether the chat model is loaded: until it is, replies are made from evidence alone
    instead of waiting for it.
    `contact`: where people reach a person, if anywhere.
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
        contact: str = "",
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
        self._contact = contact
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
                searches=state.searches,
                asked_facet=state.asked_facet,
                asked=_asked_last(session),
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
            now = self._now()
            with clock.stage("understand"):
                state, _ = self._update(desk, session, opened, now)
            quick = session.turns[-1].record.quick_replies if session.turns else desk.quick.openings()
            record = make_silent_record(desk, state, opened, quick, clock.rounded())
            data = self._data(desk, session, opened, now, state, ())
            self._keep(session_id, session, record, state, data)
            return replace(record, session="")

    def adjust(self, session_id: str, key: str, weight: float) -> Iterator[Event]:
        """Set how much the person likes something, −1..1, by a preference's key; a turn that ranks again.

        Raises (at the first step):
            InputError: the weight lies outside, nothing of that key is believed, or there is no conversation.
        """
        if not -1.0 <= weight <= 1.0:
            raise InputError(f"a weight lies between -1 and 1, and {weight:g} does not; send one that does")

        def read(_: Desk, session: Session) -> tuple[UserAct, ...]:
            if key not in {one.key for one in all_preferences(session.state.profile)}:
                raise InputError("nothing of that key is believed; `profile` lists what is")
            return (acts.Adjust("", key, weight),)

        return self._turn(session_id, "", read)

    def insight(self, session_id: str) -> Insight:
        """All that is known of the person in a conversation, and how that came about.

        Raises:
            InputError: there is no such conversation.
        """
        return self.insight_of(self._load(session_id))

    def insight_of(self, session: Session) -> Insight:
        """The same of a conversation as it is kept; of somebody known, how it went over all of theirs."""
        desk = self._desk(session)
        catalogue = desk.retriever.catalogue
        known = knowledge(session.state, catalogue, desk.language, self._now())
        every = self._store.sessions_of(session.person, session.catalogue) if session.person else (session,)
        moments = [[(turn.at, turn.state.profile) for turn in each.turns] for each in every]
        return Insight(known, evolution(moments, desk.retriever.liked_values, catalogue, desk.language))

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
            now = self._now()
            with clock.stage("understand"):
                heard = read(desk, session)
                with clock.stage("profile"):
                    state, changes = self._update(desk, session, heard, now)
            yield Heard(
                tuple(act_json(act) for act in heard),
                chips(state, desk.retriever.catalogue, desk.language),
            )
            with clock.stage("retrieve"):
                last = partial(self._last_ranking, hashed(session_id), session)
                plan = self._plan(desk, session, state, changes, heard, said, now, last, clock)
            cards = make_cards(desk, plan, {})
            if cards:
                yield Cards(cards)
            with clock.stage("write"):
                reply = yield from self._written(session_id, desk, plan, said)
            cards = make_cards(desk, plan, {r.item.id: r.reason for r in reply.recommendations})
            if cards:
                yield Cards(cards)
            record = make_record(desk, plan, heard, said, reply, cards, clock.rounded())
            data = self._data(desk, session, heard, now, plan.state, plan.rankings)
            self._keep(session_id, session, record, plan.state, data)
            yield Done(replace(record, session=""))

    def _update(
        self, desk: Desk, session: Session, heard: Sequence[UserAct], now: float
    ) -> tuple[DialogueState, Changes]:
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
        recalled = next((act for act in heard if isinstance(act, acts.Recall)), None)
        if recalled is not None:
            return at_list(session, recalled.place), Changes()
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
        now: float,
        last_ranking: Callable[[], Ranking | None],
        clock: StageClock,
    ) -> Plan:
        kept_back = gone(state, desk.retriever)
        seen = kept_back | frozenset(state.ever_shown)
        every = [view.constraints for view in views(state)]
        eligible = sum(desk.retriever.count(constraints, kept_back) for constraints in every)
        unseen = sum(desk.retriever.count(constraints, seen) for constraints in every)
        doubts = self._doubts(desk, session, heard, said)
        with clock.stage("policy"):
            act = policy.decide(
                state,
                heard,
                eligible=eligible,
                unseen=unseen,
                asked=_asked_last(session),
                doubts=doubts,
            )
        past = Past(lists_of(session), last_ranking)
        planner = Planner(desk, self._k, state, session.state, changes, said, now, past, clock)
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

    def _last_ranking(self, key: str, session: Session) -> Ranking | None:
        """The ranking behind what was shown last; None if no turn has kept one."""
        for turn in reversed(session.turns):
            data = self._store.turn_data(key, turn.record.turn) if turn.record.items else None
            if data is not None and data.rankings:
                return data.rankings[-1]
        return None

    def _data(
        self,
        desk: Desk,
        session: Session,
        heard: Sequence[UserAct],
        now: float,
        state: DialogueState,
        rankings: tuple[Ranking, ...],
    ) -> TurnData:
        changed = profile_change(session.state.profile, state.profile)
        versions = versions_of(desk.retriever, desk.language, self._writer.chat_model_name)
        return TurnData(tuple(heard), now, changed, rankings, versions)

    def _keep(
        self, session_id: str, session: Session, record: TurnRecord, state: DialogueState, data: TurnData
    ) -> None:
        at = self._now()
        forgets = any(act["intent"] == FORGET_ME for act in record.acts)
        if forgets:
            # First: what a crash leaves half done must not be what the person wanted gone.
            self._store.forget(hashed(session_id), session.person, at)
            data = replace(data, changed=())
        self._store.append(hashed(session_id), Turn(record, state, at, data))
        before, after = session.state.profile, replace(state.profile, short_term=())
        if session.person and (forgets or after != replace(before, short_term=())):
            self._store.keep_interests(session.person, session.catalogue, after, at)

    def repeat(self, key: str) -> tuple[Difference, ...]:
        """Go through a conversation again from its acts, and tell where it parts from what was kept.

        `key`: its hashed id. Nothing is written, said or kept. Turns without data are passed over.

        Raises:
            InputError: there is no such conversation.
        """
        session = self._kept(key)
        found: list[Difference] = []
        for place, turn in enumerate(session.turns):
            data = self._store.turn_data(key, turn.record.turn)
            if data is None:
                continue
            before = replace(session, turns=session.turns[:place])
            desk = self._desk(before, turn.record.user)
            state, changes = self._update(desk, before, data.heard, data.heard_at)
            rankings: tuple[Ranking, ...] = ()
            if not is_silent(turn.record):
                last = partial(self._last_ranking, key, before)
                said, then = turn.record.user, data.heard_at
                plan = self._plan(desk, before, state, changes, data.heard, said, then, last, StageClock())
                state, rankings = plan.state, plan.rankings
            again = self._data(desk, before, data.heard, data.heard_at, state, rankings)
            found.extend(differences(turn, data, state, again))
        return tuple(found)

    # --- small parts --------------------------------------------------------------------------------

    def _remembered(self, person: str, catalogue: str, at: float) -> InterestProfile:
        """What earlier conversations kept, and what a history that was loaded since tells beyond that."""
        key = hashed(person)
        kept = self._store.lasting(key, catalogue)
        known = self._known(person, catalogue, self._store.interests_kept_at(key, catalogue))
        wrote = opinions(known.reviews, lambda text: self._reader(catalogue, text).interests(text))
        every = (*wrote, *kept.long_term, *known.own)
        lasting = {one.key: one for one in every if not is_sensitive(one.about)}
        return begin_session(lasting.values(), at, known.related, kept.mentioned, kept.seen, kept.record)

    def _reader(self, catalogue: str, text: str) -> Understanding:
        """What reads a text about a catalogue, in the text's own language."""
        return self._desk(Session(catalogue, DialogueState()), text).understanding

    def _load(self, session_id: str) -> Session:
        return self._kept(hashed(session_id))

    def _kept(self, key: str) -> Session:
        session = self._store.load(key)
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
            desk = self._desks[session.catalogue, language] = Desk(retriever, language, self._contact)
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
    earlier = known(union(state.ever_shown, state.talked))
    return Shown(known(state.shown), focus, known(state.talked), earlier, known(state.group))


def _asked_last(session: Session) -> tuple[str, ...]:
    """The facets that the last reply asked about."""
    now, before = session.state.asked, _before_last_turn(session).asked
    same = sum(
        1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(now, before, strict=False))
    )
    return now[same:]


def _before_last_turn(session: Session) -> DialogueState:
    """The state that the last answered turn began with; how it all began, if there was none yet."""
    answered = [place for place, turn in enumerate(session.turns) if not is_silent(turn.record)]
    if not answered or answered[-1] == 0:
        return session.begun
    return session.turns[answered[-1] - 1].state
