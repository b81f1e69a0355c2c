"""Scores as standard deviations over a catalogue, and from them how far an item is meant. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SPAN = 3.0  # standard deviations from where an item begins to count to where it counts fully


def standardised(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """Scores as standard deviations from their mean over all items.

    Over the allowed ones alone, the least earthly of twenty dramas would pass for a film about space.
    """
    spread = float(scores.std())
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros(len(scores))


def ramp(spread: NDArray[np.floating], start: float) -> NDArray[np.floating]:
    """(item,) 0..1: 0 up to `start` standard deviations, 1 from `SPAN` further on."""
    degree: NDArray[np.floating] = np.clip((spread - start) / SPAN, 0.0, 1.0)
    return degree
