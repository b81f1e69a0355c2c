"""Groups of items that are the same → one item each, if that is wanted; and groups remembered from last time.

In: a desk with staged items. Out: what was found, and the ids that now mean another item. Staging is changed,
the ledger only read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ingestion.checking import Checked
from ingestion.desk import Desk
from ingestion.duplicates import VERSION, Group, Kind, find_duplicates, read_group
from ingestion.options import Duplicates
from ingestion.staging import Staged, Staging
from retriever.domain import Item, ItemId
from retriever.ledger import content_hash

_SHOWN_GROUPS = 60
_SHOWN_MEMBERS = 8


@dataclass(frozen=True, slots=True)
class Member:
    """An item of a group, as a report names it."""

    id: ItemId
    title: str
    line: int


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group with its first members, and how many there are in all."""

    kind: Kind
    likeness: float
    members: tuple[Member, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Repeats:
    """What a file holds twice. `aliases`: id of a merged item → id of the one that stands for it.

    `shown` are the first groups of each kind, told before anything was merged.
    """

    digest: str
    groups: tuple[Group, ...]
    shown: tuple[ShownGroup, ...]
    aliases: Mapping[ItemId, ItemId]

    def record(self) -> dict[str, Any]:
        """What the next load of the same items takes over."""
        return {"digest": self.digest, "groups": [group.record() for group in self.groups]}


def find_repeats(desk: Desk, checked: Checked) -> Repeats:
    """Find the groups, or take them over from the last load where it had the same items; merge if asked."""
    facets = tuple(facet.facet() for facet in checked.mapping.facets)
    told = json.dumps([VERSION, checked.digest, [[f.name, f.kind, f.role, f.unit] for f in facets]])
    digest = hashlib.sha256(told.encode()).hexdigest()[:32]
    groups = _remembered(desk, digest)
    if groups is None:
        groups = find_duplicates(desk.staging, facets)
    shown = tuple(_shown(desk.staging, groups))
    aliases: dict[ItemId, ItemId] = {}
    if desk.options.duplicates is Duplicates.MERGE:
        for group in groups:
            if group.kind is not Kind.VARIANTS:
                aliases |= _merge(desk.staging, group)
    return Repeats(digest, groups, shown, aliases)


def _remembered(desk: Desk, digest: str) -> tuple[Group, ...] | None:
    for _, record in desk.ledger.loads(desk.catalogue, 1):
        found = record.get("repeats")
        if isinstance(found, dict) and found.get("digest") == digest:
            return tuple(read_group(one) for one in found["groups"])
    return None


def _shown(staging: Staging, groups: Iterable[Group]) -> Iterable[ShownGroup]:
    left = dict.fromkeys(Kind, _SHOWN_GROUPS)
    for group in groups:
        if left[group.kind] > 0:
            left[group.kind] -= 1
            members = tuple(
                Member(one.item.id, one.item.title, one.line)
                for one in staging.at(group.places[:_SHOWN_MEMBERS])
            )
            yield ShownGroup(group.kind, group.likeness, members, len(group.places))


def _merge(staging: Staging, group: Group) -> dict[ItemId, ItemId]:
    """Let the first stand for all, with what it lacks filled from the others; (merged id → its id)."""
    first, *others = staging.at(group.places)
    filled = first.item
    for other in others:
        filled = _filled(filled, other.item)
    if filled != first.item:
        filled = replace(filled, content_hash="")
        staging.replace(
            Staged(first.position, first.line, replace(filled, content_hash=content_hash(filled)))
        )
    staging.drop(other.item.id for other in others)
    return {other.item.id: filled.id for other in others}


def _filled(item: Item, other: Item) -> Item:
    return replace(
        item,
        description=item.description or other.description,
        facets={**other.facets, **item.facets},
        picture=item.picture or other.picture,
    )
