"""The choice of a writing path: by measurement, among the exact enough, kept for this machine."""

from __future__ import annotations

import json
import logging

import pytest
import torch
from tiny import tiny_network, tiny_tokenizer

from generator.backends.local import LocalChatModel
from generator.backends.transformers_engine import TransformersEngine
from generator.backends.weights import Weights
from generator.backends.writing_path import Choice, Measured, Ways, choose, decided, open_engine, say_path
from generator.chat_model import Message, Sampling
from retriever.encoding.paths import PathUnavailable
from retriever.errors import SettingsError


@pytest.fixture
def weights() -> Weights:
    return Weights(tiny_network(), tiny_tokenizer(), "cpu", frozenset({257}))


class Paced:
    """Transformers under another name; each step takes so many seconds of a clock. `noise` moves logits."""

    now = 0.0

    def __init__(self, path, weights, seconds, noise=0.0):
        self.path = path
        self._inner = TransformersEngine(weights.network, "cpu")
        self._seconds = seconds
        self._noise = noise
        self.memory, self.copy, self.forget = self._inner.memory, self._inner.copy, self._inner.forget

    def extend(self, memories, tokens, *, each=False):
        Paced.now += self._seconds
        logits = self._inner.extend(memories, tokens, each=each)
        return logits + self._noise * torch.arange(logits.shape[1])


def opener(seconds=1.0, noise=0.0):
    """The other path takes so many seconds a step, where transformers takes one."""

    def open_one(name, weights):
        return Paced(name, weights, *((1.0,) if name == "transformers" else (seconds, noise)))

    return open_one


def taken(weights, opened) -> Choice:
    return choose(weights, opener=opened, clock=lambda: Paced.now)[0]


def test_the_faster_path_is_taken_and_both_are_told(weights):
    choice = taken(weights, opener(0.25))
    # Nine steps (a prompt, four alone, four times three) write 16 tokens.
    assert choice == Choice(
        "torch-int8", (Measured("transformers", 16 / 9), Measured("torch-int8", 4 * 16 / 9))
    )
    assert str(choice) == "torch-int8 (tokens/s when measured: torch-int8 7, transformers 2)"


def test_the_plainer_path_wins_a_tie(weights):
    assert taken(weights, opener(0.98)).path == "transformers"


def test_a_path_that_would_say_something_else_is_left_out(weights, caplog):
    choice = taken(weights, opener(0.25, noise=0.2))
    assert choice.path == "transformers"
    assert choice.measured[1].tokens_per_s == 0
    assert "is allowed" in choice.measured[1].why
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_path_that_cannot_be_run_is_left_out_and_told(weights):
    def without(name, weights):
        if name != "transformers":
            raise PathUnavailable("it has no wheels")
        return open_engine(name, weights)

    choice = choose(weights, opener=without)[0]
    assert str(choice) == "transformers, since torch-int8 is left out: it has no wheels"


def test_8_bits_of_a_real_network_are_exact_enough_to_be_measured(weights):
    choice = choose(weights)[0]
    assert all(one.tokens_per_s > 0 for one in choice.measured)
    assert 0 < choice.measured[1].deviation < 0.12


def test_a_choice_is_kept_and_not_measured_again(weights, tmp_path):
    ways = Ways(None, tmp_path / "data" / "writing.json")
    engine, choice = decided(ways, weights, "model", opener=opener(0.25))
    assert choice is not None
    assert engine.path == choice.path
    again, kept = decided(ways, weights, "model", opener=opener(4.0))
    assert kept == choice
    assert again.path == choice.path
    assert say_path(ways, "cpu", "model") == str(choice)
    assert "not chosen yet" in say_path(ways, "cpu", "another")


@pytest.mark.parametrize("text", ["", "[]", '{"layout": 2}', "\udcff"])
def test_a_record_that_is_none_costs_a_measurement(weights, tmp_path, text):
    path = tmp_path / "writing.json"
    path.write_text(text, errors="surrogateescape")
    ways = Ways(None, path)
    _, choice = decided(ways, weights, "model")
    assert choice is not None
    assert say_path(ways, "cpu", "model") == str(choice)


def test_another_machines_choice_is_not_taken(weights, tmp_path):
    ways = Ways(None, tmp_path / "writing.json")
    decided(ways, weights, "model")
    record = json.loads(ways.record.read_text())
    ways.record.write_text(json.dumps(record | {"machine": {"processor": "another"}}))
    assert "not chosen yet" in say_path(ways, "cpu", "model")


def test_without_room_for_the_record_all_works(weights, tmp_path):
    (tmp_path / "file").write_text("")
    model = LocalChatModel(weights=weights, threads=1, record=tmp_path / "file" / "writing.json")
    assert list(model.stream([Message("user", "x")], Sampling(4, deadline_s=60)))
    assert model.choice is not None


def test_a_kept_choice_that_cannot_be_run_any_more_is_replaced(weights, tmp_path):
    ways = Ways(None, tmp_path / "writing.json")
    decided(ways, weights, "model", opener=opener(0.01))
    weights.network.config.hidden_act = "gelu"
    _, choice = decided(ways, weights, "model")
    assert choice is not None
    assert choice.path == "transformers"


def test_a_wanted_path_that_cannot_be_run_is_said_with_what_to_do(weights):
    weights.network.config.model_type = "mistral"
    with pytest.raises(SettingsError, match=r"PARLEY_WRITING_PATH is torch-int8.*'mistral'.*set it to auto"):
        decided(Ways("torch-int8"), weights, "model")
    assert decided(Ways("transformers"), weights, "model")[0].path == "transformers"


def test_a_wanted_path_is_told_as_such():
    assert say_path(Ways("torch-int8"), "cpu", "model") == "torch-int8, as PARLEY_WRITING_PATH says"
