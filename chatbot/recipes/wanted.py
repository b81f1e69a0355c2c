"""Train `chatbot/words/wanted.json`: which words of a sentence name something wanted.

    python -m chatbot.recipes.wanted --laps dialogues.jsonl.gz

In: the sessions of LAPS's `train`, in whose sentences a word is wanted if it stands in a gold value of the
session that the sentence has at least half of; the sentences of `wanted.toml`, whose wanted words are in
brackets; the vectors that the embedded encoder has for the pieces of words before it reads a sentence. Out: a
number for each piece and place, 0.4 MB. One logistic regression over the six vectors of a word
(`wanted.PLACES`), L2. Small words and marks are seen as neighbours, and never judged. Figures of
cross-validation over persons are printed.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
import tomllib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from scipy.optimize import minimize
from scipy.special import expit
from tokenizers import Tokenizer

from chatbot.evaluation.benchmarks.understanding import laps
from chatbot.evaluation.benchmarks.understanding.published import read_dialogues
from chatbot.understanding.tokens import tokenize
from chatbot.understanding.wanted import BEGIN, END, PLACES, means, pieces_of
from chatbot.understanding.words import load_language
from retriever.encoding.folder import find_folder
from retriever.models import ENCODERS

HERE = Path(__file__).parent
OUT = HERE.parent / "words" / "wanted.json"
RIDGE = 1_000.0  # of the sum of squared weights of standardised inputs: best of 150, 300, 1000 and 3000
STEPS = 60  # of L-BFGS: the loss no longer changes in its fourth figure
LEAST = 0.5  # of a gold value's stems that a sentence has
OWN_TIMES = 4.0  # how often a written word counts
FOLDS = 5
_PARTS = re.compile(r"(?<=[.!?;])\s+|\n")
_PIECE = re.compile(r"(##)?[a-z]+|[0-9]+|[!-/:-@\[-`{-~]|##[0-9]+")
_STEPS_OF_BYTE = 127
_MARKS = {"[CLS]": BEGIN, "[SEP]": END}  # as the encoder knows them


@dataclass(frozen=True)
class Word:
    """A word that is judged, by its inputs; `person`: who said it."""

    inputs: NDArray[np.float32]  # (place · dim,)
    wanted: bool
    person: str
    weight: float


@dataclass(frozen=True)
class Vocabulary:
    """Pieces of words with their vectors, (piece, dim)."""

    pieces: tuple[str, ...]
    vectors: NDArray[np.float32]

    def rows(self) -> dict[str, int]:
        return {piece: row for row, piece in enumerate(self.pieces)}


def main() -> None:
    """Read, cross-validate, train on all, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--laps", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    vocabulary = read_vocabulary()
    words = [*of_laps(asked.laps, vocabulary), *written(vocabulary)]
    inputs = np.stack([one.inputs for one in words])  # (word, place · dim)
    report(words, inputs)
    weights, bias = train(words, inputs)
    asked.out.write_text(json.dumps(stored(vocabulary, weights, bias)) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(words):,} words; written to {asked.out.name}\n")


def read_vocabulary() -> Vocabulary:
    """The embedded encoder's pieces of English words, figures and marks."""
    folder = find_folder(ENCODERS[0].name)
    every = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    vectors = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]  # (piece, dim)
    kept = [piece for piece in every if piece in _MARKS or _PIECE.fullmatch(piece)]
    kept.sort(key=lambda piece: every[piece])
    return Vocabulary(
        tuple(_MARKS.get(piece, piece) for piece in kept),
        vectors[[every[piece] for piece in kept]].astype(np.float32),
    )


def of_laps(path: Path, vocabulary: Vocabulary) -> Iterator[Word]:
    """The person's content words in `train`."""
    matching, rows = laps.Matching(load_language("en")), vocabulary.rows()
    for session in read_dialogues(path).dialogues:
        if session["split"] != "train":
            continue
        told = session["preferences"].values()
        values = [one for value in told for one in ([value] if isinstance(value, str) else value)]
        gold = [stems for value in values if (stems := matching.of(str(value)))]
        for turn in session["turns"]:
            for part in _PARTS.split(turn["text"]) if turn["speaker"] == "user" else ():
                said = [token.norm for token in tokenize(part)]
                judged = judged_words(matching, said, gold)
                yield from words_of(said, judged, str(session["user_id"]), 1.0, vocabulary, rows)


