"""Published data sets that Parley is measured on. They are not part of it: some forbid passing them on.

The folder that holds them is named by the environment variable PUBLISHED_DATA; without it, tests that
need one are skipped and say so.
"""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

# Not PARLEY_…: settings refuse names that they don't know.
_VARIABLE = "PUBLISHED_DATA"


def published(name: str) -> Path:
    """A file of a published data set; skips the test where nobody said where it lies.

    Raises:
        FileNotFoundError: the folder was named, and does not have it.
    """
    folder = os.environ.get(_VARIABLE, "")
    if not folder:
        pytest.skip(f"needs published data that Parley does not ship: name their folder in {_VARIABLE}")
    path = Path(folder) / name
    if not path.is_file():
        raise FileNotFoundError(f"{_VARIABLE} is {folder!r}, which has no {name}")
    return path


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The objects of a gzipped file of JSON lines."""
    return [json.loads(line) for line in gzip.open(path, "rt", encoding="utf-8")]
