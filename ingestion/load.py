"""A catalogue file → ledger → vectors → a published generation.

In: a path and the parts that hold the data. Out: a LoadReport, and a catalogue that equals what a first load
of the same file would give: a load is a function of the file and the map. A killed one is taken up where
it stopped.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ingestion.convert import OTHER_CURRENCY, Converter
from ingestion.encoding import encode_missing
from ingestion.inference import infer
from ingestion.mapping import Mapping
from ingestion.pictures import PictureFolder, PictureRefused
from ingestion.progress import Progress, Silent
from ingestion.readers import Row, open_rows
from ingestion.rejects import Reject, RejectFile, shorten
from ingestion.report import LoadReport, PictureCount, Proposal
from ingestion.survey import Survey, survey_file
from retriever.domain import FacetRole, Item
from retriever.encoder import Encoder
from retriever.errors import GenerationError, LoadError, StorageError, UnknownCatalogue
from retriever.generations import (
    SPARE,
    build,
    catalogue_folder,
    catalogue_lock,
    current,
    generation_bytes,
    is_current,
)
from retriever.ledger import Ledger, content_hash
from retriever.storage import disk_errors, free_bytes, full_disk_message

__all__ = ["LoadReport", "PictureCount", "Progress", "Proposal", "load_file", "propose_mapping"]

_OTHER_BYTES = 500
"""Of an item's row in the ledger beside title and description: facets, hashes, keys."""


@dataclass(frozen=True, slots=True)
class _Change:
    """How the items differ from the ledger's."""

    new: int
    changed: int
    moved: int
    gone: int
    write: tuple[tuple[int, Item], ...]

    @property
    def any(self) -> bool:
        return bool(self.write or self.gone)


@dataclass(frozen=True, slots=True)
class _Checked:
    """What a file holds, before anything of it is stored; `unknown` counts columns that the sample missed."""

    survey: Survey
    mapping: Mapping
    items: list[Item]
    unknown: Counter[str]


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


def propose_mapping(path: Path, mapping: Mapping | None = None) -> Proposal:
    """What `load_file` would take each column for, without loading anything.

    Raises:
        LoadError: as `load_file`.
    """
    survey = survey_file(path)
    return Proposal(path, str(survey.form), survey.rows, infer(survey.sample, mapping))


def load_file(
    path: Path,
    catalogue: str,
    *,
    ledger: Ledger,
    encoder: Encoder,
    root: Path,
    pictures: Path,
    mapping: Mapping | None = None,
    progress: Progress | None = None,
    rebuild: bool = False,
    max_rejects: int | None = None,
    rejects: Path | None = None,
    clock: Callable[[], float] = time.time,
) -> LoadReport:
    """Load a file as a catalogue, or bring the catalogue to what the file holds now.

    Items that the file no longer has leave the catalogue. What is unchanged is neither written nor encoded
    again, and when nothing changed nothing is published, unless `rebuild`. `mapping` overrides guesses.
    `max_rejects`: with more refused rows nothing is changed at all. `root` holds the generations,
    `pictures` a folder a catalogue; the rejects go to `rejects`, or rejects/<catalogue>.jsonl beside `root`.

    Raises:
        LoadError: if the file is no catalogue, no row is usable, or too many rows are refused.
        UnknownCatalogue: if the name can't be a catalogue's.
        GenerationError: if another process builds this catalogue now.
        StorageError: if the disk is full; the served generation stays.
    """
    catalogue_folder(root, catalogue)  # an impossible name, before anything is read
    stages = _Stages(progress or Silent())
    started = time.perf_counter()
    refused = RejectFile(rejects or root.parent / "rejects" / f"{catalogue}.jsonl")
    folder = PictureFolder(path.parent, pictures / catalogue)
    checked = _check(path, mapping, folder, refused, stages)
    _refuse_useless(path, checked.items, refused, max_rejects)
    # Two loads at once would leave a mixture of both files in the ledger.
    with catalogue_lock(root, catalogue):
        change = _compare(ledger, catalogue, checked.items)
        _refuse_without_room(root, checked.items, change, encoder.dim)
        with stages.stage("storing"):
            _store(ledger, catalogue, checked, change, path.name, clock())
        missing = ledger.missing_vectors(catalogue, encoder.fingerprint)
        with stages.stage("encoding", len(missing)) as advance:
            encoded_by = encode_missing(ledger, encoder, missing, advance)
        with stages.stage("publishing"):
            published = _publish(ledger, catalogue, encoder, root, rebuild, clock)
            folder.forget_others(frozenset(item.picture for item in checked.items))
    generation = current(root, catalogue)
    return LoadReport(
        catalogue=catalogue,
        read=checked.survey.rows,
        loaded=len(checked.items),
        new=change.new,
        changed=change.changed,
        unchanged=len(checked.items) - change.new - change.changed,
        gone=change.gone,
        rejected=refused.rows,
        fields_left_out=refused.fields,
        encoded=len(missing),
        reject_file=refused.path if refused.rows or refused.fields else None,
        reject_reasons=tuple(refused.reasons.most_common(10)),
        mapping=checked.mapping,
        form=str(checked.survey.form),
        pictures=PictureCount(folder.copied, folder.kept, folder.remote, folder.missing),
        generation=generation.name if generation else "",
        published=published,
        notes=(*_notes(folder, checked, change), *_money_notes(checked, refused), *_path_notes(encoded_by)),
        seconds=time.perf_counter() - started,
        stage_seconds=stages.seconds,
    )


