"""A reranker over sentence-transformers' CrossEncoder, read from local safetensors.

In: a wish and texts. Out: one raw score a pair (a logit: higher is better, no fixed range). Nothing is
downloaded, and a folder that could run code is refused before any load.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.devices import found_device
from retriever.errors import ModelMissing, RerankerFailed
from retriever.model_folders import folder_digest, local_folder, refuse_foreign_code
from retriever.offline import go_offline
from retriever.reranker import Wish, checked_scores
from retriever.torch_threads import torch_threads
from retriever.transformer import Device, multiplies_bf16

BATCH = 8  # pairs between two looks at the clock: about 80 ms of one core with a small model
MOST_TOKENS = 256  # of a pair; twice as many take more than twice as long
LIKED_CHARACTERS = 200  # of each liked item: its title, what kind it is, and how it begins
# Largest change of a probe's score, in standard deviations of all the probes', that still counts as the same.
# Measured 0.03 to 0.07 with MiniLM: a fraction of what parts two neighbours in a ranking.
BF16_DEVIATION = 0.1

_SAFE_MODULES = {"Transformer", "LogitScore", "Dense"}  # code of sentence-transformers, none of the model's
_PROBES = (
    "quiet science fiction about language and loss",
    "a light waterproof jacket for autumn hikes, under 120 euros",
    "film",
    "Harbour Winter\ngenres: drama\nTwo brothers mourn their father while the harbour freezes.",
    "Trail Shell\ncategory: jackets\nA rain jacket of 300 g that packs into its own pocket.",
)


def wish_text(wish: Wish) -> str:
    """The wish's side of a pair: its words, then the beginning of each liked item's text, a line each."""
    liked = (" ".join(text[:LIKED_CHARACTERS].split()) for text in wish.liked)
    return "\n".join(part for part in (wish.words, *liked) if part)


class CrossEncoderReranker:
    """Any sentence-transformers cross-encoder on this machine; loaded at the first `score`.

    `path_or_name`: a folder, or a name in the local hub cache. `threads`: cores for one call. The weights are
    fp32, or bf16 where the processor multiplies bf16 in hardware and probe pairs score the same.

    Raises:
        ModelMissing: at construction or load, if the model is absent, unsafe, or no reranker.
    """

    def __init__(self, path_or_name: str, device: Device = "auto", threads: int = 1) -> None:
        self._folder = _find(path_or_name)
        _check(self._folder)
        self._label = Path(path_or_name).name
        self._device = device
        self._threads = threads
        self._lock = threading.Lock()
        self._network: Any = None
        self._name = ""
        self.precision = "unloaded"

    @property
    def name(self) -> str:
        """The folder's name and the digest of its weights, configuration and tokenizer."""
        if not self._name:
            self._name = f"{self._label}-{folder_digest(self._folder)}"
        return self._name

    def score(
        self, wish: Wish, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """See `Reranker`. Unit: the model's raw score, without an activation that would flatten its ends."""
        scores = np.zeros(len(texts), dtype=np.float32)  # (text,)
        if not texts:
            return scores
        network = self._load()
        wanted = wish_text(wish)
        # Neighbours in length share a batch: less padding.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        with torch_threads(self._threads):
            for start in range(0, len(order), BATCH):
                places = order[start : start + BATCH]
                scores[places] = _predict(network, [(wanted, texts[place]) for place in places])
                if on_batch is not None:
                    on_batch(len(places))
        return checked_scores(scores, len(texts), self.name)

    def _load(self) -> Any:
        with self._lock:
            if self._network is None:
                go_offline()
                try:
                    self._network, self.precision = _read(self._folder, found_device(self._device))
                except (OSError, ValueError, RuntimeError, KeyError) as error:
                    raise ModelMissing(
                        f"the reranker in {self._folder} cannot be loaded ({error}); choose another one, or "
                        "set PARLEY_RERANKER=none"
                    ) from error
            return self._network


def _predict(network: Any, pairs: list[tuple[str, str]]) -> NDArray[np.float32]:
    try:
        found = network.predict(pairs, batch_size=len(pairs), show_progress_bar=False)
    except (RuntimeError, ValueError, IndexError) as error:
        raise RerankerFailed(
            f"the reranker failed ({error}); choose another one, or set PARLEY_RERANKER=none"
        ) from error
    return np.asarray(found, dtype=np.float32)


def _read(folder: Path, device: str) -> tuple[Any, str]:
    import torch
    from sentence_transformers import CrossEncoder

    def fp32() -> Any:
        network = CrossEncoder(
            str(folder),
            device=device,
            local_files_only=True,
            trust_remote_code=False,
            activation_fn=torch.nn.Identity(),
            model_kwargs={"use_safetensors": True, "dtype": torch.float32},
        )
        # A tokenizer without a limit of its own says 10^30.
        network.max_seq_length = min(int(network.max_seq_length or MOST_TOKENS), MOST_TOKENS)
        return network.eval()

    network = fp32()
    if network.num_labels != 1:
        raise ValueError(f"it gives {network.num_labels} numbers a pair, where one is needed")
    if device == "cpu" and not multiplies_bf16():
        return network, "float32"
    pairs = [(wish, text) for wish in _PROBES for text in _PROBES]
    exact = _predict(network, pairs)
    network.to(torch.bfloat16)
    change = float(np.abs(_predict(network, pairs) - exact).max())
    if change <= BF16_DEVIATION * float(exact.std()):
        return network, "bfloat16"
    return fp32(), "float32"  # rounding cannot be undone: read the weights again


def _find(path_or_name: str) -> Path:
    return local_folder(
        path_or_name,
        f"no reranker {path_or_name!r} on this machine; set PARLEY_RERANKER to the folder of a "
        "cross-encoder, to a name from the local Hugging Face cache, or to none",
    )


def _check(folder: Path) -> None:
    """Refuse what could run code, and what has no head to score with (its scores would be chance)."""
    config, _ = refuse_foreign_code(folder, "the reranker", "cross-encoder", _SAFE_MODULES)
    shapes = [str(shape) for shape in config.get("architectures") or []]
    if not any(shape.endswith(("ForSequenceClassification", "ForCausalLM")) for shape in shapes):
        raise ModelMissing(
            f"the model in {folder} is no cross-encoder ({', '.join(shapes) or 'no architecture named'}); "
            "choose one that scores pairs, or train one: python -m retriever.recipes.reranker --help"
        )
