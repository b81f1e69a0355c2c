"""What the speed benchmarks' doors share: settings with a chat model, a line about the machine, JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from chatbot.settings import Settings
    from retriever.machine import Conditions
    from retriever.timing import Ratio, Spread

PACKAGES = (
    "parley",
    "torch",
    "transformers",
    "sentence-transformers",
    "chromadb",
    "bm25s",
    "numpy",
    "openvino",
)


def bench_settings(chat_model: str | None = None, encoder: str | None = None) -> Settings:
    """The settings, with another chat model or encoder where one is given."""
    from chatbot.settings import load_settings

    given: dict[str, Any] = {"chat_model": chat_model, "encoder": encoder}
    return load_settings(**{name: value for name, value in given.items() if value is not None})


def printer() -> Console:
    """Where tables go: a script reads the JSON, people the terminal."""
    from rich.console import Console

    return Console(highlight=False)


def tell(line: str) -> None:
    """What is being measured now, for people."""
    typer.echo(line, err=True)


def write_json(path: Path | None, conditions: Conditions, run: Any, asked: dict[str, Any]) -> None:
    """All figures with what was asked for and the machine. A figure that is none (NaN) is refused.

    Raises:
        ValueError: if a figure is not finite: a fault of the benchmark.
    """
    if path is None:
        return
    table = {"asked": asked, "conditions": asdict(conditions), **_shown(run)}
    path.write_text(json.dumps(table, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _shown(value: Any) -> Any:
    """Dataclasses as dicts, without the fields that are kept out of sight (`repr=False`)."""
    if is_dataclass(value):
        return {f.name: _shown(getattr(value, f.name)) for f in fields(value) if f.repr}
    if isinstance(value, dict):
        return {key: _shown(one) for key, one in value.items()}
    return [_shown(one) for one in value] if isinstance(value, tuple | list) else value


def machine_line(conditions: Conditions) -> str:
    """The machine in one line."""
    machine = conditions.machine
    flags = " ".join(flag for flag in machine.flags if "bf16" in flag or "int8" in flag) or "no bf16 products"
    versions = ", ".join(f"{name} {number}" for name, number in machine.packages.items() if number)
    return (
        f"{machine.cores} cores ({machine.processor}, {flags}), torch on {machine.torch_threads} threads, "
        f"GPU {machine.gpu or 'none'}, load {conditions.load_before} before, {conditions.load_after} after; "
        f"Python {machine.python}, {versions}"
    )


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose first column names what is measured."""
    from rich.table import Table

    table = Table(columns[0], title=title, title_justify="left", title_style="bold")
    for column in columns[1:]:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*row)
    printer().print(table)


def ms(taken: Spread | None) -> str:
    """A spread as "p50 / p95", milliseconds."""
    return "–" if taken is None else f"{_number(taken.p50_ms)} / {_number(taken.p95_ms)}"


def ratio_cell(ratio: Ratio | None) -> str:
    """A ratio with its interval."""
    return "–" if ratio is None else f"{ratio.value:.2f} [{ratio.low:.2f}, {ratio.high:.2f}]"


def _number(number: float) -> str:
    return f"{number:,.2f}" if number < 10 else f"{number:,.1f}" if number < 100 else f"{number:,.0f}"
