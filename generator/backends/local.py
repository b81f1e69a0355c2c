"""A chat model on this machine: the embedded one, or any local folder.

In: messages. Out: text, piece by piece. Loads at first use; one answer, or several side by side, is written
at a time.
"""

from __future__ import annotations

import contextlib
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from generator.backends.decoding import AHEAD, Steered, Text, chooser, lookup
from generator.backends.engine import EXACT, Engine, Memory, PathName
from generator.backends.stopping import until_stop
from generator.backends.turns import Turns, leaving
from generator.backends.weights import Weights, load_weights
from generator.backends.writing_path import Choice, Ways, decided, model_key, say_path
from generator.chat_model import Message, Sampling, SteerRequest
from generator.lattice import Lattice
from retriever.errors import ChatModelFailed
from retriever.torch_threads import bulk_threads, torch_threads

if TYPE_CHECKING:
    import torch

Device = Literal["auto", "cpu", "cuda"]
EMBEDDED = "embedded"
_CHUNK = 128  # tokens of a prompt that are read in one step: a step is never broken off
_CHUNK_BESIDE = 48  # and where others write meanwhile
_PROMPT = 16  # more unread tokens than a lattice ever forces at once: the row still reads its prompt
_KEPT_PREFIXES = 4
_KEPT_TOKENS = 2048  # of all kept prefixes: 94 MB with the embedded model

Piece = TypeVar("Piece")
Over = Callable[[], bool]
"""Whether no more is to be written."""


