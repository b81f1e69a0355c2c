"""Who is meant by a name, and when a word is none."""

from __future__ import annotations

import pytest

from chatbot import acts
from chatbot.codec import condition_text
from chatbot.understanding import Understanding
from chatbot.understanding.reader import Situation


def conditions(reader: Understanding, text: str) -> list[str]:
    heard = reader.read(text, Situation(1))
    return [condition_text(a.constraint) for a in heard if isinstance(a, acts.Constrain | acts.Exclude)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Scorsese, but not with DiCaprio", ["director = Martin Scorsese", "cast != Leonardo DiCaprio"]),
        ("Tarkovsky or Bergman", ["director = Andrei Tarkovsky | Ingmar Bergman"]),
        ("hitchcock films", ["director = Alfred Hitchcock"]),
        ("A Funny Hitchcock Film", ["moods = funny", "director = Alfred Hitchcock"]),
        ("Classic Kurosawa please", ["director = Akira Kurosawa"]),
        ("Wes Andersen comedies", ["director = Wes Anderson", "genres = comedy"]),
        ("with Tom Henks", ["cast = Tom Hanks"]),
    ],
)
def test_a_name_is_known_by_its_last_word(film_reader: Understanding, said: str, meant: list[str]):
    assert [c for c in conditions(film_reader, said) if "year" not in c] == meant


@pytest.mark.parametrize(
    "said", ["black and white films", "Tony Scott films", "spy films but no James Bond", "not Adam Sandler"]
)
def test_a_name_with_another_before_it_and_an_ordinary_word_are_nobody_else(
    film_reader: Understanding, said: str
):
    told = conditions(film_reader, said)
    assert not [c for c in told if c.startswith(("director", "cast"))]
    assert not [c for c in told if "sadler" in c], "a name that is unknown is not misspelt"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("something by the director of Alien", "director = Ridley Scott"),
        ("by the same director as Parasite", "director = Bong Joon-ho"),
        ("what else did the director of Seven Samurai make?", "director = Akira Kurosawa"),
        ("films from the same country as Parasite", "country = South Korea"),
        ("from the same year as Pulp Fiction", "year = 1994"),
    ],
)
def test_a_value_is_told_by_an_item_that_has_it(film_reader: Understanding, said: str, meant: str):
    heard = film_reader.read(said, Situation(1))
    assert meant in conditions(film_reader, said)
    assert any(isinstance(act, acts.Similar) for act in heard), "the item itself is not to come back"


@pytest.mark.parametrize("said", ["who is the director of Alien?", "who directed Alien?"])
def test_who_made_an_item_is_a_question_about_it(film_reader: Understanding, said: str):
    (heard,) = film_reader.read(said, Situation(1))
    assert isinstance(heard, acts.AskItem)
    assert heard.facet == "director"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a musical that Gene Kelly isn't in", "cast != Gene Kelly"),
        ("a thriller but it can't be violent", "moods != violent"),
        ("scary, but keep the gore out", "text != gore"),
        ("must be in Spanish; mustn't be animated", "genres != animation"),
        ("definitely not in black and white", "text != black and white"),
    ],
)
def test_a_negation_is_heard_where_it_stands(film_reader: Understanding, said: str, meant: str):
    assert meant in conditions(film_reader, said)


def test_who_plays_is_not_playful(film_reader: Understanding):
    assert conditions(film_reader, "films where Al Pacino plays") == ["cast = Al Pacino"]
    assert not [a for a in film_reader.read("where they play", Situation(1)) if "playful" in str(a)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("only items in stock please", "stock >= 1"),
        ("a tent with a price of 200", "price <= 200"),
        ("the lighter the better, a tent", "category = tents"),
    ],
)
def test_what_a_shop_is_asked_for(shop_reader: Understanding, said: str, meant: str):
    told = conditions(shop_reader, said)
    assert meant in told
    assert not [c for c in told if "rating" in c]


def test_a_number_of_something_unknown_is_no_price(shop_reader: Understanding):
    assert not [c for c in conditions(shop_reader, "a pad with an R-value of 4 or more") if "price" in c]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a bamboo shelf or an oak shelf", ["material = bamboo | oak", "category = shelves"]),
        ("a blue towel or a green one", ["colour = blue | green", "category = towels"]),
        ("a red jacket or a blue jacket", ["colour = red | blue", "category = jackets"]),
    ],
)
def test_one_thing_may_be_wanted_in_one_of_two_ways(shop_reader: Understanding, said: str, meant: list[str]):
    assert list(dict.fromkeys(conditions(shop_reader, said))) == meant


def test_two_things_with_a_value_each_are_no_choice_of_values(shop_reader: Understanding):
    told = conditions(shop_reader, "a blue towel and a green blanket")
    assert "colour = blue | green" not in told


@pytest.mark.parametrize("word", ["gore", "clowns", "perfume", "buttons", "latex", "peanuts"])
@pytest.mark.parametrize("turn", [1, 3])
def test_what_is_refused_in_words_that_no_facet_has_is_not_lost(
    shop_reader: Understanding, word: str, turn: int
):
    heard = shop_reader.read(f"something for my daughter, but without {word}", Situation(turn))
    told = [condition_text(a.constraint) for a in heard if isinstance(a, acts.Exclude)]
    assert [one for one in told if word.rstrip("s") in one]


@pytest.mark.parametrize(
    "said", ["not sure yet, a tent", "a tent, no problem if it is heavy", "no idea, a tent"]
)
def test_what_is_no_refusal_rules_nothing_out(shop_reader: Understanding, said: str):
    assert not [c for c in conditions(shop_reader, said) if "!=" in c]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("something about family", ["themes = family"]),
        ("a musical about family", ["genres = musical", "themes = family"]),
        ("it deals with war", ["themes = war"]),
        ("a war film", ["genres = war"]),
        ("a family film", ["genres = family"]),
        ("not in French", ["language != French"]),
    ],
)
def test_what_something_is_about_is_no_kind_of_it(film_reader: Understanding, said: str, meant: list[str]):
    assert conditions(film_reader, said) == meant


def test_what_items_are_called_is_no_wish(film_reader: Understanding):
    heard = film_reader.read("a funny film", Situation(1))
    assert [type(act) for act in heard] == [acts.Constrain]
