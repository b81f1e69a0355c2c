"""Item vectors from what the same people like."""

from __future__ import annotations

import random

import numpy as np

from retriever.catalogue import Catalogue
from retriever.collaborative import co_mention_vectors, likers
from retriever.domain import Item
from retriever.feedback import Interaction


def catalogue(count: int) -> Catalogue:
    return Catalogue("c", (), [Item(f"i{n:03}", f"i{n}", "", {}) for n in range(count)])


def likes(person: str, *items: int, at: float = 1.0) -> list[Interaction]:
    return [Interaction(person, f"i{n:03}", 1.0, at) for n in items]


def cosines(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return unit @ unit.T


def test_items_that_the_directions_do_not_reach_have_no_vector_instead_of_a_made_up_one():
    # More exclusive pairs than directions. Some friends of a pair make it stronger, so that none tie.
    told = [
        one
        for pair in range(100)
        for p in range(1 + pair)
        for one in likes(f"{pair} {p}", 2 * pair, 2 * pair + 1)
    ]
    vectors = co_mention_vectors(catalogue(200), told)
    assert vectors is not None
    reached = np.linalg.norm(vectors, axis=1) > 0
    assert reached.sum() == 128
    near = cosines(vectors)
    both = np.arange(0, 200, 2)
    np.testing.assert_allclose(near[both, both + 1], reached[::2], atol=1e-3)
    others = near - np.kron(np.eye(100), np.ones((2, 2))) * near
    assert np.abs(others).max() < 1e-3


def test_the_order_and_repetition_of_interactions_do_not_matter():
    draw = random.Random(1)
    told = [one for p in range(60) for one in likes(f"p{p}", *draw.sample(range(20), 4))]
    vectors = co_mention_vectors(catalogue(20), iter(told))
    again = [*told, *told]
    draw.shuffle(again)
    np.testing.assert_array_equal(vectors, co_mention_vectors(catalogue(20), again))


def test_of_a_person_with_very_many_likes_the_latest_count():
    old = [one for n in range(300) for one in likes("shop", n, at=float(n))]
    vectors = co_mention_vectors(catalogue(300), old)
    assert vectors is not None
    np.testing.assert_array_equal(np.flatnonzero(np.linalg.norm(vectors, axis=1)), np.arange(100, 300))


def test_the_length_says_how_many_like_an_item():
    told = [one for p in range(16) for one in likes(f"p{p}", 0, 1)] + likes("q", 2, 3)
    vectors = co_mention_vectors(catalogue(5), told)
    assert vectors is not None
    np.testing.assert_allclose(likers(vectors), [16, 16, 1, 1, 0], rtol=1e-3)


def test_dislikes_unknown_items_and_lonely_likes_make_nothing():
    alone = [*likes("ann", 1), Interaction("ann", "i002", -1.0), Interaction("ann", "nowhere", 1.0)]
    assert co_mention_vectors(catalogue(5), alone) is None
    assert co_mention_vectors(catalogue(5), []) is None
