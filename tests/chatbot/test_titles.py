"""Titles and names as people write them: without accents and marks, misspelt, begun, with a year."""

from __future__ import annotations

import pytest

from chatbot import acts
from chatbot.codec import condition_text
from chatbot.understanding import Understanding
from chatbot.understanding.reader import Situation


def named(reader: Understanding, text: str) -> list[str]:
    """The titles of all items that the acts speak of, with their years."""
    items = [
        reader.lexicon.catalogue.item(item)
        for act in reader.read(text, Situation(1))
        if isinstance(act, (acts.Similar, acts.AskItem, acts.Seen, acts.Like))
        for item in act.items
    ]
    return [f"{item.title} {item.facets['year']:.0f}" for item in items]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("who directed Amelie?", "Amélie 2001"),
        ("something like 2001 A Space Odyssey", "2001: A Space Odyssey 1968"),
        ("what is Schindlers List about", "Schindler's List 1993"),
        ("who directed dr strangelove", "Dr. Strangelove 1964"),
        ("tell me about Blad Runer", "Blade Runner 1982"),
        ("tell me about Casblanca", "Casablanca 1942"),
        ("something like interstelar", "Interstellar 2014"),
        ("how long is Eternal Sunshine?", "Eternal Sunshine of the Spotless Mind 2004"),
        ("how long is eternal sunshine?", "Eternal Sunshine of the Spotless Mind 2004"),
        ("tell me about Beauty and the Beast from 1946", "Beauty and the Beast 1946"),
        ("tell me about Beauty and the Beast by Cocteau", "Beauty and the Beast 1946"),
        ("the 1991 Beauty and the Beast", "Beauty and the Beast 1991"),
        ("Moon (2009)", "Moon 2009"),
        ("like 1917", "1917 2019"),
        ("who directed parasite", "Parasite 2019"),
    ],
)
def test_a_title_as_people_write_it_means_this_film(film_reader: Understanding, said: str, meant: str):
    assert named(film_reader, said) == [meant]


@pytest.mark.parametrize(
    "said",
    [
        "tell me about Alien 3",
        "the godfather part 2",
        "films set in New York",
        "I like dark knights",
        "a good sunrise",
        "a film about the moon",
        "once",
        "heat",
    ],
)
def test_words_that_only_begin_or_resemble_a_title_are_none(film_reader: Understanding, said: str):
    assert named(film_reader, said) == []


def test_a_year_behind_a_title_that_is_unique_is_a_wish(film_reader: Understanding):
    heard = film_reader.read("something like Casablanca from 1942", Situation(1))
    assert "year = 1942" in [condition_text(a.constraint) for a in heard if isinstance(a, acts.Constrain)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a film by Wong Kar Wai", "director = Wong Kar-wai"),
        ("films by agnes varda", "director = Agnès Varda"),
    ],
)
def test_a_name_without_its_hyphen_or_accents_is_that_person(
    film_reader: Understanding, said: str, meant: str
):
    heard = film_reader.read(said, Situation(1))
    assert [condition_text(a.constraint) for a in heard if isinstance(a, acts.Constrain)] == [meant]


def test_a_value_of_two_words_may_be_written_as_one(shop_reader: Understanding):
    heard = shop_reader.read("a grey sleepingbag", Situation(1))
    conditions = [condition_text(a.constraint) for a in heard if isinstance(a, acts.Constrain)]
    assert "category = sleeping bags" in conditions


def test_who_asks_for_a_title_is_shown_it(film_reader: Understanding):
    (act,) = film_reader.read("do you have Spirited Away?", Situation(1))
    assert isinstance(act, acts.AskItem)
    assert (act.shows, act.value) == (True, "")
