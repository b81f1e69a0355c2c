"""Where a turn's time goes, by stage, with the embedded models; and retrieval against its peer.

    python benchmarks/turn.py [--items 2500] [--rounds 5] [--json FILE]

Measures, after a warm-up:
  * a turn: understand, retrieve, first words, whole reply (p50, p95), over scripted conversations with
    the demo catalogues;
  * retrieval at `--items` items, words and constraints and an anchor in each query, encoding included
    and not, beside `chromadb.Collection.query` with the same vectors and an equal filter: the peer. The ratio
    is of medians in this run, the two measured in turn.

The machine's load changes absolute figures; read the ratios, and p95 beside the load that is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from chatbot.build import Parley, build
from chatbot.events import TextPiece
from chatbot.settings import load_settings
from ingestion.demo import demo_catalogues
from ingestion.load import load_file
from retriever.domain import AnyOf, Between, Constraint, NoneOf, Query, Source, SourceKind
from retriever.pipeline import Retriever

CONVERSATIONS = {
    "films": (
        "something like Arrival but no aliens, after 2010",
        "I liked the first one",
        "shorter than two hours please",
        "why the second?",
        "forget the year",
        "something funny and heart-warming for a sunday with the family",
        "no animation",
        "more",
    ),
    "shop": (
        "a waterproof jacket under 120, nothing red",
        "cheaper",
        "the lightest of these",
        "do you have tents?",
        "what is the most expensive tent?",
        "a gift for someone who bakes bread",
        "under 40 euros",
    ),
}
SAID = Source(SourceKind.QUOTE, 1)


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds, and how many were measured."""
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 2),
        "p95_ms": round(p95 * 1000, 2),
        "n": len(ordered),
    }


def measure_turns(parley: Parley, rounds: int) -> dict[str, Any]:
    """Stage times over the conversations, each `rounds` times in a new session."""
    stages: dict[str, list[float]] = {"understand": [], "retrieve": [], "first_words": [], "total": []}
    removed = degraded = turns = 0
    for _ in range(rounds):
        for catalogue, texts in CONVERSATIONS.items():
            session = parley.chatbot.start(catalogue)
            for text in texts:
                begun = time.perf_counter()
                first: float | None = None
                for event in parley.chatbot.reply(session, text):
                    if isinstance(event, TextPiece) and event.text.strip() and first is None:
                        first = time.perf_counter() - begun
                total = time.perf_counter() - begun
                record = parley.chatbot.restore(session).turns[-1]
                stages["understand"].append(record.timings_ms["understand"] / 1000)
                stages["retrieve"].append(record.timings_ms["retrieve"] / 1000)
                stages["first_words"].append(total if first is None else first)
                stages["total"].append(total)
                removed += record.ungrounded_removed
                degraded += record.degraded
                turns += 1
    figures: dict[str, Any] = {name: spread(seconds) for name, seconds in stages.items()}
    return {**figures, "ungrounded_removed": removed, "degraded_turns": degraded, "turns": turns}


def enlarged(parley: Parley, count: int, folder: Path) -> Retriever:
    """The films, repeated under other ids and titles until there are `count` of them."""
    films = list(parley.ledger.items("films"))
    path = folder / "many.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for place in range(count):
            item = films[place % len(films)]
            turned = place // len(films)
            title = item.title if not turned else f"{item.title}, part {turned + 1}"
            copy = replace(item, id=f"{item.id}-{turned}", title=title)
            row = {"id": copy.id, "title": title, "description": item.description, **item.facets}
            file.write(json.dumps(row, default=list) + "\n")
    load_file(
        path,
        "many",
        ledger=parley.ledger,
        encoder=parley.encoder,
        root=parley.generations,
        pictures=parley.pictures,
    )
    return parley.shelf.get("many")


def in_turn(actions: dict[str, Callable[[int], object]], times: int) -> dict[str, list[float]]:
    """Seconds of each action, the actions alternating so that the machine's mood hits all alike."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for step in range(times + 5):
        for name, action in actions.items():
            begun = time.perf_counter()
            action(step)
            if step >= 5:  # warm-up
                taken[name].append(time.perf_counter() - begun)
    return taken


def measure_retrieval(retriever: Retriever, times: int) -> dict[str, Any]:
    """Retrieval beside Chroma with the same vectors and filter."""
    import chromadb

    items = retriever.catalogue.items
    texts = ["a quiet story about grief", "a heist that goes wrong", "robots and loneliness", "a war at sea"]
    constraints = (
        Constraint("year", Between(1980, None), SAID),
        Constraint("themes", NoneOf(("aliens",)), SAID),
        Constraint("genres", AnyOf(("drama", "thriller")), SAID),
    )

    def query(step: int) -> Query:
        return Query(texts[step % len(texts)], constraints, anchors=(items[step % len(items)].id,), k=3)

    client = chromadb.EphemeralClient(chromadb.Settings(anonymized_telemetry=False))
    collection = client.create_collection(
        "peer", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    vectors = retriever.encode([f"{item.title} {item.description}" for item in items])
    years = [{"year": float(item.facets.get("year", 0))} for item in items]
    for start in range(0, len(items), 1000):
        end = start + 1000
        collection.add(
            [i.id for i in items[start:end]], embeddings=vectors[start:end], metadatas=years[start:end]
        )
    encoded = retriever.encode(texts)
    fresh = iter(range(10**9))
    taken = in_turn(
        {
            "retrieve": lambda step: retriever.retrieve(query(step)),
            "retrieve_with_encoding": lambda step: retriever.retrieve(
                replace(query(step), text=f"{texts[step % len(texts)]} {next(fresh)}")
            ),
            "chroma_query_with_where": lambda step: collection.query(
                query_embeddings=[encoded[step % len(texts)]], n_results=50, where={"year": {"$gte": 1980.0}}
            ),
        },
        times,
    )
    figures: dict[str, Any] = {name: spread(seconds) for name, seconds in taken.items()}
    peer, ours = (statistics.median(taken[name]) for name in ("chroma_query_with_where", "retrieve"))
    return {**figures, "items": len(items), "chroma_time_over_ours": round(peer / ours, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--items", type=int, default=2500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parley = build(load_settings(data_dir=folder))
        for catalogue, path in demo_catalogues().items():
            load_file(
                path,
                catalogue,
                ledger=parley.ledger,
                encoder=parley.encoder,
                root=parley.generations,
                pictures=parley.pictures,
            )
        parley.warm_up(wait=True)
        measure_turns(parley, 1)  # warm-up
        figures = {
            "cores": os.cpu_count(),
            "load": os.getloadavg()[0],
            "turn": measure_turns(parley, options.rounds),
            "retrieval": measure_retrieval(enlarged(parley, options.items, folder), 200),
        }
        parley.close()
    print(json.dumps(figures, indent=2))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
