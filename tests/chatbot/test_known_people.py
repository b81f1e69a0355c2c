"""A loaded history is known when a conversation begins; related people's tastes help who has none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from turns import NOON, finish

from chatbot.chips import chips
from chatbot.codec import read_state, write_state
from chatbot.engine import Chatbot
from chatbot.known import NOTHING, KnownPeople, own_interest
from chatbot.profile import LONG_TERM_SHARE, learn
from chatbot.sessions import hashed
from chatbot.sql_sessions import SqlSessionStore, sqlite_url
from generator.writer import Writer
from retriever.domain import InterestProfile, Leg, OfItem, Preference, Query, Source, SourceKind
from retriever.errors import StorageError
from retriever.feedback import Interaction, Tier
from retriever.history_tables import HistoryEvent, Relation
from retriever.ledger import Ledger
from retriever.open import Shelf
from retriever.pseudonyms import hash_person, make_key, read_key

KEY = b"k" * 32
DAY = 86_400.0
WESTERN, COMEDY = "unforgiven-1992", "some-like-it-hot-1959"


@pytest.fixture
def known(ledger: Ledger) -> KnownPeople:
    return KnownPeople(ledger, lambda: KEY)


@pytest.fixture
def bot(shelf: Shelf, store: SqlSessionStore, known: KnownPeople) -> Chatbot:
    return Chatbot(shelf, store, Writer(None), now=lambda: NOON, known=known.long_term_of)


def happened(
    ledger: Ledger,
    person: str,
    item: str,
    weight: float = 1.0,
    *,
    at: float = NOON - DAY,
    loaded: float = NOON - DAY,
) -> None:
    event = HistoryEvent(hash_person(KEY, person), item, "like", Tier.STATED, weight, at=at)
    ledger.put_events("films", ledger.begin_history_load("films", "h.csv", loaded), [event])


def searched(ledger: Ledger, person: str, text: str, at: float):
    event = HistoryEvent(hash_person(KEY, person), "", "search", Tier.DONE, 0.0, at=at, text=text)
    ledger.put_events("films", ledger.begin_history_load("films", "s.csv", at), [event])


def befriend(ledger: Ledger, one: str, *others: str, weight: float = 1.0):
    relations = [
        Relation(hash_person(KEY, one), hash_person(KEY, other), "friend", weight) for other in others
    ]
    ledger.put_relations("films", ledger.begin_history_load("films", "f.csv", 1.0), relations)


def films_of(shelf: Shelf, genre: str, count: int) -> list[str]:
    items = shelf.get("films").catalogue.items
    return [item.id for item in items if genre in item.facets.get("genres", ())][:count]


def prior(bot: Chatbot, store: SqlSessionStore, person: str) -> InterestProfile:
    session = store.load(hashed(bot.start("films", person)))
    assert session is not None
    return session.begun.profile


def test_what_a_person_did_is_their_lasting_interest_faded_by_its_age(
    ledger: Ledger, bot: Chatbot, store: SqlSessionStore, shelf: Shelf
):
    western, other = films_of(shelf, "western", 2)
    happened(ledger, "ann", western, at=NOON - 90 * DAY)
    happened(ledger, "ann", other, -0.5, at=NOON)
    profile = prior(bot, store, "ann")
    assert {(p.about.item, round(p.weight, 3)) for p in profile.long_term} == {  # type: ignore[union-attr]
        (western, LONG_TERM_SHARE / 2),
        (other, -0.5 * LONG_TERM_SHARE),
    }
    assert profile.prior == ()
    assert prior(bot, store, "somebody else") == InterestProfile()


def test_only_the_latest_that_say_something_make_the_interest():
    mine = [Interaction("ann", f"i{n:02}", 1.0, float(n)) for n in range(30)]
    kept = own_interest([*mine, Interaction("ann", "seen", 0.1, 99.0)])
    assert [p.about.item for p in kept] == [f"i{n}" for n in range(10, 30)]  # type: ignore[union-attr]


def test_searches_are_themes_and_the_latest_of_them_count(ledger: Ledger, known: KnownPeople):
    for day, words in enumerate(("heists", "trains", "Snow", "snow", "x" * 90)):
        searched(ledger, "ann", words, NOON + day)
    themes = [p.about.words for p in known.long_term_of("ann", "films").own]  # type: ignore[union-attr]
    assert themes == ["heists", "trains", "snow"]


def test_with_relations_the_ranking_of_somebody_new_moves_towards_what_these_like(
    ledger: Ledger, bot: Chatbot, store: SqlSessionStore, shelf: Shelf
):
    westerns = films_of(shelf, "western", 6)
    for place, film in enumerate(westerns):
        happened(ledger, ("ben", "cid")[place % 2], film)
    befriend(ledger, "ann", "ben", "cid")
    retriever = shelf.get("films")

    def ranks(person: str) -> float:
        everything = retriever.recall(Query(profile=prior(bot, store, person)), 1_000)
        return sum(everything.index(film) for film in westerns) / len(westerns)

    alone = ranks("dot")
    assert prior(bot, store, "dot").prior == ()
    befriend(ledger, "eve", "fay")  # who has no history either
    assert ranks("eve") == alone
    assert ranks("ann") < alone / 2


def test_what_related_people_like_weighs_by_how_close_they_are(
    ledger: Ledger, known: KnownPeople, shelf: Shelf
):
    western, comedy = films_of(shelf, "western", 1)[0], films_of(shelf, "comedy", 1)[0]
    happened(ledger, "ben", western)
    happened(ledger, "cid", comedy)
    befriend(ledger, "ann", "ben", weight=3.0)
    befriend(ledger, "ann", "cid", weight=1.0)
    told = known.long_term_of("ann", "films")
    assert told.own == ()
    assert [(p.key, p.weight) for p in told.related] == [(f"item:{western}", 0.75), (f"item:{comedy}", 0.25)]


def test_it_fades_with_each_preference_of_their_own_and_is_gone_after_a_few(shelf: Shelf):
    western, *comedies = films_of(shelf, "western", 1) + films_of(shelf, "comedy", 5)
    source = Source(SourceKind.CLICK, 1)
    profile = InterestProfile(prior=(Preference(OfItem(western), 1.0, Source(SourceKind.HISTORY, 0)),))
    weights = []
    for film in ("", *comedies):
        if film:
            profile = learn(profile, [Preference(OfItem(film), 0.5, source)])
        found = shelf.get("films").retrieve(Query(profile=profile, k=50)).candidates
        legs = {leg.leg: leg.weight for candidate in found for leg in candidate.trace.legs}
        weights.append(legs.get(Leg.RELATED, 0.0))
    assert weights == [0.5, 0.25, 0.125, 0.0625, 0.0, 0.0]


def test_what_others_like_is_never_shown_and_never_a_reason(
    ledger: Ledger, bot: Chatbot, store: SqlSessionStore, shelf: Shelf
):
    befriend(ledger, "ann", "ben")
    for film in films_of(shelf, "western", 3):
        happened(ledger, "ben", film)
    session = bot.start("films", "ann")
    state = store.load(hashed(session)).state  # type: ignore[union-attr]
    assert state.profile.prior
    assert read_state(write_state(state)) == state
    assert chips(state, shelf.get("films").catalogue, "en") == ()
    record = finish(bot.reply(session, "surprise me"))
    assert record.profile["long_term"] == []
    found = shelf.get("films").retrieve(Query(profile=state.profile, k=10)).candidates
    assert all(candidate.trace.matched == () for candidate in found)
    why = finish(bot.reply(session, "why the first?"))
    titles = [shelf.get("films").catalogue.item(film).title for film in films_of(shelf, "western", 3)]
    shown = {item["title"] for item in record.items}
    assert not any(title in why.text for title in titles if title not in shown)


def test_what_was_taken_back_in_a_conversation_does_not_come_back_from_the_history(
    ledger: Ledger, bot: Chatbot, store: SqlSessionStore, shelf: Shelf
):
    western, comedy = films_of(shelf, "western", 1)[0], films_of(shelf, "comedy", 1)[0]
    happened(ledger, "ann", western)
    session = bot.start("films", "ann")
    finish(bot.remove(session, f"item:{western}"))
    assert prior(bot, store, "ann") == InterestProfile()
    happened(ledger, "ann", comedy, at=NOON, loaded=NOON + DAY)
    assert [p.about.item for p in prior(bot, store, "ann").long_term] == [comedy]  # type: ignore[union-attr]


def test_who_wants_to_be_forgotten_begins_with_nothing_next_time(
    ledger: Ledger, bot: Chatbot, store: SqlSessionStore, shelf: Shelf
):
    befriend(ledger, "ann", "ben")
    happened(ledger, "ben", films_of(shelf, "western", 1)[0])
    session = bot.start("films", "ann")
    finish(bot.reply(session, "forget everything you know about me"))
    assert prior(bot, store, "ann") == InterestProfile()


def test_before_the_first_history_nobody_is_known(ledger: Ledger):
    assert KnownPeople(ledger, lambda: None).long_term_of("ann", "films") == NOTHING


def test_of_an_erased_person_neither_interest_nor_conversation_is_left(shelf: Shelf, tmp_path: Path):
    path = tmp_path / "sessions.sqlite3"
    store = SqlSessionStore(sqlite_url(path))
    bot = Chatbot(shelf, store, Writer(None), now=lambda: NOON)
    theirs, others = bot.start("films", "ann"), bot.start("films", "ben")
    finish(bot.reply(theirs, "I love Tarantino films, said the xylophone"))
    finish(bot.reply(others, "a comedy"))
    assert store.erase_person(hashed("ann"), "shop") == 0
    assert store.erase_person(hashed("ann"), "films") == 1
    assert store.interests_kept_at(hashed("ann"), "films") is None
    assert store.load(hashed(theirs)) is None
    assert store.load(hashed(others)) is not None
    raw = b"".join(one.read_bytes() for one in tmp_path.glob("sessions.sqlite3*"))
    store.close()
    assert b"xylophone" not in raw


def test_the_key_is_made_once_and_a_cut_one_is_told(tmp_path: Path):
    path = tmp_path / "person.key"
    assert read_key(path) is None
    key = make_key(path)
    assert (len(key), make_key(path), read_key(path)) == (32, key, key)
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in tmp_path.iterdir()] == ["person.key"]
    path.write_bytes(key[:5])
    with pytest.raises(StorageError, match="5 bytes of 32"):
        read_key(path)


def test_a_weight_in_a_history_may_be_of_any_strength(ledger: Ledger, known: KnownPeople, shelf: Shelf):
    (western,) = films_of(shelf, "western", 1)
    happened(ledger, "ann", western, 0.4)
    (one,) = known.long_term_of("ann", "films").own
    assert replace(one, at=0.0).weight == pytest.approx(0.4 * LONG_TERM_SHARE)
