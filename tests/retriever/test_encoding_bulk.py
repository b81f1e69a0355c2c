"""Batches of like length give every text the vector that it has alone, in the order asked."""

from __future__ import annotations

import threading
from contextlib import closing, nullcontext
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.encoding.bulk import batches_of, encode_all, run_batches
from retriever.encoding.fidelity import deviation, probes
from retriever.encoding.folder import check_folder
from retriever.encoding.paths import Lanes, OpenPath, PathUnavailable, open_path
from retriever.encoding.plain import PlainEngine, Ways
from retriever.encoding.tokens import Batch, TextTokens, batches, padded
from retriever.errors import SettingsError
from retriever.transformer import SentenceTransformersEncoder
from tiny_models import tiny_encoder

TEXTS = ["a quiet film", "", "jacket", "rain " * 200, "科幻电影", "x", "a\x00b \ud800", "the " * 30, "jacket"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return check_folder(tiny_encoder(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(scope="module")
def tokens(folder):
    return TextTokens(folder)


# -- batches -----------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 300), max_size=60), st.integers(1, 700))
def test_batches_hold_every_text_once_within_the_budget(lengths, budget):
    found = batches(lengths, budget)
    assert sorted(place for batch in found for place in batch) == list(range(len(lengths)))
    assert all(len(one) == 1 or len(one) * max(lengths[p] for p in one) <= budget for one in found)


@given(st.lists(st.integers(0, 300), max_size=60))
def test_no_text_is_longer_than_any_of_an_earlier_batch(lengths):
    found = [[lengths[place] for place in batch] for batch in batches(lengths, 256)]
    assert all(min(one) >= max(other) for one, other in pairwise(found))


def test_a_batch_is_filled_up_to_the_budget():
    assert batches([10, 2, 2, 10, 2, 1], 20) == [[0, 3], [1, 2, 4, 5]]


def test_a_sentence_does_not_pad_the_few_words_that_are_encoded_with_it():
    assert batches([4, 48, 4, 4], 8_192) == [[1], [0, 2, 3]]
    assert batches([12, 14, 9, 11], 8_192) == [[1, 0, 3, 2]], "a pass more would cost more than that padding"


def test_padding_lies_under_the_mask():
    ids = [np.array([7, 8, 9], dtype=np.int32), np.array([5], dtype=np.int32)]
    batch = padded(ids, [1, 0], pad=4)
    assert batch.ids.tolist() == [[5, 4, 4], [7, 8, 9]]
    assert batch.mask.tolist() == [[1, 0, 0], [1, 1, 1]]


def test_a_text_without_any_token_still_has_a_place():
    assert padded([np.zeros(0, dtype=np.int32)], [0], pad=4).mask.tolist() == [[1]]


# -- vectors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("window", [1, 2, 100])
@pytest.mark.parametrize("lanes", [Lanes(1, 1), Lanes(3, 1)])
def test_each_text_has_the_vector_that_it_has_alone(folder, tokens, window, lanes):
    path = open_path("torch-fp32", folder, "cpu", lanes)
    alone = [path.forward(*_one(tokens, text)) for text in TEXTS]
    rows = np.zeros((len(TEXTS), 32), dtype=np.float32)
    for places, vectors in run_batches(batches_of(TEXTS, tokens, 96, window), path):
        rows[places] = vectors
    np.testing.assert_allclose(rows, np.vstack(alone), atol=1e-5)


def _one(tokens, text):
    batch = padded(tokens([text]), [0], tokens.pad)
    return batch.ids, batch.mask


def test_many_texts_are_answered_in_the_order_asked_and_none_with_none(folder):
    encoder = SentenceTransformersEncoder(str(folder.path), device="cpu", threads=1)
    texts = [f"{word} {number}" * (1 + number % 5) for number in range(9) for word in ("rain", "sun", "fog")]
    done: list[int] = []
    together = encoder.encode(texts, on_batch=done.append)
    np.testing.assert_allclose(together, np.vstack([encoder.encode([text]) for text in texts]), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    assert sum(done) == len(texts)
    assert encoder.encode([]).shape == (0, 32)
    assert list(encoder.encode_bulk([])) == []


def test_a_text_beyond_the_longest_input_is_cut_there(folder, tokens):
    assert [len(one) for one in tokens(["rain " * 200, "x"])] == [folder.max_tokens, 3]


def test_batches_of_a_window_come_in_a_drawn_order_that_is_the_same_each_time(tokens):
    texts = ["rain " * (1 + number % 40) for number in range(200)]
    widths = [batch.ids.shape[1] for batch in batches_of(texts, tokens, 64)]
    assert widths == [batch.ids.shape[1] for batch in batches_of(texts, tokens, 64)]
    assert widths != sorted(widths, reverse=True)
    # The first fifth is neither all long nor all short: its rate is that of the whole.
    assert 0.7 < np.mean(widths[: len(widths) // 5]) / np.mean(widths) < 1.3


# -- what runs ---------------------------------------------------------------------------------------------


def _path(forward, workers=2):
    return OpenPath("torch-fp32", Lanes(workers, 1), forward, nullcontext, lambda _: pytest.fail("not asked"))


def _work(count):
    return [Batch([n], np.full((1, 1), n), np.ones((1, 1), dtype=np.int64)) for n in range(count)]


def test_batches_come_in_their_order_however_long_each_takes():
    gate = threading.Event()

    def forward(ids, mask):
        if ids[0, 0] == 0:
            gate.wait(10)
        else:
            gate.set()
        return np.full((1, 2), ids[0, 0], dtype=np.float32)

    found = [(places, rows[0, 0]) for places, rows in run_batches(_work(9), _path(forward))]
    assert found == [([n], n) for n in range(9)]


def test_the_next_batches_run_while_the_last_are_stored():
    begun = []

    def forward(ids, mask):
        begun.append(int(ids[0, 0]))
        return np.zeros((1, 2), dtype=np.float32)

    with closing(run_batches(_work(50), _path(forward, workers=1))) as done:
        next(done)
        while len(begun) < 3:
            threading.Event().wait(0.005)
    assert len(begun) < 10  # but not all of them: they would fill the memory


def test_a_failure_reaches_the_caller_and_nothing_runs_on():
    def forward(ids, mask):
        if ids[0, 0] == 3:
            raise RuntimeError("no memory")
        return np.zeros((1, 2), dtype=np.float32)

    with pytest.raises(RuntimeError, match="no memory"):
        list(run_batches(_work(9), _path(forward)))
    assert not [one for one in threading.enumerate() if one.name.startswith("encode")]


def test_who_stops_early_leaves_nothing_running(folder, tokens):
    path = open_path("torch-fp32", folder, "cpu", Lanes(2, 1))
    with closing(encode_all([f"rain {n}" for n in range(5_000)], tokens, path)) as done:
        next(done)
    assert not [one for one in threading.enumerate() if one.name.startswith(("encode", "tokens"))]


# -- probes ------------------------------------------------------------------------------------------------


def test_probes_have_every_length_up_to_the_longest_input(folder, tokens):
    lengths = [len(one) for one in probes(tokens, folder.max_tokens)]
    assert {3, 4, 6, 8, 12, 16, 24, 32, folder.max_tokens} <= set(lengths)
    assert max(lengths) == folder.max_tokens
    assert max(len(one) for one in probes(tokens, folder.max_tokens, short=True)[10:]) == 32


def test_the_deviation_is_that_of_the_worst_row_and_infinite_for_no_number():
    exact = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    other = np.array([[1.0, 0.0], [0.6, 0.8]], dtype=np.float32)
    assert deviation(exact, other) == pytest.approx(0.2)
    assert deviation(exact, other * np.nan) == float("inf")


# -- the engine --------------------------------------------------------------------------------------------


class Openers:
    """Opens torch-fp32 for every name, and says what was opened; some names fail, some vectors are off."""

    def __init__(self, absent=("torch-bf16", "openvino-bf16"), off=()):
        self.absent, self.off = set(absent), set(off)
        self.opened = []

    def __call__(self, name, folder, device, lanes, cache):
        if name in self.absent:
            raise PathUnavailable("it has no wheels", fault=True)
        self.opened.append(name)
        plain = open_path("torch-fp32", folder, device, lanes)
        turned = (lambda *arrays: -plain.forward(*arrays)) if name in self.off else plain.forward
        return _Named(name, plain, turned).over(lanes)


class _Named:
    def __init__(self, name, plain, forward):
        self.name, self.plain, self.forward = name, plain, forward

    def over(self, lanes):
        return OpenPath(self.name, lanes, self.forward, self.plain.over(lanes).on_thread, self.over)


def engine(folder, opener, tmp_path, path=None):
    ways = Ways(path=path, record=tmp_path / "encoding.json", threads=1)
    return PlainEngine(folder, "cpu", ways, "tiny-1", opener)


def test_a_choice_is_measured_once_and_then_reused(folder, tmp_path):
    first = engine(folder, Openers(), tmp_path).decide(TEXTS)
    opener = Openers()
    again = engine(folder, opener, tmp_path)
    assert again.decide(TEXTS) == first
    assert opener.opened == ["torch-fp32"]  # for queries


def test_a_choice_can_be_measured_anew(folder, tmp_path):
    engine(folder, Openers(), tmp_path).decide(TEXTS)
    opener = Openers()
    engine(folder, opener, tmp_path).decide(TEXTS, anew=True)
    assert "openvino-fp32" in opener.opened


def test_a_chosen_path_that_broke_since_falls_back_with_a_warning(folder, tmp_path, caplog):
    _keep_openvino(tmp_path)
    later = engine(folder, Openers(absent=["openvino-fp32"]), tmp_path)
    assert later.bulk_path.name == "torch-fp32"
    assert "openvino-fp32 is left out: it has no wheels" in caplog.text


def test_a_chosen_path_whose_vectors_are_damaged_is_not_taken(folder, tmp_path, caplog):
    _keep_openvino(tmp_path)
    assert engine(folder, Openers(), tmp_path).bulk_path.name == "openvino-fp32"
    later = engine(folder, Openers(off=["openvino-fp32"]), tmp_path)
    assert later.bulk_path.name == "torch-fp32"
    assert "its vectors deviate by 2.0e+00 now" in caplog.text


def _keep_openvino(tmp_path):
    from retriever.encoding.choice import Choice
    from retriever.encoding.record import keep_choice, machine_key

    choice = Choice("openvino-fp32", Lanes(1, 1), ())
    keep_choice(tmp_path / "encoding.json", machine_key(1), "tiny-1", choice)


def test_a_wanted_path_is_taken_without_measuring(folder, tmp_path):
    opener = Openers()
    wanted = engine(folder, opener, tmp_path, "openvino-fp32")
    assert wanted.decide(TEXTS) is None
    assert (wanted.bulk_path.name, wanted.query_path) == ("openvino-fp32", "torch-fp32")
    assert opener.opened == ["torch-fp32", "openvino-fp32"]


def test_a_wanted_path_that_cannot_be_run_is_refused_with_the_reason(folder, tmp_path):
    wanted = engine(folder, Openers(), tmp_path, "openvino-bf16")
    with pytest.raises(
        SettingsError, match=r"PARLEY_ENCODING_PATH is openvino-bf16.*it has no wheels.*to auto"
    ):
        list(wanted.encode_bulk(TEXTS))


def test_several_processes_run_no_other_path_than_the_exact_one(folder):
    with pytest.raises(SettingsError, match="PARLEY_ENCODING_PROCESSES is 2"):
        SentenceTransformersEncoder(str(folder.path), path="openvino-fp32", processes=2)


def test_a_small_load_measures_nothing_and_says_so(folder, tmp_path):
    encoder = SentenceTransformersEncoder(
        str(folder.path), device="cpu", threads=1, record=tmp_path / "encoding.json"
    )
    list(encoder.encode_bulk(TEXTS))
    assert not (tmp_path / "encoding.json").exists()
    assert encoder.bulk_path() == "torch-fp32, 1 × 1 thread (not measured)"


def test_what_was_not_measured_runs_a_batch_a_core(folder):
    encoder = SentenceTransformersEncoder(str(folder.path), device="cpu", threads=3)
    assert encoder.bulk_path() == "torch-fp32, 3 × 1 thread (not measured)"


def test_a_large_load_measures_and_keeps_its_choice(folder, tmp_path):
    encoder = SentenceTransformersEncoder(
        str(folder.path), device="cpu", threads=1, record=tmp_path / "encoding.json", cache=tmp_path / "cache"
    )
    texts = [f"rain {n}" for n in range(2_000)]
    rows = np.zeros((2_000, 32), dtype=np.float32)
    for places, vectors in encoder.encode_bulk(texts):
        rows[places] = vectors
    np.testing.assert_allclose(
        rows[[0, 999, 1999]], encoder.encode([texts[0], texts[999], texts[1999]]), atol=1e-5
    )
    assert "texts/s when measured" in encoder.bulk_path()
    assert (tmp_path / "encoding.json").exists()
