"""The names of kept pictures: what an item's `picture` says, and which files there are for it.

    0123456789abcdef.svg                        a drawing, as it came
    0123456789abcdef-640.webp                   a picture, in its largest width: 640 pixels
    0123456789abcdef-640-240.webp               the same in 240; smaller widths are there by the rule below

The first part is a digest of the source's bytes, so that a name never comes to mean another picture and
may be cached for ever. Pure: no file is touched.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

WIDTHS = (240, 480, 720)
"""Pixels. A card's picture is 160 to 240 CSS pixels wide on a phone and in the widget, 240 to 362 elsewhere,
and screens have one or two pixels to each."""

_NAME = re.compile(r"(?P<digest>[0-9a-f]{16})(?:-(?P<width>\d{1,5})(?P<smaller>-\d{1,5})?\.webp|\.svg)\Z")
# Part of the digest: pictures that another version scaled otherwise get new names.
_VERSION = b"parley-picture-1"


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file of a picture and its width in pixels."""

    width: int
    name: str


def picture_digest(data: bytes) -> str:
    """16 hexadecimal digits of a source's bytes."""
    digest = hashlib.sha256(_VERSION)  # twice as fast as blake2b where the processor has it, as most have
    digest.update(data)
    return digest.hexdigest()[:16]


def picture_name(digest: str, width: int) -> str:
    """The name of a picture whose largest rendition has this width."""
    return f"{digest}-{width}.webp"


def widths_of(largest: int) -> tuple[int, ...]:
    """The widths in which a picture is kept, its largest last; none of the others is nearly as large."""
    return (*(width for width in WIDTHS if 5 * width <= 4 * largest), largest)


def is_lasting(name: str) -> bool:
    """Whether a name follows from its picture's bytes."""
    return _NAME.match(name) is not None


def renditions(name: str) -> tuple[Rendition, ...]:
    """The files of a picture, narrowest first, the named one last; none of a drawing or a foreign name."""
    found = _NAME.match(name)
    if found is None or found["width"] is None or found["smaller"] is not None:
        return ()
    width = int(found["width"])
    smaller = (Rendition(w, f"{found['digest']}-{width}-{w}.webp") for w in widths_of(width)[:-1])
    return (*smaller, Rendition(width, name))


def files_of(name: str) -> frozenset[str]:
    """Every file that an item's picture needs; of no picture, none."""
    return frozenset({name, *(one.name for one in renditions(name))} - {""})
