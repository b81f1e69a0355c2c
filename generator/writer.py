"""Evidence → a streamed reply: plain sentences at once, the chat model's where they are supported.

In: evidence, a seed, a deadline. Out: text deltas and a Reply. What was yielded is never taken back, so a
free sentence of the chat model is complete and checked before it is shown, and a held one can't be false.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import replace
from functools import partial

from generator.chat_model import ChatModel, Message, Sampling, SteerableChatModel, SteerRequest
from generator.collecting import Collector
from generator.grounding import Grounding, Similar
from generator.reasons import Closest, description_sentence, why_sentence
from generator.remembered import Remembered
from generator.replies import Evidence, ItemEvidence, Piece, Recommendation, Reply, Task
from generator.retelling import PROMPTS, may_retell, retelling
from generator.sentences import ItemLine, plain_reply
from generator.speaker import Speaker
from generator.steered import MOST_ITEMS, Rows, plans, sampling_of
from generator.telling import inner_quote
from generator.voices import FreeVoice, Given, RetoldVoice, SteeredVoice, Tally, Voice
from generator.words import words_of
from retriever.domain import Item
from retriever.errors import ChatModelFailed, ParleyError

_PARAGRAPH = "\n\n"
_LEAST_S = 0.05  # less time than that is not worth a start


class Writer:
    """Writes replies; safe from several threads.

    `closest` picks the sentence of a description that is nearest to a wish; `similar` lets grounding take
    a near synonym; `clock` counts seconds; `collector` knows when to leave the chat model alone. Without a
    chat model all sentences are plain. `free`: one that can be held to true sentences is asked for its own
    words first, as any other is.
    """

    def __init__(
        self,
        chat_model: ChatModel | None = None,
        *,
        closest: Closest | None = None,
        similar: Similar | None = None,
        free: bool = False,
        clock: Callable[[], float] = time.monotonic,
        collector: Collector | None = None,
    ) -> None:
        self._chat_model = chat_model
        self._free = free
        self._remembered = Remembered()
        self._collector = collector or Collector()
        self._closest = closest
        self._similar = similar
        self._clock = clock

    @property
    def chat_model_name(self) -> str:
        """The chat model's name, or empty without one."""
        return self._chat_model.name if self._chat_model is not None else ""

    def write(
        self, evidence: Evidence, *, seed: int = 0, deadline_s: float = 6.0, titles: Collection[str] = ()
    ) -> Iterator[Piece]:
        """The reply, piece by piece; the last piece is the Reply.

        `deadline_s`: seconds that the chat model may take for all of it; at 0 it is not asked.
        `titles`: those of the catalogue, so that naming an item out of place is noticed.
        """
        tally = Tally(self._clock() + deadline_s)
        plain = plain_reply(evidence, seed, self._closest)
        about_items = evidence.task is Task.RECOMMEND and bool(plain.lines)
        asks = self._asks(evidence, about_items=about_items) and deadline_s > 0
        text = plain.opening
        if asks and not about_items:
            text = self._retold(evidence, plain.opening, evidence.task, tally, titles) or text
        yield text
        recommendations = []
        voice: Voice | None = None
        if asks and about_items:
            voice = self._voice(evidence, plain.lines, seed, tally, titles)
        for place, (line, one) in enumerate(zip(plain.lines, evidence.items, strict=False)):
            if voice is not None and place < MOST_ITEMS:
                said, card = yield from _item(evidence, one, line, place, voice, tally)
            else:
                said, card = _PARAGRAPH + line.after_lead(line.what), line.card(line.what)
                yield said
            text += said
            recommendations.append(Recommendation(line.item, line.rank, card))
        for one in evidence.items if evidence.task is Task.ANSWER_CATALOGUE else ():
            # Its card tells what it is; the answer spoke of its figure only.
            what = description_sentence(one.item, evidence.user_text, words_of(evidence.language))
            recommendations.append(Recommendation(one.item, one.rank, what))
        if plain.closing:
            yield _PARAGRAPH + plain.closing
            text += _PARAGRAPH + plain.closing
        yield Reply(text, tuple(recommendations), tally.removed, tally.degraded)

    def _voice(
        self,
        evidence: Evidence,
        lines: Sequence[ItemLine],
        seed: int,
        tally: Tally,
        titles: Collection[str],
    ) -> Voice:
        """How the chat model speaks of a reply's items: held to what is true, or freely and checked."""
        model = self._chat_model
        assert model is not None  # asked by the caller
        if not _is_checked_by_facts(evidence):

            def again(text: str) -> str:
                return self._retold(evidence, text, Task.EXPLAIN, tally, titles)

            return RetoldVoice(again, lines)
        held: Voice | None = None
        if isinstance(model, SteerableChatModel):
            found = plans(evidence, lines, seed, tuned=model.tuned)
            left = tally.deadline - self._clock()
            sampling = sampling_of(seed, left)

            def ask(requests: Sequence[SteerRequest]) -> Iterator[tuple[int, str]]:
                return self._collector.arriving(partial(model.steer_all, requests), sampling)

            rows = Rows(found, ask, seed, self._remembered)
            held = SteeredVoice(found, rows, tally)
        if held is not None and not self._free:
            return held

        def check(item: Item) -> Grounding:
            return Grounding(evidence, item, titles=titles, similar=self._similar)

        return FreeVoice(evidence, partial(self._ask, tally), check, seed, tally, held)

    def _ask(self, tally: Tally, messages: Sequence[Message], sampling: Sampling) -> Iterator[str]:
        """The chat model's pieces, in the time that the reply has left."""
        model = self._chat_model
        assert model is not None  # asked by the caller
        left = tally.deadline - self._clock()
        if left < _LEAST_S:
            raise ChatModelFailed(f"{max(left, 0):.2f} s are left of the reply's time", retryable=True)
        timed = replace(sampling, deadline_s=left)
        yield from self._collector.arriving(partial(model.stream, messages), timed)

    def _asks(self, evidence: Evidence, *, about_items: bool) -> bool:
        """Whether the chat model has a part in the reply: its words must be such as can be checked."""
        if self._chat_model is None:
            return False
        said_again = self._is_free() and may_retell(evidence)
        if about_items:
            return _is_checked_by_facts(evidence) or said_again
        return said_again and evidence.task in PROMPTS

    def _is_free(self) -> bool:
        return self._free or not isinstance(self._chat_model, SteerableChatModel)

    def _retold(
        self, evidence: Evidence, plain: str, task: Task, tally: Tally, titles: Collection[str]
    ) -> str:
        """Something plain in the chat model's words, by a task's prompt; "" where they don't hold."""
        ask = partial(self._ask, tally)
        try:
            text, removed = retelling(evidence, plain, ask, task=task, titles=titles, similar=self._similar)
        except ParleyError:
            tally.degraded = True
            return ""
        tally.removed += removed
        return text


