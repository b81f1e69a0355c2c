"""Retrieval beside Chroma, and its lexical leg beside SQLite's full text search.

In: a generation of films, an encoder, sizes. Out: a `RetrievalRun`: races, each between systems that are
asked the same, one after another in every round.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.evaluation.benchmarks.crowded import (
    JITTER,
    Crowded,
    constraints,
    crowded,
    fill_with,
    query,
    where_constraints,
    where_share,
)
from chatbot.evaluation.benchmarks.spoken import search
from retriever.catalogue import Mask
from retriever.encoder import Encoder
from retriever.generations import OpenGeneration
from retriever.index import best_places
from retriever.machine import named
from retriever.open import Device
from retriever.peers import FullText, PeerEncoder, chroma_collection
from retriever.timing import Ratio, Spread, alternate, at_least, ratio_of_medians, spread
from retriever.tokens import telling_words

SHARES = (1.0, 0.5, 0.05, 0.005)  # of the items that a filter lets pass
FETCHED = 50  # Chroma's n_results where we retrieve: what a reranker would be given
SHORTLIST = 3
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Entrant:
    """A system in a race. `ratio`: its median over that of the first, ours; None for ours. `recall`: share
    of the exact best k that it finds; None where the systems rank by different things.
    """

    system: str
    times: Spread
    ratio: Ratio | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class Race:
    """Systems that were asked the same. `share`: of the items, that a filter lets pass."""

    what: str
    k: int
    share: float
    entrants: tuple[Entrant, ...]


@dataclass(frozen=True, slots=True)
class RetrievalRun:
    """All races. `different`: items of the catalogue that the others were copied from, with `jitter`."""

    items: int
    different: int
    jitter: float
    dim: int
    encoder: str
    device: str
    races: tuple[Race, ...]


Search = Callable[[int], Sequence[int]]
"""The rows that a system finds for the query of that number, best first."""


def run_retrieval(
    opened: OpenGeneration,
    encoder: Encoder,
    peer_encoder: PeerEncoder,
    *,
    items: int = 2_500,
    rounds: int = 100,
    k: int = 10,
    seed: int = 0,
    device: Device = "cpu",
    tell: Callable[[str], None] = lambda _: None,
) -> RetrievalRun:
    """Run every race.

    Raises:
        InputError: a size is below 1.
    """
    for name, number in (("--items", items), ("--rounds", rounds), ("--k", k)):
        at_least(name, number)
    tell(f"making {items:,} items")
    many = crowded(opened, items, encoder, seed, device)
    with chroma_collection() as collection:
        tell("filling Chroma")
        fill_with(collection, many)
        tell("retrieving with words, constraints and an anchor")
        races = [
            _retrieving(many, collection, rounds, seed),
            _with_encoding(many, collection, peer_encoder, rounds, seed),
        ]
        for share in SHARES:
            tell(f"searching {share:.1%} of the vectors")
            races.append(_vectors(many, collection, share, k, rounds, seed))
    tell("searching words")
    races.append(_words(many, k, rounds, seed))
    return RetrievalRun(
        items=items,
        different=min(items, len(opened.catalogue)),
        jitter=JITTER,
        dim=many.index.dim,
        encoder=encoder.name,
        device=many.index.device,
        races=tuple(races),
    )


def recall_at_k(found: Sequence[int], exact: Sequence[int]) -> float:
    """Share of the exact best that was found; NaN without any.

    Order does not count.
    """
    return len(set(found) & set(exact)) / len(exact) if len(exact) else float("nan")


def _retrieving(many: Crowded, collection: Any, rounds: int, seed: int) -> Race:
    """A query with words, three constraints and an anchor, its words encoded before."""
    encoded = many.retriever.encode(search().texts)  # (text, dim)
    for number in range(len(encoded)):
        many.retriever.retrieve(query(many, number, SHORTLIST))  # single words are encoded too
    where = where_constraints(search())

    def chroma(**how: Any) -> Callable[[int], object]:
        return lambda number: collection.query(
            query_embeddings=[encoded[number % len(encoded)]], n_results=FETCHED, where=where, **how
        )

    actions = {
        "Retriever.retrieve": lambda number: many.retriever.retrieve(query(many, number, SHORTLIST)),
        f"{named('chromadb')} query({FETCHED})": chroma(),
        f"{named('chromadb')} query({FETCHED}), distances only": chroma(include=["distances"]),
    }
    what = "words, three constraints, an anchor; the words encoded before"
    return _race(what, SHORTLIST, _eligible(many), alternate(actions, rounds), seed)


def _with_encoding(many: Crowded, collection: Any, peer: PeerEncoder, rounds: int, seed: int) -> Race:
    """The same with words that nobody has encoded yet."""
    where = where_constraints(search())
    fresh = itertools.count()

    def text(number: int) -> str:
        texts = search().texts
        return f"{texts[number % len(texts)]} {next(fresh)}"

    actions = {
        "Retriever.retrieve": lambda number: many.retriever.retrieve(
            query(many, number, SHORTLIST, text(number))
        ),
        f"{peer.name} + {named('chromadb')} query({FETCHED})": lambda number: collection.query(
            query_embeddings=peer.encode([text(number)]), n_results=FETCHED, where=where
        ),
    }
    what = "words, three constraints, an anchor; encoding included"
    return _race(what, SHORTLIST, _eligible(many), alternate(actions, rounds), seed)


def _vectors(many: Crowded, collection: Any, share: float, k: int, rounds: int, seed: int) -> Race:
    """A vector alone, with a filter that lets a share of the items pass; making our mask is included."""
    rows = {item.id: row for row, item in enumerate(many.catalogue.items)}
    where = where_share(share)

    def ours(number: int) -> list[int]:
        mask = None if where is None else many.lot_mask(share)
        return [int(row) for row in many.index.top_k(many.queries[number % len(many.queries)], mask, k)[0]]

    def chroma(**how: Any) -> Search:
        def ask(number: int) -> list[int]:
            vector = many.queries[number % len(many.queries)]
            answer = collection.query(query_embeddings=[vector], n_results=k, where=where, **how)
            return [rows[one] for one in answer["ids"][0]]

        return ask

    actions: dict[str, Search] = {
        "VectorIndex.top_k, exact": ours,
        f"{named('chromadb')} query": chroma(),
        f"{named('chromadb')} query, distances only": chroma(include=["distances"]),
    }
    exact = exact_rows(many.vectors, many.queries, many.lot_mask(share), k)
    recalls = {
        name: float(np.mean([recall_at_k(ask(number), best) for number, best in enumerate(exact)]))
        for name, ask in actions.items()
    }
    share = float(many.lot_mask(share).mean())
    return _race("a vector alone", k, share, alternate(actions, rounds), seed, recalls)


def exact_rows(
    vectors: NDArray[np.float32], queries: NDArray[np.float32], mask: Mask, k: int
) -> list[list[int]]:
    """For each query the rows of the k nearest that the mask keeps, nearest first, by float64 products."""
    kept = np.flatnonzero(mask)
    wide = vectors[kept].astype(np.float64)  # (kept, dim)
    return [kept[best_places(wide @ one.astype(np.float64), k)].tolist() for one in queries]


def _words(many: Crowded, k: int, rounds: int, seed: int) -> Race:
    """The lexical leg."""
    texts = search().texts
    table = FullText(many.catalogue.words)
    actions: dict[str, Search] = {
        f"{named('bm25s')}, the lexical leg": lambda number: best_places(
            many.lexical.scores(texts[number % len(texts)]), k
        ).tolist(),
        f"{table.name}, OR, bm25()": lambda number: table.top_k(
            telling_words(texts[number % len(texts)], _MOST_WORDS), k
        ),
    }
    taken = alternate(actions, rounds)
    table.close()
    return _race("words alone", k, 1.0, taken, seed)


def _race(
    what: str,
    k: int,
    share: float,
    taken: dict[str, list[float]],
    seed: int,
    recalls: dict[str, float] | None = None,
) -> Race:
    ours = next(iter(taken.values()))
    return Race(
        what,
        k,
        share,
        tuple(
            Entrant(
                system=name,
                times=spread(seconds),
                ratio=None if seconds is ours else ratio_of_medians(seconds, ours, seed),
                recall=None if recalls is None else recalls[name],
            )
            for name, seconds in taken.items()
        ),
    )


def _eligible(many: Crowded) -> float:
    """Share of the items that the three constraints let pass."""
    return many.retriever.count(constraints()) / len(many.catalogue)
