"""`parley bench crs` on published rows: the trivial peers' figures, beside a computation that shares no code.

What the encoder makes of a text (its own tests compare it with sentence-transformers) and which words are
stop words is taken as it is; which texts it is given, how items are ranked and what is counted, all that is
done here anew.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import snowballstemmer
from numpy.typing import NDArray

from chatbot.evaluation.benchmarks.crs import CrsRun, run_crs
from published import published, rows_of
from retriever.encoder import HashingEncoder
from retriever.tokens import stop_stems
from retriever.transformer import SentenceTransformersEncoder

pytestmark = pytest.mark.models

ITEMS = "redial/bench_ievalm_items.jsonl.gz"
FOLDS = 5
SHARE = 20  # one dialogue and one other item of so many are encoded: all of them take minutes
NEAR = 0.005
CUTS = (1, 10, 50)


class Remembering:
    """The embedded encoder, with all that it was ever asked for."""

    def __init__(self) -> None:
        self._encoder = SentenceTransformersEncoder("sentence-transformers/all-MiniLM-L6-v2")
        self.known: dict[str, NDArray[np.float32]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known.update(zip(new, self._encoder.encode(new), strict=True) if new else ())
        return np.array([self.known[text] for text in texts], dtype=np.float32).reshape(len(texts), -1)


class Apart:
    """The same rows and items, read and ranked by hand."""

    def __init__(self, rows: Path, items: Path, catalogue: Path | None) -> None:
        self.items = rows_of(items)
        self.place = {item["entity_id"]: place for place, item in enumerate(self.items)}
        names: dict[str, int] = {}
        for place, item in enumerate(self.items):
            names.setdefault(item["name"], place)
        self.rows = []
        for row in rows_of(rows):
            named = list(dict.fromkeys(names[name] for name in row["entity"] if name in names))
            targets = list(
                dict.fromkeys(self.place[one] for one in row["rec_entity_ids"] if one in self.place)
            )
            if targets:
                self.rows.append((row["dialog_id"], row["context"], named, targets))
        self.texts = self._texts(rows_of(catalogue) if catalogue else [])

    def _texts(self, catalogue: list[dict[str, Any]]) -> list[tuple[str, list[str], str]]:
        """(name, attributes, description) of each item."""
        by_entity: dict[str, dict[str, Any]] = {}
        by_id, by_name = {}, {}
        for row in catalogue:
            for key, value in row["attributes"].items():
                if key.endswith("entity_id"):
                    by_entity.setdefault(str(value), row)
            by_id.setdefault(row["id"], row)
            by_name.setdefault(f"{row['title']} ({row['year']})", row)
            by_name.setdefault(row["title"], row)
        texts = []
        for item in self.items:
            found = by_entity.get(str(item["entity_id"]))
            found = found or next((by_id[one] for one in item["redial_ids"] if one in by_id), None)
            found = found or by_name.get(item["name"]) or {}
            cast = found.get("attributes", {}).get("cast") or []
            words = [*found.get("categories", []), *found.get("creators", []), *cast]
            texts.append((item["name"], words, found.get("description") or ""))
        return texts

    def folds(self) -> list[int]:
        digests = [hashlib.sha256(str(row[0]).encode()).hexdigest()[:16] for row in self.rows]
        return [int(digest, 16) % FOLDS for digest in digests]

    def copied(self) -> Iterator[NDArray[np.float64]]:
        for _, _, named, _ in self.rows:
            scores = np.zeros(len(self.items))
            scores[named] = range(1, len(named) + 1)
            yield scores

    def popular(self) -> Iterator[NDArray[np.float64]]:
        folds = self.folds()
        counts = np.zeros((FOLDS, len(self.items)))
        for fold, (_, _, _, targets) in zip(folds, self.rows, strict=True):
            counts[fold, targets] += 1
        everything = counts.sum(axis=0)
        for fold in folds:
            yield everything - counts[fold]

    def together(self) -> Iterator[NDArray[np.float64]]:
        folds = self.folds()
        pairs: dict[int, dict[int, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
        for fold, (_, _, named, targets) in zip(folds, self.rows, strict=True):
            for one in named:
                pairs[fold][one].update(targets)
        for fold, (_, _, named, _) in zip(folds, self.rows, strict=True):
            scores = np.zeros(len(self.items))
            for one in named:
                for other in set(range(FOLDS)) - {fold}:
                    for target, count in pairs[other][one].items():
                        scores[target] += count
            yield scores

    def bm25(self) -> Iterator[NDArray[np.float64]]:
        """Lucene's formula, k1 = 1.5, b = 0.75; each word of the context once, stop words left out."""
        documents = [Counter(stems(" ".join((name, *words)))) for name, words, _ in self.texts]
        lengths = np.array([sum(document.values()) for document in documents], dtype=float)
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, document in enumerate(documents):
            for stem, count in document.items():
                postings[stem].append((place, count))
        rows = {stem: np.array(found, dtype=int) for stem, found in postings.items()}
        nothing = np.zeros((0, 2), dtype=int)
        size = 1.5 * (0.25 + 0.75 * lengths / lengths.mean())
        for _, context, _, _ in self.rows:
            scores = np.zeros(len(self.items))
            for stem in set(stems(" ".join(context), drop=True)):
                found = rows.get(stem, nothing)
                frequency = len(found)
                idf = math.log(1 + (len(documents) - frequency + 0.5) / (frequency + 0.5))
                counts = found[:, 1]
                scores[found[:, 0]] += idf * counts / (counts + size[found[:, 0]])
            yield scores

    def cosine(self, encoder: Remembering, last: int) -> Iterator[NDArray[np.float64]]:
        parts = [(name, ", ".join(words), text) for name, words, text in self.texts]
        matrix = np.array([encoder.known[". ".join(p for p in each if p)] for each in parts], dtype=float)
        for _, context, _, _ in self.rows:
            yield matrix @ encoder.known[" ".join(context[-last:] if last else context)].astype(float)

    def recall(self, scores: Iterator[NDArray[np.float64]]) -> dict[str, float]:
        """Recall at each cut, of all targets and of new ones."""
        ranks: dict[str, list[int]] = {"all": [], "new": []}
        for (_, _, named, targets), row in zip(self.rows, scores, strict=True):
            every = np.argsort(-row, kind="stable")
            fresh = every[~np.isin(every, named)]
            ranks["all"] += [int(np.flatnonzero(every == target)[0]) + 1 for target in targets]
            new = [target for target in targets if target not in named]
            ranks["new"] += [int(np.flatnonzero(fresh == target)[0]) + 1 for target in new]
        return {
            f"{kind} {k}": sum(rank <= k for rank in ranks[kind]) / len(ranks[kind])
            for kind in ranks
            for k in CUTS
        }


