"""A catalogue file → ledger → vectors → a published generation.

In: a path and the parts that hold the data. Out: a LoadReport, and a catalogue that holds what the file
holds: a load is a function of the file, the map and, unless pruned, of what was there. A killed one is
taken up where it stopped: what was encoded stays so, and until the last step the old generation is served.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ingestion.convert import OTHER_CURRENCY, Converter
from ingestion.encoding import encode_missing
from ingestion.inference import infer
from ingestion.mapping import Mapping
from ingestion.pictures import PictureFolder, PictureRefused, encode_pictures
from ingestion.progress import Progress, Silent
from ingestion.readers import Row, Source, open_rows
from ingestion.rejects import Reject, RejectFile, shorten
from ingestion.report import LoadOptions, LoadReport, PictureCount, Proposal
from ingestion.saved_mapping import save_mapping, saved_mapping
from ingestion.staging import Difference, Staging
from ingestion.survey import Survey, survey_file
from retriever.domain import FacetRole
from retriever.encoder import Encoder
from retriever.errors import GenerationError, LoadError, TooManyRejects, UnknownCatalogue
from retriever.generations import (
    SPARE,
    build,
    current,
    generation_bytes,
    is_current,
    kept_pictures,
)
from retriever.image_encoder import ImageEncoder
from retriever.ledger import Ledger, content_hash
from retriever.locking import catalogue_folder, catalogue_lock
from retriever.storage import disk_full, free_bytes, naming_need

__all__ = [
    "LoadOptions",
    "LoadReport",
    "PictureCount",
    "Progress",
    "Proposal",
    "load_file",
    "propose_mapping",
]

_TEXTS_AT_ONCE = 20_000
"""Texts in memory at a time; long enough that sorting them by length wastes no padding."""
_OTHER_BYTES = 500
"""Of an item's row in the ledger beside title and description: facets, hashes, keys."""


@dataclass(frozen=True, slots=True)
class _Checked:
    """What a file holds besides its items; `unknown` counts columns that the sample missed."""

    survey: Survey
    mapping: Mapping
    unknown: Counter[str]
    characters: int


class _Stages:
    """Runs stages under a progress and keeps how long each took."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, label: str, total: int = 0) -> Iterator[Callable[[int], None]]:
        started = time.perf_counter()
        self._progress.start(total, label)
        try:
            yield self._progress.advance
        finally:
            self._progress.finish()
            self.seconds[label] = time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a load works with, from its beginning to its end."""

    catalogue: str
    ledger: Ledger
    encoder: Encoder
    root: Path
    options: LoadOptions
    pictures: PictureFolder
    refused: RejectFile
    staging: Staging
    stages: _Stages
    clock: Callable[[], float]


