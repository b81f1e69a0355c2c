"""Durations: in turn, and summed up as by hand."""

from __future__ import annotations

import numpy as np
import pytest

from retriever.errors import InputError
from retriever.machine import machine_facts, version_of
from retriever.timing import alternate, at_least, ratio_of_medians, spread


def test_the_95th_percentile_is_the_least_that_95_in_100_do_not_pass():
    told = spread([float(second) for second in range(20, 0, -1)])
    assert (told.p50_ms, told.p95_ms, told.n) == (10_500.0, 19_000.0, 20)


def test_of_one_duration_both_are_that_one():
    assert (spread([0.25]).p50_ms, spread([0.25]).p95_ms) == (250.0, 250.0)


def test_without_a_duration_there_is_no_spread():
    with pytest.raises(ValueError, match="no duration"):
        spread([])


def test_a_peer_that_takes_twice_as_long_has_the_ratio_two():
    ratio = ratio_of_medians([4.0, 4.0, 4.0], [2.0, 2.0])
    assert (ratio.value, ratio.low, ratio.high) == (2.0, 2.0, 2.0)
    assert ratio_of_medians([1.0, 9.0, 6.0], [3.0]).value == 2.0


def test_no_ratio_is_made_of_nothing():
    with pytest.raises(ValueError, match="0 durations of the peer and 1 of ours"):
        ratio_of_medians([], [1.0])


def test_actions_run_by_turns_and_the_warm_up_is_not_counted():
    called: list[tuple[str, int]] = []
    now = [0.0]

    def taking(name, seconds):
        def act(number):
            called.append((name, number))
            now[0] += seconds * (10 if number == 0 else 1)

        return act

    taken = alternate({"a": taking("a", 1.0), "b": taking("b", 3.0)}, 2, warm_up=1, clock=lambda: now[0])
    assert called == [("a", 0), ("b", 0), ("b", 1), ("a", 1), ("a", 2), ("b", 2)]
    assert taken == {"a": [1.0, 1.0], "b": [3.0, 3.0]}


def test_a_size_below_the_least_is_told_with_both_numbers():
    assert at_least("--rows", 3) == 3
    with pytest.raises(InputError, match="--rows is 1; it has to be at least 2"):
        at_least("--rows", 1, 2)


def test_the_machine_names_the_versions_that_are_installed():
    facts = machine_facts(["numpy", "no-such-package-anywhere"])
    assert facts.packages == {"numpy": np.__version__, "no-such-package-anywhere": ""}
    assert facts.cores >= 1
    assert version_of("no-such-package-anywhere") == ""
