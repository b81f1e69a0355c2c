"""The OpenAI-compatible chat model against servers that keep to the protocol, and servers that do not."""

from __future__ import annotations

import itertools
import logging
import socket
import threading
import time
import traceback
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_server import begin, event, refusing, saying, sending, serving
from generator.backends.event_stream import MOST_BYTES, AnswerReader, data_of, payload, piece_of
from generator.backends.openai_compatible import OpenAICompatibleChatModel
from generator.backends.stopping import until_stop
from generator.chat_model import Message, Sampling
from retriever.errors import ChatModelFailed, ModelMissing

HELLO = [Message("user", "Say hello to Anna.")]
QUICK = Sampling(max_tokens=40, deadline_s=5)
KEY = "sk-very-secret-0815"


def said(model: OpenAICompatibleChatModel, sampling: Sampling = QUICK) -> str:
    return "".join(model.stream(HELLO, sampling))


def answered(*behaviours, sampling: Sampling = QUICK, key: str = "") -> str:
    with serving(*behaviours) as chat:
        return said(OpenAICompatibleChatModel(chat.url, "any", key, jitter=lambda: 0.0), sampling)


# what is asked and read


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


# streams


WHOLE = "Grüße, 你好 🪔 to you."
STREAM = b"\xef\xbb\xbf: hello\r\n\r\nevent: x\r\n" + b"".join(
    event(w) for w in ("Grüße, ", "你好 🪔", " to you.")
)


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_bytes_may_be_cut_anywhere(cuts):
    reader = AnswerReader()
    edges = [0, *sorted(cuts), len(STREAM)]
    pieces = [p for a, b in itertools.pairwise(edges) for p in reader.feed(STREAM[a:b])]
    assert "".join([*pieces, *reader.end()]) == WHOLE


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=3), max_size=3), st.integers(1, 5))
def test_pieces_end_before_the_first_stop_string_however_they_are_cut(text, stops, size):
    pieces = (text[at : at + size] for at in range(0, len(text), size))
    first = min((at for stop in stops if (at := text.find(stop)) >= 0), default=len(text))
    assert "".join(until_stop(pieces, stops)) == text[:first]


@pytest.mark.parametrize(
    "chunks",
    [
        (event("Hello Anna."),),  # no [DONE]
        (event("Hello Anna.").replace(b"\n", b"\r\n"), b"data: [DONE]\r\n\r\n"),
        (b": ping\n\n" * 50, event("Hello"), b": ping\n\n", event(" Anna."), b"data: [DONE]"),
        (event("Hello Anna."), b"data: [DONE]\n\n", event(" And more.")),
        (event("Hello Anna.").rstrip(),),  # no line end
        (b'{"choices": [{"message": {"content": "Hello Anna."}}]}',),  # asked to stream, and did not
        (b'\n {"choices": [{"message":', b' {"content": [{"type": "text", "text": "Hello Anna."}]}}]}'),
    ],
)
def test_an_answer_is_read_however_it_is_sent(chunks):
    assert answered(sending(*chunks)) == "Hello Anna."


