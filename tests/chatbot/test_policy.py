"""What comes next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import acts, policy
from chatbot.doubts import Doubt
from chatbot.state import DialogueState
from generator.replies import CatalogueFactKind
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    InterestProfile,
    OfFacet,
    OfItem,
    OfTheme,
    Order,
    Preference,
    Source,
    SourceKind,
)

QUOTE = "words"
SAID = Source(SourceKind.QUOTE, 1, QUOTE)
RED = Constraint("colour", AnyOf(("red",)), SAID)
CHEAP = Constraint("price", Between(high=50.0), SAID)
GRIM = Preference(OfFacet("moods", "grim"), 0.8, SAID)
ORDER = Order("price", ascending=True)


def decide(
    *heard: acts.UserAct,
    eligible: int = 100,
    unseen: int | None = None,
    state: DialogueState | None = None,
    asked: tuple[str, ...] = (),
    doubts: tuple[Doubt, ...] = (),
) -> policy.SystemAct:
    return policy.decide(
        state or DialogueState(),
        heard,
        eligible=eligible,
        unseen=eligible if unseen is None else unseen,
        asked=asked,
        doubts=doubts,
    )


def asks(act: policy.SystemAct) -> bool:
    assert isinstance(act, policy.Recommend)
    return act.may_ask


def test_a_question_to_us_is_answered_before_anything_is_recommended():
    assert decide(acts.More(QUOTE), acts.Why(QUOTE, ("a",))) == policy.Explain(("a",))


def test_nothing_left_is_said_and_not_papered_over():
    assert decide(acts.Constrain(QUOTE, RED), eligible=0) == policy.Relax()


def test_who_asks_for_others_when_nothing_is_left_is_shown_the_nearest():
    assert decide(acts.More(QUOTE), eligible=0) == policy.Nearest()


def test_who_wants_more_than_there_is_hears_so_instead_of_seeing_it_again():
    assert decide(acts.More(QUOTE), eligible=3, unseen=0) == policy.Relax()
    assert isinstance(decide(acts.Constrain(QUOTE, RED), eligible=3, unseen=0), policy.Recommend)


def test_one_question_goes_with_a_recommendation_only_where_much_is_left():
    assert asks(decide(acts.Surprise(QUOTE)))
    assert not asks(decide(acts.Surprise(QUOTE), eligible=100, unseen=policy.WORTH_ASKING_FROM - 1))


def test_we_do_not_ask_without_end():
    assert not asks(decide(acts.Surprise(QUOTE), state=DialogueState(asked=tuple("abcdefgh"))))


def test_who_passes_over_a_question_and_tells_something_else_is_listened_to():
    assert not asks(decide(acts.Constrain(QUOTE, RED), asked=("price",)))
    assert not asks(decide(acts.Inform(QUOTE, Preference(OfTheme("the sea"), 0.8, SAID)), asked=("price",)))
    # An answer, and a message that tells nothing, leave room for the next question.
    assert asks(decide(acts.Constrain(QUOTE, RED), asked=("colour",)))
    assert asks(decide(acts.Constrain(QUOTE, RED), acts.Constrain(QUOTE, CHEAP), asked=("price",)))
    assert asks(decide(acts.More(QUOTE), asked=("colour",)))
    assert asks(decide(acts.Constrain(QUOTE, RED), asked=("price", "colour")))
    assert not asks(decide(acts.Constrain(QUOTE, RED), asked=("price", "size")))


def test_who_leaves_the_choice_to_us_is_not_asked_unless_that_answers_our_question():
    assert not asks(decide(acts.Surprise(QUOTE, indifferent=True)))
    assert asks(decide(acts.Surprise(QUOTE, indifferent=True), asked=("colour",)))


@pytest.mark.parametrize(
    "state", [DialogueState(quiet=True), DialogueState(order=ORDER), DialogueState(anchors=("a",))]
)
def test_who_wants_no_question_or_has_said_what_it_should_be_like_gets_none(state: DialogueState):
    assert not asks(decide(acts.Surprise(QUOTE), state=state))


@pytest.mark.parametrize("act", [acts.More(QUOTE), acts.Like(QUOTE, ("a",)), acts.Dislike(QUOTE, ("a",))])
def test_who_asks_for_others_gets_others(act: acts.UserAct):
    decided = decide(act)
    assert isinstance(decided, policy.Recommend)
    assert decided.fresh


def test_a_new_wish_shows_what_is_new_first_and_what_is_taken_back_or_sorted_shows_the_best():
    def first(act: acts.UserAct, state: DialogueState | None = None) -> bool:
        decided = decide(act, state=state)
        assert isinstance(decided, policy.Recommend)
        assert not decided.fresh
        return decided.unseen_first

    assert first(acts.Constrain(QUOTE, RED))
    assert not first(acts.Remove(QUOTE, (RED.key,)))
    assert not first(acts.Undo(QUOTE), DialogueState(constraints=(RED,)))
    assert not first(acts.Superlative(QUOTE, ORDER, acts.Scope.CATALOGUE), DialogueState(order=ORDER))


def test_what_may_have_been_misread_is_confirmed_where_it_empties_the_list_and_else_said_if_far_off():
    near, far = Doubt("rad", "red"), Doubt("orng", "orange", far=True)
    assert decide(acts.Constrain(QUOTE, RED), eligible=0, doubts=(near,)) == policy.Confirm((near,))
    decided = decide(acts.Constrain(QUOTE, RED), doubts=(near, far))
    assert isinstance(decided, policy.Recommend)
    assert decided.doubts == (far,)


@pytest.mark.parametrize(
    ("act", "action"),
    [
        (acts.Chat(QUOTE), acts.Action.CHAT),
        (acts.AskForPerson(QUOTE), acts.Action.HAND_OVER),
        (acts.OutOfScope(QUOTE), acts.Action.DECLINE),
    ],
)
def test_small_talk_a_wish_for_a_person_and_what_is_not_ours_have_their_own_answers(
    act: acts.UserAct, action: acts.Action
):
    assert decide(act) == policy.Say(action)


# --- all acts × states --------------------------------------------------------------------------------

CONSTRAINTS = st.sampled_from([RED, CHEAP])
ITEMS = st.lists(st.sampled_from("abc"), max_size=3, unique=True).map(tuple)
PREFERENCES = st.sampled_from(
    [GRIM, Preference(OfItem("a"), -1.0, SAID), Preference(OfTheme("sea"), 0.8, SAID)]
)
PAYLOADS = {
    "quote": st.just(QUOTE),
    "preference": PREFERENCES,
    "constraint": CONSTRAINTS,
    "constraints": st.lists(CONSTRAINTS, max_size=2).map(tuple),
    "items": ITEMS,
    "relative_to": ITEMS,
    "anchors": ITEMS,
    "keys": st.lists(st.just(RED.key), max_size=1).map(tuple),
    "facet": st.sampled_from([(), ("colour",), ("price", "colour")]),
    "kind": st.sampled_from(list(CatalogueFactKind)),
    "order": st.just(ORDER),
    "scope": st.sampled_from(list(acts.Scope)),
}


def every_act() -> st.SearchStrategy[acts.UserAct]:
    made = []
    for kind in acts.UserAct.__args__:  # type: ignore[attr-defined]  # the members of the union
        given_ = {name: PAYLOADS[name] for name in kind.__dataclass_fields__ if name in PAYLOADS}
        made.append(st.builds(kind, **given_))
    return st.one_of(made)


STATES = st.builds(
    DialogueState,
    constraints=st.lists(CONSTRAINTS, max_size=2, unique=True).map(tuple),
    profile=st.lists(PREFERENCES, max_size=2).map(lambda some: InterestProfile(tuple(some))),
    anchors=ITEMS,
    liked=ITEMS,
    disliked=ITEMS,
    ever_shown=ITEMS,
    talked=ITEMS,
    order=st.sampled_from([None, ORDER]),
    asked=st.lists(st.sampled_from(["colour", "price", "moods", "year", "size"]), unique=True).map(tuple),
    quiet=st.booleans(),
)


@given(
    state=STATES,
    heard=st.lists(every_act(), max_size=4),
    eligible=st.integers(0, 200),
    seen=st.integers(0, 200),
    asked=st.sampled_from([(), ("colour",), ("price", "colour")]),
    doubts=st.lists(st.builds(Doubt, st.just("a"), st.just("b"), st.booleans(), st.booleans()), max_size=2),
)
def test_every_act_in_every_state_has_one_answer_the_same_each_time(
    state: DialogueState,
    heard: list[acts.UserAct],
    eligible: int,
    seen: int,
    asked: tuple[str, ...],
    doubts: list[Doubt],
):
    def again() -> policy.SystemAct:
        unseen = max(0, eligible - seen)
        return policy.decide(state, heard, eligible=eligible, unseen=unseen, asked=asked, doubts=doubts)

    decided = again()
    assert decided == again()
    assert isinstance(decided, policy.SystemAct.__args__)  # type: ignore[attr-defined]
    if isinstance(decided, policy.Recommend):
        assert eligible > 0
        if decided.may_ask:
            assert not state.quiet
            assert len(state.asked) < policy.MOST_ASKED
    if isinstance(decided, policy.Relax | policy.Confirm):
        assert eligible <= 0 or any(isinstance(act, acts.More) for act in heard)
