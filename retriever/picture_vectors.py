"""The vectors of pictures in the ledger, each under (picture's name, encoder's fingerprint).

A picture's name follows from its bytes, so the key is the picture's digest: a new price or text costs no
encoding, and items that share a picture share its vector. Only names that end like a raster picture's count:
drawings have no pixels.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from retriever.ledger import Ledger
from retriever.vector_tables import vector_rows

_RASTER = "%.webp"


def missing(ledger: Ledger, catalogue: str, fingerprint: str) -> list[str]:
    """The pictures of a catalogue's items without a vector of that encoder, by name, once each."""
    rows = ledger.read(
        "SELECT DISTINCT picture FROM items WHERE catalogue = ? AND removed_at IS NULL AND picture LIKE ?"
        " AND picture NOT IN"
        " (SELECT picture FROM picture_vectors WHERE fingerprint = ?) ORDER BY picture",
        (catalogue, _RASTER, fingerprint),
    )
    return [row[0] for row in rows]


def put(ledger: Ledger, fingerprint: str, vectors: Iterable[tuple[str, NDArray[np.float32]]]) -> None:
    """Keep (picture, vector) pairs; all or none.

    Raises:
        ValueError: if a vector is not one-dimensional and finite.
    """
    rows = vector_rows(fingerprint, vectors)
    with ledger.transaction() as connection:
        connection.executemany("INSERT OR REPLACE INTO picture_vectors VALUES (?,?,?)", rows)


def of_catalogue(
    ledger: Ledger, catalogue: str, fingerprint: str
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """(picture,) the rows of the items whose picture has a vector, ascending; (picture, dim) these vectors.

    A row is an item's place in the ledger's order, as in `Ledger.vectors`.
    """
    found = ledger.read(
        "SELECT picture_vectors.vector FROM items LEFT JOIN picture_vectors"
        " ON picture_vectors.picture = items.picture AND picture_vectors.fingerprint = ?"
        " WHERE items.catalogue = ? AND items.removed_at IS NULL ORDER BY items.position, items.id",
        (fingerprint, catalogue),
    )
    rows = np.array([row for row, one in enumerate(found) if one[0] is not None], dtype=np.int32)
    if not len(rows):
        return rows, np.zeros((0, 0), dtype=np.float32)
    matrix = np.frombuffer(b"".join(one[0] for one in found if one[0] is not None), dtype="<f4")
    return rows, np.ascontiguousarray(matrix.reshape(len(rows), -1), dtype=np.float32)


def forget_unused(ledger: Ledger) -> int:
    """Remove the vectors of pictures that no item has any more; answers how many went."""
    with ledger.transaction() as connection:
        return connection.execute(
            "DELETE FROM picture_vectors WHERE picture NOT IN (SELECT picture FROM items)"
        ).rowcount
