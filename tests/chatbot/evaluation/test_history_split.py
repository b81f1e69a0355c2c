"""A history is parted by time: what is to be found, what may be known, and who is left out."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.evaluation.benchmarks.history.split import BadHistory, digest, split
from retriever.ledger import Interaction


def seen(person: str, *doings: tuple[str, float, float]) -> list[Interaction]:
    """(item, weight, time)"""
    return [Interaction(person, item, weight, at) for item, weight, at in doings]


ANN = seen("ann", ("a", 1, 10), ("b", -1, 20), ("c", 0.6, 30), ("d", 1, 40), ("e", 0.2, 50))
BOB = seen("bob", ("a", 1, 15), ("d", 1, 60))
CAT = seen("cat", ("a", -1, 5), ("b", 0.4, 6), ("c", 0.1, 7))


def test_the_target_is_the_last_liked_and_only_what_came_earlier_is_learnt():
    (ann,) = split(ANN, "leave-one-out", liked=0.5, fewest=2).people
    assert [one.item for one in ann.targets] == ["d"]
    assert [one.item for one in ann.past] == ["a", "b", "c"]
    assert ann.now == 40


def test_people_without_enough_are_counted_and_still_learnt_from():
    found = split(ANN + BOB + CAT, "leave-one-out", liked=0.5, fewest=3)
    assert [person.name for person in found.people] == ["ann"]
    assert (found.too_little, found.nothing_liked) == (1, 1)
    learnt = sorted((one.person, one.item) for one in found.train)
    assert learnt == [*(("ann", item) for item in "abc"), ("bob", "a"), ("bob", "d"),
                      *(("cat", item) for item in "abc")]  # fmt: skip
    assert found.dropped == 1  # ann's e


def test_what_happened_at_the_time_of_the_target_is_known_to_nobody():
    found = split(seen("ann", ("a", 1, 1), ("b", 0.1, 2), ("c", 1, 2)), "leave-one-out", liked=0.5, fewest=2)
    (ann,) = found.people
    assert ([one.item for one in ann.past], [one.item for one in ann.targets]) == (["a"], ["c"])
    assert found.dropped == 1


def test_of_several_last_likings_a_hash_chooses_whatever_the_order():
    doings = seen("ann", ("old", 1, 1), *((f"item {n}", 1, 2) for n in range(6)))
    wanted = min((f"item {n}" for n in range(6)), key=lambda item: hashlib.sha256(item.encode()).digest())
    for order in (doings, doings[::-1]):
        (ann,) = split(order, "leave-one-out", liked=0.5, fewest=2).people
        assert [one.item for one in ann.targets] == [wanted]


def test_a_global_time_parts_everybody_alike():
    # Ten interactions: eight lie before the time 9.
    doings = [
        *seen("ann", ("a", 1, 1), ("b", 1, 2), ("c", 1, 9), ("d", 0.1, 10)),
        *seen("bob", ("a", 1, 3), ("b", 1, 4), ("c", 1, 5), ("d", 1, 6)),
        *seen("cat", ("a", 1, 7), ("b", 1, 8)),
    ]
    found = split(doings, "global", liked=0.5, fewest=3)
    assert found.at == 9
    assert [(p.name, [one.item for one in p.targets]) for p in found.people] == [("ann", ["c"])]
    assert max(one.at for one in found.train) == 8
    assert (found.nothing_liked, found.too_little, found.dropped) == (2, 0, 1)


def test_interactions_without_a_time_are_left_out_and_counted():
    found = split([*ANN, *seen("ann", ("z", 1, 0))], "leave-one-out", liked=0.5, fewest=2)
    assert (found.untimed, found.dropped) == (1, 2)
    assert "z" not in {one.item for one in found.train}


@pytest.mark.parametrize(
    ("doings", "says"),
    [
        ([], "parley history FILE"),
        (seen("ann", ("a", 1, 0), ("b", 1, 0)), "no interaction has a time"),
        (CAT, "1 have nothing that they like"),
        (BOB, "1 fewer than 4 interactions before it; lower --liked or --min-interactions"),
    ],
)
def test_a_history_that_nothing_can_be_measured_on_says_what_to_do(doings, says):
    with pytest.raises(BadHistory, match=says):
        split(doings, "leave-one-out", liked=0.5, fewest=5)


DOINGS = st.lists(
    st.builds(
        Interaction,
        st.sampled_from(["ann", "bob", "cat"]),
        st.sampled_from("abcdefgh"),
        st.sampled_from([-1.0, 0.2, 0.5, 1.0]),
        st.integers(1, 9).map(float),
    ),
    unique_by=lambda one: (one.person, one.item),
)


@given(DOINGS, st.sampled_from(["leave-one-out", "global"]), st.integers(2, 4))
def test_nothing_of_a_tested_persons_future_is_learnt(doings, way, fewest):
    try:
        found = split(doings, way, liked=0.5, fewest=fewest)
    except BadHistory:
        return
    for person in found.people:
        own = [one for one in found.train if one.person == person.name]
        assert own == list(person.past)
        assert len(own) >= fewest - 1
        assert all(one.at < person.now for one in own)
        assert all(one.weight >= 0.5 for one in person.targets)
        later = [one for one in doings if one.person == person.name and one.at > person.targets[-1].at]
        assert way == "global" or not any(one.weight >= 0.5 for one in later)
    if way == "global":
        assert all(one.at < found.at <= person.now for one in found.train for person in found.people)
    assert found.dropped == len(doings) - len(found.train) - sum(len(p.targets) for p in found.people)


def test_the_hash_knows_every_field_but_not_the_order():
    assert digest(ANN) == digest(ANN[::-1])
    others = [seen("ann", ("a", 1, 10)), seen("ann", ("a", 1, 11)), seen("ann", ("a", 0.9, 10)),
              seen("ann", ("b", 1, 10)), seen("bob", ("a", 1, 10))]  # fmt: skip
    assert len({digest(one) for one in others}) == 5
