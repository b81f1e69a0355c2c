"""Numbers as people say them."""

from __future__ import annotations

import pytest

from chatbot import acts
from chatbot.codec import condition_text
from chatbot.understanding import Understanding
from chatbot.understanding.quantities import parse_number
from chatbot.understanding.reader import Situation


def conditions(reader: Understanding, text: str) -> list[str]:
    heard = reader.read(text, Situation(1))
    return [condition_text(a.constraint) for a in heard if isinstance(a, (acts.Constrain, acts.Exclude))]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("under 50", "price < 50"),
        ("below €120", "price < 120"),
        ("at most 200 euros", "price <= 200"),
        ("not over 50", "price <= 50"),
        ("no more than 80", "price <= 80"),
        ("less than 1,200 €", "price < 1200"),
        ("over 100", "price > 100"),
        ("at least 30 euros", "price >= 30"),
        ("between 20 and 40 euros", "20 <= price <= 40"),
        ("30 to 40 euros", "30 <= price <= 40"),
        ("30-40 €", "30 <= price <= 40"),
        ("0 to 0 or 0 to 0 euros", "price = 0"),
        ("0 to 20 or 30 to 40 euros", "0 <= price <= 40"),
        ("89,90 euros or less", "price <= 89.9"),
        ("a budget of fifty", "price <= 50"),
        ("my budget is 75", "price <= 75"),
        ("100 bucks", "price <= 100"),
        ("cheaper than 60", "price < 60"),
        ("around 100 euros", "85 <= price <= 115"),
        ("lighter than 1.5 kg", "weight_g < 1500"),
        ("under 800 grams", "weight_g < 800"),
        ("30 to 40 litres", "30 <= volume_l <= 40"),
        ("a tent for two", "2 <= capacity_persons <= 3"),
        ("a 3-person tent", "3 <= capacity_persons <= 4"),
        ("rating above 4", "rating > 4"),
        ("above 4 rating", "rating > 4"),
        ("a warranty of at least 3 years", "warranty_years >= 3"),
        ("at least 4 stars", "rating >= 4"),
    ],
)  # fmt: skip
def test_a_quantity_in_a_shop_becomes_this_condition(shop_reader: Understanding, said: str, meant: str):
    assert meant in conditions(shop_reader, said)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("after 2010", "year > 2010"),
        ("since 2010", "year >= 2010"),
        ("from 2010 on", "year >= 2010"),
        ("before 1980", "year < 1980"),
        ("not older than 2010", "year >= 2010"),
        ("newer than 2015", "year > 2015"),
        ("from the 90s", "1990 <= year <= 1999"),
        ("from the nineties", "1990 <= year <= 1999"),
        ("in the 1970s", "1970 <= year <= 1979"),
        ("from the 90s or later", "year >= 1990"),
        ("from the 80s or 90s", "1980 <= year <= 1999"),
        ("in 1994", "year = 1994"),
        ("a film from 1994", "year = 1994"),
        ("from 1994 or later", "year >= 1994"),
        ("from 1989 or earlier", "year <= 1989"),
        ("films from 1989 or before", "year <= 1989"),
        ("at most 2 hours or shorter", "runtime_min <= 120"),
        ("around 1995", "1993 <= year <= 1997"),
        ("between 1999 and 2010", "1999 <= year <= 2010"),
        ("from 2000 to 2005", "2000 <= year <= 2005"),
        ("shorter than two hours", "runtime_min < 120"),
        ("under 100 minutes", "runtime_min < 100"),
        ("at most an hour and a half", "runtime_min <= 90"),
        ("less than 1 h 50 min", "runtime_min < 110"),
        ("longer than 2.5 hours", "runtime_min > 150"),
        ("no longer than 2 hours", "runtime_min <= 120"),
        ("about 90 minutes", "76.5 <= runtime_min <= 103.5"),
        ("one to two hours", "60 <= runtime_min <= 120"),
        ("under 1h40", "runtime_min < 100"),
        ("at most an hour and forty", "runtime_min <= 100"),
        ("from '68", "year = 1968"),
        ("mid-nineties crime", "1990 <= year <= 1999"),
        ("pre-1960", "year < 1960"),
        ("post-1990 thrillers", "year > 1990"),
        ("at least 120 but not more than 150 minutes", "runtime_min >= 120"),
    ],
)  # fmt: skip
def test_a_quantity_about_films_becomes_this_condition(film_reader: Understanding, said: str, meant: str):
    assert meant in conditions(film_reader, said)


def test_a_count_of_things_wanted_is_no_condition(shop_reader: Understanding):
    assert conditions(shop_reader, "two mugs") == ["category = mugs"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("nothing from the 80s", "year != 1980 to 1989"),
        ("a drama, but nothing from the 80s", "year != 1980 to 1989"),
        ("no films from the 70s or 80s", "year != 1970 to 1989"),
        ("anything but the nineties", "year != 1990 to 1999"),
        ("a comedy that isn't from the nineties", "year != 1990 to 1999"),
        ("not from 1994", "year != 1994"),
        ("not between 2000 and 2010", "year != 2000 to 2010"),
        ("not from 1994 on", "year < 1994"),
        ("not older than 2010", "year >= 2010"),
        ("I'm not sure, something from the 90s", "1990 <= year <= 1999"),
        ("not too long, around 90 minutes", "76.5 <= runtime_min <= 103.5"),
    ],
)  # fmt: skip
def test_a_span_under_a_negation_is_ruled_out(film_reader: Understanding, said: str, meant: str):
    assert [c for c in conditions(film_reader, said) if "year" in c or "76.5" in c] == [meant]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("not exactly 100 euros", "price != 100"),
        ("not 30 to 40 euros", "price != 30 to 40"),
        ("a tent, but not for 2 persons", "capacity_persons != 2"),
    ],
)
def test_an_amount_under_a_negation_is_ruled_out(shop_reader: Understanding, said: str, meant: str):
    assert meant in conditions(shop_reader, said)


def test_a_film_catalogue_without_prices_has_no_price_condition(film_reader: Understanding):
    assert not any("price" in c for c in conditions(film_reader, "under 50 euros"))


@pytest.mark.parametrize(
    ("written", "number"),
    [("1,299.50", 1299.5), ("1.299,50", 1299.5), ("89,90", 89.9), ("1,299", 1299), ("7", 7), ("4.5", 4.5)],
)
def test_numbers_are_read_as_they_are_written_here_and_there(written: str, number: float):
    assert parse_number(written) == number
