"""Recall, MRR and nDCG at k over instances, with intervals over dialogues.

One value a (turn, target): the target's rank among all candidates. `new` takes what was named in the
conversation out of candidates and targets; `all` keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.evaluation.benchmarks.instances import CandidateItem, Instance
from chatbot.evaluation.benchmarks.peers import Ranker
from retriever.bootstrap import Estimate, estimate
from retriever.metrics.accuracy import accuracy_of_ranks, names

MEASURES = names((1, 10, 50), ("recall", "mrr", "ndcg"))
_DRAWS = 1_000  # nine measures of two kinds for each ranker: half of the usual draws


@dataclass(frozen=True, slots=True)
class Measured:
    """One ranker: measure → mean over targets, all and new ones; intervals by a bootstrap over dialogues."""

    name: str
    every: dict[str, Estimate]
    new: dict[str, Estimate]
    labels: int
    new_labels: int


def measure(
    ranker: Ranker,
    items: Sequence[CandidateItem],
    instances: Sequence[Instance],
    *,
    seed: int = 0,
    tell: Callable[[int], None] | None = None,
) -> Measured:
    """Rank every instance. Ties go to the earlier candidate. `tell` gets the number done."""
    rows = {item.id: row for row, item in enumerate(items)}
    numbers = {name: number for number, name in enumerate(dict.fromkeys(i.dialogue for i in instances))}
    every: list[tuple[int, int]] = []
    new: list[tuple[int, int]] = []
    for done, instance in enumerate(instances, start=1):
        scores = np.asarray(ranker.scores(instance), dtype=np.float64)  # (item,)
        dialogue = numbers[instance.dialogue]
        every += [(rank_of(rows[target], scores), dialogue) for target in instance.targets]
        left = scores.copy()
        left[[rows[named] for named in instance.named]] = -np.inf
        fresh = [target for target in instance.targets if target not in instance.named]
        new += [(rank_of(rows[target], left), dialogue) for target in fresh]
        if tell is not None:
            tell(done)
    return Measured(ranker.name, _values(every, seed), _values(new, seed), len(every), len(new))


def rank_of(row: int, scores: NDArray[np.float64]) -> int:
    """The rank, from 1, of a row among (item,) scores; an equal score further up goes first."""
    own = scores[row]
    return int((scores > own).sum() + (scores[:row] == own).sum()) + 1


def _values(pairs: Sequence[tuple[int, int]], seed: int) -> dict[str, Estimate]:
    if not pairs:
        return {}
    table = np.array(pairs, dtype=np.int64)  # (target, rank and dialogue)
    return {
        name: estimate(values, table[:, 1], seed=seed, draws=_DRAWS)
        for name, values in accuracy_of_ranks(table[:, 0], MEASURES).items()
    }
