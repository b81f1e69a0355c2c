"""`parley bench crs`: published dialogues, ranked by Parley and by peers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from chatbot.evaluation.benchmarks.crs import CrsRun


def crs(
    protocol: Annotated[str, typer.Option(help="ievalm or cikm23: what the rows hold.")],
    rows: Annotated[Path, typer.Option(help="The rows that are measured, JSON lines.")],
    items: Annotated[Path, typer.Option(help="The candidates.")],
    catalogue: Annotated[Path | None, typer.Option(help="What is known of them.")] = None,
    train: Annotated[Path | None, typer.Option(help="Rows of other dialogues to learn from.")] = None,
    folds: Annotated[
        int,
        typer.Option(min=0, help="Without --train: learn from the other dialogues in so many parts; 0: not."),
    ] = 5,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Only this ranker, by the beginning of its name.")
    ] = None,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write all figures here.")] = None,
) -> None:
    """Published dialogues: Parley beside copying, popularity, BM25, co-mentions and plain cosine."""
    from chatbot.build import make_encoder
    from chatbot.evaluation.benchmarks.crs import run_crs
    from chatbot.settings import load_settings
    from retriever.errors import InputError
    from retriever.offline import go_offline
    from ui.bench.telling import told

    if protocol not in ("ievalm", "cikm23"):
        raise InputError(f"the protocol is ievalm or cikm23, not {protocol!r}")
    go_offline()
    with told() as tell:
        encoder = make_encoder(load_settings())
        done = run_crs(
            protocol,  # type: ignore[arg-type]  # looked at above
            rows,
            items,
            catalogue,
            train,
            encoder,
            folds=folds,
            only=only or (),
            tell=tell,
        )
    if as_json is not None:
        as_json.write_text(json.dumps(asdict(done), indent=1), "utf-8")
    _print_crs(done)


def _print_crs(done: CrsRun) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    learnt = (
        f"learnt from the same rows' other dialogues in {done.folds} folds"
        if done.folds
        else f"train {done.train[:12] or 'none'} ({done.learnt:,} rows learnt from, "
        f"{done.left_out:,} left out: their dialogues are measured)"
    )
    console.print(
        f"{done.protocol}: {done.turns:,} turns, {done.labels:,} targets, {done.items:,} candidates; "
        f"rows {done.rows[:12]}, {learnt}, {done.encoder}"
    )
    shown = ("recall@1", "recall@10", "recall@50", "mrr@10", "ndcg@10")
    for title, new in (("all", False), ("new", True)):
        labels = done.measured[0].new_labels if new else done.measured[0].labels
        table = Table(f"{title}: {labels:,} targets", *shown)
        for each in done.measured:
            values = each.new if new else each.every
            cells = [f"{v.mean:.3f} [{v.low:.3f}, {v.high:.3f}]" for v in (values[name] for name in shown)]
            table.add_row(each.name, *cells)
        console.print(table)
