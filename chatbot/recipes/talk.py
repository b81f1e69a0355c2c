"""Train `chatbot/words/talk.json`, the layer that tells what a sentence does (`chatbot.understanding.talk`).

    python -m chatbot.recipes.talk --iard dialogues_partial.jsonl.gz --laps dialogues.jsonl.gz

In: the half `dev` of IARD, whose turns have intents; the sessions of LAPS's `train`, whose sentences say a
wish if they have a gold value in them; and the sentences of `talk.toml`. Out: 6 x (384 + 1) numbers, 20 kB.
One logistic regression a label over the encoder's vector of a sentence, L2, classes weighed evenly. A turn's
intents are its sentences' together: two rounds give each sentence those of its turn's that the last round
finds likely. Figures of cross-validation over dialogues are printed; the other half of IARD is never read.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.build import make_encoder
from chatbot.evaluation.benchmarks.understanding import iard, laps
from chatbot.evaluation.benchmarks.understanding.published import read_dialogues
from chatbot.settings import load_settings
from chatbot.understanding.talk import LABELS
from chatbot.understanding.tokens import words_of
from chatbot.understanding.words import load_language

HERE = Path(__file__).parent
OUT = HERE.parent / "words" / "talk.json"
RIDGE = 0.25  # of the sum of squared weights, against the mean loss times the number of sentences
STEPS = 12  # of Newton's method: it has converged by then
LAPS_SESSIONS = 330  # more add little: wishes are then 4 of 5 sentences
OWN_TIMES = 3  # how often a written sentence counts
FOLDS = 5
_COURTESY = 8  # words
_PARTS = re.compile(r"(?<=[.!?;])\s+|\n")


@dataclass(frozen=True)
class Sentence:
    """`turn`: the sentences of one turn share their labels. `known`: which labels are known of it."""

    text: str
    dialogue: str
    turn: int
    labels: frozenset[str]
    known: frozenset[str]
    weight: float = 1.0


def main() -> None:
    """Read, encode, cross-validate, train on all, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iard", type=Path, required=True)
    parser.add_argument("--laps", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    sentences = [*of_iard(asked.iard), *of_laps(asked.laps), *written()]
    encoder = make_encoder(load_settings())
    vectors = np.asarray(encoder.encode([one.text for one in sentences]), dtype=np.float64)
    report(sentences, vectors)
    weights = train(sentences, vectors)  # (dim + 1, label)
    table = {
        "encoder": encoder.fingerprint,
        "weights": {label: [round(float(w), 3) for w in weights[:-1, k]] for k, label in enumerate(LABELS)},
        "bias": {label: round(float(weights[-1, k]), 3) for k, label in enumerate(LABELS)},
    }
    asked.out.write_text(json.dumps(table) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(sentences):,} sentences; written to {asked.out.name}\n")


def parts(text: str) -> list[str]:
    """Sentences with a letter or figure in them."""
    return [part for part in _PARTS.split(text) if re.search(r"\w", part)]


def of_iard(path: Path) -> list[Sentence]:
    """The person's sentences of the half for tuning; of a turn that answers, wishes are not known."""
    found: list[Sentence] = []
    turn = 0
    for dialogue in read_dialogues(path).dialogues:
        name = str(dialogue["dialogue_id"])
        if iard.half_of(name) != "dev":
            continue
        for one in dialogue["turns"]:
            turn += 1
            intents = one.get("intents") or []
            labels = frozenset(iard.LABELS[intent] for intent in intents if intent in iard.LABELS)
            known = frozenset(LABELS) - ({"wish"} if "ANS" in intents else set())
            for part in parts(iard.cleaned(one["text"])) if one["speaker"] == "user" else ():
                courteous = is_courtesy(part)  # "Thanks! Bye." in a turn that accepts something
                number = -1_000_000 - len(found) if courteous else turn
                found.append(Sentence(part, name, number, frozenset() if courteous else labels, known))
    return found


def is_courtesy(part: str) -> bool:
    """A few words that begin with, or end in, thanks or a greeting."""
    language = load_language("en")
    words = [word for word in words_of(part) if word[0].isalnum()]
    phrases = [words_of(phrase) for name in ("thank", "greet") for phrase in language.cues[name]]
    said = any(tuple(words[: len(p)]) == p or tuple(words[-len(p) :]) == p for p in phrases if p)
    return said and len(words) <= _COURTESY


def of_laps(path: Path) -> list[Sentence]:
    """Sentences of `train`: a wish where most stems of a gold value stand in it. Nothing else is known."""
    matching = laps.Matching(load_language("en"))
    sessions = [one for one in read_dialogues(path).dialogues if one["split"] == "train"]
    sessions.sort(key=lambda one: zlib.crc32(str(one["dialogue_id"]).encode()))
    found: list[Sentence] = []
    for session in sessions[:LAPS_SESSIONS]:
        told = [
            v
            for value in session["preferences"].values()
            for v in ([value] if isinstance(value, str) else value)
        ]
        gold = [stems for value in told if (stems := matching.of(str(value)))]
        for place, turn in enumerate(session["turns"]):
            for part in parts(turn["text"]) if turn["speaker"] == "user" else ():
                stems = matching.of(part)
                wish = any(len(one & stems) >= max(1.0, 0.6 * len(one)) for one in gold)
                labels = frozenset({"wish"} if wish else ())
                number = -1 - len(found) - place
                found.append(Sentence(part, str(session["dialogue_id"]), number, labels, frozenset({"wish"})))
    return found


def written() -> list[Sentence]:
    """The sentences of the file beside this one, each a dialogue of its own."""
    table = tomllib.loads((HERE / "talk.toml").read_text(encoding="utf-8"))
    return [
        Sentence(
            text,
            text,
            zlib.crc32(text.encode()),
            frozenset({label} & set(LABELS)),
            frozenset(LABELS),
            OWN_TIMES,
        )
        for label, texts in table.items()
        for text in texts
    ]


def train(sentences: Sequence[Sentence], vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """(dim + 1, label) weights, the bias last."""
    wanted = np.array([[label in one.labels for label in LABELS] for one in sentences])  # (sentence, label)
    known = np.array([[label in one.known for label in LABELS] for one in sentences])
    weight = np.array([one.weight for one in sentences])
    sizes = Counter(one.turn for one in sentences)
    plain = np.array([len(one.labels) <= 1 or sizes[one.turn] == 1 for one in sentences])
    weights = fit(vectors, wanted, known & plain[:, None], weight)
    for _ in range(2):
        likely = wanted & (shares(vectors, weights) > 0.5)
        told = np.where(plain[:, None], wanted, likely)
        weights = fit(vectors, told, known, weight)
    return weights


def fit(
    vectors: NDArray[np.float64],
    wanted: NDArray[np.bool_],
    known: NDArray[np.bool_],
    weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Logistic regressions, one a label, by Newton's method; both sides of a label weigh the same in sum."""
    x = np.hstack([vectors, np.ones((len(vectors), 1))])  # (sentence, dim + 1)
    columns = []
    for k in range(wanted.shape[1]):
        rows = known[:, k]
        xk, yk, wk = x[rows], wanted[rows, k].astype(float), weight[rows].copy()
        for side in (0.0, 1.0):
            wk[yk == side] *= 0.5 * len(yk) / max(wk[yk == side].sum(), 1e-9)
        ridge = np.full(x.shape[1], RIDGE)
        ridge[-1] = 1e-6
        w = np.zeros(x.shape[1])
        for _ in range(STEPS):
            p = 1 / (1 + np.exp(-xk @ w))
            slope = xk.T @ (wk * (p - yk)) + ridge * w
            curve = (xk * (wk * p * (1 - p))[:, None]).T @ xk + np.diag(ridge)
            w -= np.linalg.solve(curve, slope)
        columns.append(w)
    return np.stack(columns, axis=1)


def shares(vectors: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(sentence, label) in 0..1."""
    return np.asarray(1 / (1 + np.exp(-(vectors @ weights[:-1] + weights[-1]))))


def report(sentences: Sequence[Sentence], vectors: NDArray[np.float64]) -> None:
    """F1 of each label over turns, dialogues kept together, at several thresholds."""
    fold = np.array([zlib.crc32(one.dialogue.encode()) % FOLDS for one in sentences])
    out = np.zeros((len(sentences), len(LABELS)))
    for number in range(FOLDS):
        rest = [one for one, f in zip(sentences, fold, strict=True) if f != number]
        out[fold == number] = shares(vectors[fold == number], train(rest, vectors[fold != number]))
    for k, label in enumerate(LABELS):
        turns: dict[int, tuple[bool, float]] = {}
        for one, share in zip(sentences, out[:, k], strict=True):
            if label in one.known:
                turns[one.turn] = (label in one.labels, max(share, turns.get(one.turn, (False, 0.0))[1]))
        line = []
        for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
            right = sum(said and share > threshold for said, share in turns.values())
            heard = sum(share > threshold for _, share in turns.values())
            said = sum(told for told, _ in turns.values())
            line.append(f"{threshold}: P {right / max(heard, 1):.2f} R {right / max(said, 1):.2f}")
        sys.stdout.write(f"{label:7} {'  '.join(line)}\n")


if __name__ == "__main__":
    main()
