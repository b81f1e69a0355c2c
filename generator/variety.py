"""How different texts are from each other. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

OPENING_WORDS = 3


def distinct_2(texts: Sequence[str]) -> float:
    """Different pairs of neighbouring words over all pairs, 0..1; 0 without any. It falls with the number of
    texts, so that only shares of as many texts compare.

    Source: Li et al., NAACL-HLT 2016.
    """
    pairs = [pair for text in texts for pair in itertools.pairwise(text.casefold().split())]
    return len(set(pairs)) / max(1, len(pairs))


def opening(text: str) -> tuple[str, ...]:
    """The first three words, case-folded and without marks around them."""
    bare = (word.strip(".,;:!?…“”\"'()*_").casefold() for word in text.split())
    return tuple(itertools.islice((word for word in bare if word), OPENING_WORDS))


def share_an_opening(texts: Sequence[str]) -> bool:
    """Whether two of the texts begin with the same three words; empty ones are passed over."""
    openings = [opening(text) for text in texts if text.strip()]
    return len(set(openings)) < len(openings)
