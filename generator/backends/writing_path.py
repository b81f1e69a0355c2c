"""Which path writes fastest on this machine, among those that choose nearly the same words; kept in a file.

In: weights that are loaded, a file of choices. Out: an engine, and why it was taken. A record that can't be
read or written costs a measurement (2 s), never an answer.
"""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from generator.backends.adapter import read_adapter
from generator.backends.engine import EXACT, PATHS, Engine, PathName
from generator.backends.int8_engine import Int8Engine
from generator.backends.int8_products import check_int8
from generator.backends.transformers_engine import TransformersEngine
from generator.backends.weights import EMBEDDED, Weights
from generator.chat_model import Message
from retriever.devices import found_device
from retriever.encoding.fidelity import probe_texts
from retriever.encoding.paths import PathUnavailable
from retriever.encoding.record import machine_key
from retriever.errors import SettingsError
from retriever.kept_record import keep_record, read_record
from retriever.models import SMOLLM2, file_sha256
from retriever.torch_threads import torch_threads

if TYPE_CHECKING:
    import torch

_log = logging.getLogger(__name__)
_WHAT = "writing paths"

# The part of the next token's probability that may go elsewhere, on average over the places of the probes.
# The embedded model in 8 bits has 0.04 to 0.06 (0.27 at its worst place), sums that overflow 0.5 and more.
MOST_DEVIATION = 0.12
_MEASURE_S = 1.5
_MOST_ROUNDS = 4
_PROBE_TOKENS = 96
_WRITTEN = 4  # steps of one answer, and as many of three side by side
_TIE = 0.03  # what the plainer path may be slower by and still be taken

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Measured:
    """One path. `tokens_per_s`: written alone and three at a time, reading a prompt of 96 included; 0 where
    it was not timed, and `why` says for what reason. `deviation`: mean total variation to `transformers`.
    """

    path: PathName
    tokens_per_s: float = 0.0
    deviation: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The path that is taken, and all that was measured, in the order of PATHS."""

    path: PathName
    measured: tuple[Measured, ...]

    def __str__(self) -> str:
        timed = sorted((one for one in self.measured if one.tokens_per_s), key=lambda one: -one.tokens_per_s)
        figures = ", ".join(f"{one.path} {one.tokens_per_s:.0f}" for one in timed)
        left = "".join(f", since {one.path} is left out: {one.why}" for one in self.measured if one.why)
        return f"{self.path} (tokens/s when measured: {figures})" if timed else f"{self.path}{left}"


@dataclass(frozen=True, slots=True)
class Ways:
    """How a path is come by: the wanted one, None for the fastest; the file of choices; cores for writing."""

    path: PathName | None = None
    record: Path | None = None
    threads: int = 1


class _Measured(BaseModel):
    model_config = ConfigDict(extra="forbid")
    path: PathName
    tokens_per_s: float = Field(ge=0)
    deviation: float = Field(ge=0)
    why: str


class _Choice(BaseModel):
    model_config = ConfigDict(extra="forbid")
    path: PathName
    measured: list[_Measured]


class _Record(BaseModel):
    """The whole file. `models`: chat model → choice; all were measured on the one machine."""

    model_config = ConfigDict(extra="forbid")
    layout: Literal[1] = 1
    machine: dict[str, str]
    models: dict[str, _Choice]


def model_key(source: str, adapter: Path | None) -> str:
    """What a choice is kept under: weights by digest where it is known, else by name and config."""
    if source == EMBEDDED:
        return (
            f"{SMOLLM2.sha256[:16]}-{read_adapter(adapter).about.sha256[:16] if adapter else 'as-it-comes'}"
        )
    config = Path(source).expanduser() / "config.json"
    return f"{source} {file_sha256(config)[:16]}" if config.is_file() else source


def open_engine(name: PathName, weights: Weights) -> Engine:
    """Make a path ready.

    Raises:
        PathUnavailable: the machine, the device or the network isn't for it.
    """
    if name == "transformers":
        return TransformersEngine(weights.network, weights.device)
    return Int8Engine(weights.network, weights.device)


def decided(
    ways: Ways, weights: Weights, key: str, *, opener: Callable[[PathName, Weights], Engine] = open_engine
) -> tuple[Engine, Choice | None]:
    """The engine that writes; with the choice, where there was something to choose.

    Raises:
        SettingsError: the wanted path can't be run.
    """
    if ways.path is not None:
        try:
            return opener(ways.path, weights), None
        except PathUnavailable as why:
            raise _not_here(ways.path, why) from why
    if weights.device != "cpu":
        return opener(EXACT, weights), None
    machine = machine_key(ways.threads)
    kept = _kept(ways.record, machine, key)
    if kept is not None:
        try:
            return opener(kept.path, weights), kept
        except PathUnavailable as why:
            _log.warning("the chosen writing path %s is left out: %s", kept.path, why)
    choice, engine = choose(weights, ways.threads, opener=opener)
    if ways.record is not None:
        _keep(ways.record, machine, key, choice)
    return engine, choice


def say_path(ways: Ways, device: Literal["auto", "cpu", "cuda"], key: str) -> str:
    """What will write, as far as can be told without loading the chat model.

    Raises:
        SettingsError: the wanted path can't be run here.
    """
    where = found_device(device)
    if ways.path is not None:
        try:
            if ways.path != EXACT:
                check_int8(where)
        except PathUnavailable as why:
            raise _not_here(ways.path, why) from why
        return f"{ways.path}, as PARLEY_WRITING_PATH says"
    if where != "cpu":
        return f"{EXACT}, the only one on a GPU"
    kept = _kept(ways.record, machine_key(ways.threads), key)
    return "not chosen yet; the chat model's next start measures" if kept is None else str(kept)


def choose(
    weights: Weights,
    threads: int = 1,
    *,
    opener: Callable[[PathName, Weights], Engine] = open_engine,
    clock: Clock = time.perf_counter,
) -> tuple[Choice, Engine]:
    """Open each path, leave out what deviates or can't be run, time the others in turn, take the fastest."""
    exact = opener(EXACT, weights)
    tokens = _probe(weights)
    ready: dict[PathName, tuple[Engine, float]] = {EXACT: (exact, 0.0)}
    left: dict[PathName, Measured] = {}
    with torch_threads(threads):
        wanted = exact.extend([exact.memory()], [tokens], each=True)
        for name in PATHS:
            if name == EXACT:
                continue
            try:
                engine = opener(name, weights)
                off = deviation(wanted, engine.extend([engine.memory()], [tokens], each=True))
                if off > MOST_DEVIATION:
                    raise PathUnavailable(
                        f"its words differ by {off:.2f}, {MOST_DEVIATION} is allowed", fault=True
                    )
                ready[name] = (engine, off)
            except PathUnavailable as why:
                _log.log(
                    logging.WARNING if why.fault else logging.INFO,
                    "the writing path %s is left out: %s",
                    name,
                    why,
                )
                left[name] = Measured(name, why=str(why))
        rates = _time([engine for engine, _ in ready.values()], tokens, clock) if len(ready) > 1 else [0.0]
    found = {
        name: Measured(name, rate, off) for (name, (_, off)), rate in zip(ready.items(), rates, strict=True)
    }
    best = max(rates)
    taken = next(name for name, one in found.items() if one.tokens_per_s >= best * (1 - _TIE))
    return Choice(taken, tuple({**found, **left}[name] for name in PATHS)), ready[taken][0]


