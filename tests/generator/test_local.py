"""What a chat model of this machine does with a network: writing side by side, stopping, keeping prefixes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny import exact_network, tiny_network, tiny_tokenizer

from generator.backends.engine import PathName
from generator.backends.local import LocalChatModel
from generator.backends.weights import Weights
from generator.chat_model import Message, Sampling, SteerRequest, steer_in_turn
from generator.lattice import Lattice
from retriever.errors import ChatModelFailed

PATHS: list[PathName] = ["transformers", "torch-int8"]
ASKED = [Message("system", "Be brief."), Message("user", "Say something of Anna.")]
SENTENCES = Lattice(
    {
        "start": ((" a", "b"), (" the", "b"), (" no", "b")),
        "b": ((" cat", "c"), (" dog", "c"), (" long-legged bird", "c")),
        "c": ((" sleeps.", "end"), (" eats, and", "start"), (" sings.", "end")),
    }
)


def weights_of(network=None) -> Weights:
    return Weights(network or tiny_network(), tiny_tokenizer(), "cpu", frozenset({257}))


@pytest.fixture(params=PATHS)
def model(request) -> LocalChatModel:
    return LocalChatModel(weights=weights_of(), threads=1, path=request.param)


def requests(count: int = 4) -> list[SteerRequest]:
    """Prompts of different lengths, the first longer than one step reads."""
    wished = ["something long " * 12, "x", "a dog, if there is one", "nothing"]
    return [
        SteerRequest([*ASKED, Message("user", wish)], SENTENCES, seed)
        for seed, wish in enumerate(wished[:count])
    ]


def together(model, asked, sampling):
    texts = [""] * len(asked)
    for place, piece in model.steer_all(asked, sampling):
        assert piece
        texts[place] += piece
    return texts


@pytest.mark.parametrize("temperature", [0.0, 0.9])
def test_side_by_side_the_words_are_those_that_are_written_alone(model, temperature):
    sampling = Sampling(60, temperature, deadline_s=60)
    alone = [
        "".join(model.steer(one.messages, one.lattice, replace(sampling, seed=one.seed)))
        for one in requests()
    ]
    assert together(model, requests(), sampling) == alone
    assert all(text.endswith((" sleeps.", " sings.")) or len(text) == 60 for text in alone)
    assert len(set(alone)) > 1


def test_one_after_another_says_the_same_as_side_by_side(model):
    sampling = Sampling(60, 0.9, deadline_s=60)
    texts = [""] * 4
    for place, piece in steer_in_turn(model, requests(), sampling):
        texts[place] += piece
    assert texts == together(model, requests(), sampling)


def test_who_needs_longer_goes_on_when_the_others_are_done(model):
    short = Lattice({"start": ((" no.", "end"),)})
    asked = [replace(requests()[0], lattice=short), *requests()[1:]]
    texts = together(model, asked, Sampling(60, 0.9, deadline_s=60))
    assert texts[0] == " no."
    assert texts[1:] == together(model, requests(), Sampling(60, 0.9, deadline_s=60))[1:]


def test_nothing_asked_is_nothing_said(model):
    assert list(model.steer_all([], Sampling())) == []


def test_both_paths_choose_the_same_words():
    sampling = Sampling(40, deadline_s=60)
    texts = [
        together(
            LocalChatModel(weights=weights_of(exact_network()), threads=1, path=path), requests(), sampling
        )
        for path in PATHS
    ]
    assert texts[0] == texts[1]


def test_looking_ahead_changes_no_greedy_answer_in_8_bits():
    model = LocalChatModel(weights=weights_of(), threads=1, path="torch-int8")
    for text in ("abcabcabcabc", "x"):
        expected: list[int] = []
        weights, engine = model._loaded()
        memory = engine.memory()
        tokens = weights.prompt([Message("user", text)])[1]
        while len(expected) < 40:
            token = int(engine.extend([memory], [tokens])[0].argmax())
            if token in weights.ends:
                break
            expected.append(token)
            tokens = [token]
        written = "".join(model.stream([Message("user", text)], Sampling(max_tokens=40, deadline_s=60)))
        assert written == weights.decode(expected).rstrip("\ufffd")


# stopping


@pytest.mark.parametrize("way", ["stream", "steer", "steer_all"])
def test_what_is_cancelled_says_no_more_after_the_step_that_runs(model, way):
    cancel = threading.Event()
    sampling = Sampling(400, 0.9, seed=1, deadline_s=60, cancelled=cancel.is_set)
    endless = Lattice({"start": ((" a", "start"), (" b", "start"), (" c", "end"))}, {})
    pieces = {
        "stream": lambda: model.stream(ASKED, sampling),
        "steer": lambda: model.steer(ASKED, endless, sampling),
        "steer_all": lambda: model.steer_all([SteerRequest(ASKED, endless, 1)], sampling),
    }[way]()
    next(pieces)
    cancel.set()
    assert len(list(pieces)) <= 1


def test_a_consumer_that_goes_away_keeps_nobody_waiting(model):
    abandoned = model.stream(ASKED, Sampling(400, 0.5, deadline_s=60))
    next(abandoned)  # and is never read again
    assert list(model.stream(ASKED, Sampling(4, deadline_s=5)))
    abandoned.close()
    assert list(model.steer(ASKED, SENTENCES, Sampling(40, deadline_s=5)))


def test_who_waits_for_a_busy_model_is_told_at_the_deadline(model):
    model.warm_up()
    with model._turns.turn(-1, 1.0) as mine:
        assert mine
        with pytest.raises(ChatModelFailed, match=r"busy for 0\.1 s"):
            list(model.stream(ASKED, Sampling(4, deadline_s=0.1)))


def test_who_is_called_off_while_waiting_waits_no_longer(model):
    model.warm_up()
    with model._turns.turn(-1, 1.0):
        assert list(model.stream(ASKED, Sampling(4, deadline_s=60, cancelled=lambda: True))) == []


def test_at_the_deadline_each_row_has_the_beginning_of_a_sentence():
    ticks = iter(range(10_000))
    model = LocalChatModel(weights=weights_of(), threads=1, path="transformers", clock=lambda: next(ticks))
    whole = together(model, requests(), Sampling(60, 0.9, deadline_s=100_000))
    texts = together(model, requests(), Sampling(60, 0.9, deadline_s=40))
    assert texts != whole
    assert all(full.startswith(text) for full, text in zip(whole, texts, strict=True))


# prefixes


class CountingNetwork(torch.nn.Module):
    """A network that counts the tokens that it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = tiny_network()
        self.read = 0

    def forward(self, input_ids, **rest):
        self.read += input_ids.numel()
        return self.inner(input_ids=input_ids, **rest)


