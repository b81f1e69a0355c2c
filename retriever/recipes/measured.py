"""How good rankings of judged queries are, and how sure that is. Pure.

In: rankings and what was judged right. Out: mean nDCG@10, MRR and recall@10 with intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from retriever.bootstrap import mean_interval
from retriever.domain import ItemId
from retriever.metrics.accuracy import accuracy
from retriever.recipes.judged import JudgedQuery

METRICS = ("nDCG@10", "MRR", "recall@10")
_NAMES = ("ndcg@10", "mrr", "recall@10")  # the same, as `accuracy` calls them


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric before and after, over the queries; `low` and `high` bound the difference at 95 %."""

    metric: str
    before: float
    after: float
    low: float
    high: float


def measured(queries: Sequence[JudgedQuery], rankings: Sequence[Sequence[ItemId]]) -> NDArray[np.float64]:
    """(query, metric) of each ranking; an item that is not ranked counts as not found."""
    found = accuracy(rankings, [query.items for query in queries], _NAMES)
    return np.stack([found[name] for name in _NAMES], axis=1)


def compared(
    queries: Sequence[JudgedQuery], before: NDArray[np.float64], after: NDArray[np.float64], seed: int
) -> tuple[Compared, ...]:
    """Means of both, and a bootstrap interval of the difference; both (query, metric).

    Whole dialogues are drawn, since the queries of one are alike.
    """
    names = {name: number for number, name in enumerate(dict.fromkeys(one.dialogue for one in queries))}
    owner = np.array([names[one.dialogue] for one in queries])
    return tuple(
        Compared(
            metric,
            float(before[:, place].mean()),
            float(after[:, place].mean()),
            *mean_interval(after[:, place] - before[:, place], owner, seed=seed),
        )
        for place, metric in enumerate(METRICS)
    )


def table(rows: Sequence[tuple[str, Sequence[Compared]]]) -> str:
    """A Markdown table of what was compared, under the name of each comparison."""
    lines = ["| measured on | metric | before | after | difference (95 %) |", "|---|---|---|---|---|"]
    for name, comparisons in rows:
        for one in comparisons:
            gain = one.after - one.before
            lines.append(
                f"| {name} | {one.metric} | {one.before:.4f} | {one.after:.4f} | "
                f"{gain:+.4f} ({one.low:+.4f} to {one.high:+.4f}) |"
            )
    return "\n".join(lines) + "\n"


def records(rows: Sequence[tuple[str, Sequence[Compared]]]) -> list[dict[str, object]]:
    """The same for a JSON file."""
    return [{"measured_on": name, **asdict(one)} for name, comparisons in rows for one in comparisons]
