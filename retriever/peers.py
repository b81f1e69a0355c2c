"""What benchmarks compare with: the usual libraries, called as their first pages show.

In: texts and vectors. Out: the peers' answers. Nothing of this serves anybody; it is slow on purpose only
where the libraries are.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.encoder import Encoder
from retriever.machine import named
from retriever.offline import go_offline
from retriever.transformer import SentenceTransformersEncoder, find_folder

Metadata = Mapping[str, Any]
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class PeerEncoder:
    """`encode` makes (text, dim) of texts; `name` says with which library."""

    name: str
    encode: Callable[[list[str]], NDArray[np.float32]]


def library_encoder(encoder: Encoder, device: str = "auto") -> PeerEncoder:
    """The same weights under `SentenceTransformer.encode` at its defaults.

    An encoder that is no sentence-transformers model has no such peer: it encodes for both, and the name
    says so.
    """
    if not isinstance(encoder, SentenceTransformersEncoder):
        return PeerEncoder(f"{encoder.name} (ours: it has no library of its own)", encoder.encode)
    go_offline()
    from sentence_transformers import SentenceTransformer

    network = SentenceTransformer(
        str(find_folder(encoder.name)),
        device=None if device == "auto" else device,
        local_files_only=True,
        model_kwargs={"use_safetensors": True},
    )

    def encode(texts: list[str]) -> NDArray[np.float32]:
        return np.asarray(network.encode(texts, show_progress_bar=False), dtype=np.float32)

    return PeerEncoder(named("sentence-transformers"), encode)


@contextlib.contextmanager
def chroma_collection(folder: Path | None = None) -> Iterator[Any]:
    """An empty collection with the cosine and otherwise default settings.

    Without a folder it lies in memory, and is gone afterwards; in a folder it stays.
    """
    go_offline()
    import chromadb

    settings = chromadb.Settings(anonymized_telemetry=False)
    # Clients in memory share what they hold within a process.
    name = f"peer-{os.getpid()}-{next(_numbers)}"
    client = (
        chromadb.EphemeralClient(settings)
        if folder is None
        else chromadb.PersistentClient(path=str(folder), settings=settings)
    )
    try:
        yield client.create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        if folder is None:
            client.delete_collection(name)
    finally:
        client.close()


def fill(
    collection: Any,
    ids: Sequence[str],
    vectors: NDArray[np.float32],
    documents: Sequence[str] | None = None,
    metadatas: Sequence[Metadata] | None = None,
    batch: int = 5_000,
) -> None:
    """`collection.add` of everything, in the fewest calls that Chroma takes (5,461 rows at most)."""
    for start in range(0, len(ids), batch):
        part = slice(start, start + batch)
        collection.add(
            ids=list(ids[part]),
            embeddings=vectors[part],
            documents=None if documents is None else list(documents[part]),
            metadatas=None if metadatas is None else [dict(one) for one in metadatas[part]],
        )


class FullText:
    """SQLite's FTS5 in memory, English stems; a query joins its words by OR and ranks by bm25()."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.execute("CREATE VIRTUAL TABLE texts USING fts5(body, tokenize='porter unicode61')")
        self._connection.executemany("INSERT INTO texts (rowid, body) VALUES (?, ?)", enumerate(texts))
        self.name = f"SQLite {sqlite3.sqlite_version} FTS5"

    def top_k(self, words: Sequence[str], k: int) -> list[int]:
        """Places of the best k texts, best first."""
        query = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
        rows = self._connection.execute(
            "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY bm25(texts) LIMIT ?", (query, k)
        )
        return [int(row[0]) for row in rows]

    def close(self) -> None:
        """Let go of the memory."""
        self._connection.close()
