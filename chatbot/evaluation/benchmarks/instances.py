"""Published rows of conversational recommendation → instances to rank.

In: files of rows, of candidate items and of a catalogue (JSON lines, gzipped or not). Out: `Instance`s and
`CandidateItem`s. Two protocols are read, `ievalm` and `cikm23`; what each row holds is said in its reader.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from retriever.errors import InputError

Protocol = Literal["ievalm", "cikm23"]


class BadRows(InputError):
    """A file of rows that is not what its protocol says."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One recommending turn: what was said and which items were named, oldest first; and the targets."""

    dialogue: str
    turn: int
    said: tuple[str, ...]
    named: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CandidateItem:
    """An item to rank. `words`: genres and people; `text`: a description; either may be empty."""

    id: str
    name: str
    words: tuple[str, ...] = ()
    text: str = ""
    facets: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """A file of rows: its instances, and the SHA-256 of its unpacked bytes."""

    instances: tuple[Instance, ...]
    digest: str

    @property
    def labels(self) -> int:
        """Targets over all instances."""
        return sum(len(each.targets) for each in self.instances)


def read_rows(path: Path, protocol: Protocol, items: Sequence[CandidateItem]) -> Rows:
    """The instances of a file.

    ievalm: `context`, `entity` (names so far), `rec_entity_ids`. cikm23: `context`, `prev_entity_ids`,
    `rec_ids`, `is_user`; rows with `is_user` != 0 or no target are passed over. Targets that are no
    candidate are left out, as in both protocols' own code.

    Raises:
        BadRows: a line is no object, or lacks a field; names file and line.
    """
    by_name = {item.name: item.id for item in reversed(items)}
    known = {item.id for item in items}
    digest = hashlib.sha256()
    instances = []
    for number, line in _lines(path):
        digest.update(line)
        row = _object(path, number, line)
        try:
            instance = _ievalm(row, by_name) if protocol == "ievalm" else _cikm23(row)
        except (KeyError, TypeError) as error:
            raise BadRows(f"{path}:{number}: the row has no {error} as {protocol} rows have") from error
        if instance is not None:
            targets = tuple(dict.fromkeys(t for t in instance.targets if t in known))
            named = tuple(dict.fromkeys(n for n in instance.named if n in known))
            if targets:
                instances.append(Instance(instance.dialogue, instance.turn, instance.said, named, targets))
    if not instances:
        raise BadRows(f"{path} has no row with a target among the items; look at --protocol and --items")
    return Rows(tuple(instances), digest.hexdigest())


def _ievalm(row: Mapping[str, Any], by_name: Mapping[str, str]) -> Instance:
    named = tuple(by_name[name] for name in row["entity"] if name in by_name)
    targets = tuple(str(each) for each in row["rec_entity_ids"])
    return Instance(str(row["dialog_id"]), int(row["turn_id"]), tuple(row["context"]), named, targets)


def _cikm23(row: Mapping[str, Any]) -> Instance | None:
    if row["is_user"] != 0 or not row["rec_ids"]:
        return None
    named = tuple(str(each) for each in row["prev_entity_ids"])
    targets = tuple(str(each) for each in row["rec_ids"])
    return Instance(str(row["dialogue_id"]), int(row["turn_id"]), tuple(row["context"]), named, targets)


def read_items(items: Path, catalogue: Path | None) -> tuple[CandidateItem, ...]:
    """The candidates of a benchmark with what a catalogue knows of them, in the file's order.

    A catalogue row belongs to an item by an attribute that ends in `entity_id`, by the item's `redial_ids`,
    or by its name; items without one have their name alone.

    Raises:
        BadRows: a line is no object, or lacks a field.
    """
    known = _Known.read(catalogue) if catalogue is not None else _Known()
    found = []
    for number, line in _lines(items):
        row = _object(items, number, line)
        try:
            found.append(known.of(str(row["entity_id"]), str(row["name"]), row.get("redial_ids", ())))
        except KeyError as error:
            raise BadRows(f"{items}:{number}: the item has no {error}") from error
    return tuple(found)


@dataclass(slots=True)
class _Known:
    """Catalogue rows by what an item may be found by."""

    by_entity: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    by_id: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    by_name: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> _Known:
        known = cls()
        for number, line in _lines(path):
            row = _object(path, number, line)
            attributes = row.get("attributes") or {}
            known.by_id.setdefault(str(row.get("id")), row)
            known.by_name.setdefault(_named(row), row)
            known.by_name.setdefault(str(row.get("title")), row)
            for name, value in attributes.items():
                if name.endswith("entity_id"):
                    known.by_entity.setdefault(str(value), row)
        return known

    def of(self, entity: str, name: str, ids: Sequence[Any]) -> CandidateItem:
        row = self.by_entity.get(entity)
        row = row or next((self.by_id[str(one)] for one in ids if str(one) in self.by_id), None)
        row = row or self.by_name.get(name)
        if row is None:
            return CandidateItem(entity, name)
        attributes = row.get("attributes") or {}
        cast = attributes.get("cast") or attributes.get("actor") or attributes.get("star") or ()
        cast = (cast,) if isinstance(cast, str) else tuple(cast)
        genres, makers = tuple(row.get("categories") or ()), tuple(row.get("creators") or ())
        facets = {"year": row.get("year"), "genres": genres, "director": makers, "cast": cast}
        text = str(row.get("description") or "")
        return CandidateItem(entity, name, (*genres, *makers, *cast), text, facets)


def _named(row: Mapping[str, Any]) -> str:
    return f"{row.get('title')} ({row.get('year')})"


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError) as error:
        raise BadRows(f"{path} cannot be read ({error})") from error


def _object(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadRows(f"{path}:{number}: this is no JSON") from error
    if not isinstance(row, dict):
        raise BadRows(f"{path}:{number}: a row is a JSON object")
    return row
