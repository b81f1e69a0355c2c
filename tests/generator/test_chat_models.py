"""One conformance suite for every chat model, and what is particular to each."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from invented import LIGHTHOUSE, films

from generator.backends.local import LocalChatModel
from generator.backends.openai_compatible import OpenAICompatibleChatModel, data_of, payload, piece_of
from generator.backends.scripted import ScriptedChatModel
from generator.chat_model import ChatModel, Message, Sampling, SteerableChatModel
from generator.grounding import check
from generator.prompting import item_messages
from generator.replies import ItemEvidence
from generator.speaker import Speaker
from generator.steering import sentence_lattice
from generator.writer import Writer
from retriever.errors import ChatModelFailed, ModelMissing

HELLO = [Message("user", "Say hello to Anna.")]


@pytest.fixture
def server() -> Iterator[str]:
    """A chat server on loopback that answers "Hello Anna." in three events."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if body["model"] == "missing":
                self.send_error(404, "no such model")
                return
            text = "Hello Anna. Good day."
            text = text.partition(body["stop"][0])[0] if "stop" in body else text
            words = text.split(" ")[: body["max_tokens"]]
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for place, word in enumerate(words):
                delta = {"choices": [{"delta": {"content": word if place == 0 else f" {word}"}}]}
                self.wfile.write(b": comment\n\ndata: " + json.dumps(delta).encode() + b"\n\n")
            self.wfile.write(b"data: [DONE]\n\n")

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_address[1]}/v1"
        listening.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def weights_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpacked weights, so that a second model loads in a moment."""
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(scope="module")
def embedded(weights_cache: Path) -> LocalChatModel:
    model = LocalChatModel(threads=1, cache=weights_cache, path="torch-int8")
    model.warm_up()  # unpacking takes longer than an answer may
    return model


@pytest.fixture(params=["scripted", "openai", pytest.param("embedded", marks=pytest.mark.models)])
def model(request) -> ChatModel:
    match request.param:
        case "scripted":
            return ScriptedChatModel(["Hello Anna. Good day."])
        case "openai":
            return OpenAICompatibleChatModel(request.getfixturevalue("server"), "any")
    return request.getfixturevalue("embedded")


def test_pieces_are_not_empty_and_make_up_an_answer(model):
    pieces = list(model.stream(HELLO, Sampling(max_tokens=8, deadline_s=60)))
    assert pieces
    assert all(pieces)


def test_max_tokens_is_honoured(model):
    assert len("".join(model.stream(HELLO, Sampling(max_tokens=1, deadline_s=60))).split()) <= 1


def test_a_stop_string_is_not_yielded(model):
    whole = "".join(model.stream(HELLO, Sampling(max_tokens=8, deadline_s=60)))
    stop = whole[3:5]
    cut = "".join(model.stream(HELLO, Sampling(max_tokens=8, stop=(stop,), deadline_s=60)))
    assert stop not in cut
    assert whole.startswith(cut)


def test_greedy_answers_repeat(model):
    sampling = Sampling(max_tokens=6, deadline_s=60)
    assert list(model.stream(HELLO, sampling)) == list(model.stream(HELLO, sampling))


def test_warm_up_may_be_repeated(model):
    model.warm_up()
    model.warm_up()
    assert model.name


def test_several_threads_get_their_own_answers(model):
    answers: list[str] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append("".join(model.stream(HELLO, Sampling(max_tokens=5, deadline_s=60))))
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert len(answers) == 3


# scripted


def test_the_scripted_model_can_fail():
    with pytest.raises(ChatModelFailed) as failure:
        list(ScriptedChatModel(fail=True).stream(HELLO, Sampling()))
    assert failure.value.retryable


def test_the_scripted_model_stops_at_the_deadline():
    now = iter(range(100))
    model = ScriptedChatModel(["a b c d e f"], clock=lambda: float(next(now)))
    assert "".join(model.stream(HELLO, Sampling(deadline_s=3))) == "a b"


# OpenAI-compatible


def test_a_payload_holds_what_the_protocol_asks_for():
    body = payload("m", [Message("system", "s"), Message("user", "u")], Sampling(9, 0.5, 3, ("\n",)))
    assert body == {
        "model": "m",
        "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}],
        "max_tokens": 9,
        "temperature": 0.5,
        "seed": 3,
        "stop": ["\n"],
        "stream": True,
    }


@pytest.mark.parametrize(
    ("line", "data"),
    [(b"data: {}\n", "{}"), (b"data:[DONE]", "[DONE]"), (b": ping\n", ""), (b"\n", ""), (b"event: x\n", "")],
)
def test_event_stream_lines_are_read(line, data):
    assert data_of(line) == data


@pytest.mark.parametrize("data", ['{"choices": []}', '{"choices": [{"delta": {}}]}', '{"usage": {}}'])
def test_events_without_text_are_empty(data):
    assert piece_of(data) == ""


@pytest.mark.parametrize("data", ["not json", "[]", "3", '{"error": {"message": "full"}}', '{"choices": 3}'])
def test_events_that_are_none_fail(data):
    with pytest.raises(ChatModelFailed):
        piece_of(data)


def test_a_server_that_refuses_is_reported_with_its_words(server):
    with pytest.raises(ChatModelFailed, match="404") as failure:
        list(OpenAICompatibleChatModel(server, "missing").stream(HELLO, Sampling()))
    assert not failure.value.retryable


def test_a_server_that_is_not_there_is_reported():
    with pytest.raises(ChatModelFailed, match="is the server running") as failure:
        list(OpenAICompatibleChatModel("http://127.0.0.1:9/v1", "m").stream(HELLO, Sampling(deadline_s=2)))
    assert failure.value.retryable


def test_only_http_addresses_are_taken():
    with pytest.raises(ModelMissing, match="http://host:port/v1"):
        OpenAICompatibleChatModel("file:///etc/passwd", "m")


# local


def test_a_folder_that_is_no_model_is_reported(tmp_path):
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        LocalChatModel(str(tmp_path)).warm_up()


@pytest.mark.models
def test_steered_sentences_of_the_embedded_model_are_supported(embedded, capfd):
    assert isinstance(embedded, SteerableChatModel)
    one = ItemEvidence(LIGHTHOUSE, 1)
    lattice = sentence_lattice(one, Speaker.of(films(), 0))
    assert lattice is not None
    for seed in range(5):
        sampling = Sampling(96, 0.7, seed, deadline_s=60)
        sentence = "".join(embedded.steer(item_messages(films(), LIGHTHOUSE), lattice, sampling))
        assert check(sentence, films(), LIGHTHOUSE).reasons == ()
    assert capfd.readouterr() == ("", "")


@pytest.mark.models
def test_the_embedded_model_takes_part_in_a_reply(embedded):
    evidence = films()
    plain = list(Writer().write(evidence))[-1]
    reply = list(Writer(embedded).write(evidence, deadline_s=60))[-1]
    assert reply.text != plain.text  # type: ignore[union-attr]
    assert not reply.degraded  # type: ignore[union-attr]
    assert reply.ungrounded_removed == 0  # type: ignore[union-attr]


@pytest.mark.models
def test_a_deadline_in_the_past_gives_nothing(embedded):
    embedded.warm_up()
    assert list(embedded.stream(HELLO, Sampling(deadline_s=0.0))) == []


@pytest.mark.models
def test_rereading_a_shared_beginning_changes_no_answer(embedded, weights_cache):
    other = [Message("user", "Say hello to Bert and to everybody else.")]
    sampling = Sampling(max_tokens=8, deadline_s=60)
    alone = "".join(LocalChatModel(threads=1, cache=weights_cache, path="torch-int8").stream(HELLO, sampling))
    list(embedded.stream(other, sampling))
    assert "".join(embedded.stream(HELLO, sampling)) == alone
