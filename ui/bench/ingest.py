"""`parley bench ingest`: a load beside encode and `collection.add`."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ingestion.benchmark import IngestRun


def ingest(
    rows: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Rows: the demo films, repeated and varied.")
    ] = 1_000,
    rounds: Annotated[int, typer.Option(min=1, max=1000, help="Loads of each system.")] = 3,
    encoder: Annotated[str | None, typer.Option(help="Another encoder than the settings'.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Varies the rows; draws the intervals.")] = 0,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write all figures here.")] = None,
) -> None:
    """A load, text to stored, beside SentenceTransformer.encode and Chroma's add."""
    from chatbot.build import make_encoder
    from ingestion.benchmark import run_ingest
    from retriever.machine import Conditions, load_now, machine_facts
    from retriever.peers import library_encoder
    from ui.bench.figures import PACKAGES, bench_settings, machine_line, printer, tell, write_json

    settings = bench_settings("none", encoder)
    before = load_now()
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        done = run_ingest(
            partial(make_encoder, settings),
            partial(library_encoder, device=settings.device),
            Path(folder),
            rows=rows,
            rounds=rounds,
            seed=seed,
            tell=tell,
        )
    conditions = Conditions(machine_facts(PACKAGES), before, load_now())
    write_json(as_json, conditions, done, {"rows": rows, "rounds": rounds, "seed": seed})
    printer().print(machine_line(conditions))
    _print(done)


def _print(done: IngestRun) -> None:
    from ui.bench.figures import ms, print_table, printer, ratio_cell

    loads = [
        (
            each.system,
            f"{each.items_per_s:,.0f}",
            f"{each.seconds.p50_ms / 1000:,.1f} / {each.seconds.p95_ms / 1000:,.1f}",
            ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in each.stages.items()),
        )
        for each in done.loadings
    ]
    title = f"{done.rows:,} rows, text to stored; {done.encoder}"
    print_table(title, ("", "items/s", "p50 / p95 s", "stages, s"), loads)
    weighed = f"{done.memory.peak_mib:,.0f} MiB above {done.memory.before_mib:,.0f}"
    rows = [
        ("peer's time over ours [95 %]", ratio_cell(done.ratio)),
        ("largest 1 - cosine between both vectors of a text", f"{done.deviation:.1e}"),
        ("peak memory of a load above the loaded encoder", f"{'at most ' * done.memory.is_bound}{weighed}"),
        ("the unchanged file again", f"{done.second_load_s:.2f} s"),
        ("opening the generation, checked, p50 / p95", f"{ms(done.opening)} ms"),
        ("its vectors into the resident matrix, p50 / p95", f"{ms(done.resident)} ms"),
        ("the same vectors out of Chroma, p50 / p95", f"{ms(done.read_back)} ms"),
        ("Chroma's time over the matrix's [95 %]", ratio_cell(done.read_back_ratio)),
    ]
    print_table("", ("", "measured"), rows)
    if not done.path:
        printer().print("This encoder has no weights: both systems encode with it.")
        return
    printer().print(f"encoded by {done.path}", markup=False)
    ways = [
        (
            f"{one.path}, {one.lanes}",
            f"{one.texts_per_s:,.1f}" if one.texts_per_s else "–",
            one.why or f"{one.deviation:.1e}",
        )
        for one in done.paths
    ]
    if ways:
        print_table(
            "paths, when they were measured", ("", "texts/s", "largest 1 - cosine to torch-fp32"), ways
        )
