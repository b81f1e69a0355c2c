"""A catalogue file → ledger → vectors → a published generation.

In: a path and the parts that hold the data. Out: a LoadReport, and a catalogue that holds what the file
holds: a load is a function of the file, the map and, unless pruned, of what was there. A killed one is
taken up where it stopped: what was encoded stays so, and until the last step the old generation is served.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ingestion.checking import Checked, check, refusal, room_to_stage
from ingestion.desk import Desk, Stages
from ingestion.encoding import encode_missing
from ingestion.inference import infer
from ingestion.mapping import Mapping
from ingestion.merging import Repeats, find_repeats
from ingestion.options import Duplicates, LoadOptions
from ingestion.pictures import EncodedPictures, PictureFolder, encode_pictures
from ingestion.progress import Progress, Silent
from ingestion.readers import Source
from ingestion.rejects import RejectFile
from ingestion.report import LoadReport, PictureCount, Proposal
from ingestion.reporting import Done, report_load, report_refusal
from ingestion.staging import Difference, Staging
from ingestion.survey import survey_file
from retriever.encoder import Encoder
from retriever.errors import GenerationError, UnknownCatalogue
from retriever.generations import (
    SPARE,
    build,
    generation_bytes,
    is_current,
    kept_pictures,
)
from retriever.image_encoder import ImageEncoder
from retriever.ledger import Ledger
from retriever.locking import catalogue_folder, catalogue_lock
from retriever.storage import disk_full, free_bytes, naming_need

__all__ = [
    "Duplicates",
    "LoadOptions",
    "LoadReport",
    "PictureCount",
    "Progress",
    "Proposal",
    "load_file",
    "propose_mapping",
    "room_needed",
]

_TEXTS_AT_ONCE = 20_000
"""Texts in memory at a time; long enough that sorting them by length wastes no padding."""
_OTHER_BYTES = 500
"""Of an item's row in the ledger beside title and description: facets, hashes, keys."""


def propose_mapping(path: Source, mapping: Mapping | None = None) -> Proposal:
    """What `load_file` would take each column for, without loading anything.

    Raises:
        LoadError: as `load_file`.
    """
    survey = survey_file(path)
    return Proposal(path, str(survey.form), survey.rows, infer(survey.sample, mapping))


def room_needed(path: Source, dim: int) -> int:
    """Bytes on the disk that a first load of a source takes, about, with vectors of `dim` places.

    Raises:
        LoadError: as `load_file`.
    """
    survey = survey_file(path)
    return room_to_stage(survey) * 3 + 8 * dim * survey.rows + SPARE * generation_bytes(survey.rows, dim)


def load_file(
    path: Source,
    catalogue: str,
    *,
    ledger: Ledger,
    encoder: Encoder,
    root: Path,
    pictures: Path,
    picture_folder: Path | None = None,
    image_encoder: ImageEncoder | None = None,
    mapping: Mapping | None = None,
    progress: Progress | None = None,
    options: LoadOptions | None = None,
    on_mapping: Callable[[Proposal], None] = lambda _: None,
    clock: Callable[[], float] = time.time,
) -> LoadReport:
    """Load a file as a catalogue, or bring the catalogue to what the file holds now.

    What is unchanged is neither written nor encoded again, and when nothing changed nothing is published.
    `mapping` overrides guesses, also those that a person mended in the catalogue's mapping.toml; `on_mapping`
    is told what was found before anything is stored. `root` holds the generations, `pictures` a folder a
    catalogue; `picture_folder` has pictures that are not beside the file, and with `image_encoder` pictures
    get vectors too. Beside `root`, in imports/<catalogue>, rejects.jsonl has what was refused, mapping.toml
    the mapping, and import-report.html tells all of it, also of a load that changed nothing.

    Raises:
        LoadError: if the file is no catalogue, or no row is usable.
        TooManyRejects: if more rows are refused than allowed; nothing was changed.
        UnknownCatalogue: if the name can't be a catalogue's.
        CatalogueBusy: if another process loads this catalogue now, for longer than `options.wait`.
        StorageError: if the disk is full; the served generation stays.
    """
    catalogue_folder(root, catalogue)  # an impossible name, before anything is read
    options = options or LoadOptions()
    stages = Stages(progress or Silent())
    refused = RejectFile(imports_folder(root, catalogue) / "rejects.jsonl")
    folder = PictureFolder(path.parent, pictures / catalogue, picture_folder)
    # First of all: two loads at once would leave a mixture, and the second should not read for minutes to
    # learn that it has to wait.
    with catalogue_lock(root, catalogue, options.wait), Staging(root / catalogue) as staging:
        desk = Desk(path, catalogue, ledger, encoder, root, options, folder, refused, staging, stages, clock)
        checked = check(desk, mapping, on_mapping)
        if (error := refusal(desk)) is not None:
            report_refusal(desk, checked, error)
            raise error
        with stages.stage("duplicates"):
            repeats = find_repeats(desk, checked)
        with stages.stage("comparing"):
            change = staging.compare(ledger.item_hashes(catalogue))
        needed = _room(desk, checked, change)
        with naming_need(root, needed):
            removed, left_as_merged = _store(desk, checked, repeats, change)
            encoded, path_of_encoding = _encode(desk)
            seen = _encode_pictures(desk, image_encoder, pictures / catalogue)
            published = _publish(desk, image_encoder.fingerprint if image_encoder is not None else "")
        done = Done(change, removed, left_as_merged, encoded, published, path_of_encoding, seen.unreadable)
        return report_load(desk, checked, repeats, done)


