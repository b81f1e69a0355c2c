"""The chat model's sentences about a reply's items: what it may say of each, and what it says, as it comes.

In: evidence and the plain lines beside which the sentences will stand. Out: `Plan`s, one an item, each with a
prompt and a lattice; `Rows`, the sentences piece by piece. All of a reply's sentences are written in one go,
and whatever happens to the chat model, each sentence comes to its end.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.chat_model import Message, Sampling, SteerRequest
from generator.lattice import Lattice
from generator.prompting import item_messages, telling_messages
from generator.replies import Evidence, ItemEvidence
from generator.sentences import ItemLine
from generator.speaker import Speaker
from generator.steering import Opening, openings, sentence_lattice, unlike
from generator.telling import Reason, Told, narrowed, told_of
from retriever.errors import ParleyError

MOST_ITEMS = 3  # the chat model speaks of the first three; further ones would keep people waiting
_MOST_OPENINGS = 4  # ways to begin that one item's sentence may choose from
_TEMPERATURE = 0.7  # every path is true, and sameness is the only fault left
_TOKENS = 96
_FIGURE = re.compile(r"\S*\d\S*")


@dataclass(frozen=True, slots=True)
class Plan:
    """What may be said of one item. `reason`: the person's words that are answered, with their answer."""

    place: int
    reason: Reason | None
    shared: bool
    messages: tuple[Message, ...]
    lattice: Lattice


def plans(evidence: Evidence, lines: Sequence[ItemLine], seed: int, *, tuned: bool) -> list[Plan]:
    """A plan for each of the first items that something can be said of.

    No two begin with the same words, and each answers words of the person that no earlier one answered,
    as long as there are some.
    """
    used: list[str] = []
    answered: set[str] = set()
    found = []
    for place, (one, line) in enumerate(zip(evidence.items[:MOST_ITEMS], lines, strict=False)):
        speaker = Speaker.of(evidence, seed + place)
        told = told_of(one, speaker)
        reason = _reason(told, answered)
        left = min(MOST_ITEMS, len(evidence.items)) - place
        ways = _ways(one, speaker, told, reason, used, left)
        lattice = sentence_lattice(one, speaker, told=told, reason=reason, allowed=ways, said=line.caveat)
        if lattice is None:
            continue
        used += [way.begins(speaker.words) for way in ways]
        if reason is not None:
            answered.add(reason.quote)
        asked = telling_messages(narrowed(told, reason)) if tuned else item_messages(evidence, one.item)
        found.append(Plan(place, reason, reason is None and bool(told.shared), tuple(asked), lattice))
    return found


def _reason(told: Told, answered: set[str]) -> Reason | None:
    """The strongest reason in words that no earlier item answered; what stands behind the name comes last."""
    named = [fit for fit in told.fits if any(word in told.name for word in _FIGURE.findall(fit.clause))]
    order = [fit for fit in told.fits if fit not in named] + named
    return next((fit for fit in order if fit.quote not in answered), order[0] if order else None)


def _ways(
    one: ItemEvidence, speaker: Speaker, told: Told, reason: Reason | None, used: Sequence[str], left: int
) -> list[Opening]:
    """Some ways to begin, drawn by the reply's seed, none of which an earlier item may use; `left`: how many
    items need some, this one and those that follow.
    """
    free = unlike(openings(one, speaker, told, reason), used, speaker.words)
    most = max(1, min(_MOST_OPENINGS, len({way.begins(speaker.words) for way in free}) // left))
    speaker.draw.shuffle(free)
    chosen: list[Opening] = []
    for way in free:
        # Ways that begin alike go together: what one of them begins with is taken for the others.
        if len({each.begins(speaker.words) for each in (*chosen, way)}) <= most:
            chosen.append(way)
    return chosen


class Rows:
    """Several sentences that are written together, each to be read as a stream of its own.

    `pieces`: (row, text), as they come, until the deadline; it may raise. `cut`: whether the chat model
    failed or was too slow, so that a sentence got its end without it.
    """

    def __init__(self, lattices: Sequence[Lattice], pieces: Iterator[tuple[int, str]], seed: int) -> None:
        self._lattices = lattices
        self._pieces = pieces
        self._draw = random.Random(seed)
        self._waiting: list[list[str]] = [[] for _ in lattices]
        self._over = False
        self.cut = False

    def stream(self, row: int) -> Iterator[str]:
        """The pieces of a row, to the end of its sentence."""
        lattice = self._lattices[row]
        told = ""
        while True:
            while self._waiting[row]:
                piece = self._waiting[row].pop(0)
                if lattice.rest_of(told + piece, self._draw) is None:
                    self._over = True  # not held to the lattice: nothing more of it is believed
                    break
                told += piece
                yield piece
            if self._over or lattice.rest_of(told, self._draw) == "":
                break
            self._next()
        rest = lattice.rest_of(told, self._draw)
        if rest:
            self.cut = True
            yield rest

    def _next(self) -> None:
        try:
            row, piece = next(self._pieces)
        except StopIteration:
            self._over = True
        except ParleyError:
            self._over = self.cut = True
        else:
            self._waiting[row].append(piece)


def sampling_of(seed: int, deadline_s: float) -> Sampling:
    """How steered sentences are drawn."""
    return Sampling(_TOKENS, _TEMPERATURE, seed, deadline_s=deadline_s)


def requests_of(found: Sequence[Plan], seed: int) -> list[SteerRequest]:
    """What to ask a chat model for."""
    return [SteerRequest(plan.messages, plan.lattice, seed + plan.place) for plan in found]
