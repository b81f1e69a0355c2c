"""A source's rows, one after another → events and relations, with a count of what became of them.

In: a source and what the catalogue knows. Out: a stream; rejects go into their file as they are met.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ingestion.history.columns import HistoryMap
from ingestion.history.events import EventReader, Known
from ingestion.history.relations import RelationReader
from ingestion.history.source import Source, SourcePart
from ingestion.progress import Progress
from ingestion.readers.rows import Row
from ingestion.rejects import Reject, RejectFile
from retriever.domain import ItemId
from retriever.history_records import HistoryEvent, Relation

_TOLD_EVERY = 1_000
_UNKNOWN_COUNTED = 20_000


@dataclass(slots=True)
class Tally:
    """What is counted while a source is read.

    `rows` = usable + `refused`; `unknown` and `known` count usable rows about items; `untimed` those whose
    time was left out. `low` and `high` are the ends of the ratings; `ids` counts unknown items.
    """

    rows: int = 0
    refused: int = 0
    unknown: int = 0
    untimed: int = 0
    known: int = 0
    low: float = float("inf")
    high: float = float("-inf")
    ids: Counter[ItemId] = field(default_factory=Counter)

    def count_unknown(self, item: ItemId) -> None:
        """Count an id; of too many the rarest are forgotten, so that counts are lower bounds."""
        self.unknown += 1
        self.ids[item] += 1
        if len(self.ids) > 2 * _UNKNOWN_COUNTED:
            self.ids = Counter(dict(self.ids.most_common(_UNKNOWN_COUNTED)))


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read, and what it is read with."""

    source: Source
    known: Known
    mapping: HistoryMap
    hashed: Callable[[Any], str]

    def usable(
        self, tally: Tally, refused: RejectFile, progress: Progress
    ) -> Iterator[HistoryEvent | tuple[Relation, ...]]:
        """All usable rows in order; what is not, or not wholly, is written down and counted."""
        for part in self.source.parts:
            take = self._relations(part, refused) if part.columns.relations else None
            take = take or self._events(part, tally, refused)
            for record in part.rows():
                tally.rows += 1
                if tally.rows % _TOLD_EVERY == 0:
                    progress.advance(_TOLD_EVERY)
                taken = take(record) if isinstance(record, Row) else None
                if isinstance(record, Reject):
                    # Without the row itself: it holds who did it, and what they wrote.
                    refused.add(Reject(record.line, f"{part.name} {record.field}".strip(), "", record.reason))
                if taken is None:
                    tally.refused += 1
                else:
                    yield taken
        progress.advance(tally.rows % _TOLD_EVERY)

    def _relations(
        self, part: SourcePart, refused: RejectFile
    ) -> Callable[[Row], HistoryEvent | tuple[Relation, ...] | None]:
        reader = RelationReader(part.columns, self.hashed)

        def take(row: Row) -> tuple[Relation, ...] | None:
            related = reader.take(row)
            if related.reject is None:
                return related.relations
            refused.add(related.reject)
            return None

        return take

    def _events(
        self, part: SourcePart, tally: Tally, refused: RejectFile
    ) -> Callable[[Row], HistoryEvent | tuple[Relation, ...] | None]:
        reader = EventReader(
            part.columns,
            self.mapping,
            self.known,
            self.hashed,
            rename=self.source.rename,
            part=part.name,
        )

        def take(row: Row) -> HistoryEvent | None:
            taken = reader.take(row)
            for reject in taken.rejects:
                refused.add(reject)
            event = taken.event
            if event is None:
                return None
            if taken.unknown:
                tally.count_unknown(taken.unknown)
            elif event.item:
                tally.known += 1
            tally.untimed += len(taken.rejects) > bool(taken.unknown)
            if event.rating is not None:
                tally.low, tally.high = min(tally.low, event.rating), max(tally.high, event.rating)
            return event

        return take