def imports_folder(root: Path, catalogue: str) -> Path:
    """Where a load leaves what people read: rejects, report, mapping."""
    return root.parent / "imports" / catalogue


def _room(desk: Desk, checked: Checked, change: Difference) -> int:
    """Bytes that the rest of the load takes on the disk, which are there.

    Refused before the first write: a full disk stops the other catalogues too.
    """
    if not (change.to_write or change.gone):
        return 0
    items = len(desk.staging)
    text = checked.characters * change.to_write // max(1, items) + _OTHER_BYTES * change.to_write
    # Twice: what is committed lies in the database's log before it lies in the database.
    needed = 2 * (text + 4 * desk.encoder.dim * change.to_write)
    needed += SPARE * generation_bytes(items + change.gone, desk.encoder.dim)
    if free_bytes(desk.root) < needed:
        raise disk_full(desk.root, needed)
    return needed


def _store(desk: Desk, checked: Checked, repeats: Repeats, change: Difference) -> tuple[int, int]:
    """Bring the ledger up to date; writes nothing where nothing differs.

    Answers how many items went, and how many of them since they were merged into others.
    """
    ledger, catalogue, source, at = desk.ledger, desk.catalogue, desk.source.name, desk.clock()
    facets = tuple(facet.facet() for facet in checked.mapping.facets)
    table = checked.mapping.model_dump(mode="json", exclude_defaults=True)
    merged = [one for one in desk.staging.gone() if one in repeats.aliases] if repeats.aliases else []
    leaving = desk.staging.gone() if desk.options.prune else iter(merged)
    with desk.stages.stage("storing"):
        try:
            info = ledger.catalogue(catalogue)
            same = info.facets == facets and info.mapping == table and info.source_name == source
        except UnknownCatalogue:
            same = False
        removes = bool(merged or (change.gone and desk.options.prune))
        if not same or change.to_write or removes:
            ledger.put_catalogue(catalogue, facets, table, source, at)
        if change.to_write:
            ledger.put_items(catalogue, desk.staging.to_write())
        if ledger.aliases(catalogue) != repeats.aliases:
            ledger.put_aliases(catalogue, repeats.aliases.items())
        return (ledger.remove_items(catalogue, leaving, at) if removes else 0), len(merged)


def _encode(desk: Desk) -> tuple[int, str]:
    """Encode what has no vector yet; answers how many texts, and what path encoded them."""
    ledger, encoder = desk.ledger, desk.encoder
    total = ledger.missing_texts(desk.catalogue, encoder.fingerprint)
    path = ""
    with desk.stages.stage("encoding", total) as advance:
        while missing := ledger.missing_vectors(desk.catalogue, encoder.fingerprint, _TEXTS_AT_ONCE):
            path = encode_missing(ledger, encoder, missing, advance)
    return total, path


def _encode_pictures(desk: Desk, encoder: ImageEncoder | None, folder: Path) -> EncodedPictures:
    if encoder is None:
        return EncodedPictures()
    with desk.stages.stage("encoding pictures") as advance:
        return encode_pictures(desk.ledger, desk.catalogue, encoder, folder, advance)


def _publish(desk: Desk, images: str) -> bool:
    """Build a generation unless the served one holds exactly this; True if one was published."""
    with desk.stages.stage("publishing"):
        try:
            fresh = is_current(desk.ledger, desk.catalogue, desk.encoder, desk.root, images)
        except GenerationError:
            fresh = False  # CURRENT is damaged: building anew mends it.
        publishes = desk.options.rebuild or not fresh
        if publishes:
            build(
                desk.ledger,
                desk.catalogue,
                desk.encoder,
                desk.root,
                clock=desk.clock,
                locked=True,
                image_fingerprint=images,
            )
        named = desk.ledger.pictures(desk.catalogue)
        desk.pictures.forget_others(named, partial(kept_pictures, desk.root, desk.catalogue))
        return publishes