def propose_mapping(path: Source, mapping: Mapping | None = None) -> Proposal:
    """What `load_file` would take each column for, without loading anything.

    Raises:
        LoadError: as `load_file`.
    """
    survey = survey_file(path)
    return Proposal(path, str(survey.form), survey.rows, infer(survey.sample, mapping))


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
    `mapping` overrides guesses; `on_mapping` is told what was found before anything is stored. `root` holds
    the generations, `pictures` a folder a catalogue; `picture_folder` has pictures that are not beside the
    file; with `image_encoder` pictures get vectors too. What was refused is written to
    imports/<catalogue>/rejects.jsonl beside `root`.

    Raises:
        LoadError: if the file is no catalogue, or no row is usable.
        TooManyRejects: if more rows are refused than allowed; nothing was changed.
        UnknownCatalogue: if the name can't be a catalogue's.
        CatalogueBusy: if another process loads this catalogue now, for longer than `options.wait`.
        StorageError: if the disk is full; the served generation stays.
    """
    catalogue_folder(root, catalogue)  # an impossible name, before anything is read
    options = options or LoadOptions()
    stages = _Stages(progress or Silent())
    started = time.perf_counter()
    refused = RejectFile(imports_folder(root, catalogue) / "rejects.jsonl")
    folder = PictureFolder(path.parent, pictures / catalogue, picture_folder)
    # First of all: two loads at once would leave a mixture, and the second should not read for minutes to
    # learn that it has to wait.
    with catalogue_lock(root, catalogue, options.wait), Staging(root / catalogue) as staging:
        desk = _Desk(catalogue, ledger, encoder, root, options, folder, refused, staging, stages, clock)
        checked = _check(desk, path, mapping, on_mapping)
        _refuse_useless(desk, path)
        with stages.stage("comparing"):
            change = staging.compare(ledger.item_hashes(catalogue))
        needed = _room(desk, checked, change)
        with naming_need(root, needed):
            removed = _store(desk, checked, change, path.name)
            encoded, _encoded_by = _encode(desk)
            if image_encoder is not None:
                with stages.stage("encoding pictures") as advance:
                    encode_pictures(ledger, catalogue, image_encoder, pictures / catalogue, advance)
            published = _publish(desk, image_encoder.fingerprint if image_encoder is not None else "")
        return _report(desk, checked, change, removed, encoded, published, time.perf_counter() - started)


def imports_folder(root: Path, catalogue: str) -> Path:
    """Where a load leaves what people read: rejects, report, mapping."""
    return root.parent / "imports" / catalogue


def _check(
    desk: _Desk, path: Source, given: Mapping | None, on_mapping: Callable[[Proposal], None]
) -> _Checked:
    """Read the file twice: for the mapping, then for its items, which are staged."""
    folder = imports_folder(desk.root, desk.catalogue)
    given = given or saved_mapping(folder)
    with desk.stages.stage("reading") as advance:
        survey = survey_file(path, advance)
        mapping = infer(survey.sample, given)
    save_mapping(folder, desk.catalogue, mapping)
    on_mapping(Proposal(path, str(survey.form), survey.rows, mapping))
    with desk.refused, desk.stages.stage("checking", survey.rows) as advance:
        converter = Converter(mapping, desk.staging.has)
        converter.learn(survey.sample)
        characters = 0
        for number, record in enumerate(open_rows(path, survey.form), start=1):
            characters += _take(desk, converter, record)
            if number % 200 == 0:
                advance(200)
        advance(survey.rows % 200)
    return _Checked(survey, mapping, converter.unknown, characters)


def _take(desk: _Desk, converter: Converter, record: Row | Reject) -> int:
    """Stage a row's item with picture and content hash, or write down why not; its characters of text."""
    if isinstance(record, Reject):
        desk.refused.add(record)
        return 0
    done = converter.convert(record)
    for reject in done.rejects:
        desk.refused.add(reject)
    if done.item is None:
        return 0
    picture = _picture(desk, done.pictures, done.item.id, converter.mapping.picture, record.line)
    item = replace(done.item, picture=picture)
    item = replace(item, content_hash=content_hash(item))
    if (first := desk.staging.add(record.line, item)) is not None:
        reason = f"an id used before: in line {first}"
        desk.refused.add(Reject(record.line, converter.mapping.id, shorten(item.id), reason))
        return 0
    return len(item.title) + len(item.description)


def _picture(desk: _Desk, where: tuple[str, ...], item: str, column: str, line: int) -> str:
    try:
        return desk.pictures.take(where, item)
    except PictureRefused as reason:
        named = shorten(", ".join(where) or item)
        desk.refused.add(Reject(line, column or "picture", named, str(reason), row_loaded=True))
        return ""


def _refuse_useless(desk: _Desk, path: Source) -> None:
    refused, allowed = desk.refused, desk.options.max_rejects
    commonest = ", ".join(f"{reason} ({count}×)" for reason, count in refused.reasons.most_common(3))
    if allowed is not None and refused.rows > allowed:
        raise TooManyRejects(
            f"{refused.rows} rows of {path.name} are refused, {allowed} allowed: {commonest}; "
            f"nothing was changed; see {refused.path}"
        )
    if not len(desk.staging):
        raise LoadError(f"no row of {path.name} can be loaded: {commonest}; see {refused.path}")


def _room(desk: _Desk, checked: _Checked, change: Difference) -> int:
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


def _store(desk: _Desk, checked: _Checked, change: Difference, source: str) -> int:
    """Bring the ledger up to date; writes nothing where nothing differs. Answers how many items went."""
    ledger, catalogue, at = desk.ledger, desk.catalogue, desk.clock()
    facets = tuple(facet.facet() for facet in checked.mapping.facets)
    table = checked.mapping.model_dump(mode="json", exclude_defaults=True)
    prune = bool(change.gone and desk.options.prune)
    with desk.stages.stage("storing"):
        try:
            info = ledger.catalogue(catalogue)
            same = info.facets == facets and info.mapping == table and info.source_name == source
        except UnknownCatalogue:
            same = False
        if not same or change.to_write or prune:
            ledger.put_catalogue(catalogue, facets, table, source, at)
        if change.to_write:
            ledger.put_items(catalogue, desk.staging.to_write())
        return ledger.remove_items(catalogue, desk.staging.gone(), at) if prune else 0


