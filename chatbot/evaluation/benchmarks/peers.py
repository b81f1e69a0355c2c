"""What Parley is measured beside: rankings that anyone could make in ten lines.

In: instances. Out: a score for every candidate, higher is better; ties go to the earlier item.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chatbot.evaluation.benchmarks.instances import CandidateItem, Instance
from retriever.encoder import Encoder
from retriever.lexical import Bm25
from retriever.tokens import framed_stems

Scores = NDArray[np.floating]


class Ranker(Protocol):
    """A way of ranking all candidates."""

    @property
    def name(self) -> str: ...

    def scores(self, instance: Instance) -> Scores:
        """(item,) in the order of the candidates."""
        ...


class Copy:
    """What was named, latest first; all else alike."""

    name = "copy what was named"

    def __init__(self, items: Sequence[CandidateItem]) -> None:
        self._rows = {item.id: row for row, item in enumerate(items)}

    def scores(self, instance: Instance) -> Scores:
        scores = np.zeros(len(self._rows))
        for place, item in enumerate(instance.named, start=1):
            scores[self._rows[item]] = place
        return scores


class Popularity:
    """How often an item was a target in other rows."""

    name = "popularity"

    def __init__(self, items: Sequence[CandidateItem], train: Sequence[Instance]) -> None:
        counts = Counter(target for each in train for target in each.targets)
        self._scores = np.array([float(counts[item.id]) for item in items])

    def scores(self, instance: Instance) -> Scores:  # noqa: ARG002  # the same for everyone
        return self._scores


class CoMention:
    """How often an item was a target in other rows where the same items had been named."""

    name = "co-mention counts"

    def __init__(self, items: Sequence[CandidateItem], train: Sequence[Instance]) -> None:
        self._rows = {item.id: row for row, item in enumerate(items)}
        self._with: dict[str, Counter[int]] = defaultdict(Counter)
        for each in train:
            for named in each.named:
                self._with[named].update(self._rows[target] for target in each.targets)

    def scores(self, instance: Instance) -> Scores:
        scores = np.zeros(len(self._rows))
        for named in instance.named:
            for row, count in self._with[named].items():
                scores[row] += count
        return scores


class WholeContextBm25:
    """BM25 of everything that was said, over names and attributes."""

    name = "BM25, whole context"

    def __init__(self, items: Sequence[CandidateItem]) -> None:
        self._index = Bm25.build([framed_stems(" ".join((item.name, *item.words))) for item in items])

    def scores(self, instance: Instance) -> Scores:
        return self._index.scores(" ".join(instance.said))


class Cosine:
    """Cosine of what was said to the items' texts, by the encoder as it is. `last` 0: the whole context."""

    def __init__(
        self, items: Sequence[CandidateItem], vectors: Scores, encoder: Encoder, *, last: int
    ) -> None:
        self.name = "cosine, whole context" if not last else f"cosine, last {last} utterances"
        self._vectors = vectors  # (item, dim), rows unit length
        self._encoder = encoder
        self._last = last
        assert len(items) == len(vectors)

    def scores(self, instance: Instance) -> Scores:
        said = " ".join(instance.said[-self._last :])
        scores: Scores = self._vectors @ self._encoder.encode([said])[0]
        return scores


def plain_text(item: CandidateItem) -> str:
    """What a peer encodes of an item."""
    return ". ".join(part for part in (item.name, ", ".join(item.words), item.text) if part)
