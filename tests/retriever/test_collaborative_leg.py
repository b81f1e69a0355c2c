"""Nearness by what people like together, in the ranking."""

from __future__ import annotations

import numpy as np
import pytest

from retriever.catalogue import Catalogue
from retriever.domain import Item, OfItem, Preference, Source, SourceKind
from retriever.legs import Held, collaborative_leg

CATALOGUE = Catalogue("c", (), [Item(name, name, "", {}) for name in "abcd"])
EVERYTHING = np.ones(4, dtype=bool)
# a and b point one way, b is liked by many; c points elsewhere, d was never liked with another.
VECTORS = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0], [0.0, 0.0]], dtype=np.float32)


def held(item: str, strength: float) -> Held:
    return Held(Preference(OfItem(item), strength, Source(SourceKind.CLICK, 1)), strength)


def test_of_equally_near_items_the_better_known_comes_first():
    leg = collaborative_leg(CATALOGUE, VECTORS, [0], [], EVERYTHING)
    assert leg is not None
    assert list(leg.scores) == [1.0, 2.0, 0.0, 0.0]
    assert list(leg.among) == [True, True, False, False]


def test_a_well_known_liked_item_says_no_more_about_a_person_than_another():
    leg = collaborative_leg(CATALOGUE, VECTORS, [], [held("b", 1.0), held("c", 1.0)], EVERYTHING)
    assert leg is not None
    assert leg.scores[0] == pytest.approx(leg.scores[2])


def test_nothing_known_gives_no_leg():
    assert collaborative_leg(CATALOGUE, VECTORS, [3], [], EVERYTHING) is None
    assert collaborative_leg(CATALOGUE, VECTORS, [], [held("a", 1.0), held("b", -1.0)], EVERYTHING) is None
