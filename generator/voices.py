"""How a chat model speaks of a reply's items: held to what is true, or in its own words and checked.

In: a chat model, evidence, a deadline. Out: words about each item as they come, and what they told of why it
fits. What was shown is never taken back, so nothing is shown before it is known to be supported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from generator.chat_model import Message, Sampling
from generator.grounding import Grounding
from generator.prompting import describing_messages
from generator.replies import Evidence
from generator.sentences import ItemLine
from generator.speaker import Speaker
from generator.splitting import sentences_of
from generator.steered import Plan, Rows
from generator.telling import Told, told_in, told_of, typographic, wrong_fits
from generator.words import Words, words_of
from retriever.domain import Item
from retriever.errors import ParleyError

_TOKENS = 96
_SENTENCES = 2

Ask = Callable[[Sequence[Message], Sampling], Iterator[str]]
"""The chat model's pieces, within the reply's time; raises ChatModelFailed or ModelMissing."""


@dataclass(slots=True)
class Tally:
    """What happened to the chat model's sentences during one reply; `said`: why items fit, so far."""

    deadline: float
    removed: int = 0
    degraded: bool = False
    said: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Given:
    """What a chat model's words told of why an item fits: the person's words, clauses, and what it shares;
    `everything`: nothing is left to be told.
    """

    quotes: frozenset[str] = frozenset()
    clauses: frozenset[str] = frozenset()
    shared: bool = False
    miss: bool = False
    everything: bool = False


class Voice(Protocol):
    def says(self, place: int) -> Iterator[str]:
        """The words about an item, piece by piece; none where nothing can be said."""
        ...

    def told(self, place: int, own: str) -> Given:
        """What these words told of why it fits."""
        ...


class SteeredVoice:
    """A chat model that is held to lattices: what it says is true before it says it."""

    def __init__(self, found: Sequence[Plan], rows: Rows, tally: Tally) -> None:
        self._plans = {plan.place: (row, plan) for row, plan in enumerate(found)}
        self._rows = rows
        self._tally = tally

    def says(self, place: int) -> Iterator[str]:
        if place in self._plans:
            yield from self._rows.stream(self._plans[place][0])
            self._tally.degraded = self._tally.degraded or self._rows.cut

    def told(self, place: int, own: str) -> Given:
        del own  # what it says was settled before
        _, plan = self._plans[place]
        reason = plan.reason
        if reason is None:
            return Given(shared=plan.shared)
        return Given(frozenset([reason.quote]), frozenset(reason.parts))


class FreeVoice:
    """A chat model in its own words: each sentence is shown when it is whole and supported.

    `ask`: the chat model, in the time that is left. `held`: what is said of an item where none of them was.
    """

    def __init__(
        self,
        evidence: Evidence,
        ask: Ask,
        check: Callable[[Item], Grounding],
        seed: int,
        tally: Tally,
        held: Voice | None = None,
    ) -> None:
        self._evidence = evidence
        self._ask = ask
        self._check = check
        self._seed = seed
        self._tally = tally
        self._held = held
        self._fell: set[int] = set()

    def says(self, place: int) -> Iterator[str]:
        if self._tally.degraded:
            return
        one, words = self._evidence.items[place], words_of(self._evidence.language)
        grounding, told = self._check(one.item), self._told(place)
        asked = describing_messages(self._evidence, one.item, told)
        pieces = self._ask(asked, Sampling(_TOKENS, 0.0, self._seed + place))
        kept = 0
        try:
            for sentence in _whole_sentences(pieces, words, (one.item.title, *told.likes)):
                if not grounding.check(sentence).supported or wrong_fits(sentence, told, words):
                    self._tally.removed += 1
                    continue
                yield f" {sentence}" if kept else sentence
                kept += 1
                if kept == _SENTENCES:
                    break
        except ParleyError:  # slow, or failed: what was shown stands
            self._tally.degraded = True
        if not kept and self._held is not None:
            self._fell.add(place)
            yield from self._held.says(place)

    def told(self, place: int, own: str) -> Given:
        if self._held is not None and place in self._fell:
            return self._held.told(place, own)
        told = self._told(place)
        given = told_in(own, told.fits)
        return Given(
            frozenset(reason.quote for reason in given),
            frozenset(clause for reason in given for clause in reason.parts),
            miss=bool(told_in(own, told.misses, quoted=True)),
        )

    def _told(self, place: int) -> Told:
        return told_of(self._evidence.items[place], Speaker.of(self._evidence, self._seed + place))


class RetoldVoice:
    """A chat model that says plain lines again, in a language whose sentences can't be checked by facts."""

    def __init__(self, retell: Callable[[str], str], lines: Sequence[ItemLine]) -> None:
        self._retell = retell
        self._lines = lines

    def says(self, place: int) -> Iterator[str]:
        line = self._lines[place]
        if text := self._retell(line.card(line.what)):
            yield text

    def told(self, place: int, own: str) -> Given:
        del place, own
        return Given(everything=True)


def _whole_sentences(pieces: Iterator[str], words: Words, names: Sequence[str]) -> Iterator[str]:
    """Sentences as they become whole; what is left at the end counts as one."""
    written, given = "", 0
    for piece in pieces:
        written += piece
        found = sentences_of(typographic(" ".join(written.split()), words), names)
        # The last one may go on.
        yield from found[given:-1]
        given = max(given, len(found) - 1)
    found = sentences_of(typographic(" ".join(written.split()), words), names)
    yield from found[given:]
