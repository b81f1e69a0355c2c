"""`parley vocabulary`: what people may call a catalogue's facet values.

In: a loaded catalogue. Out: a table, or JSON for scripts, on stdout: it is what was asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from retriever.errors import GenerationError, InputError
from retriever.generations import current, open_generation
from retriever.vocabulary import ValueWords, synonyms_of, without_value
from ui.markup import visible

if TYPE_CHECKING:
    from chatbot.build import Parley


def print_vocabulary(parley: Parley, name: str, facet: str, *, as_json: bool) -> None:
    """The words of one facet or of all that have words; synonyms that explain no value go to stderr.

    Raises:
        UnknownCatalogue: if the catalogue is not loaded.
        GenerationError: if it has no whole index.
        InputError: if it has no such facet, or one without words.
    """
    info = parley.ledger.catalogue(name)
    path = current(parley.generations, name)
    if path is None:
        raise GenerationError(
            f"catalogue {name!r} has no index yet; run `parley ingest FILE --catalogue {name}`"
        )
    vocabulary = open_generation(path).catalogue.vocabulary
    if facet and facet not in vocabulary.facets:
        raise InputError(
            f"{name!r} has no facet {facet!r} with words; it has {', '.join(vocabulary.facets) or 'none'}"
        )
    told = {one: words for one, words in vocabulary.facets.items() if not facet or one == facet}
    if as_json:
        table = {one: [asdict(words) for words in values] for one, values in told.items()}
        typer.echo(json.dumps(table, ensure_ascii=False))
    else:
        Console(highlight=False).print(_table(told))
    for where, value in without_value(synonyms_of(info.mapping), vocabulary):
        Console(stderr=True, highlight=False).print(
            Text(visible(f"{where}: no item has the value {value!r}, for which there are synonyms"), "yellow")
        )


def _table(told: Mapping[str, Sequence[ValueWords]]) -> Table:
    table = Table("facet", "value", "items", "also written", "also called")
    for facet, values in told.items():
        for words in values:
            cells = (
                facet,
                words.value,
                f"{words.count:,}",
                ", ".join(words.forms),
                ", ".join(words.synonyms),
            )
            table.add_row(*(Text(visible(cell), overflow="fold") for cell in cells))
    return table