def _encode(desk: _Desk) -> tuple[int, str]:
    """Encode what has no vector yet; answers how many texts, and what path encoded them."""
    ledger, encoder = desk.ledger, desk.encoder
    total = ledger.missing_texts(desk.catalogue, encoder.fingerprint)
    path = ""
    with desk.stages.stage("encoding", total) as advance:
        while missing := ledger.missing_vectors(desk.catalogue, encoder.fingerprint, _TEXTS_AT_ONCE):
            path = encode_missing(ledger, encoder, missing, advance)
    return total, path


def _publish(desk: _Desk, images: str) -> bool:
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


def _report(
    desk: _Desk,
    checked: _Checked,
    change: Difference,
    removed: int,
    encoded: int,
    published: bool,
    seconds: float,
) -> LoadReport:
    refused, folder = desk.refused, desk.pictures
    generation = current(desk.root, desk.catalogue)
    loaded = len(desk.staging)
    return LoadReport(
        catalogue=desk.catalogue,
        read=checked.survey.rows,
        loaded=loaded,
        new=change.new,
        changed=change.changed,
        unchanged=loaded - change.new - change.changed,
        gone=change.gone,
        removed=removed,
        rejected=refused.rows,
        fields_left_out=refused.fields,
        encoded=encoded,
        reject_file=refused.path if refused.rows or refused.fields else None,
        reject_reasons=tuple(refused.reasons.most_common(10)),
        mapping=checked.mapping,
        form=str(checked.survey.form),
        pictures=PictureCount(folder.copied, folder.kept, folder.remote, folder.missing),
        generation=generation.name if generation else "",
        published=published,
        notes=(*_notes(folder, checked, change, removed), *_money_notes(checked, refused)),
        seconds=seconds,
        stage_seconds=desk.stages.seconds,
    )


def _notes(folder: PictureFolder, checked: _Checked, change: Difference, removed: int) -> tuple[str, ...]:
    """What a person should know and could not guess from the numbers."""
    notes = []
    if folder.remote:
        notes.append(
            f"{folder.remote} pictures are web addresses; nothing is ever fetched, so these items show none"
        )
    if folder.missing:
        notes.append(
            f"{folder.missing} pictures named in {checked.mapping.picture!r} are not beside the file"
        )
    if unclaimed := folder.unclaimed():
        notes.append(
            f"{len(unclaimed)} files in the folder of pictures are asked for by no row, such as "
            f"{unclaimed[0]!r}; name them as the file does, or by an item's id"
        )
    if not checked.mapping.id:
        notes.append("no column is an id: ids are made from the titles, so a changed title makes a new item")
    if not checked.mapping.description:
        notes.append("no column is a description: search reads titles and facets only")
    if checked.unknown:
        columns = ", ".join(f"{column!r} ({count} rows)" for column, count in checked.unknown.most_common(5))
        notes.append(
            f"columns too rare to be in the sample were left out: {columns}; name them in a map to have them"
        )
    if removed:
        notes.append(f"{removed} items are no longer in the file and left the catalogue")
    elif change.gone:
        notes.append(
            f"{change.gone} items of the catalogue are not in the file; they stay: if they are gone for "
            "good, load it again with --prune"
        )
    return tuple(notes)


def _money_notes(checked: _Checked, refused: RejectFile) -> tuple[str, ...]:
    """That amounts in several currencies were met: one facet can't hold both."""
    left_out = refused.reasons[OTHER_CURRENCY]
    unit = next((f.unit for f in checked.mapping.facets if f.role is FacetRole.PRICE), "")
    if not left_out:
        return ()
    return (
        f"{left_out} amounts are not in {unit or 'the commonest currency'}; their items are loaded without "
        "them (each is in the rejects file): load each currency as a catalogue of its own to have them all",
    )


def _path_notes(path: str) -> tuple[str, ...]:
    return (f"encoding path: {path}",) if path else ()
