"""`/widget.js`, and `/widget-demo`: a mock shop that embeds it as an owner would."""

from __future__ import annotations

import base64
import hashlib
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from generator.labels import fact_list
from retriever.ledger import CatalogueInfo
from ui.widget.demo import POLICY, Tile, demo_page, evenly

if TYPE_CHECKING:
    from chatbot.build import Parley

_FOLDER = Path(__file__).parent
SCRIPT = "widget.js"
DEMO_CATALOGUE = "shop"
# A page asks again after an hour and is told that nothing changed; an update is everywhere within one.
_CACHE = "public, max-age=3600"
_ITEMS_READ = 1000
_TILES = 8


def widget_script() -> bytes:
    """The script as it is served."""
    return (_FOLDER / SCRIPT).read_bytes()


def integrity(script: bytes) -> str:
    """The value of an `integrity` attribute for these bytes."""
    return f"sha384-{base64.b64encode(hashlib.sha384(script).digest()).decode()}"


def widget_routes(parley: Parley) -> APIRouter:
    """The routes above."""
    router = APIRouter(include_in_schema=False)
    files = {
        "/widget.js": (widget_script(), "text/javascript; charset=utf-8"),
        "/widget-demo.css": ((_FOLDER / "demo.css").read_bytes(), "text/css; charset=utf-8"),
    }
    tags = {path: f'"{hashlib.sha256(body).hexdigest()[:32]}"' for path, (body, _) in files.items()}

    @router.api_route("/widget.js", methods=["GET", "HEAD"])
    @router.api_route("/widget-demo.css", methods=["GET", "HEAD"])
    def file(request: Request) -> Response:
        path = request.url.path
        body, kind = files[path]
        # `*`: the script is the same for everybody, and a page that checks its digest has to read it.
        headers = {"ETag": tags[path], "Cache-Control": _CACHE, "Access-Control-Allow-Origin": "*"}
        if tags[path] in (request.headers.get("if-none-match") or ""):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=kind, headers=headers)

    @router.get("/widget-demo")
    def demo(catalogue: str = DEMO_CATALOGUE, mode: str = "floating", theme: str = "auto") -> Response:
        info = next((each for each in parley.catalogues() if each.name == catalogue), None)
        page = demo_page(info.name if info else "", _tiles(parley, info) if info else [], mode, theme)
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return Response(page, media_type="text/html; charset=utf-8", headers=headers)

    return router


def _tiles(parley: Parley, info: CatalogueInfo) -> list[Tile]:
    items = evenly(list(islice(parley.ledger.items(info.name), _ITEMS_READ)), _TILES)
    # The first fact of an item is its price, where it has one.
    facts = (fact_list(item, info.facets, 1) for item in items)
    return [
        Tile(item.title, found[0][1] if found else "", item.picture)
        for item, found in zip(items, facts, strict=True)
    ]
