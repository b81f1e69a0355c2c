"""The sentence-transformers encoder, read from local safetensors.

In: texts. Out: vectors. A model of the usual shape (a transformer, mean or first-token pooling, unit length)
runs on torch or OpenVINO by hand; any other shape that is safe, and work shared by several processes, goes
through sentence_transformers itself.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from retriever.devices import found_device
from retriever.encoding.bulk import Done
from retriever.encoding.choice import Choice
from retriever.encoding.folder import ModelFolder, check_folder, find_folder
from retriever.encoding.library import LibraryEngine, encode_by_processes
from retriever.encoding.paths import EXACT, PathName, multiplies_bf16
from retriever.encoding.plain import PlainEngine, Ways, say_path
from retriever.errors import SettingsError
from retriever.models import ENCODERS, file_sha256
from retriever.offline import go_offline
from retriever.torch_threads import bulk_threads

__all__ = ["ModelFolder", "SentenceTransformersEncoder", "check_folder", "find_folder", "multiplies_bf16"]

Device = Literal["auto", "cpu", "cuda"]

SINGLE_QUERY = 16  # up to this many texts count as somebody waiting, not as bulk work
# Texts from which measuring paths (5 s) and starting processes (10 s) pay: a minute or more of encoding.
BULK = 2_000


class SentenceTransformersEncoder:
    """Any sentence-transformers model on this machine; loaded at the first `encode`.

    `path_or_name`: a folder, a packaged model's name, or a name in the local hub cache. `threads`: cores
    for bulk work, None for all. `path`: what bulk work runs on, None for the fastest; `processes`: that many
    for bulk work, 0 for one a GPU where there are several. `record`: the file of choices, `cache`: the folder
    of converted models; None keeps none. Safe from several threads; a query waits for no bulk load.

    Queries run on torch, in bf16 where the processor multiplies it in hardware and probes come out the same
    (1 - cosine ≤ 2e-4): 3.5 times the speed of fp32. Pooling is fp32 always.

    Raises:
        ModelMissing: at construction or load, if the model is absent, damaged or unsafe.
        SettingsError: at construction or load, if a wanted path can't be run.
    """

    def __init__(
        self,
        path_or_name: str = ENCODERS[0].name,
        device: Device = "auto",
        threads: int | None = None,
        *,
        path: PathName | None = None,
        processes: int = 0,
        record: Path | None = None,
        cache: Path | None = None,
    ) -> None:
        self._folder = check_folder(find_folder(path_or_name))
        self._name = path_or_name
        self._device = device
        self._ways = Ways(path, record, cache, threads)
        self._processes = processes
        self._lock = threading.Lock()
        self._engine: PlainEngine | LibraryEngine | None = None
        self._fingerprint = ""
        self._words: frozenset[str] | None = None
        if path is not None and not self._folder.plain:
            raise SettingsError(
                f"PARLEY_ENCODING_PATH is {path}, but {path_or_name!r} has modules that only "
                "sentence-transformers runs; set it to auto"
            )
        if path not in (None, EXACT) and processes > 1:
            raise SettingsError(
                f"PARLEY_ENCODING_PATH is {path}, but PARLEY_ENCODING_PROCESSES is {processes}, and several "
                f"processes run {EXACT}; set one of them to auto or 0"
            )

    @property
    def name(self) -> str:
        return self._name

    @property
    def dim(self) -> int:
        return self._folder.dim

    @property
    def fingerprint(self) -> str:
        """Digest of weights and shape.

        Not of the path that runs them: its vectors differ by at most 2e-4 (1 - cosine) from torch-fp32's and
        rank alike, so that another machine, or another choice on this one, encodes nothing anew.
        """
        if not self._fingerprint:
            digest = hashlib.sha256()
            for weights in sorted(self._folder.path.glob("*.safetensors")):
                digest.update(file_sha256(weights).encode())
            digest.update(f"{self._folder.pooling} {self._folder.max_tokens} {self.dim}".encode())
            self._fingerprint = f"{Path(self._name).name}-{digest.hexdigest()[:16]}"
        return self._fingerprint

    @property
    def precision(self) -> str:
        """What queries run on: a path's name, "sentence-transformers", or "unloaded"."""
        return "unloaded" if self._engine is None else self._engine.query_path

    def bulk_path(self) -> str:
        """What bulk work runs on, and over which cores; with the figures where they were measured."""
        engine = self._load()
        if isinstance(engine, LibraryEngine):
            return engine.query_path
        path = engine.bulk_path
        chosen = engine.choice is not None and engine.choice.path == path.name
        return str(engine.choice) if chosen else f"{path.name}, {path.lanes} (not measured)"

    def encode(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)  # (text, dim)
        engine = self._load()
        if 0 < len(texts) <= SINGLE_QUERY:
            rows[:] = engine.encode(texts)
            if on_batch is not None:
                on_batch(len(texts))
            return rows
        with closing(engine.encode_bulk(texts)) as done:
            for places, vectors in done:
                rows[places] = vectors
                if on_batch is not None:
                    on_batch(len(places))
        return rows

    def encode_bulk(self, texts: Sequence[str]) -> Generator[Done]:
        """Every text's vector, in batches (places, vectors), in no particular order; for whole catalogues.

        Much work has its path measured first, unless this machine's choice is known, and is shared by
        processes where there are several. The caller closes what it doesn't read to the end.

        Raises:
            ModelError: a process died.
        """
        devices = self._devices() if len(texts) >= BULK else []
        if devices:
            cores = self._ways.threads or bulk_threads()
            yield from encode_by_processes(self._folder, devices, texts, max(1, cores // len(devices)))
            return
        engine = self._load()
        if isinstance(engine, PlainEngine) and len(texts) >= BULK:
            engine.decide(texts)
        yield from engine.encode_bulk(texts)

    def decide(self, texts: Sequence[str] = (), *, anew: bool = False) -> Choice | None:
        """Choose the path for bulk work by measurement (5 s), unless that was done on this machine before.

        `texts`: such as will be encoded; `anew`: in any case. None where there is nothing to choose.
        """
        engine = self._load()
        return engine.decide(texts, anew=anew) if isinstance(engine, PlainEngine) else None

    def check_path(self) -> str:
        """What bulk work will run on, as far as can be told without loading the model.

        Raises:
            SettingsError: the wanted path can't be run here.
        """
        if not self._folder.plain:
            return "sentence-transformers, the only one for this kind of model"
        return say_path(self._ways, found_device(self._device), self.fingerprint)

    def has_word(self, word: str) -> bool:
        """Whether the tokenizer has a word as a whole; of one with another kind of vocabulary, none."""
        with self._lock:
            if self._words is None:
                self._words = _whole_words(self._folder.path / "tokenizer.json")
        return word in self._words

    def _load(self) -> PlainEngine | LibraryEngine:
        with self._lock:
            if self._engine is None:
                go_offline()
                device = found_device(self._device)
                if self._folder.plain:
                    self._engine = PlainEngine(self._folder, device, self._ways, self.fingerprint)
                else:
                    self._engine = LibraryEngine(self._folder, device, self._ways.threads)
            return self._engine

    def _devices(self) -> list[str]:
        """One device for each process of bulk work; empty for this process alone."""
        if self._processes == 1:
            return []
        if found_device(self._device) == "cpu":
            return ["cpu"] * self._processes
        import torch

        gpus = torch.cuda.device_count()
        if self._processes:
            return [f"cuda:{number % gpus}" for number in range(self._processes)]
        return [f"cuda:{number}" for number in range(gpus)] if gpus > 1 else []


def _whole_words(path: Path) -> frozenset[str]:
    """The whole words of a tokenizer.json: of WordPiece those without "##", of SentencePiece those with ▁."""
    if not path.exists():
        return frozenset()
    from tokenizers import Tokenizer

    entries: dict[str, Any] = Tokenizer.from_file(str(path)).get_vocab()
    marked = {entry.removeprefix("▁") for entry in entries if entry.startswith("▁")}
    return frozenset(marked or (entry for entry in entries if entry.isalpha()))
