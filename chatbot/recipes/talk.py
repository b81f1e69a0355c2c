"""Train `chatbot/words/talk.json`, the layer that tells what a sentence does (`chatbot.understanding.talk`).

    parley ingest catalog.jsonl.gz --catalogue films
    python -m chatbot.recipes.talk --films films --iard FILE --redial FILE --laps FILE

In: the half `dev` of IARD, whose turns have intents; sentences of other ReDial dialogues, labelled by us in
`talk_labels.txt`; the sessions of LAPS's `train`, whose sentences say a wish if they have a gold value in
them; and the sentences of `talk.toml`. Out: 6 x (384 + 4096 + 1) numbers, 140 kB.
One logistic regression a label over the encoder's vector of a sentence and its runs of words, L2. A turn's
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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from chatbot.build import build
from chatbot.evaluation.benchmarks.understanding import iard, laps
from chatbot.evaluation.benchmarks.understanding.published import read_dialogues
from chatbot.settings import load_settings
from chatbot.understanding import Understanding
from chatbot.understanding.talk import BUCKETS, LABELS, runs_of
from chatbot.understanding.tokens import words_of
from chatbot.understanding.words import load_language
from retriever.domain import ItemId
from retriever.errors import InputError

HERE = Path(__file__).parent
OUT = HERE.parent / "words" / "talk.json"
RIDGE = 0.25  # of half the sum of squared weights, against the sum of the sentences' losses
STEPS = 200
LAPS_SESSIONS = 330  # more add little: wishes are then 4 of 5 sentences
LAPS_WEIGHT = 0.3
IARD_WEIGHT = 2.0  # how often a sentence counts whose turn was labelled by others
OWN_WEIGHT = 2.0  # and a written one
FOLDS = 5
CODES = {"w": "wish", "s": "seen", "a": "accept", "r": "reject", "m": "more", "q": "ask"}
LEFT_OUT = "-"
_COURTESY = 8  # words
_PARTS = re.compile(r"(?<=[.!?;])\s+|\n")


@dataclass(frozen=True)
class Sentence:
    """`turn`: the sentences of one turn share their labels. `known`: which labels are known of it.

    `own`: the labels are the sentence's own, and not those of its turn.
    """

    text: str
    dialogue: str
    turn: int
    labels: frozenset[str]
    known: frozenset[str] = frozenset(LABELS)
    weight: float = 1.0
    own: bool = True


def main() -> None:
    """Read, encode, cross-validate, train on all, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("iard", "redial", "laps"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--films", required=True, help="the name that ReDial's catalogue is loaded under")
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    parley = build(load_settings())
    retriever = parley.shelf.get(asked.films)
    reader = Understanding(retriever)
    films = iard.NamedFilms(retriever.catalogue)
    sentences = [
        *of_iard(asked.iard, reader, films),
        *of_redial(asked.redial, asked.iard, reader, films),
        *of_laps(asked.laps),
        *written(),
    ]
    table = features(sentences, np.asarray(parley.encoder.encode([one.text for one in sentences])))
    report(sentences, table)
    write(asked.out, parley.encoder.fingerprint, train(sentences, table))
    sys.stdout.write(f"{len(sentences):,} sentences; written to {asked.out.name}\n")


def write(path: Path, encoder: str, weights: NDArray[np.float64]) -> None:
    """The weights (dim + bucket + 1, label) as a file that the product reads."""

    def rounded(first: int, end: int) -> dict[str, list[float]]:
        return {label: [round(float(w), 2) for w in weights[first:end, k]] for k, label in enumerate(LABELS)}

    dim = len(weights) - BUCKETS - 1
    table = {
        "encoder": encoder,
        "weights": rounded(0, dim),
        "runs": rounded(dim, dim + BUCKETS),
        "bias": {label: told[0] for label, told in rounded(dim + BUCKETS, dim + BUCKETS + 1).items()},
    }
    path.write_text(json.dumps(table, separators=(",", ":")) + "\n", encoding="utf-8")


def parts(text: str) -> list[str]:
    """Sentences with a letter or figure in them."""
    return [part for part in _PARTS.split(text) if re.search(r"\w", part)]


def of_iard(path: Path, reader: Understanding, films: iard.NamedFilms) -> Iterator[Sentence]:
    """The person's sentences of the half for tuning; of a turn that answers, wishes are not known."""
    alone = 0
    for number, dialogue in enumerate(read_dialogues(path).dialogues):
        name = str(dialogue["dialogue_id"])
        if iard.half_of(name) != "dev":
            continue
        for place, one, text, known in _said(dialogue, films):
            intents = one.get("intents") or []
            labels = frozenset(iard.LABELS[intent] for intent in intents if intent in iard.LABELS)
            told = frozenset(LABELS) - ({"wish"} if "ANS" in intents else set())
            for part in parts(text):
                plain = reader.plain_words(part, known)
                if is_courtesy(part):  # "Thanks! Bye." in a turn that accepts something
                    alone -= 1
                    yield Sentence(plain, name, alone, frozenset(), told, IARD_WEIGHT)
                else:
                    yield Sentence(plain, name, number * 1_000 + place, labels, told, IARD_WEIGHT, False)


def of_redial(
    path: Path, held_out: Path, reader: Understanding, films: iard.NamedFilms
) -> Iterator[Sentence]:
    """Sentences said once a film is named, with the labels that we gave them.

    Raises:
        InputError: a dialogue is IARD's too, or has another number of sentences than of labels.
    """
    lines = (HERE / "talk_labels.txt").read_text(encoding="utf-8").splitlines()
    given = {line.split()[0]: line.split()[1:] for line in lines if line and not line.startswith("#")}
    taken = {str(dialogue["dialogue_id"]) for dialogue in read_dialogues(held_out).dialogues}
    if taken & set(given):
        raise InputError(
            f"talk_labels.txt has dialogues of IARD: {', '.join(sorted(taken & set(given))[:5])}"
        )
    for dialogue in read_dialogues(path).dialogues:
        name = str(dialogue["dialogue_id"])
        codes = given.get(name, [])
        said = [
            (part, known)
            for place, _, text, known in (_said(dialogue, films) if codes else ())
            if any(t["speaker"] != "user" and t.get("mentions") for t in dialogue["turns"][:place])
            for part in parts(text)
            if not is_courtesy(part)
        ]
        if len(said) != len(codes):
            raise InputError(
                f"dialogue {name} has {len(said)} sentences and {len(codes)} labels; is it the set?"
            )
        for number, ((part, known), code) in enumerate(zip(said, codes, strict=True)):
            if code == LEFT_OUT:
                continue
            labels = frozenset(CODES[letter] for letter in code if letter in CODES)
            yield Sentence(reader.plain_words(part, known), name, -int(name) * 1_000 - number, labels)


def _said(
    dialogue: Mapping[str, Any], films: iard.NamedFilms
) -> Iterator[tuple[int, Mapping[str, Any], str, tuple[ItemId, ...]]]:
    """The person's turns: which, the turn, its words, the films that the assistant has named so far."""
    named: dict[ItemId, None] = {}
    for place, turn in enumerate(dialogue["turns"]):
        text = iard.cleaned(turn["text"])
        if turn["speaker"] == "user":
            yield place, turn, text, tuple(named)
        else:
            named |= dict.fromkeys(films.of(text))


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
        for turn in session["turns"]:
            for part in parts(turn["text"]) if turn["speaker"] == "user" else ():
                stems = matching.of(part)
                wish = any(len(one & stems) >= max(1.0, 0.6 * len(one)) for one in gold)
                labels = frozenset({"wish"} if wish else ())
                number = -(10**9) - len(found)
                name = f"laps {session['dialogue_id']}"
                found.append(Sentence(part, name, number, labels, frozenset({"wish"}), LAPS_WEIGHT))
    return found


def written() -> list[Sentence]:
    """The sentences of the file beside this one, each a dialogue of its own."""
    table = tomllib.loads((HERE / "talk.toml").read_text(encoding="utf-8"))
    return [
        Sentence(
            text,
            text,
            10**9 + zlib.crc32(text.encode()),
            frozenset({label} & set(LABELS)),
            weight=OWN_WEIGHT,
        )
        for label, texts in table.items()
        for text in texts
    ]


def features(sentences: Sequence[Sentence], vectors: NDArray[np.float32]) -> sparse.csr_matrix:
    """(sentence, dim + bucket + 1): vector, runs of words, and 1 for the bias."""
    runs = [runs_of(one.text) for one in sentences]
    rows = np.repeat(np.arange(len(runs)), [len(one) for one in runs])
    columns = np.array([bucket for one in runs for bucket in one])
    values = np.array([value for one in runs for value in one.values()])
    words = sparse.csr_matrix((values, (rows, columns)), shape=(len(runs), BUCKETS))
    return sparse.hstack([sparse.csr_matrix(vectors), words, np.ones((len(runs), 1))]).tocsr()


def train(sentences: Sequence[Sentence], table: sparse.csr_matrix) -> NDArray[np.float64]:
    """(dim + bucket + 1, label) weights, the bias last."""
    wanted = np.array([[label in one.labels for label in LABELS] for one in sentences])  # (sentence, label)
    known = np.array([[label in one.known for label in LABELS] for one in sentences])
    weight = np.array([one.weight for one in sentences])
    sizes = Counter(one.turn for one in sentences)
    sure = np.array([one.own or sizes[one.turn] == 1 for one in sentences])
    single = sure | np.array([len(one.labels) <= 1 for one in sentences])
    weights = fit(table, wanted, known & single[:, None], weight)
    for _ in range(2):
        weights = fit(table, told(sentences, wanted, sure, shares(table, weights)), known, weight)
    return weights


def told(
    sentences: Sequence[Sentence],
    wanted: NDArray[np.bool_],
    sure: NDArray[np.bool_],
    likely: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Which of their turn's labels sentences have: those that are likely, at least one sentence each."""
    given = np.where(sure[:, None], wanted, wanted & (likely > 0.5))
    turns: dict[int, list[int]] = {}
    for row in map(int, np.flatnonzero(~sure)):
        turns.setdefault(sentences[row].turn, []).append(row)
    for rows in turns.values():
        for k in np.flatnonzero(wanted[rows[0]]):
            if not given[rows, k].any():
                given[rows[int(likely[rows, k].argmax())], k] = True
    return given


def fit(
    table: sparse.csr_matrix,
    wanted: NDArray[np.bool_],
    known: NDArray[np.bool_],
    weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Logistic regressions, one a label: sum of weighted losses + RIDGE / 2 of the squared weights."""
    columns = []
    for k in range(wanted.shape[1]):
        rows = np.flatnonzero(known[:, k])
        x, y, w = table[rows], wanted[rows, k].astype(float), weight[rows]
        ridge = np.full(x.shape[1], RIDGE)
        ridge[-1] = 1e-6

        def loss(
            v: NDArray[np.float64], x: Any = x, y: Any = y, w: Any = w, ridge: Any = ridge
        ) -> tuple[float, NDArray[np.float64]]:
            z = x @ v
            slope = x.T @ (w * (1 / (1 + np.exp(-z)) - y)) + ridge * v
            return float((w * (np.logaddexp(0, z) - y * z)).sum() + (ridge * v * v).sum() / 2), slope

        found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
        columns.append(found.x)
    return np.stack(columns, axis=1)


def shares(table: sparse.csr_matrix, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(sentence, label) in 0..1."""
    return np.asarray(1 / (1 + np.exp(-(table @ weights))))


def folds(sentences: Sequence[Sentence]) -> NDArray[np.int64]:
    """(sentence,) The part of the cross-validation that a sentence's dialogue is in."""
    return np.array([zlib.crc32(one.dialogue.encode()) % FOLDS for one in sentences])


def report(sentences: Sequence[Sentence], table: sparse.csr_matrix) -> None:
    """F1 of each label over turns, dialogues kept together, at several thresholds."""
    fold = folds(sentences)
    out = np.zeros((len(sentences), len(LABELS)))
    for number in range(FOLDS):
        rest = [one for one, f in zip(sentences, fold, strict=True) if f != number]
        out[fold == number] = shares(table[fold == number], train(rest, table[fold != number]))
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
