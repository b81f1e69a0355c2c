"""Text to stored: a load beside the naive pipeline, `SentenceTransformer.encode` and `collection.add`.

In: an encoder, how many rows, a folder. Out: an `IngestRun`. A load of ours reads a file, guesses its
mapping, checks its rows and stores ledger, vectors, lexical index and a Chroma collection that is read back
and compared; the peer is given ready texts, and only encodes and adds them.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.splitting import sentences_of
from ingestion.demo import demo_catalogues
from ingestion.encoding import BulkEncoder
from ingestion.memory import Weighed, load_into, weigh_load
from retriever.encoder import Encoder
from retriever.encoding.choice import Measured
from retriever.encoding.fidelity import deviation
from retriever.generations import current, open_generation
from retriever.index import VectorIndex
from retriever.ledger import Ledger
from retriever.machine import named
from retriever.peers import PeerEncoder, chroma_collection, fill
from retriever.timing import Ratio, Spread, alternate, at_least, ratio_of_medians, spread
from retriever.transformer import SentenceTransformersEncoder

OURS, NAIVE = "Parley", "naive"
CATALOGUE = "made"
_PAGE = 1_000  # vectors read back from Chroma at a time: more take longer, and more memory
_WARM_ROWS = 40
_FOREIGN = "peer"  # a fingerprint that no vector has: all texts are missing from it


@dataclass(frozen=True, slots=True)
class Loading:
    """One system. `stages`: median seconds of each."""

    system: str
    seconds: Spread
    items_per_s: float
    stages: dict[str, float]


@dataclass(frozen=True, slots=True)
class IngestRun:
    """`ratio`: the peer's time over ours for the same rows, so that above 1 we load more items a second.

    `path`: what encoded, empty where there is no choice; `paths`: what was measured to choose it, before the
    loads and not counted in them: that is done once a machine.
    `deviation`: largest 1 - cosine between our vector and the peer's of one text. `second_load_s`: the same
    file again, unchanged. `opening`: a generation read and checked, all of it. `resident`: its vectors from
    the file into memory; `read_back`: the same from Chroma, in pages of 1,000, and its ratio over `resident`.
    """

    rows: int
    encoder: str
    path: str
    paths: tuple[Measured, ...]
    loadings: tuple[Loading, ...]
    ratio: Ratio
    deviation: float
    memory: Weighed
    second_load_s: float
    opening: Spread
    resident: Spread
    read_back: Spread
    read_back_ratio: Ratio


def run_ingest(
    make_encoder: Callable[[], Encoder],
    make_peer: Callable[[Encoder], PeerEncoder],
    folder: Path,
    *,
    rows: int = 1_000,
    rounds: int = 3,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> IngestRun:
    """Measure in an empty folder. `make_encoder` has to be picklable: the memory is measured elsewhere.

    Raises:
        InputError: a size is below 1.
    """
    at_least("--rows", rows)
    at_least("--rounds", rounds)
    file = write_rows(folder / "rows.jsonl", rows, seed)
    first = folder / "first"
    first.mkdir()
    tell("weighing a load, in a process of its own")
    memory = weigh_load(make_encoder, file, CATALOGUE, first)
    encoder = make_encoder()
    peer = make_peer(encoder)
    with Ledger.open(first / "ledger.sqlite3") as ledger:
        texts = [text for _, text in ledger.missing_vectors(CATALOGUE, _FOREIGN)]
        _, ours = ledger.vectors(CATALOGUE, encoder.fingerprint)  # (item, dim)
    tell("choosing an encoding path")
    paths = _paths(encoder, texts)
    race = LoadingRace(encoder, peer, folder, texts)
    tell(f"loading {rows:,} rows, {rounds} times each")
    race.warm_up(seed)
    taken = alternate({OURS: lambda number: race.ours(file, number), NAIVE: race.peer}, rounds, warm_up=0)
    begun = time.perf_counter()
    load_into(file, CATALOGUE, encoder, first)
    second = time.perf_counter() - begun
    tell("opening what was built")
    opened = _opening(first, ours)
    return IngestRun(
        rows=rows,
        encoder=encoder.name,
        path=encoder.bulk_path() if isinstance(encoder, BulkEncoder) else "",
        paths=paths,
        loadings=tuple(
            Loading(
                system=OURS if name == OURS else f"naive: {peer.name} → {named('chromadb')} add",
                seconds=spread(seconds),
                items_per_s=rows / statistics.median(seconds),
                stages=race.stages_of(name),
            )
            for name, seconds in taken.items()
        ),
        ratio=ratio_of_medians(taken[NAIVE], taken[OURS], seed),
        deviation=deviation(ours, race.vectors),
        memory=memory,
        second_load_s=second,
        opening=spread(opened["opening"]),
        resident=spread(opened["resident"]),
        read_back=spread(opened["read_back"]),
        read_back_ratio=ratio_of_medians(opened["read_back"], opened["resident"], seed),
    )


def _paths(encoder: Encoder, texts: list[str]) -> tuple[Measured, ...]:
    """What this machine's choice of a path was made by; made now unless it was before."""
    if not isinstance(encoder, SentenceTransformersEncoder):
        return ()
    choice = encoder.decide(texts)
    return () if choice is None else choice.measured


