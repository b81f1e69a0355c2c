"""`parley bench retrieval`: search beside Chroma and SQLite's full text search."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from chatbot.evaluation.benchmarks.retrieval import RetrievalRun


def retrieval(
    items: Annotated[
        int, typer.Option(min=1, max=100_000, help="Items: the demo films, repeated and turned a little.")
    ] = 2_500,
    rounds: Annotated[int, typer.Option(min=1, max=100_000, help="Queries of each system.")] = 100,
    k: Annotated[int, typer.Option(min=1, max=1000, help="Items asked for, where one leg is alone.")] = 10,
    encoder: Annotated[str | None, typer.Option(help="Another encoder than the settings'.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Draws vectors, filters and intervals.")] = 0,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write all figures here.")] = None,
) -> None:
    """Retrieval and its legs beside Chroma (same vectors, equal filters) and SQLite FTS5."""
    from chatbot.evaluation.benchmarks.retrieval import run_retrieval
    from retriever.generations import current, open_generation
    from retriever.machine import Conditions, load_now, machine_facts
    from retriever.peers import library_encoder
    from ui.bench.figures import PACKAGES, bench_settings, machine_line, printer, tell, write_json
    from ui.bench.temporary import temporary_parley

    settings = bench_settings("none", encoder)
    before = load_now()
    tell("loading the demo films and the encoder")
    with temporary_parley(settings, ["films"]) as parley:
        path = current(parley.generations, "films")
        assert path is not None  # just loaded
        done = run_retrieval(
            open_generation(path),
            parley.encoder,
            library_encoder(parley.encoder, settings.device),
            items=items,
            rounds=rounds,
            k=k,
            seed=seed,
            device=settings.device,
            tell=tell,
        )
    conditions = Conditions(machine_facts(PACKAGES), before, load_now())
    write_json(as_json, conditions, done, {"items": items, "rounds": rounds, "k": k, "seed": seed})
    printer().print(machine_line(conditions))
    _print(done)


def _print(done: RetrievalRun) -> None:
    from ui.bench.figures import ms, print_table, printer, ratio_cell

    printer().print(
        f"{done.items:,} items, of which {done.different:,} are different: the others are copies under other "
        f"ids and titles, their vectors moved by {done.jitter} in a random direction; {done.encoder}, "
        f"{done.dim} numbers each, ours on {done.device}; Chroma with the cosine and otherwise its defaults"
    )
    for race in done.races:
        rows = [
            (
                each.system,
                ms(each.times),
                ratio_cell(each.ratio),
                "–" if each.recall is None else f"{each.recall:.3f}",
            )
            for each in race.entrants
        ]
        what = f"{race.what}; k {race.k}, {race.share:.1%} of the items pass, n {race.entrants[0].times.n}"
        print_table(what, ("", "p50 / p95 ms", "over ours [95 %]", "recall"), rows)
