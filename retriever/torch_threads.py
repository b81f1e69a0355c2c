"""How many cores a torch kernel may use, said at each call.

Beside one busy process a kernel on two threads waits for a whole scheduler slice at its barrier (0.2 ms
becomes 45): single queries run on one thread, bulk work on all.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator


def bulk_threads() -> int:
    """Threads for bulk work: OMP_NUM_THREADS when set, else the cores that this process may use."""
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    return int(wanted) if wanted.isdigit() and int(wanted) > 0 else len(os.sched_getaffinity(0))


@contextlib.contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Run the block's torch kernels, called from this thread, on `count` threads; the old number comes back.

    The number belongs to the calling thread (OpenMP keeps it per thread), so blocks on several threads
    do not disturb each other.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
