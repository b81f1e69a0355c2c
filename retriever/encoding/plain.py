"""An encoder of the usual shape, run by hand: a query on one core, bulk work over the chosen path.

In: a plain model folder, texts. Out: vectors. Importing sentence_transformers costs 3 s that the first
message would wait for; it is not imported here. Writes the record of the choice, and a converted model.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retriever.encoding.bulk import Done, encode_all
from retriever.encoding.choice import Choice, Trial, choose, lanes_of
from retriever.encoding.fidelity import MOST_DEVIATION, deviation, probe_texts, probes, run
from retriever.encoding.folder import ModelFolder
from retriever.encoding.paths import (
    EXACT,
    PATHS,
    Lanes,
    OpenPath,
    PathName,
    PathUnavailable,
    check_path,
    multiplies_bf16,
    open_path,
)
from retriever.encoding.record import keep_choice, machine_key, read_choice
from retriever.encoding.tokens import BATCH_TOKENS, Batch, TextTokens, padded_batches
from retriever.errors import SettingsError
from retriever.torch_threads import bulk_threads, torch_threads

_log = logging.getLogger(__name__)

# Two paths may each be MOST_DEVIATION off the exact one; more than this between them is damage.
_DAMAGED = 1e-3
_SAMPLE = 512  # texts of a load that stand for all of them when paths are timed
_SAMPLE_TOKENS = 768  # of a batch there: half of BATCH_TOKENS, since a slow machine has 5 s for the whole
_QUERY_TOKENS = 8_192  # of a batch of query texts: sixteen short ones go at once
_GPU_TOKENS = 32_768  # of a batch on a GPU, which small ones leave idle

Opener = Callable[[PathName, ModelFolder, str, Lanes, Path | None], OpenPath]


@dataclass(frozen=True, slots=True)
class Ways:
    """How an encoder is to be run.

    `path`: this one, or None for the fastest; `record`: the file of choices, `cache`: the folder of converted
    models, None to keep none; `threads`: cores for bulk work, None for all.
    """

    path: PathName | None = None
    record: Path | None = None
    cache: Path | None = None
    threads: int | None = None


def say_path(ways: Ways, device: str, fingerprint: str) -> str:
    """What bulk work will run on: the wanted path, the choice that is kept, or that none was made yet.

    Raises:
        SettingsError: the wanted path can't be run here.
    """
    if ways.path is not None:
        try:
            check_path(ways.path, device)
        except PathUnavailable as why:
            raise _not_here(ways.path, why) from why
        return f"{ways.path}, as PARLEY_ENCODING_PATH says"
    kept = _kept(ways, device, fingerprint)
    if kept is not None:
        return str(kept)
    return (
        "not chosen yet; a load of 2,000 new texts measures, and so does `parley doctor --measure-encoding`"
    )


def _cores(ways: Ways, device: str) -> int:
    return 1 if device != "cpu" else ways.threads or bulk_threads()


def _kept(ways: Ways, device: str, fingerprint: str) -> Choice | None:
    if ways.record is None:
        return None
    return read_choice(ways.record, machine_key(_cores(ways, device)), fingerprint)


def _not_here(name: PathName, why: PathUnavailable) -> SettingsError:
    return SettingsError(f"PARLEY_ENCODING_PATH is {name}, which can't be run here: {why}; set it to auto")


class PlainEngine:
    """Tokenizer and open paths of one model. Safe from several threads; a query waits for no bulk work.

    Raises:
        SettingsError: at construction, or when bulk work begins, if the wanted path can't be run.
    """

    def __init__(
        self, folder: ModelFolder, device: str, ways: Ways, fingerprint: str, opener: Opener = open_path
    ) -> None:
        self._folder = folder
        self._device = device
        self._ways = ways
        self._fingerprint = fingerprint
        self._opener = opener
        self._tokens = TextTokens(folder)
        self._bulk: OpenPath | None = None
        self._lock = threading.Lock()
        self.choice: Choice | None = None
        self._query = self._open_query()

    @property
    def query_path(self) -> PathName:
        """What queries run on."""
        return self._query.name

    @property
    def bulk_path(self) -> OpenPath:
        """What bulk work runs on: the wanted path, the recorded one, or that of queries."""
        with self._lock:
            if self._bulk is None:
                self._bulk = self._open_bulk()
            return self._bulk

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(text, dim) of a few texts that somebody waits for, on one core."""
        with torch_threads(1):
            return run(
                self._query.forward, self._tokens(texts), self._tokens.pad, self._folder.dim, _QUERY_TOKENS
            )

    def encode_bulk(self, texts: Sequence[str]) -> Generator[Done]:
        """Every text's vector in batches, in no particular order, over all cores."""
        budget = BATCH_TOKENS if self._device == "cpu" else _GPU_TOKENS
        yield from encode_all(texts, self._tokens, self.bulk_path, budget)

    def decide(self, texts: Sequence[str] = (), *, anew: bool = False) -> Choice | None:
        """Measure the paths with texts like these (any, without), unless this machine's choice is kept.

        None where a path is wanted: then there is nothing to choose.
        """
        if self._ways.path is not None:
            return None
        with self._lock:
            if self.choice is None:
                self.choice = self._kept()
            if self.choice is None or anew:
                self.choice = self._measure(texts or probe_texts())
                self._bulk = None
                if self._ways.record is not None:
                    keep_choice(self._ways.record, machine_key(self._cores()), self._fingerprint, self.choice)
            return self.choice

    def _cores(self) -> int:
        return _cores(self._ways, self._device)

    def _kept(self) -> Choice | None:
        return _kept(self._ways, self._device, self._fingerprint)

    def _open(self, name: PathName) -> OpenPath:
        lanes = Lanes(1, self._cores())
        return self._opener(name, self._folder, self._device, lanes, self._ways.cache)

    def _open_query(self) -> OpenPath:
        if self._ways.path in ("torch-fp32", "torch-bf16"):
            return self._wanted(self._ways.path)
        exact = self._open(EXACT)
        if self._device == "cpu" and not multiplies_bf16():
            return exact
        quick = self._open("torch-bf16")
        return quick if self._between(exact, quick) <= MOST_DEVIATION else exact

    def _open_bulk(self) -> OpenPath:
        wanted = self._ways.path
        # Not measured: a batch a core, which loses little on idle cores and wins much on busy ones.
        apart = lanes_of(self._cores())[-1]
        if wanted is not None:
            path = self._query if wanted == self._query.name else self._wanted(wanted)
            return path.over(apart)
        choice = self.choice = self.choice or self._kept()
        if choice is None or choice.path == self._query.name:
            return self._query.over(apart if choice is None else choice.lanes)
        try:
            path = self._open(choice.path)
            off = self._between(self._query, path)
            if off > _DAMAGED:
                raise PathUnavailable(f"its vectors deviate by {off:.1e} now", fault=True)
            return path.over(choice.lanes)
        except PathUnavailable as why:
            _log.warning("the chosen encoding path %s is left out: %s", choice.path, why)
            return self._query.over(apart)

    def _wanted(self, name: PathName) -> OpenPath:
        try:
            return self._open(name)
        except PathUnavailable as why:
            raise _not_here(name, why) from why

    def _between(self, one: OpenPath, other: OpenPath) -> float:
        """Largest 1 - cosine of short probes: a glance, some tens of milliseconds."""
        ids = probes(self._tokens, self._folder.max_tokens, short=True)
        with one.on_thread(), other.on_thread():
            both = [run(path.forward, ids, self._tokens.pad, self._folder.dim) for path in (one, other)]
        return deviation(both[0], both[1])

    def _measure(self, texts: Sequence[str]) -> Choice:
        cores = self._cores()
        trial = Trial(
            probes(self._tokens, self._folder.max_tokens),
            self._sample(texts, max(2, cores)),
            self._tokens.pad,
            self._folder.dim,
        )
        begun = time.perf_counter()
        choice = choose(self._open, trial, cores, names=[name for name in PATHS if self._suits(name)])
        _log.info("encoding path %s, chosen in %.1f s", choice, time.perf_counter() - begun)
        return choice

    def _suits(self, name: PathName) -> bool:
        return self._device == "cpu" or name.startswith("torch")

    def _sample(self, texts: Sequence[str], count: int) -> list[Batch]:
        """So many batches, from the longest to the shortest of these texts in equal steps."""
        some = [texts[place] for place in np.linspace(0, len(texts) - 1, min(_SAMPLE, len(texts)), dtype=int)]
        every = list(padded_batches(self._tokens(some), self._tokens.pad, _SAMPLE_TOKENS))
        return [every[place] for place in np.linspace(0, len(every) - 1, count).round().astype(int)]
