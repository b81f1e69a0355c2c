"""Items that are talked about: what "it", "cheaper", "both" and "none of these" mean next."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chatbot.acts import (
    AskItem,
    AskUnknown,
    Compare,
    Critique,
    Dislike,
    Like,
    More,
    Remove,
    Similar,
    UserAct,
    Why,
)
from chatbot.codec import read_state, write_state
from chatbot.events import TurnRecord
from chatbot.state import DialogueState
from chatbot.understanding import Understanding
from chatbot.understanding.mentions import Shown
from chatbot.understanding.reader import Situation
from retriever.open import Shelf

Talk = Callable[..., list[TurnRecord]]

ALIEN, HEAT, JAWS, MEMENTO = "alien-1979", "heat-1995", "jaws-1975", "memento-2000"


def conditions(turn: TurnRecord) -> set[str]:
    return {condition["text"] for condition in turn.constraints}


def titles(turn: TurnRecord) -> list[str]:
    return [item["title"] for item in turn.items]


def read(reader: Understanding, said: str, shown: Shown) -> tuple[UserAct, ...]:
    return reader.read(said, Situation(2, shown=shown))


def kinds(heard: tuple[UserAct, ...]) -> set[type[UserAct]]:
    return {type(act) for act in heard}


# --- what was asked about by name -------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", ["cheaper", "too expensive", "something less expensive", "that's too expensive"]
)
def test_cheaper_means_than_the_thing_that_was_asked_about(talk: Talk, said: str):
    _, cheaper = talk("shop", "tell me about the Ridgeline 2 Tent", said)
    assert conditions(cheaper) == {"category = tents", "price < 349"}
    assert cheaper.items


def test_half_the_price_is_that_of_the_thing_that_was_asked_about(talk: Talk):
    _, half = talk("shop", "how much is the Ergo Mesh Office Chair?", "half the price")
    assert conditions(half) == {"category = chairs", "price <= 144.5"}


def test_where_kinds_overlap_a_critique_asks_for_the_like(film_reader: Understanding):
    heard = read(film_reader, "older than that", Shown(focus=ALIEN, talked=(ALIEN,)))
    assert Similar("older than that", (ALIEN,)) in heard
    assert [act.relative_to for act in heard if isinstance(act, Critique)] == [(ALIEN,)]


@pytest.mark.parametrize("said", ["who directed it?", "and how long is it?", "what language is it in?"])
def test_questions_go_on_about_what_was_asked_about(film_reader: Understanding, said: str):
    heard = read(film_reader, said, Shown(focus=ALIEN, talked=(ALIEN,)))
    assert [act.items for act in heard if isinstance(act, AskItem)] == [(ALIEN,)]
    assert [act.value for act in heard if isinstance(act, AskItem)] == [""]


def test_both_are_the_two_that_were_compared_and_not_the_cards(film_reader: Understanding):
    shown = Shown((ALIEN, JAWS), JAWS, (HEAT, MEMENTO))
    heard = read(film_reader, "how long are both?", shown)
    assert [act.items for act in heard if isinstance(act, AskItem)] == [(HEAT, MEMENTO)]


def test_a_card_stays_in_its_place_while_another_thing_is_talked_about(film_reader: Understanding):
    heard = read(film_reader, "tell me about the second one", Shown((JAWS, HEAT), ALIEN, (ALIEN,)))
    assert [act.items for act in heard if isinstance(act, AskItem)] == [(HEAT,)]


def test_what_is_talked_about_survives_the_store():
    state = DialogueState(focus=ALIEN, talked=(ALIEN, HEAT))
    assert read_state(write_state(state)) == state
    without = {key: value for key, value in write_state(state).items() if key != "talked"}
    assert read_state(without).talked == ()


def test_new_cards_end_the_talk_about_an_item(talk: Talk):
    _, _, third = talk("shop", "tell me about the Ridgeline 2 Tent", "sleeping mats", "cheaper")
    assert "category = sleeping mats" in conditions(third)


def test_another_wish_does_not_drag_along_what_was_asked_about(talk: Talk):
    _, comedy = talk("films", "tell me about Alien", "a comedy from the 90s")
    assert conditions(comedy) == {"genres = comedy", "1990 <= year <= 1999"}
    assert comedy.profile["similar_to"] == []


def test_which_is_lighter_compares_what_is_named(film_reader: Understanding):
    assert kinds(read(film_reader, "which is longer, Alien or Heat?", Shown())) == {Compare}


def test_show_me_a_title_shows_that_very_thing(talk: Talk):
    (shown,) = talk("shop", "show me the Ergo Mesh Office Chair")
    assert titles(shown) == ["Ergo Mesh Office Chair"]


def test_an_item_of_an_earlier_list_is_known_by_half_its_title(shop_reader: Understanding, shelf: Shelf):
    ids = {item.title: item.id for item in shelf.get("shop").catalogue.items}
    kettle = ids["Whistling Hob Kettle"]
    shown = Shown((), None, (), (kettle, ids["Rapid Steel Kettle"]))
    heard = read(shop_reader, "how much was the whistling kettle?", shown)
    assert [act.items for act in heard if isinstance(act, AskItem)] == [(kettle,)]


def test_the_one_by_its_maker_is_among_those_in_sight(film_reader: Understanding):
    heard = read(film_reader, "how long is the one by Nolan?", Shown((), HEAT, (HEAT, MEMENTO)))
    assert [act.items for act in heard if isinstance(act, AskItem)] == [(MEMENTO,)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("the second is too long", (HEAT,)),
        ("both are too long", (JAWS, HEAT)),
        ("it is too long", (JAWS, HEAT)),
    ],
)
def test_too_much_is_measured_against_what_is_said_to_be_so(
    film_reader: Understanding, said: str, meant: tuple[str, ...]
):
    heard = read(film_reader, said, Shown((JAWS, HEAT, ALIEN)[: 3 if len(meant) == 1 else 2], JAWS))
    assert [act.relative_to for act in heard if isinstance(act, Critique)] == [meant]
    assert kinds(heard) == {Critique}


# --- what is no reference ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "it must be funny",
        "it has to be under two hours",
        "it should be a comedy",
        "on second thoughts, a comedy",
        "this time a comedy",
        "a comedy that is short",
        "do you have a comedy that is short?",
    ],
)
def test_small_words_point_at_no_card(film_reader: Understanding, said: str):
    heard = read(film_reader, said, Shown((JAWS, HEAT), JAWS))
    assert not kinds(heard) & {Similar, Like, Dislike, AskItem}


@pytest.mark.parametrize("said", ["the second but funnier", "the second one in black and white, but funny"])
def test_a_card_with_a_change_is_what_others_should_be_like(film_reader: Understanding, said: str):
    heard = read(film_reader, said, Shown((JAWS, HEAT), JAWS))
    assert [act.items for act in heard if isinstance(act, Similar)] == [(HEAT,)]


@pytest.mark.parametrize(
    "said", ["red isn't that important", "red is not so important", "it doesn't have to be red"]
)
def test_what_is_not_that_important_is_taken_back(talk: Talk, said: str):
    _, after = talk("shop", "a red tent", said)
    assert conditions(after) == {"category = tents"}
    assert after.profile["disliked"] == []


def test_like_the_second_but_shorter_compares_and_praises_nothing(film_reader: Understanding):
    heard = read(film_reader, "like the second but shorter", Shown((JAWS, HEAT), JAWS))
    assert kinds(heard) == {Similar, Critique}
    assert [act.relative_to for act in heard if isinstance(act, Critique)] == [(HEAT,)]


# --- refusing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "none of these",
        "none of them",
        "no, not those either",
        "these are all rubbish",
        "neither",
        "boring!",
        "nope, none of them",
    ],
)
def test_refusing_everything_is_a_dislike_of_each_card_and_nothing_else(
    film_reader: Understanding, said: str
):
    heard = read(film_reader, said, Shown((JAWS, HEAT), JAWS))
    assert [act.items for act in heard if isinstance(act, Dislike)] == [(JAWS, HEAT)]
    assert len(heard) == 1


@pytest.mark.parametrize("said", ["something that isn't boring", "a bad one", "I had a terrible day"])
def test_a_word_of_dislike_alone_refuses_no_card(film_reader: Understanding, said: str):
    assert Dislike not in kinds(read(film_reader, said, Shown((JAWS, HEAT), JAWS)))


@pytest.mark.parametrize("said", ["more backpacks", "other backpacks", "another backpack please"])
def test_more_of_a_sort_shows_others_of_it(talk: Talk, said: str):
    first, more = talk("shop", "backpacks", said)
    assert more.items
    assert not set(titles(first)) & set(titles(more))
    assert conditions(more) == {"category = backpacks"}


def test_no_more_of_a_sort_asks_for_none(shop_reader: Understanding, shelf: Shelf):
    ids = tuple(item.id for item in shelf.get("shop").catalogue.items[:2])
    heard = shop_reader.read("no more backpacks", Situation(2, shown=Shown(ids, earlier=ids)))
    assert More not in kinds(heard)


# --- what is not there ------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["tell me about the ninth one", "the fifth one", "what about number 7?"])
def test_a_place_beyond_the_list_is_told_so(talk: Talk, said: str):
    first, beyond = talk("shop", "desk lamps", said)
    assert beyond.action == "answer"
    assert "3" in beyond.text
    assert conditions(beyond) == conditions(first)


def test_a_place_where_nothing_is_shown_yet_is_told_so(talk: Talk):
    (answer,) = talk("shop", "tell me about the second one")
    assert "not shown you anything" in answer.text


@pytest.mark.parametrize(
    "said", ["tell me about Sharknado", "who directed Sharknado?", "why not Sharknado?", "describe Sharknado"]
)
def test_a_title_that_nobody_has_is_told_so(talk: Talk, said: str):
    (answer,) = talk("films", said)
    assert answer.action == "answer"
    assert "“Sharknado”" in answer.text
    assert answer.constraints == ()


@pytest.mark.parametrize("said", ["tell me about yourself", "what is the capital of France?"])
def test_what_names_no_title_is_not_looked_up(film_reader: Understanding, said: str):
    assert AskUnknown not in kinds(read(film_reader, said, Shown()))


# --- why not ----------------------------------------------------------------------------------------


def test_what_fits_and_was_not_shown_has_its_place_told(talk: Talk, shelf: Shelf):
    catalogue = shelf.get("films").catalogue
    first, more = talk("films", "a heist film", "more")
    _, why = talk("films", "a heist film", f"why not {titles(more)[0]}?")
    assert why.action == "explain"
    fitting = sum("heists" in item.facets.get("themes", ()) for item in catalogue.items)
    assert f"at place 4 of {fitting}" in why.text
    assert titles(first)[0] in why.text


def test_why_what_was_shown_or_refused_is_not_shown(talk: Talk):
    _, shown = talk("films", "a heist film", "why not the first?")
    assert "shown it to you" in shown.text
    *_, refused = talk("films", "I don't like Heat", "a heist film", "why not Heat?")
    assert "not for you" in refused.text


def test_why_not_a_value_is_a_wish_for_it(film_reader: Understanding, talk: Talk):
    assert Why not in kinds(read(film_reader, "why not a comedy?", Shown((JAWS, HEAT), JAWS)))
    _, comedy = talk("films", "a heist film", "why not a comedy?")
    assert conditions(comedy) == {"themes = heists", "genres = comedy"}


# --- going back -------------------------------------------------------------------------------------


def test_going_back_goes_further_back_each_time(talk: Talk):
    turns = talk("shop", "a jacket", "under 100", "in green", "go back", "go back", "go back")
    assert [conditions(turn) for turn in turns[3:5]] == [
        {"category = jackets", "price < 100"},
        {"category = jackets"},
    ]
    assert turns[5].action == "restart"
    assert turns[5].constraints == ()


def test_after_going_back_one_may_go_on_and_back_again(talk: Talk):
    turns = talk("shop", "a jacket", "under 100", "go back", "in green", "go back")
    assert conditions(turns[4]) == {"category = jackets"}


def test_questions_in_between_are_not_gone_back_from(talk: Talk):
    turns = talk("shop", "a jacket", "under 100", "how heavy is the first one?", "thanks", "go back")
    assert conditions(turns[4]) == {"category = jackets"}


def test_going_back_to_a_question_answers_it_again(talk: Talk):
    turns = talk("shop", "tell me about the Ridgeline 2 Tent", "cheaper", "go back")
    assert turns[2].action == "answer"
    assert "Ridgeline 2 Tent" in turns[2].text


def test_remove_is_no_refusal(shop_reader: Understanding):
    heard = shop_reader.read("the colour is not that important", Situation(2))
    assert kinds(heard) == {Remove}
