"""Which words of a sentence name something wanted, and what themes become of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from chatbot import acts
from chatbot.events import TurnRecord
from chatbot.understanding import Understanding
from chatbot.understanding.mentions import Shown
from chatbot.understanding.reader import Situation
from chatbot.understanding.wanted import means, pieces_of, shares
from retriever.domain import OfTheme

LATER = Situation(2, shown=Shown(("moon-2009",)))


def themes(reader: Understanding, said: str, situation: Situation = LATER) -> list[str]:
    heard = reader.read(said, situation)
    about = [act.preference.about for act in heard if isinstance(act, acts.Inform)]
    return [one.words for one in about if isinstance(one, OfTheme)]


def test_a_thing_that_is_wanted_has_a_higher_share_than_what_is_told_around_it() -> None:
    words = ["my", "zip", "broke", "so", "i", "was", "worried", "and", "need", "a", "waterproof", "jacket"]
    told = dict(zip(words, shares(words), strict=True))
    assert min(told["waterproof"], told["jacket"]) > 0.6 > max(told["worried"], told["broke"], told["need"])


def test_the_words_around_a_word_count() -> None:
    (alone,) = shares(["pasta"])
    burnt = shares(["i", "am", "worried", "about", "burning", "the", "pasta", "on", "top"])[6]
    assert alone > burnt


def test_no_words_have_no_shares_and_unknown_ones_have_some() -> None:
    assert shares([]) == []
    assert all(0.0 < share < 1.0 for share in shares(["武侠", "\ud800", "x" * 10_000, "…"]))


def test_a_word_is_cut_into_the_longest_pieces_that_are_known() -> None:
    rows = {"play": 0, "pla": 1, "##ing": 2, "##y": 3, "-": 4}
    assert pieces_of("playing", rows) == [0, 2]
    assert pieces_of("plä-play", rows) == [1, 4, 0]
    assert pieces_of("ø", rows) == []


def test_the_means_around_a_word_are_those_of_its_neighbours() -> None:
    rows = np.array([[100.0], [1.0], [2.0], [4.0], [200.0]], dtype=np.float32)  # begin, three words, end
    told = {place: values[1].item() for place, values in means(rows).items()}  # of the second word
    assert told == {
        "self": 2.0,
        "last": 1.0,
        "next": 4.0,
        "before": pytest.approx((4 * 100 + 1) / 5),
        "behind": pytest.approx((4 + 2 * 200) / 3),
        "sentence": pytest.approx(7 / 3),
    }


def test_words_that_tell_what_happened_are_no_theme_beside_a_wish(film_reader: Understanding) -> None:
    said = "I was worried about his fridge, so a comedy about astronomy"
    assert themes(film_reader, said) == ["astronomy"]


def test_what_kinds_of_wishes_are_called_is_no_theme(film_reader: Understanding) -> None:
    assert themes(film_reader, "A comedy, chess, no hours, astronomy etc") == ["chess", "astronomy"]


def test_what_is_said_in_a_first_utterance_is_never_dropped_wholly(film_reader: Understanding) -> None:
    assert themes(film_reader, "I was so worried", Situation(1)) == ["worried"]
    assert themes(film_reader, "I was so worried") == []


def test_a_title_in_small_letters_of_common_words_stays_a_title(film_reader: Understanding) -> None:
    heard = film_reader.read("we spent the day there and i really liked back to the future", LATER)
    assert any(isinstance(act, acts.Like) for act in heard)


def test_a_genre_that_is_wanted_too_leaves_the_themes_from_before(
    talk: Callable[..., list[TurnRecord]],
) -> None:
    last = talk("films", "a drama about chess", "I'm looking for a comedy")[-1]
    assert "chess" in str(last.profile)
