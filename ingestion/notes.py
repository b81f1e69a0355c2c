"""What a person should know of a load and could not guess from its numbers. Sentences only."""

from __future__ import annotations

from ingestion.checking import Checked
from ingestion.convert import OTHER_CURRENCY
from ingestion.pictures import PictureFolder
from ingestion.rejects import RejectFile
from ingestion.report import DuplicateCount
from retriever.domain import FacetRole


def notes_on(
    folder: PictureFolder,
    checked: Checked,
    refused: RejectFile,
    duplicates: DuplicateCount,
    *,
    gone: int,
    removed: int,
    path: str,
    unreadable: int,
) -> tuple[str, ...]:
    """The notes, in the order of the load.

    `gone` and `removed` as in the load's report; `path` is what encoded the texts, `unreadable` counts
    pictures that got no vector.
    """
    return (
        *_picture_notes(folder, checked, unreadable),
        *_column_notes(checked),
        *_duplicate_notes(duplicates),
        *_gone_notes(gone, removed),
        *_money_notes(checked, refused),
        *([f"encoding path: {path}"] if path else []),
    )


def _picture_notes(folder: PictureFolder, checked: Checked, unreadable: int) -> list[str]:
    notes = []
    if folder.remote:
        notes.append(
            f"{folder.remote} pictures are web addresses; nothing is ever fetched, so these items show none"
        )
    if folder.missing:
        notes.append(
            f"{folder.missing} pictures named in {checked.mapping.picture!r} are not beside the file"
        )
    if strange := folder.unclaimed():
        notes.append(
            f"{len(strange)} files in the folder of pictures are asked for by no row, such as "
            f"{strange[0]!r}; name them as the file does, or by an item's id"
        )
    if unreadable:
        notes.append(f"{unreadable} pictures could not be encoded; they take no part in ranking by looks")
    return notes


def _column_notes(checked: Checked) -> list[str]:
    notes = []
    if not checked.mapping.id:
        notes.append("no column is an id: ids are made from the titles, so a changed title makes a new item")
    if not checked.mapping.description:
        notes.append("no column is a description: search reads titles and facets only")
    if checked.unknown:
        columns = ", ".join(f"{column!r} ({count} rows)" for column, count in checked.unknown.most_common(5))
        notes.append(
            f"columns too rare to be in the sample were left out: {columns}; name them in a map to have them"
        )
    return notes


def _duplicate_notes(duplicates: DuplicateCount) -> list[str]:
    if duplicates.merged:
        return [f"{duplicates.merged} items were merged into earlier ones that are the same"]
    if duplicates.repeated:
        return [
            f"{duplicates.repeated} items are the same as an earlier one and were kept; the report lists "
            "them, --duplicates merge makes one of each group"
        ]
    return []


def _gone_notes(gone: int, removed: int) -> list[str]:
    if removed:
        return [f"{removed} items are no longer in the file and left the catalogue"]
    if gone:
        return [
            f"{gone} items of the catalogue are not in the file; they stay: if they are gone for "
            "good, load it again with --prune"
        ]
    return []


def _money_notes(checked: Checked, refused: RejectFile) -> list[str]:
    """That amounts in several currencies were met: one facet can't hold both."""
    left_out = refused.reasons[OTHER_CURRENCY]
    unit = next((f.unit for f in checked.mapping.facets if f.role is FacetRole.PRICE), "")
    if not left_out:
        return []
    return [
        f"{left_out} amounts are not in {unit or 'the commonest currency'}; their items are loaded without "
        "them (each is in the rejects file): load each currency as a catalogue of its own to have them all"
    ]
