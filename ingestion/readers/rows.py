"""The one noun that all readers yield."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file as it was read: `line` from 1, as an editor counts, where it begins."""

    line: int
    fields: dict[str, Any]
