"""Many items out of few: a catalogue of any size for measuring search, and Chroma over the same.

In: a generation of films. Out: items repeated under other ids and titles, with vectors turned a little so
that no two are equal. Figures of search over it tell of size, not of how well anything is found: copies of
one item lie closer together than different items do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.evaluation.benchmarks.spoken import Search, search
from retriever.catalogue import Catalogue, Mask, values_of
from retriever.domain import AnyOf, Between, Constraint, Item, NoneOf, Query, Source, SourceKind
from retriever.encoder import Encoder
from retriever.generations import OpenGeneration
from retriever.index import VectorIndex
from retriever.lexical import Bm25
from retriever.open import Device
from retriever.peers import fill
from retriever.pipeline import Retriever

JITTER = 0.3  # length of the random part that is added to a unit vector: cosine 0.96 to the first one
LOTS = 200  # numbers that items are dealt, evenly: the least share that can be asked for is 1 / LOTS
_QUERIES = 50
_SAID = Source(SourceKind.QUOTE, 1)
_YEAR, _THEMES, _GENRES, _LOT = "year", "themes", "genres", "lot"


@dataclass(frozen=True, slots=True)
class Crowded:
    """`vectors` (item, dim), unit rows; `lots` (item,) 0..LOTS-1; `queries` (query, dim), unit rows."""

    catalogue: Catalogue
    vectors: NDArray[np.float32]
    index: VectorIndex
    lexical: Bm25
    lots: NDArray[np.int64]
    queries: NDArray[np.float32]
    retriever: Retriever

    def lot_mask(self, share: float) -> Mask:
        """(item,) True for that share of the items."""
        wanted: Mask = self.lots < _lots(share)
        return wanted


def crowded(
    opened: OpenGeneration, count: int, encoder: Encoder, seed: int, device: Device = "cpu"
) -> Crowded:
    """A catalogue of `count` items, its vectors on a device.

    Queries are the texts of speed.toml, each turned a little many times.
    """
    draw = np.random.default_rng(seed)
    few = opened.catalogue.items
    items = [_copy(few[place % len(few)], place // len(few)) for place in range(count)]
    vectors = np.asarray(opened.vectors, dtype=np.float32)[np.arange(count) % len(few)]  # (item, dim)
    vectors[len(few) :] = turned(vectors[len(few) :], draw)
    texts = encoder.encode(search().texts)  # (text, dim)
    catalogue = Catalogue("many", opened.catalogue.facets, items)
    index = VectorIndex(vectors, device)
    lexical = Bm25.build(catalogue.stems)
    return Crowded(
        catalogue=catalogue,
        vectors=vectors,
        index=index,
        lexical=lexical,
        lots=draw.permutation(count) % LOTS,
        queries=turned(texts[np.arange(_QUERIES) % len(texts)], draw),
        retriever=Retriever(catalogue, index, lexical, encoder, opened.values),
    )


def _copy(item: Item, turn: int) -> Item:
    if not turn:
        return item
    return replace(item, id=f"{item.id}~{turn + 1}", title=f"{item.title} {turn + 1}")


def turned(vectors: NDArray[np.float32], draw: np.random.Generator) -> NDArray[np.float32]:
    """(n, dim) unit rows, each moved by JITTER in a direction of its own."""
    away = draw.standard_normal(vectors.shape, dtype=np.float32)
    away *= JITTER / np.linalg.norm(away, axis=1, keepdims=True)
    moved = vectors + away
    unit: NDArray[np.float32] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return unit


# --- the same demands, to us and to Chroma ------------------------------------------------------------


def constraints() -> tuple[Constraint, ...]:
    """Three hard ones: a year, a theme that is out, a genre."""
    wanted = search()
    return (
        Constraint(_YEAR, Between(float(wanted.since), None), _SAID),
        Constraint(_THEMES, NoneOf(wanted.never), _SAID),
        Constraint(_GENRES, AnyOf(wanted.genres), _SAID),
    )


def query(many: Crowded, number: int, k: int, text: str = "") -> Query:
    """A query with words, the constraints and an anchor; `text` in place of its own words."""
    texts, items = search().texts, many.catalogue.items
    anchor = items[number % len(items)].id
    return Query(text or texts[number % len(texts)], constraints(), anchors=(anchor,), k=k)


def where_constraints(wanted: Search) -> dict[str, Any]:
    """Chroma's filter that says what `constraints` say."""
    never = [{_THEMES: {"$not_contains": value}} for value in wanted.never]
    genres = [{_GENRES: {"$contains": value}} for value in wanted.genres]
    return {"$and": [{_YEAR: {"$gte": float(wanted.since)}}, *never, {"$or": genres}]}


def where_share(share: float) -> dict[str, Any] | None:
    """Chroma's filter that keeps what `lot_mask` keeps; None where that is everything."""
    return None if share >= 1 else {_LOT: {"$lt": _lots(share)}}


def fill_with(collection: Any, many: Crowded) -> None:
    """Put the items' vectors into a collection, with what its filters need."""
    metadatas = []
    for item, lot in zip(many.catalogue.items, many.lots, strict=True):
        row: dict[str, Any] = {_LOT: int(lot)}
        year = item.facets.get(_YEAR)
        if isinstance(year, int | float):
            row[_YEAR] = float(year)
        for name in (_THEMES, _GENRES):
            if words := values_of(item.facets.get(name)):  # Chroma takes no empty list
                row[name] = list(words)
        metadatas.append(row)
    fill(collection, [item.id for item in many.catalogue.items], many.vectors, metadatas=metadatas)


def _lots(share: float) -> int:
    return max(1, round(share * LOTS))
