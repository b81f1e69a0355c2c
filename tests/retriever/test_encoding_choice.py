"""The choice of an encoding path: by measurement, among the exact enough, kept for this machine."""

from __future__ import annotations

import logging
import math
from contextlib import nullcontext
from functools import partial

import numpy as np
import pytest

from retriever.encoding.choice import Choice, Measured, Trial, choose, lanes_of
from retriever.encoding.paths import Lanes, OpenPath, PathUnavailable
from retriever.encoding.record import keep_choice, machine_key, read_choice
from retriever.encoding.tokens import padded_batches

IDS = [np.arange(1, 1 + length, dtype=np.int32) for length in (3, 5, 9, 9)]
TRIAL = Trial(IDS, list(padded_batches(IDS, 0, budget=20)), pad=0, dim=2)


class Paths:
    """Paths that take told seconds a batch; one may be off by an angle, or fail to open."""

    def __init__(self, seconds, *, angles=(), broken=(), absent=()):
        self.seconds, self.angles, self.broken, self.absent = seconds, dict(angles), broken, absent
        self.now = 0.0

    def clock(self):
        return self.now

    def __call__(self, name):
        if name in self.broken or name in self.absent:
            raise PathUnavailable("it has no wheels", fault=name in self.broken)
        return self._over(name, Lanes(1, 2))

    def _over(self, name, lanes):
        def forward(ids, mask):
            cost = self.seconds[name]
            self.now += cost if isinstance(cost, float) else cost[lanes.workers]
            angle = ids[:, 0] + self.angles.get(name, 0.0)
            return np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)

        return OpenPath(name, lanes, forward, nullcontext, partial(self._over, name))

    def choose(self, threads=1):
        return choose(self, TRIAL, threads, names=list(self.seconds), clock=self.clock)


def test_the_fastest_path_is_taken():
    choice = Paths({"torch-fp32": 0.2, "torch-bf16": 0.05, "openvino-fp32": 0.1}).choose()
    assert (choice.path, choice.lanes) == ("torch-bf16", Lanes(1, 1))


def test_every_path_is_timed_and_told():
    choice = Paths({"torch-fp32": 0.2, "openvino-fp32": 0.1}).choose()
    texts, batches = len(IDS), len(TRIAL.batches)
    rates = {one.path: one.texts_per_s for one in choice.measured}
    assert rates == pytest.approx(
        {"torch-fp32": texts / (0.2 * batches), "openvino-fp32": texts / (0.1 * batches)}
    )
    assert str(choice).startswith("openvino-fp32, 1 × 1 thread (texts/s when measured: openvino-fp32")


def test_a_faster_path_whose_vectors_deviate_is_left_out(caplog):
    angle = math.acos(1 - 3e-4)  # 2e-4 is allowed
    choice = Paths({"torch-fp32": 0.2, "torch-bf16": 0.05}, angles={"torch-bf16": angle}).choose()
    assert choice.path == "torch-fp32"
    assert "torch-bf16 is left out: its vectors deviate by 3.0e-04" in caplog.text


def test_a_path_that_deviates_by_what_is_allowed_is_taken():
    angle = math.acos(1 - 1.5e-4)
    choice = Paths({"torch-fp32": 0.2, "torch-bf16": 0.05}, angles={"torch-bf16": angle}).choose()
    assert choice.path == "torch-bf16"
    assert choice.measured[1].deviation == pytest.approx(1.5e-4, rel=0.01)


def test_a_gain_that_is_no_more_than_luck_leaves_the_plainer_path():
    assert Paths({"torch-fp32": 0.102, "openvino-fp32": 0.1}).choose().path == "torch-fp32"


def test_a_broken_path_is_left_out_with_a_warning_and_an_absent_one_without(caplog):
    caplog.set_level(logging.INFO)
    paths = Paths(
        {"torch-fp32": 0.2, "torch-bf16": 0.1, "openvino-fp32": 0.1},
        broken=["openvino-fp32"],
        absent=["torch-bf16"],
    )
    choice = paths.choose()
    assert choice.path == "torch-fp32"
    assert {record.levelname: record.args[0] for record in caplog.records} == {
        "INFO": "torch-bf16",
        "WARNING": "openvino-fp32",
    }
    assert [one.why for one in choice.measured] == ["", "it has no wheels", "it has no wheels"]