def judged_words(
    matching: laps.Matching, said: Sequence[str], gold: Sequence[frozenset[str]]
) -> dict[int, bool]:
    """The place of each content word, and whether it stands in a value that the sentence has half of."""
    stems = [matching.of(word) for word in said]
    spoken: frozenset[str] = frozenset().union(*stems)
    there = [one for one in gold if len(one & spoken) >= max(1.0, LEAST * len(one))]
    wanted: frozenset[str] = frozenset().union(*there)
    return {
        place: len(one & wanted) >= max(1.0, LEAST * len(one))
        for place, one in enumerate(stems)
        if one and said[place][0].isalpha()
    }


def written(vocabulary: Vocabulary) -> Iterator[Word]:
    """The content words of the sentences beside this file."""
    matching, rows = laps.Matching(load_language("en")), vocabulary.rows()
    for marked in tomllib.loads((HERE / "wanted.toml").read_text(encoding="utf-8"))["sentences"]:
        said: list[str] = []
        judged: dict[int, bool] = {}
        inside = False
        for token in tokenize(marked):
            if token.norm in "[]":
                inside = token.norm == "["
                continue
            if token.norm[0].isalpha() and matching.of(token.norm):
                judged[len(said)] = inside
            said.append(token.norm)
        yield from words_of(said, judged, marked, OWN_TIMES, vocabulary, rows)


def words_of(
    said: Sequence[str],
    judged: dict[int, bool],
    person: str,
    weight: float,
    vocabulary: Vocabulary,
    rows: dict[str, int],
) -> Iterator[Word]:
    """The words of a sentence at the places that are judged."""
    if not judged:
        return
    nothing = np.zeros(vocabulary.vectors.shape[1], dtype=np.float32)
    vectors = np.stack(
        [
            vocabulary.vectors[found].mean(axis=0) if (found := pieces_of(word, rows)) else nothing
            for word in (BEGIN, *said, END)
        ]
    )  # (word + 2, dim)
    around = means(vectors)
    inputs = np.concatenate([around[place] for place in PLACES], axis=1)  # (word, place · dim)
    for place, wanted in judged.items():
        yield Word(inputs[place], wanted, person, weight)


def train(words: Sequence[Word], inputs: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
    """Weights of the inputs as they are, (place · dim,), and the bias."""
    wanted = np.array([one.wanted for one in words], dtype=np.float32)
    counts = np.array([one.weight for one in words], dtype=np.float32)
    middle, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    scaled = (inputs - middle) / spread

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        sums = scaled @ w[:-1].astype(np.float32) + np.float32(w[-1])
        told = expit(sums)
        missed = counts * (np.logaddexp(0.0, sums) - wanted * sums)
        off = counts * (told - wanted)
        slope = np.append(scaled.T @ off + 2 * RIDGE * w[:-1], off.sum())
        return float(missed.sum() + RIDGE * (w[:-1] ** 2).sum()), slope

    begun = np.zeros(inputs.shape[1] + 1)
    w = minimize(loss, begun, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    weights = w[:-1] / spread
    return weights, float(w[-1] - middle @ weights)


def stored(vocabulary: Vocabulary, weights: NDArray[np.float64], bias: float) -> dict[str, object]:
    """What a piece counts for at each place, in a byte."""
    dim = vocabulary.vectors.shape[1]
    table: dict[str, str] = {}
    steps: dict[str, float] = {}
    for number, place in enumerate(PLACES):
        counts = vocabulary.vectors @ weights[number * dim : (number + 1) * dim]  # (piece,)
        steps[place] = float(np.abs(counts).max() / _STEPS_OF_BYTE)
        table[place] = base64.b85encode(np.rint(counts / steps[place]).astype(np.int8).tobytes()).decode()
    return {"pieces": " ".join(vocabulary.pieces), "steps": steps, "bias": bias, "weights": table}


def report(words: Sequence[Word], inputs: NDArray[np.float32]) -> None:
    """Precision and recall of LAPS's words at several thresholds, persons kept together."""
    fold = np.array([zlib.crc32(one.person.encode()) % FOLDS for one in words])
    told = np.zeros(len(words))
    for number in range(FOLDS):
        rest = [one for one, f in zip(words, fold, strict=True) if f != number]
        weights, bias = train(rest, inputs[fold != number])
        told[fold == number] = expit(inputs[fold == number] @ weights + bias)
    wanted = np.array([one.wanted for one in words])
    for name, which in (("laps", 1.0), ("written", OWN_TIMES)):
        mine = np.array([one.weight == which for one in words])
        line = []
        for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
            heard = mine & (told > threshold)
            right = (heard & wanted).sum()
            line.append(f"{threshold}: P {right / heard.sum():.2f} R {right / (mine & wanted).sum():.2f}")
        sys.stdout.write(f"{name:8} {'  '.join(line)}\n")


if __name__ == "__main__":
    main()
