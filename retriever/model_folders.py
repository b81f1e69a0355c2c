"""What a sentence-transformers folder says of itself, and the refusal of whatever could run code.

In: a folder. Out: its description as plain values. Nothing of the model is loaded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from retriever.errors import ModelMissing
from retriever.models import file_sha256
from retriever.offline import go_offline

# Files that say how inputs are prepared, and may name code for it as config.json may for the network.
_PREPARING = ("tokenizer_config.json", "preprocessor_config.json", "processor_config.json")


def read_json(path: Path, kind: str) -> Any:
    """A JSON file of a folder; `kind` is what the folder should hold ("cross-encoder").

    Raises:
        ModelMissing: it is not there, or no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelMissing(f"{path} cannot be read ({error}); give the folder of a {kind}") from error


def refuse_foreign_code(
    folder: Path, name: str, kind: str, known: Collection[str], listed_in: Path | None = None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The folder's config.json and modules.json, once nothing in it could run code.

    `name` is what the model is here ("the encoder"); `known` are the modules of sentence-transformers that
    it may have; `listed_in` is where modules.json lies, if not in the folder itself.

    Raises:
        ModelMissing: without safetensors, with `auto_map`, or with another module.
    """
    config = read_json(folder / "config.json", kind)
    listing = (listed_in or folder) / "modules.json"
    modules = read_json(listing, kind) if listing.exists() else []
    kinds = [str(module.get("type", "")) for module in modules]
    foreign = [
        each
        for each in kinds
        if not each.startswith("sentence_transformers.") or each.rsplit(".", 1)[-1] not in known
    ]
    settings = [config, *(read_json(folder / one, kind) for one in _PREPARING if (folder / one).exists())]
    mapped = any("auto_map" in each for each in settings)
    if foreign or mapped or "_attn_implementation_internal" in config:
        raise ModelMissing(f"{name} in {folder} brings its own code {foreign or ''}; choose another one")
    if not any(folder.glob("*.safetensors")):
        raise ModelMissing(f"{name} in {folder} has no .safetensors weights; pickled ones are never read")
    return config, modules


def local_folder(path_or_name: str, otherwise: str) -> Path:
    """The folder of a model given by path, or by its name in the local hub cache; nothing is downloaded.

    Raises:
        ModelMissing: with the sentence `otherwise`, if it is on no disk here.
    """
    go_offline()
    given = Path(path_or_name).expanduser()
    if given.is_dir():
        return given.resolve()
    try:
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(path_or_name, local_files_only=True))
    except (OSError, ValueError) as error:
        raise ModelMissing(otherwise) from error


def folder_digest(folder: Path) -> str:
    """Of the weights and of everything that says how inputs are prepared for them; 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in sorted([*folder.rglob("*.safetensors"), *folder.rglob("*.json")]):
        digest.update(f"{path.relative_to(folder)} {file_sha256(path)}\n".encode())
    return digest.hexdigest()[:16]
