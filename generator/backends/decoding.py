"""From next-token logits to an answer's tokens: choosing, guessing ahead, and being steered.

In: logits, settings of a sampling, a walk through a lattice. Out: tokens and pieces of text. Runs no network.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from generator.backends.engine import Memory
from generator.backends.weights import Weights
from generator.chat_model import Sampling
from generator.lattice import Lattice, Walk

if TYPE_CHECKING:
    import torch

AHEAD = 6  # tokens guessed at a time
_NO_REPEAT = 4  # the same run of that many tokens is not chosen twice in a steered sentence
_UNFINISHED = "\ufffd"
_LOOKUP_TOKENS = 3

Choose = Callable[["torch.Tensor", Sequence[int] | None], int]
"""Logits (vocabulary,) and the options, None for all, to one of them."""


class Text:
    """Tokens as text: what can be shown of them, piece by piece."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._shown = 0
        self.tokens: list[int] = []
        self.whole = ""

    def add(self, token: int) -> None:
        self.tokens.append(token)
        self.whole = self._weights.decode(self.tokens)

    def piece(self, end: int | None = None) -> str:
        """What is new, up to `end`; empty while a character is only half there."""
        if end is None and self.whole.endswith(_UNFINISHED):
            return ""
        new = self.whole[self._shown : end]
        self._shown += len(new)
        return new


class Steered:
    """One answer that is held to a lattice. `unread`: its tokens, prompt first, that the network lacks."""

    def __init__(
        self, weights: Weights, lattice: Lattice, sampling: Sampling, memory: Memory, unread: Sequence[int]
    ) -> None:
        self._walk = Walk(lattice, weights.encode)
        self._position = self._walk.start
        self._ends = tuple(weights.ends)
        self._choose = chooser(sampling)
        self._text = Text(weights)
        self._left = sampling.max_tokens
        self.memory = memory
        self.unread = list(unread)
        self.done = False

    @property
    def options(self) -> tuple[int, ...]:
        """What the next token will be of, the end included where it may come."""
        ends = self._ends if self._position.may_end else ()
        return (*unrepeated(self._position.options, self._text.tokens), *ends)

    def go(self, logits: torch.Tensor | None) -> Iterator[str]:
        """Take the next token by logits (vocabulary,), and all that follow without a choice.

        None at the start, where nothing has been read yet. Afterwards it is `done`, or wants logits.
        """
        while self._left > 0:
            options = unrepeated(self._position.options, self._text.tokens)
            if not options:
                break
            token = options[0]
            if len(options) > 1 or self._position.may_end:
                if logits is None:
                    return
                token = self._choose(logits, self.options)
                logits = None
                if token in self._ends and token not in options:
                    break
            self._text.add(token)
            self._left -= 1
            self.unread.append(token)
            self._position = self._walk.after(self._position, token)
            if piece := self._text.piece():
                yield piece
        self.done = True


def lookup(known: Sequence[int], most: int) -> list[int]:
    """What followed the last tokens the last time that they stood there; the longest match is taken."""
    for length in range(_LOOKUP_TOKENS, 0, -1):
        tail = list(known[-length:])
        for place in range(len(known) - length - 1, -1, -1):
            if list(known[place : place + length]) == tail:
                return list(known[place + length : place + length + most])
    return []


def unrepeated(options: Sequence[int], written: Sequence[int]) -> tuple[int, ...]:
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


def chooser(sampling: Sampling) -> Choose:
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
