"""`parley ingest`: what is asked for → loads, with what they do drawn in the terminal.

In: an Order from the command line. Out: an exit code. Everything that people read goes to stderr.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.load import Proposal, load_file, propose_mapping, room_needed
from ingestion.mapping import Mapping, read_mapping, write_mapping
from ingestion.options import LoadOptions
from ingestion.readers import Source, source_of
from ingestion.spool import spooled
from retriever.errors import DiskFull, TooManyRejects
from retriever.locking import refuse_if_busy
from retriever.models import ENCODERS
from retriever.storage import disk_full
from ui import terminal
from ui.exits import OVER_BUDGET, PARTIAL
from ui.saying import say

if TYPE_CHECKING:
    from chatbot.build import Parley
    from chatbot.settings import Settings

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Order:
    """One load as it was asked for. `given`: a path, a database's address, or - for standard input."""

    given: str
    catalogue: str
    table: str = ""
    query: str = ""
    map_file: Path | None = None
    save_map: Path | None = None
    picture_folder: Path | None = None


def propose(order: Order) -> None:
    """Show what each column would become; load nothing."""
    mapping = read_mapping(order.map_file) if order.map_file else None
    with _source(order) as source:
        proposal = propose_mapping(source, mapping)
    terminal.print_mapping(proposal, "nothing is loaded")
    if order.save_map is not None:
        write_mapping(proposal.mapping, order.save_map)


def run(order: Order, options: LoadOptions, settings: Settings, build: Callable[[Settings], Parley]) -> int:
    """Load a source; 0 if every row went in, 1 if some were refused, 3 if more than allowed.

    Raises:
        ParleyError: if nothing could be done.
    """
    mapping = read_mapping(order.map_file) if order.map_file else None
    # Before the models are read: a load that has to be refused should not be waited for.
    refuse_if_busy(settings.data_dir / "generations", order.catalogue, options.wait)
    try:
        parley = build(settings)
    except DiskFull as error:
        # Not even the databases open; then nothing but the source can say how much room it takes.
        with _source(order) as source:
            raise disk_full(settings.data_dir, room_needed(source, ENCODERS[0].dim)) from error
    try:
        with _source(order) as source:
            refused = _load(parley, source, order, options, mapping)
    except TooManyRejects as error:
        say(str(error))
        return OVER_BUDGET
    finally:
        parley.close()
    return PARTIAL if refused else 0


def run_demo(options: LoadOptions, settings: Settings, build: Callable[[Settings], Parley]) -> int:
    """Load the demo catalogues that are not there whole; exit code as of `run`."""
    from ingestion.demo import demo_catalogues
    from retriever.generations import is_current

    parley = build(settings)
    refused = 0
    try:
        loaded = {info.name for info in parley.catalogues()}
        images = parley.image_encoder.fingerprint if parley.image_encoder else ""
        for name, path in demo_catalogues().items():
            whole = name in loaded and is_current(
                parley.ledger, name, parley.encoder, parley.generations, images
            )
            if whole and not options.rebuild:
                say(f"the catalogue {name!r} is loaded already")
            else:
                refused += _load(parley, path, Order(str(path), name), options, None)
    finally:
        parley.close()
    return PARTIAL if refused else 0


def _load(parley: Parley, source: Source, order: Order, options: LoadOptions, mapping: Mapping | None) -> int:
    """Load and tell; answers how many rows were refused."""

    def tell(proposal: Proposal) -> None:
        terminal.print_mapping(proposal, order.catalogue)
        if order.save_map is not None:
            write_mapping(proposal.mapping, order.save_map)

    with terminal.DrawnProgress() as progress:
        report = load_file(
            source,
            order.catalogue,
            ledger=parley.ledger,
            encoder=parley.encoder,
            root=parley.generations,
            pictures=parley.pictures,
            picture_folder=order.picture_folder,
            image_encoder=parley.image_encoder,
            mapping=mapping,
            progress=progress,
            options=options,
            on_mapping=tell,
        )
    terminal.print_report(report)
    return report.rejected


@contextmanager
def _source(order: Order) -> Iterator[Source]:
    if order.given != STDIN:
        yield source_of(order.given, order.table, order.query)
        return
    with spooled(sys.stdin.buffer) as spool:
        yield spool
