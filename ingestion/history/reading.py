"""A history read into memory for measuring, without a ledger.

In: a file or MovieLens folder, the ids that a catalogue knows. Out: interactions under keyed hashes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingestion.history.columns import HistoryMap
from ingestion.history.events import EventReader, Known, hasher
from ingestion.history.source import open_source
from ingestion.readers.rows import Row
from retriever.domain import ItemId
from retriever.errors import LoadError
from retriever.feedback import Interaction, Said, combined, scale_of


@dataclass(frozen=True, slots=True)
class ReadHistory:
    """`interactions`: one a person and item, in the order in which people first occur, then by item.

    Ratings stand on their scale (−1..1). `unknown`: rows about items that the catalogue doesn't have;
    `unusable`: rows that are no event. `reach`: how much of the ratings' own unit a weight of 1 is; 0 where
    there are none.
    """

    interactions: tuple[Interaction, ...]
    rows: int
    unknown: int
    unusable: int
    columns: Mapping[str, str]
    reach: float


def read_history(
    path: Path, catalogue: str, known: frozenset[ItemId], key: bytes, given: HistoryMap | None = None
) -> ReadHistory:
    """The interactions of a history about items that are `known` in a catalogue; `key` is what hashes people.

    Raises:
        LoadError: no column is the person or the item, or no row can be used.
    """
    given = given or HistoryMap()
    source = open_source(path, given, known, tuple, "")
    said: dict[str, list[Said]] = defaultdict(list)
    rows = unknown = unusable = 0
    hashed = hasher(key)
    for part in source.parts:
        reader = EventReader(part.columns, given, Known(known), hashed)
        for row in part.rows():
            rows += 1
            taken = reader.take(row) if isinstance(row, Row) else None
            if taken is None or taken.event is None:
                unusable += 1
            elif taken.unknown:
                unknown += 1
            elif (event := taken.event).item:
                order = (0, event.line)
                one = Said(event.item, event.tier, event.weight, event.rating, event.at, order)
                said[event.person].append(one)
    if not said:
        raise LoadError(
            f"no row of {source.name} can be used: {unknown} name items that {catalogue!r} doesn't have, "
            f"{unusable} lack a person, an item or a known kind; ids are those of the loaded catalogue"
        )
    ratings = [one.rating for own in said.values() for one in own if one.rating is not None]
    scale = scale_of(min(ratings), max(ratings)) if ratings else None
    interactions = tuple(one for person, own in said.items() for one in combined(person, own, scale))
    columns = {role: guess.column for role, guess in source.parts[0].columns.guesses.items()}
    return ReadHistory(interactions, rows, unknown, unusable, columns, scale.reach if scale else 0.0)
