"""The encoder under sentence_transformers itself: models of another shape, and several processes or GPUs.

In: a model folder, texts. Out: vectors in fp32, rows of unit length.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.encoding.bulk import Done
from retriever.encoding.folder import ModelFolder
from retriever.errors import ModelError
from retriever.offline import go_offline
from retriever.torch_threads import bulk_threads, torch_threads

_BATCH = 32
_ROUND = 4_096  # texts that the processes share at a time: what a kill costs of a load is one round
_CHUNK = 256  # texts that one process takes at a time

EncodeRows = Callable[[Sequence[str]], NDArray[np.float32]]


class LibraryEngine:
    """`SentenceTransformer.encode` in this process."""

    query_path = "sentence-transformers"

    def __init__(self, folder: ModelFolder, device: str, threads: int | None) -> None:
        self._network = read_network(folder, device)
        self._threads = threads
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(text, dim) of a few texts, on one core."""
        with torch_threads(1):
            return _rows(self._network, texts)

    def encode_bulk(self, texts: Sequence[str]) -> Generator[Done]:
        """Every text's vector in batches, over all cores; lengths are sorted within a round."""
        for start in range(0, len(texts), _ROUND):
            part = texts[start : start + _ROUND]
            order = sorted(range(len(part)), key=lambda place: len(part[place]))
            for first in range(0, len(order), _BATCH):
                places = order[first : first + _BATCH]
                with torch_threads(self._threads or bulk_threads()):
                    rows = _rows(self._network, [part[place] for place in places])
                yield [start + place for place in places], rows


def encode_by_processes(
    folder: ModelFolder, devices: Sequence[str], texts: Sequence[str], threads: int
) -> Generator[Done]:
    """Every text's vector by one process a device, round by round.

    `threads`: cores of each process on the CPU. However this ends, the processes end with it.

    Raises:
        ModelError: a process died.
    """
    with _pool(folder, devices, threads) as encode:
        for start in range(0, len(texts), _ROUND):
            part = list(texts[start : start + _ROUND])
            yield list(range(start, start + len(part))), encode(part)


@contextmanager
def _pool(folder: ModelFolder, devices: Sequence[str], threads: int) -> Iterator[EncodeRows]:
    from retriever.encoding.pooled import PooledTransformer

    network = read_network(folder, "cpu", PooledTransformer)
    network.lane_threads = threads
    pool = network.start_multi_process_pool(list(devices))

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        chunk = max(1, min(_CHUNK, -(-len(texts) // len(devices))))
        try:
            return _rows(network, texts, pool=pool, chunk_size=chunk)
        except RuntimeError as error:
            raise ModelError(
                f"encoding over {len(devices)} processes failed ({str(error)[:200]}); run the command again, "
                "with PARLEY_ENCODING_PROCESSES=1 if it stays so: what was encoded is kept"
            ) from error

    try:
        yield encode
    finally:
        network.stop_multi_process_pool(pool)


def read_network(folder: ModelFolder, device: str, kind: Any = None) -> Any:
    """The folder as a SentenceTransformer, from local safetensors alone; `kind` is a subclass."""
    go_offline()
    from sentence_transformers import SentenceTransformer

    return (kind or SentenceTransformer)(
        str(folder.path),
        device=device,
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )


def _rows(network: Any, texts: Sequence[str], **options: Any) -> NDArray[np.float32]:
    rows = network.encode(
        list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False, **options
    )
    return np.asarray(rows, dtype=np.float32)  # (text, dim)
