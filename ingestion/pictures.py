"""Pictures that lie beside a catalogue file → the catalogue's picture folder.

In: where a row says its picture is. Out: a file name in the folder, or why there is none. Only files inside
the catalogue file's own folder are read; nothing is ever fetched. What a picture is, its bytes say.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Set
from pathlib import Path
from xml.etree import ElementTree

from ingestion.clean import slug
from retriever.storage import disk_errors

SIZE_CAP = 4 << 20
"""Bytes of one picture."""

_REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
_DRAWING = (
    "svg g path rect circle ellipse line polyline polygon text tspan defs title desc use symbol stop "
    "clipPath mask pattern marker linearGradient radialGradient "
    "filter feGaussianBlur feOffset feBlend feMerge feMergeNode "
    "feColorMatrix feFlood feComposite feDropShadow feTurbulence feDisplacementMap style metadata"
)
_SAFE_TAGS = frozenset(_DRAWING.split())
_SVG = "{http://www.w3.org/2000/svg}"
# Escapes ("\75 rl(") are refused rather than decoded; the possessive ?+ keeps a quote from being given back.
_OUTSIDE_CSS = re.compile(
    r"\\|@import|@namespace|expression\s*\(|javascript:|image(?:-set)?\s*\(|src\s*\(|url\(\s*+['\"]?+\s*+(?!#)",
    re.IGNORECASE,
)


class PictureRefused(Exception):
    """A picture file that is not shown; the text says why."""


class PictureFolder:
    """Copies pictures into one catalogue's folder under names that change with their bytes.

    `remote`, `missing`, `copied` and `kept` count what `take` met.
    """

    def __init__(self, source: Path, target: Path) -> None:
        self._source = source.resolve()
        self._target = target
        self.remote = self.missing = self.copied = self.kept = 0

    def take(self, where: str, item: str) -> str:
        """The file name under which the picture is kept now; empty if there is none to show.

        Raises:
            PictureRefused: if it lies outside the folder, is too large, or isn't a harmless picture.
            StorageError: if the disk is full.
        """
        if not where:
            return ""
        if _REMOTE.match(where):
            self.remote += 1
            return ""
        path = self._inside(where)
        if path is None:
            self.missing += 1
            return ""
        data = self._read(path)
        suffix = picture_kind(data)
        name = f"{slug(item, 40) or 'picture'}-{hashlib.blake2b(data, digest_size=6).hexdigest()}.{suffix}"
        if (self._target / name).exists():
            self.kept += 1
            return name
        with disk_errors(self._target, needed=len(data)):
            self._target.mkdir(parents=True, exist_ok=True)
            half = self._target / f".{name}.part"
            half.write_bytes(data)
            half.replace(self._target / name)
        self.copied += 1
        return name

    def _inside(self, where: str) -> Path | None:
        """The existing file, or None; symbolic links count by where they lead."""
        try:
            path = (self._source / where).resolve()
            if not path.is_relative_to(self._source):
                raise PictureRefused("the picture lies outside the catalogue's folder")
            return path if path.is_file() else None
        except (OSError, ValueError):  # over-long names, NUL
            return None

    def _read(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                data = file.read(SIZE_CAP + 1)
        except OSError as error:
            raise PictureRefused(f"the picture cannot be read: {error.strerror or error}") from error
        if len(data) > SIZE_CAP:
            raise PictureRefused(f"the picture is larger than {SIZE_CAP >> 20} MiB")
        return data

    def forget_others(self, names: Set[str]) -> int:
        """Remove pictures that no item names any more; answers how many."""
        if not self._target.is_dir():
            return 0
        others = [path for path in self._target.iterdir() if path.is_file() and path.name not in names]
        for path in others:
            path.unlink(missing_ok=True)
        return len(others)


def picture_kind(data: bytes) -> str:
    """The file suffix of a picture that may be shown: png, jpg, webp or svg.

    Raises:
        PictureRefused: if the bytes are none of these, or an SVG that does or loads something.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if b"<svg" in data[:2048]:
        check_svg(data)
        return "svg"
    raise PictureRefused("the picture is not PNG, JPEG, WebP or SVG")


def check_svg(data: bytes) -> None:
    """Pass an SVG that only draws.

    Raises:
        PictureRefused: for scripts, event attributes, references to anything outside the file, foreign
            elements, and documents with their own entities.
    """
    # Entities could grow without bound or read files; a picture needs none.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise PictureRefused("the SVG has a document type of its own")
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - no document type, hence no entities
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise PictureRefused(f"the SVG is not well-formed: {error}") from error
    for element in root.iter():
        tag = element.tag.removeprefix(_SVG)
        if tag not in _SAFE_TAGS:
            raise PictureRefused(f"the SVG has <{tag.rpartition('}')[2][:30]}>, which is not only drawing")
        if tag == "style" and _OUTSIDE_CSS.search(element.text or ""):
            raise PictureRefused("the SVG loads something from outside")
        for name, value in element.attrib.items():
            _check_attribute(name.rpartition("}")[2].casefold(), value)


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise PictureRefused(f"the SVG has the event attribute {name[:30]!r}")
    if name in ("href", "src") and not value.strip().startswith("#"):
        raise PictureRefused("the SVG refers to something outside")
    if _OUTSIDE_CSS.search(value):
        raise PictureRefused("the SVG loads something from outside")
