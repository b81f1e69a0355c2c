"""How an interest profile changes: what lasts, what is contradicted, what is never kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chatbot import profile
from chatbot.profile.learning import LASTS_AFTER_SESSIONS, LASTS_AFTER_TURNS, MOST_RECORDED, seen_key
from chatbot.profile.sensitive import is_sensitive, says_sensitive, topics, value_is_sensitive
from retriever.domain import (
    InterestProfile,
    OfFacet,
    OfItem,
    OfTheme,
    Preference,
    Replaced,
    Source,
    SourceKind,
)

DAY = 86_400.0
WESTERN = OfFacet("genres", "western")


def said(about, weight: float = 0.8, turn: int = 1, at: float = 0.0, kind: SourceKind = SourceKind.QUOTE):
    return Preference(about, weight, Source(kind, turn, "as said"), at=at)


def lasting(known: InterestProfile) -> list[str]:
    return [one.key for one in known.long_term]


def test_what_is_said_in_enough_turns_lasts_though_no_word_was_loud():
    known = InterestProfile()
    for turn in range(1, LASTS_AFTER_TURNS + 1):
        assert lasting(known) == []
        known = profile.learn(known, [said(WESTERN, turn=turn, at=turn)])
    assert lasting(known) == ["genres=western"]
    (one,) = known.long_term
    assert (one.weight, one.first_at, one.at, one.times) == (0.8 * 0.6, 1.0, 3.0, 3)


def test_said_thrice_in_one_turn_is_said_once():
    known = profile.learn(InterestProfile(), [said(WESTERN)] * 3)
    assert lasting(known) == []
    assert known.short_term[0].times == 1


def test_what_is_said_in_enough_sessions_lasts():
    known = InterestProfile()
    for session in range(LASTS_AFTER_SESSIONS):
        assert lasting(known) == []
        now = session * DAY
        known = profile.begin_session(known.long_term, now, mentioned=known.mentioned)
        known = profile.learn(known, [said(WESTERN, at=now)])
    assert lasting(known) == ["genres=western"]
    assert known.mentioned == ()


def test_what_is_asked_for_in_enough_sessions_is_a_weak_inferred_interest():
    known = InterestProfile()
    for session in range(LASTS_AFTER_SESSIONS):
        known = profile.begin_session(known.long_term, session * DAY, mentioned=known.mentioned)
        asked = said(WESTERN, 0.4, at=session * DAY, kind=SourceKind.IMPLICIT)
        known = profile.mention(known, [asked, asked])
    (one,) = known.long_term
    assert 0 < one.weight <= 0.4 * 0.6
    assert (one.source.explicit, one.source.event) == (False, profile.ASKED)


def test_the_newest_word_counts_and_what_it_replaced_stays_in_the_record():
    loved, hated = said(WESTERN, 1.0, at=1.0), said(WESTERN, -0.8, 2, at=9.0)
    known = profile.learn(profile.learn(InterestProfile(), [loved]), [hated])
    assert [one.weight for one in known.short_term] == [-0.8]
    assert lasting(known) == []
    assert [(one.was.weight, one.by.weight, one.at) for one in known.record] == [(1.0, -0.8, 9.0)]


def test_a_condition_that_rules_out_what_was_loved_is_in_the_record_too():
    known = profile.learn(InterestProfile(), [said(WESTERN, 1.0)])
    known = profile.overrule(known, [said(WESTERN, -0.4, 2, kind=SourceKind.IMPLICIT)])
    assert (known.short_term, known.long_term) == ((), ())
    assert [one.was.key for one in known.record] == ["genres=western"]


def test_the_record_is_bounded():
    known = InterestProfile()
    for turn in range(MOST_RECORDED + 20):
        known = profile.learn(known, [said(WESTERN, 0.5 if turn % 2 else -0.5, turn, at=turn)])
    assert len(known.record) == MOST_RECORDED
    assert known.record[-1].at == MOST_RECORDED + 19


def test_what_somebody_did_never_outweighs_what_they_said():
    film = OfItem("alien")
    known = profile.learn(InterestProfile(), [said(film, -1.0)])
    opened = said(film, 0.3, 2, kind=SourceKind.IMPLICIT)
    assert profile.learn(known, [opened]) == known
    assert (
        profile.learn(profile.learn(InterestProfile(), [opened]), [said(film, -1.0)]).short_term[0].weight < 0
    )


def test_lasting_interest_is_confirmed_by_a_quieter_word_and_fades_from_then_on():
    known = profile.learn(InterestProfile(), [said(WESTERN, 1.0, at=0.0)])
    later = profile.LONG_HALF_LIFE_DAYS * DAY
    known = profile.begin_session(known.long_term, later)
    assert known.long_term[0].weight == pytest.approx(0.3)
    assert known.long_term[0].at == 0.0  # when it was confirmed, not when it was looked at
    known = profile.learn(known, [said(WESTERN, 0.5, at=later)])
    assert known.long_term[0].at == later
    again = profile.begin_session(known.long_term, 2 * later)
    assert again.long_term[0].weight == pytest.approx(0.15)


def test_a_session_begun_twice_on_a_day_fades_once():
    known = profile.learn(InterestProfile(), [said(WESTERN, 1.0, at=0.0)])
    half = profile.LONG_HALF_LIFE_DAYS * DAY / 2
    twice = profile.begin_session(profile.begin_session(known.long_term, half).long_term, 2 * half)
    assert twice.long_term[0].weight == pytest.approx(0.3)


def test_what_it_came_from_is_known_in_later_sessions():
    known = profile.learn(InterestProfile(), [said(OfItem("a"), 1.0, kind=SourceKind.CLICK)])
    (one,) = profile.begin_session(known.long_term, DAY).long_term
    assert (one.source.kind, one.source.event, one.source.explicit) == (SourceKind.HISTORY, "click", True)


def test_a_weight_that_is_set_holds_now_and_from_then_on():
    known = profile.learn(InterestProfile(), [said(WESTERN, 1.0)])
    tapped = Source(SourceKind.CLICK, 2)
    known = profile.adjust(known, "genres=western", -0.5, tapped, 5.0)
    assert [one.weight for one in (*known.short_term, *known.long_term)] == [-0.5, -0.5]
    assert len(known.record) == 1
    assert profile.adjust(known, "genres=western", 0.0, tapped, 6.0) == InterestProfile()
    assert profile.adjust(known, "genres=war", 1.0, tapped, 6.0) == known


def test_known_items_are_remembered_apart_from_what_is_liked():
    known = profile.learn(InterestProfile(), [said(OfItem("a"), 1.0)])
    known = profile.note_seen(known, ["a", "b"], Source(SourceKind.QUOTE, 1, "seen"), 3.0)
    assert [one.about for one in known.seen] == [OfItem("a"), OfItem("b")]
    assert [seen_key(one) for one in profile.forget(known, ["seen:a"]).seen] == ["seen:b"]
    assert [one.about for one in profile.forget(known, ["item:a"]).seen] == [OfItem("a"), OfItem("b")]


def test_forgetting_reaches_every_part():
    one = said(WESTERN)
    full = InterestProfile((one,), (one,), (one,), (one,), (), (Replaced(one, one, 1.0),))
    assert profile.forget(full, ["genres=western"]) == InterestProfile()


# --- what is never kept -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    ["religion", "Religion", "mental health", "LGBTQ", "lgbtq+", "Jewish life", "politics", "immigration",
     "宗教", "同性恋题材", "disability", "books about depression"],
)  # fmt: skip
def test_a_sensitive_value_is_known_in_either_language(value: str):
    assert value_is_sensitive(value)


@pytest.mark.parametrize(
    "value", ["Christian Petzold", "war", "family", "friendship", "Gay Talese", "romance", "爱情", "西部"]
)
def test_a_name_or_another_topic_is_not(value: str):
    assert not value_is_sensitive(value)


@pytest.mark.parametrize("words", ["a film about faith", "as a Muslim", "得了抑郁症的人"])
def test_free_words_are_sensitive_wherever_they_speak_of_it(words: str):
    assert says_sensitive(words)
    assert is_sensitive(OfTheme(words))


def test_the_stated_topics_are_on_the_list():
    assert {"health", "religion", "politics", "sexual_orientation", "ethnicity"} <= set(topics())


def test_nothing_sensitive_is_learnt_mentioned_or_quoted():
    private = [said(OfFacet("themes", "religion"), 1.0), said(OfTheme("my faith"), 1.0)]
    assert profile.learn(InterestProfile(), private) == InterestProfile()
    assert profile.mention(InterestProfile(), private) == InterestProfile()
    romantic = replace(
        said(OfFacet("moods", "romantic")), source=Source(SourceKind.QUOTE, 1, "I'm gay, romantic")
    )
    (kept,) = profile.learn(InterestProfile(), [romantic]).short_term
    assert kept.source.quote == ""
