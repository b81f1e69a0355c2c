"""The vectors of a catalogue are in memory once while they are read."""

from __future__ import annotations

import tracemalloc

import numpy as np

from retriever.domain import Item
from retriever.ledger import Ledger

ITEMS, DIM = 6_000, 256


def test_reading_all_vectors_takes_little_more_than_the_matrix(tmp_path):
    wanted = np.random.default_rng(0).standard_normal((ITEMS, DIM)).astype(np.float32)  # (item, dim)
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.put_catalogue("many", (), {}, "many.jsonl", 1.0)
        ledger.put_items("many", ((n, Item(f"i{n:05}", f"title {n}", "", {})) for n in range(ITEMS)))
        keys = [key for key, _ in ledger.missing_vectors("many", "e")]
        ledger.put_vectors("e", zip(keys, wanted, strict=True))
        tracemalloc.start()
        ids, matrix = ledger.vectors("many", "e")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert ids[:2] == ("i00000", "i00001")
    np.testing.assert_array_equal(matrix, wanted)
    assert peak < 1.6 * wanted.nbytes
