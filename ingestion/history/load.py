"""A history → the ledger's events and relations, and an index that knows them.

In: a file or MovieLens folder and the parts that hold the data. Out: a HistoryReport. Events are written in
batches; a kill loses none that was written, and the same load again adds the rest: each event is kept once,
however often it is read. Memory doesn't grow with the file.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingestion.history.columns import HistoryMap
from ingestion.history.events import Known, hasher
from ingestion.history.report import HistoryOptions, HistoryReport
from ingestion.history.rows import Reading, Tally
from ingestion.history.source import Source, open_source
from ingestion.load import imports_folder
from ingestion.progress import Progress, Silent
from ingestion.rejects import RejectFile
from retriever.domain import FacetRole
from retriever.encoder import Encoder
from retriever.errors import LoadError, TooManyRejects
from retriever.feedback import Scale, scale_of
from retriever.generations import build, is_current
from retriever.history_records import HistoryEvent, HistorySize, Relation
from retriever.ledger import Ledger
from retriever.locking import catalogue_folder, catalogue_lock

REJECTS = "history-rejects.jsonl"
_BATCH = 20_000
"""Events between two commits: what a kill costs at most."""
_COMMONEST = 10


@dataclass(frozen=True, slots=True)
class _Stored:
    """What reading and keeping a source came to."""

    tally: Tally
    refused: RejectFile
    forgotten: int


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a load works with."""

    catalogue: str
    ledger: Ledger
    options: HistoryOptions
    reading: Reading
    rejects: Path
    progress: Progress

    @property
    def source(self) -> Source:
        """What is read."""
        return self.reading.source


def load_history(
    path: Path,
    catalogue: str,
    *,
    ledger: Ledger,
    encoder: Encoder,
    root: Path,
    key: bytes,
    options: HistoryOptions | None = None,
    progress: Progress | None = None,
    on_columns: Callable[[Source], None] = lambda _: None,
    clock: Callable[[], float] = time.time,
) -> HistoryReport:
    """Keep a history, and publish an index whose ranking reads it; the same source twice changes nothing.

    `key` is what hashes people; `on_columns` is told what each column is taken for, before anything is kept.
    Rows that were refused, and those about items that the catalogue doesn't
    have (which are kept), are written to imports/<catalogue>/history-rejects.jsonl beside `root`.

    Raises:
        LoadError: a column is missing, no row can be used, or a first history names none of the items.
        TooManyRejects: more rows are refused or about unknown items than allowed; nothing was changed.
        UnknownCatalogue: no catalogue of that name is loaded.
        CatalogueBusy: another process loads this catalogue now, for longer than `options.wait`.
    """
    started = time.perf_counter()
    options = options or HistoryOptions()
    catalogue_folder(root, catalogue)
    ledger.catalogue(catalogue)
    with catalogue_lock(root, catalogue, options.wait):
        known = known_ids(ledger, catalogue)
        source = _source(path, catalogue, ledger, known, options.mapping, relations=options.relations)
        on_columns(source)
        rejects = imports_folder(root, catalogue) / REJECTS
        reading = Reading(source, known, options.mapping, hasher(key))
        desk = _Desk(catalogue, ledger, options, reading, rejects, progress or Silent())
        if options.max_rejects is not None:
            _refuse_too_many(desk, options.max_rejects)
        before, scale = ledger.history_size(catalogue), ledger.history_scale(catalogue)
        done = _store(desk, clock())
        fresh = is_current(ledger, catalogue, encoder, root)
        if not fresh:
            build(ledger, catalogue, encoder, root, clock=clock, locked=True)
        return _report(desk, done, before, scale, not fresh, time.perf_counter() - started)


def _report(
    desk: _Desk, done: _Stored, before: HistorySize, scale: Scale | None, published: bool, seconds: float
) -> HistoryReport:
    tally, refused, relations = done.tally, done.refused, desk.source.relations
    after = desk.ledger.history_size(desk.catalogue)
    gained = after.relations - before.relations if relations else after.events - before.events
    return HistoryReport(
        source=desk.source.name,
        is_relations=relations,
        rows=tally.rows,
        kept=tally.rows - tally.refused,
        refused=tally.refused,
        unknown=tally.unknown,
        untimed=tally.untimed,
        new=gained + done.forgotten,
        forgotten=done.forgotten,
        commonest_unknown=tuple(tally.ids.most_common(_COMMONEST)),
        reasons=tuple(refused.reasons.most_common(_COMMONEST)),
        reject_file=desk.rejects if refused.reasons else None,
        now=after,
        published=published,
        notes=(*desk.source.notes, *_scale_note(tally, scale)),
        seconds=seconds,
    )


