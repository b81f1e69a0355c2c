"""How sure a mean is, and a ratio of medians."""

from __future__ import annotations

import math

import numpy as np

from retriever.bootstrap import estimate, mean_interval, median_ratio_interval, ratio_interval


def test_the_interval_of_equal_values_is_that_value():
    assert mean_interval(np.full(10, 0.25)) == (0.25, 0.25)


def test_an_empty_sample_has_no_interval():
    low, high = mean_interval(np.array([]))
    assert math.isnan(low)
    assert math.isnan(high)


def test_drawing_whole_clusters_is_less_sure_than_feigning_that_all_are_apart():
    values = np.repeat(np.array([0.0, 1.0] * 5), 20)  # ten dialogues of twenty equal turns
    apart = mean_interval(values)
    together = mean_interval(values, np.repeat(np.arange(10), 20))
    assert together[1] - together[0] > 3 * (apart[1] - apart[0])


def test_the_width_is_that_of_the_normal_approximation():
    values = np.random.default_rng(1).normal(size=400)
    low, high = mean_interval(values, draws=4_000)
    expected = 2 * 1.96 * values.std() / 20
    assert abs((high - low) / expected - 1) < 0.1


def test_many_values_are_drawn_in_blocks_and_none_is_drawn_otherwise():
    values = np.random.default_rng(2).normal(size=3_000)
    drawn = np.random.default_rng(7).integers(3_000, size=(1_500, 3_000))  # more than a block holds
    wanted = np.quantile(values[drawn].mean(axis=1), [0.025, 0.975])
    assert np.allclose(mean_interval(values, seed=7, draws=1_500), wanted)


def test_what_says_nothing_is_left_out_of_mean_interval_and_count():
    found = estimate(np.array([0.25, math.nan, 0.25]), np.array([0, 1, 2]))
    assert (found.mean, found.low, found.high, found.n) == (0.25, 0.25, 0.25, 2)
    nothing = estimate(np.array([math.nan]))
    assert nothing.n == 0
    assert math.isnan(nothing.mean)


def test_the_ratio_of_medians_of_equal_values_is_certain():
    assert median_ratio_interval(np.full(4, 6.0), np.full(3, 2.0)) == (3.0, 3.0)


def test_the_ratios_ends_are_those_of_the_medians_that_can_be_drawn():
    # Of [1, 3] the draws' medians are 1, 2 and 3, with chances 1/4, 1/2 and 1/4.
    assert median_ratio_interval(np.array([1.0, 3.0]), np.array([2.0])) == (0.5, 1.5)


def test_an_empty_side_gives_no_ratio():
    low, high = median_ratio_interval(np.array([]), np.array([1.0]))
    assert math.isnan(low)
    assert math.isnan(high)


def test_one_outlier_of_eight_does_not_move_a_median():
    # Half of eight draws would have to be the outlier: a chance of one in a hundred.
    assert median_ratio_interval(np.array([1.0] * 7 + [100.0]), np.array([1.0])) == (1.0, 1.0)


def test_a_ratio_that_is_the_same_for_all_has_no_width():
    below = np.array([2.0, 4.0, 9.0])
    assert np.allclose(ratio_interval(below * 0.75, below), (0.75, 0.75))


def test_pairs_are_drawn_together():
    # Who needs many turns with one system needs many with the other: apart, the ratio would be unsure.
    below = np.array([1.0] * 20 + [9.0] * 20)
    low, high = ratio_interval(below + 0.5, below)
    assert 1.05 < low < 1.1 < high < 1.2


def test_a_ratio_to_nothing_is_unknown():
    for above, below in ((np.array([]), np.array([])), (np.ones(3), np.zeros(3))):
        assert all(math.isnan(end) for end in ratio_interval(above, below))