def _is_checked_by_facts(evidence: Evidence) -> bool:
    """Whether the reply's language has the lists by which claims are found in a record."""
    return words_of(evidence.language).get("grounding") is not None


def _item(
    evidence: Evidence, one: ItemEvidence, line: ItemLine, place: int, voice: Voice, tally: Tally
) -> Generator[str, None, tuple[str, str]]:
    """The paragraph about an item, piece by piece; returns it, and the text of the item's card."""
    said = _PARAGRAPH + line.bare_lead
    yield said
    own = ""
    for piece in voice.says(place):
        shown = piece if own else f" {piece}"
        yield shown
        said += shown
        own += piece
    what = line.what
    if own:
        # A short sentence of facts leaves room for the description's own words.
        given = voice.told(place, own)
        whole = given.everything or not line.what or _overlaps(own, line.what)
        what = own if whole else f"{own} {line.what}"
        line = _without(line, one, given, Speaker.of(evidence, place), tally.said)
    if rest := line.after(what.removeprefix(own).strip()):
        yield f" {rest}"
        said += f" {rest}"
    return said, line.card(what)


def _without(line: ItemLine, one: ItemEvidence, given: Given, speaker: Speaker, said: set[str]) -> ItemLine:
    """The line without what the item's own words told already, or `said` of earlier ones, which grows."""
    if given.everything:
        return replace(line, why="", reason="", caveat="")
    said |= given.quotes | given.clauses
    rest = replace(
        one,
        matched=tuple(p for p in one.matched if inner_quote(p.source.quote, speaker) not in given.quotes),
        met=tuple(c for c in one.met if inner_quote(c.source.quote, speaker) not in given.quotes),
        anchor_titles=() if given.shared else one.anchor_titles,
    )
    return replace(
        line,
        why=why_sentence(rest, speaker, said),
        reason=why_sentence(rest, speaker, set(given.clauses)),
        caveat="" if given.miss else line.caveat,
    )


def _overlaps(own: str, what: str) -> bool:
    """Whether the chat model's sentence already tells what the description's sentence does."""
    words = {word.casefold().strip(".,;:") for word in what.split() if len(word) > 4}
    told = {word.casefold().strip(".,;:") for word in own.split()}
    return len(words & told) > len(words) / 3
