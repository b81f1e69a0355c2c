"""The web server: the page at `/`, the API under `/api/v1`, the widget, pictures, health; and the walls
around them.

In: a `Parley`. Out: a FastAPI application. It sends no request to anywhere, and the page that it serves
may not either.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, Response
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from retriever.offline import go_offline
from ui.api import api_routes, handle_errors
from ui.headers import SecurityHeaders
from ui.limits import OnlyOurRoutes, OwnOrigin, SmallStrictBodies
from ui.pictures import picture_routes
from ui.profile_api import profile_routes
from ui.rates import Rates
from ui.widget.keys import SiteKeys
from ui.widget.origins import SiteOrigins
from ui.widget.routes import widget_routes

if TYPE_CHECKING:
    from chatbot.build import Parley

_FOLDER = Path(__file__).parent
_ASSETS = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def create_app(parley: Parley, *, allowed_hosts: Sequence[str] = ()) -> FastAPI:
    """Everything that is served, ready for uvicorn.

    `allowed_hosts`: names under which people reach this server besides its own address and loopback.
    A request for any other name is refused, which stops a foreign site that points its name here.
    """
    app = FastAPI(title="Parley", openapi_url=None, docs_url=None, redoc_url=None)
    handle_errors(app)
    app.include_router(_health_routes(parley))
    app.include_router(_asset_routes())
    app.include_router(picture_routes(parley.settings.data_dir / "pictures"))
    app.include_router(widget_routes(parley))
    keys = SiteKeys(parley.settings.data_dir)
    app.include_router(profile_routes(parley, keys))
    app.include_router(api_routes(parley, keys))
    origins = own_origins(parley.settings.host, parley.settings.port, allowed_hosts)
    hosts = [*_LOOPBACK, *allowed_hosts, *_address(parley.settings.host)]
    # Added last is outermost. CORS is here although it allows no foreign page anything: without one of ours
    # Gradio brings its own, which on some addresses allows every origin.
    app.add_middleware(CORSMiddleware, allow_origins=sorted(origins), allow_methods=["GET", "POST", "DELETE"])
    app.add_middleware(OnlyOurRoutes)
    app.add_middleware(SmallStrictBodies)
    app.add_middleware(OwnOrigin, origins=origins)
    app.add_middleware(Rates, per_minute=parley.settings.rate_per_minute)
    app.add_middleware(SiteOrigins, keys=keys, own=origins)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.add_middleware(SecurityHeaders, head=_page_head())
    # Gradio opens an event loop for each of its locks when none is running, and never closes it. So the page
    # is built inside one, on a thread of its own, since the caller may be running a loop already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(_mount_page(app, parley))).result()
    return app


def own_origins(host: str, port: int, allowed_hosts: Sequence[str] = ()) -> frozenset[str]:
    """Origins of our own page: loopback and the address bound, and allowed names by either scheme."""
    near = {f"http://{_bracketed(name)}:{port}" for name in (*_LOOPBACK, *_address(host))}
    far = {f"{scheme}://{name}{end}" for name in allowed_hosts for scheme in ("http", "https")
           for end in ("", f":{port}")}  # fmt: skip
    return frozenset(near | far)


def _address(host: str) -> tuple[str, ...]:
    """The host as people may name it: not "every address", which is nobody's name."""
    return () if host in {"0.0.0.0", "::", ""} else (host,)  # noqa: S104  # compared, not bound


def _bracketed(host: str) -> str:
    try:
        return f"[{host}]" if ipaddress.ip_address(host).version == 6 else host
    except ValueError:
        return host


async def _mount_page(app: FastAPI, parley: Parley) -> None:
    go_offline()  # before Gradio is imported: it calls home when it builds a page
    import gradio as gr

    from ui.page import build_page

    gr.mount_gradio_app(
        app,
        build_page(parley),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1b",  # and the upload route does not exist; see `limits.GRADIO_ROUTES`
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        ssr_mode=False,
        # Names only: a font object of Gradio's may be one that is fetched.
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
    )


def _page_head() -> str:
    """Our part of the page's head; the digests make a browser fetch a changed file anew."""
    css, js = _digest("page.css"), _digest("page.js")
    return (
        '<meta name="description" content="Parley recommends from a catalogue, in conversation">'
        '<meta name="color-scheme" content="light dark">'
        '<link rel="icon" type="image/svg+xml" href="/parley/icon.svg">'
        f'<script src="/parley/page.js?v={js}"></script>'
        f'<link rel="stylesheet" href="/parley/page.css?v={css}">'
    )


def _digest(name: str) -> str:
    return hashlib.sha256((_FOLDER / name).read_bytes()).hexdigest()[:16]


def _asset_routes() -> APIRouter:

    router = APIRouter()
    files = {name: (_FOLDER / name).read_bytes() for name in _ASSETS}

    @router.get("/parley/{name}", include_in_schema=False)
    def asset(name: str) -> Response:
        if name not in files:
            return Response(status_code=404)
        headers = {"Cache-Control": "public, max-age=86400"}
        return Response(files[name], media_type=_ASSETS[name], headers=headers)

    @router.get("/favicon.ico", include_in_schema=False)
    def favicon() -> Response:
        return Response(files["icon.svg"], media_type=_ASSETS["icon.svg"])

    return router


def _health_routes(parley: Parley) -> APIRouter:

    router = APIRouter()

    @router.get("/livez", include_in_schema=False)
    def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz", include_in_schema=False)
    def readyz() -> Response:
        if not parley.ready:
            return JSONResponse({"status": "starting"}, 503)
        # Degraded still serves what is whole; the sentences are for the operator's log, not for everybody.
        return JSONResponse({"status": "degraded" if parley.faults else "ready"})

    return router
