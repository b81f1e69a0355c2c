"""What Parley is measured beside: rankings that anyone could make in ten lines.

In: instances. Out: a score for every candidate, higher is better; ties go to the earlier item. Those that
learn do so from rows that are given to them, and from nothing else.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property
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


class ItemVectors:
    """The items' texts, encoded when first asked for."""

    def __init__(self, items: Sequence[CandidateItem], encoder: Encoder) -> None:
        self._items = items
        self.encoder = encoder

    @cached_property
    def rows(self) -> NDArray[np.float32]:
        """(item, dim), rows of unit length."""
        return self.encoder.encode([plain_text(item) for item in self._items])


class Cosine:
    """Cosine of what was said to the items' texts, by the encoder as it is. `last` 0: the whole context."""

    def __init__(self, vectors: ItemVectors, *, last: int) -> None:
        self.name = "cosine, whole context" if not last else f"cosine, last {last} utterances"
        self._vectors = vectors
        self._last = last

    def scores(self, instance: Instance) -> Scores:
        said = " ".join(instance.said[-self._last :])
        scores: Scores = self._vectors.rows @ self._vectors.encoder.encode([said])[0]
        return scores


class CosineAndPopularity:
    """Cosine of the whole context, plus `weight` · ln(1 + how often an item was a target in other rows)."""

    def __init__(self, cosine: Cosine, popularity: Popularity, *, weight: float = 0.05) -> None:
        self.name = f"{cosine.name} + {weight:g} · ln(1 + popularity)"
        self._cosine = cosine
        self._popularity = popularity
        self._weight = weight

    def scores(self, instance: Instance) -> Scores:
        counts = self._popularity.scores(instance)
        scores: Scores = self._cosine.scores(instance) + self._weight * np.log1p(counts)
        return scores


class Sum:
    """Several rankers' scores added, each divided by its largest for that instance."""

    def __init__(self, rankers: Sequence[Ranker]) -> None:
        self.name = " + ".join(ranker.name.split(",")[0] for ranker in rankers)
        self._rankers = rankers

    def scores(self, instance: Instance) -> Scores:
        every = [np.asarray(ranker.scores(instance), dtype=np.float64) for ranker in self._rankers]
        added: Scores = np.sum([scores / max(float(scores.max()), 1e-12) for scores in every], axis=0)
        return added


class CrossFitted:
    """Copies of one ranker, each learnt without one fold: that without its own ranks a dialogue."""

    def __init__(self, rankers: Sequence[Ranker]) -> None:
        self.name = rankers[0].name
        self._rankers = rankers

    def scores(self, instance: Instance) -> Scores:
        return self._rankers[fold_of(instance.dialogue, len(self._rankers))].scores(instance)


def fold_of(dialogue: str, folds: int) -> int:
    """The fold of a dialogue, from 0: the same in every run, whatever else is measured."""
    return int.from_bytes(hashlib.sha256(dialogue.encode()).digest()[:8], "big") % folds


def plain_text(item: CandidateItem) -> str:
    """What a peer encodes of an item."""
    return ". ".join(part for part in (item.name, ", ".join(item.words), item.text) if part)
