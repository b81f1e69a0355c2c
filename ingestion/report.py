"""What a load says of itself, before and after. Values only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from ingestion.changes import Changed
from ingestion.duplicates import Group, Kind
from ingestion.mapping import Mapping
from ingestion.readers import Source


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a file would be loaded as: shown before anything is written. `rows` counts its records."""

    source: Source
    form: str
    rows: int
    mapping: Mapping


@dataclass(frozen=True, slots=True)
class PictureCount:
    """Of the rows that name a picture: copied now, there already, remote (never fetched), not found."""

    copied: int = 0
    kept: int = 0
    remote: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class DuplicateCount:
    """Groups by kind; `repeated` items that repeat an earlier one, `merged` those that went into it."""

    exact: int = 0
    near: int = 0
    variants: int = 0
    repeated: int = 0
    merged: int = 0


def count_duplicates(groups: Iterable[Group], *, merged: int) -> DuplicateCount:
    """The numbers of what was found."""
    groups = tuple(groups)
    by_kind = {kind: [group for group in groups if group.kind is kind] for kind in Kind}
    return DuplicateCount(
        exact=len(by_kind[Kind.EXACT]),
        near=len(by_kind[Kind.NEAR]),
        variants=len(by_kind[Kind.VARIANTS]),
        repeated=sum(len(g.places) - 1 for g in groups if g.kind is not Kind.VARIANTS),
        merged=merged,
    )


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did.

    `read` records = `loaded` + `rejected` + `duplicates.merged`; `loaded` = `new` + `changed` + `unchanged`;
    `gone` are in the catalogue and not in the file, of which `removed` left it. `fields_left_out` counts
    single fields refused in loaded rows. `encoded` counts texts that the encoder read. `reject_file` is None
    when nothing was refused; `reject_reasons` are the commonest first. `generation` is the served one's name,
    `published` whether it is new. `notes` are sentences for people. `seconds` from start to end,
    `stage_seconds` by stage, both without the writing of `report_file`.
    """

    catalogue: str
    source: str
    read: int
    loaded: int
    new: int
    changed: int
    unchanged: int
    gone: int
    removed: int
    rejected: int
    fields_left_out: int
    encoded: int
    reject_file: Path | None
    reject_reasons: tuple[tuple[str, int], ...]
    changes: tuple[Changed, ...]
    duplicates: DuplicateCount
    mapping: Mapping
    form: str
    pictures: PictureCount
    generation: str
    published: bool
    notes: tuple[str, ...]
    seconds: float
    stage_seconds: dict[str, float]
    report_file: Path

    def summary(self) -> dict[str, object]:
        """The numbers and reasons as JSON, without a text of any item."""
        counts = (
            "read", "loaded", "new", "changed", "unchanged", "gone", "removed", "rejected", "fields_left_out",
            "encoded",
        )  # fmt: skip
        return {
            "source": self.source,
            "form": self.form,
            **{name: getattr(self, name) for name in counts},
            "reject_reasons": [list(one) for one in self.reject_reasons],
            "changes": [[one.kind.value, one.column, one.count] for one in self.changes],
            "duplicates": asdict(self.duplicates),
            "pictures": asdict(self.pictures),
            "generation": self.generation,
            "published": self.published,
            "seconds": round(self.seconds, 3),
            "stage_seconds": {name: round(value, 3) for name, value in self.stage_seconds.items()},
        }
