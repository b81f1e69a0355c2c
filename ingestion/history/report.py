"""What a load of a history may do, and what it did. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ingestion.history.columns import HistoryMap
from retriever.domain import ItemId
from retriever.history_records import HistorySize


@dataclass(frozen=True, slots=True)
class HistoryOptions:
    """What a load may do, and how patient it is.

    `replace`: what was kept and isn't in the source is forgotten, once all of the source is read.
    `relations`: the source says who is related to whom. `max_rejects`: with more rows refused or about
    unknown items nothing is changed at all. `wait`: seconds for which another load is waited for.
    """

    mapping: HistoryMap = field(default_factory=HistoryMap)
    replace: bool = False
    relations: bool = False
    max_rejects: int | None = None
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """What became of a history.

    `rows` read = `kept` + `refused`. Of what the kept rows say, `new` events (or relations, each direction
    one) were not in the ledger before; `forgotten` went for --replace. `unknown` rows are kept too, but
    their item isn't in the catalogue; `commonest_unknown` are those items with how often they occur, at
    least. `untimed`: rows kept without their time. `now`: what the ledger holds after it.
    `reject_file` is None where nothing was refused or unknown. `published`: whether a new index is served.
    """

    source: str
    is_relations: bool
    rows: int
    kept: int
    refused: int
    unknown: int
    untimed: int
    new: int
    forgotten: int
    commonest_unknown: tuple[tuple[ItemId, int], ...]
    reasons: tuple[tuple[str, int], ...]
    reject_file: Path | None
    now: HistorySize
    published: bool
    notes: tuple[str, ...]
    seconds: float

    @property
    def partial(self) -> bool:
        """Whether some rows have no effect now."""
        return bool(self.refused or self.unknown)
