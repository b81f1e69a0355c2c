"""A SentenceTransformer whose pool's processes end with this one, however it ends.

Imported only where a pool is started: it imports sentence_transformers.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from typing import Any

from sentence_transformers import SentenceTransformer


class PooledTransformer(SentenceTransformer):  # type: ignore[misc]  # the library has no types
    """`lane_threads`: cores that each process computes on."""

    lane_threads = 1

    @classmethod
    def _multi_process_worker(
        cls, target_device: str, model: Any, input_queue: Any, results_queue: Any
    ) -> None:
        """What runs in each process; called by the library's `start_multi_process_pool`."""
        # Ctrl-C reaches the whole group; the loader ends the pool itself.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_end_with_parent, daemon=True).start()
        import torch

        torch.set_num_threads(model.lane_threads)
        super()._multi_process_worker(target_device, model, input_queue, results_queue)


def _end_with_parent() -> None:
    """A killed loader stops no pool, and its processes would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
