"""Any server that speaks the OpenAI chat protocol (vLLM, llama.cpp, …), by URL.

`payload` and `piece_of` are pure; only `_open` touches the network, and only the URL that was configured.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from generator.chat_model import Message, Sampling
from retriever.errors import ChatModelFailed, ModelMissing

DONE = "[DONE]"
_RETRYABLE = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_ERROR_CHARS = 200


class OpenAICompatibleChatModel:
    """A chat model behind `url` ("http://127.0.0.1:8000/v1"), asked for by `model`.

    Raises:
        ModelMissing: at construction, if the URL is neither http nor https.
    """

    def __init__(
        self, url: str, model: str, key: str = "", *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise ModelMissing(f"{url!r} is no chat model's address; write http://host:port/v1")
        self._url = url.rstrip("/") + "/chat/completions"
        self._model = model
        self._key = key
        self._clock = clock

    @property
    def name(self) -> str:
        return self._model

    def warm_up(self) -> None:
        """Nothing to load on this side."""

    def stream(self, messages: Sequence[Message], sampling: Sampling) -> Iterator[str]:
        deadline = self._clock() + sampling.deadline_s
        body = json.dumps(payload(self._model, messages, sampling)).encode()
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(self._url, body, headers)  # noqa: S310 - http(s) by the constructor
        try:
            with urllib.request.urlopen(request, timeout=sampling.deadline_s) as response:  # noqa: S310
                for line in response:
                    if self._clock() >= deadline:
                        return
                    data = data_of(line)
                    if data == DONE:
                        return
                    if data and (piece := piece_of(data)):
                        yield piece
        except urllib.error.HTTPError as error:
            with error:
                said = error.read(_ERROR_CHARS).decode("utf-8", "replace").strip()
            raise ChatModelFailed(
                f"{self._url} answered {error.code} ({said}); check the model's name and key",
                retryable=error.code in _RETRYABLE,
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise ChatModelFailed(
                f"{self._url} cannot be reached ({error}); is the server running?", retryable=True
            ) from error


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


def data_of(line: bytes) -> str:
    """The data of one line of an event stream; empty for comments, other fields and blank lines."""
    text = line.decode("utf-8", "replace").strip()
    return text.removeprefix("data:").strip() if text.startswith("data:") else ""


def piece_of(data: str) -> str:
    """The text in one event; empty for events without any.

    Raises:
        ChatModelFailed: if the event is no JSON of the protocol, or reports an error.
    """
    try:
        event = json.loads(data)
        if "error" in event:
            raise ChatModelFailed(f"the chat model's server reports: {str(event['error'])[:_ERROR_CHARS]}")
        choices = event.get("choices") or [{}]
        return str((choices[0].get("delta") or {}).get("content") or "")
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise ChatModelFailed(
            f"the chat model's server sent what is no chat event: {data[:_ERROR_CHARS]!r}"
        ) from error
