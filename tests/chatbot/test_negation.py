"""Negations that are none, reach far, or mean more than they say; what is private; being forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from turns import finish

from chatbot.acts import Constrain, Exclude, ForgetMe, Inform
from chatbot.codec import act_json, condition_text
from chatbot.engine import Chatbot
from chatbot.events import TurnRecord
from chatbot.understanding import Understanding
from chatbot.understanding.reading import TOLERATED, Situation
from retriever.domain import OfFacet

Talk = Callable[..., list[TurnRecord]]


def conditions(reader: Understanding, text: str) -> set[str]:
    heard = reader.read(text, Situation(1))
    return {condition_text(act.constraint) for act in heard if isinstance(act, Constrain | Exclude)}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("I don't feel like watching another science fiction film", {"genres != science fiction"}),
        ("a comedy that isn't romantic", {"genres = comedy", "moods != romantic", "genres != romance"}),
        ("a western or a war film", {"genres = western | war"}),
        ("a comedy for tonight and a documentary for tomorrow", {"genres = comedy", "genres = documentary"}),
        ("nothing American", {"country != United States"}),
    ],
)
def test_scope_and_choice_among_films(film_reader: Understanding, said: str, meant: set[str]):
    assert conditions(film_reader, said) >= meant


def test_nothing_against_a_value_is_no_ban_and_hardly_a_wish(film_reader: Understanding):
    heard = film_reader.read("I have nothing against horror", Situation(1))
    (act,) = heard
    assert isinstance(act, Inform)
    assert act.preference.about == OfFacet("genres", "horror")
    assert act.preference.weight == TOLERATED


def test_a_kind_written_in_one_word_is_ruled_out_with_its_kind(shop_reader: Understanding):
    (excluded,) = conditions(shop_reader, "without wool")
    assert "lambswool" in excluded
    assert "merino wool" in excluded


def test_who_asks_for_two_sorts_of_things_is_shown_both(talk: Talk):
    (both,) = talk("shop", "a kettle and a mug")
    assert {item["facets"]["category"] for item in both.items} == {"kettles", "mugs"}


def test_what_people_say_of_themselves_is_not_kept(film_reader: Understanding):
    heard = film_reader.read(
        "I was diagnosed with cancer and I'm catholic, something uplifting", Situation(1)
    )
    assert "cancer" not in str([act_json(act) | {"quote": ""} for act in heard])
    assert "catholic" not in str([act_json(act) | {"quote": ""} for act in heard])
    about_films = film_reader.read("a film about cancer", Situation(1))
    assert "cancer" in str([act_json(act) for act in about_films])


def test_forget_me_forgets_lasting_interest_too(chatbot: Chatbot):
    first = chatbot.start("films", "somebody's own secret")
    shown = finish(chatbot.reply(first, "comedies"))
    finish(chatbot.feedback(first, shown.cards[0].item_id, True))
    again = chatbot.start("films", "somebody's own secret")
    assert finish(chatbot.reply(again, "hello")).profile["long_term"]
    gone = finish(chatbot.reply(again, "forget everything you know about me"))
    assert gone.acts[0]["intent"] == "forget_me"
    assert gone.profile["long_term"] == []
    third = chatbot.start("films", "somebody's own secret")
    assert finish(chatbot.reply(third, "hello")).profile["long_term"] == []


def test_forget_me_is_heard_however_it_is_said(film_reader: Understanding):
    for said in ("forget me", "please delete my data", "erase everything you know about me!"):
        assert any(isinstance(act, ForgetMe) for act in film_reader.read(said, Situation(1)))
