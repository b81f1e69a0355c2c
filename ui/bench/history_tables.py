"""The figures of `parley bench history` as tables on stdout."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chatbot.evaluation.benchmarks.history.run import HistoryRun
from retriever.bootstrap import Estimate
from ui.terminal import plain

_ACCURACY = ("precision", "recall", "f1", "hit", "mrr", "ndcg", "map")
_SINGLE = ("precision", "recall", "f1", "mrr", "ndcg")  # of one target hit is recall, and MAP is MRR
_BEYOND = ("coverage", "novelty", "distance", "popularity", "head", "gini")
_FILE_WIDTH = 160  # columns: a pipe has no width of its own, and 80 fold every figure
_SHOWN_VALUES = 12  # of a facet; all are in the JSON


def print_history(done: HistoryRun) -> None:
    """What was measured on what, then a table for each cut, the difference, exposure and ratings."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    console.print(_told(done))
    for cut in done.plan.cuts:
        _print_systems(console, done, cut, _ACCURACY if done.sizes.targets > done.sizes.people else _SINGLE)
    _print_systems(console, done, done.plan.cuts[-1], _BEYOND)
    _print_difference(console, done)
    if done.plan.exposure:
        _print_exposure(console, done)
    if done.ratings:
        _print_ratings(console, done)


def _told(done: HistoryRun) -> str:
    sizes, plan = done.sizes, done.plan
    return (
        f"{done.catalogue}: {sizes.interactions:,} interactions ({done.interactions[:12]}) of "
        f"{sizes.items:,} items; {plan.way}: {sizes.train:,} learnt from, {sizes.people:,} people tested on "
        f"{sizes.targets:,} targets (weight {plan.liked:g} or more); left out: {sizes.too_little:,} people "
        f"with fewer than {plan.fewest} interactions, {sizes.nothing_liked:,} without a target, "
        f"{sizes.dropped:,} interactions that are neither ({sizes.untimed:,} without a time); "
        f"the most popular fifth of the items has {done.head_share:.0%} of what is learnt from; "
        f"{done.encoder}, seed {plan.seed}"
    )


def _print_systems(console: Console, done: HistoryRun, cut: int, names: Sequence[str]) -> None:
    table = _table(f"at {cut}", *names, "seconds")
    for each in done.systems:
        cells = [_cell(each.measures[f"{name}@{cut}"]) for name in names]
        table.add_row(each.name, *cells, f"{each.made_in:.1f}\n+ {each.seconds:.1f}")
    console.print(table)


def _print_difference(console: Console, done: HistoryRun) -> None:
    cuts = (f"at {cut}" for cut in done.plan.cuts)
    table = _table(f"{done.difference.system} − {done.difference.peer}", *cuts)
    for name in ("recall", "mrr", "ndcg"):
        found = (done.difference.measures[f"{name}@{cut}"] for cut in done.plan.cuts)
        table.add_row(name, *(_cell(each, signed=True) for each in found))
    console.print(table)


def _print_exposure(console: Console, done: HistoryRun) -> None:
    values = [each.value for each in done.systems[0].exposure][:_SHOWN_VALUES]
    table = _table(f"places by {done.plan.exposure}", "items", *(each.name for each in done.systems))
    for place, value in enumerate(values):
        exposed = [each.exposure[place] for each in done.systems]
        cells = (f"{one.places.mean:.3f}" for one in exposed)
        table.add_row(Text(plain(value) or "–"), f"{exposed[0].items:.3f}", *cells)
    console.print(table)


def _print_ratings(console: Console, done: HistoryRun) -> None:
    table = _table(f"ratings, of {done.ratings[0].rmse.n:,}", "RMSE", "MAE")
    for each in done.ratings:
        table.add_row(each.name, _cell(each.rmse), _cell(each.mae))
    console.print(table)


def _table(title: str, *columns: str) -> Table:
    """A table whose first column, the names, is never folded. Nothing in a header is markup."""
    table = Table()
    table.add_column(Text(plain(title)), no_wrap=True)
    for column in columns:
        table.add_column(Text(column))
    return table


def _cell(found: Estimate, *, signed: bool = False) -> str:
    if math.isnan(found.mean):
        return "–"
    write: Callable[[float], str] = (lambda x: f"{x:+.3f}") if signed else (lambda x: f"{x:.3f}")
    return f"{write(found.mean)}\n[{write(found.low)}, {write(found.high)}]"
