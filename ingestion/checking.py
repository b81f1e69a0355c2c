"""A file's rows → staged items, and rejects: the part of a load that changes nothing yet.

In: a desk and what a person said of the mapping. Out: a Checked; items in staging, rejects in their file.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from ingestion.changes import Changed
from ingestion.convert import Converter
from ingestion.desk import Desk
from ingestion.inference import infer
from ingestion.mapping import Mapping
from ingestion.pictures import PictureRefused
from ingestion.readers import Row, open_rows
from ingestion.rejects import Reject, shorten
from ingestion.report import Proposal
from ingestion.saved_mapping import save_mapping, saved_mapping
from ingestion.survey import Survey, survey_file
from retriever.domain import Item
from retriever.errors import LoadError, TooManyRejects
from retriever.ledger import content_hash
from retriever.storage import disk_full, free_bytes, naming_need

_OTHER_BYTES = 200
"""Of a staged item beside what its row says: keys, hashes, indexes."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file holds besides its items.

    `unknown` counts columns that the sample missed, `digest` covers ids and contents of all items in order.
    """

    survey: Survey
    mapping: Mapping
    unknown: Counter[str]
    changes: tuple[Changed, ...]
    characters: int
    digest: str


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


def check(desk: Desk, given: Mapping | None, on_mapping: Callable[[Proposal], None]) -> Checked:
    """Read the file twice: for the mapping, which `on_mapping` is told, then for its items, which are staged.

    Raises:
        LoadError: if the file is no catalogue.
        DiskFull: if the items have no room.
    """
    given = given or saved_mapping(desk.imports)
    with desk.stages.stage("reading") as advance:
        survey = survey_file(desk.source, advance)
        mapping = infer(survey.sample, given)
    save_mapping(desk.imports, desk.catalogue, mapping)
    on_mapping(Proposal(desk.source, str(survey.form), survey.rows, mapping))
    digest = hashlib.sha256()
    needed = room_to_stage(survey)
    if free_bytes(desk.root) < needed:
        raise disk_full(desk.root, needed)
    with (
        naming_need(desk.root, needed),
        desk.refused,
        desk.stages.stage("checking", survey.rows) as advance,
    ):
        converter = Converter(mapping, desk.staging.has)
        converter.learn(survey.sample)
        characters = 0
        for number, record in enumerate(open_rows(desk.source, survey.form), start=1):
            item = _take(desk, converter, record)
            if item is not None:
                digest.update(f"{item.id}\x00{item.content_hash}\x00".encode("utf-8", "surrogatepass"))
                characters += len(item.title) + len(item.description)
            if number % 200 == 0:
                advance(200)
        advance(survey.rows % 200)
    return Checked(
        survey, mapping, converter.unknown, converter.changes.found(), characters, digest.hexdigest()[:32]
    )


def room_to_stage(survey: Survey) -> int:
    """Bytes that the items take on the disk, about, before they are compared."""
    sample = sum(len(str(row.fields)) for row in survey.sample) // len(survey.sample)
    return survey.rows * (sample + _OTHER_BYTES)


def _take(desk: Desk, converter: Converter, record: Row | Reject) -> Item | None:
    """Stage a row's item with picture and content hash, or write down why not."""
    if isinstance(record, Reject):
        desk.refused.add(record)
        return None
    done = converter.convert(record)
    for reject in done.rejects:
        desk.refused.add(reject)
    if done.item is None:
        return None
    picture = _picture(desk, done.pictures, done.item.id, converter.mapping.picture, record.line)
    item = replace(done.item, picture=picture)
    item = replace(item, content_hash=content_hash(item))
    if (first := desk.staging.add(record.line, item)) is not None:
        reason = f"an id used before: in line {first}"
        desk.refused.add(Reject(record.line, converter.mapping.id, shorten(item.id), reason))
        return None
    return item


def _picture(desk: Desk, where: tuple[str, ...], item: str, column: str, line: int) -> str:
    try:
        return desk.pictures.take(where, item)
    except PictureRefused as reason:
        named = shorten(", ".join(where) or item)
        desk.refused.add(Reject(line, column or "picture", named, str(reason), row_loaded=True))
        return ""


def refusal(desk: Desk) -> LoadError | None:
    """Why this file is not loaded: more rows are refused than allowed, or all are; None if it may be."""
    refused, allowed = desk.refused, desk.options.max_rejects
    commonest = ", ".join(f"{reason} ({count}×)" for reason, count in refused.reasons.most_common(3))
    if allowed is not None and refused.rows > allowed:
        return TooManyRejects(
            f"{refused.rows} rows of {desk.source.name} are refused, {allowed} allowed: {commonest}; "
            f"nothing was changed; see {refused.path} and the report beside it"
        )
    if not len(desk.staging):
        return LoadError(
            f"no row of {desk.source.name} can be loaded: {commonest}; "
            f"see {refused.path} and the report beside it"
        )
    return None
