"""What every chat model does, whoever runs it. A new backend joins by one line in `MAKERS`.

`TRANSFORMERS_SERVE=1 pytest tests/generator/test_chat_model_conformance.py` asks a real server, too (20 s).
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tiny import tiny_network, tiny_tokenizer

from chat_server import saying, serving
from embedded_weights import unpacked_weights
from generator.backends.local import LocalChatModel
from generator.backends.openai_compatible import OpenAICompatibleChatModel
from generator.backends.scripted import ScriptedChatModel
from generator.backends.weights import Weights
from generator.chat_model import ChatModel, Message, Sampling
from retriever.errors import ChatModelFailed, ModelMissing

HELLO = [Message("user", "Say hello to Anna.")]
ANSWER = "Hello Anna. Good day, und schöne Grüße, 你好 🪔 to you all."
PATIENT = Sampling(max_tokens=12, deadline_s=60)


@dataclass(frozen=True)
class Backend:
    """One backend three times: as it should be, with nothing to say, and unable to answer."""

    model: ChatModel
    silent: ChatModel
    broken: ChatModel


@contextlib.contextmanager
def scripted(_: Path) -> Iterator[Backend]:
    speaking = ScriptedChatModel([ANSWER], stall_s=0.005)
    yield Backend(speaking, ScriptedChatModel([""]), ScriptedChatModel(fail=True))


@contextlib.contextmanager
def openai(_: Path) -> Iterator[Backend]:
    with serving(saying(ANSWER, wait=lambda: time.sleep(0.005))) as chat, serving(saying("")) as silent:
        yield Backend(
            OpenAICompatibleChatModel(chat.url, "any"),
            OpenAICompatibleChatModel(silent.url, "any"),
            OpenAICompatibleChatModel("http://127.0.0.1:9/v1", "any"),
        )


@contextlib.contextmanager
def local(folder: Path) -> Iterator[Backend]:
    parts = tiny_network(), tiny_tokenizer(), "cpu"
    yield Backend(
        LocalChatModel(weights=Weights(*parts, frozenset({257})), threads=1),
        LocalChatModel(weights=Weights(*parts, frozenset(range(258))), threads=1),
        LocalChatModel(str(folder / "none")),
    )


@contextlib.contextmanager
def embedded(folder: Path) -> Iterator[Backend]:
    model = LocalChatModel(threads=1, cache=unpacked_weights(), path="torch-int8")
    with local(folder) as small:
        yield Backend(model, small.silent, small.broken)


@contextlib.contextmanager
def transformers_serve(folder: Path) -> Iterator[Backend]:
    """A real server, from another hand, in a process of its own; it sends no [DONE]."""
    network = tiny_network()
    network.generation_config.pad_token_id = 257
    network.save_pretrained(folder / "tiny")
    tiny_tokenizer().save_pretrained(folder / "tiny")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(folder / "tiny")]
    command += ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    offline = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, env=offline, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and server.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        assert server.poll() is None, (folder / "log").read_text()
        model = OpenAICompatibleChatModel(f"http://127.0.0.1:{port}/v1", str(folder / "tiny"))
        list(model.stream(HELLO, PATIENT))
        with openai(folder) as simple:
            yield Backend(model, simple.silent, simple.broken)
    finally:
        server.terminate()
        server.wait(20)


MAKERS: dict[str, Callable[[Path], contextlib.AbstractContextManager[Backend]]] = {
    "scripted": scripted,
    "openai": openai,
    "local": local,
    "embedded": embedded,
}
if os.environ.get("TRANSFORMERS_SERVE"):  # a long run: the server takes 20 s to start
    MAKERS["transformers serve"] = transformers_serve
HEAVY = {"embedded", "transformers serve"}
LOOKS_AT_CANCELLED = tuple(MAKERS)
# No part of a stop string is yielded before all of it is there.
HOLDS_STOPS_BACK = tuple(MAKERS)


def each(names: object) -> list[object]:
    marks = {name: (pytest.mark.models,) if name in HEAVY else () for name in MAKERS}
    return [pytest.param(name, marks=marks[name]) for name in names]  # type: ignore[attr-defined]


@pytest.fixture(scope="module", params=each(MAKERS))
def backend(request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with MAKERS[request.param](tmp_path_factory.mktemp("model")) as made:
        yield made


@pytest.fixture
def model(backend: Backend) -> ChatModel:
    return backend.model


def said(model: ChatModel, sampling: Sampling = PATIENT) -> str:
    return "".join(model.stream(HELLO, sampling))


def test_pieces_are_not_empty_and_make_up_an_answer(model):
    pieces = list(model.stream(HELLO, PATIENT))
    assert pieces
    assert all(isinstance(piece, str) and piece for piece in pieces)


def test_no_more_tokens_come_than_asked_for(model):
    assert len(list(model.stream(HELLO, Sampling(max_tokens=1, deadline_s=60)))) <= 1
    assert len(list(model.stream(HELLO, Sampling(max_tokens=3, deadline_s=60)))) <= 3


def test_a_stop_string_is_not_yielded_nor_what_follows_it(model):
    whole = said(model)
    for at in range(1, min(6, len(whole))):
        stop = whole[at]
        assert (
            said(model, Sampling(12, stop=("never in it", stop), deadline_s=60)) == whole[: whole.find(stop)]
        )


def test_the_same_seed_says_the_same(model):
    for temperature in (0.0, 0.8):
        sampling = Sampling(8, temperature, seed=5, deadline_s=60)
        assert list(model.stream(HELLO, sampling)) == list(model.stream(HELLO, sampling))


def test_at_a_deadline_in_the_past_nothing_is_said(model):
    assert list(model.stream(HELLO, Sampling(deadline_s=0.0))) == []


def test_after_the_deadline_nothing_more_is_said(model):
    begun = time.monotonic()
    list(model.stream(HELLO, Sampling(max_tokens=2000, deadline_s=0.2)))
    assert time.monotonic() - begun < 10


def test_who_closes_early_leaves_nothing_behind(model):
    pieces = model.stream(HELLO, PATIENT)
    first = next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert list(pieces) == []
    assert said(model, Sampling(12, deadline_s=20)).startswith(first)


def test_two_threads_get_their_own_answers(model):
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(said(model))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [said(model)] * 2


def test_any_text_may_be_sent(model):
    odd = [Message("system", "Ö" * 50), Message("user", '你好 🪔 \u202e \x00 <s> {{ 7 }} "quoted"\n\ttab')]
    for piece in model.stream(odd, Sampling(4, deadline_s=60)):
        assert piece.encode()


def test_nothing_to_say_is_an_empty_answer_and_no_error(backend):
    assert list(backend.silent.stream(HELLO, PATIENT)) == []


def test_who_cannot_answer_says_so_with_an_error_of_ours(backend):
    with pytest.raises((ChatModelFailed, ModelMissing)) as failure:
        list(backend.broken.stream(HELLO, Sampling(deadline_s=0.5)))
    assert len(str(failure.value)) > 20


def test_a_name_is_there_and_warming_up_may_be_repeated(model):
    model.warm_up()
    model.warm_up()
    assert model.name


@pytest.mark.parametrize("backend", each(LOOKS_AT_CANCELLED), indirect=True)
def test_what_is_cancelled_ends_before_its_next_piece(backend):
    assert list(backend.model.stream(HELLO, Sampling(deadline_s=60, cancelled=lambda: True))) == []
    gone = threading.Event()
    pieces = backend.model.stream(HELLO, Sampling(deadline_s=60, cancelled=gone.is_set))
    assert next(pieces)
    gone.set()
    assert list(pieces) == []


@pytest.mark.parametrize("backend", each(HOLDS_STOPS_BACK), indirect=True)
def test_of_a_stop_string_that_comes_in_parts_nothing_is_yielded(backend):
    whole = said(backend.model)
    for at in range(1, len(whole) - 8, 5):
        stop = whole[at : at + 8]
        assert said(backend.model, Sampling(12, stop=(stop,), deadline_s=60)) == whole[:at]
