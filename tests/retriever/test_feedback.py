"""What several events of a person about an item say together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.feedback import (
    Interaction,
    Said,
    Scale,
    Tier,
    combined,
    relative,
    relative_to_each,
    scale_of,
)

FIVE = Scale(1, 5)
DONE, STATED, EARLIER = Tier.DONE, Tier.STATED, Tier.EARLIER


def said(tier: Tier, weight: float, at: float = 0.0, rating: float | None = None, line: int = 0) -> Said:
    return Said("tent", tier, weight, rating, at, (1, line))


def together(*events: Said) -> Interaction:
    (one,) = combined("ann", events, FIVE)
    return one


def rated(*weights: float) -> list[Interaction]:
    return [Interaction("ann", f"i{n}", weight, rated=True) for n, weight in enumerate(weights)]


def test_what_was_done_adds_up_and_saturates():
    assert together(said(DONE, 0.5), said(DONE, 0.5)).weight == pytest.approx(0.75)
    assert together(*[said(DONE, 0.8)] * 9).weight == 0.9


def test_what_speaks_against_is_taken_off_what_speaks_for():
    assert together(said(DONE, 0.5), said(DONE, -0.2)).weight == pytest.approx(0.3)
    assert together(said(DONE, -0.2)).weight == pytest.approx(-0.2)


def test_what_was_stated_stands_above_everything_that_was_done():
    assert together(said(DONE, 0.8, at=9), said(STATED, -0.5, at=5), said(DONE, 0.8, at=7)).weight == -0.5


def test_of_what_was_stated_the_newest_counts_alone():
    one = together(said(STATED, 1.0, at=5), said(STATED, -1.0, at=9), said(STATED, 1.0, at=7))
    assert (one.weight, one.at) == (-1.0, 9)


def test_without_times_the_later_line_is_the_newer():
    assert together(said(STATED, 0, rating=5, line=2), said(STATED, 0, rating=1, line=3)).weight == -1.0
    assert together(said(STATED, 0, rating=1, line=3), said(STATED, 0, rating=5, line=2)).weight == -1.0


def test_what_an_earlier_parley_made_of_events_counts_only_alone():
    assert together(said(EARLIER, 1.0, at=99), said(DONE, 0.1, at=1)).weight == pytest.approx(0.1)
    assert together(said(EARLIER, 0.7, at=99)).weight == 0.7


def test_a_rating_is_placed_on_the_scale():
    assert [together(said(STATED, 0, rating=r)).weight for r in (1, 2, 3, 4, 5)] == [-1, -0.5, 0, 0.5, 1]


@pytest.mark.parametrize(
    ("low", "high", "scale"),
    [
        (4, 5, (1, 5)), (0.5, 5, (0.5, 5)), (0, 5, (0, 5)), (3, 8, (1, 10)), (0, 1, (0, 1)), (-1, 1, (-1, 1)),
        (12, 88, (0, 100)), (-10, 10, (-10, 10)), (200, 800, (200, 800)),
    ],
)  # fmt: skip
def test_the_scale_is_the_narrowest_usual_one(low: float, high: float, scale: tuple[float, float]):
    assert scale_of(low, high) == scale


def test_several_ratings_count_from_half_way_to_the_persons_own_mean():
    # A mean of 0.6, so from 0.3: what is below the mean but above that is still a liking.
    weights = [one.weight for one in relative(rated(1.0, 1.0, 1.0, 0.5, -0.5))]
    assert weights == pytest.approx([0.7, 0.7, 0.7, 0.2, -0.8])


def test_who_gives_everything_the_most_likes_everything():
    assert [one.weight for one in relative(rated(*[1.0] * 6))] == [0.5] * 6


def test_four_ratings_are_no_mean_and_count_from_the_middle():
    assert [one.weight for one in relative(rated(1.0, 1.0, 1.0, 0.5))] == [1.0, 1.0, 1.0, 0.5]


def test_likes_and_purchases_have_no_part_in_the_mean_and_stay_as_they_are():
    mine = [*rated(1.0, 1.0, 1.0, 1.0, 1.0), Interaction("ann", "bought", 0.8)]
    assert relative(mine)[-1].weight == 0.8
    assert relative(mine)[0].weight == 0.5


def test_each_person_has_a_mean_of_their_own_and_everything_stays_in_its_place():
    strict = [replace(one, person="ben", weight=-1.0) for one in rated(*[1.0] * 5)]
    mixed = [one for pair in zip(rated(*[1.0] * 5), strict, strict=True) for one in pair]
    assert [(one.person, one.weight) for one in relative_to_each(mixed)] == [
        ("ann", 0.5),
        ("ben", -0.5),
    ] * 5


@given(st.lists(st.tuples(st.sampled_from(Tier), st.floats(-1, 1), st.integers(0, 3)), min_size=1))
def test_a_weight_stays_within_its_bounds_in_whatever_order_events_come(events):
    every = [said(tier, weight, float(at), line=n) for n, (tier, weight, at) in enumerate(events)]
    one, turned = together(*every), together(*reversed(every))
    assert -1 <= one.weight <= 1
    assert (one.at, one.item) == (turned.at, turned.item)
    assert one.weight == pytest.approx(turned.weight)


def test_nothing_makes_nothing():
    assert combined("ann", [], FIVE) == []
    assert relative([]) == []
    assert Scale(3, 3).weight(3) == 0.5
