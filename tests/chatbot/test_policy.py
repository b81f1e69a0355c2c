"""What comes next."""

from __future__ import annotations

import pytest

from chatbot import acts, policy
from chatbot.state import DialogueState

QUOTE = "words"


def decide(*heard: acts.UserAct, eligible: int = 100, asked: tuple[str, ...] = (), last: bool = False):
    return policy.decide(DialogueState(asked=asked), heard, eligible=eligible, asked_last_turn=last)


def test_a_question_to_us_is_answered_before_anything_is_recommended():
    assert decide(acts.More(QUOTE), acts.Why(QUOTE, ("a",))) == policy.Explain(("a",))


def test_nothing_left_is_said_and_not_papered_over():
    assert decide(acts.NoQuestions(QUOTE), eligible=0) == policy.Relax()


def test_who_asks_for_others_when_nothing_is_left_is_shown_the_nearest():
    assert decide(acts.More(QUOTE), eligible=0) == policy.Nearest()


def test_one_question_goes_with_a_recommendation_only_where_much_is_left():
    assert decide(acts.Surprise(QUOTE)).may_ask
    assert not decide(acts.Surprise(QUOTE), eligible=policy.WORTH_ASKING_FROM - 1).may_ask


def test_we_never_ask_twice_in_a_row_nor_without_end():
    assert not decide(acts.Surprise(QUOTE), last=True).may_ask
    assert not decide(acts.Surprise(QUOTE), asked=("a", "b", "c")).may_ask


@pytest.mark.parametrize("act", [acts.More(QUOTE), acts.Like(QUOTE, ("a",)), acts.Dislike(QUOTE, ("a",))])
def test_who_asks_for_others_gets_others(act: acts.UserAct):
    assert decide(act).fresh