_stemmer = snowballstemmer.stemmer("english")


@cache
def stem(word: str) -> str:
    return str(_stemmer.stemWord(word))


def stems(text: str, *, drop: bool = False) -> list[str]:
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.casefold())
    every = [stem(word) for word in words]
    return [one for one in every if one not in stop_stems()] if drop else every


def differences(run: CrsRun, expected: dict[str, dict[str, float]]) -> dict[str, tuple[float, float]]:
    """Name and measure → (measured, expected), of those that are further apart than `NEAR`."""
    own = {each.name: each for each in run.measured}
    assert set(own) == set(expected)
    off = {}
    for name, figures in expected.items():
        for key, value in figures.items():
            kind, k = key.split()
            measured = (own[name].every if kind == "all" else own[name].new)[f"recall@{k}"].mean
            if abs(measured - value) > NEAR:
                off[f"{name}, {key}"] = (measured, value)
    return off


def test_peers_that_need_no_encoder_have_the_figures_of_an_independent_computation():
    rows, catalogue = published("redial/bench_ievalm_valid.jsonl.gz"), published("redial/catalog.jsonl.gz")
    names = ("copy what was named", "BM25, whole context", "popularity", "co-mention counts")
    run = run_crs(
        "ievalm", rows, published(ITEMS), catalogue, None, HashingEncoder(8), folds=FOLDS, only=names
    )
    apart = Apart(rows, published(ITEMS), catalogue)
    assert (run.turns, run.labels) == (len(apart.rows), sum(len(targets) for *_, targets in apart.rows))
    expected = (apart.copied(), apart.bm25(), apart.popular(), apart.together())
    assert differences(run, dict(zip(names, map(apart.recall, expected), strict=True))) == {}


def test_peers_that_compare_meanings_have_the_figures_of_an_independent_computation(tmp_path: Path):
    every = rows_of(published("redial/bench_ievalm_valid.jsonl.gz"))
    kept = [row for row in every if int(row["dialog_id"]) % SHARE == 0]
    asked = {target for row in kept for target in row["rec_entity_ids"]}
    asked |= {name for row in kept for name in row["entity"]}
    some = [
        item
        for place, item in enumerate(rows_of(published(ITEMS)))
        if place % SHARE == 0 or item["entity_id"] in asked or item["name"] in asked
    ]
    rows, items = tmp_path / "rows.jsonl.gz", tmp_path / "items.jsonl.gz"
    for path, lines in ((rows, kept), (items, some)):
        path.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    encoder = Remembering()
    run = run_crs("ievalm", rows, items, None, None, encoder, folds=FOLDS, only=["cosine"])
    apart = Apart(rows, items, None)
    assert len(apart.rows) > 100
    whole, popular = list(apart.cosine(encoder, 0)), list(apart.popular())
    both = (c + 0.05 * np.log1p(p) for c, p in zip(whole, popular, strict=True))
    expected = {
        "cosine, whole context": apart.recall(iter(whole)),
        "cosine, last 2 utterances": apart.recall(apart.cosine(encoder, 2)),
        "cosine, whole context + 0.05 · ln(1 + popularity)": apart.recall(both),
    }
    assert differences(run, expected) == {}
