"""What may come in: size, shape, origin and route of a request, checked before anything of ours runs.

Plain ASGI, outermost first: `OwnOrigin`, `SmallStrictBodies`, `OnlyOurRoutes`. Each answers a refusal
itself, with a fixed code and sentence and none of the request's words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any, TypeAlias

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY_BYTES = 64 * 1024
# Deeper than any request of ours; Python's own JSON reader fails on depth with a RecursionError.
MAX_DEPTH = 32
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Unpaired surrogates cannot be stored or sent on as UTF-8; NUL ends strings in too many places below us.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# What the page uses of Gradio's routes; its uploads, file and proxy reads, login, monitoring, API pages and
# the rest do not exist here.
GRADIO_ROUTES = re.compile(
    r"/(?:|config|theme\.css|robots\.txt|(?:assets|static)/.+"
    r"|gradio_api/(?:queue/(?:join|data)|heartbeat/[a-z0-9]+|cancel|reset|startup-events))\Z"
)
OUR_ROUTES = re.compile(
    r"/(?:livez|readyz|favicon\.ico|parley/[a-z.]+|pictures/.+|api/v1/.+|widget\.js|widget-demo(?:\.css)?)\Z"
)


async def refuse(send: Send, status: int, code: str, message: str, *more: tuple[bytes, bytes]) -> None:
    """Answer with an error in the one form that all our errors have, and with `more` headers."""
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    length = str(len(body)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def header(scope: Scope, name: bytes) -> str:
    """A request header's value, or empty."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


class OwnOrigin:
    """Refuses a change asked for by a page of another site.

    A browser names the page's origin on every such request; a script outside a browser names none and
    is let through, since it could write any header.
    """

    def __init__(self, app: App, origins: frozenset[str]) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            # Nothing here speaks it.
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http" and scope["method"] not in READING:
            origin = header(scope, b"origin")
            same = f"{scope.get('scheme', 'http')}://{header(scope, b'host')}"
            # With a site key the page was let in already; see `widget.origins`.
            keyed = "parley.site" in scope
            if origin and origin != same and origin not in self._origins and not keyed:
                await refuse(
                    send, 403, "foreign_origin", "requests from pages of other sites are not answered"
                )
                return
        await self._app(scope, receive, send)


class OnlyOurRoutes:
    """Answers 404 for every path that neither the page nor the API needs."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and not (OUR_ROUTES.match(path) or GRADIO_ROUTES.match(path)):
            await refuse(send, 404, "not_found", "there is nothing at this address")
            return
        await self._app(scope, receive, send)


class SmallStrictBodies:
    """Refuses a body over 64 KiB with 413, and one that is not strict JSON with 422.

    Strict: UTF-8, finite numbers, no NUL, no unpaired surrogates, at most 32 levels. What comes after
    may then decode, store and echo any string without looking.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READING:
            await self._app(scope, receive, send)
            return
        declared = header(scope, b"content-length")
        body = None if declared.isdigit() and int(declared) > MAX_BODY_BYTES else await _read(receive)
        if body is None:
            most = (
                f"the request has more than {MAX_BODY_BYTES:,} bytes, which is the most; send a shorter one"
            )
            await refuse(send, 413, "too_large", most)
            return
        if body and (fault := json_fault(body)):
            await refuse(send, 422, "bad_json", fault)
            return
        await self._app(scope, _replayed(body, receive), send)


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None as soon as it is too large."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(chunks)
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            return None
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replayed(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def json_fault(body: bytes) -> str:
    """Why the bytes are no JSON that every part behind can hold (see the class above), or empty."""
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _depth(body) > MAX_DEPTH:
        return f"the body is nested more than {MAX_DEPTH} levels deep; send a flat JSON object"
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        return "the body is not valid JSON in UTF-8 with finite numbers; mend it and send it again"
    if any(_UNSTORABLE.search(text) for text in _strings(value)):
        return "the text holds half a character (a lone surrogate) or a NUL; take it out and send it again"
    return ""


def _strings(value: object) -> Iterator[str]:
    """Every string inside a JSON value, keys too."""
    match value:
        case str():
            yield value
        case dict():
            for key, inner in value.items():
                yield key
                yield from _strings(inner)
        case list():
            for inner in value:
                yield from _strings(inner)


def _depth(body: bytes) -> int:
    """Deepest nesting, brackets inside strings not counted."""
    deepest = level = 0
    outside = re.sub(rb'"(?:\\.|[^"\\])*"', b"", body)
    for byte in outside:
        if byte in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif byte in b"]}":
            level -= 1
    return deepest


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError("a number is too large")
    return number
