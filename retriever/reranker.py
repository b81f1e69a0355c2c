"""One score for each candidate, read together with the whole wish: costly, so only for the best few.

In: a Wish and the candidates' texts. Out: (text,) float32, higher fits better, in the reranker's own unit.
It sees texts only: no item ids, constraints or other legs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from retriever.errors import RerankerFailed
from retriever.tokens import query_stems, tokenize
from retriever.wish import Wish

__all__ = ["OverlapReranker", "Reranker", "Wish", "checked_scores"]


@runtime_checkable
class Reranker(Protocol):
    """What orders the best few anew. Safe from several threads, and the same for the same texts.

    `name` holds a digest of whatever the scores depend on: another name, other scores.
    """

    @property
    def name(self) -> str: ...

    def score(
        self, wish: Wish, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """(text,) how well each fits the wish, in the order given; empty for no texts.

        `on_batch` gets the number of texts done since the last call; what it raises ends the work.

        Raises:
            RerankerFailed: if a score is not a finite number, or the model raised.
        """
        ...


@dataclass(frozen=True, slots=True)
class OverlapReranker:
    """The share of the wish's stems that a text holds, plus a quarter of that for liked texts.

    Unit: shares, 0..1.25. No model, no training, no luck: the shipped double, and a reranker that costs
    a millisecond where nobody has trained one.
    """

    liked_share: float = 0.25

    @property
    def name(self) -> str:
        return f"overlap-1-{self.liked_share:g}"

    def score(
        self, wish: Wish, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """See `Reranker`."""
        said = set(query_stems(wish.words))
        liked = set(query_stems(" ".join(wish.liked)))
        scores = np.zeros(len(texts), dtype=np.float32)  # (text,)
        for place, text in enumerate(texts):
            stems = set(tokenize(text))
            scores[place] = _share(said, stems) + self.liked_share * _share(liked, stems)
            if on_batch is not None:
                on_batch(1)
        return scores


def checked_scores(scores: NDArray[np.floating], count: int, name: str) -> NDArray[np.float32]:
    """The scores of `count` texts, if they are that: one finite number each.

    Raises:
        RerankerFailed: otherwise; names the reranker.
    """
    if scores.shape != (count,):
        raise RerankerFailed(
            f"the reranker {name!r} gave scores of shape {scores.shape} for {count} texts; choose another "
            "one, or set PARLEY_RERANKER=none"
        )
    if not np.isfinite(scores).all():
        raise RerankerFailed(
            f"the reranker {name!r} gave {int((~np.isfinite(scores)).sum())} of {count} scores that are no "
            "numbers; its weights are damaged: choose another one, or set PARLEY_RERANKER=none"
        )
    return scores.astype(np.float32, copy=False)


def _share(wanted: set[str], found: set[str]) -> float:
    return len(wanted & found) / len(wanted) if wanted else 0.0