def test_how_the_cores_are_spread_is_measured_too():
    apart = Paths({"torch-fp32": {1: 0.2, 2: 0.1}}).choose(threads=2)
    together = Paths({"torch-fp32": {1: 0.1, 2: 0.2}}).choose(threads=2)
    assert (apart.lanes, together.lanes) == (Lanes(2, 1), Lanes(1, 2))


@pytest.mark.parametrize(
    ("threads", "lanes"),
    [(1, [(1, 1)]), (2, [(1, 2), (2, 1)]), (16, [(1, 16), (4, 4), (16, 1)])],
)
def test_cores_work_on_one_batch_or_each_on_its_own(threads, lanes):
    assert [(one.workers, one.threads) for one in lanes_of(threads)] == lanes


def test_without_any_path_it_is_said_why():
    with pytest.raises(PathUnavailable, match="it has no wheels"):
        Paths({"torch-fp32": 0.1}, broken=["torch-fp32"]).choose()


# -- the record --------------------------------------------------------------------------------------------

CHOICE = Choice(
    "openvino-fp32",
    Lanes(2, 1),
    (
        Measured("torch-fp32", Lanes(1, 2), 20.5, 0.0),
        Measured("openvino-fp32", Lanes(2, 1), 26.25, 2e-7),
        Measured("torch-bf16", Lanes(1, 2), why="this processor does not multiply bf16"),
    ),
)
HERE = {"processor": "one", "threads": "2"}


def test_a_choice_is_read_back_on_the_same_machine(tmp_path):
    keep_choice(tmp_path / "encoding.json", HERE, "minilm-1", CHOICE)
    assert read_choice(tmp_path / "encoding.json", HERE, "minilm-1") == CHOICE


@pytest.mark.parametrize("changed", [{"processor": "another"}, {"threads": "4"}, {"openvino": "2"}])
def test_another_machines_choice_is_ignored(tmp_path, changed):
    keep_choice(tmp_path / "encoding.json", HERE, "minilm-1", CHOICE)
    assert read_choice(tmp_path / "encoding.json", {**HERE, **changed}, "minilm-1") is None


def test_each_encoder_has_its_own_choice(tmp_path):
    other = Choice("torch-fp32", Lanes(1, 2), ())
    keep_choice(tmp_path / "encoding.json", HERE, "minilm-1", CHOICE)
    keep_choice(tmp_path / "encoding.json", HERE, "bge-2", other)
    found = [read_choice(tmp_path / "encoding.json", HERE, one) for one in ("minilm-1", "bge-2", "e5-3")]
    assert found == [CHOICE, other, None]


def test_a_choice_of_this_machine_replaces_those_of_another(tmp_path):
    keep_choice(tmp_path / "encoding.json", {"processor": "another"}, "minilm-1", CHOICE)
    keep_choice(tmp_path / "encoding.json", HERE, "bge-2", CHOICE)
    assert read_choice(tmp_path / "encoding.json", {"processor": "another"}, "minilm-1") is None
    assert read_choice(tmp_path / "encoding.json", HERE, "minilm-1") is None


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"layout": 1, "machine": {}, "encoders": {"a": {"path": "x"}}}']
)
def test_a_damaged_record_is_none_and_is_written_anew(tmp_path, content, caplog):
    path = tmp_path / "encoding.json"
    path.write_text(content)
    assert read_choice(path, HERE, "a") is None
    assert "is measured anew" in caplog.text
    keep_choice(path, HERE, "a", CHOICE)
    assert read_choice(path, HERE, "a") == CHOICE


def test_a_record_that_cannot_be_written_costs_no_load(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    keep_choice(tmp_path / "file" / "encoding.json", HERE, "a", CHOICE)
    assert "cannot be kept" in caplog.text


def test_the_machine_is_told_by_processor_cores_and_libraries():
    key = machine_key(2)
    assert {"processor", "flags", "threads", "gpu", "torch", "openvino"} <= set(key)
    assert key["threads"] == "2"
    assert key != machine_key(4)
