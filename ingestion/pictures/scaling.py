"""A picture's bytes → WebP in the widths that cards show.

In: the bytes of a file that anybody may have made. Out: pixels alone, upright, in sRGB: no position, camera,
comment or colour profile is kept. The same bytes give the same bytes. Nothing is read or written here.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingestion.pictures.kinds import Kind, PictureRefused
from ingestion.pictures.names import WIDTHS, widths_of

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 64_000_000
"""Decoded at four bytes each: 256 MB. A picture of 10 kB can claim billions."""

_TALLEST = 4  # times the width; taller ones get narrower, a card crops them anyway
_QUALITY = 80
_EFFORT = 2  # of 6; 4, the default, takes 2.3 times as long for 4 % fewer bytes
# What Pillow's readers raise for broken files, beside OSError; each was met in one format or another.
_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, LookupError, TypeError,
    AttributeError, ArithmeticError, RuntimeError, MemoryError,
)  # fmt: skip
_ORIENTATION = 0x0112  # the EXIF tag


@dataclass(frozen=True, slots=True)
class Scaled:
    """A picture for cards: `files` has the WebP of each width in pixels, `width` is the largest."""

    width: int
    files: dict[int, bytes]


def scaled(data: bytes, kind: Kind) -> Scaled:
    """The picture in the widths that cards show, at most its own: it is never enlarged.

    Of a moving picture the first frame.

    Raises:
        PictureRefused: if it cannot be decoded whole, or has more pixels than `MOST_PIXELS`.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():
            # Pillow warns of what is refused here, and of faults in metadata, which is dropped.
            warnings.simplefilter("ignore")
            return _scaled(data, kind)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise PictureRefused(f"the {kind} picture is broken or cut short: {_first_line(error)}") from error


def _scaled(data: bytes, kind: Kind) -> Scaled:
    from PIL import Image, features

    if kind is Kind.AVIF and not features.check("avif"):
        raise PictureRefused("AVIF cannot be read by the Pillow that is installed; give PNG, JPEG or WebP")
    # Only the reader of the kind that the bytes are: the others stay out of reach.
    with Image.open(io.BytesIO(data), formats=(kind,)) as image:
        if image.width * image.height > MOST_PIXELS:
            raise _too_large(image.width, image.height)
        if kind is Kind.JPEG:
            # A JPEG can be decoded at a half, a quarter, an eighth: eight times as fast for a photo.
            image.draft(None, (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
        image.load()
        turn = _turn(image)
        upright = image if turn is None else image.transpose(turn)
        largest = _fitted(upright, WIDTHS[-1])
    flat = _plain_colours(largest)
    return Scaled(flat.width, {width: _webp(_fitted(flat, width)) for width in widths_of(flat.width)})


def _fitted(image: Image.Image, width: int) -> Image.Image:
    """The picture at most this wide, and not far taller than the widest card."""
    from PIL import Image

    share = min(1.0, width / image.width, _TALLEST * WIDTHS[-1] / image.height)
    if share == 1.0:
        return image
    size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    if image.mode not in ("L", "RGB", "RGBA", "LA", "CMYK"):
        image = _plain_colours(image)  # palettes and 16 bits cannot be averaged as they are
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What brings a picture upright that a camera stored lying; broken metadata says nothing."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    try:
        return turns.get(image.getexif().get(_ORIENTATION, 1))
    except _BROKEN:
        return None


def _plain_colours(image: Image.Image) -> Image.Image:
    """The pixels as sRGB, with transparency where there is some, and nothing besides."""
    from PIL import Image

    profile = image.info.get("icc_profile")
    transparent = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    if image.mode.startswith("I"):
        # Pillow would cut 16 bits at 255 instead of scaling them.
        levels = np.asarray(image).astype(np.int64)  # (row, column) 0..65535
        plain = Image.fromarray((levels.clip(0, 65535) >> 8).astype(np.uint8)).convert("RGB")
    elif profile and image.mode in ("CMYK", "L"):
        plain = _in_srgb(image, profile)
    else:
        plain = image.convert("RGBA" if transparent else "RGB")
        if profile:
            seen = plain
            plain = _in_srgb(seen.convert("RGB"), profile)
            if transparent:
                plain.putalpha(seen.getchannel("A"))
    return plain


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Converted by its own colour profile; by the plain rule where the profile is none."""
    from PIL import ImageCms

    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        done = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *_BROKEN):
        done = None
    return image.convert("RGB") if done is None else done


def _webp(image: Image.Image) -> bytes:
    held = io.BytesIO()
    # Pillow writes no metadata that isn't given here; a test looks.
    image.save(held, "WEBP", quality=_QUALITY, method=_EFFORT)
    return held.getvalue()


def _too_large(width: int = 0, height: int = 0) -> PictureRefused:
    own = f"{width:,} × {height:,} pixels" if width else "too many pixels"
    return PictureRefused(f"the picture has {own}, more than the {MOST_PIXELS // 1_000_000} million taken")


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
