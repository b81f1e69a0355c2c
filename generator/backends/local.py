"""A chat model on this machine, read by transformers: the embedded one, or any local folder.

In: messages. Out: text, piece by piece. Loads at first use; one answer is written at a time.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from generator.backends.weights import Weights, load_weights
from generator.chat_model import Message, Sampling, SteerRequest, steer_in_turn
from generator.lattice import Lattice, Walk
from retriever.errors import ChatModelFailed
from retriever.torch_threads import bulk_threads, torch_threads

if TYPE_CHECKING:
    import torch

Device = Literal["auto", "cpu", "cuda"]
EMBEDDED = "embedded"
_NO_REPEAT = 4  # the same run of that many tokens is not chosen twice in a steered sentence
_UNFINISHED = "\ufffd"
_AHEAD = 6  # tokens guessed at a time: reading seven takes a fifth longer than reading one
_LOOKUP_TOKENS = 3


class LocalChatModel:
    """Generates with a causal language model under transformers.

    `source`: "embedded", a folder, or a hub name that is in the local cache (`download`: or may be fetched).
    Only GGUF and safetensors are read, and no code that a model brings. `threads` 0 means all cores.
    `adapter`: a folder with one for the embedded model; `cache`: where unpacked weights are kept.
    `weights`: a model that is loaded already, in place of `source`.
    All messages but the last are not read again when they are the same: few-shot examples cost once.

    Raises:
        ModelMissing: at `warm_up` or the first `stream`, if the weights are absent, damaged or unsafe.
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
        weights: Weights | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._device = device
        self._threads = threads
        self._download = download
        self._adapter = adapter
        self._kept = cache
        self._clock = clock
        self._lock = threading.Lock()
        self._weights = weights
        self._cache: Any = None
        self._cached: list[int] = []

    @property
    def name(self) -> str:
        tuned = ", tuned" if self.tuned else ""
        return f"SmolLM2-135M-Instruct{tuned}" if self._source == EMBEDDED else self._source

    @property
    def tuned(self) -> bool:
        return self._adapter is not None

    def warm_up(self) -> None:
        for _ in self.stream([Message("user", "Hello")], Sampling(max_tokens=2, deadline_s=120)):
            pass

    def stream(self, messages: Sequence[Message], sampling: Sampling) -> Iterator[str]:
        with self._working(sampling) as deadline:
            weights = self._loaded()
            written: list[int] = []
            text = ""
            for token in self._tokens(messages, sampling, deadline):
                written.append(token)
                whole = weights.decode(written)
                stop = min((at for s in sampling.stop if (at := whole.find(s)) >= 0), default=-1)
                if stop >= 0:
                    if whole[len(text) : stop]:
                        yield whole[len(text) : stop]
                    return
                if len(whole) > len(text) and not whole.endswith(_UNFINISHED):
                    yield whole[len(text) :]
                    text = whole

    def _tokens(self, messages: Sequence[Message], sampling: Sampling, deadline: float) -> Iterator[int]:
        """The answer's tokens, without the end.

        Greedy answers look ahead: what followed the last tokens when they stood in the prompt is guessed
        to follow again, and all guesses are read in one go. Those that the model would have chosen stand,
        so the answer is the same, and an answer that takes much from its prompt comes two times faster.
        """
        choose = _chooser(sampling)
        weights = self._loaded()
        prompt = weights.prompt(messages)
        known = [*prompt[0], *prompt[1]]
        count = 0
        rows = self._read(*prompt)  # (1 + guesses, vocabulary)
        guesses: list[int] = []
        while True:
            right = 0
            for row in rows:
                if count == sampling.max_tokens or self._clock() >= deadline:
                    return
                token = choose(row, None)
                if token in weights.ends:
                    return
                yield token
                count += 1
                known.append(token)
                if right == len(guesses) or guesses[right] != token:
                    break
                right += 1
            self._forget(len(guesses) - right)
            guesses = _lookup(known, _AHEAD) if sampling.temperature <= 0 else []
            rows = self._extend([known[-1], *guesses], all_rows=True)

    def steer(self, messages: Sequence[Message], lattice: Lattice, sampling: Sampling) -> Iterator[str]:
        choose = _chooser(sampling)
        with self._working(sampling) as deadline:
            weights = self._loaded()
            walk = Walk(lattice, weights.encode)
            position, written, text = walk.start, list[int](), ""
            before, unread = weights.prompt(messages)
            logits: torch.Tensor | None = None
            while len(written) < sampling.max_tokens and self._clock() < deadline:
                options = _unrepeated(position.options, written)
                if not options:
                    return
                if len(options) == 1 and not position.may_end:
                    token = options[0]  # no choice: read together with the next ones
                else:
                    if unread:
                        rows = self._read(before, unread) if logits is None else self._extend(unread)
                        logits = rows[-1]
                        unread = []
                    assert logits is not None  # the prompt is never empty
                    ends = tuple(weights.ends) if position.may_end else ()
                    token = choose(logits, (*options, *ends))
                    if token in ends:
                        return
                written.append(token)
                unread.append(token)
                position = walk.after(position, token)
                whole = weights.decode(written)
                if len(whole) > len(text) and not whole.endswith(_UNFINISHED):
                    yield whole[len(text) :]
                    text = whole

    def steer_all(self, requests: Sequence[SteerRequest], sampling: Sampling) -> Iterator[tuple[int, str]]:
        return steer_in_turn(self, requests, sampling)

    @contextlib.contextmanager
    def _working(self, sampling: Sampling) -> Iterator[float]:
        """Hold the model, with its threads, until the block ends; gives the deadline on our clock."""
        deadline = self._clock() + sampling.deadline_s
        if not self._lock.acquire(timeout=sampling.deadline_s):
            raise ChatModelFailed(f"{self.name} was busy for {sampling.deadline_s:g} s", retryable=True)
        try:
            with torch_threads(self._threads or bulk_threads()):
                yield deadline
        except (RuntimeError, IndexError, ValueError) as error:
            self._cache, self._cached = None, []  # half read: not to be built upon
            raise ChatModelFailed(f"{self.name} failed while writing: {error}", retryable=True) from error
        finally:
            self._lock.release()

    def _loaded(self) -> Weights:
        if self._weights is None:
            self._weights = load_weights(
                self._source,
                self._device,
                download=self._download,
                adapter=self._adapter,
                cache=self._kept,
            )
        return self._weights

    def _read(self, before: list[int], rest: list[int]) -> torch.Tensor:
        """Next-token logits (1, vocabulary) after a prompt; `before` is not read again if the last had it.

        Reading in the same two parts always, whatever is kept, gives the same bf16 rounding always.
        """
        from transformers import DynamicCache

        shared = len(before)
        if self._cache is None or not shared or self._cached[:shared] != before:
            self._cache, self._cached = DynamicCache(), []
            if before:
                self._extend(before)
        elif shared < len(self._cached):
            self._cache.crop(shared - len(self._cached))
            self._cached = self._cached[:shared]
        return self._extend(rest)

    def _extend(self, tokens: list[int], *, all_rows: bool = False) -> torch.Tensor:
        """Next-token logits after more tokens: (1, vocabulary) after the last, or (token, vocabulary)."""
        import torch

        weights = self._loaded()
        ids = torch.tensor([tokens], device=weights.device)  # (1, token)
        with torch.inference_mode():
            output = weights.network(
                input_ids=ids,
                past_key_values=self._cache,
                use_cache=True,
                logits_to_keep=0 if all_rows else 1,  # 0 keeps all
            )
        self._cached = self._cached + tokens
        logits: torch.Tensor = output.logits[0].float()
        return logits

    def _forget(self, tokens: int) -> None:
        """Take back the last tokens that were read."""
        if tokens:
            self._cache.crop(-tokens)
            self._cached = self._cached[:-tokens]


