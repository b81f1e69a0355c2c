"""A writer that remembers how each of its replies came about: evidence, what the chat model wrote, when.

In: a chat model or none. Out: `Overheard` replies. What is written, and how it is checked, is the product's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from generator.chat_model import ChatModel, Message, Sampling, SteerableChatModel, SteerRequest
from generator.lattice import Lattice
from generator.reasons import Closest
from generator.replies import Evidence, Piece, Reply
from generator.writer import Writer

_PARAGRAPH = "\n\n"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One answer of the chat model. `free`: in its own words, not steered along true sentences."""

    messages: tuple[Message, ...]
    text: str
    seconds: float
    free: bool


@dataclass(frozen=True, slots=True)
class Overheard:
    """One reply. Seconds count from the person's message: to its first words, to the first words about the
    first item after its title (None without an item), to its end. `together`: asked for side by side.
    """

    evidence: Evidence
    reply: Reply
    spoken: tuple[Spoken, ...]
    first_words_s: float
    first_card_s: float | None
    total_s: float
    together: tuple[SteerRequest, ...] = ()


class _Listening:
    """A chat model whose answers are kept."""

    def __init__(self, model: ChatModel, clock: Callable[[], float]) -> None:
        self._model = model
        self._clock = clock
        self.spoken: list[Spoken] = []
        self.together: tuple[SteerRequest, ...] = ()

    @property
    def name(self) -> str:
        return self._model.name

    def warm_up(self) -> None:
        self._model.warm_up()

    def stream(self, messages: Sequence[Message], sampling: Sampling) -> Iterator[str]:
        return self._kept(messages, self._model.stream(messages, sampling), free=True)

    def _kept(self, messages: Sequence[Message], pieces: Iterator[str], *, free: bool) -> Iterator[str]:
        begun, text = self._clock(), ""
        try:
            for piece in pieces:
                text += piece
                yield piece
        finally:
            self.spoken.append(Spoken(tuple(messages), text, self._clock() - begun, free))


class _ListeningSteerable(_Listening):
    def __init__(self, model: SteerableChatModel, clock: Callable[[], float], *, tuned: bool) -> None:
        super().__init__(model, clock)
        self._steerable = model
        self.tuned = tuned

    def steer(self, messages: Sequence[Message], lattice: Lattice, sampling: Sampling) -> Iterator[str]:
        return self._kept(messages, self._steerable.steer(messages, lattice, sampling), free=False)

    def steer_all(self, requests: Sequence[SteerRequest], sampling: Sampling) -> Iterator[tuple[int, str]]:
        """Each answer is noted as it comes: the writer reads no further than to its full stop."""
        begun = self._clock()
        self.together = tuple(requests)
        first = len(self.spoken)
        self.spoken += [Spoken(tuple(one.messages), "", 0.0, free=False) for one in requests]
        for place, piece in self._steerable.steer_all(requests, sampling):
            known = self.spoken[first + place]
            # Side by side, each has its share of the time.
            seconds = (self._clock() - begun) / len(requests)
            self.spoken[first + place] = replace(known, text=known.text + piece, seconds=seconds)
            yield place, piece


def _listening(model: ChatModel, clock: Callable[[], float], *, as_tuned: bool) -> _Listening:
    if isinstance(model, SteerableChatModel):
        return _ListeningSteerable(model, clock, tuned=model.tuned or as_tuned)
    return _Listening(model, clock)


class ListeningWriter(Writer):
    """`as_tuned`: a model that was not tuned is asked with a tuned one's prompts. Use it from one thread."""

    def __init__(
        self,
        chat_model: ChatModel | None,
        *,
        closest: Closest | None = None,
        as_tuned: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._listening = None if chat_model is None else _listening(chat_model, clock, as_tuned=as_tuned)
        super().__init__(self._listening, closest=closest, clock=clock)
        self._now = clock
        self._asked = clock()
        self.heard: list[Overheard] = []

    def message_comes(self) -> None:
        """The person says something now."""
        self._asked = self._now()

    def write(
        self, evidence: Evidence, *, seed: int = 0, deadline_s: float = 6.0, titles: Collection[str] = ()
    ) -> Iterator[Piece]:
        if self._listening is not None:
            self._listening.spoken.clear()
            self._listening.together = ()
        told: list[tuple[float, str]] = []
        for piece in super().write(evidence, seed=seed, deadline_s=deadline_s, titles=titles):
            at = self._now() - self._asked
            if isinstance(piece, Reply):
                self.heard.append(
                    Overheard(
                        evidence=evidence,
                        reply=piece,
                        spoken=tuple(self._listening.spoken) if self._listening is not None else (),
                        first_words_s=next((when for when, text in told if text.strip()), at),
                        first_card_s=_first_card(told) if piece.recommendations else None,
                        total_s=at,
                        together=self._listening.together if self._listening is not None else (),
                    )
                )
            else:
                told.append((at, piece))
            yield piece


def _first_card(told: Sequence[tuple[float, str]]) -> float | None:
    """When something was said of the first item.

    The opening comes first; then a paragraph of the item, whole, or its title and later what follows it.
    """
    places = [place for place, (_, text) in enumerate(told) if text.startswith(_PARAGRAPH)]
    if not places:
        return None
    after = places[0] + 1
    goes_on = after < len(told) and after not in places
    return told[after if goes_on else places[0]][0]
