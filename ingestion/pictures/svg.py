"""An SVG that only draws, or a refusal: it is served as it is, so nothing in it may run, load or lead away.

In: its bytes. Nothing is written or fetched.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from ingestion.pictures.kinds import PictureRefused

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