def _lookup(known: Sequence[int], most: int) -> list[int]:
    """What followed the last tokens the last time that they stood there; the longest match is taken."""
    for length in range(_LOOKUP_TOKENS, 0, -1):
        tail = list(known[-length:])
        for place in range(len(known) - length - 1, -1, -1):
            if list(known[place : place + length]) == tail:
                return list(known[place + length : place + length + most])
    return []


def _unrepeated(options: Sequence[int], written: Sequence[int]) -> tuple[int, ...]:
    """The options that do not repeat a run of tokens; all of them if every one would."""
    head = tuple(written[-(_NO_REPEAT - 1) :])
    if len(head) < _NO_REPEAT - 1 or len(options) < 2:
        return tuple(options)
    follow = {
        written[place + len(head)]
        for place in range(len(written) - len(head))
        if tuple(written[place : place + len(head)]) == head
    }
    return tuple(option for option in options if option not in follow) or tuple(options)


def _chooser(sampling: Sampling) -> Callable[[torch.Tensor, Sequence[int] | None], int]:
    """Greedy at temperature 0, else drawn by the seed; among `options`, or all tokens for None."""
    draw = random.Random(sampling.seed)

    def choose(logits: torch.Tensor, options: Sequence[int] | None) -> int:
        likely = logits if options is None else logits[list(options)]
        if sampling.temperature <= 0:
            place = int(likely.argmax())
        else:
            weights = (likely / sampling.temperature).softmax(0).tolist()
            place = draw.choices(range(len(weights)), weights)[0]
        return place if options is None else options[place]

    return choose
