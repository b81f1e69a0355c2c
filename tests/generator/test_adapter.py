"""Adapters: what is merged, what is refused, and the recipe that makes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tiny import tiny_network, tiny_tokenizer

from generator.backends.adapter import EMBEDDED_ADAPTER, merge, read_adapter
from generator.backends.weights import Weights
from generator.chat_model import Message
from generator.recipes.data import Example
from generator.recipes.lora import add_lora, lora_tensors
from generator.recipes.tune import batches, encode, loss_of, save_adapter, train
from retriever.errors import ModelMissing
from retriever.models import SMOLLM2, file_sha256

Q = "model.layers.0.self_attn.q_proj"  # 16 by 16 in the tiny model
SETTINGS = {
    "adapter": {"rank": 2, "alpha": 4, "targets": ["q_proj", "down_proj"]},
    "training": {
        "seed": 7,
        "learning_rate": 1e-2,
        "warmup_steps": 1,
        "epochs": 1.0,
        "batch": 2,
        "clip": 1.0,
        "checkpoint_every": 2,
    },
}
EXAMPLES = [
    Example((Message("system", "Say it."), Message("user", f"Item: {name}")), f"It is {name}.", "written")
    for name in ("a jacket", "a tent", "a lamp", "a film", "a book", "a mug", "a hat", "a pan")
]


def written_adapter(folder: Path, tensors: dict[str, torch.Tensor], **about: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "adapter.safetensors")
    values = {
        "base": "tiny",
        "base_sha256": "b" * 64,
        "sha256": file_sha256(folder / "adapter.safetensors"),
        "rank": 1,
        "alpha": 3.0,
        "targets": ["q_proj"],
        "prompt": "tell",
        "licence": "Apache-2.0",
    }
    (folder / "adapter.json").write_text(json.dumps(values | about))
    return folder


def one_layer() -> dict[str, torch.Tensor]:
    low = torch.zeros(1, 16)
    low[0, 2] = 1.0
    high = torch.zeros(16, 1)
    high[5, 0] = 0.5
    return {f"{Q}.lora_a": low, f"{Q}.lora_b": high}


def test_a_merged_weight_is_the_weight_plus_scale_times_b_times_a(tmp_path):
    network = tiny_network()
    before = network.get_submodule(Q).weight.detach().clone()
    merge(network, read_adapter(written_adapter(tmp_path, one_layer()), "b" * 64))
    expected = before.clone()
    expected[5, 2] += 3.0 * 0.5 * 1.0  # alpha / rank · B · A has one entry
    assert torch.equal(network.get_submodule(Q).weight, expected)


def test_merged_weights_answer_as_the_trained_layers_did(tmp_path):
    trained, plain = tiny_network(), tiny_network()
    add_lora(trained, ["q_proj", "down_proj"], rank=2, alpha=4, seed=1)
    with torch.no_grad():
        for name, tensor in lora_tensors(trained).items():
            if name.endswith("lora_b"):
                tensor.normal_(generator=torch.Generator().manual_seed(3))
    tensors = {name: tensor.detach().contiguous() for name, tensor in lora_tensors(trained).items()}
    folder = written_adapter(tmp_path, tensors, rank=2, alpha=4.0)
    merge(plain, read_adapter(folder, "b" * 64))
    ids = torch.arange(12)[None]  # (1, token)
    assert torch.allclose(trained(ids).logits, plain(ids).logits, atol=1e-4)
    assert not torch.allclose(tiny_network()(ids).logits, plain(ids).logits, atol=1e-2)


def test_a_damaged_adapter_is_refused(tmp_path):
    folder = written_adapter(tmp_path, one_layer())
    raw = bytearray((folder / "adapter.safetensors").read_bytes())
    raw[-1] ^= 1
    (folder / "adapter.safetensors").write_bytes(raw)
    with pytest.raises(ModelMissing, match=r"is damaged .* reinstall parley"):
        read_adapter(folder, "b" * 64)


def test_an_adapter_of_another_base_is_refused(tmp_path):
    with pytest.raises(ModelMissing, match="made for a base with sha256 bbbbbbbbbbbb…, but"):
        read_adapter(written_adapter(tmp_path, one_layer()), "c" * 64)


@pytest.mark.parametrize("about", [{"rank": 0}, {"extra": 1}, {"alpha": "much"}])
def test_a_description_that_is_none_is_refused(tmp_path, about):
    with pytest.raises(ModelMissing, match="cannot be read"):
        read_adapter(written_adapter(tmp_path, one_layer(), **about), "b" * 64)


def test_an_adapter_that_is_not_there_is_reported(tmp_path):
    with pytest.raises(ModelMissing, match="cannot be read"):
        read_adapter(tmp_path, "b" * 64)


def test_layers_that_the_network_lacks_are_refused(tmp_path):
    tensors = {name.replace("layers.0", "layers.9"): t for name, t in one_layer().items()}
    adapter = read_adapter(written_adapter(tmp_path, tensors), "b" * 64)
    with pytest.raises(ModelMissing, match="does not belong to this chat model"):
        merge(tiny_network(), adapter)


def test_the_shipped_adapter_is_whole_and_belongs_to_the_embedded_model():
    adapter = read_adapter(EMBEDDED_ADAPTER)
    assert adapter.about.base == SMOLLM2.name
    assert adapter.weights.stat().st_size <= 20_000_000
    assert (EMBEDDED_ADAPTER / "README.md").exists()


# the recipe


def tiny_weights(seed: int = 0) -> Weights:
    return Weights(tiny_network(seed), tiny_tokenizer(), "cpu", frozenset({257}))


def test_only_the_answer_and_its_end_are_learned_from():
    (one,) = encode(EXAMPLES[:1], tiny_weights())
    answer = tiny_tokenizer().decode(one.tokens[one.start :])
    assert answer == "It is a jacket.</s>"


@torch.no_grad()
def test_the_loss_is_the_mean_over_the_answers_tokens():
    weights = tiny_weights()
    found = encode(EXAMPLES[:3], weights)
    unlikely = []
    for one in found:  # each alone, without padding
        spread = weights.network(torch.tensor([one.tokens])).logits[0].log_softmax(-1)  # (token, vocabulary)
        unlikely += [-float(spread[at - 1, one.tokens[at]]) for at in range(one.start, len(one.tokens))]
    expected = sum(unlikely) / len(unlikely)
    assert float(loss_of(weights.network, found, torch.device("cpu"))) == pytest.approx(expected, rel=1e-4)


def test_batches_hold_every_example_once_an_epoch_and_repeat_by_seed():
    found = encode(EXAMPLES, tiny_weights())
    planned = batches(found, 3, 1.0, seed=5)
    assert sorted(one.tokens for batch in planned for one in batch) == sorted(one.tokens for one in found)
    assert planned == batches(found, 3, 1.0, seed=5)
    assert len(batches(found, 2, 0.5, seed=5)) == 2


def test_training_lowers_the_loss_and_leaves_the_base_as_it_was(tmp_path):
    weights = tiny_weights()
    before = weights.network.get_submodule(Q).weight.detach().clone()
    rules = {**SETTINGS, "training": {**SETTINGS["training"], "epochs": 12.0}}
    curve = train(weights, EXAMPLES, rules, tmp_path)
    assert curve[-1]["loss"] < curve[0]["loss"] - 0.3
    assert torch.equal(weights.network.get_submodule(Q).base.weight, before)


def test_a_stopped_training_goes_on_as_if_it_had_not_stopped(tmp_path):
    whole, parts = tiny_weights(), tiny_weights()
    straight = train(whole, EXAMPLES, SETTINGS, tmp_path / "whole")
    first = train(parts, EXAMPLES, SETTINGS, tmp_path / "parts", stop_after=2)
    again = tiny_weights()
    resumed = train(again, EXAMPLES, SETTINGS, tmp_path / "parts")
    assert [row["step"] for row in resumed] == [0, 1, 2, 3]
    assert resumed[:2] == first  # with their seconds: they were not made again
    assert [row["loss"] for row in resumed] == pytest.approx([row["loss"] for row in straight])
    for name, tensor in lora_tensors(whole.network).items():
        assert torch.allclose(tensor, lora_tensors(again.network)[name], atol=1e-6)


def test_what_was_trained_can_be_merged(tmp_path):
    weights = tiny_weights()
    train(weights, EXAMPLES, SETTINGS, tmp_path / "work", stop_after=2)
    save_adapter(tmp_path / "out", weights.network, SETTINGS, "b" * 64)
    merged = tiny_network()
    merge(merged, read_adapter(tmp_path / "out", "b" * 64))
    ids = torch.arange(8)[None]
    assert torch.allclose(merged(ids).logits, weights.network(ids).logits, atol=0.05)  # bf16 on disk


def test_targets_that_no_layer_has_are_reported():
    with pytest.raises(ValueError, match=r"look at `targets` in tune\.toml"):
        add_lora(tiny_network(), ["nothing"], rank=1, alpha=1, seed=0)
