"""Questions to the whole catalogue: ranges, averages, totals, and "of them"."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chatbot import acts
from chatbot.codec import act_json, read_state, write_state
from chatbot.events import TurnRecord
from chatbot.state import DialogueState
from chatbot.understanding import Understanding
from chatbot.understanding.reader import Situation
from retriever.domain import AnyOf, Constraint, Source, SourceKind

Talk = Callable[..., list[TurnRecord]]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("how much do your tents cost?", ("range", "price", ["category = tents"])),
        (
            "how heavy are waterproof jackets?",
            ("range", "weight_g", ["waterproof = yes", "category = jackets"]),
        ),
        ("what does a tent cost on average?", ("average", "price", ["category = tents"])),
        ("what is the average price of tents?", ("average", "price", ["category = tents"])),
        ("which brands do you carry?", ("kinds", "brand", [])),
        ("what colours do your tents come in?", ("kinds", "colour", ["category = tents"])),
        ("how many backpacks do you have altogether?", ("count", "", ["category = backpacks"])),
        ("how many backpacks are there in total?", ("count", "", ["category = backpacks"])),
    ],
)
def test_a_question_to_the_shop_is_this_one(
    shop_reader: Understanding, said: str, meant: tuple[str, str, list[str]]
):
    (act,) = (act_json(act) for act in shop_reader.read(said, Situation(1)))
    assert (act.get("kind"), act.get("facet", ""), act.get("constraints", [])) == meant


@pytest.mark.parametrize("said", ["what is a good short film?", "how about a short film", "how long?"])
def test_a_wish_that_sounds_like_a_question_is_not_answered_with_figures(
    film_reader: Understanding, said: str
):
    assert [act_json(act)["intent"] for act in film_reader.read(said, Situation(1))] != ["ask_catalogue"]


def test_what_no_entry_has_is_named_without_the_title(film_reader: Understanding):
    (act,) = film_reader.read("how many Oscars did Titanic win?", Situation(1))
    assert isinstance(act, acts.AskItem)
    assert act.value == "Oscars"


def test_of_them_is_of_what_was_counted_last(talk: Talk):
    _, second, third = talk(
        "shop",
        "how many tents do you have?",
        "how many of them are waterproof?",
        "what do they cost on average?",
    )
    assert set(second.acts[0]["constraints"]) == {"category = tents", "waterproof = yes"}
    assert third.acts[0]["constraints"] == second.acts[0]["constraints"]
    assert third.acts[0]["kind"] == "average"


def test_of_them_is_of_what_the_wishes_leave_where_nothing_was_counted(talk: Talk):
    _, second = talk("shop", "a tent", "how many of them are under 200 euros?")
    assert second.acts[0]["constraints"] == ["category = tents", "price < 200"]


def test_the_oldest_of_them_is_not_the_oldest_of_all(talk: Talk):
    _, second = talk("films", "how many Hitchcock films do you have?", "what is the oldest of them?")
    assert "The 39 Steps" in second.text


def test_after_a_new_wish_they_are_not_what_was_counted(talk: Talk):
    *_, last = talk(
        "shop", "how many tents do you have?", "a headlamp", "how many of them are under 40 euros?"
    )
    assert last.acts[0]["constraints"] == ["category = headlamps", "price < 40"]


def test_the_figures_of_a_range_and_an_average_are_said(talk: Talk):
    first, second, third = talk(
        "shop",
        "how much do your tents cost?",
        "what does a waterproof tent weigh on average?",
        "how much do waterproof kettles cost?",
    )
    assert "€39.95" in first.text
    assert "€799.00" in first.text
    assert "waterproof" in second.text
    assert "average" in second.text.casefold()
    assert any(word in third.text for word in ("No", "none"))


def test_what_was_counted_survives_storing():
    counted = (Constraint("category", AnyOf(("tents",)), Source(SourceKind.QUOTE, 1, "tents")),)
    state = DialogueState(turn=1, counted=counted)
    assert read_state(write_state(state)) == state
    old = {k: v for k, v in write_state(state).items() if k != "counted"}
    assert read_state(old).counted == ()
