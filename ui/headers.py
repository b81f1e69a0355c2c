"""What goes out with every answer: the headers that tie a browser's hands, and the page's own policy.

Plain ASGI. The page itself (HTML at `/`) is read through once on its way out: our style sheet and script
are put into its head, Gradio's own social-media tags are taken out, and each inline script that Gradio
wrote is allowed by its digest, so that no other inline script can run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

from ui.limits import App, Message, Receive, Scope, Send

COMMON: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
# What pages of other sites may load as a part of theirs.
EMBEDDED = frozenset({"/widget.js"})
NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_SOCIAL = re.compile(r"<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*>|<link rel=\"manifest\"[^>]*>\s*")


def page_policy(script_digests: tuple[str, ...]) -> str:
    """The policy of the Gradio page, as strict as Gradio lets it be.

    * script-src 'unsafe-eval': `gr.HTML` compiles its (constant) template and listener with `Function`;
      without it no part of the page is drawn. Inline scripts and event handlers stay forbidden: only
      those whose digest is listed run.
    * style-src 'unsafe-inline': Gradio's components set style attributes and add style elements.
    * img-src data:, font-src data:: symbols inside Gradio's style sheets.
    * base-uri 'self': Gradio writes a base element with this server's address.
    """
    digests = "".join(f" '{digest}'" for digest in script_digests)
    return (
        "default-src 'none'; "
        f"script-src 'self' 'unsafe-eval'{digests}; script-src-attr 'none'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        "base-uri 'self'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    )


class SecurityHeaders:
    """Adds the headers to every answer, and gives the page its policy.

    A policy that an answer already has (a picture's) stays; all others get one that allows nothing.
    `head` is markup of ours that is put into the page's head.
    """

    def __init__(self, app: App, head: str) -> None:
        self._app = app
        self._head = head

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] == "/" and scope["method"] == "GET":
            # Gradio would compress it, and it has to be read here.
            plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
            await self._app({**scope, "headers": plain}, receive, _PageSender(send, self._head))
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = guarded(list(message.get("headers", ())), NOTHING)
                if scope["path"] in EMBEDDED:
                    policy = b"cross-origin-resource-policy"
                    headers = [pair for pair in headers if pair[0] != policy] + [(policy, b"cross-origin")]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, send_guarded)


def guarded(headers: list[tuple[bytes, bytes]], policy: str) -> list[tuple[bytes, bytes]]:
    """Headers with ours added; an own policy wins over `policy`, nothing wins over the others."""
    ours = {name for name, _ in COMMON}
    kept = [(name, value) for name, value in headers if name.lower() not in ours | {b"server"}]
    if not any(name.lower() == b"content-security-policy" for name, _ in kept):
        kept.append((b"content-security-policy", policy.encode()))
    return [*kept, *COMMON]


class _PageSender:
    """Holds the page back until it is whole, then sends it with its policy."""

    def __init__(self, send: Send, head: str) -> None:
        self._send = send
        self._head = head
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body", False):
            return
        headers = [pair for pair in self._start.get("headers", ()) if pair[0].lower() != b"content-length"]
        policy = NOTHING
        if any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers):
            page = dressed(self._body.decode("utf-8"), self._head)
            self._body = page.encode("utf-8")
            policy = page_policy(inline_script_digests(page))
            headers.append((b"cache-control", b"no-store"))
        headers.append((b"content-length", str(len(self._body)).encode()))
        await self._send({**self._start, "headers": guarded(headers, policy)})
        await self._send({"type": "http.response.body", "body": self._body})


def dressed(page: str, head: str) -> str:
    """The page with our markup at the end of its head, and without Gradio's tags for social media."""
    before, closing, after = page.partition("</head>")
    return f"{_SOCIAL.sub('', before)}{head}{closing}{after}"


class _InlineScripts(HTMLParser):
    """Collects the text of each script element without a source."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and "src" not in dict(attrs):
            self._inside = True
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data


def inline_script_digests(page: str) -> tuple[str, ...]:
    """`sha256-…` of each inline script, as a policy names them."""
    parser = _InlineScripts()
    # A browser reads CR LF as LF before it takes the digest.
    parser.feed(page.replace("\r\n", "\n"))
    parser.close()
    digests = (hashlib.sha256(script.encode("utf-8")).digest() for script in parser.scripts)
    return tuple(f"sha256-{base64.b64encode(digest).decode()}" for digest in digests)