@pytest.mark.parametrize(
    ("chunks", "says"),
    [
        ((b"<html>log in here</html>",), "no chat event"),
        ((b'{"error": {"message": "out of memory"}}',), "out of memory"),
        ((b'data: {"error": "out of memory"}\n\n',), "out of memory"),
        ((b'{"choices": [{"message": {"con',), "no chat event"),
        ((b"[" * 100_000,), "no chat event"),
        ((b'data: {"choices": [{"delta": {"content": 7}}]}\n',), "no chat event"),
        ((b"\xff\xfe\x00" * 40,), "no chat event"),
        ((), "no chat event"),
        ((b"data: " + b"x" * MOST_BYTES,), "more than 1,000,000 bytes"),
        ((b": ping\n" * (MOST_BYTES // 5),), "more than 1,000,000 bytes"),
    ],
)
def test_what_is_no_answer_fails_with_a_sentence(chunks, says):
    with pytest.raises(ChatModelFailed, match=says):
        answered(sending(*chunks))


def test_a_server_that_overlooks_the_limits_is_held_to_them():
    endless = sending(*(event("la") for _ in range(60)), event("\nCustomer: more"))
    assert answered(endless, sampling=Sampling(max_tokens=4)) == "la" * 4
    two = sending(event("one\nCus"), event("tomer: two"))
    assert answered(two, sampling=Sampling(stop=("\nCustomer:",))) == "one"


# refusals


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (400, "does not take such a request"),
        (401, "PARLEY_CHAT_MODEL_KEY"),
        (404, "PARLEY_CHAT_MODEL_NAME"),
        (418, "look at the server's log"),
    ],
)
def test_a_refusal_that_stays_is_told_at_once_with_what_to_do(code, says):
    with serving(refusing(code, "no such model")) as chat:
        with pytest.raises(ChatModelFailed, match=says) as failure:
            said(OpenAICompatibleChatModel(chat.url, "missing"))
        assert len(chat.asked) == 1
    assert not failure.value.retryable
    assert f"answered {code} (no such model)" in str(failure.value)


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504])
def test_a_refusal_that_passes_is_tried_again(code):
    assert answered(refusing(code), saying("Hello Anna.")) == "Hello Anna."


def test_the_fourth_refusal_is_told():
    with serving(refusing(503)) as chat:
        with pytest.raises(ChatModelFailed, match="503") as failure:
            said(OpenAICompatibleChatModel(chat.url, "m", jitter=lambda: 0.0))
        assert len(chat.asked) == 4
    assert failure.value.retryable


def test_a_server_that_asks_to_wait_is_waited_for_where_there_is_time():
    begun = time.monotonic()
    assert answered(refusing(429, Retry_After="1"), saying("Hello Anna.")) == "Hello Anna."
    assert 1.0 <= time.monotonic() - begun < 4.5


@pytest.mark.parametrize("later", ["60", formatdate(time.time() + 36_000, usegmt=True)])
def test_who_cannot_wait_so_long_does_not_begin_to(later):
    begun = time.monotonic()
    with pytest.raises(ChatModelFailed, match="429"):
        answered(refusing(429, Retry_After=later), saying("Hello Anna."))
    assert time.monotonic() - begun < 4


def test_after_the_first_piece_nothing_is_tried_again():
    def breaks_off(handler, _):
        begin(handler)
        handler.wfile.write(event("Hello"))
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_WR)

    with serving(breaks_off, saying("Hello Anna.")) as chat:
        assert said(OpenAICompatibleChatModel(chat.url, "m")) == "Hello"
        assert len(chat.asked) == 1

    def cut(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(event("Hello"))

    with serving(cut, saying("Hello Anna.")) as chat:
        with pytest.raises(ChatModelFailed, match="broke off"):
            said(OpenAICompatibleChatModel(chat.url, "m"))
        assert len(chat.asked) == 1


def test_a_server_that_is_not_there_is_reported():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
        model = OpenAICompatibleChatModel(f"http://127.0.0.1:{address[1]}/v1", "m")
        failures = []

        def ask() -> None:
            try:
                said(model, Sampling(deadline_s=1.0))
            except ChatModelFailed as error:
                failures.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert failures
    assert failures[0].retryable
    assert "is the server running" in str(failures[0])


# time


def test_a_server_that_says_nothing_costs_no_more_than_the_deadline():
    over = threading.Event()
    with serving(lambda handler, _: over.wait(5)) as chat:
        begun = time.monotonic()
        assert said(OpenAICompatibleChatModel(chat.url, "m"), Sampling(deadline_s=0.4)) == ""
        assert 0.3 < time.monotonic() - begun < 4
        over.set()


def test_a_server_that_only_pings_costs_no_more_than_the_deadline():
    pings = sending(*[b": ping\n\n"] * 20, wait=lambda: time.sleep(0.05))
    begun = time.monotonic()
    assert answered(pings, sampling=Sampling(deadline_s=0.4)) == ""
    assert time.monotonic() - begun < 5


def test_who_goes_away_while_the_server_thinks_waits_no_longer():
    gone, over = threading.Event(), threading.Event()
    with serving(lambda handler, _: over.wait(5)) as chat:
        threading.Timer(0.2, gone.set).start()
        begun = time.monotonic()
        assert said(OpenAICompatibleChatModel(chat.url, "m"), Sampling(cancelled=gone.is_set)) == ""
        assert time.monotonic() - begun < 4
        over.set()


def test_closing_ends_the_connection():
    ended = threading.Event()

    def notices(handler, _):
        begin(handler)
        try:
            for _ in range(500):
                handler.wfile.write(event("la "))
                handler.wfile.flush()
                time.sleep(0.005)
        except OSError:
            ended.set()

    with serving(notices) as chat:
        pieces = OpenAICompatibleChatModel(chat.url, "m").stream(HELLO, QUICK)
        next(pieces)
        pieces.close()
        assert ended.wait(10)


# addresses and keys


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://host/v1", "http://", "http://[", "http://host:99999/v1", "host/v1"]
)
def test_only_http_addresses_are_taken(url):
    with pytest.raises(ModelMissing, match="http://host:port/v1"):
        OpenAICompatibleChatModel(url, "m")


