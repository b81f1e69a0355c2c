"""The one item that the words plainly describe comes first; where none stands out, nothing changes."""

from __future__ import annotations

import numpy as np
import pytest

from retriever.domain import Leg
from retriever.legs import LegScores
from retriever.pipeline import _described_first, _ranked

ALL = np.ones(3, dtype=bool)
FUSED = np.array([0.5, 0.9, 0.1])


@pytest.mark.parametrize(
    ("dense", "lexical", "first"),
    [
        ([0.2, 0.3, 0.6], [1.0, 2.0, 3.0], 2),  # first by both, far ahead in meaning
        ([0.2, 0.55, 0.6], [1.0, 2.0, 3.0], 1),  # hardly ahead
        ([0.2, 0.3, 0.6], [3.0, 2.0, 1.0], 1),  # its words are others'
    ],
)
def test_an_item_described_by_meaning_and_words_comes_first(
    dense: list[float], lexical: list[float], first: int
):
    ranked = [
        _ranked(LegScores(Leg.DENSE, np.array(dense), ALL, 1.0)),
        _ranked(LegScores(Leg.LEXICAL, np.array(lexical), ALL, 0.5)),
    ]
    assert int(np.argmax(_described_first(ranked, FUSED, ALL))) == first


def test_without_words_nothing_is_described():
    ranked = [_ranked(LegScores(Leg.DENSE, np.array([0.1, 0.2, 0.9]), ALL, 1.0))]
    assert _described_first(ranked, FUSED, ALL) is FUSED
