"""The ledger's history: who did what with which item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from retriever.database import Database
from retriever.domain import ItemId


@dataclass(frozen=True, slots=True)
class Interaction:
    """A person's observed like of an item: `weight` > 0 is its strength, `at` seconds since the epoch."""

    person: str
    item: ItemId
    weight: float = 1.0
    at: float = 0.0


class HistoryTables(Database):
    """Interactions of people who are known by a keyed hash only."""

    def put_interactions(self, name: str, interactions: Iterable[Interaction]) -> None:
        """Add interactions; the same person and item again replaces the older."""
        with self.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO interactions VALUES (?,?,?,?,?)",
                ((name, one.person, one.item, one.weight, one.at) for one in interactions),
            )

    def interactions(self, name: str) -> tuple[Interaction, ...]:
        """A catalogue's interactions, by person and item; those of items that are gone stay out."""
        rows = self.read(
            "SELECT person, item, weight, at FROM interactions WHERE catalogue = ?1 AND item IN"
            " (SELECT id FROM items WHERE catalogue = ?1 AND removed_at IS NULL) ORDER BY person, item",
            (name,),
        )
        return tuple(Interaction(*row) for row in rows)