@pytest.mark.parametrize(
    "url", [f"http://me:{KEY}@host/v1", f"https://host/v1?key={KEY}", f"http://host/v1#{KEY}"]
)
def test_an_address_with_a_secret_in_it_is_refused_without_repeating_it(url):
    with pytest.raises(ModelMissing, match="PARLEY_CHAT_MODEL_KEY") as failure:
        OpenAICompatibleChatModel(url, "m")
    assert KEY not in str(failure.value)


@pytest.mark.parametrize("key", [f"{KEY}\nX-More: 1", f"{KEY} two", "schlüssel"])
def test_a_key_that_cannot_be_one_is_refused_without_repeating_it(key):
    with pytest.raises(ModelMissing, match="copy it again") as failure:
        OpenAICompatibleChatModel("http://127.0.0.1:9/v1", "m", key)
    assert key.split()[0] not in str(failure.value)


def test_the_key_goes_with_each_request_and_nowhere_else():
    with serving(saying("Hello Anna.")) as chat:
        said(OpenAICompatibleChatModel(chat.url, "m", f" {KEY}\n"))
        assert chat.asked[0][0]["Authorization"] == f"Bearer {KEY}"
        assert KEY not in str(chat.asked[0][1])


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_so_that_the_key_stays_here(code):
    with (
        serving(saying("Hello Anna.")) as elsewhere,
        serving(refusing(code, Location=f"{elsewhere.url}/chat/completions")) as chat,
    ):
        with pytest.raises(ChatModelFailed, match="redirects are not followed"):
            said(OpenAICompatibleChatModel(chat.url, "m", KEY))
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    "behaviour",
    [
        refusing(401, f"Incorrect key {KEY}"),
        refusing(500, f"Incorrect key {KEY}"),
        sending(b'data: {"error": "bad key ' + KEY.encode() + b'"}\n'),
        sending(b"bad key " + KEY.encode()),
    ],
)
def test_a_key_that_a_server_repeats_is_in_no_error_trace_or_log(behaviour, caplog):
    caplog.set_level(logging.DEBUG)
    with serving(behaviour) as chat:
        model = OpenAICompatibleChatModel(chat.url, "m", KEY)
        with pytest.raises(ChatModelFailed) as failure:
            said(model, Sampling(deadline_s=0.5))
    told = [*traceback.format_exception(failure.value), repr(model), *caplog.messages]
    assert KEY not in "\n".join(told)
