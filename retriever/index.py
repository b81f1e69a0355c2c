"""The resident matrix: exact cosine search, with the mask inside the search.

In: (item, dim) unit rows. Out: cosines, or the best k rows of those allowed. On a GPU when asked;
on the CPU a query runs on one thread (see torch_threads).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.devices import found_device
from retriever.torch_threads import torch_threads


class VectorIndex:
    """All item vectors, kept on one device. Never changes; every thread may search it."""

    def __init__(self, vectors: NDArray[np.float32], device: str = "cpu") -> None:
        import torch

        if vectors.ndim != 2:
            raise ValueError(f"vectors must be (item, dim), not of shape {vectors.shape}")
        device = found_device(device)
        # A copy in memory: a file mapped from disk would be paged out under load.
        resident = np.array(vectors, dtype=np.float32, order="C", copy=True)
        self._matrix: Any = torch.from_numpy(resident).to(device)  # (item, dim)
        self.device = device

    def __len__(self) -> int:
        return int(self._matrix.shape[0])

    @property
    def dim(self) -> int:
        """Row width."""
        return int(self._matrix.shape[1])

    def scores(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """(item,) cosine of every item to one unit vector (dim,).

        Raises:
            ValueError: if the vector has another width or is not finite.
        """
        import torch

        query = np.ascontiguousarray(vector, dtype=np.float32)
        if query.shape != (self.dim,) or not np.isfinite(query).all():
            raise ValueError(f"the query vector must be {self.dim} finite numbers, not shape {query.shape}")
        with torch_threads(1), torch.inference_mode():
            cosine: NDArray[np.float32] = (
                torch.mv(self._matrix, torch.from_numpy(query).to(self.device)).cpu().numpy()
            )
        return cosine

    def scores_of(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """(vector, item) cosines of every item to several unit vectors (vector, dim), in one pass.

        Raises:
            ValueError: if the vectors have another width.
        """
        import torch

        query = np.ascontiguousarray(vectors, dtype=np.float32)
        if query.ndim != 2 or query.shape[1] != self.dim:
            raise ValueError(f"the query vectors must be (vector, {self.dim}), not of shape {query.shape}")
        with torch_threads(1), torch.inference_mode():
            cosines: NDArray[np.float32] = (
                torch.mm(torch.from_numpy(query).to(self.device), self._matrix.T).cpu().numpy()
            )
        return cosines

    def top_k(
        self, vector: NDArray[np.float32], mask: NDArray[np.bool_] | None, k: int
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """The best k allowed rows and their cosines, best first; fewer when fewer are allowed.

        `mask`: (item,), None for all. Exact. Ties: smaller row.

        Raises:
            ValueError: if k < 0, or the mask or vector has another shape.
        """
        cosine = self.scores(vector)
        if mask is not None and mask.shape != cosine.shape:
            raise ValueError(f"the mask has shape {mask.shape}, the catalogue {cosine.shape}")
        rows = np.arange(len(self)) if mask is None else np.flatnonzero(mask)
        best = rows[best_places(cosine[rows], k)]
        return best, cosine[best]

    def row(self, row: int) -> NDArray[np.float32]:
        """(dim,) one item's vector."""
        vector: NDArray[np.float32] = self._matrix[row].cpu().numpy()
        return vector

    def pairwise(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """(row, row) cosines of some items to each other."""
        import torch

        with torch_threads(1), torch.inference_mode():
            some = self._matrix[torch.from_numpy(np.asarray(rows, dtype=np.int64)).to(self.device)]
            cosine: NDArray[np.float32] = (some @ some.T).cpu().numpy()
        return cosine

    def moments(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(dim,) mean of all vectors, and (item,) each vector's length once that mean is taken off."""
        import torch

        with torch_threads(1), torch.inference_mode():
            if not len(self):
                return np.zeros(self.dim, dtype=np.float32), np.zeros(0, dtype=np.float32)
            mean = self._matrix.mean(dim=0)
            spread = torch.linalg.vector_norm(self._matrix - mean, dim=1)
            return mean.cpu().numpy(), spread.cpu().numpy()


def best_places(scores: NDArray[np.floating], k: int) -> NDArray[np.intp]:
    """Places of the k largest, largest first; ties: smaller place.

    Raises:
        ValueError: if k < 0.
    """
    if k < 0:
        raise ValueError(f"k must be at least 0, not {k}")
    if k == 0 or not len(scores):
        return np.zeros(0, dtype=np.intp)
    places = np.arange(len(scores))
    if k < len(scores):
        # Everything at least as good as the k-th, so that ties at the edge go by place and not by luck.
        places = np.flatnonzero(scores >= np.partition(scores, len(scores) - k)[len(scores) - k])
    order = np.lexsort((places, -scores[places]))
    return places[order[:k]].astype(np.intp)
