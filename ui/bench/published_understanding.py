"""What `parley bench understanding` measures on sets that others publish: loading, running, printing.

In: files of dialogues and of catalogues. Out: runs and tables. The catalogues are loaded as their owner
would, without a mapping, into a folder that is gone afterwards.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retriever.errors import InputError

if TYPE_CHECKING:
    from chatbot.build import Parley
    from chatbot.evaluation.benchmarks.understanding.published import F1, Reader, SetRun
    from chatbot.settings import Settings

_MOST_REASONS = 8


@dataclass(frozen=True, slots=True)
class Published:
    """The files that were named; `sgd` is a folder. `films` and `recipes` are catalogues."""

    sgd: Path | None = None
    iard: Path | None = None
    laps: Path | None = None
    films: Path | None = None
    recipes: Path | None = None

    def __bool__(self) -> bool:
        return any((self.sgd, self.iard, self.laps))

    def check(self) -> None:
        """Nothing is loaded before the files are known to be there.

        Raises:
            InputError: a file is absent, or a set lacks its catalogue.
        """
        if (self.iard or self.laps) and self.films is None:
            raise InputError("--iard and --laps need a catalogue of films: name its file with --films")
        if self.laps and self.recipes is None:
            raise InputError("--laps needs a catalogue of recipes: name its file with --recipes")
        named = [self.iard, self.laps, self.films, self.recipes]
        named += [self.sgd / name for name in (_CATALOGUE, _DIALOGUES)] if self.sgd else []
        for path in named:
            if path is not None and not path.is_file():
                raise InputError(f"there is no file {path.name} in {path.parent.name or '.'}")


_CATALOGUE, _DIALOGUES = "catalog.jsonl.gz", "dialogues_valid.jsonl.gz"


def run_published(settings: Settings, files: Published) -> list[SetRun]:
    """Everything that was named, one set after the other."""
    from ui.bench.telling import told
    from ui.bench.temporary import temporary_parley

    runs: list[SetRun] = []
    with temporary_parley(settings, ()) as parley, told() as tell:
        if files.sgd is not None:
            runs.append(_sgd(parley, files.sgd, tell))
        if files.iard is not None or files.laps is not None:
            assert files.films is not None, "checked before"
            films = _loaded(parley, "films", files.films)
            if files.iard is not None:
                runs += _iard(files.iard, films, tell)
            if files.laps is not None:
                assert files.recipes is not None, "checked before"
                readers = {"movie": films, "recipe": _loaded(parley, "recipes", files.recipes)}
                runs += _laps(files.laps, readers, tell)
    return runs


def _sgd(parley: Parley, folder: Path, tell: Any) -> SetRun:
    from chatbot.evaluation.benchmarks.understanding import published, sgd

    items = list(_rows(folder / _CATALOGUE))
    readers: dict[str, Reader] = {}
    for domain, rows in _by_first_category(items).items():
        with _file_of(rows, parley.generations.parent) as path:
            readers[domain] = _loaded(parley, f"sgd_{domain.casefold()}", path)
    return sgd.measure(published.read_dialogues(folder / _DIALOGUES), items, readers, tell=tell)


def _iard(path: Path, films: Reader, tell: Any) -> tuple[SetRun, ...]:
    from chatbot.evaluation.benchmarks.understanding import iard, published

    return iard.measure(published.read_dialogues(path), films, tell=tell)


def _laps(path: Path, readers: Mapping[str, Reader], tell: Any) -> tuple[SetRun, ...]:
    from chatbot.evaluation.benchmarks.understanding import laps, published

    return laps.measure(published.read_dialogues(path), readers, tell=tell)


def _loaded(parley: Parley, name: str, path: Path) -> Reader:
    """A reader over a file, loaded without a word about its columns."""
    from chatbot.evaluation.benchmarks.understanding.published import Reader
    from ingestion.load import load_file
    from ui.bench.figures import tell

    tell(f"loading {name}")
    load_file(
        path,
        name,
        ledger=parley.ledger,
        encoder=parley.encoder,
        root=parley.generations,
        pictures=parley.pictures,
    )
    return Reader(parley.shelf.get(name))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    import gzip

    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in filter(str.strip, lines):
                yield json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"{path.name} cannot be read ({error}); it is gzipped JSON lines") from error


def _by_first_category(items: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Each domain's items: who has restaurants has no flights."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in items:
        found[str(item["categories"][0])].append(item)
    return dict(found)


@contextmanager
def _file_of(rows: Iterable[dict[str, Any]], folder: Path) -> Iterator[Path]:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    try:
        yield path
    finally:
        path.unlink()


def print_published(runs: Iterable[SetRun]) -> None:
    """A table of all figures, then each set's definitions, what falls short, and what is left out."""
    from ui.bench.figures import print_table, printer

    every = list(runs)
    console = printer()
    rows = [_row(run, figure) for run in every for figure in run.figures]
    columns = ("", "n", "dialogues", "F1", "precision", "recall", "macro-F1")
    print_table("published sets", columns, rows)
    for run in every:
        console.print(f"\n{run.name}: rows {run.rows[:12]}", markup=False)
        for figure in run.figures:
            console.print(f"{figure.name}: {figure.definition}", markup=False)
            console.print(
                f"  missed: {_counted(figure.missed)}\n  false: {_counted(figure.false)}", markup=False
            )
        left = sorted(run.left_out, key=lambda one: -one[1])[:_MOST_REASONS]
        console.print(f"  left out: {_counted(left) or 'nothing'}", markup=False)


def _row(run: SetRun, figure: F1) -> tuple[str, ...]:
    return (
        f"{run.name}, {figure.name}",
        f"{figure.instances:,}",
        f"{figure.dialogues:,}",
        f"{figure.f1:.3f} [{figure.low:.3f}, {figure.high:.3f}]",
        f"{figure.precision:.3f}",
        f"{figure.recall:.3f}",
        f"{figure.macro:.3f}",
    )


def _counted(examples: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in examples)
