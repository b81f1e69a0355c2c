"""Numbers said in words, below zero, of persons and under a negation that stands before the verb."""

from __future__ import annotations

import pytest

from chatbot import acts
from chatbot.codec import act_json, condition_text
from chatbot.understanding import Understanding
from chatbot.understanding.reader import Situation


def numbers(reader: Understanding, text: str) -> list[str]:
    heard = reader.read(text, Situation(1))
    said = [condition_text(a.constraint) for a in heard if isinstance(a, (acts.Constrain, acts.Exclude))]
    return [condition for condition in said if any(c.isdigit() for c in condition)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a sleeping bag for nights of minus 10 degrees", "temperature_c <= -10"),
        ("a sleeping bag for -5°C", "temperature_c <= -5"),
        ("a sleeping bag for 10 degrees below zero", "temperature_c <= -10"),
        ("a sleeping bag down to -15", "temperature_c <= -15"),
        ("a sleeping bag between minus 5 and minus 10 degrees", "-10 <= temperature_c <= -5"),
        ("kettle, 30 -40 euros", "30 <= price <= 40"),
        ("a tent for four or more", "capacity_persons >= 4"),
        ("a tent for at least four", "capacity_persons >= 4"),
        ("a tent for up to six", "capacity_persons <= 6"),
        ("a tent for three or four", "3 <= capacity_persons <= 4"),
        ("actually we are five", "5 <= capacity_persons <= 6"),
        ("there are four of us", "4 <= capacity_persons <= 5"),
        ("a two-person tent", "2 <= capacity_persons <= 3"),
        ("what is good for 15 or less", "price <= 15"),
        ("a mug for under 15", "price < 15"),
        ("under two hundred and fifty", "price < 250"),
        ("under forty five euros", "price < 45"),
        ("a tent that should not weigh more than 3 kg", "weight_g <= 3000"),
        ("a jacket that doesn't cost more than 50", "price <= 50"),
        ("I don't want to spend more than 50", "price <= 50"),
        ("nothing that weighs more than 3 kg", "weight_g <= 3000"),
        ("it can't be heavier than 2 kilos and a half", "weight_g <= 2500"),
        ("not exceeding 50", "price <= 50"),
        ("I can't find a jacket under 50", "price < 50"),
        ("my budget's 150", "price <= 150"),
        ("under 1k", "price < 1000"),
        ("weighs less than half a kilo", "weight_g < 500"),
        ("no red jacket over 100", "price > 100"),
    ],
)
def test_a_spoken_number_in_a_shop_becomes_this_one_condition(
    shop_reader: Understanding, said: str, meant: str
):
    assert numbers(shop_reader, said) == [meant]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a documentary of at most an hour and twenty minutes", "runtime_min <= 80"),
        ("under two hours and ten minutes", "runtime_min < 130"),
        ("no longer than two and a half hours", "runtime_min <= 150"),
        ("2h30 at most", "runtime_min <= 150"),
        ("between 1 hour and 90 minutes", "60 <= runtime_min <= 90"),
        ("a film that is over in 100 minutes", "runtime_min <= 100"),
        ("it can't be longer than two hours", "runtime_min <= 120"),
        ("from this century", "year >= 2000"),
        ("from the 20th century", "1900 <= year <= 1999"),
        ("before the 21st century", "year < 2000"),
        ("from nineteen ninety-nine", "year = 1999"),
        ("no films from before 1980", "year >= 1980"),
        ("no horror from before 1980", "year < 1980"),
    ],
)
def test_a_spoken_number_about_films_becomes_this_one_condition(
    film_reader: Understanding, said: str, meant: str
):
    assert numbers(film_reader, said) == [meant]


@pytest.mark.parametrize("said", ["do you have a better rated one?", "a red one please", "one or two tents"])
def test_one_that_stands_for_a_thing_is_no_number(shop_reader: Understanding, said: str):
    heard = str([act_json(act) for act in shop_reader.read(said, Situation(1))])
    assert "<= rating <=" not in heard
    assert "price" not in heard


def test_two_limits_side_by_side_are_of_two_things(shop_reader: Understanding):
    assert numbers(shop_reader, "tent 4 2 ppl max 400 eur pls") == [
        "2 <= capacity_persons <= 3",
        "price <= 400",
    ]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("more than 30 but less than 50 litres", ["volume_l > 30", "volume_l < 50"]),
        ("over 30 and under 2 kg", ["price > 30", "weight_g < 2000"]),
        ("a tent for two, under 3 kg", ["2 <= capacity_persons <= 3", "weight_g < 3000"]),
    ],
)
def test_two_bounds_share_a_unit_where_that_makes_a_range(
    shop_reader: Understanding, said: str, meant: list[str]
):
    assert numbers(shop_reader, said) == meant


def test_the_unit_before_is_not_what_the_next_number_is_about(film_reader: Understanding):
    assert numbers(film_reader, "under 90 min and after 2000") == ["runtime_min < 90", "year > 2000"]


@pytest.mark.parametrize("said", ["a toy for a 5 year old", "a tent at 300 plus minus 50"])
def test_numbers_of_something_else_are_no_condition(shop_reader: Understanding, said: str):
    assert numbers(shop_reader, said) == []


def test_a_negation_before_the_verb_ends_with_the_number(shop_reader: Understanding):
    heard = shop_reader.read("a tent that should not weigh more than 3 kg and is waterproof", Situation(1))
    conditions = [condition_text(a.constraint) for a in heard if isinstance(a, acts.Constrain)]
    assert "waterproof = yes" in conditions
