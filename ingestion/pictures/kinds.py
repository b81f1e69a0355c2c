"""What a picture is, by its first bytes; its name says nothing. Pure."""

from __future__ import annotations

from enum import StrEnum


class PictureRefused(Exception):
    """A picture file that is not shown; the text says why."""


class Kind(StrEnum):
    """The kinds that are taken; the value is the name that Pillow has for it, or "SVG"."""

    PNG = "PNG"
    JPEG = "JPEG"
    WEBP = "WEBP"
    GIF = "GIF"
    AVIF = "AVIF"
    SVG = "SVG"


def picture_kind(data: bytes) -> Kind:
    """The kind of a picture.

    Raises:
        PictureRefused: if the bytes are of none.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return Kind.GIF
    # An ISO media file: its first box lists the brands that it keeps to; HEIC and films have others.
    if data[4:8] == b"ftyp" and {b"avif", b"avis"} & set(_brands(data)):
        return Kind.AVIF
    if b"<svg" in data[:2048]:
        return Kind.SVG
    raise PictureRefused("the picture is not PNG, JPEG, WebP, GIF, AVIF or SVG")


def _brands(data: bytes) -> list[bytes]:
    """The four-letter brands of an ISO media file, the major one first."""
    end = min(int.from_bytes(data[:4]), 256)
    return [data[8:12], *(data[at : at + 4] for at in range(16, end, 4))]
