"""`parley bench history`: what people went on to like, found by Parley and by peers."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

if TYPE_CHECKING:
    from chatbot.evaluation.benchmarks.history.split import Way
    from retriever.encoder import Encoder
    from retriever.generations import OpenGeneration
    from retriever.ledger import Interaction

_WAYS = ("leave-one-out", "global")
# Of a history that is read for one run: whoever has the file knows the people anyway.
_KEY = b"parley bench history"


def history(
    catalogue: Annotated[str, typer.Option("--catalogue", "-c", help="One with a loaded history.")] = "",
    interactions: Annotated[
        Path | None, typer.Option(help="Or a file: rows of person, item, time, and a rating or an event.")
    ] = None,
    items: Annotated[Path | None, typer.Option(help="The items that the file is about.")] = None,
    map_file: Annotated[Path | None, typer.Option("--map", help="A mapping in TOML for the items.")] = None,
    way: Annotated[str, typer.Option("--split", help="leave-one-out or global.")] = _WAYS[0],
    liked: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="The least weight of a liking: 0.5 is 4 of 5 stars.")
    ] = 0.5,
    fewest: Annotated[
        int, typer.Option("--min-interactions", min=2, help="Of a tested person, up to the target.")
    ] = 5,
    k: Annotated[list[int] | None, typer.Option("--k", min=1, help="A cut; may be repeated.")] = None,
    exposure: Annotated[str, typer.Option(help="A facet whose values' exposure is told.")] = "",
    discounted: Annotated[
        bool, typer.Option("--discounted", help="Exposure counts less further down.")
    ] = False,
    ratings: Annotated[
        bool, typer.Option(help="The catalogue's history is of ratings: foretell them.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Draws intervals and the random peer.")] = 0,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write all figures here.")] = None,
) -> None:
    """A history, parted by time: Parley beside popularity, neighbours, EASE, BM25 and plain cosine."""
    from chatbot.evaluation.benchmarks.history.run import CUTS, Plan, run_history
    from retriever.errors import InputError
    from retriever.offline import go_offline
    from ui.bench.history_tables import print_history
    from ui.bench.telling import told

    if way not in _WAYS:
        raise InputError(f"the split is {' or '.join(_WAYS)}, not {way!r}")
    by_files = interactions is not None and items is not None
    if bool(catalogue) == by_files or (not by_files and (interactions or items or map_file)):
        raise InputError("give --catalogue NAME, or --interactions FILE with --items FILE")
    cuts = tuple(sorted(set(k or CUTS)))
    plan = Plan(cast("Way", way), liked, fewest, cuts, exposure, discounted, float(ratings), seed)
    go_offline()
    if interactions is not None and items is not None:
        opening = _read(interactions, items, map_file)
    else:
        opening = _loaded(catalogue)
    with opening as history, told() as tell:
        plan = plan if history.reach is None else replace(plan, reach=history.reach)
        done = run_history(history.opened, history.encoder, history.interactions, plan, tell=tell)
    print_history(done)  # first: minutes of figures must not be lost to a folder that isn't there
    if as_json is not None:
        as_json.write_text(json.dumps(_plain(asdict(done)), indent=1, ensure_ascii=False), "utf-8")


@dataclass(frozen=True, slots=True)
class _History:
    """What is measured. `reach`: of the file's own ratings (0: it has none), None where that isn't known."""

    opened: OpenGeneration
    encoder: Encoder
    interactions: Sequence[Interaction]
    reach: float | None = None


@contextmanager
def _loaded(catalogue: str) -> Iterator[_History]:
    from chatbot.build import build
    from chatbot.settings import load_settings
    from retriever.open import open_published

    parley = build(load_settings())
    try:
        parley.ledger.catalogue(catalogue)
        opened = open_published(parley.generations, catalogue, parley.encoder)
        # Targets are what people said they like; Parley itself sees how far it is from how they rate.
        stated = parley.ledger.interactions(catalogue, to_own_mean=False)
        yield _History(opened, parley.encoder, stated)
    finally:
        parley.close()


@contextmanager
def _read(interactions: Path, items: Path, map_file: Path | None) -> Iterator[_History]:
    """Both files, in a folder that is gone afterwards."""
    from chatbot.build import make_encoder
    from chatbot.settings import load_settings
    from ingestion.history.reading import read_history
    from ingestion.load import load_file
    from ingestion.mapping import read_mapping
    from retriever.ledger import Ledger
    from retriever.open import open_published
    from ui.terminal import DrawnProgress

    name = "benchmark"
    encoder = make_encoder(load_settings())
    mapping = read_mapping(map_file) if map_file else None
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as temporary:
        folder = Path(temporary)
        with Ledger.open(folder / "ledger.sqlite3") as ledger:
            with DrawnProgress() as progress:
                load_file(
                    items,
                    name,
                    ledger=ledger,
                    encoder=encoder,
                    root=folder / "generations",
                    pictures=folder / "pictures",
                    mapping=mapping,
                    progress=progress,
                )
            opened = open_published(folder / "generations", name, encoder)
        known = frozenset(item.id for item in opened.catalogue.items)
        read = read_history(interactions, name, known, _KEY)
        yield _History(opened, encoder, read.interactions, read.reach)


def _plain(value: Any) -> Any:
    """The same without NaN, which JSON doesn't have."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
