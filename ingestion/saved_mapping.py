"""The mapping that a load used, kept as a file that people may change.

In: a folder, a catalogue's name, a Mapping. Out: <folder>/mapping.toml with its JSON Schema beside it for
editors. What a person changed is taken at the next load and never written over; what nobody touched is
guessed anew, since the guess may have become better or the data others.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from ingestion.mapping import Mapping, mapping_schema, mapping_toml, read_mapping
from retriever.errors import LoadError
from retriever.storage import disk_errors, replace_text

SCHEMA_NAME = "mapping.schema.json"
_GUESS = re.compile(r"^# guess: ([0-9a-f]{32})\s*$", re.MULTILINE)
_HEADER = """\
#:schema ./{schema}
# What the columns of catalogue {catalogue!r} were taken for when it was loaded last.
# Change what is wrong (title = "…", a facet's kind, unit, label, synonyms; a column under [ignored] …) and
# load again: from then on this file holds, and only columns that it doesn't name are guessed. Delete it to
# have everything guessed again. `parley ingest FILE --map OTHER.toml` goes before it.
# guess: {guess}
"""


def mapping_path(folder: Path) -> Path:
    """Where the mapping lies in a catalogue's own folder."""
    return folder / "mapping.toml"


def saved_mapping(folder: Path) -> Mapping | None:
    """What a person made of the saved mapping; None if there is none, or nobody changed it.

    Raises:
        LoadError: if the file is broken; names it.
    """
    path = mapping_path(folder)
    if not _edited(path):
        return None
    try:
        return read_mapping(path)
    except LoadError as error:
        raise LoadError(f"{error}; it lies in {path}, delete it to have the columns guessed") from error


def save_mapping(folder: Path, catalogue: str, mapping: Mapping) -> Path | None:
    """Keep the mapping that was used; None if the file is one that a person changed, which stays as it is.

    Readers see the old or the new file, never half of one.

    Raises:
        StorageError: if the disk is full or the folder can't be written.
    """
    path = mapping_path(folder)
    if _edited(path):
        return None
    body = mapping_toml(mapping)
    head = _HEADER.format(schema=SCHEMA_NAME, catalogue=catalogue, guess="0" * 32)
    text = f"{head}\n{body}"
    text = text.replace("0" * 32, _fingerprint(text), 1)
    schema = json.dumps(mapping_schema(), indent=1, ensure_ascii=False) + "\n"
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in ((folder / SCHEMA_NAME, schema), (path, text)):
            if not file.is_file() or file.read_bytes() != content.encode():
                replace_text(file, content)
    return path


def _edited(path: Path) -> bool:
    """Whether the file differs from what was written; blanks at line ends and kinds of line ends don't count.

    A file that can't be read counts as edited, so that reading it tells what is wrong.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return False
    except (OSError, UnicodeDecodeError):
        return True
    found = _GUESS.search(text)
    return found is None or found[1] != _fingerprint(text)


def _fingerprint(text: str) -> str:
    """Of the text without the line that holds it."""
    lines = (line.rstrip() for line in text.splitlines() if not _GUESS.fullmatch(line.rstrip()))
    kept = "\n".join(lines).strip()
    return hashlib.blake2b(kept.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
