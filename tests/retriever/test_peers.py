"""The benchmarks' peers do what they are named after."""

from __future__ import annotations

import numpy as np

from retriever.encoder import HashingEncoder
from retriever.peers import FullText, chroma_collection, fill, library_encoder

AXES = np.eye(4, dtype=np.float32)


def test_a_collection_finds_by_cosine_and_keeps_to_its_filter(tmp_path):
    vectors = np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 0.5]], dtype=np.float32)
    for folder in (None, tmp_path):
        with chroma_collection(folder) as collection:
            fill(collection, ["a", "b", "c"], vectors, metadatas=[{"n": 1}, {"n": 2}, {"n": 3}])
            asked = {"query_embeddings": [[1.0, 0.1]], "n_results": 3}
            assert collection.query(**asked)["ids"] == [["a", "b", "c"]]
            assert collection.query(**asked, where={"n": {"$gte": 2}})["ids"] == [["b", "c"]]


def test_everything_is_added_however_small_the_batches():
    with chroma_collection() as collection:
        fill(collection, ["a", "b", "c", "d"], AXES, documents=["1", "2", "3", "4"], batch=3)
        assert sorted(collection.get()["documents"]) == ["1", "2", "3", "4"]


def test_two_collections_in_memory_do_not_share_their_items():
    with chroma_collection() as one, chroma_collection() as other:
        fill(one, ["a"], AXES[:1])
        assert (one.count(), other.count()) == (1, 0)


def test_full_text_takes_any_of_the_words_and_ranks_the_rarer_higher():
    table = FullText(["a quiet boat", "a quiet lake", "a quiet war", "something else"])
    assert table.top_k(["quiet", "wars"], 10)[0] == 2
    assert sorted(table.top_k(["quiet", "wars"], 10)) == [0, 1, 2]
    assert table.top_k(["quiet"], 2) == [0, 1]
    table.close()


def test_a_quotation_mark_in_a_word_is_no_syntax():
    table = FullText(["a boat"])
    assert table.top_k(['x" OR "boat'], 5) == []
    assert table.top_k(['x" OR "y', "boat"], 5) == [0]
    table.close()


def test_an_encoder_without_a_library_encodes_for_both_and_says_so():
    encoder = HashingEncoder(16)
    peer = library_encoder(encoder)
    assert "ours" in peer.name
    assert np.array_equal(peer.encode(["a boat"]), encoder.encode(["a boat"]))
