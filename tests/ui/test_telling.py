"""What a card says, the text beside it does not say again; and nothing is lost."""

from __future__ import annotations

import pytest

from chatbot.events import Card
from ui.telling import arriving, finished

ALIEN = Card(
    "a", "Alien", 1, "A crew meets what it should have left alone. It is eerie, as you asked.", "", ()
)
HEAT = Card("h", "Heat", 2, "Two careful men hunt each other through a city at night.", "", ())
TEXT = (
    "I found 2 films.\n\nI would start with Alien (1979): A crew meets what it should have left alone. "
    "It is eerie, as you asked.\n\nThen Heat (1995): Two careful men hunt each other through a city at night."
)


def bare(*cards: Card) -> tuple[Card, ...]:
    return tuple(Card(c.item_id, c.title, c.rank, "", "", ()) for c in cards)


def test_paragraphs_that_the_cards_hold_leave_the_text():
    assert finished(TEXT, (ALIEN, HEAT)) == "I found 2 films."


@pytest.mark.parametrize(
    "text",
    [
        "Alien is longer than Heat: 117 minutes against 170.",
        "Alien has no happy people in it, and I would not watch it with children.",
        "I found nothing.",
        "Aliens are in 3 films.",
    ],
)
def test_other_words_stay(text):
    assert finished(text, (ALIEN, HEAT)) == text


def test_without_cards_or_reasons_the_text_is_whole():
    assert finished(TEXT, ()) == TEXT
    assert finished(TEXT, bare(ALIEN, HEAT)) == TEXT


def test_words_arrive_in_the_card_that_they_are_about():
    text, cards = arriving(TEXT[: TEXT.index(" meets")], bare(ALIEN, HEAT))
    assert text == "I found 2 films."
    assert cards[0].reason == "A crew"
    assert cards[1].reason == ""


def test_a_paragraph_waits_until_it_has_named_its_item():
    assert arriving("I found 2 films.\n\nI would start", bare(ALIEN))[0] == "I found 2 films."
    other = (
        "I found 2 films.\n\nNone of them is quite what you had in mind, since your wishes are many today."
    )
    assert arriving(other, bare(ALIEN))[0] == other


def test_every_word_of_a_finished_reply_is_somewhere():
    for end in range(len(TEXT)):
        text, cards = arriving(TEXT[:end], bare(ALIEN, HEAT))
        assert len(text) + sum(len(card.reason) for card in cards) <= end
    text, cards = arriving(TEXT, bare(ALIEN, HEAT))
    assert (text, cards[0].reason, cards[1].reason) == ("I found 2 films.", ALIEN.reason, HEAT.reason)


def test_a_title_with_signs_of_a_pattern_is_only_a_title():
    odd = Card("o", "(500) Days *of [Summer]", 1, "", "", ())
    _, cards = arriving("Hello.\n\nTake (500) Days *of [Summer] (2009): it is sad.", (odd,))
    assert cards[0].reason == "it is sad."
