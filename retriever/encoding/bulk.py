"""Many texts through a path: cut into tokens ahead, batches of like length, several lanes at once.

In: texts, a tokenizer, an open path. Out: batches of vectors as they are done, while the next are computed.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from retriever.encoding.paths import OpenPath
from retriever.encoding.tokens import BATCH_TOKENS, Batch, Ids, TextTokens, batches, padded

Done = tuple[list[int], NDArray[np.float32]]
"""Places of texts, and their vectors (text, dim)."""

# Texts sorted by length at a time. Fewer waste more by padding (under 1 % here); more keep their tokens in
# memory, and the first batch waits for all of them to be cut into tokens.
WINDOW = 4_096
_AHEAD = 2  # batches a lane that wait for their turn, so that no lane waits for whoever stores the vectors


def run_batches(work: Iterable[Batch], path: OpenPath) -> Generator[Done]:
    """Each batch's places and vectors, in the order given; the next ones are computed meanwhile.

    When the caller stops early or a batch fails, what has begun ends first: nothing runs on behind its back.
    """

    def compute(batch: Batch) -> NDArray[np.float32]:
        with path.on_thread():
            return path.forward(batch.ids, batch.mask)  # (text, dim)

    lanes = ThreadPoolExecutor(path.lanes.workers, "encode")
    waiting: deque[tuple[list[int], Future[NDArray[np.float32]]]] = deque()
    try:
        for batch in work:
            waiting.append((batch.places, lanes.submit(compute, batch)))
            if len(waiting) > path.lanes.workers * (1 + _AHEAD):
                places, vectors = waiting.popleft()
                yield places, vectors.result()
        while waiting:
            places, vectors = waiting.popleft()
            yield places, vectors.result()
    finally:
        lanes.shutdown(wait=True, cancel_futures=True)


def batches_of(
    texts: Sequence[str], tokens: TextTokens, budget: int = BATCH_TOKENS, window: int = WINDOW
) -> Generator[Batch]:
    """All texts in batches of like length; the next window is cut into tokens beside what runs.

    Within a window the batches come in a drawn order, the same each time: longest or shortest first, the
    rate of the beginning would promise another end.
    """
    draw = random.Random(0)
    starts = range(0, len(texts), window)

    def cut(start: int) -> list[Ids]:
        return tokens(texts[start : start + window])

    with ThreadPoolExecutor(1, "tokens") as ahead:
        following = ahead.submit(cut, 0)
        for start in starts:
            ids = following.result()
            if start + window < len(texts):
                following = ahead.submit(cut, start + window)
            order = batches([len(one) for one in ids], budget)
            draw.shuffle(order)
            for places in order:
                batch = padded(ids, places, tokens.pad)
                yield Batch([start + place for place in places], batch.ids, batch.mask)


def encode_all(
    texts: Sequence[str], tokens: TextTokens, path: OpenPath, budget: int = BATCH_TOKENS
) -> Generator[Done]:
    """Every text's vector, in batches, in no particular order."""
    if not texts:
        return
    with closing(batches_of(texts, tokens, budget)) as work, closing(run_batches(work, path)) as done:
        yield from done
