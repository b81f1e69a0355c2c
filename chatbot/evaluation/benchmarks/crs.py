"""The benchmark of conversational recommendation: Parley and its peers over one file of rows.

In: the protocol's files and an encoder. Out: a `CrsRun`, which names count and hash of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.evaluation.benchmarks.instances import (
    CandidateItem,
    Instance,
    Protocol,
    Rows,
    read_items,
    read_rows,
)
from chatbot.evaluation.benchmarks.own import Parley
from chatbot.evaluation.benchmarks.peers import (
    CoMention,
    Copy,
    Cosine,
    Popularity,
    Ranker,
    WholeContextBm25,
    plain_text,
)
from chatbot.evaluation.benchmarks.ranking import Measured, measure
from retriever.encoder import Encoder


@dataclass(frozen=True, slots=True)
class CrsRun:
    """What was measured on what. `rows` and `train` are the SHA-256 of the files' unpacked bytes.

    `learnt`: rows that were learnt from; `left_out`: those of `train` whose dialogues are measured.
    """

    protocol: str
    rows: str
    turns: int
    labels: int
    items: int
    train: str
    learnt: int
    left_out: int
    encoder: str
    measured: tuple[Measured, ...]


def run_crs(
    protocol: Protocol,
    rows: Path,
    items: Path,
    catalogue: Path | None,
    train: Path | None,
    encoder: Encoder,
    *,
    tell: Callable[[str, int, int], None] | None = None,
) -> CrsRun:
    """Measure all rankers. Without `train`, those that learn from other dialogues are left out; rows of
    `train` whose dialogues are also measured are not learnt from.

    `tell` gets a ranker's name, the turns done and the turns in all.

    Raises:
        BadRows: a file is not what the protocol says.
    """
    candidates = read_items(items, catalogue)
    measured_rows = read_rows(rows, protocol, candidates)
    train_rows = read_rows(train, protocol, candidates) if train is not None else None
    learnt = _without_leakage(measured_rows, train_rows) if train_rows is not None else ()
    total = len(measured_rows.instances)
    found = []
    for ranker in _rankers(candidates, learnt, encoder):
        each = measure(
            ranker,
            candidates,
            measured_rows.instances,
            tell=None if tell is None else lambda done, name=ranker.name: tell(name, done, total),  # type: ignore[misc]
        )
        found.append(each)
    return CrsRun(
        protocol,
        measured_rows.digest,
        total,
        measured_rows.labels,
        len(candidates),
        train_rows.digest if train_rows is not None else "",
        len(learnt),
        len(train_rows.instances) - len(learnt) if train_rows is not None else 0,
        encoder.name,
        tuple(found),
    )


def _without_leakage(rows: Rows, train: Rows) -> tuple[Instance, ...]:
    """Rows of dialogues that are not measured: some published splits part turns, not dialogues."""
    measured_dialogues = {each.dialogue for each in rows.instances}
    return tuple(each for each in train.instances if each.dialogue not in measured_dialogues)


def _rankers(items: Sequence[CandidateItem], train: Sequence[Instance], encoder: Encoder) -> Iterator[Ranker]:
    vectors = encoder.encode([plain_text(item) for item in items])  # (item, dim)
    yield Copy(items)
    yield WholeContextBm25(items)
    yield Cosine(items, vectors, encoder, last=0)
    yield Cosine(items, vectors, encoder, last=2)
    if train:
        yield Popularity(items, train)
        yield CoMention(items, train)
    yield Parley(items, vectors, encoder, train)
