"""What each expectation takes for fulfilled, on replies written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chatbot.evaluation.bench import Bench, Check, Observation
from chatbot.evaluation.checks import compile_checks
from chatbot.evaluation.reading import BrokenScript, Written
from chatbot.evaluation.script import Expect, Script
from chatbot.events import Card, Chip, TurnRecord
from chatbot.state import DialogueState
from retriever.catalogue import Catalogue
from retriever.domain import (
    Facet,
    FacetKind,
    FacetRole,
    InterestProfile,
    Item,
    OfTheme,
    Preference,
    Source,
    SourceKind,
)

FACETS = (
    Facet("price", FacetKind.NUMBER, "price", "EUR", FacetRole.PRICE),
    Facet("year", FacetKind.YEAR, "year"),
    Facet("kind", FacetKind.CATEGORY, "kind", role=FacetRole.CATEGORY),
    Facet("colour", FacetKind.TAGS, "colour"),
    Facet("waterproof", FacetKind.BOOLEAN, "waterproof"),
)
ITEMS = [
    Item("up", "Up", "一座房子带着很多气球飞上了天空。", {"price": 4.0, "year": 2009, "kind": "films"}),
    Item("m", "M", "Dark.", {"price": 9.0, "year": 1931, "kind": "films"}),
    Item("heat", "Heat", "Warm.", {"price": 7.0, "kind": "films", "colour": ("red",)}),
    Item("white", "White Heat", "Hot.", {"price": 8.0, "kind": "films", "colour": ("blue",)}),
    Item(
        "twelve", "12 Angry Jackets", "So dry.", {"kind": "jackets", "colour": ("red",), "waterproof": True}
    ),
    Item(
        "no", "No Rain", "Wet?", {"price": 3.0, "kind": "jackets", "colour": ("blue",), "waterproof": False}
    ),
]
CATALOGUE = Catalogue("mixed", FACETS, ITEMS)
SCRIPT = Script.model_validate({"dialogue": "d", "catalogue": "mixed", "turns": [{"user": "hi"}]})


def turn(text: str = "", items: Sequence[str] = (), asks: str = "") -> Observation:
    shown = tuple({"id": one, "title": CATALOGUE.item(one).title} for one in items)
    record = TurnRecord(1, "", (), "recommend", (), {}, shown, text, 0, {})
    return Observation(replace(record, asks=asks), DialogueState(), DialogueState())


def checks(expect: dict[str, Any], at: int) -> tuple[Check, ...]:
    bench = Bench(Written(SCRIPT, Path("s.yaml"), {}), CATALOGUE, at)
    return compile_checks(Expect.model_validate(expect), bench, ("turns", at - 1, "expect"))


def judged(expect: dict[str, Any], *seen: Observation) -> str:
    return "; ".join(filter(None, (check.judge(seen) for check in checks(expect, len(seen)))))


@pytest.mark.parametrize(
    ("name", "text", "is_named"),
    [
        ("M", "I am fond of films.", False),
        ("M", "M (1931) is dark.", True),
        ("Up", "Upon reflection, it adds up.", False),
        ("Up", "Try Up.", True),
        ("Heat", "White Heat is hot.", False),
        ("Heat", "White Heat is hot, and Heat is warm.", True),
        ("White Heat", "white heat", True),
    ],
)
def test_an_item_is_named_by_whole_words(name: str, text: str, is_named: bool):
    assert (judged({"text": {"names": name}}, turn(text)) == "") == is_named


@pytest.mark.parametrize(
    ("condition", "text", "is_told"),
    [
        ("kind = films", "4 films are there.", True),
        ("kind = films", "I count 4.", True),
        ("kind = films", "Without “jackets”, 4.", True),
        ("kind = films", "一共有4部。", True),
        ("kind = films", "Up costs €4 today.", False),
        ("kind = films", "Up costs 4 EUR and no more.", False),
        ("kind = films", "None is under 4 euros.", False),
        ("kind = films", "Number 4 is next.", False),
        ("kind = jackets", "Up is on place 2 of all.", False),
        ("price > 100", "No, I have no films over 100 euros.", True),
        ("price > 100", "None of the 6 things is.", False),
        ("price > 100", "0 things are over it.", True),
        ("price > 100", "I would take Up (2009).", False),
        ("price > 100", "No, but try No Rain.", False),
        ("kind = jackets and colour = red", "There is 1 film.", True),
    ],
)
def test_a_count_is_a_figure_that_could_be_one(condition: str, text: str, is_told: bool):
    assert (judged({"text": {"counts": condition}}, turn(text)) == "") == is_told


def test_a_figure_inside_of_a_title_is_no_count():
    many = [Item(f"x{n}", f"Thing {n:02} of all", "", {"kind": "things"}) for n in range(12)]
    catalogue = Catalogue("mixed", FACETS, [*ITEMS, *many])
    bench = Bench(Written(SCRIPT, Path("s.yaml"), {}), catalogue, 1)
    (check,) = compile_checks(Expect.model_validate({"text": {"counts": "kind = things"}}), bench, ())
    assert check.judge([turn("Take 12 Angry Jackets.")]) != ""
    assert check.judge([turn("There are 12 things.")]) == ""


@pytest.mark.parametrize(
    ("name", "text", "is_stated"),
    [
        ("12 Angry Jackets", "Yes, 12 Angry Jackets is waterproof.", True),
        ("12 Angry Jackets", "12 Angry Jackets is not waterproof.", False),
        ("12 Angry Jackets", "12 Angry Jackets is red.", False),
        ("No Rain", "No, No Rain is not waterproof.", True),
        ("No Rain", "No Rain is waterproof.", False),
        ("No Rain", "12 Angry Jackets is waterproof. No Rain isn't waterproof.", True),
        ("12 Angry Jackets", "12 Angry Jackets isn't waterproof. No Rain is waterproof.", False),
    ],
)
def test_yes_and_no_are_stated_of_the_item_in_the_sentence(name: str, text: str, is_stated: bool):
    assert (judged({"text": {"value_of": f"{name} waterproof"}}, turn(text)) == "") == is_stated


def test_a_value_that_is_not_there_breaks_a_script_by_name_and_fails_by_card():
    with pytest.raises(BrokenScript, match="has no price in 'mixed'"):
        checks({"text": {"value_of": "12 Angry Jackets price"}}, 1)
    seen = turn("", ["twelve"]), turn("Nothing is said about None.")
    assert judged({"text": {"value_of": "@1.1 price"}}, *seen) == "'12 Angry Jackets' has no price"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I would take Up first. 一座房子带着很多气球飞上了天空。", "en"),
        ("Good: “一座房子很多气球天空一座房子”, as you say.", "en"),
        ("我推荐这一部：Up。", "zh"),
        ("我推荐 White Heat 和 12 Angry Jackets。", "zh"),
    ],
)
def test_the_language_is_that_of_our_own_words(text: str, language: str):
    assert judged({"text": {"language": language}}, turn(text, ["up"])) == ""
    other = "zh" if language == "en" else "en"
    assert judged({"text": {"language": other}}, turn(text, ["up"])) != ""


def test_question_marks_are_counted_outside_of_descriptions():
    asked = turn("No Rain: Wet? Which colour? 几个？", ["no"])
    assert judged({"text": {"questions": 3}}, asked) == ""
    assert "it has" in judged({"text": {"questions": 1}}, asked)
    assert judged({"text": {"questions": 0}}, turn("Try “is it dry?”")) == ""


@pytest.mark.parametrize(
    ("wanted", "asked", "holds"),
    [
        ("not colour", "price", True),
        ("not colour", "colour", False),
        (["not colour", "not price"], "price", False),
        (["colour", "price"], "price", True),
        (["colour", "price"], "", False),
        (["nothing", "price"], "", True),
        (["something", "not price"], "price", False),
        (["something", "not price"], "colour", True),
    ],
)
def test_what_is_asked_may_be_one_of_several_or_none_of_them(wanted: Any, asked: str, holds: bool):
    assert (judged({"asks": wanted}, turn(asks=asked)) == "") == holds


@pytest.mark.parametrize(
    ("expect", "ids", "holds"),
    [
        ({"every": "price < @1.2"}, ["up"], True),
        ({"every": "price < @1.2"}, ["up", "heat"], False),
        ({"first": "kind = @1.1"}, ["m", "no"], True),
        ({"none": "colour = @1.2"}, ["twelve"], False),
        ({"every": "kind = jackets and colour = red"}, ["twelve", "no"], False),
        ({"any": "kind = jackets and colour = red"}, ["heat", "no"], False),
        ({"any": "kind = jackets and colour = red"}, ["no", "twelve"], True),
        ({"none": "kind = jackets and colour = red"}, ["heat", "no"], True),
        ({"first": "kind = jackets and colour = red"}, ["twelve"], True),
        ({"every": "colour = red where kind = jackets"}, ["white", "twelve"], True),
        ({"every": "colour = red where kind = jackets"}, ["no", "twelve"], False),
        ({"first": "colour = red where kind = jackets"}, ["white", "twelve", "no"], True),
        ({"none": "colour = red where kind = jackets and price < 5"}, ["heat", "no"], True),
    ],
)
def test_conditions_on_items_join_compare_and_narrow(expect: dict[str, str], ids: list[str], holds: bool):
    assert (judged({"items": expect}, turn("", ["up", "heat"]), turn("", ids)) == "") == holds


def test_a_card_without_the_facet_fails_a_comparison_in_words():
    told = judged({"items": {"every": "price < @1.1"}}, turn("", ["twelve"]), turn("", ["up"]))
    assert told == "@1.1, '12 Angry Jackets', has no price to compare with"


def hints(items: dict[str, Any], *ids: str) -> list[str]:
    seen = [turn("", ids)]
    return [check.hint(seen) for check in checks({"items": items}, 1) if check.hint(seen)]


def test_a_condition_that_held_of_nothing_is_hinted_at():
    assert hints({"every": "price < 5"}) == [
        "there are no items, so it held of nothing; add `min: 1` if there should be some"
    ]
    assert hints({"every": "price < 5"}, "up") == []
    assert hints({"every": "price < 5", "min": 0}) == []
    assert hints({"every": "price < 5", "max": 0}) == []
    assert "no item has kind = jackets" in hints({"every": "colour = red where kind = jackets"}, "up")[0]


def card(item: str, *facts: tuple[str, str], reason: str = "", title: str = "") -> Card:
    return Card(item, title or CATALOGUE.item(item).title, 1, reason, "", facts)


@pytest.mark.parametrize(
    ("shown", "untrue"),
    [
        (card("heat", ("price", "€7.00"), ("colour", "red"), ("kind", "films")), ""),
        (card("heat", ("price", "€6.30")), "card 'Heat': price €6.30"),
        (card("heat", ("colour", "red, blue")), "card 'Heat': colour red, blue"),
        (card("heat", title="White Heat"), "card 'Heat': the title is 'Heat'"),
        (card("heat", reason="It is red, for €7."), ""),
        (card("heat", reason="Won the Marrowgate Prize."), "reason of 'Heat': Marrowgate"),
        (card("heat", reason="Sold 48,213 times."), "reason of 'Heat': 48,213"),
    ],
)
def test_a_card_shows_its_own_record_only(shown: Card, untrue: str):
    seen = turn("Here you are.", ["heat"])
    seen = replace(seen, record=replace(seen.record, cards=(shown,)))
    assert untrue in judged({"text": {"grounded": True}}, seen)
    assert bool(judged({"text": {"grounded": True}}, seen)) == bool(untrue)


@pytest.mark.parametrize(
    ("source", "is_true"),
    [
        ("you said “something  RED”", True),
        ("you said “red, warm”", True),
        ("you said “something blue”", False),
        ("from earlier: “no horror”", True),
        ("from earlier: “no drama”", False),
        ("you tapped it", True),
    ],
)
def test_a_chip_quotes_only_what_the_person_said(source: str, is_true: bool):
    lasting = Preference(OfTheme("horror"), -0.6, Source(SourceKind.HISTORY, 1, "no horror"))
    state = replace(DialogueState(), profile=InterestProfile(long_term=(lasting,)))
    seen = turn("Fine.")
    record = replace(
        seen.record, user="Something red and warm", chips=(Chip("k", "l", "interest", 1, False, source),)
    )
    found = judged({"text": {"grounded": True}}, Observation(record, state, state))
    assert found == ("" if is_true else f"chip 'l': {source}")
