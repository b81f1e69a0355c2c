"""Any server that speaks the OpenAI chat protocol (vLLM, llama.cpp, transformers serve, …), by URL.

In: messages. Out: text, piece by piece. Only the URL that was configured is spoken to, and the key goes to it
alone: redirects are not followed. What is sent and read is in `event_stream.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import functools
import itertools
import json
import random
import time
import urllib.parse
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from generator.backends.event_stream import ERROR_CHARS, AnswerReader, payload
from generator.backends.stopping import until_stop
from generator.chat_model import Message, Sampling
from retriever.errors import ChatModelFailed, ModelMissing

if TYPE_CHECKING:
    import ssl

    import httpx

_RETRYABLE = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_ATTEMPTS = 4
_FIRST_WAIT_S = 0.2  # doubled each time, and up to half of it more, so that many who wait do not come at once
_CONNECT_S = 3.0
_BETWEEN_PIECES_S = 10.0
_LOOK_S = 0.05  # between looks at the clock and at whether anybody still waits
_ADVICE = {
    400: "the server does not take such a request; look at its log",
    401: "set PARLEY_CHAT_MODEL_KEY to a key that it takes",
    403: "set PARLEY_CHAT_MODEL_KEY to a key that may use this model",
    404: "check PARLEY_CHAT_MODEL (it ends in /v1 with most servers) and PARLEY_CHAT_MODEL_NAME",
    429: "it has too much to do, or the key's quota is used up; try again later",
}


class OpenAICompatibleChatModel:
    """A chat model behind `url` ("http://127.0.0.1:8000/v1"), asked for by `model`.

    Each answer has its own connection, so that nothing that another one left behind can break it. Before the
    first piece, refusals that pass and failed connections are tried again while there is time. Must not be
    called from within an event loop: it runs one of its own.

    Raises:
        ModelMissing: at construction, if the URL is neither http nor https, or the URL or key is malformed.
    """

    def __init__(
        self,
        url: str,
        model: str,
        key: str = "",
        *,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._url = _address(url)
        self._model = model
        self._key = _checked(key.strip())
        self._clock = clock
        self._jitter = jitter

    @property
    def name(self) -> str:
        return self._model

    def warm_up(self) -> None:
        """Nothing to load on this side."""

    def stream(self, messages: Sequence[Message], sampling: Sampling) -> Iterator[str]:
        deadline = self._clock() + sampling.deadline_s
        body = json.dumps(payload(self._model, messages, sampling)).encode()

        def over() -> bool:
            return sampling.cancelled() or self._clock() >= deadline

        # A server may overlook both limits: most pieces are one token.
        with contextlib.closing(self._tried(body, deadline, over)) as pieces:
            yield from until_stop(itertools.islice(pieces, sampling.max_tokens), sampling.stop)

    def _tried(self, body: bytes, deadline: float, over: Callable[[], bool]) -> Generator[str, None, None]:
        """The pieces of the first attempt that gives any."""
        for attempt in itertools.count(1):
            if over():
                return
            begun = False
            try:
                left = deadline - self._clock()
                with contextlib.closing(_driven(self._answer(body, left), over)) as pieces:
                    for piece in pieces:
                        begun = True
                        yield piece
                return
            except _Refused as refused:
                if over():  # what broke off at the deadline was cut off by it
                    return
                wait = _FIRST_WAIT_S * 2 ** (attempt - 1) * (1 + self._jitter() / 2)
                wait = max(wait, refused.wait_s)
                late = self._clock() + wait >= deadline
                if begun or attempt == _ATTEMPTS or late or not refused.failure.retryable:
                    raise refused.failure from refused.__cause__
            _rest(wait, self._clock, over)

    async def _answer(self, body: bytes, left: float) -> AsyncGenerator[str, None]:
        """One attempt. Raises _Refused."""
        import httpx

        headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream, application/json",
            "Accept-Encoding": "identity",  # a few bytes may unpack to any number
        }
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        timeout = httpx.Timeout(min(left, _BETWEEN_PIECES_S), connect=min(left, _CONNECT_S), pool=None)
        try:
            async with (
                httpx.AsyncClient(verify=_trusted(), timeout=timeout, follow_redirects=False) as client,
                client.stream("POST", self._url, content=body, headers=headers) as response,
            ):
                if response.status_code != httpx.codes.OK:
                    raise await self._refusal(response)
                reader = AnswerReader()
                async for chunk in response.aiter_raw():
                    for piece in reader.feed(chunk):
                        yield piece
                    if reader.finished:
                        return
                for piece in reader.end():
                    yield piece
        except (httpx.HTTPError, OSError) as error:
            what = self._hidden(str(error)) or type(error).__name__
            failure = ChatModelFailed(
                f"{self._url} cannot be reached, or broke off ({what}); is the server running?",
                retryable=True,
            )
            raise _Refused(failure) from error
        except ChatModelFailed as error:
            # Without what it came from: that may hold the key that a server repeated.
            raise _Refused(ChatModelFailed(self._hidden(str(error)))) from None

    async def _refusal(self, response: httpx.Response) -> _Refused:
        said = b""
        async for chunk in response.aiter_raw():
            said += chunk
            if len(said) > ERROR_CHARS:
                break
        words = " ".join(said.decode("utf-8", "replace")[:ERROR_CHARS].split())
        code = response.status_code
        advice = _ADVICE.get(code, "look at the server's log")
        if response.has_redirect_location:
            advice = "redirects are not followed; set PARLEY_CHAT_MODEL to the address that it leads to"
        failure = ChatModelFailed(
            f"{self._url} answered {code} ({self._hidden(words)}); {advice}", retryable=code in _RETRYABLE
        )
        return _Refused(failure, _seconds(response.headers.get("Retry-After", "")))

    def _hidden(self, text: str) -> str:
        """A server's words without our key, which some repeat in their complaints."""
        return text.replace(self._key, "…") if self._key else text