def _check(
    path: Path, mapping: Mapping | None, folder: PictureFolder, refused: RejectFile, stages: _Stages
) -> _Checked:
    """Read the file twice: for the mapping, then for its items. Writes pictures and rejects only."""
    with stages.stage("reading") as advance:
        survey = survey_file(path, advance)
        found = infer(survey.sample, mapping)
    with disk_errors(refused.path), refused, stages.stage("checking", survey.rows) as advance:
        converter, items = _convert(path, survey, found, folder, refused, advance)
    return _Checked(survey, found, items, converter.unknown)


def _convert(
    path: Path,
    survey: Survey,
    mapping: Mapping,
    folder: PictureFolder,
    refused: RejectFile,
    advance: Callable[[int], None],
) -> tuple[Converter, list[Item]]:
    """Every row's item, with picture and content hash, in file order; refusals go to the file."""
    converter = Converter(mapping)
    converter.learn(survey.sample)
    items: list[Item] = []
    for number, record in enumerate(open_rows(path, survey.form), start=1):
        if isinstance(record, Row):
            done = converter.convert(record)
            for reject in done.rejects:
                refused.add(reject)
            if done.item is not None:
                picture = _picture(folder, done.picture, done.item.id, mapping.picture, record.line, refused)
                item = replace(done.item, picture=picture)
                items.append(replace(item, content_hash=content_hash(item)))
        else:
            refused.add(record)
        if number % 200 == 0:
            advance(200)
    advance(survey.rows % 200)
    return converter, items


def _picture(
    folder: PictureFolder, where: str, item: str, column: str, line: int, refused: RejectFile
) -> str:
    try:
        return folder.take(where, item)
    except PictureRefused as reason:
        refused.add(Reject(line, column, shorten(where), str(reason), row_loaded=True))
        return ""


def _refuse_useless(path: Path, items: list[Item], refused: RejectFile, max_rejects: int | None) -> None:
    commonest = ", ".join(f"{reason} ({count}×)" for reason, count in refused.reasons.most_common(3))
    if not items:
        raise LoadError(f"no row of {path.name} can be loaded: {commonest}; see {refused.path}")
    if max_rejects is not None and refused.rows > max_rejects:
        raise LoadError(
            f"{refused.rows} rows of {path.name} are refused, {max_rejects} allowed: {commonest}; "
            f"nothing was changed; see {refused.path}"
        )


def _compare(ledger: Ledger, catalogue: str, items: list[Item]) -> _Change:
    """What to write and remove so that the ledger holds these items in this order."""
    try:
        ledger.catalogue(catalogue)
        known = ledger.item_hashes(catalogue)
    except UnknownCatalogue:
        known = {}
    new = changed = moved = 0
    write = []
    for position, item in enumerate(items):
        before = known.pop(item.id, None)
        if before == (position, item.content_hash):
            continue
        write.append((position, item))
        if before is None:
            new += 1
        elif before[1] != item.content_hash:
            changed += 1
        else:
            moved += 1
    return _Change(new, changed, moved, len(known), tuple(write))


def _refuse_without_room(root: Path, items: list[Item], change: _Change, dim: int) -> None:
    """Refuse before the first write what the disk can't hold: a full disk stops the other catalogues too."""
    if not change.any:
        return
    text = sum(len(item.title) + len(item.description) + _OTHER_BYTES for _, item in change.write)
    # Twice: what is committed lies in the database's log before it lies in the database.
    needed = 2 * (text + 4 * dim * len(change.write)) + SPARE * generation_bytes(len(items), dim)
    if free_bytes(root) < needed:
        raise StorageError(full_disk_message(root, needed))


def _store(
    ledger: Ledger, catalogue: str, checked: _Checked, change: _Change, source: str, at: float
) -> None:
    """Bring the ledger up to date; writes nothing where nothing differs."""
    facets = tuple(facet.facet() for facet in checked.mapping.facets)
    table = checked.mapping.model_dump(mode="json", exclude_defaults=True)
    try:
        info = ledger.catalogue(catalogue)
        same = info.facets == facets and info.mapping == table and info.source_name == source
    except UnknownCatalogue:
        same = False
    if not same or change.any:
        ledger.put_catalogue(catalogue, facets, table, source, at)
    if change.write:
        ledger.put_items(catalogue, change.write)
    if change.gone:
        ledger.retain(catalogue, (item.id for item in checked.items))


def _publish(
    ledger: Ledger, catalogue: str, encoder: Encoder, root: Path, rebuild: bool, clock: Callable[[], float]
) -> bool:
    """Build a generation unless the served one holds exactly this; True if one was published."""
    try:
        fresh = is_current(ledger, catalogue, encoder, root)
    except GenerationError:
        fresh = False  # CURRENT is damaged: building anew mends it.
    if rebuild or not fresh:
        build(ledger, catalogue, encoder, root, clock=clock, locked=True)
        return True
    return False


def _notes(folder: PictureFolder, checked: _Checked, change: _Change) -> tuple[str, ...]:
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
    if not checked.mapping.id:
        notes.append("no column is an id: ids are made from the titles, so a changed title makes a new item")
    if not checked.mapping.description:
        notes.append("no column is a description: search reads titles and facets only")
    if checked.unknown:
        columns = ", ".join(f"{column!r} ({count} rows)" for column, count in checked.unknown.most_common(5))
        notes.append(
            f"columns too rare to be in the sample were left out: {columns}; name them in a map to have them"
        )
    if change.gone:
        notes.append(f"{change.gone} items are no longer in the file and left the catalogue")
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
