"""Each measure against values by hand, and against an oracle that is written out here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retriever.bootstrap import estimate, jackknife
from retriever.metrics.accuracy import MEASURES, accuracy, accuracy_of_ranks, names
from retriever.metrics.beyond_accuracy import coverage, intra_list_distance
from retriever.metrics.exposure import gini, item_gini, value_exposure
from retriever.metrics.popularity import Popularity, average_popularity, head_share, novelty
from retriever.metrics.ratings import mae, rmse


def one(ranked: Sequence[str], gains: Mapping[str, float], *wanted: str) -> list[float]:
    return [float(values[0]) for values in accuracy([ranked], [gains], wanted).values()]


def rows(*lists: Sequence[int]) -> list[np.ndarray]:
    return [np.array(each, dtype=np.intp) for each in lists]


def test_a_ranking_of_four_with_three_relevant_has_the_values_that_a_hand_computes():
    ranked, relevant = ["a", "b", "c", "d"], {"b": 1, "d": 1, "x": 1}
    assert one(ranked, relevant, "precision@3", "recall@2", "hit@1", "hit@2", "mrr", "mrr@1", "mrr@2") == [
        pytest.approx(1 / 3), pytest.approx(1 / 3), 0, 1, 0.5, 0, 0.5,
    ]  # fmt: skip
    # precision 1/2, recall 2/3 at four; the average of 1/2 and 2/4 is over all three, the unranked one too.
    assert one(ranked, relevant, "f1@4", "map@4", "map@2", "f1@1") == [
        pytest.approx(4 / 7), pytest.approx((1 / 2 + 2 / 4) / 3), pytest.approx(1 / 6), 0,
    ]  # fmt: skip


def test_fewer_ranked_than_k_still_count_over_k():
    assert one(["b"], {"b": 1, "d": 1}, "precision@4", "recall@4") == [0.25, 0.5]


def test_ndcg_takes_gains_as_they_are():
    gains = {"a": 3.0, "b": 1.0}
    wanted = (1 / math.log2(2) + 3 / math.log2(4)) / (3 / math.log2(2) + 1 / math.log2(3))
    assert one(["b", "x", "a"], gains, "ndcg@3", "ndcg@10") == [pytest.approx(wanted)] * 2
    assert one(["a", "b"], gains, "ndcg@10") == [pytest.approx(1.0)]


def test_gains_that_are_not_whole_keep_their_proportions():
    wanted = (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3))
    for gains in ({"a": 0.9, "b": 0.3}, {"a": 9e9, "b": 3e9}):
        assert one(["b", "a"], gains, "ndcg@2") == [pytest.approx(wanted, abs=1e-4)]
    assert one(["a"], {"a": 0.001, "b": 100.0}, "recall@1") == [0.5]


def test_without_relevant_items_every_measure_is_nan_and_leaves_the_mean_alone():
    found = accuracy([["a"], ["a"], []], [{"a": 1}, {"b": 0.0}, {}], names([1]))
    assert [[*map(math.isnan, values)] for values in found.values()] == [[False, True, True]] * 7
    mean = estimate(found["recall@1"])
    assert (mean.mean, mean.n) == (1.0, 1)
    assert all(math.isnan(values[0]) for values in accuracy([["a"]], [{}], ["f1@1", "mrr"]).values())


def test_an_empty_ranking_finds_nothing():
    assert one([], {"a": 1}, *names([5])) == [0.0] * 7


def test_no_queries_have_no_values():
    assert [len(values) for values in accuracy([], [], names([3])).values()] == [0] * 7


def test_ids_that_sort_the_other_way_do_not_turn_the_ranking_round():
    # trec_eval breaks ties by id, and compares the texts of ids: "10" < "9".
    ranked = [str(number) for number in range(20)]
    for place, item in enumerate(ranked, start=1):
        assert one(ranked, {item: 1}, "mrr") == [pytest.approx(1 / place)]
        assert one(ranked[::-1], {item: 1}, "mrr") == [pytest.approx(1 / (21 - place))]


@pytest.mark.parametrize(
    ("ranked", "gains", "wanted", "says"),
    [
        (["a", "a"], {"a": 1}, "recall@2", "lists an item twice"),
        (["a"], {"a": 1}, "hit@0", "k must be at least 1"),
        (["a"], {"a": 1}, "recall", "no measure"),
        (["a"], {"a": 1}, "recall@-1", "no measure"),
        (["a"], {"a": 1}, "bpref@1", "no measure"),
        (["a"], {"a": -1}, "ndcg@1", "not negative"),
        (["a"], {"a": math.nan}, "ndcg@1", "must be numbers"),
    ],
)
def test_what_cannot_be_measured_is_refused(ranked, gains, wanted, says):
    with pytest.raises(ValueError, match=says):
        accuracy([ranked], [gains], [wanted])


def test_as_many_rankings_as_judgements_are_wanted():
    with pytest.raises(ValueError, match="shorter"):
        accuracy([["a"], ["b"]], [{"a": 1}], ["hit@1"])


def oracle(ranked: Sequence[str], gains: Mapping[str, float], measure: str, k: int) -> float:
    """The definitions once more, word for word, in no hurry."""
    relevant = {item for item, gain in gains.items() if gain > 0}
    if not relevant:
        return math.nan
    hits = [rank for rank in range(1, min(k, len(ranked)) + 1) if ranked[rank - 1] in relevant]
    match measure:
        case "precision":
            return len(hits) / k
        case "recall":
            return len(hits) / len(relevant)
        case "f1":
            return 2 * len(hits) / (k + len(relevant))
        case "hit":
            return float(bool(hits))
        case "mrr":
            return 1 / hits[0] if hits else 0.0
        case "map":
            return sum((place + 1) / rank for place, rank in enumerate(hits)) / len(relevant)
    best = sorted(gains.values(), reverse=True)[:k]
    ideal = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(best, start=1))
    return sum(gains[ranked[rank - 1]] / math.log2(rank + 1) for rank in hits) / ideal


@settings(max_examples=80)
@given(st.data())
def test_every_measure_of_any_ranking_is_its_definition(data: st.DataObject):
    items = [f"item {number}" for number in range(12)]
    queries = data.draw(st.integers(1, 3))
    rankings = [data.draw(st.permutations(items))[: data.draw(st.integers(0, 12))] for _ in range(queries)]
    gains = [
        data.draw(st.dictionaries(st.sampled_from([*items, "unranked"]), st.integers(0, 3)))
        for _ in range(queries)
    ]
    cuts = [1, 2, 5, 30]
    found = accuracy(rankings, gains, names(cuts))
    assert list(found) == [f"{measure}@{k}" for measure in MEASURES for k in cuts]
    for name, values in found.items():
        measure, _, k = name.partition("@")
        wanted = [oracle(r, g, measure, int(k)) for r, g in zip(rankings, gains, strict=True)]
        assert values.tolist() == pytest.approx(wanted, nan_ok=True)


def test_the_rank_of_a_single_relevant_item_says_it_all():
    found = accuracy_of_ranks(np.array([1, 3, 51]), ["recall@10", "mrr@10", "ndcg@50", "mrr@50", "map@3"])
    assert found["recall@10"].tolist() == [1, 1, 0]
    assert found["mrr@10"].tolist() == pytest.approx([1, 1 / 3, 0])
    assert found["ndcg@50"].tolist() == pytest.approx([1, 0.5, 0])
    assert found["mrr@50"].tolist() == pytest.approx([1, 1 / 3, 0])
    assert found["map@3"].tolist() == pytest.approx([1, 1 / 3, 0])
    with pytest.raises(ValueError, match="from 1"):
        accuracy_of_ranks(np.array([0]), ["hit@1"])


def test_coverage_counts_what_any_list_holds():
    found = coverage(rows([0], [0], [1, 2]), 6)
    assert (found.mean, found.n) == (0.5, 3)
    # Without one of the first two lists nothing is missing; without the third only the first item is left.
    without = np.array([3, 3, 1]) / 6
    error = math.sqrt(2 / 3 * ((without - without.mean()) ** 2).sum())
    assert found.high - found.mean == pytest.approx(1.959964 * error)
    assert found.mean - found.low == pytest.approx(1.959964 * error)
    assert math.isnan(coverage(rows([0]), 0).mean)
    assert coverage([], 3).mean == 0.0


def test_a_jackknife_of_a_mean_is_its_standard_error():
    values = np.random.default_rng(3).normal(size=50)
    found = jackknife(float(values.mean()), (values.sum() - values) / 49)
    assert found.high - found.low == pytest.approx(2 * 1.959964 * values.std(ddof=1) / math.sqrt(50))
    assert math.isnan(jackknife(1.0, np.array([1.0])).low)


def test_distance_within_a_list_by_hand():
    assert intra_list_distance(np.eye(2)) == pytest.approx(1.0)
    assert intra_list_distance(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])) == pytest.approx(2 / 3)
    assert math.isnan(intra_list_distance(np.eye(2)[:1]))


SEEN = Popularity(np.array([7, 1, 0, 3, 0]), people=7)


def test_novelty_is_the_surprise_in_bits():
    # (7+1)/(7+1) → 0 bits, (1+1)/8 → 2, 1/8 → 3.
    assert novelty(rows([0], [0, 1], [2]), SEEN).tolist() == [0.0, 1.0, 3.0]
    assert math.isnan(novelty(rows([]), SEEN)[0])


def test_popularity_bias_is_read_beside_the_heads_share():
    assert SEEN.head.tolist() == [True, False, False, False, False]  # a fifth of five
    assert SEEN.head_share == 7 / 11
    assert head_share(rows([0, 1], [2, 3]), SEEN).tolist() == [0.5, 0.0]
    assert average_popularity(rows([0, 1], [2]), SEEN).tolist() == pytest.approx([(1 + 1 / 7) / 2, 0.0])
    assert Popularity(np.array([2, 2, 2]), 2).head.tolist() == [True, False, False]
    assert math.isnan(Popularity(np.zeros(2, dtype=int), 0).head_share)


def test_more_people_of_an_item_than_there_are_is_refused():
    with pytest.raises(ValueError, match=r"0\.\.2"):
        Popularity(np.array([3]), people=2)


def test_gini_is_0_for_alike_and_nearly_1_for_all_to_one():
    assert gini(np.array([2.0, 2.0, 2.0])) == pytest.approx(0.0)
    assert gini(np.array([0.0, 0.0, 0.0, 5.0])) == pytest.approx(0.75)
    assert gini(np.array([1.0, 3.0])) == pytest.approx(0.25)
    assert math.isnan(gini(np.zeros(3)))
    assert math.isnan(gini(np.zeros(0)))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=10).filter(any))
def test_gini_is_half_the_mean_difference_over_the_mean(amounts: list[int]):
    pairs = [abs(a - b) for a in amounts for b in amounts]
    wanted = sum(pairs) / (2 * len(amounts) * sum(amounts))
    assert gini(np.array(amounts, dtype=np.float64)) == pytest.approx(wanted)


def test_gini_over_lists_counts_places_and_unshown_items():
    assert item_gini(rows([0, 1], [0, 1]), 4).mean == pytest.approx(0.5)
    found = item_gini(rows([0], [0], [1]), 2, discounted=True)
    assert found.mean == pytest.approx(1 / 6)  # 2 against 1
    # Left after each list is taken away: one each, one each, all to the first.
    without = np.array([0.0, 0.0, 0.5])
    error = math.sqrt(2 / 3 * ((without - without.mean()) ** 2).sum())
    assert found.high - found.mean == pytest.approx(1.959964 * error)


def test_exposure_by_value_deals_an_item_out_to_its_values():
    values = [["north"], ["north", "south"], ["south"], []]
    found = {each.value: each for each in value_exposure(rows([0, 1], [3]), values)}
    assert list(found) == ["north", "south", ""]
    assert [found[name].items for name in found] == pytest.approx([1.5 / 4, 1.5 / 4, 1 / 4])
    # The first list: 1.5 of 2 to the north, 0.5 to the south; the second has neither.
    assert [found[name].places.mean for name in found] == pytest.approx([0.75 / 2, 0.25 / 2, 0.5])
    assert found["north"].ratio == pytest.approx(1.0)


def test_a_discounted_place_further_down_counts_less():
    values = [["north"], ["south"]]
    north, south = value_exposure(rows([0, 1]), values, discounted=True)
    second = 1 / math.log2(3)
    assert north.places.mean == pytest.approx(1 / (1 + second))
    assert south.places.mean == pytest.approx(second / (1 + second))


def test_an_empty_list_says_nothing_about_exposure():
    (north,) = value_exposure(rows([], [0]), [["north"]])
    assert (north.places.mean, north.places.n) == (1.0, 1)


def test_rating_errors_by_hand():
    predicted, given_ones = np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 1.0])
    assert rmse(predicted, given_ones).mean == pytest.approx(math.sqrt(8 / 3))
    assert mae(predicted, given_ones).mean == pytest.approx(4 / 3)
    assert math.isnan(rmse(np.zeros(0), np.zeros(0)).mean)
    found = rmse(predicted, given_ones, np.array([0, 0, 1]))
    assert (found.low, found.high) == pytest.approx(
        (math.sqrt(2.0), 2.0)
    )  # the first person, the second alone
    with pytest.raises(ValueError, match="predictions"):
        mae(np.zeros(2), np.zeros(3))
