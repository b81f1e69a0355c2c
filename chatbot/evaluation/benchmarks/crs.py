"""The benchmark of conversational recommendation: Parley and its peers over one file of rows.

In: the protocol's files and an encoder. Out: a `CrsRun`, which names count and hash of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
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
    CosineAndPopularity,
    CrossFitted,
    ItemVectors,
    Popularity,
    Ranker,
    Sum,
    WholeContextBm25,
    fold_of,
)
from chatbot.evaluation.benchmarks.ranking import Measured, measure
from retriever.encoder import Encoder
from retriever.errors import InputError


@dataclass(frozen=True, slots=True)
class CrsRun:
    """What was measured on what. `rows` and `train` are the SHA-256 of the files' unpacked bytes.

    `learnt`: rows that were learnt from; `left_out`: those of `train` whose dialogues are measured.
    `folds`: without `train`, into how many parts the measured dialogues were split to learn from the others.
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
    folds: int = 0


def run_crs(
    protocol: Protocol,
    rows: Path,
    items: Path,
    catalogue: Path | None,
    train: Path | None,
    encoder: Encoder,
    *,
    folds: int = 0,
    only: Collection[str] = (),
    tell: Callable[[str, int, int], None] | None = None,
) -> CrsRun:
    """Measure all rankers. Those that learn do so from `train`, less the rows of dialogues that are measured;
    without it from the measured rows of other folds (`folds`, at least 2, over dialogues); and are left out
    where there is neither. `only`: names of rankers, or how they begin; none for all.

    `tell` gets a ranker's name, the turns done and the turns in all.

    Raises:
        BadRows: a file is not what the protocol says.
        InputError: more folds than dialogues, or one fold; or no ranker of a name in `only`.
    """
    candidates = read_items(items, catalogue)
    measured_rows = read_rows(rows, protocol, candidates)
    train_rows = read_rows(train, protocol, candidates) if train is not None else None
    learnt = _without_leakage(measured_rows, train_rows) if train_rows is not None else ()
    folds = 0 if train is not None else folds
    _refuse_folds(folds, measured_rows)
    total = len(measured_rows.instances)
    makers = _Makers(candidates, encoder)
    found = []
    for ranker in _chosen(_rankers(makers, measured_rows.instances, learnt, folds), only):
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
        total if folds else len(learnt),
        len(train_rows.instances) - len(learnt) if train_rows is not None else 0,
        encoder.name,
        tuple(found),
        folds,
    )


def _chosen(rankers: Iterator[Ranker], only: Collection[str]) -> Iterator[Ranker]:
    names: list[str] = []
    chosen = 0
    for ranker in rankers:
        names.append(ranker.name)
        if not only or ranker.name.startswith(tuple(only)):
            chosen += 1
            yield ranker
    if not chosen:
        raise InputError(f"there is no ranker {' or '.join(sorted(only))}; there are {', '.join(names)}")


def _refuse_folds(folds: int, rows: Rows) -> None:
    dialogues = len({each.dialogue for each in rows.instances})
    if folds == 1 or folds > dialogues:
        raise InputError(
            f"{folds} folds cannot part {dialogues} dialogues; give 2 to {dialogues}, or 0 to learn nothing"
        )


def _without_leakage(rows: Rows, train: Rows) -> tuple[Instance, ...]:
    """Rows of dialogues that are not measured: some published splits part turns, not dialogues."""
    measured_dialogues = {each.dialogue for each in rows.instances}
    return tuple(each for each in train.instances if each.dialogue not in measured_dialogues)


class _Makers:
    """How each ranker is made; what none of them learns is computed once."""

    def __init__(self, items: Sequence[CandidateItem], encoder: Encoder) -> None:
        self._items = items
        self._vectors = ItemVectors(items, encoder)
        self._bm25 = WholeContextBm25(items)
        self._whole = Cosine(self._vectors, last=0)

    def untaught(self) -> Iterator[Ranker]:
        """Those that learn nothing."""
        yield Copy(self._items)
        yield self._bm25
        yield self._whole
        yield Cosine(self._vectors, last=2)

    def taught(self, rows: Sequence[Instance]) -> list[Ranker]:
        """Those that learn, after rows; Parley comes last, and ranks without them too."""
        parley = Parley(self._items, self._vectors, rows)
        if not rows:
            return [parley]
        popularity = Popularity(self._items, rows)
        together = CoMention(self._items, rows)
        return [
            popularity,
            together,
            CosineAndPopularity(self._whole, popularity),
            Sum((self._bm25, together, popularity)),
            parley,
        ]


def _rankers(
    makers: _Makers, measured: Sequence[Instance], learnt: Sequence[Instance], folds: int
) -> Iterator[Ranker]:
    yield from makers.untaught()
    if not folds:
        yield from makers.taught(learnt)
        return
    without = [[i for i in measured if fold_of(i.dialogue, folds) != fold] for fold in range(folds)]
    # (fold, ranker) → for each ranker its copies
    yield from map(CrossFitted, zip(*map(makers.taught, without), strict=True))
