"""What a person is told of what is known, and that it goes when they say so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from turns import NOON, finish

from chatbot.acts import ProfileTopic
from chatbot.engine import Chatbot
from chatbot.profile.evolution import evolution
from chatbot.sessions import hashed
from chatbot.sql_sessions import SqlSessionStore, sqlite_url
from chatbot.understanding import Understanding
from chatbot.understanding.reader import Situation
from generator.writer import Writer
from retriever.domain import InterestProfile, OfFacet, OfTheme, Preference, Source, SourceKind
from retriever.errors import InputError
from retriever.open import Shelf

DAY = 86_400.0
ALIEN, ARRIVAL, MOON, SHREK = "alien-1979", "arrival-2016", "moon-2009", "shrek-2001"


class Days:
    """A clock that is set by days."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> float:
        return self.at

    def later(self, days: float) -> None:
        self.at += days * DAY


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def bot(shelf: Shelf, store: SqlSessionStore, days: Days) -> Chatbot:
    return Chatbot(shelf, store, Writer(None), now=days.now)


def title(shelf: Shelf, item: str) -> str:
    return shelf.get("films").catalogue.item(item).title


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("what do you know about me?", ProfileTopic.ALL),
        ("What's in my profile?", ProfileTopic.ALL),
        ("what do you think I like?", ProfileTopic.ALL),
        ("what did I like last week?", ProfileTopic.LIKED),
        ("how can I export my data?", ProfileTopic.EXPORT),
        ("why do you think that I like westerns?", ProfileTopic.WHY),
        ("why do you think so?", ProfileTopic.WHY),
    ],
)
def test_a_question_about_oneself_is_heard_as_one(film_reader: Understanding, text: str, topic: ProfileTopic):
    (act,) = film_reader.read(text, Situation(1))
    assert getattr(act, "topic", None) is topic


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("你知道我什么？", ProfileTopic.ALL),
        ("你对我了解多少", ProfileTopic.ALL),
        ("我上周喜欢什么", None),
        ("我之前喜欢什么？", ProfileTopic.LIKED),
        ("可以导出我的资料吗", ProfileTopic.EXPORT),
        ("你为什么觉得我喜欢科幻？", ProfileTopic.WHY),
    ],
)
def test_a_question_about_oneself_is_heard_in_chinese(shelf: Shelf, text: str, topic: ProfileTopic | None):
    (act, *_) = Understanding(shelf.get("films"), "zh").read(text, Situation(1))
    assert getattr(act, "topic", None) is topic


def test_who_is_back_is_told_what_they_liked_and_not_shown_it_again(bot: Chatbot, days: Days, shelf: Shelf):
    first = bot.start("films", "ann")
    finish(bot.feedback(first, ALIEN, True))
    days.later(4)
    again = bot.start("films", "ann")
    greeting = finish(bot.reply(again, "hello"))
    assert (greeting.action, title(shelf, ALIEN) in greeting.text) == ("greet", True)
    found = finish(bot.reply(again, "recommend me something"))
    assert ALIEN not in [card.item_id for card in found.cards]
    assert f"Last time you liked {title(shelf, ALIEN)}" not in found.text  # it was said once


def test_the_first_reply_opens_with_it_where_nobody_says_hello(bot: Chatbot, days: Days, shelf: Shelf):
    finish(bot.feedback(bot.start("films", "ann"), ALIEN, True))
    days.later(4)
    again = bot.start("films", "ann")
    found = finish(bot.reply(again, "surprise me"))
    assert found.text.index(title(shelf, ALIEN)) < 60
    assert ALIEN not in [card.item_id for card in found.cards]


def test_what_was_seen_in_an_earlier_talk_is_not_recommended_in_a_later_one(
    bot: Chatbot, days: Days, shelf: Shelf, store: SqlSessionStore
):
    session = bot.start("films", "ann")
    finish(bot.reply(session, f"I've seen {title(shelf, MOON)}"))
    days.later(9)
    again = bot.start("films", "ann")
    found = finish(bot.reply(again, "films by Duncan Jones"))
    assert MOON not in [card.item_id for card in found.cards]
    assert [one.key for one in bot.insight(again).knowledge.seen] == [f"seen:{MOON}"]
    finish(bot.remove(again, f"seen:{MOON}"))
    assert bot.insight(again).knowledge.seen == ()


def test_what_is_known_is_told_with_its_reasons_and_times(bot: Chatbot, days: Days, shelf: Shelf):
    finish(bot.feedback(bot.start("films", "ann"), ALIEN, True))
    days.later(3)
    session = bot.start("films", "ann")
    finish(bot.feedback(session, SHREK, False))
    told = finish(bot.reply(session, "what do you know about me?"))
    assert (told.action, told.cards) == ("answer", ())
    assert title(shelf, ALIEN) in told.text
    assert title(shelf, SHREK) in told.text
    why = finish(bot.reply(session, f"why do you think I like {title(shelf, ALIEN)}?"))
    assert why.action == "explain"
    assert "3 days ago" in why.text
    when = finish(bot.reply(session, "what did I like last month?"))
    assert "at that time" in when.text
    assert title(shelf, ALIEN) in when.text
    assert title(shelf, SHREK) not in when.text


def test_a_reason_that_is_asked_for_quotes_the_person(bot: Chatbot):
    session = bot.start("films")
    finish(bot.reply(session, "I love westerns"))
    why = finish(bot.reply(session, "why do you think that I like westerns?"))
    assert "westerns" in why.text
    none = finish(bot.reply(session, "why do you think that I like musicals?"))
    assert "nothing of that kind" in none.text


