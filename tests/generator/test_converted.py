"""Converted weights on disk: kept whole or not at all, and never needed."""

from __future__ import annotations

import pytest
import torch
from tiny import tiny_network, tiny_tokenizer

from embedded_weights import ASKED, SAMPLING, said_when_unpacked, unpacked_weights
from generator.backends.converted import Converted
from generator.backends.local import LocalChatModel
from generator.backends.weights import Weights, load_weights, placement
from generator.chat_model import Message, Sampling
from retriever.errors import ModelMissing

PARTS = {"weights": "w", "adapter": "", "transformers": "5", "precision": "torch.float32"}


def kept(folder, **parts):
    converted = Converted(folder, {**PARTS, **parts})
    assert converted.keep(tiny_network(), tiny_tokenizer())
    return converted


def test_a_copy_loads_as_the_model_that_was_kept(tmp_path):
    found = kept(tmp_path).found()
    assert found is not None
    loaded = load_weights(str(found), "cpu")
    ids = torch.arange(9)[None]
    expected = tiny_network()(ids).logits
    assert torch.allclose(loaded.network.float()(ids).logits, expected, atol=0.1)  # bf16 where it is fast
    assert loaded.ends == frozenset({257})


def test_nothing_is_found_before_something_was_kept(tmp_path):
    assert Converted(tmp_path / "none", PARTS).found() is None


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_copy_made_from_other_parts_is_not_taken(tmp_path, part):
    kept(tmp_path)
    assert Converted(tmp_path, {**PARTS, part: "other"}).found() is None


def test_a_damaged_copy_is_removed_and_made_again(tmp_path):
    converted = kept(tmp_path)
    file = converted.path / "model.safetensors"
    raw = bytearray(file.read_bytes())
    raw[-1] ^= 1
    file.write_bytes(raw)
    assert converted.found() is None
    assert not converted.path.exists()
    assert converted.keep(tiny_network(), tiny_tokenizer())
    assert converted.found() == converted.path


@pytest.mark.parametrize("text", ["", "[]", '{"parts": 3}', '{"parts": {}, "files": []}'])
def test_a_copy_with_a_broken_manifest_is_not_taken(tmp_path, text):
    converted = kept(tmp_path)
    (converted.path / "converted.json").write_text(text)
    assert converted.found() is None


def test_a_missing_file_makes_the_copy_none(tmp_path):
    converted = kept(tmp_path)
    (converted.path / "tokenizer.json").unlink()
    assert converted.found() is None


def test_an_older_copy_goes_when_a_new_one_is_kept(tmp_path):
    old = kept(tmp_path)
    new = kept(tmp_path, transformers="6")
    assert not old.path.exists()
    assert [path.name for path in tmp_path.iterdir()] == [new.path.name]


def test_without_room_nothing_is_written(tmp_path):
    converted = Converted(tmp_path, PARTS, room=lambda path: 1000)
    assert not converted.keep(tiny_network(), tiny_tokenizer())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path):
    (tmp_path / "file").write_text("")
    assert not Converted(tmp_path / "file" / "weights", PARTS).keep(tiny_network(), tiny_tokenizer())
    assert Converted(tmp_path / "file" / "weights", PARTS).found() is None


@pytest.mark.models
def test_the_embedded_model_says_the_same_from_its_copy():
    folder = unpacked_weights()
    assert [path for path in folder.iterdir() if (path / "converted.json").exists()]
    copied = LocalChatModel(threads=1, cache=folder, path="transformers")
    assert "".join(copied.stream(ASKED, SAMPLING)) == said_when_unpacked() != ""


# where a network goes


@pytest.mark.parametrize(("device", "bits", "told"), [("cpu", 8, "takes a GPU"), ("cuda", 4, "bitsandbytes")])
def test_fewer_bits_that_cannot_be_had_are_told_with_what_to_do(device, bits, told):
    with pytest.raises(ModelMissing, match=told) as failure:
        placement(device, bits)
    assert "PARLEY_CHAT_MODEL_BITS" in str(failure.value)


def test_on_a_gpu_accelerate_says_where_a_network_goes_and_on_the_cpu_nobody():
    assert placement("cuda", 0) == {"device_map": "auto"}
    assert placement("cpu", 0) == {}


# looking ahead


def test_looking_ahead_changes_no_greedy_answer():
    # In float32: in bfloat16 two tokens that are nearly tied may change places.
    weights = Weights(tiny_network(), tiny_tokenizer(), "cpu", frozenset({257}))
    model = LocalChatModel(weights=weights, threads=1, path="transformers")
    for text in ("abcabcabcabc", "no repetition here", "x"):
        before, rest = weights.prompt([Message("user", text)])
        known = [*before, *rest]
        expected: list[int] = []
        with torch.inference_mode():
            while len(expected) < 40:  # one token at a time, everything read anew
                token = int(weights.network(torch.tensor([[*known, *expected]])).logits[0, -1].argmax())
                if token in weights.ends:
                    break
                expected.append(token)
        written = "".join(model.stream([Message("user", text)], Sampling(max_tokens=40, deadline_s=60)))
        assert written == weights.decode(expected).rstrip("\ufffd")