class LoadingRace:
    """Both ways of loading, and what they leave: seconds of stages, and the peer's `vectors` (text, dim)."""

    def __init__(self, encoder: Encoder, peer: PeerEncoder, folder: Path, texts: list[str]) -> None:
        self._encoder = encoder
        self._peer = peer
        self._folder = folder
        self._texts = texts
        self._stages: dict[str, list[dict[str, float]]] = {OURS: [], NAIVE: []}
        self.vectors: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)

    def warm_up(self, seed: int) -> None:
        """A small load each, which is not counted: imports, threads, caches."""
        self._load(write_rows(self._folder / "few.jsonl", _WARM_ROWS, seed + 1), "warm")
        self._add(self._texts[:_WARM_ROWS], "warm")

    def ours(self, file: Path, number: int) -> None:
        """A load into a folder of its own."""
        self._stages[OURS].append(self._load(file, str(number)))

    def peer(self, number: int) -> None:
        """Encode and add all texts."""
        self.vectors, stages = self._add(self._texts, str(number))
        self._stages[NAIVE].append(stages)

    def _load(self, file: Path, name: str) -> dict[str, float]:
        folder = self._folder / f"ours-{name}"
        folder.mkdir()
        return load_into(file, CATALOGUE, self._encoder, folder)

    def _add(self, texts: list[str], name: str) -> tuple[NDArray[np.float32], dict[str, float]]:
        begun = time.perf_counter()
        vectors = self._peer.encode(texts)  # (text, dim)
        encoded = time.perf_counter()
        with chroma_collection(self._folder / f"peer-{name}") as collection:
            fill(collection, [str(place) for place in range(len(texts))], vectors, texts)
        return vectors, {"encode": encoded - begun, "add": time.perf_counter() - encoded}

    def stages_of(self, name: str) -> dict[str, float]:
        """Median seconds of each stage."""
        rounds = self._stages[name]
        return {stage: statistics.median(one[stage] for one in rounds) for stage in rounds[0]}


def _opening(folder: Path, vectors: NDArray[np.float32], rounds: int = 5) -> dict[str, list[float]]:
    """Seconds of opening the generation, of its vectors alone, and of reading them back from Chroma."""
    path = current(folder / "generations", CATALOGUE)
    assert path is not None  # just loaded
    generation = path
    with chroma_collection(folder / "read-back") as collection:
        fill(collection, [str(place) for place in range(len(vectors))], vectors)

        def read_back(_: int) -> None:
            pages = [
                collection.get(include=["embeddings"], limit=_PAGE, offset=start)["embeddings"]
                for start in range(0, len(vectors), _PAGE)
            ]
            np.concatenate([np.asarray(page, dtype=np.float32) for page in pages])

        actions: dict[str, Callable[[int], Any]] = {
            "opening": lambda _: open_generation(generation),
            "resident": lambda _: VectorIndex(
                np.load(generation / "vectors.npy", mmap_mode="r", allow_pickle=False)
            ),
            "read_back": read_back,
        }
        return alternate(actions, rounds, warm_up=1)


def write_rows(path: Path, count: int, seed: int) -> Path:
    """A file of films made from the demo ones; no two have the same text."""
    with path.open("w", encoding="utf-8") as file:
        for row in made_rows(count, seed):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def made_rows(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """The demo's rows; after the last, again under other ids and titles, with their sentences in another
    order and one of another film's among them."""
    films = [json.loads(line) for line in demo_catalogues()["films"].read_text(encoding="utf-8").splitlines()]
    draw = random.Random(seed)
    for number in range(count):
        film, turn = films[number % len(films)], number // len(films)
        if not turn:
            yield film
            continue
        sentences = list(sentences_of(film["description"]))
        sentences.append(draw.choice(sentences_of(draw.choice(films)["description"])))
        draw.shuffle(sentences)
        yield {
            **film,
            "id": f"{film['id']}-{turn + 1}",
            "title": f"{film['title']} {turn + 1}",
            "description": " ".join(sentences),
        }
