"""Where a repeated turn parts from the one that was kept.

In: a turn with its data, and what came of repeating it. Out: differences, each with what made it likely.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from chatbot.sessions import Turn
from chatbot.state import DialogueState
from chatbot.turn_data import Ranking, TurnData


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was. `versions`: those that changed since, as "name: then → now"."""

    turn: int
    what: str
    then: str
    now: str
    versions: tuple[str, ...] = ()


def differences(turn: Turn, kept: TurnData, state: DialogueState, again: TurnData) -> list[Difference]:
    """The fields of the state, then the rankings, that differ; empty for an exact repetition."""
    number, changed = turn.record.turn, _changed(kept.versions, again.versions)
    found = []
    for each in fields(DialogueState):
        then, now = getattr(turn.state, each.name), getattr(state, each.name)
        if then != now:
            found.append(Difference(number, each.name, str(then), str(now), changed))
    if len(kept.rankings) != len(again.rankings):
        counts = str(len(kept.rankings)), str(len(again.rankings))
        return [*found, Difference(number, "number of rankings", *counts, changed)]
    for then_ranked, now_ranked in zip(kept.rankings, again.rankings, strict=True):
        parted = _parted(then_ranked, now_ranked)
        if parted is not None:
            found.append(Difference(number, *parted, changed))
    return found


def _parted(then: Ranking, now: Ranking) -> tuple[str, str, str] | None:
    """What differs first in two rankings: the query, the count, the order, or how it came about."""
    if then.query != now.query:
        return "query", str(then.query), str(now.query)
    if then.eligible != now.eligible:
        return "eligible", str(then.eligible), str(now.eligible)
    ids = [tuple(one.item for one in ranking.placed) for ranking in (then, now)]
    if ids[0] != ids[1]:
        return "order", ", ".join(ids[0]), ", ".join(ids[1])
    for one, other in zip(then.placed, now.placed, strict=True):
        if one != other:
            return f"trace of {one.item}", str(one.trace), str(other.trace)
    return None


def _changed(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        f"{name}: {then.get(name, 'none')} → {now.get(name, 'none')}"
        for name in dict.fromkeys((*then, *now))
        if then.get(name) != now.get(name)
    )
