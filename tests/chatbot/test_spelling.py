"""Typing errors: read as the word that was meant, quoted as typed, never found where there is none."""

from __future__ import annotations

import pytest

from chatbot.acts import Constrain, Inform
from chatbot.codec import condition_text
from chatbot.understanding import Understanding
from chatbot.understanding.reading import Situation
from retriever.domain import OfTheme


def conditions(reader: Understanding, text: str) -> list[str]:
    return [
        condition_text(act.constraint)
        for act in reader.read(text, Situation(1))
        if isinstance(act, Constrain)
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a waterprof jaket", ["waterproof = yes", "category = jackets"]),
        ("dessk lamps up to 37 W", ["category = desk lamps", "power_w <= 37"]),
        ("pans, no more than 3 yers", ["category = pans", "warranty_years <= 3"]),
        ("I'm lookinng for sleeping mats", ["category = sleeping mats"]),
        ("tents undr 200", ["category = tents", "price < 200"]),
    ],
)
def test_a_word_with_a_letter_wrong_is_read_as_it_was_meant(
    shop_reader: Understanding, typed: str, meant: list[str]
):
    assert conditions(shop_reader, typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("science fictoin", ["genres = science fiction"]),
        ("something by Miyazki", ["director = Hayao Miyazaki"]),
        ("films with tom hankz", ["cast = Tom Hanks"]),
        ("a film by Wes Andersen", ["director = Wes Anderson"]),
    ],
)
def test_names_and_genres_are_found_nearly_right(film_reader: Understanding, typed: str, meant: list[str]):
    assert conditions(film_reader, typed) == meant


def test_the_quote_keeps_what_was_typed(shop_reader: Understanding):
    (act,) = shop_reader.read("jaket", Situation(1))
    assert act.quote == "jaket"


@pytest.mark.parametrize("word", ["Zorblax", "cumin", "xyz", "fdsa", "harbour"])
def test_words_that_are_near_nothing_stay_as_they_are(shop_reader: Understanding, word: str):
    for act in shop_reader.read(f"something with {word}", Situation(1)):
        if isinstance(act, Inform) and isinstance(act.preference.about, OfTheme):
            assert act.preference.about.words == word


def test_a_surname_means_the_person_with_most_films_and_by_means_who_made_them(film_reader: Understanding):
    assert conditions(film_reader, "with eastwood") == ["cast = Clint Eastwood"]
    assert conditions(film_reader, "by eastwood") == ["director = Clint Eastwood"]
    assert conditions(film_reader, "by Miyazaki") == ["director = Hayao Miyazaki"]


def test_a_small_word_behind_and_is_no_last_name(shop_reader: Understanding):
    """ "print" is not the reflective print that some things have, though a name may follow "and"."""
    assert conditions(shop_reader, "jackets and print") == ["category = jackets"]