class _Refused(Exception):
    """An attempt came to nothing: `failure` is what to tell, `wait_s` how long the server asks to wait."""

    def __init__(self, failure: ChatModelFailed, wait_s: float = 0.0) -> None:
        super().__init__()
        self.failure = failure
        self.wait_s = wait_s


def _address(url: str) -> str:
    """Where chat completions are asked for.

    Raises:
        ModelMissing: it is no plain http or https address.
    """
    try:
        parts = urllib.parse.urlsplit(url.strip())
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound:
        raise ModelMissing(f"{url!r} is no chat model's address; write http://host:port/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        # Not repeated: it may hold a secret.
        raise ModelMissing(
            "the chat model's address holds a user, a password or a query; write http://host:port/v1, and "
            "put the key into the environment as PARLEY_CHAT_MODEL_KEY"
        )
    return url.strip().rstrip("/") + "/chat/completions"


def _checked(key: str) -> str:
    if any(not "!" <= c <= "~" for c in key):
        raise ModelMissing(
            "PARLEY_CHAT_MODEL_KEY holds a blank, a line break or a letter that no key has; copy it again"
        )
    return key


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Which certificates are trusted; made once, since it takes 20 ms."""
    import httpx

    return httpx.create_ssl_context()


def _seconds(retry_after: str) -> float:
    """How long a server asks to wait, in seconds or as a date; 0 where it does not say."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return 0.0


def _rest(seconds: float, clock: Callable[[], float], over: Callable[[], bool]) -> None:
    until = clock() + seconds
    while not over() and clock() < until:
        time.sleep(min(_LOOK_S, seconds))


def _driven(pieces: AsyncGenerator[str, None], over: Callable[[], bool]) -> Generator[str, None, None]:
    """The pieces, until they end or it is over; whatever they wait for is given up then, and when closed."""

    async def following() -> str | None:
        return await anext(pieces, None)

    with contextlib.closing(asyncio.new_event_loop()) as loop:
        try:
            while not over():
                step = loop.create_task(following())
                try:
                    while not step.done() and not over():
                        loop.run_until_complete(asyncio.wait({step}, timeout=_LOOK_S))
                finally:
                    if not step.done():
                        step.cancel()
                        with contextlib.suppress(asyncio.CancelledError):
                            loop.run_until_complete(step)
                if step.cancelled() or (piece := step.result()) is None:
                    return
                yield piece
        finally:
            loop.run_until_complete(pieces.aclose())
            loop.run_until_complete(loop.shutdown_asyncgens())
