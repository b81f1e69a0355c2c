"""Fusion, diversity, exact search: small, pure, against hand-made or independent answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.diversity import mmr, one_of_each
from retriever.fusion import ranks, reciprocal_rank_fusion
from retriever.index import VectorIndex, best_places

SCORES = st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0]), max_size=12).map(np.array)


def test_equal_scores_share_the_better_rank_and_others_stay_out():
    among = np.array([True, True, False, True, True])
    assert ranks(np.array([0.5, 0.9, 1.0, 0.5, 0.1]), among).tolist() == [2, 1, 0, 2, 4]


def test_agreement_beats_a_single_first_place():
    a, b = np.array([1, 2, 0]), np.array([0, 1, 2])
    fused = reciprocal_rank_fusion([a, b], [1.0, 1.0])
    assert fused.argmax() == 1
    assert fused[1] == pytest.approx(1 / 62 + 1 / 61)


def test_a_weight_scales_what_a_ranking_adds():
    one = reciprocal_rank_fusion([np.array([1, 2])], [0.5])
    assert one.tolist() == pytest.approx([0.5 / 61, 0.5 / 62])


@pytest.mark.parametrize(
    ("rankings", "weights", "k"),
    [([], [], 60), ([np.array([1])], [1.0, 1.0], 60), ([np.array([1]), np.array([1, 2])], [1, 1], 60),
     ([np.array([1])], [1.0], 0)],
)  # fmt: skip
def test_rankings_that_do_not_fit_are_refused(rankings, weights, k):
    with pytest.raises(ValueError):
        reciprocal_rank_fusion(rankings, weights, k=k)


@given(SCORES)
def test_a_better_score_never_has_a_worse_rank(scores):
    places = ranks(scores, np.ones(len(scores), dtype=bool))
    fused = reciprocal_rank_fusion([places], [1.0])
    for a in range(len(scores)):
        for b in range(len(scores)):
            assert (scores[a] > scores[b]) == (places[a] < places[b]) == (fused[a] > fused[b])


@given(SCORES, st.integers(0, 15))
def test_the_best_places_are_those_of_a_stable_sort(scores, k):
    wanted = sorted(range(len(scores)), key=lambda place: (-scores[place], place))[:k]
    assert best_places(scores, k).tolist() == wanted


@given(st.integers(0, 20), st.integers(0, 25), st.integers(0, 2**20))
def test_masked_search_equals_sorting_all_cosines(count, k, seed):
    random = np.random.default_rng(seed)
    vectors = random.choice([-1.0, 0.0, 1.0], size=(count, 4)).astype(np.float32)  # many ties
    query = random.choice([-1.0, 1.0], size=4).astype(np.float32)
    mask = random.random(count) < 0.5
    rows, cosine = VectorIndex(vectors).top_k(query, mask, k)
    exact = (vectors * query).sum(axis=1)
    assert rows.tolist() == sorted(np.flatnonzero(mask), key=lambda row: (-exact[row], row))[:k]
    assert cosine.tolist() == exact[rows].tolist()


@pytest.mark.parametrize("bad", [np.array([np.nan, 0.0]), np.array([1.0]), np.array([[1.0, 0.0]])])
def test_a_query_vector_that_cannot_be_compared_is_refused(bad):
    with pytest.raises(ValueError, match="2 finite numbers"):
        VectorIndex(np.eye(2, dtype=np.float32)).scores(bad.astype(np.float32))


def test_a_mask_of_another_catalogue_is_refused():
    with pytest.raises(ValueError, match="mask has shape"):
        VectorIndex(np.eye(2, dtype=np.float32)).top_k(
            np.array([1, 0], dtype=np.float32), np.ones(3, bool), 1
        )


def test_the_second_pick_is_the_one_that_is_not_the_first_again():
    alike = np.array(
        [[1.0, 0.99, 0.0, 0.0], [0.99, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    )
    relevance = np.array([1.0, 0.9, 0.8, 0.0])
    assert mmr(relevance, alike, 3) == [0, 2, 1]  # 0.75 · 0.9 − 0.25 · 0.99 < 0.75 · 0.8
    assert mmr(relevance, alike, 3, balance=1.0) == [0, 1, 2]


@given(SCORES, st.integers(0, 15), st.integers(0, 2**20))
def test_mmr_picks_distinct_places_and_starts_with_the_most_relevant(relevance, k, seed):
    points = np.random.default_rng(seed).normal(size=(len(relevance), 3))
    picks = mmr(relevance, points @ points.T, k)
    assert len(picks) == len(set(picks)) == min(k, len(relevance))
    if picks:
        assert relevance[picks[0]] == relevance.max()


@given(SCORES, st.integers(0, 15))
def test_full_balance_is_the_order_of_relevance(relevance, k):
    assert (
        mmr(relevance, np.ones((len(relevance),) * 2), k, balance=1.0) == best_places(relevance, k).tolist()
    )


def test_mmr_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="similarity"):
        mmr(np.ones(2), np.ones((3, 3)), 1)
    with pytest.raises(ValueError, match="balance"):
        mmr(np.ones(2), np.ones((2, 2)), 1, balance=2.0)


def test_every_kind_has_one_as_far_as_places_go():
    kettles, mugs, pans = [0, 1, 2], [3, 4], [5]
    assert one_of_each([0, 1, 2], [kettles, mugs], 3) == [0, 1, 3]
    assert one_of_each([0, 3, 1], [kettles, mugs], 3) == [0, 3, 1]
    assert one_of_each([0, 1, 2], [kettles, mugs, pans], 3) == [0, 5, 3]
    assert one_of_each([0], [kettles, mugs], 1) == [0]
    assert one_of_each([0], [kettles, []], 3) == [0]
    assert one_of_each([], [], 3) == []
    with pytest.raises(ValueError, match="k must be"):
        one_of_each([0], [kettles], -1)