def _scale_note(tally: Tally, before: Scale | None) -> tuple[str, ...]:
    """That ratings of two scales came together: they are all read on one."""
    if before is None or tally.low > tally.high:
        return ()
    here = scale_of(tally.low, tally.high)
    if here.high == before.high:
        return ()
    return (
        f"ratings here go from {tally.low:g} to {tally.high:g}, those kept before were on a scale of "
        f"{before.low:g} to {before.high:g}; all are read on one scale now: if they are of two, bring them "
        "to one and load them again with --replace",
    )


def known_ids(ledger: Ledger, catalogue: str) -> Known:
    """The ids that a catalogue knows.

    Raises:
        UnknownCatalogue: no catalogue of that name is loaded.
    """
    ledger.catalogue(catalogue)
    there = frozenset(one for one, _, _ in ledger.item_hashes(catalogue))
    return Known(there, ledger.removed_ids(catalogue), ledger.aliases(catalogue))


def _source(
    path: Path, catalogue: str, ledger: Ledger, known: Known, mapping: HistoryMap, *, relations: bool
) -> Source:
    facets = ledger.catalogue(catalogue).facets
    year = next((facet.name for facet in facets if facet.role is FacetRole.YEAR), "")
    ids = known.items | (known.aliases or {}).keys()
    return open_source(path, mapping, ids, lambda: ledger.items(catalogue), year, relations=relations)


def _refuse_too_many(desk: _Desk, allowed: int) -> None:
    """Read everything once without keeping anything."""
    tally = Tally()
    desk.progress.start(0, "checking")
    with RejectFile(desk.rejects) as refused:
        for _ in desk.reading.usable(tally, refused, desk.progress):
            pass
    desk.progress.finish()
    if tally.refused + tally.unknown > allowed:
        commonest = ", ".join(f"{reason} ({count}×)" for reason, count in refused.reasons.most_common(3))
        raise TooManyRejects(
            f"{tally.refused + tally.unknown} rows of {desk.source.name} are refused or about unknown items, "
            f"{allowed} allowed: {commonest}; nothing was changed; see {desk.rejects}"
        )


def _store(desk: _Desk, at: float) -> _Stored:
    """Read everything and keep it in batches; forget the rest, if that is asked for."""
    tally = Tally()
    ledger, catalogue, replace = desk.ledger, desk.catalogue, desk.options.replace
    relations = desk.source.relations
    had_none = not ledger.history_size(catalogue).events
    load = ledger.begin_history_load(catalogue, desk.source.name, at)
    events: list[HistoryEvent] = []
    pairs: list[Relation] = []

    def keep() -> None:
        if events:
            ledger.put_events(catalogue, load, events, remember=replace)
        if pairs:
            ledger.put_relations(catalogue, load, pairs, remember=replace)
        events.clear()
        pairs.clear()

    forgotten = 0
    desk.progress.start(0, "reading")
    try:
        with RejectFile(desk.rejects) as refused:
            for one in desk.reading.usable(tally, refused, desk.progress):
                if isinstance(one, HistoryEvent):
                    events.append(one)
                else:
                    pairs += one
                if len(events) + len(pairs) >= _BATCH:
                    keep()
        keep()
        _refuse_useless(desk, tally, load, had_none=had_none and not relations)
        if replace:
            forget = ledger.forget_other_relations if relations else ledger.forget_other_events
            forgotten = forget(catalogue)
    finally:
        ledger.end_history_load(catalogue, load)
        desk.progress.finish()
    return _Stored(tally, refused, forgotten)


def _refuse_useless(desk: _Desk, tally: Tally, load: int, *, had_none: bool) -> None:
    """A first history none of whose items is known is about something else: nothing of it stays."""
    source, catalogue = desk.source.name, desk.catalogue
    if tally.rows == tally.refused:
        raise LoadError(f"no row of {source} can be used; see {desk.rejects}")
    if had_none and tally.unknown and not tally.known:
        desk.ledger.forget_history_load(catalogue, load)
        theirs = ", ".join(repr(item) for item, _ in tally.ids.most_common(3))
        ours = ", ".join(repr(item) for item in sorted(desk.reading.known.items)[:3])
        raise LoadError(
            f"no row of {source} can be used: {tally.unknown} name items that {catalogue!r} doesn't have "
            f"(such as {theirs}; its own ids are such as {ours}), {tally.refused} are refused besides; "
            "name the column of the items in a map, or load the items first"
        )
