"""From a folder of generations to retrievers that answer, and stay up to date while they do."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from retriever.encoder import Encoder
from retriever.errors import GenerationError, IndexMismatch, ParleyError
from retriever.generations import OpenGeneration, current, open_generation
from retriever.image_encoder import ImageEncoder
from retriever.index import VectorIndex
from retriever.ledger import Ledger
from retriever.looks import Looks
from retriever.pipeline import Retriever
from retriever.reranking import Reranking

Device = Literal["auto", "cpu", "cuda"]

_log = logging.getLogger(__name__)
_LOOK_EVERY = 1.0  # seconds between two looks at CURRENT


def open_retriever(
    root: Path,
    name: str,
    encoder: Encoder,
    device: Device = "cpu",
    reranking: Reranking | None = None,
    image_encoder: ImageEncoder | None = None,
) -> Retriever:
    """A retriever over the published generation of a catalogue.

    Pictures take part where `image_encoder` has made their vectors; a warning says where another has.

    Raises:
        GenerationError: if none is published, or it is damaged.
        IndexMismatch: if another encoder made its vectors.
    """
    opened = open_published(root, name, encoder)
    return Retriever(
        opened.catalogue,
        VectorIndex(opened.vectors, device),
        opened.lexical,
        encoder,
        opened.values,
        opened.collaborative,
        reranking,
        _looks(opened, image_encoder),
    )


def _looks(opened: OpenGeneration, encoder: ImageEncoder | None) -> Looks | None:
    """The legs of the pictures; None without an image encoder, or without pictures that it has encoded."""
    if encoder is None:
        return None
    name, built = opened.catalogue.name, opened.manifest.get("image_fingerprint", "")
    if opened.pictures is None or built != encoder.fingerprint:
        _log.warning(
            "the pictures of %r were encoded by %s, not by %s, and stay out of the ranking; run "
            "`parley ingest FILE --catalogue %s`",
            name,
            built or "nothing",
            encoder.fingerprint,
            name,
        )
        return None
    if not len(opened.pictures.rows):
        return None
    return Looks(opened.pictures, len(opened.catalogue), encoder)


def open_published(root: Path, name: str, encoder: Encoder) -> OpenGeneration:
    """The published generation of a catalogue, which this encoder has made.

    Raises:
        GenerationError: if none is published, or it is damaged.
        IndexMismatch: if another encoder made its vectors.
    """
    path = current(root, name)
    if path is None:
        raise GenerationError(
            f"catalogue {name!r} has no index yet; run `parley ingest FILE --catalogue {name}`"
        )
    opened = open_generation(path)
    built = opened.manifest
    if built["fingerprint"] != encoder.fingerprint:
        raise IndexMismatch(
            f"the index of {name!r} was built with encoder {built['encoder']!r} (dim {built['dim']}, "
            f"{built['fingerprint']}), but {encoder.name!r} (dim {encoder.dim}, {encoder.fingerprint}) is "
            f"configured; run `parley ingest FILE --catalogue {name} --rebuild`"
        )
    return opened


@dataclass(slots=True)
class _Place:
    """One catalogue's place on the shelf. `looked`: when CURRENT was last read, by the shelf's clock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    retriever: Retriever | None = None
    looked: float = 0.0


class Shelf:
    """The retrievers of all catalogues, opened when first asked for and kept.

    A newly published generation is noticed within a second and swapped in; requests in flight finish
    with the old one, and if the new one cannot be opened the old one stays.
    """

    def __init__(
        self,
        root: Path,
        ledger: Ledger,
        encoder: Encoder,
        device: Device = "cpu",
        clock: Callable[[], float] = time.monotonic,
        reranking: Reranking | None = None,
        image_encoder: ImageEncoder | None = None,
    ) -> None:
        self._root = root
        self._ledger = ledger
        self._encoder = encoder
        self._device: Device = device
        self._clock = clock
        self._reranking = reranking
        self._image_encoder = image_encoder
        self._places: dict[str, _Place] = {}
        self._lock = threading.Lock()

    def names(self) -> tuple[str, ...]:
        """The catalogues that have a published generation, by name."""
        return tuple(
            info.name for info in self._ledger.catalogues() if (self._root / info.name / "CURRENT").is_file()
        )

    def get(self, name: str) -> Retriever:
        """The retriever of a catalogue.

        Raises:
            UnknownCatalogue: if it is not loaded; names those that are.
            GenerationError: if it has no whole generation.
            IndexMismatch: if another encoder made its vectors.
        """
        with self._lock:
            place = self._places.get(name)
        if place is None:
            self._ledger.catalogue(name)  # raises for a name that nobody loaded
            with self._lock:
                place = self._places.setdefault(name, _Place())
        opened = place.retriever
        if opened is not None:
            if self._clock() - place.looked < _LOOK_EVERY or not place.lock.acquire(blocking=False):
                return opened  # somebody else is looking: nobody waits for a swap
            try:
                return self._renewed(name, place, opened)
            finally:
                place.lock.release()
        with place.lock:
            if place.retriever is None:
                place.retriever = self._open(name)
                place.looked = self._clock()
            return place.retriever

    def _open(self, name: str) -> Retriever:
        return open_retriever(
            self._root, name, self._encoder, self._device, self._reranking, self._image_encoder
        )

    def _renewed(self, name: str, place: _Place, opened: Retriever) -> Retriever:
        place.looked = self._clock()
        try:
            path = current(self._root, name)
            if path is not None and path.name != opened.catalogue.generation:
                opened = self._open(name)
                place.retriever = opened
        except (ParleyError, OSError) as error:
            _log.warning("the new generation of %s cannot be opened, the old one stays: %s", name, error)
        return opened