def test_the_beginnings_of_several_prompts_are_read_once():
    network = CountingNetwork()
    model = LocalChatModel(weights=weights_of(network), threads=1, path="transformers")
    first = [Message("system", "one"), Message("user", "x")]
    second = [Message("system", "the other"), Message("user", "x")]
    for asked in (first, second):
        list(model.stream(asked, Sampling(1, deadline_s=60)))
    network.read = 0
    before, rest = model._loaded()[0].prompt(first)
    for asked in (first, second, first):
        list(model.stream(asked, Sampling(1, deadline_s=60)))
    assert before
    assert network.read == 3 * len(rest)


def test_the_beginnings_that_are_kept_have_a_limit():
    model = LocalChatModel(weights=weights_of(), threads=1, path="transformers")
    for number in range(9):
        asked = [Message("system", f"number {number} " * 40), Message("user", "x")]
        list(model.stream(asked, Sampling(1, deadline_s=60)))
    assert len(model._prefixes) == 4


# the end of a process


LEAVING = """
import sys, threading, time
sys.path.insert(0, "tests/generator")
from tiny import tiny_network, tiny_tokenizer
from generator.backends.local import LocalChatModel
from generator.backends.weights import Weights
from generator.chat_model import Message, Sampling
from retriever.errors import ChatModelFailed

weights = Weights(tiny_network(), tiny_tokenizer(), "cpu", frozenset())
model = LocalChatModel(weights=weights, threads=1, path=sys.argv[1])
started = threading.Event()

def write():
    try:
        while True:
            # A prompt of many long steps: the process should end in the midst of one.
            asked = [Message("user", "abc" * 1000)]
            started.set()
            list(model.stream(asked, Sampling(9, 0.5, deadline_s=60)))
    except ChatModelFailed:
        pass

for _ in range(4):
    threading.Thread(target=write, daemon=True).start()
started.wait()
time.sleep(0.5)
"""


# Each takes a process with torch: the other path runs with the long runs.
@pytest.mark.parametrize("path", PATHS if "KILLS" in os.environ else ["torch-int8"])
def test_a_process_that_ends_while_it_writes_ends_well(path):
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", LEAVING, path], cwd=root, capture_output=True, text=True, timeout=100
    )
    assert (done.returncode, done.stderr) == (0, "")
