"""Chat, nonsense, no wish at all, no questions wanted, and stories that name nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chatbot.acts import Chat, Greet, Inform, NoQuestions, OutOfScope, Surprise, Thank
from chatbot.events import TurnRecord
from chatbot.understanding import Understanding
from chatbot.understanding.reading import Situation
from retriever.domain import OfTheme

Talk = Callable[..., list[TurnRecord]]


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("how are you?", Chat),
        ("what can you do?", Greet),
        ("haha you are funny", Thank),
        ("asdf qwer zxcv", OutOfScope),
        ("what is the capital of France?", OutOfScope),
    ],
)
def test_chat_is_chat_and_nonsense_is_no_wish(film_reader: Understanding, said: str, act: type):
    (heard,) = film_reader.read(said, Situation(1))
    assert isinstance(heard, act)


def test_a_wish_for_no_more_than_a_film_shows_films(talk: Talk):
    (turn,) = talk("films", "a film, please")
    assert turn.action == "recommend"
    assert len(turn.items) == 3
    assert turn.constraints == ()


def test_who_wants_no_questions_gets_none_from_then_on(talk: Talk):
    asked, later = talk("films", "a drama", "something else")
    assert asked.asks or later.asks
    for turn in talk("films", "please don't ask me questions, just a drama", "something else", "in French"):
        assert turn.asks == ""


def test_who_leaves_the_choice_to_us_is_not_asked(film_reader: Understanding):
    (free,) = film_reader.read("I don't care, just show me something", Situation(1))
    (vague,) = film_reader.read("recommend something", Situation(1))
    assert free == Surprise("I don't care, just show me something", indifferent=True)
    assert vague == Surprise("recommend something")


def test_no_questions_stands_beside_a_wish(film_reader: Understanding):
    heard = film_reader.read("no questions please, a thriller", Situation(1))
    assert any(isinstance(act, NoQuestions) for act in heard)
    assert len(heard) == 2


@pytest.mark.parametrize(
    ("said", "theme"),
    [
        (
            "the one where a man lives through the same day again and again",
            "man lives through the same day again and again",
        ),
        ("what's the film with the rat who cooks in Paris?", "rat who cooks in Paris"),
    ],
)
def test_a_story_is_kept_whole(film_reader: Understanding, said: str, theme: str):
    heard = film_reader.read(said, Situation(1))
    themes = [a.preference.about for a in heard if isinstance(a, Inform)]
    assert OfTheme(theme) in themes
