"""Converted weights kept on disk: unpacking a GGUF takes long, reading safetensors does not.

In: a folder, and what the copy is made from (digests, versions, precision). Out: a folder that transformers
loads, whole or not at all. A copy that is damaged, or from other parts, is made anew; without room or
permission there is none, and all works as before, only slower.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retriever.models import file_sha256
from retriever.storage import free_bytes

_MANIFEST = "converted.json"
_SPARE = 1.2  # of the weights' size: tokenizer and rounding
_PARTIAL = ".partial-"


@dataclass(frozen=True, slots=True)
class Converted:
    """The copies in `folder`. `parts`: everything that the weights depend on; `room`: free bytes there."""

    folder: Path
    parts: Mapping[str, str]
    room: Callable[[Path], int] = free_bytes

    @property
    def path(self) -> Path:
        """Where the copy lies, or would."""
        key = json.dumps(dict(self.parts), sort_keys=True)
        return self.folder / hashlib.sha256(key.encode()).hexdigest()[:20]

    def found(self) -> Path | None:
        """The copy, if every file is there as it was written; a damaged one is removed."""
        try:
            manifest = json.loads((self.path / _MANIFEST).read_text(encoding="utf-8"))
            whole = manifest["parts"] == dict(self.parts) and all(
                file_sha256(self.path / name) == digest for name, digest in manifest["files"].items()
            )
        except FileNotFoundError:
            whole = False
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            whole = False
        if not whole:
            shutil.rmtree(self.path, ignore_errors=True)
        return self.path if whole else None

    def keep(self, network: Any, tokenizer: Any) -> bool:
        """Write a copy under another name, then rename it; older ones go. False where it cannot be kept."""
        needed = sum(t.numel() * t.element_size() for t in network.parameters()) * _SPARE
        partial: Path | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self.room(self.folder) < needed:
                return False
            partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=self.folder))
            network.save_pretrained(partial, safe_serialization=True)
            tokenizer.save_pretrained(partial)
            files = {path.name: file_sha256(path) for path in sorted(partial.iterdir())}
            manifest = {"parts": dict(self.parts), "files": files}
            (partial / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
            # Another process may have been faster: its copy is as good.
            with contextlib.suppress(OSError):
                partial.replace(self.path)
            self._forget_others()
        except OSError:
            return False
        finally:
            if partial is not None:
                shutil.rmtree(partial, ignore_errors=True)
        return self.path.exists()

    def _forget_others(self) -> None:
        """Remove copies made from other parts: each is as large as the model."""
        for other in self.folder.iterdir():
            if other != self.path and (other / _MANIFEST).exists() and not other.name.startswith(_PARTIAL):
                shutil.rmtree(other, ignore_errors=True)
