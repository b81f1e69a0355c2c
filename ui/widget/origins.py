"""Lets pages of other sites in: with a key, from an origin of that key, to the API and to pictures alone.

Plain ASGI, outside `limits.OwnOrigin`, which goes on refusing every other foreign page. In: any request.
Out: the request, with the `SiteKey` that it came with in its scope; or a refusal, in the API's one form.
An answer names exactly the origin that asked, never every one, and no credentials go either way.
"""

from __future__ import annotations

import re

from fastapi.concurrency import run_in_threadpool

from retriever.errors import ParleyError
from ui.limits import App, Message, Receive, Scope, Send, header, refuse
from ui.widget.keys import SiteKey, SiteKeys

KEY_HEADER = "X-Parley-Site-Key"
SCOPE_NAME = "parley.site"
_API = "/api/v1/"
_PICTURE = re.compile(r"/pictures/([^/]+)/")
_PREFLIGHT: tuple[tuple[bytes, bytes], ...] = (
    (b"access-control-allow-methods", b"GET, POST, DELETE"),
    (b"access-control-allow-headers", f"Accept, Content-Type, {KEY_HEADER}".encode()),
    # As long as a person usually stays; a revoked key is refused by the request itself.
    (b"access-control-max-age", b"600"),
    (b"content-length", b"0"),
)
_NO_KEY = "pages of other sites need a site key; make one with `parley widget --origin` and their address"
_BAD_KEY = "this site key is not in use; make one with `parley widget --origin` and the site's address"
_BAD_ORIGIN = "this site key is not for this site; make one with `parley widget --origin` and its address"


class SiteOrigins:
    """The door for pages of other sites. `own`: origins of this server's own pages, which need no key."""

    def __init__(self, app: App, keys: SiteKeys, own: frozenset[str]) -> None:
        self._app = app
        self._keys = keys
        self._own = own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith(_API):
            await self._api(scope, receive, send)
        elif scope["type"] == "http" and (picture := _PICTURE.match(path)):
            await self._picture(picture[1], scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _api(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin, key = header(scope, b"origin"), header(scope, KEY_HEADER.lower().encode())
        foreign = self._is_foreign(origin, scope)
        send = _answering("", send)
        if not foreign and not key:
            await self._app(scope, receive, send)
            return
        try:
            known = foreign and bool(await run_in_threadpool(self._keys.catalogues_of, origin))
            site = await run_in_threadpool(self._keys.find, key)
        except ParleyError as error:
            await refuse(send, 503, "storage", str(error))
            return
        # A page whose site has some key may read why this one was refused.
        send = _answering(origin if known else "", send)
        if foreign and _is_preflight(scope):
            await (_allow(send) if known else refuse(send, 403, "foreign_origin", _NO_KEY))
        elif foreign and not key:
            await refuse(send, 403, "foreign_origin", _NO_KEY)
        elif site is None:
            await refuse(send, 403, "unknown_site_key", _BAD_KEY)
        # A script outside a browser names no origin, and could name any.
        elif origin and origin not in site.origins:
            await refuse(send, 403, "foreign_origin", _BAD_ORIGIN)
        else:
            await self._app({**scope, SCOPE_NAME: site}, receive, send)

    async def _picture(self, catalogue: str, scope: Scope, receive: Receive, send: Send) -> None:
        """An `<img>` can send no key: what counts is that the site has one for this catalogue."""
        origin = header(scope, b"origin")
        allowed = ""
        if self._is_foreign(origin, scope):
            try:
                shown = await run_in_threadpool(self._keys.catalogues_of, origin)
            except ParleyError as error:
                await refuse(send, 503, "storage", str(error))
                return
            allowed = origin if catalogue in shown else ""
        await self._app(scope, receive, _answering(allowed, send))

    def _is_foreign(self, origin: str, scope: Scope) -> bool:
        same = f"{scope.get('scheme', 'http')}://{header(scope, b'host')}"
        return bool(origin) and origin != same and origin not in self._own


def site_of(scope: Scope) -> SiteKey | None:
    """The key that a request came with; None for one of our own page or of a script."""
    site = scope.get(SCOPE_NAME)
    return site if isinstance(site, SiteKey) else None


def _is_preflight(scope: Scope) -> bool:
    return scope["method"] == "OPTIONS" and bool(header(scope, b"access-control-request-method"))


async def _allow(send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": list(_PREFLIGHT)})
    await send({"type": "http.response.body", "body": b""})


def _answering(origin: str, send: Send) -> Send:
    """Answers may be read by `origin` (by no other, if it is empty), and caches keep one for each."""

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [pair for pair in message.get("headers", ()) if pair[0].lower() != b"vary"]
            vary = {
                name.strip().lower()
                for key, value in message.get("headers", ())
                if key.lower() == b"vary"
                for name in value.split(b",")
            }
            headers.append((b"vary", b", ".join(sorted(vary | {b"origin"}))))
            if origin:
                headers.append((b"access-control-allow-origin", origin.encode("latin-1")))
            message = {**message, "headers": headers}
        await send(message)

    return answer
