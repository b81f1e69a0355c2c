"""A small file of what was measured, kept as JSON by a pydantic model: of use, and never needed.

In: a path. Out: the record, or None. What can't be read is measured anew, what can't be written is measured
again next time; both are told in the log.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from retriever.storage import replace_text

_log = logging.getLogger(__name__)
Record = TypeVar("Record", bound=BaseModel)


def read_record(path: Path, kind: type[Record], what: str) -> Record | None:
    """The record in a file; None where there is none, or a damaged one. `what` it holds, for the log."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        _log.warning("%s is no record of %s and is measured anew (%s)", path, what, type(error).__name__)
        return None


def keep_record(path: Path, record: BaseModel, what: str) -> None:
    """Write a record, whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(path, json.dumps(record.model_dump(), indent=1) + "\n")
    except OSError as error:
        _log.warning(
            "the choice among %s cannot be kept in %s (%s)", what, path, os.strerror(error.errno or 0)
        )
