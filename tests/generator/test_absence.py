"""What is said of items that are not there, and of those that could have been."""

from __future__ import annotations

import pytest
from invented import LIGHTHOUSE, ORBIT, SHORT, films

from generator.replies import Absence, ItemEvidence, Task
from generator.sentences import plain_reply

SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_unknown_title_is_quoted_and_nothing_is_said_of_it(seed: int):
    text = plain_reply(films(Task.UNKNOWN, asked_value="Sharknado"), seed).opening
    assert "nothing called “Sharknado”" in text


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("shown", "told"), [(0, "not shown you anything"), (1, "only one"), (3, "3")])
def test_a_place_beyond_the_list_says_how_long_it_is(seed: int, shown: int, told: str):
    text = plain_reply(films(Task.UNKNOWN, asked_value="ninth one", beyond=shown), seed).opening
    assert told in text
    assert "“ninth one”" in text


@pytest.mark.parametrize("seed", SEEDS)
def test_what_ranks_lower_has_its_place_and_what_comes_first_told(seed: int):
    one = ItemEvidence(LIGHTHOUSE, 1, absent=Absence("later", 7, 12, (ORBIT.title,)))
    text = plain_reply(films(Task.EXPLAIN, one), seed).opening
    assert text.startswith(LIGHTHOUSE.title)
    assert "at place 7 of 12" in text
    assert ORBIT.title in text


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_not_looked_up_to_its_place_has_none(seed: int):
    one = ItemEvidence(LIGHTHOUSE, 1, absent=Absence("later", 0, 12, (ORBIT.title,)))
    text = plain_reply(films(Task.EXPLAIN, one), seed).opening
    assert "12" in text
    assert "place" not in text.split(".")[0]


@pytest.mark.parametrize("reason", ["shown", "refused", "known", "liked", "anchor"])
def test_what_the_person_did_with_it_is_the_reason(reason: str):
    one = ItemEvidence(LIGHTHOUSE, 1, absent=Absence(reason))
    text = plain_reply(films(Task.EXPLAIN, one), 0).opening
    assert LIGHTHOUSE.title in text


def test_what_does_not_fit_is_explained_by_its_record_alone():
    one = ItemEvidence(LIGHTHOUSE, 1, absent=Absence("unfit"))
    with_reason = plain_reply(films(Task.EXPLAIN, one), 0).opening
    assert with_reason == plain_reply(films(Task.EXPLAIN, ItemEvidence(LIGHTHOUSE, 1)), 0).opening


def test_what_breaks_a_wish_is_not_said_to_be_picked():
    one = ItemEvidence(LIGHTHOUSE, 1, broken=(SHORT,), decisive="prior", absent=Absence("unfit"))
    text = plain_reply(films(Task.EXPLAIN, one), 0).opening
    assert "so I went by" not in text
    assert SHORT.source.quote in text
