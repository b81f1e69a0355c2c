"""A chat server on loopback that answers as it is told, byte by byte where that matters."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Handler = http.server.BaseHTTPRequestHandler
Behaviour = Callable[[Handler, dict[str, Any]], None]


@dataclass
class ChatServer:
    """Its `url`; each request is answered by the next of `behaviours`, the last one over and over.

    `asked` keeps (headers, body) of each request.
    """

    behaviours: list[Behaviour]
    url: str = ""
    asked: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, handler: Handler, body: dict[str, Any]) -> Behaviour:
        with self._lock:
            self.asked.append((dict(handler.headers), body))
            return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]


@contextlib.contextmanager
def serving(*behaviours: Behaviour) -> Iterator[ChatServer]:
    chat = ChatServer(list(behaviours))

    class Answering(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            # Who reads may have gone away: nothing to tell anybody.
            with contextlib.suppress(OSError):
                chat.take(self, body)(self, body)

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as listening:
        listening.daemon_threads = True
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        chat.url = f"http://127.0.0.1:{listening.server_address[1]}/v1"
        try:
            yield chat
        finally:
            listening.shutdown()
            thread.join()


def event(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


def saying(text: str, *, wait: Callable[[], object] = lambda: None) -> Behaviour:
    """The words of a text as events, as the request wants them; `wait` before each but the first."""

    def answer(handler: Handler, body: dict[str, Any]) -> None:
        said = text
        for stop in body.get("stop", ()):
            said = said.partition(stop)[0]
        begin(handler)
        for place, word in enumerate(said.split(" ")[: body["max_tokens"]] if said else ()):
            if place:
                wait()
            handler.wfile.write(b": still here\n\n" + event(word if place == 0 else f" {word}"))
            handler.wfile.flush()
        handler.wfile.write(b"data: [DONE]\n\n")

    return answer


def sending(
    *chunks: bytes, kind: str = "text/event-stream", wait: Callable[[], object] = lambda: None
) -> Behaviour:
    """These bytes, each in a packet of its own where the network leaves them so."""

    def answer(handler: Handler, _: dict[str, Any]) -> None:
        begin(handler, kind)
        for chunk in chunks:
            handler.wfile.write(chunk)
            handler.wfile.flush()
            wait()

    return answer


def refusing(code: int, words: str = "no", **headers: str) -> Behaviour:
    def answer(handler: Handler, _: dict[str, Any]) -> None:
        body = words.encode()
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def begin(handler: Handler, kind: str = "text/event-stream") -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", kind)
    handler.end_headers()
