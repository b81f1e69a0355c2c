"""Kept pictures → vectors in the ledger, of those that have none of this encoder yet.

In: the ledger, an image encoder, the catalogue's picture folder. Out: counts. Drawings (SVG) are not encoded:
they have no pixels of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.pictures.names import renditions
from retriever import picture_vectors
from retriever.image_encoder import ImageEncoder
from retriever.ledger import Ledger

if TYPE_CHECKING:
    from PIL import Image

_AT_ONCE = 64
"""Pictures between two commits: what a kill costs at most."""
_ENOUGH = 224
"""Pixels that the usual image encoders look at; the narrowest rendition that has them is decoded."""


@dataclass(frozen=True, slots=True)
class EncodedPictures:
    """How many pictures were encoded now, and how many could not be read."""

    encoded: int = 0
    unreadable: int = 0


def encode_pictures(
    ledger: Ledger,
    catalogue: str,
    encoder: ImageEncoder,
    folder: Path,
    advance: Callable[[int], None] = lambda _: None,
) -> EncodedPictures:
    """Encode the pictures of a catalogue that have no vector yet, committing every few of them.

    `folder` is the catalogue's own; `advance` gets the number of pictures done since the last call.

    Raises:
        ModelMissing: if the encoder cannot be loaded.
    """
    waiting = iter(picture_vectors.missing(ledger, catalogue, encoder.fingerprint))
    encoded = unreadable = 0
    while batch := list(islice(waiting, _AT_ONCE)):
        opened = [(name, _pixels(folder, name)) for name in batch]
        whole = [(name, image) for name, image in opened if image is not None]
        vectors = encoder.encode_pictures([image for _, image in whole])  # (picture, dim)
        names = [name for name, _ in whole]
        picture_vectors.put(ledger, encoder.fingerprint, zip(names, vectors, strict=True))
        encoded += len(whole)
        unreadable += len(batch) - len(whole)
        advance(len(batch))
    return EncodedPictures(encoded, unreadable)


def _pixels(folder: Path, name: str) -> Image.Image | None:
    """A picture in RGB on white, as a page would show it; None if its file is gone or damaged."""
    from PIL import Image

    files = renditions(name)
    file = next((one.name for one in files if one.width >= _ENOUGH), name)
    try:
        with Image.open(folder / file, formats=("WEBP",)) as image:
            pixels = image.convert("RGBA")
    except (OSError, ValueError):
        return None
    ground = Image.new("RGBA", pixels.size, "white")
    return Image.alpha_composite(ground, pixels).convert("RGB")
