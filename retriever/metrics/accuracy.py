"""How well rankings find what is relevant. The counting is `ir_measures`' (trec_eval inside).

In: for each query the ranked ids, best first, without repeats, and what is relevant with its gain. Out:
measure → one value a query, NaN where nothing is relevant: such a query says nothing about a ranking.

The measures, by the names that `accuracy` takes. Relevant: a gain above 0. Ranks count from 1.

* `precision@k`: relevant ones among the first k, over k, also when fewer than k are ranked.
* `recall@k`: relevant ones among the first k, over all relevant ones.
* `f1@k`: 2 · precision@k · recall@k / (precision@k + recall@k) of each query; 0 where both are 0.
* `hit@k`: 1 if any of the first k is relevant, else 0.
* `mrr@k`: 1 / rank of the first relevant one, 0 if it is not among the first k; `mrr`: however deep.
* `ndcg@k`: sum of gain / log2(rank + 1) over the first k, over that of the best order. Gains are linear,
  as trec_eval has them, not 2^gain − 1. Source: Järvelin & Kekäläinen, ACM TOIS 2002.
* `map@k`: sum of precision@rank at the ranks ≤ k of relevant ones, over all relevant ones (not over
  min(k, relevant), which some libraries take). Its mean over queries is the MAP.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from retriever.domain import ItemId

MEASURES = ("precision", "recall", "f1", "hit", "mrr", "ndcg", "map")
_LARGEST_GAIN = 10_000  # trec_eval counts in whole gains, and makes room for each one up to the largest


def names(cuts: Sequence[int], measures: Sequence[str] = MEASURES) -> tuple[str, ...]:
    """The names of some measures at some cuts, measure by measure: ("precision@1", "precision@5", …)."""
    return tuple(f"{measure}@{k}" for measure in measures for k in cuts)


def accuracy(
    rankings: Sequence[Sequence[ItemId]], gains: Sequence[Mapping[ItemId, float]], wanted: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """Measure → (query,) its values, in the order of `wanted`; see the module for each one's definition.

    `gains`: for each query, item → gain; an item that is not there has 0. Gains that are not whole, or
    above 10,000, are brought to 1..10,000 within their query: nDCG knows proportions only, and moves by less
    than a thousandth. There are no ties: the order given is the order judged.

    Raises:
        ValueError: a measure is unknown, k < 1, the counts differ, a ranking lists an item twice, or a
            gain is negative or no number.
    """
    parsed = {name: _parse(name) for name in wanted}
    run: dict[str, dict[str, float]] = {}
    judged: dict[str, dict[str, int]] = {}
    for number, (ranked, relevant) in enumerate(zip(rankings, gains, strict=True)):
        if len(set(ranked)) != len(ranked):
            raise ValueError(f"ranking {number} lists an item twice")
        whole = _whole_gains(relevant)
        if whole:
            # Ids of our own: trec_eval sorts by score and breaks ties by id; falling scores leave no tie.
            places = {item: str(place) for place, item in enumerate((*ranked, *(set(whole) - set(ranked))))}
            run[str(number)] = {places[item]: float(len(ranked) - at) for at, item in enumerate(ranked)}
            judged[str(number)] = {places[item]: gain for item, gain in whole.items()}
    values = _calculate(run, judged, _needed(parsed.values()), len(rankings))
    return {name: _value(values, measure, k) for name, (measure, k) in parsed.items()}


def accuracy_of_ranks(ranks: NDArray[np.integer], wanted: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """`accuracy` of queries with one relevant item each, of which the rank (query,) is all that is known.

    Every measure of `wanted` needs its k: what is ranked deeper than the deepest cut is not looked at.

    Raises:
        ValueError: as `accuracy`, or a rank below 1.
    """
    if len(ranks) and int(ranks.min()) < 1:
        raise ValueError(f"ranks count from 1, not {int(ranks.min())}")
    deepest = max((_parse(name)[1] or 0 for name in wanted), default=0)
    filled = [f"other {place}" for place in range(deepest)]
    rankings = [[*filled[: rank - 1], "relevant"] if rank <= deepest else [] for rank in ranks.tolist()]
    return accuracy(rankings, [{"relevant": 1.0}] * len(rankings), wanted)


def _parse(name: str) -> tuple[str, int | None]:
    measure, _, cut = name.partition("@")
    if measure not in MEASURES or not ((cut.isascii() and cut.isdigit()) or name == "mrr"):
        raise ValueError(
            f"{name!r} is no measure; there are mrr and, with a number for k, {', '.join(MEASURES)}@k"
        )
    if cut and int(cut) < 1:
        raise ValueError(f"k must be at least 1, not {cut}")
    return measure, int(cut) if cut else None


def _whole_gains(gains: Mapping[ItemId, float]) -> dict[ItemId, int]:
    """The relevant items with whole gains."""
    if any(not math.isfinite(gain) or gain < 0 for gain in gains.values()):
        raise ValueError("gains must be numbers, and not negative")
    relevant = {item: gain for item, gain in gains.items() if gain > 0}
    largest = max(relevant.values(), default=0.0)
    if largest <= _LARGEST_GAIN and all(float(gain).is_integer() for gain in relevant.values()):
        return {item: int(gain) for item, gain in relevant.items()}
    return {item: max(1, round(gain / largest * _LARGEST_GAIN)) for item, gain in relevant.items()}


def _needed(parsed: Iterable[tuple[str, int | None]]) -> set[tuple[str, int | None]]:
    """What has to be counted: F1 is made of the other two."""
    needed: set[tuple[str, int | None]] = set()
    for measure, k in parsed:
        needed |= {("precision", k), ("recall", k)} if measure == "f1" else {(measure, k)}
    return needed


def _calculate(
    run: dict[str, dict[str, float]],
    judged: dict[str, dict[str, int]],
    needed: set[tuple[str, int | None]],
    count: int,
) -> dict[tuple[str, int | None], NDArray[np.float64]]:
    import ir_measures

    of = {
        "precision": ir_measures.P,
        "recall": ir_measures.R,
        "hit": ir_measures.Success,
        "mrr": ir_measures.RR,
        "ndcg": ir_measures.nDCG,
        "map": ir_measures.AP,
    }
    asked = {(of[measure] if k is None else of[measure] @ k): (measure, k) for measure, k in needed}
    values = {key: np.full(count, math.nan) for key in needed}  # (query,)
    # Without a judged query the library takes the judgements for a file of an unknown form.
    for found in ir_measures.iter_calc(list(asked), judged, run) if judged and asked else ():
        values[asked[found.measure]][int(found.query_id)] = found.value
    return values


def _value(
    values: Mapping[tuple[str, int | None], NDArray[np.float64]], measure: str, k: int | None
) -> NDArray[np.float64]:
    if measure != "f1":
        return values[measure, k]
    precision, recall = values["precision", k], values["recall", k]
    both = precision + recall
    # NaN stays NaN: it is neither 0 nor divided.
    return np.divide(2 * precision * recall, both, out=both.copy(), where=both != 0)
