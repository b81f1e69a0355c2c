"""The ChromaDB collection of a generation: ids and vectors, nothing that a person wrote.

Written once, read back, closed; then nobody opens it for writing again. Vectors go in as they are
(`embedding_function=None`, never `query_texts`): a folder could name any code to run otherwise.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.errors import DiskFull, GenerationError
from retriever.offline import go_offline
from retriever.storage import disk_full

_log = logging.getLogger(__name__)

COLLECTION = "items"
_BATCH = 5_000  # Chroma refuses more than 5,461 at a time
_SAMPLE = 200  # items asked for themselves
_NEIGHBOURS = 10
LEAST_RECALL = 0.99
_BROKEN_RECALL = 0.5  # below, the graph is not merely coarse: something was lost

# Neighbours a node and list lengths: the first serves text (recall 0.999 at 20,000), the second what has
# hardly any neighbourhood to follow (0.99 on random directions, where the defaults reach 0.34).
_GRAPHS = (
    {"max_neighbors": 16, "ef_construction": 200, "ef_search": 200},
    {"max_neighbors": 48, "ef_construction": 400, "ef_search": 400},
)


def build_collection(folder: Path, ids: Sequence[str], vectors: NDArray[np.float32]) -> dict[str, object]:
    """Write the collection, close it, open it again, and measure it against exact search.

    Answers {"count", "self_recall", "recall_at_10", "sample", "graph"}. A graph that misses neighbours is
    built again, denser; if that one still does (hundreds of nearly equal items), the numbers in the manifest
    and a warning say so: what is served is the exact search, which misses nothing.

    Raises:
        GenerationError: if vectors are missing or changed, or even the densest graph finds few by themselves.
        StorageError: if the disk is full.
    """
    go_offline()
    measured: dict[str, object] = {}
    for graph in _GRAPHS:
        path = folder / f"m{graph['max_neighbors']}"
        _add(path, ids, vectors, graph)
        own, near, sample = _verify(path, ids, vectors)
        measured = {"count": len(ids), "self_recall": own, "recall_at_10": near, "sample": sample}
        measured["graph"] = path.name
        if min(own, near) >= LEAST_RECALL:
            return measured
        if graph is not _GRAPHS[-1]:
            shutil.rmtree(path)
    # Only the densest graph is judged: a coarse one can fall apart over hundreds of nearly equal items.
    if own < _BROKEN_RECALL:
        raise GenerationError(
            f"the built index finds {own:.1%} of a sample by themselves; run the command again, with "
            "--rebuild if it stays so"
        )
    _log.warning("the approximate index of %s misses neighbours: %s", folder, measured)
    return measured


@contextlib.contextmanager
def _client(path: Path, needed: int) -> Iterator[Any]:
    """A Chroma client that is closed again, its failures as StorageError."""
    import chromadb
    import chromadb.errors
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False, is_persistent=True)
    try:
        client = chromadb.PersistentClient(path=str(path.absolute()), settings=settings)
        try:
            yield client
        finally:
            client.close()
    except (chromadb.errors.ChromaError, OSError) as error:
        # Chroma names a full disk only sometimes; a fresh folder hardly fails for anything else.
        raise DiskFull(f"{disk_full(path, needed)} (Chroma: {error})", needed) from error


def _add(path: Path, ids: Sequence[str], vectors: NDArray[np.float32], graph: dict[str, int]) -> None:
    path.mkdir(parents=True)
    with _client(path, vectors.nbytes * 4) as client:
        collection = client.create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine", **graph}}
        )
        for start in range(0, len(ids), _BATCH):
            batch = slice(start, start + _BATCH)
            collection.add(ids=list(ids[batch]), embeddings=vectors[batch])


def _verify(path: Path, ids: Sequence[str], vectors: NDArray[np.float32]) -> tuple[float, float, int]:
    """Share of a sample that finds itself, share of its neighbours found, and the sample's size."""
    with _client(path, vectors.nbytes * 4) as client:
        collection = client.get_collection(COLLECTION, embedding_function=None)
        count = collection.count()
        read = _read_back(collection, ids, vectors)
        sample = np.unique(np.linspace(0, len(ids) - 1, min(_SAMPLE, len(ids))).astype(np.intp))
        own, near = _recall(collection, ids, vectors, sample) if len(sample) else (1.0, 1.0)
    if count != len(ids) or read != len(ids):
        raise GenerationError(
            f"the built index holds {count} and returns {read} of {len(ids)} vectors; "
            "run the command again, with --rebuild if it stays so"
        )
    return own, near, len(sample)


def _read_back(collection: Any, ids: Sequence[str], vectors: NDArray[np.float32]) -> int:
    """How many vectors come back as they went in (cosine space rounds the last digits)."""
    right = 0
    place = {one: row for row, one in enumerate(ids)}
    for start in range(0, len(ids), _BATCH):
        page = collection.get(ids=list(ids[start : start + _BATCH]), include=["embeddings"])
        rows = [place[one] for one in page["ids"]]  # in Chroma's order, not in ours
        got = np.asarray(page["embeddings"], dtype=np.float32).reshape(len(rows), vectors.shape[1])
        right += int((np.abs(got - vectors[rows]).max(axis=1) < 1e-4).sum())
    return right


def _recall(
    collection: Any, ids: Sequence[str], vectors: NDArray[np.float32], sample: NDArray[np.intp]
) -> tuple[float, float]:
    """Share of the sample that finds itself, and share of its true neighbours that are found.

    Equal distances count as found: of two items with one text, either may come first.
    """
    place = {one: row for row, one in enumerate(ids)}
    k = min(_NEIGHBOURS, len(ids))
    answer = collection.query(query_embeddings=vectors[sample], n_results=k, include=[])
    own = near = 0
    for row, found in zip(sample, answer["ids"], strict=True):
        exact = np.einsum("id,d->i", vectors, vectors[row])  # (item,) cosine
        at_k = np.partition(exact, len(exact) - k)[len(exact) - k]
        reached = exact[[place[one] for one in found]]
        own += int(reached.max(initial=-1.0) >= exact[row] - 1e-5)
        near += int((reached >= at_k - 1e-5).sum())
    return own / len(sample), near / (len(sample) * k)
