"""What a turn keeps beside its record, so that it can be examined, answered from and replayed.

Plain frozen values. The record is what people were shown; this is how it came about: the acts with their
payload, what was asked of the retriever, what it answered, and which versions did all that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chatbot.acts import UserAct
from retriever.domain import Candidate, InterestProfile, ItemId, Query, Shortlist, Trace


@dataclass(frozen=True, slots=True)
class Placed:
    """An item's place in a ranking is its index; the trace says how it got there."""

    item: ItemId
    trace: Trace


@dataclass(frozen=True, slots=True)
class Ranking:
    """One answer of the retriever. The first `shown` of `placed` were shown, the others came behind them."""

    query: Query
    eligible: int
    shown: int = 0
    placed: tuple[Placed, ...] = ()

    def place(self, item: ItemId) -> int:
        """The item's place, from 1; 0 if it is not among those listed."""
        return next((at for at, one in enumerate(self.placed, start=1) if one.item == item), 0)


@dataclass(frozen=True, slots=True)
class Weighed:
    """How a turn changed one preference: its weight in short- or long-term interest before and after.

    None stands for "was not there".
    """

    key: str
    lasting: bool
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class TurnData:
    """See the module's docstring.

    `heard_at`: seconds since the epoch that the acts were applied with. `versions`: what made the turn, by
    name: the program, the generation, the encoder, the chat model.
    """

    heard: tuple[UserAct, ...]
    heard_at: float
    changed: tuple[Weighed, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


def ranking_of(query: Query, shortlist: Shortlist) -> Ranking:
    """What is kept of one retrieval."""
    every: Sequence[Candidate] = (*shortlist.candidates, *shortlist.further)
    placed = tuple(Placed(candidate.item.id, candidate.trace) for candidate in every)
    return Ranking(query, shortlist.eligible, len(shortlist.candidates), placed)


def profile_change(before: InterestProfile, after: InterestProfile) -> tuple[Weighed, ...]:
    """The preferences that differ, short-term ones first, each in the order in which they are held."""
    found: list[Weighed] = []
    for lasting in (False, True):
        old = {p.key: p.weight for p in (before.long_term if lasting else before.short_term)}
        new = {p.key: p.weight for p in (after.long_term if lasting else after.short_term)}
        found += [
            Weighed(key, lasting, old.get(key), new.get(key))
            for key in dict.fromkeys((*old, *new))
            if old.get(key) != new.get(key)
        ]
    return tuple(found)
