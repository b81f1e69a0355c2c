"""The words by which histories name their columns and kinds of events; read once from words/history.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from ingestion.wording import fold
from retriever.feedback import Tier


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: what one of it says of liking (−1..1), and how much it binds."""

    name: str
    weight: float
    tier: Tier


@dataclass(frozen=True, slots=True)
class RelationWords:
    """Names (squeezed → place in their list) of a relation's columns, and what its kinds are called."""

    undirected: tuple[Mapping[str, int], Mapping[str, int]]
    directed: tuple[Mapping[str, int], Mapping[str, int]]
    columns: Mapping[str, Mapping[str, int]]
    directed_kinds: frozenset[str]
    undirected_kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class HistoryWords:
    """What files call things; all keys are squeezed.

    `columns`: role → name → place in its list, 0 the commonest. `kinds`: word → kind. `named`: ours.
    """

    columns: Mapping[str, Mapping[str, int]]
    kinds: Mapping[str, Kind]
    named: Mapping[str, Kind]
    relations: RelationWords


def squeezed(text: str) -> str:
    """Lower case without accents, blanks and marks: "User ID", "userId" and "user_id" are one name."""
    return "".join(letter for letter in fold(text) if letter.isalnum())


@lru_cache(maxsize=1)
def history_words() -> HistoryWords:
    """The tables, read once."""
    raw = tomllib.loads((files("ingestion") / "words" / "history.toml").read_text(encoding="utf-8"))
    named = {
        name: Kind(name, float(kind["weight"]), Tier.STATED if kind.get("stated") else Tier.DONE)
        for name, kind in raw["kinds"].items()
    }
    related = raw["relations"]
    return HistoryWords(
        columns={role: _places(names) for role, names in raw["columns"].items()},
        kinds={
            squeezed(word): named[name]
            for name, kind in raw["kinds"].items()
            for word in (name, *kind["words"])
        },
        named=named,
        relations=RelationWords(
            undirected=_pair(related["undirected"]),
            directed=_pair(related["directed"]),
            columns={role: _places(names) for role, names in related["columns"].items()},
            directed_kinds=frozenset(map(squeezed, related["kinds"]["directed"])),
            undirected_kinds=frozenset(map(squeezed, related["kinds"]["undirected"])),
        ),
    )


def _pair(table: Mapping[str, list[str]]) -> tuple[dict[str, int], dict[str, int]]:
    return _places(table["person"]), _places(table["other"])


def _places(names: Iterable[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(squeezed(name), place)
    return places
