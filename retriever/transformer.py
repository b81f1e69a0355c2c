"""The sentence-transformers encoder, read from local safetensors.

A model of the usual shape (a transformer, mean or first-token pooling, unit length) runs here on torch and
transformers alone: importing sentence_transformers costs 3 s that the first message would wait for. Any
other shape that is safe goes through sentence_transformers itself.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from retriever.errors import ModelMissing
from retriever.model_folders import read_json, refuse_foreign_code
from retriever.models import ENCODERS, file_sha256, verify
from retriever.offline import go_offline
from retriever.torch_threads import bulk_threads, torch_threads

Device = Literal["auto", "cpu", "cuda"]

BATCH = 32  # 16 to 32 is where padding and cache misses balance; 64 and more are a fifth slower
SINGLE_QUERY = 16  # up to this many texts count as somebody waiting, not as bulk work
BF16_DEVIATION = 5e-4  # largest 1 - cosine to fp32 that still counts as the same encoder

# What sentence-transformers' modules.json may name: each is code of that library, none of the model's.
_KIND = "sentence-transformers model"
_KNOWN_MODULES = {"Transformer", "Pooling", "Normalize", "Dense", "LayerNorm"}
_PROBES = (
    "quiet science fiction about language and loss",
    "a light waterproof jacket for autumn hikes, under 120 euros",
    "film",
    "A retired detective is drawn back to the harbour town of his youth, where a missing letter, a brother "
    "who will not speak and an unfinished house keep him longer than the one night he had planned to stay.",
)


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
    go_offline()
    given = Path(path_or_name).expanduser()
    if given.is_dir():
        return given.resolve()
    for spec in ENCODERS:
        if path_or_name in (spec.name, spec.name.rsplit("/", 1)[-1]):
            return verify(spec).parent
    try:
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(path_or_name, local_files_only=True))
    except (OSError, ValueError) as error:
        known = ", ".join(spec.name for spec in ENCODERS)
        raise ModelMissing(
            f"no encoder {path_or_name!r} on this machine; give a folder, a name from the local Hugging Face "
            f"cache, or a packaged one ({known})"
        ) from error


def check_folder(path: Path) -> ModelFolder:
    """Read a model folder's own description and refuse whatever could run code.

    Raises:
        ModelMissing: without safetensors, with `auto_map`, or with an unknown module.
    """
    config, modules = refuse_foreign_code(path, "the encoder", _KIND, _KNOWN_MODULES)
    names = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in modules]
    pooling = _pooling(path, modules)
    dim = int(config.get("hidden_size", 0))
    usual = names in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
    limits = path / "sentence_bert_config.json"
    longest = read_json(limits, _KIND).get("max_seq_length") if limits.exists() else None
    max_tokens = int(longest or config.get("max_position_embeddings") or 256)
    for module in modules:
        if str(module.get("type", "")).endswith(".Dense"):
            dim = int(read_json(path / module["path"] / "config.json", _KIND)["out_features"])
    return ModelFolder(path, dim, max_tokens, pooling, usual and pooling != "other" and dim > 0)


def _pooling(path: Path, modules: Sequence[dict[str, Any]]) -> Literal["mean", "cls", "other"]:
    for module in modules:
        if str(module.get("type", "")).endswith(".Pooling"):
            config = read_json(path / module["path"] / "config.json", _KIND)
            modes = {key for key, on in config.items() if key.startswith("pooling_mode_") and on is True}
            if modes == {"pooling_mode_mean_tokens"}:
                return "mean"
            if modes == {"pooling_mode_cls_token"}:
                return "cls"
    return "other"


class SentenceTransformersEncoder:
    """Any sentence-transformers model on this machine; loaded at the first `encode`.

    `path_or_name`: a folder, a packaged model's name, or a name in the local hub cache. `threads`: cores
    for bulk encoding, None for all. Safe from several threads, and a query does not wait for a bulk load.

    The weights are fp32, or bf16 where the processor multiplies bf16 in hardware and a few probe texts
    come out the same (1 - cosine ≤ 5e-4; measured 1.2e-4): 3.5 times the speed. Pooling is fp32 always.

    Raises:
        ModelMissing: at construction or load, if the model is absent, damaged or unsafe.
    """

    def __init__(
        self, path_or_name: str = ENCODERS[0].name, device: Device = "auto", threads: int | None = None
    ) -> None:
        self._folder = check_folder(find_folder(path_or_name))
        self._name = path_or_name
        self._device = device
        self._threads = threads
        self._lock = threading.Lock()
        self._forward: Callable[[list[str]], NDArray[np.float32]] | None = None
        self._fingerprint = ""
        self._words: frozenset[str] | None = None
        self.precision = "unloaded"

    @property
    def name(self) -> str:
        return self._name

    @property
    def dim(self) -> int:
        return self._folder.dim

    @property
    def fingerprint(self) -> str:
        """Digest of weights and shape. Not of the precision: bf16 and fp32 vectors rank alike."""
        if not self._fingerprint:
            digest = hashlib.sha256()
            for weights in sorted(self._folder.path.glob("*.safetensors")):
                digest.update(file_sha256(weights).encode())
            digest.update(f"{self._folder.pooling} {self._folder.max_tokens} {self.dim}".encode())
            self._fingerprint = f"{Path(self._name).name}-{digest.hexdigest()[:16]}"
        return self._fingerprint

    def encode(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)  # (text, dim)
        # Neighbours in length share a batch: less padding, 1.4 times the speed on uneven texts.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        bulk = self._threads or bulk_threads()
        forward = self._load()
        with torch_threads(1 if len(texts) <= SINGLE_QUERY else bulk):
            for start in range(0, len(order), BATCH):
                places = order[start : start + BATCH]
                rows[places] = forward([texts[place] for place in places])
                if on_batch is not None:
                    on_batch(len(places))
        return rows

    def has_word(self, word: str) -> bool:
        """Whether the tokenizer has a word as a whole; of one with another kind of vocabulary, none."""
        with self._lock:
            if self._words is None:
                self._words = _whole_words(self._folder.path / "tokenizer.json")
        return word in self._words

    def _load(self) -> Callable[[list[str]], NDArray[np.float32]]:
        with self._lock:
            if self._forward is None:
                go_offline()
                import torch

                device = self._device
                if device == "auto":
                    device = "cuda" if torch.cuda.is_available() else "cpu"
                if self._folder.plain:
                    self._forward, self.precision = _load_plain(self._folder, device)
                else:
                    self._forward, self.precision = _load_library(self._folder, device), "float32"
            return self._forward


def _load_plain(folder: ModelFolder, device: str) -> tuple[Callable[[list[str]], NDArray[np.float32]], str]:
    """The forward pass by hand: tokens → transformer → pooling in fp32 → unit length."""
    import torch
    from tokenizers import Tokenizer
    from transformers import AutoModel

    tokenizer = Tokenizer.from_file(str(folder.path / "tokenizer.json"))
    tokenizer.enable_truncation(folder.max_tokens)
    tokenizer.enable_padding(**_padding(folder.path, tokenizer))

    def read() -> Any:
        return AutoModel.from_pretrained(
            folder.path,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            dtype=torch.float32,
        )

    body = read().eval().to(device)

    def forward(texts: list[str]) -> NDArray[np.float32]:
        encodings = tokenizer.encode_batch_fast(texts)
        ids = torch.tensor([e.ids for e in encodings], device=device)  # (text, token)
        mask = torch.tensor([e.attention_mask for e in encodings], device=device)  # (text, token)
        with torch.inference_mode():
            states = body(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            if folder.pooling == "cls":
                pooled = states[:, 0]
            else:
                weights = mask.unsqueeze(-1).float()
                pooled = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
            unit = torch.nn.functional.normalize(pooled, dim=1)  # (text, dim)
        vectors: NDArray[np.float32] = unit.cpu().numpy()
        return vectors

    if device == "cpu" and not multiplies_bf16():
        return forward, "float32"
    exact = forward(list(_PROBES))
    body.to(torch.bfloat16)
    deviation = float(np.max(1.0 - np.sum(exact * forward(list(_PROBES)), axis=1)))
    if deviation <= BF16_DEVIATION:
        return forward, "bfloat16"
    # Rounding cannot be undone: read the weights again.
    body.to(torch.float32).load_state_dict(read().state_dict())
    return forward, "float32"


def _whole_words(path: Path) -> frozenset[str]:
    """The whole words of a tokenizer.json: of WordPiece those without "##", of SentencePiece those with ▁."""
    if not path.exists():
        return frozenset()
    from tokenizers import Tokenizer

    entries = Tokenizer.from_file(str(path)).get_vocab()
    marked = {entry.removeprefix("▁") for entry in entries if entry.startswith("▁")}
    return frozenset(marked or (entry for entry in entries if entry.isalpha()))


def _padding(path: Path, tokenizer: Any) -> dict[str, Any]:
    """The model's own padding token; a file without one pads with id 0, which the mask hides anyway."""
    config = path / "tokenizer_config.json"
    token = read_json(config, _KIND).get("pad_token") if config.exists() else None
    if isinstance(token, dict):
        token = token.get("content")
    number = tokenizer.token_to_id(token) if token else None
    # pad_to_multiple_of and a fixed length in tokenizer.json would pad every query to 128 tokens.
    return {"length": None} if number is None else {"length": None, "pad_id": number, "pad_token": token}


def _load_library(folder: ModelFolder, device: str) -> Callable[[list[str]], NDArray[np.float32]]:
    from sentence_transformers import SentenceTransformer

    network = SentenceTransformer(
        str(folder.path),
        device=device,
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )

    def forward(texts: list[str]) -> NDArray[np.float32]:
        rows = network.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float32)

    return forward


def multiplies_bf16() -> bool:
    """True where bf16 products run in hardware; elsewhere torch emulates them, slower than fp32."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
