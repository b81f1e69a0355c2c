"""The OpenAI chat protocol: a request's body, and an answer's bytes → text.

In: messages, or bytes as they come, cut anywhere. Out: JSON values, pieces of text. Pure: no socket.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from generator.chat_model import Message, Sampling
from retriever.errors import ChatModelFailed

DONE = "[DONE]"
MOST_BYTES = 1_000_000  # of an answer; a reply's sentences are a thousandth of it
ERROR_CHARS = 200


def payload(model: str, messages: Sequence[Message], sampling: Sampling) -> dict[str, Any]:
    """The request's body."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in messages],
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "seed": sampling.seed,
        "stream": True,
    }
    if sampling.stop:
        body["stop"] = list(sampling.stop)
    return body


class AnswerReader:
    """An answer's bytes → pieces: an event stream, or the one JSON of servers that do not stream.

    Lines may end in LF or CRLF; letters and lines may be cut anywhere; comments and other fields are passed
    over. `finished` once the server said so; an answer may end without.
    """

    def __init__(self) -> None:
        self._held = b""
        self._size = 0
        self._events = 0
        self.finished = False

    def feed(self, chunk: bytes) -> Iterator[str]:
        """The pieces that are complete with these bytes.

        Raises:
            ChatModelFailed: what came is no answer, reports an error, or is longer than any answer.
        """
        self._size += len(chunk)
        if self._size > MOST_BYTES:
            raise ChatModelFailed(
                f"the chat model's server sent more than {MOST_BYTES:,} bytes for an answer"
            )
        self._held += chunk
        if self._is_whole():
            return
        *lines, self._held = self._held.split(b"\n")
        for line in lines:
            yield from self._line(line)

    def end(self) -> Iterator[str]:
        """What the last bytes hold; raises as `feed` does."""
        if self._is_whole():
            if piece := whole_of(self._held.decode("utf-8", "replace")):
                yield piece
            return
        yield from self._line(self._held)
        if not self._events:
            said = self._held.decode("utf-8", "replace")[:ERROR_CHARS]
            raise ChatModelFailed(f"the chat model's server sent no chat event: {said!r}")

    def _is_whole(self) -> bool:
        return not self._events and self._held.lstrip()[:1] == b"{"

    def _line(self, line: bytes) -> Iterator[str]:
        data = data_of(line)
        if not data or self.finished:
            return
        self._events += 1
        if data == DONE:
            self.finished = True
        elif piece := piece_of(data):
            yield piece


def data_of(line: bytes) -> str:
    """The data of one line of an event stream; empty for comments, other fields and blank lines."""
    text = line.decode("utf-8", "replace").removeprefix("\ufeff").strip()
    return text.removeprefix("data:").strip() if text.startswith("data:") else ""


def piece_of(data: str) -> str:
    """The text in one event; empty for events without any.

    Raises:
        ChatModelFailed: if the event is no JSON of the protocol, or reports an error.
    """
    return _text_in(data, "delta")


def whole_of(data: str) -> str:
    """The text of an answer that came as one JSON; raises as `piece_of` does."""
    return _text_in(data, "message")


def _text_in(data: str, part: str) -> str:
    try:
        event = json.loads(data)
        if "error" in event:
            raise ChatModelFailed(f"the chat model's server reports: {str(event['error'])[:ERROR_CHARS]}")
        choices = event.get("choices") or [{}]
        content = (choices[0].get(part) or {}).get("content") or ""
        if isinstance(content, list):  # some servers send parts, of which only text is asked for
            content = "".join(str(one.get("text") or "") for one in content)
        if not isinstance(content, str):
            raise TypeError(type(content).__name__)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise ChatModelFailed(
            f"the chat model's server sent what is no chat event: {data[:ERROR_CHARS]!r}"
        ) from error
    return content
