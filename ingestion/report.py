"""What a load says of itself, before and after. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
class LoadOptions:
    """What a load may do, and how patient it is.

    `prune`: items that the file no longer has leave the catalogue (softly: they come back as they were).
    `rebuild`: publish, even if nothing changed. `max_rejects`: with more refused rows nothing is changed at
    all. `wait`: seconds for which another load of the catalogue is waited for.
    """

    prune: bool = False
    rebuild: bool = False
    max_rejects: int | None = None
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did.

    `read` records = `loaded` + `rejected`; `loaded` = `new` + `changed` + `unchanged`; `gone` are in the
    catalogue and not in the file, of which `removed` left it. `fields_left_out` counts single fields refused
    in loaded rows. `encoded` counts texts that the encoder read. `reject_file` is None when nothing was
    refused; `reject_reasons` are the commonest first. `generation` is the served one's name, `published`
    whether it is new. `notes` are sentences for people. `seconds` from start to end,
    `stage_seconds` by stage.
    """

    catalogue: str
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
    mapping: Mapping
    form: str
    pictures: PictureCount
    generation: str
    published: bool
    notes: tuple[str, ...]
    seconds: float
    stage_seconds: dict[str, float]
