"""What a load may be told. Values only, and quick to import: the command line names them in its help."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Duplicates(StrEnum):
    """What is done with items that are the same as an earlier one of the file."""

    KEEP = "keep"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What a load may do, and how patient it is.

    `prune`: items that the file no longer has leave the catalogue (softly: they come back as they were).
    `rebuild`: publish, even if nothing changed. `max_rejects`: with more refused rows nothing is changed at
    all. `wait`: seconds for which another load of the catalogue is waited for. `duplicates`: whether items
    that are the same stay apart.
    """

    prune: bool = False
    rebuild: bool = False
    max_rejects: int | None = None
    wait: float = 0.0
    duplicates: Duplicates = Duplicates.KEEP
