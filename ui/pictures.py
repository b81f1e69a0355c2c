"""Pictures of a catalogue, from the data folder and nowhere else.

In: a catalogue's and a file's name from an address. Out: the file, or 404. A picture is somebody's file: it
is sent with a fixed type, and as a document of its own it may do nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from ingestion.pictures.names import is_lasting

_NAME = re.compile(r"[A-Za-z0-9._-]+\Z")
_CATALOGUE = re.compile(r"[\w.-]+\Z")
TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
}
# An SVG opened by its address is a document: it may style itself, and do nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
# A name that follows from the picture's bytes never comes to mean another; somebody's own file may.
LASTING, CHANGEABLE = "private, max-age=31536000, immutable", "private, max-age=3600"


def picture_path(root: Path, catalogue: str, name: str) -> Path | None:
    """The file of a picture inside `root`; None when the name is not plain, unknown, or leads outside."""
    if not (_NAME.match(name) and _CATALOGUE.match(catalogue)) or {catalogue, name} & {".", ".."}:
        return None
    if Path(name).suffix.casefold() not in TYPES:
        return None
    folder = root / catalogue
    path = folder / name
    # A link that somebody put there could lead anywhere.
    if not path.is_file() or not path.resolve().is_relative_to(root.resolve()):
        return None
    return path


def picture_routes(root: Path) -> APIRouter:
    """`GET /pictures/{catalogue}/{name}`."""
    router = APIRouter()

    @router.get("/pictures/{catalogue}/{name}", include_in_schema=False)
    def picture(catalogue: str, name: str) -> Response:
        path = picture_path(root, catalogue, name)
        if path is None:
            return Response(status_code=404, headers={"Content-Security-Policy": POLICY})
        keep = LASTING if is_lasting(name) else CHANGEABLE
        kind = TYPES[path.suffix.casefold()]
        return FileResponse(path, media_type=kind, headers={**HEADERS, "Cache-Control": keep})

    return router