class LocalChatModel:
    """Generates with a causal language model.

    `source`: "embedded", a folder, or a hub name that is in the local cache (`download`: or may be fetched).
    Only GGUF and safetensors are read, and no code that a model brings. `threads` 0 means all cores.
    `adapter`: a folder with one for the embedded model; `cache`: where unpacked weights are kept.
    `bits`: 8 or 4 for fewer, on a GPU. `weights`: a model that is loaded already, in place of `source`.
    `path`: what runs it; None for what is measured to be fastest. `record`: the file of such choices.
    All messages but the last are not read again when they are the same: few-shot examples cost once.

    Raises:
        ModelMissing: at `warm_up` or the first `stream`, if the weights are absent, damaged or unsafe.
        SettingsError: at the same time, if a wanted path can't be run.
        ChatModelFailed: if generating fails, or others keep the model busy past the deadline.
    """

    def __init__(
        self,
        source: str = EMBEDDED,
        device: Device = "auto",
        threads: int = 0,
        *,
        download: bool = False,
        adapter: Path | None = None,
        cache: Path | None = None,
        bits: int = 0,
        weights: Weights | None = None,
        path: PathName | None = None,
        record: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._device = device
        self._threads = threads
        self._download = download
        self._adapter = adapter
        self._kept = cache
        self._bits = bits
        self._clock = clock
        self._ways = Ways(path, record, threads or bulk_threads())
        self._turns = Turns()
        self._weights = weights
        self._engine: Engine | None = None
        self._choice: Choice | None = None
        self._prefixes: OrderedDict[tuple[int, ...], Memory] = OrderedDict()

    @property
    def name(self) -> str:
        tuned = ", tuned" if self.tuned else ""
        return f"SmolLM2-135M-Instruct{tuned}" if self._source == EMBEDDED else self._source

    @property
    def tuned(self) -> bool:
        return self._adapter is not None

    @property
    def path(self) -> str:
        """What runs it: a path's name, or "unloaded"."""
        return "unloaded" if self._engine is None else self._engine.path

    @property
    def choice(self) -> Choice | None:
        """What was measured; None where nothing was to be chosen, or nothing is loaded."""
        return self._choice

    def check_path(self) -> str:
        """What will run it, as far as can be told without loading it.

        Raises:
            SettingsError: the wanted path can't be run here.
        """
        return say_path(self._ways, self._device, model_key(self._source, self._adapter))

    def warm_up(self) -> None:
        for _ in self.stream([Message("user", "Hello")], Sampling(max_tokens=2, deadline_s=120)):
            pass

    def stream(self, messages: Sequence[Message], sampling: Sampling) -> Iterator[str]:
        return self._paced(
            lambda over: until_stop(self._written(messages, sampling, over), sampling.stop), sampling
        )

    def steer(self, messages: Sequence[Message], lattice: Lattice, sampling: Sampling) -> Iterator[str]:
        with contextlib.closing(
            self._steered([SteerRequest(messages, lattice, sampling.seed)], sampling)
        ) as all_:
            for _, piece in all_:
                yield piece

    def steer_all(self, requests: Sequence[SteerRequest], sampling: Sampling) -> Iterator[tuple[int, str]]:
        return self._steered(requests, sampling)

    def _steered(
        self, requests: Sequence[SteerRequest], sampling: Sampling
    ) -> Generator[tuple[int, str], None, None]:
        return self._paced(lambda over: self._side_by_side(requests, sampling, over), sampling)

    def _paced(
        self, write: Callable[[Over], Generator[Piece, None, None]], sampling: Sampling
    ) -> Generator[Piece, None, None]:
        """The pieces; the model is held from one to the next, and by nobody while one is looked at."""
        deadline = self._clock() + sampling.deadline_s
        number = self._turns.number()

        def over() -> bool:
            return sampling.cancelled() or self._clock() >= deadline or leaving()

        begun = False
        pieces = write(over)
        try:
            while True:
                left = max(0.0, deadline - self._clock())
                with self._turns.awake(), self._computing(number, left, sampling.cancelled) as mine:
                    piece = next(pieces, None) if mine else None
                if not mine and leaving():
                    raise ChatModelFailed(f"{self.name} writes no more: the process ends")
                if not mine and not begun and not sampling.cancelled():
                    raise ChatModelFailed(
                        f"{self.name} was busy for {sampling.deadline_s:g} s", retryable=True
                    )
                if piece is None:
                    return
                begun = True
                yield piece
        finally:
            with self._turns.awake():
                pieces.close()

    @contextlib.contextmanager
    def _computing(self, number: int, wait_s: float, cancelled: Callable[[], bool]) -> Iterator[bool]:
        with self._turns.turn(number, wait_s, cancelled) as mine:
            if not mine:
                yield False
                return
            try:
                with torch_threads(self._threads or bulk_threads()):
                    yield True
            except (RuntimeError, IndexError, ValueError) as error:
                self._prefixes.clear()  # half read, perhaps: not to be built upon
                raise ChatModelFailed(f"{self.name} failed while writing: {error}", retryable=True) from error

    def _written(
        self, messages: Sequence[Message], sampling: Sampling, over: Over
    ) -> Generator[str, None, None]:
        """An answer in pieces, whatever the stop strings.

        Greedy answers look ahead: what followed the last tokens when they stood in the prompt is guessed
        to follow again, and all guesses are read in one go. Those that the model would have chosen stand,
        so the answer is the same, and an answer that takes much from its prompt comes two times faster.
        """
        weights, engine = self._loaded()
        choose, text = chooser(sampling), Text(weights)
        memory, unread = self._begun(messages, engine, over)
        rows = self._read(memory, unread, over)  # (1 + guesses, vocabulary); None when it is over
        guesses: list[int] = []
        while rows is not None:
            right = 0
            for row in rows:
                if len(text.tokens) == sampling.max_tokens:
                    return
                token = choose(row, None)
                if token in weights.ends:
                    return
                text.add(token)
                if piece := text.piece():
                    yield piece
                if right == len(guesses) or guesses[right] != token:
                    break
                right += 1
            if over() or len(text.tokens) == sampling.max_tokens:
                return
            engine.forget(memory, len(guesses) - right)
            last = text.tokens[-1]
            guesses = lookup([*memory.tokens, last], AHEAD) if sampling.temperature <= 0 else []
            rows = engine.extend([memory], [[last, *guesses]], each=True)

    def _side_by_side(
        self, requests: Sequence[SteerRequest], sampling: Sampling, over: Over
    ) -> Generator[tuple[int, str], None, None]:
        """All answers' pieces. While one still reads its prompt, those before it write already."""
        weights, engine = self._loaded()
        rows: list[tuple[int, Steered]] = []
        for place, request in enumerate(requests):
            memory, unread = self._begun(request.messages, engine, over)
            own = replace(sampling, seed=request.seed)
            rows.append((place, Steered(weights, request.lattice, own, memory, unread)))
        for place, row in rows:
            for piece in row.go(None):
                yield place, piece
        while (rows := [one for one in rows if not one[1].done]) and not over():
            step = [row for _, row in rows if len(row.unread) <= _PROMPT]
            parts = [row.unread for row in step]
            reading = next((row for _, row in rows if len(row.unread) > _PROMPT), None)
            if reading is not None:
                step.append(reading)
                parts.append(reading.unread[: _CHUNK_BESIDE if parts else _CHUNK])
            among = [
                row.options if len(part) == len(row.unread) else ()
                for row, part in zip(step, parts, strict=True)
            ]
            logits = engine.extend([row.memory for row in step], parts, among=among)
            for row, part in zip(step, parts, strict=True):
                row.unread = row.unread[len(part) :]
            after = {id(row): logits[n] for n, row in enumerate(step) if not row.unread}
            for place, row in rows:
                for piece in row.go(after[id(row)]) if id(row) in after else ():
                    yield place, piece

    def _begun(self, messages: Sequence[Message], engine: Engine, over: Over) -> tuple[Memory, list[int]]:
        """A memory of all messages but the last, and the tokens that it lacks.

        What is kept is the same tokens read in the same steps, so that bf16 rounds alike whatever was kept.
        """
        weights, _ = self._loaded()
        before, rest = weights.prompt(messages)
        if not before:
            return engine.memory(), rest
        key = tuple(before)
        kept = self._prefixes.get(key)
        if kept is None:
            kept = engine.memory()
            if self._read(kept, before, over) is None:
                return engine.memory(), [*before, *rest]  # nothing is written any more
            self._prefixes[key] = kept
        self._prefixes.move_to_end(key)
        while len(self._prefixes) > 1 and (
            len(self._prefixes) > _KEPT_PREFIXES or sum(map(len, self._prefixes)) > _KEPT_TOKENS
        ):
            self._prefixes.popitem(last=False)
        return engine.copy(kept, len(before)), rest

    def _read(self, memory: Memory, tokens: Sequence[int], over: Over) -> torch.Tensor | None:
        """Next-token logits (1, vocabulary) after a prompt; None when it was over before the end."""
        assert self._engine is not None  # made before there was a memory
        logits: torch.Tensor | None = None
        for start in range(0, len(tokens), _CHUNK):
            if over():
                return None
            logits = self._engine.extend([memory], [tokens[start : start + _CHUNK]])
        return logits

    def _loaded(self) -> tuple[Weights, Engine]:
        if self._weights is None or self._engine is None:
            weights = self._weights or load_weights(
                self._source,
                self._device,
                download=self._download,
                adapter=self._adapter,
                cache=self._kept,
                bits=self._bits,
            )
            self._engine, self._choice = decided(self._ways, weights, model_key(self._source, self._adapter))
            # In 8 bits, what the engine was made from would only take room.
            self._weights = weights if self._engine.path == EXACT else replace(weights, network=None)
        return self._weights, self._engine
