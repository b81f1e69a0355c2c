"""How sure a mean is."""

from __future__ import annotations

import math

import numpy as np

from retriever.bootstrap import mean_interval, ratio_interval


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
