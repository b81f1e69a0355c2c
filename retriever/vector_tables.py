"""The ledger's vectors: of encoded texts and of facet values, each under the encoder that made it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from retriever.database import Database
from retriever.domain import ItemId
from retriever.errors import GenerationError


def vector_rows(
    fingerprint: str, vectors: Iterable[tuple[str, NDArray[np.float32]]]
) -> list[tuple[str, str, bytes]]:
    """(fingerprint, key, bytes) of (key, vector) pairs, as tables keep them.

    Raises:
        ValueError: if a vector is not one-dimensional and finite.
    """
    rows = []
    for key, vector in vectors:
        flat = np.ascontiguousarray(vector, dtype="<f4")
        if flat.ndim != 1 or not np.isfinite(flat).all():
            raise ValueError(f"the vector of {key} is not a finite row (shape {flat.shape})")
        rows.append((fingerprint, key, flat.tobytes()))
    return rows


class VectorTables(Database):
    """Vectors under (fingerprint of the encoder, hash of the text); which texts there are, the items say."""

    def put_vectors(self, fingerprint: str, vectors: Iterable[tuple[str, NDArray[np.float32]]]) -> None:
        """Keep (key, vector) pairs, where key comes from `missing_vectors`; all or none.

        Raises:
            ValueError: if a vector is not one-dimensional and finite.
        """
        rows = vector_rows(fingerprint, vectors)
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?,?,?)", rows)

    def vectors(self, name: str, fingerprint: str) -> tuple[tuple[ItemId, ...], NDArray[np.float32]]:
        """Ids and matrix (item, dim), both in position order.

        Raises:
            GenerationError: if an item has no vector yet.
        """
        ids: list[ItemId] = []
        matrix = np.zeros((0, 0), dtype=np.float32)  # (item, dim)
        missing = 0
        rows = self.stream(
            # The count in the same statement: one view of the ledger. Read by pages into a matrix made
            # once: rows, their bytes joined and the matrix would be the same vectors three times over.
            "SELECT items.id, vectors.vector,"
            " (SELECT count(*) FROM items WHERE catalogue = ?2 AND removed_at IS NULL)"
            " FROM items LEFT JOIN vectors"
            " ON vectors.text_hash = items.text_hash AND vectors.fingerprint = ?1"
            " WHERE items.catalogue = ?2 AND items.removed_at IS NULL ORDER BY items.position, items.id",
            (fingerprint, name),
        )
        for one, vector, count in rows:
            ids.append(one)
            if vector is None:
                missing += 1
                continue
            row = np.frombuffer(vector, dtype="<f4")  # (dim,)
            if not matrix.size:
                matrix = np.zeros((count, len(row)), dtype=np.float32)
            matrix[len(ids) - 1] = row
        if missing:
            raise GenerationError(
                f"{missing} of {len(ids)} items of {name!r} have no vector of encoder {fingerprint!r}; "
                f"load the file again with `parley ingest FILE --catalogue {name}`"
            )
        return tuple(ids), matrix

    def value_vectors(self, fingerprint: str, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors kept of short texts (facet values); a text without one is absent."""
        kept = self.read("SELECT text, vector FROM value_vectors WHERE fingerprint = ?", (fingerprint,))
        wanted = set(texts)
        return {row[0]: np.frombuffer(row[1], dtype="<f4") for row in kept if row[0] in wanted}

    def put_value_vectors(self, fingerprint: str, vectors: Iterable[tuple[str, NDArray[np.float32]]]) -> None:
        """Keep the vectors of short texts."""
        rows = [(fingerprint, text, np.ascontiguousarray(v, dtype="<f4").tobytes()) for text, v in vectors]
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO value_vectors VALUES (?,?,?)", rows)

    def forget_unused_vectors(self) -> int:
        """Remove the vectors of texts that no item has, nor one that was taken out; answers how many went."""
        with self.transaction() as connection:
            return connection.execute(
                "DELETE FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM items)"
            ).rowcount
