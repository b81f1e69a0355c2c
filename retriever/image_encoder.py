"""Pictures and words to vectors of one space, by a CLIP model that sentence-transformers reads.

In: decoded pictures, or texts. Out: (picture or text, dim) float32, rows of unit length. Only local
safetensors are read, and a folder that could run code is refused before any load. The folder may be a classic
one with a CLIPModel module, one that a newer sentence-transformers saved, or one of transformers itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from retriever.devices import found_device
from retriever.errors import ModelError, ModelMissing
from retriever.model_folders import folder_digest, local_folder, read_json, refuse_foreign_code
from retriever.offline import go_offline
from retriever.torch_threads import bulk_threads, torch_threads

if TYPE_CHECKING:
    from PIL import Image

Device = Literal["auto", "cpu", "cuda"]

BATCH = 16  # pictures between two calls of the network; 16 × 224 × 224 × 3 floats are 10 MB
# What modules.json may name: code of sentence-transformers, none of the model's.
_KNOWN_MODULES = {"CLIPModel", "Transformer", "Normalize"}
_TWO_TOWERS = ("clip", "chinese_clip")  # of transformers' kinds, with "projection_dim" as their width
_KIND = "sentence-transformers CLIP model"
# What a folder with something missing or damaged raises in transformers.
_BROKEN = (OSError, ValueError, RuntimeError, LookupError, TypeError, AttributeError, ImportError)
_OFF = "set PARLEY_IMAGE_ENCODER to another one, or leave it empty to do without pictures in the ranking"


class ImageEncoder:
    """A CLIP model on this machine; loaded at the first call. Safe from several threads.

    `path_or_name`: a folder, or a name in the local hub cache. `threads`: cores for bulk work, None for all;
    a text that somebody waits for takes one.

    Raises:
        ModelMissing: at construction or load, if the model is absent, damaged, unsafe, or no CLIP model.
    """

    def __init__(self, path_or_name: str, device: Device = "auto", threads: int | None = None) -> None:
        self._folder = _find(path_or_name)
        self._dim = _check(self._folder)
        self._label = Path(path_or_name).name
        self._device = device
        self._threads = threads
        self._lock = threading.Lock()
        self._network: Any = None
        self._fingerprint = ""

    @property
    def name(self) -> str:
        return self._label

    @property
    def dim(self) -> int:
        """The width of its vectors."""
        return self._dim

    @property
    def fingerprint(self) -> str:
        """Digest of weights and of everything that says how pictures and texts are prepared for them."""
        if not self._fingerprint:
            self._fingerprint = f"{self._label}-{folder_digest(self._folder)}"
        return self._fingerprint

    def encode_pictures(
        self, pictures: Sequence[Image.Image], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """(picture, dim) of pictures in RGB, in the order given.

        `on_batch` gets the number of pictures done since the last call.
        """
        rows = np.zeros((len(pictures), self.dim), dtype=np.float32)
        for start in range(0, len(pictures), BATCH):
            batch = list(pictures[start : start + BATCH])
            rows[start : start + len(batch)] = self._encode(batch, self._threads or bulk_threads())
            if on_batch is not None:
                on_batch(len(batch))
        return rows

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(text, dim), in the order given. What is longer than the model reads is cut by it."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return self._encode(list(texts), 1)

    def _encode(self, inputs: list[Any], threads: int) -> NDArray[np.float32]:
        network = self._load()
        try:
            # The library prepares inputs with parts that are not safe from several threads.
            with self._lock, torch_threads(threads):
                rows = network.encode(
                    inputs, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
                )
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            raise ModelError(f"the image encoder in {self._folder} failed ({error}); {_OFF}") from error
        vectors: NDArray[np.float32] = np.asarray(rows, dtype=np.float32)
        if vectors.shape != (len(inputs), self.dim) or not np.isfinite(vectors).all():
            raise ModelError(
                f"the image encoder in {self._folder} gives {vectors.shape} numbers, or some that are none, "
                f"where {(len(inputs), self.dim)} are needed; {_OFF}"
            )
        return vectors

    def _load(self) -> Any:
        with self._lock:
            if self._network is None:
                go_offline()
                from safetensors import SafetensorError

                try:
                    self._network = _read(self._folder, found_device(self._device))
                except (*_BROKEN, SafetensorError) as error:
                    raise ModelMissing(
                        f"the image encoder in {self._folder} cannot be loaded ({error}); {_OFF}"
                    ) from error
            return self._network


def _read(folder: Path, device: str) -> Any:
    import torch
    from sentence_transformers import SentenceTransformer

    network = SentenceTransformer(
        str(folder),
        device=device,
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True, "dtype": torch.float32},
    )
    return network.eval()


def _find(path_or_name: str) -> Path:
    return local_folder(
        path_or_name,
        f"no image encoder {path_or_name!r} on this machine; set PARLEY_IMAGE_ENCODER to the folder of a "
        "CLIP model, to a name from the local Hugging Face cache, or leave it empty",
    )


def _check(folder: Path) -> int:
    """The width of the vectors, once nothing in the folder could run code and it is a CLIP model."""
    body = _body(folder)
    config, _ = refuse_foreign_code(body, "the image encoder", _KIND, _KNOWN_MODULES, listed_in=folder)
    dim = config.get("projection_dim")
    if config.get("model_type") not in _TWO_TOWERS or not isinstance(dim, int) or dim < 1:
        raise ModelMissing(
            f"the model in {folder} is {config.get('model_type', 'unknown')!r}, where one with a text and an "
            f"image tower is needed ({', '.join(_TWO_TOWERS)}); {_OFF}"
        )
    return dim


def _body(folder: Path) -> Path:
    """The folder of the network itself, by modules.json; a classic model has it one level down."""
    if not (folder / "modules.json").exists():
        return folder
    for module in read_json(folder / "modules.json", _KIND):
        if str(module.get("type", "")).rsplit(".", 1)[-1] in ("CLIPModel", "Transformer"):
            place = str(module.get("path", ""))
            below = (folder / place).resolve()
            if not below.is_relative_to(folder.resolve()):
                raise ModelMissing(f"the model in {folder} leads outside its folder ({place}); {_OFF}")
            return below
    return folder
