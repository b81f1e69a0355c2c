"""A local sentence-transformers folder: where it lies, what it says of itself, and how its weights are read.

In: a path or name. Out: a checked `ModelFolder`, and its transformer. Nothing is downloaded, and no code of
the folder's own is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from retriever.model_folders import local_folder, read_json, refuse_foreign_code
from retriever.models import ENCODERS, verify
from retriever.offline import go_offline

# What sentence-transformers' modules.json may name: each is code of that library, none of the model's.
KIND = "sentence-transformers model"
_KNOWN_MODULES = {"Transformer", "Pooling", "Normalize", "Dense", "LayerNorm"}


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A checked local sentence-transformers folder. `plain`: it can run without sentence_transformers."""

    path: Path
    dim: int
    max_tokens: int
    pooling: Literal["mean", "cls", "other"]
    plain: bool


def find_folder(path_or_name: str) -> Path:
    """Folder of a model given by path, by the name of a packaged one, or by a hub name in the local cache.

    Raises:
        ModelMissing: if it is on no disk here; nothing is ever downloaded.
    """
    for spec in ENCODERS:
        packaged = path_or_name in (spec.name, spec.name.rsplit("/", 1)[-1])
        if packaged and not Path(path_or_name).expanduser().is_dir():
            return verify(spec).parent
    known = ", ".join(spec.name for spec in ENCODERS)
    return local_folder(
        path_or_name,
        f"no encoder {path_or_name!r} on this machine; give a folder, a name from the local Hugging Face "
        f"cache, or a packaged one ({known})",
    )


def check_folder(path: Path) -> ModelFolder:
    """Read a model folder's own description and refuse whatever could run code.

    Raises:
        ModelMissing: without safetensors, with `auto_map`, or with an unknown module.
    """
    config, modules = refuse_foreign_code(path, "the encoder", KIND, _KNOWN_MODULES)
    names = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in modules]
    pooling = _pooling(path, modules)
    dim = int(config.get("hidden_size", 0))
    usual = names in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
    limits = path / "sentence_bert_config.json"
    longest = read_json(limits, KIND).get("max_seq_length") if limits.exists() else None
    max_tokens = int(longest or config.get("max_position_embeddings") or 256)
    for module in modules:
        if str(module.get("type", "")).endswith(".Dense"):
            dim = int(read_json(path / module["path"] / "config.json", KIND)["out_features"])
    return ModelFolder(path, dim, max_tokens, pooling, usual and pooling != "other" and dim > 0)


def _pooling(path: Path, modules: Sequence[dict[str, Any]]) -> Literal["mean", "cls", "other"]:
    for module in modules:
        if str(module.get("type", "")).endswith(".Pooling"):
            config = read_json(path / module["path"] / "config.json", KIND)
            modes = {key for key, on in config.items() if key.startswith("pooling_mode_") and on is True}
            if modes == {"pooling_mode_mean_tokens"}:
                return "mean"
            if modes == {"pooling_mode_cls_token"}:
                return "cls"
    return "other"


def read_body(folder: ModelFolder) -> Any:
    """The folder's transformer in fp32, ready to infer, on the CPU."""
    go_offline()
    import torch
    from transformers import AutoModel

    body = AutoModel.from_pretrained(
        folder.path,
        local_files_only=True,
        use_safetensors=True,
        trust_remote_code=False,
        dtype=torch.float32,
    )
    return body.eval()
