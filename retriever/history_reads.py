"""The ledger's history as it is read: interactions, one person's own, who is related to whom.

In: a catalogue's name. Out: what the events say together, by `feedback`'s rule, about the items that are
there now; ids of merged duplicates count for the item that stands for them. Of a history only one person's
interactions are in memory at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from retriever.database import Database
from retriever.domain import ItemId
from retriever.feedback import RULE, Interaction, Said, Scale, combined, relative, scale_of
from retriever.history_records import HistorySize, Words

_SAID = "events.item, events.tier, events.weight, events.value, events.at, events.load, events.line"


class HistoryReads(Database):
    """What is known of people, read only."""

    def interactions(self, name: str, *, to_own_mean: bool = True) -> tuple[Interaction, ...]:
        """A catalogue's interactions, by person and item; see `each_interaction`."""
        return tuple(self.each_interaction(name, to_own_mean=to_own_mean))

    def each_interaction(self, name: str, *, to_own_mean: bool = True) -> Iterator[Interaction]:
        """The same one by one, for histories that are longer than memory.

        Interactions with items that are gone, or not there yet, stay out. Without `to_own_mean`, ratings
        stand on their scale (−1..1) and are not seen relative to how the person rates.
        """
        standing = self._standing(name)
        scale = self.history_scale(name)
        rows = self.stream(
            # CROSS: the order of people and, within each, of events; nothing is sorted.
            f"SELECT people.person, {_SAID} FROM people CROSS JOIN events ON events.person = people.number"  # noqa: S608 - ours
            " WHERE people.catalogue = ? AND events.item <> '' ORDER BY people.person",
            (name,),
        )
        for person, own in groupby(rows, key=itemgetter(0)):
            mine = combined(person, _said((row[1:] for row in own), standing), scale)
            yield from relative(mine) if to_own_mean else mine

    def interactions_of(self, name: str, person: str) -> tuple[Interaction, ...]:
        """One person's, by item. `at` is the time of loading where no event had one."""
        rows = self._own(name, person, "item, tier, weight, value, moment, load, line", "item <> ''")
        standing = self._standing_of(name, {row[0] for row in rows})
        # As it was last reckoned: who begins to talk while a history is being loaded doesn't wait for that.
        ends = self.read("SELECT low, high FROM histories WHERE catalogue = ? AND low IS NOT NULL", (name,))
        scale = scale_of(*ends[0]) if ends else None
        return tuple(relative(combined(person, _said(rows, standing), scale)))

    def loaded_since(self, name: str, person: str, since: float) -> frozenset[ItemId]:
        """Items about which events of a person were loaded after a moment (seconds since the epoch)."""
        loaded = self._own(name, person, "item, loaded_at", "item <> ''")
        rows = [row[0] for row in loaded if row[1] > since]
        standing = self._standing_of(name, set(rows))
        return frozenset(standing[one] for one in rows if one in standing)

    def words_of(self, name: str, person: str) -> tuple[Words, ...]:
        """What one person wrote in searches and reviews, newest first."""
        rows = self._own(name, person, "text, item, moment, loaded_at", "text <> ''")
        return tuple(Words(*row) for row in sorted(rows, key=lambda row: (-row[2], row[0])))

    def related_to(self, name: str, person: str) -> tuple[tuple[str, float], ...]:
        """(person, weight) of those whose taste tells something about a person, heaviest first."""
        rows = self.read(
            "SELECT others.person, relations.weight FROM people JOIN relations"
            " ON relations.person = people.number JOIN people AS others ON others.number = relations.other"
            " WHERE people.catalogue = ? AND people.person = ? ORDER BY relations.weight DESC, others.person",
            (name, person),
        )
        return tuple((row[0], row[1]) for row in rows)

    def removed_ids(self, name: str) -> frozenset[ItemId]:
        """Items that left the catalogue and have not come back."""
        rows = self.read("SELECT id FROM items WHERE catalogue = ? AND removed_at IS NOT NULL", (name,))
        return frozenset(row[0] for row in rows)

    def history_size(self, name: str) -> HistorySize:
        """How much is kept."""
        ((events, people, relations),) = self.read(
            "WITH mine AS (SELECT number FROM people WHERE catalogue = ?) SELECT"
            " (SELECT count(*) FROM events WHERE person IN mine),"
            " (SELECT count(*) FROM mine WHERE EXISTS (SELECT 1 FROM events WHERE person = number)),"
            " (SELECT count(*) FROM relations WHERE person IN mine)",
            (name,),
        )
        return HistorySize(events, people, relations)

    def history_digest(self, name: str) -> str:
        """Digest of everything that decides the interactions, and of the rule that makes them."""
        digest, *_ = self._history(name)
        if not digest:
            return hashlib.sha256().hexdigest()[:32]
        aliases = self.read("SELECT id, item FROM aliases WHERE catalogue = ? ORDER BY id", (name,))
        return hashlib.sha256(f"{RULE} {digest} {aliases}".encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def history_scale(self, name: str) -> Scale | None:
        """The scale that the catalogue's ratings are on; None without ratings."""
        _, low, high = self._history(name)
        return None if low is None or high is None else scale_of(low, high)

    # -- inside ----------------------------------------------------------------------------------------

    def _history(self, name: str) -> tuple[str, float | None, float | None]:
        """(digest, lowest rating, highest); the digest is '' without any event."""
        rows = self.read("SELECT digest, low, high FROM histories WHERE catalogue = ?", (name,))
        if not rows:
            return "", None, None
        digest, low, high = rows[0]
        return (digest, low, high) if digest else self._reckon(name)

    def _reckon(self, name: str) -> tuple[str, float | None, float | None]:
        """The same from the events themselves, kept for the next time."""
        running = hashlib.blake2b(digest_size=16)
        low = high = None
        any_event = False
        # Nobody writes meanwhile: what is kept must be the digest of what is there then.
        with self.transaction() as connection:
            for row in self.stream(
                "SELECT people.person, item, key, tier, weight, value FROM people CROSS JOIN events"
                " ON events.person = people.number WHERE catalogue = ?"
                " ORDER BY people.person, events.item, events.key",
                (name,),
            ):
                any_event = True
                running.update(repr(row).encode("utf-8", "surrogatepass"))
                if (rating := row[5]) is not None:
                    low = rating if low is None else min(low, rating)
                    high = rating if high is None else max(high, rating)
            digest = running.hexdigest() if any_event else ""
            if digest:
                connection.execute(
                    "UPDATE histories SET digest = ?, low = ?, high = ? WHERE catalogue = ?",
                    (digest, low, high, name),
                )
            else:
                connection.execute("DELETE FROM histories WHERE catalogue = ?", (name,))
        return digest, low, high

    def _own(self, name: str, person: str, columns: str, condition: str) -> list[Any]:
        """Events of one person, in the table's order; `moment`: when, or when it was loaded."""
        return self.read(
            f"SELECT {columns} FROM (SELECT events.*, coalesce(history_loads.at, 0) AS loaded_at,"  # noqa: S608 - ours
            " CASE WHEN events.at > 0 THEN events.at ELSE coalesce(history_loads.at, 0) END AS moment"
            " FROM people JOIN events ON events.person = people.number LEFT JOIN history_loads"
            " ON history_loads.catalogue = people.catalogue AND history_loads.number = events.load"
            f" WHERE people.catalogue = ? AND people.person = ?) WHERE {condition} ORDER BY item, key",
            (name, person),
        )

    def _standing(self, name: str) -> dict[ItemId, ItemId]:
        """Id → the item that events about it count for; ids that count for none are absent."""
        ids = self.read("SELECT id FROM items WHERE catalogue = ? AND removed_at IS NULL", (name,))
        standing = {row[0]: row[0] for row in ids}
        aliases = self.read("SELECT id, item FROM aliases WHERE catalogue = ?", (name,))
        merged = {one: item for one, item in aliases if item in standing and one not in standing}
        return standing | merged

    def _standing_of(self, name: str, wanted: set[ItemId]) -> dict[ItemId, ItemId]:
        """The same for a few ids."""
        aliases = dict(self._some(name, "SELECT id, item FROM aliases WHERE catalogue = ?", wanted))
        there = "SELECT id FROM items WHERE removed_at IS NULL AND catalogue = ?"
        present = {row[0] for row in self._some(name, there, wanted | set(aliases.values()))}
        standing = {one: one if one in present else aliases.get(one, "") for one in wanted}
        return {one: item for one, item in standing.items() if item in present}

    def _some(self, name: str, sql: str, ids: set[ItemId]) -> list[Any]:
        found: list[Any] = []
        wanted = sorted(ids)
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            found += self.read(f"{sql} AND id IN ({','.join('?' * len(part))})", (name, *part))
        return found


def _said(rows: Iterator[Any] | Sequence[Any], standing: dict[ItemId, ItemId]) -> Iterator[Said]:
    for item, tier, weight, rating, at, load, line in rows:
        counted = standing.get(item) if item is not None else None
        if counted is not None:
            yield Said(counted, tier, weight, rating, at, (load, line))