def test_what_is_asked_about_oneself_changes_nothing(bot: Chatbot, store: SqlSessionStore):
    session = bot.start("films")
    finish(bot.reply(session, "a comedy"))
    before = store.load(hashed(session)).state  # type: ignore[union-attr]
    finish(bot.reply(session, "what do you know about me?"))
    after = store.load(hashed(session)).state  # type: ignore[union-attr]
    assert (after.constraints, after.profile) == (before.constraints, before.profile)


def test_weights_are_edited_and_things_deleted(bot: Chatbot):
    session = bot.start("films")
    finish(bot.feedback(session, ALIEN, True))
    turned = finish(bot.adjust(session, f"item:{ALIEN}", -1.0))
    assert ALIEN not in [card.item_id for card in turned.cards]
    (one,) = bot.insight(session).knowledge.beliefs
    assert (one.key, one.weight, one.origin) == (f"item:{ALIEN}", -1.0, "click")
    assert [(each.was, each.by) for each in bot.insight(session).knowledge.changes] == [(1.0, -1.0)]
    finish(bot.remove(session, f"item:{ALIEN}"))
    assert bot.insight(session).knowledge == replace(bot.insight(session).knowledge, beliefs=(), changes=())
    with pytest.raises(InputError, match="nothing of that key"):
        finish(bot.adjust(session, f"item:{ALIEN}", 1.0))
    with pytest.raises(InputError, match="between -1 and 1"):
        finish(bot.adjust(session, f"item:{ALIEN}", 2.0))


def test_a_sensitive_value_serves_in_this_talk_and_is_never_kept(
    bot: Chatbot, store: SqlSessionStore, days: Days
):
    session = bot.start("films", "ann")
    asked = finish(bot.reply(session, "a film about religion"))
    assert any("religion" in item["facets"]["themes"] for item in asked.items)
    assert "religion" not in str(bot.insight(session).knowledge.as_json())
    for _ in range(4):
        days.later(1)
        session = bot.start("films", "ann")
        finish(bot.reply(session, "I love films about religion"))
    kept = store.lasting(hashed("ann"), "films")
    assert "religion" not in str(kept)


def test_who_wants_to_be_forgotten_leaves_no_trace_in_the_store(shelf: Shelf, tmp_path: Path, days: Days):
    store = SqlSessionStore(sqlite_url(tmp_path / "s.sqlite3"))
    bot = Chatbot(shelf, store, Writer(None), now=days.now)
    finish(bot.reply(bot.start("films", "ann"), "I love Alien, said the xylophone"))
    days.later(1)
    session, others = bot.start("films", "ann"), bot.start("films", "ben")
    finish(bot.reply(session, "I love Arrival, said the glockenspiel"))
    finish(bot.reply(others, "I love Moon"))
    finish(bot.reply(session, "forget everything you know about me"))
    kept = store.load(hashed(session))
    assert kept is not None
    assert [turn.record.user for turn in kept.turns] == ["forget everything you know about me"]
    assert (kept.begun.profile, kept.state.profile) == (InterestProfile(), InterestProfile())
    back = finish(bot.reply(session, "go back"))
    assert back.profile["long_term"] == []
    assert store.lasting(hashed("ann"), "films") == InterestProfile()
    assert store.interests_kept_at(hashed("ann"), "films") is not None  # what a history tells stays out
    assert len(store.sessions_of(hashed("ann"), "films")) == 1
    assert store.lasting(hashed("ben"), "films").long_term
    store.close()
    raw = b"".join(one.read_bytes() for one in tmp_path.glob("s.sqlite3*"))
    assert b"xylophone" not in raw
    assert b"glockenspiel" not in raw


# --- how it went --------------------------------------------------------------------------------------


def test_the_course_of_interests_has_a_point_for_each_turn_over_all_talks(bot: Chatbot, days: Days):
    finish(bot.feedback(bot.start("films", "ann"), ALIEN, True))
    days.later(2)
    session = bot.start("films", "ann")
    finish(bot.feedback(session, ARRIVAL, True))
    finish(bot.remove(session, f"item:{ALIEN}"))
    series = {one.key: one for one in bot.insight(session).series}
    (shared,) = [one for key, one in series.items() if key == "genres=science fiction"]
    assert [(point.session, point.turn) for point in shared.points] == [(1, 1), (2, 1), (2, 2)]
    alone, both, one = (point.weight for point in shared.points)
    assert alone > 0
    assert both > one > 0


def test_a_series_says_what_was_liked_and_what_not_and_is_silent_on_the_sensitive():
    def profile_of(**weights: float) -> InterestProfile:
        source = Source(SourceKind.QUOTE, 1, "said")
        return InterestProfile(
            tuple(Preference(OfTheme(words), weight, source) for words, weight in weights.items())
        )

    class NoCatalogue:
        def facet(self, _: str) -> None:
            return None

    moments = [(1.0, profile_of(trains=0.8, faith=0.9)), (2.0, profile_of(trains=-0.4))]
    valued = [(OfFacet("themes", "religion"), 1.0)]
    (one,) = evolution([moments], lambda _: valued, NoCatalogue(), "en")  # type: ignore[arg-type]
    assert one.label == "trains"
    assert [point.weight for point in one.points] == [0.8, -0.4]
    assert one.peak == 0.8
