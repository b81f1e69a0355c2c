"""`parley bench …`: measurements, each against named peers in the same run; a module for each of them."""

from __future__ import annotations

import typer

from ui.bench.crs import crs
from ui.bench.generate import generate
from ui.bench.history import history
from ui.bench.ingest import ingest
from ui.bench.people import people
from ui.bench.retrieval import retrieval
from ui.bench.turn import turn
from ui.bench.understanding import understanding

bench = typer.Typer(name="bench", help="Measure Parley against named peers.", no_args_is_help=True)
for command in (crs, history, people, turn, retrieval, ingest, generate, understanding):
    bench.command()(command)