def deviation(exact: torch.Tensor, other: torch.Tensor) -> float:
    """Mean total variation (0..1) of next tokens by logits (token, vocabulary); 1 where one is no number."""
    parts = 0.5 * (exact.double().softmax(-1) - other.double().softmax(-1)).abs().sum(-1)  # (token,)
    mean = float(parts.mean())
    return mean if mean == mean else 1.0  # only NaN differs from itself


def _probe(weights: Weights) -> list[int]:
    before, rest = weights.prompt([Message("user", " ".join(probe_texts()[:3]))])
    return [*before, *rest][:_PROBE_TOKENS]


def _time(engines: list[Engine], tokens: list[int], clock: Clock) -> list[float]:
    """Tokens a second of each: the median of rounds that take turns."""
    rates: list[list[float]] = [[] for _ in engines]
    begun = clock()
    for number in range(_MOST_ROUNDS):
        turns = list(zip(engines, rates, strict=True))
        # There and back, so that none of them always has the cores as another left them.
        for engine, kept in turns[::-1] if number % 2 else turns:
            start = clock()
            written = _work(engine, tokens)
            kept.append(written / max(clock() - start, 1e-9))
        if (clock() - begun) * (number + 2) / (number + 1) > _MEASURE_S:
            break
    return [statistics.median(kept) for kept in rates]


def _work(engine: Engine, tokens: list[int]) -> int:
    """Read a prompt, write on alone, then three side by side; how many tokens were written."""
    alone = engine.memory()
    engine.extend([alone], [tokens])
    for token in tokens[:_WRITTEN]:
        engine.extend([alone], [[token]])
    three = [engine.copy(alone, len(tokens)) for _ in range(3)]
    for token in tokens[:_WRITTEN]:
        engine.extend(three, [[token]] * 3)
    return 4 * min(_WRITTEN, len(tokens))


def _not_here(name: PathName, why: PathUnavailable) -> SettingsError:
    return SettingsError(f"PARLEY_WRITING_PATH is {name}, which can't be run here: {why}; set it to auto")


def _kept(path: Path | None, machine: dict[str, str], key: str) -> Choice | None:
    record = _read(path) if path is not None else None
    if record is None or record.machine != machine or key not in record.models:
        return None
    kept = record.models[key]
    measured = (Measured(one.path, one.tokens_per_s, one.deviation, one.why) for one in kept.measured)
    return Choice(kept.path, tuple(measured))


def _keep(path: Path, machine: dict[str, str], key: str, choice: Choice) -> None:
    """Keep a choice beside those of other models on this machine; another machine's are dropped."""
    record = _read(path)
    others = record.models if record is not None and record.machine == machine else {}
    new = _Record(machine=machine, models={**others, key: _Choice.model_validate(asdict(choice))})
    keep_record(path, new, _WHAT)


def _read(path: Path) -> _Record | None:
    return read_record(path, _Record, _WHAT)
