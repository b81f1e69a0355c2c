"""Which path encodes bulk work fastest on this machine, among those that give the same vectors.

In: how to open a path, probes, batches of real texts, a clock. Out: a `Choice` with every figure. Touches no
file: `record` keeps it.
"""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retriever.encoding.bulk import run_batches
from retriever.encoding.fidelity import MOST_DEVIATION, deviation, run
from retriever.encoding.paths import EXACT, PATHS, Lanes, OpenPath, PathName, PathUnavailable
from retriever.encoding.tokens import Batch, Ids

_log = logging.getLogger(__name__)

MEASURE_S = 3.0  # of timing; opening the paths and the probes come on top
_MOST_ROUNDS = 5
# What a plainer path may be slower by and still be taken: figures differ by this from run to run.
_TIE = 0.03

Opener = Callable[[PathName], OpenPath]
"""A path over one lane of all cores; raises PathUnavailable."""
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Measured:
    """One path over some lanes. `texts_per_s`: median over the rounds; 0 where it was not timed, and `why`
    says for what reason. `deviation`: largest 1 - cosine to torch-fp32.
    """

    path: PathName
    lanes: Lanes
    texts_per_s: float = 0.0
    deviation: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The path that bulk work takes, over which lanes, and all that was measured, in the order of PATHS."""

    path: PathName
    lanes: Lanes
    measured: tuple[Measured, ...]

    def __str__(self) -> str:
        timed = [one for one in self.measured if one.texts_per_s]
        figures = ", ".join(
            f"{one.path} {one.lanes} {one.texts_per_s:,.0f}"
            for one in sorted(timed, key=lambda one: -one.texts_per_s)
        )
        return f"{self.path}, {self.lanes} (texts/s when measured: {figures})"


@dataclass(frozen=True, slots=True)
class Trial:
    """What paths are compared with. `probes`: ids of texts; `batches`: bulk work, the same for all."""

    probes: Sequence[Ids]
    batches: Sequence[Batch]
    pad: int
    dim: int


def lanes_of(threads: int) -> tuple[Lanes, ...]:
    """The ways to spread cores: all on one batch, one batch each, and between them where there are many.

    On two idle cores with AMX one batch over both was quicker by 15 %; beside other busy processes a batch
    a core is twice as quick, since nobody waits for the other's half.
    """
    found = [Lanes(1, threads)]
    if threads >= 8:
        found.append(Lanes(threads // 4, 4))
    if threads > 1:
        found.append(Lanes(threads, 1))
    return tuple(found)


def choose(
    opener: Opener,
    trial: Trial,
    threads: int,
    *,
    names: Iterable[PathName] = PATHS,
    clock: Clock = time.perf_counter,
) -> Choice:
    """Open each path, leave out what deviates or fails, time the others in turn, take the fastest."""
    exact = opener(EXACT)
    wanted = _vectors(exact, trial)
    ready: list[tuple[OpenPath, float]] = []
    left: list[Measured] = []
    for name in names:
        try:
            path = exact if name == EXACT else opener(name)
            off = deviation(wanted, _vectors(path, trial))
            if off > MOST_DEVIATION:
                raise PathUnavailable(
                    f"its vectors deviate by {off:.1e}, {MOST_DEVIATION:.0e} is allowed", fault=True
                )
            ready += [(path.over(lanes), off) for lanes in lanes_of(threads)]
        except PathUnavailable as why:
            level = logging.WARNING if why.fault else logging.INFO
            _log.log(level, "the encoding path %s is left out: %s", name, why)
            left.append(Measured(name, Lanes(1, threads), why=str(why)))
    rates = _time([path for path, _ in ready], trial.batches, clock)
    measured = [
        Measured(path.name, path.lanes, rate, off) for (path, off), rate in zip(ready, rates, strict=True)
    ]
    if not measured:
        raise PathUnavailable("; ".join(f"{one.path}: {one.why}" for one in left))
    best = max(one.texts_per_s for one in measured)
    taken = next(one for one in measured if one.texts_per_s >= best * (1 - _TIE))
    return Choice(taken.path, taken.lanes, (*measured, *left))


def _vectors(path: OpenPath, trial: Trial) -> NDArray[np.float32]:
    with path.on_thread():
        return run(path.forward, trial.probes, trial.pad, trial.dim)


def _time(paths: Sequence[OpenPath], batches: Sequence[Batch], clock: Clock) -> list[float]:
    """Texts a second of each path: the median of rounds that take turns, as many as MEASURE_S has room for.

    Each runs once before, uncounted. Where that tells that two rounds would take longer, fewer batches are
    run, but one a lane at least.
    """
    begun = clock()
    for path in paths:
        _run(path, batches[:1])
    one = (clock() - begun) / max(1, len(paths))
    room = int(MEASURE_S / max(2 * len(paths) * one, 1e-9))
    some = batches[: max(room, *(path.lanes.workers for path in paths), 1)]
    texts = sum(len(batch.places) for batch in some)
    rates: list[list[float]] = [[] for _ in paths]
    begun = clock()
    for number in range(_MOST_ROUNDS):
        turns = list(zip(paths, rates, strict=True))
        # There and back, so that none of them always has the cores as another left them.
        for path, kept in turns[::-1] if number % 2 else turns:
            start = clock()
            _run(path, some)
            kept.append(texts / max(clock() - start, 1e-9))
        if (clock() - begun) * (number + 2) / (number + 1) > MEASURE_S:
            break
    return [statistics.median(kept) for kept in rates]


def _run(path: OpenPath, batches: Sequence[Batch]) -> None:
    for _ in run_batches(batches, path):
        pass
