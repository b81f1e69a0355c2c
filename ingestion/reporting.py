"""What a load found and did → a LoadReport, the file that people read, and the ledger's record of the load.

In: a desk with its staged items, and what the load's parts answered. Out: the same, told three times.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ingestion.checking import Checked
from ingestion.desk import Desk
from ingestion.distributions import Distributions
from ingestion.duplicates import Kind
from ingestion.import_report import NAME, Sheet, write_import_report
from ingestion.merging import Repeats
from ingestion.notes import notes_on
from ingestion.report import LoadReport, PictureCount, count_duplicates
from ingestion.staging import Difference
from retriever.generations import current

_STABLE = (
    "source", "form", "read", "loaded", "rejected", "fields_left_out", "reject_reasons", "changes",
    "duplicates", "repeats",
)  # fmt: skip
"""What two loads of the same file by the same rules say alike."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a load did.

    `removed` counts items that left the catalogue; `left_as_merged` of them are in the file, but went into
    others. `path` is what encoded the texts, empty where there was no choice.
    """

    change: Difference = field(default_factory=Difference)
    removed: int = 0
    left_as_merged: int = 0
    encoded: int = 0
    published: bool = False
    path: str = ""
    unreadable_pictures: int = 0

    @property
    def anything(self) -> bool:
        """Whether the ledger or the index is another than before."""
        return bool(self.change.to_write or self.removed or self.published)


_NOTHING = Repeats("", (), (), {})


def report_refusal(desk: Desk, checked: Checked, refusal: Exception) -> None:
    """Write the file of a load that changed nothing, and why."""
    report = _report(desk, checked, _NOTHING, Done())
    _write(desk, report, checked, _NOTHING, str(refusal))


def report_load(desk: Desk, checked: Checked, repeats: Repeats, done: Done) -> LoadReport:
    """Tell what a load did; the ledger keeps it unless it has just the same of the load before."""
    report = _report(desk, checked, repeats, done)
    with desk.stages.stage("reporting"):
        _write(desk, report, checked, repeats, "")
        record = {**report.summary(), "repeats": repeats.record()}
        last = next((old for _, old in desk.ledger.loads(desk.catalogue, 1)), {})
        if done.anything or _stable(last) != _stable(record):
            desk.ledger.put_load(desk.catalogue, desk.clock(), record)
    return report


def _stable(record: dict[str, Any]) -> list[Any]:
    return [record.get(name) for name in _STABLE]


def _report(desk: Desk, checked: Checked, repeats: Repeats, done: Done) -> LoadReport:
    refused, folder, change = desk.refused, desk.pictures, done.change
    generation = current(desk.root, desk.catalogue)
    loaded = len(desk.staging)
    duplicates = count_duplicates(repeats.groups, merged=len(repeats.aliases))
    gone, removed = change.gone - done.left_as_merged, done.removed - done.left_as_merged
    return LoadReport(
        catalogue=desk.catalogue,
        source=desk.source.name,
        read=checked.survey.rows,
        loaded=loaded,
        new=change.new,
        changed=change.changed,
        unchanged=loaded - change.new - change.changed,
        gone=gone,
        removed=removed,
        rejected=refused.rows,
        fields_left_out=refused.fields,
        encoded=done.encoded,
        reject_file=refused.path if refused.rows or refused.fields else None,
        reject_reasons=tuple(refused.reasons.most_common(10)),
        changes=checked.changes,
        duplicates=duplicates,
        mapping=checked.mapping,
        form=str(checked.survey.form),
        pictures=PictureCount(folder.copied, folder.kept, folder.remote, folder.missing),
        generation=generation.name if generation else "",
        published=done.published,
        notes=notes_on(
            folder,
            checked,
            refused,
            duplicates,
            gone=gone,
            removed=removed,
            path=done.path,
            unreadable=done.unreadable_pictures,
        ),
        seconds=desk.stages.elapsed,
        stage_seconds=desk.stages.seconds,
        report_file=desk.imports / NAME,
    )


def _write(desk: Desk, report: LoadReport, checked: Checked, repeats: Repeats, refusal: str) -> None:
    twice = {p for g in repeats.groups if g.kind is not Kind.VARIANTS for p in g.places[1:]}
    facets = tuple(facet.facet() for facet in checked.mapping.facets)
    spread = Distributions(facets, described=bool(checked.mapping.description), twice=twice)
    spread.count(desk.staging.items())
    sheet = Sheet(
        report=report,
        at=desk.clock(),
        refusal=refusal,
        rejects=desk.refused.examples,
        reject_counts=desk.refused.reasons.most_common(),
        groups=repeats.shown,
        spreads=spread.spreads(),
        poor=spread.poor(),
    )
    write_import_report(report.report_file, sheet)
