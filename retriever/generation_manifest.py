"""What a generation says of itself: its manifest, the marker that vouches for it, and each file's digest.

In: a generation's folder. Out: its manifest, or an error that names the command to mend it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from retriever.errors import GenerationError
from retriever.models import file_sha256

LAYOUT = 1  # of the folder; a reader refuses others


def read_manifest(path: Path) -> dict[str, Any]:
    """What a generation says of itself, its marker checked.

    Raises:
        GenerationError: if it is not complete, damaged, or of another layout.
    """
    try:
        text = (path / "manifest.json").read_text(encoding="utf-8")
        marker = (path / "COMPLETE").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise broken(f"{shown(path)} is not complete", path.parent.name) from error
    if marker != hashlib.sha256(text.encode()).hexdigest():
        raise broken(f"the manifest of {shown(path)} is damaged", path.parent.name)
    manifest: dict[str, Any] = json.loads(text)
    if manifest.get("layout") != LAYOUT:
        raise broken(f"{shown(path)} was built by another version of Parley", path.parent.name)
    return manifest


def check_files(path: Path, manifest: dict[str, Any]) -> None:
    """Raise GenerationError unless every file is there with its digest."""
    for name, digest in manifest["files"].items():
        file = path / name
        if not file.is_file() or file_sha256(file) != digest:
            raise broken(f"{shown(path)}/{name} is missing or damaged", path.parent.name)


def shown(path: Path) -> str:
    """films/gen-3: these sentences reach visitors too, whom the machine's folders don't concern."""
    return f"{path.parent.name}/{path.name}"


def broken(what: str, catalogue: str) -> GenerationError:
    """The error for a generation that cannot be used; it names the command that mends it."""
    return GenerationError(f"{what}; run `parley ingest FILE --catalogue {catalogue} --rebuild`")
