"""The nouns of the ledger's history. Values only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from retriever.domain import ItemId
from retriever.feedback import Tier


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """Something a person did. `person`: keyed hash; `item`: '' for a search; `kind`: one of ingestion's.

    `weight`: −1..1, what the kind says of liking; where there is a `rating` (as written), that counts
    instead. `at`: seconds since the epoch, 0 if unknown. `text`: words of a review or search. `line`: where
    it stands in its source.
    """

    person: str
    item: ItemId
    kind: str
    tier: Tier
    weight: float
    rating: float | None = None
    at: float = 0.0
    text: str = ""
    line: int = 0

    @property
    def key(self) -> bytes:
        """Tells this event from the others of the same person about the same item; 8 bytes."""
        said = f"{self.kind}\0{self.rating!r}\0{self.at!r}\0{self.text}"
        return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest()


@dataclass(frozen=True, slots=True)
class Relation:
    """What `other` likes tells something about `person`; both are keyed hashes, `weight` is above 0."""

    person: str
    other: str
    kind: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Words:
    """What a person wrote: in a search (`item` is empty) or about an item.

    `at` and `loaded_at`: seconds since the epoch; `at` is the time of loading where the event had none.
    """

    text: str
    item: ItemId
    at: float
    loaded_at: float


@dataclass(frozen=True, slots=True)
class HistorySize:
    """What is kept of a catalogue's history. `people` did something; `relations` counts both directions."""

    events: int
    people: int
    relations: int
