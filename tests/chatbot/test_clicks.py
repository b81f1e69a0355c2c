"""Opening an item's page: implicit feedback, to which nothing is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from turns import finish

from chatbot import acts
from chatbot.constraints import Shelves
from chatbot.engine import Chatbot
from chatbot.state import DialogueState
from chatbot.tracking import IMPLICIT_WEIGHT, fold
from retriever.domain import OfFacet, OfItem, Preference, Source, SourceKind
from retriever.errors import InputError, UnknownItem

ANYTHING_GOES = Shelves(lambda _: None, lambda constraints: 1)
TENT = Preference(OfFacet("category", "tents"), 0.5, Source(SourceKind.QUOTE, 1, "tents"))


def heard(state: DialogueState, *said: acts.UserAct) -> DialogueState:
    return fold(state, said, ANYTHING_GOES, 0.0)[0]


def test_what_was_opened_is_a_weak_interest_and_what_it_means_next():
    state = heard(DialogueState(shown=("a", "b")), acts.Click("", ("b",)))
    (interest,) = state.profile.short_term
    assert interest.about == OfItem("b")
    assert (interest.weight, interest.source.kind) == (IMPLICIT_WEIGHT, SourceKind.IMPLICIT)
    assert (state.focus, state.talked) == ("b", ("b",))
    assert state.liked == ()


@pytest.mark.parametrize(("judgement", "weight"), [(acts.Like, 1.0), (acts.Dislike, -1.0)])
def test_a_judgement_stands_above_a_click(judgement, weight):
    judged = heard(DialogueState(), judgement("", ("a",)))
    assert [p.weight for p in heard(judged, acts.Click("", ("a",))).profile.short_term] == [weight]
    opened = heard(DialogueState(), acts.Click("", ("a",)))
    assert [p.weight for p in heard(opened, judgement("", ("a",))).profile.short_term] == [weight]


def test_a_click_lets_no_wish_fade():
    state = replace(DialogueState(turn=1), profile=replace(DialogueState().profile, short_term=(TENT,)))
    assert TENT in heard(state, acts.Click("", ("a",))).profile.short_term
    assert TENT not in heard(state, acts.More("more")).profile.short_term


def test_a_click_is_kept_and_shown_to_nobody(chatbot: Chatbot):
    session = chatbot.start("shop")
    first = finish(chatbot.reply(session, "a tent for two"))
    record = chatbot.click(session, first.cards[1].item_id)
    assert (record.action, record.text, record.cards, record.turn) == ("note", "", (), 2)
    view = chatbot.restore(session)
    assert [turn.turn for turn in view.turns] == [1]
    assert view.quick_replies == first.quick_replies
    (chip,) = [chip for chip in view.chips if chip.source == "you opened it"]
    assert (chip.kind, chip.label) == ("interest", f"looked at {first.cards[1].title}")
    assert finish(chatbot.remove(session, chip.key)).turn == 3
    assert not [chip for chip in chatbot.restore(session).chips if chip.source == "you opened it"]


def test_it_means_the_item_that_was_opened(chatbot: Chatbot):
    session = chatbot.start("shop")
    first = finish(chatbot.reply(session, "a tent for two"))
    chatbot.click(session, first.cards[2].item_id)
    answer = finish(chatbot.reply(session, "how heavy is it?"))
    assert first.cards[2].title in answer.text


def test_going_back_skips_clicks(chatbot: Chatbot):
    session = chatbot.start("shop")
    finish(chatbot.reply(session, "a tent for two"))
    second = finish(chatbot.reply(session, "under 200"))
    chatbot.click(session, second.cards[0].item_id)
    back = finish(chatbot.reply(session, "go back"))
    assert "price" not in " ".join(each["text"] for each in back.constraints)
    assert back.constraints


def test_a_click_does_not_let_a_second_question_follow_the_first(chatbot: Chatbot):
    session = chatbot.start("films")
    asked = finish(chatbot.reply(session, "a drama"))
    assert asked.asks
    chatbot.click(session, asked.cards[0].item_id)
    assert finish(chatbot.reply(session, "with a happy ending")).asks == ""


def test_only_items_and_conversations_that_exist_can_be_clicked(chatbot: Chatbot):
    session = chatbot.start("shop")
    with pytest.raises(UnknownItem):
        chatbot.click(session, "no such thing")
    with pytest.raises(InputError, match="doesn't exist"):
        chatbot.click("nobody", "no such thing")
