"""Index generations: built from the ledger beside the live one, verified, published by rename, never
written again.

    root/<catalogue>/CURRENT          the name of the generation that is served
                     lock             held (flock) by the one process that builds
                     gen-7.building   what a running or killed build leaves; removed by the next
                     gen-7/           vectors.npy, items.jsonl, facets.json, lexical/, values.npy,
                                      values.json, vocabulary.json, collaborative.npy (with interactions),
                                      pictures.npy, picture_rows.npy (with an image encoder), chroma/,
                                      manifest.json, COMPLETE

A generation is whole by itself. COMPLETE is written last and names the manifest's digest: a folder
without it is not one, however good it looks (Chroma reads well after a kill that has already ruined it).
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever import picture_vectors
from retriever.catalogue import Catalogue
from retriever.encoder import Encoder
from retriever.errors import GenerationError
from retriever.generation_manifest import broken, check_files, read_manifest, shown
from retriever.generation_writing import write_generation
from retriever.ledger import Ledger
from retriever.lexical import Bm25
from retriever.locking import catalogue_folder, catalogue_lock
from retriever.looks import PictureVectors
from retriever.records import read_facet, read_item
from retriever.storage import (
    disk_errors,
    disk_full,
    free_bytes,
    fsync_folder,
    fsync_tree,
    replace_text,
)
from retriever.values import ValueIndex
from retriever.vocabulary import load_vocabulary, synonyms_of

SPARE = 3  # of a generation's estimate has to be free before one is built
_KEPT = 2  # published generations: the live one, and the one that a running server may still read
_GENERATION = re.compile(r"gen-(\d+)")


@dataclass(frozen=True, slots=True)
class OpenGeneration:
    """A published generation, checked and read. `vectors`: (item, dim), mapped from disk."""

    path: Path
    manifest: dict[str, Any]
    catalogue: Catalogue
    vectors: NDArray[np.float32]
    lexical: Bm25
    values: ValueIndex
    collaborative: NDArray[np.float32] | None
    pictures: PictureVectors | None


def current(root: Path, catalogue: str) -> Path | None:
    """Folder of the published generation, or None before the first.

    Raises:
        GenerationError: if CURRENT names something else than a generation that is there.
    """
    folder = catalogue_folder(root, catalogue)
    try:
        name = (folder / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        name = "?"  # flipped bytes: no generation's name either
    if not _GENERATION.fullmatch(name) or not (folder / name).is_dir():
        raise broken(f"{catalogue}/CURRENT names {name[:40]!r}, which is not there", catalogue)
    return folder / name


def kept_pictures(root: Path, catalogue: str) -> frozenset[str]:
    """The pictures that items of any generation on the disk name: a server may still serve the one before.

    Those of a damaged generation, which nobody can open, are not among them.
    """
    names: set[str] = set()
    for folder in catalogue_folder(root, catalogue).glob("gen-*"):
        damaged = contextlib.suppress(OSError, ValueError, KeyError, TypeError)
        with damaged, (folder / "items.jsonl").open(encoding="utf-8") as lines:
            names.update(json.loads(line)["picture"] for line in lines)
    return frozenset(names - {""})


def is_current(
    ledger: Ledger, catalogue: str, encoder: Encoder, root: Path, image_fingerprint: str | None = None
) -> bool:
    """True when the published generation is whole and holds exactly the ledger's items under these encoders.

    `image_fingerprint` is empty where pictures are not encoded; None takes what the generation has.
    """
    path = current(root, catalogue)
    if path is None:
        return False
    try:
        manifest = read_manifest(path)
        check_files(path, manifest)
    except GenerationError:
        return False
    info = ledger.catalogue(catalogue)
    return bool(
        manifest["content_hash"] == info.content_hash
        and manifest.get("synonyms", {}) == synonyms_of(info.mapping)
        and manifest["fingerprint"] == encoder.fingerprint
        and image_fingerprint in (None, manifest.get("image_fingerprint", ""))
        and manifest["interactions"] == ledger.history_digest(catalogue)
    )


def build(
    ledger: Ledger,
    catalogue: str,
    encoder: Encoder,
    root: Path,
    *,
    clock: Callable[[], float] = time.time,
    locked: bool = False,
    image_fingerprint: str | None = None,
) -> Path:
    """Build, verify and publish a generation of what the ledger holds; answers its folder.

    `locked`: the caller holds `catalogue_lock` already. `image_fingerprint`: of the image encoder whose
    vectors of pictures are to be in it; empty for none, None for that of the generation before.
    Every item needs its vector in the ledger already; only facet values that are new are encoded here.
    A kill at any point leaves the old generation or the new one published, whole.

    Raises:
        GenerationError: if another process builds this catalogue, a vector is missing, or the built
            index does not find its own items.
        StorageError: if the disk is full or cannot be written; what was published stays.
    """
    folder = catalogue_folder(root, catalogue)
    with contextlib.nullcontext() if locked else catalogue_lock(root, catalogue):
        for leftover in folder.glob("gen-*.building"):
            shutil.rmtree(leftover)
        if image_fingerprint is None:
            image_fingerprint = _published_images(root, catalogue)
        needed = generation_bytes(ledger.catalogue(catalogue).item_count, encoder.dim)
        if free_bytes(folder) < SPARE * needed:
            raise disk_full(folder, SPARE * needed)
        name = f"gen-{_next_number(folder)}"
        draft = folder / f"{name}.building"
        try:
            with disk_errors(folder, needed):
                draft.mkdir()
                write_generation(ledger, catalogue, encoder, draft, clock(), image_fingerprint)
                fsync_tree(draft)
                draft.rename(folder / name)
                fsync_folder(folder)
                replace_text(folder / "CURRENT", f"{name}\n")
        except BaseException:
            # What a full disk left would keep it full.
            shutil.rmtree(draft, ignore_errors=True)
            raise
        ledger.note_generation(catalogue, name)
        ledger.forget_unused_vectors()
        picture_vectors.forget_unused(ledger)
        _prune(folder, name)
    return folder / name


def open_generation(path: Path) -> OpenGeneration:
    """Read a published generation once its marker and every digest have been checked.

    Raises:
        GenerationError: if it is not complete, damaged, or of another layout; names the command to mend it.
    """
    catalogue_name = path.parent.name
    manifest = read_manifest(path)
    check_files(path, manifest)
    try:
        facets = json.loads((path / "facets.json").read_text(encoding="utf-8"))
        with (path / "items.jsonl").open(encoding="utf-8") as lines:
            items = [read_item(json.loads(line)) for line in lines]
        lexical = Bm25.load(path / "lexical")
        liked = path / "collaborative.npy"
        return OpenGeneration(
            path=path,
            manifest=manifest,
            catalogue=Catalogue(
                catalogue_name,
                [read_facet(record) for record in facets],
                items,
                generation=path.name,
                content_hash=manifest["content_hash"],
                stems=lexical.framed,
                vocabulary=load_vocabulary(path),
            ),
            vectors=np.load(path / "vectors.npy", mmap_mode="r", allow_pickle=False),
            lexical=lexical,
            values=ValueIndex.load(path),
            collaborative=np.load(liked, allow_pickle=False) if liked.exists() else None,
            pictures=_load_pictures(path) if manifest.get("image_fingerprint") else None,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise broken(f"{shown(path)} cannot be read ({error})", catalogue_name) from error


def _published_images(root: Path, catalogue: str) -> str:
    """The image encoder of the published generation; empty without one."""
    with contextlib.suppress(GenerationError):
        if (path := current(root, catalogue)) is not None:
            return str(read_manifest(path).get("image_fingerprint", ""))
    return ""


def _load_pictures(path: Path) -> PictureVectors:
    return PictureVectors(
        np.load(path / "picture_rows.npy", allow_pickle=False),
        np.load(path / "pictures.npy", mmap_mode="r", allow_pickle=False),
    )


def generation_bytes(items: int, dim: int) -> int:
    """Bytes that a generation takes: the vectors four times (ours, Chroma's, its queue), text, a floor."""
    return items * (dim * 4 * 4 + 4_000) + 1_000_000


def _next_number(folder: Path) -> int:
    numbers = [int(m.group(1)) for path in folder.iterdir() if (m := _GENERATION.fullmatch(path.name))]
    return max(numbers, default=0) + 1


def _prune(folder: Path, live: str) -> None:
    """Remove all but the newest generations; the live one always stays."""
    known = [(int(m.group(1)), path) for path in folder.iterdir() if (m := _GENERATION.fullmatch(path.name))]
    for _, path in sorted(known, reverse=True)[_KEPT:]:
        if path.name != live:
            shutil.rmtree(path, ignore_errors=True)
