"""The chat model's sentences about a reply's items: what it may say of each, and what it says, as it comes.

In: evidence and the plain lines beside which the sentences will stand. Out: `Plan`s, one an item, each with a
prompt and a lattice; `Rows`, the sentences piece by piece. All of a reply's sentences are written in one go,
and whatever happens to the chat model, each sentence comes to its end.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

from generator.chat_model import Message, Sampling, SteerRequest
from generator.lattice import Lattice
from generator.prompting import item_messages, telling_messages
from generator.remembered import Remembered
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
    key: Hashable


def plans(evidence: Evidence, lines: Sequence[ItemLine], seed: int, *, tuned: bool) -> list[Plan]:
    """A plan for each of the first items that something can be said of.

    No two begin with the same words, and each answers words of the person that no earlier one answered,
    as long as there are some. `key`: what the sentence depends on.
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
        gist = (reason, told.likes, told.shared, line.caveat, evidence.language, tuned)
        key = (one.item.id, one.item.content_hash, told.name, *gist)
        found.append(Plan(place, reason, reason is None and bool(told.shared), tuple(asked), lattice, key))
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

    `ask`: the chat model, which gives (place among the requests, text) as they come, until the deadline; it
    may raise. What is remembered is not asked for. `cut`: whether it failed or was too slow, so that a
    sentence got its end without it.
    """

    def __init__(
        self,
        found: Sequence[Plan],
        ask: Callable[[Sequence[SteerRequest]], Iterator[tuple[int, str]]],
        seed: int,
        remembered: Remembered,
    ) -> None:
        self._plans = found
        self._draw = random.Random(seed)
        self._remembered = remembered
        known = [remembered.find(plan.key, plan.lattice, self._draw) for plan in found]
        self._waiting = [[text] if text else [] for text in known]
        self._asked = [row for row, text in enumerate(known) if not text]
        requests = [
            SteerRequest(found[row].messages, found[row].lattice, seed + found[row].place)
            for row in self._asked
        ]
        self._pieces = ask(requests) if requests else iter(())
        self._over = False
        self.cut = False

    def stream(self, row: int) -> Iterator[str]:
        """The pieces of a row, to the end of its sentence."""
        lattice = self._plans[row].lattice
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
        elif told:
            self._remembered.keep(self._plans[row].key, told)

    def _next(self) -> None:
        try:
            place, piece = next(self._pieces)
        except StopIteration:
            self._over = True
        except ParleyError:
            self._over = self.cut = True
        else:
            self._waiting[self._asked[place]].append(piece)


def sampling_of(seed: int, deadline_s: float) -> Sampling:
    """How steered sentences are drawn."""
    return Sampling(_TOKENS, _TEMPERATURE, seed, deadline_s=deadline_s)
