"""Evidence → a streamed reply: plain sentences at once, the chat model's where they are supported.

In: evidence, a seed, a deadline. Out: text deltas and a Reply. What was yielded is never taken back, so
each sentence of the chat model is complete and checked before it is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from generator.chat_model import ChatModel, Message, Sampling, SteerableChatModel
from generator.collecting import Collector
from generator.grounding import Grounding, Similar
from generator.prompting import item_messages, telling_messages
from generator.reasons import Closest, description_sentence, why_sentence
from generator.replies import Evidence, ItemEvidence, Piece, Recommendation, Reply, Task
from generator.sentences import ItemLine, plain_reply
from generator.speaker import Speaker
from generator.splitting import sentences_of
from generator.steering import sentence_lattice
from generator.telling import (
    Told,
    Trust,
    inner_quote,
    narrowed,
    tellable,
    told_in,
    told_of,
    typographic,
    wrong_fits,
)
from generator.words import words_of
from retriever.errors import ParleyError

_MODEL_ITEMS = 3  # the chat model speaks of the first three; further ones would keep people waiting
_MODEL_TOKENS = 96
_MODEL_SENTENCES = 2
_FREE_ITEMS = 2  # own sentences of a tuned model take three times as long as steered ones
_TEMPERATURE = 0.7  # for steered sentences: every path is true, and sameness is the only fault left
_LEAST_S = 0.05  # less time than that is not worth a start
_PARAGRAPH = "\n\n"


@dataclass(slots=True)
class _Tally:
    """What happened to the chat model's sentences during one reply; `said`: why items fit, so far.

    After `free_until` a tuned model is only steered; its own words may take `free_s` an item.
    """

    deadline: float
    free_until: float
    free_s: float
    removed: int = 0
    degraded: bool = False
    said: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Own:
    """The chat model's supported sentences about an item, and its line without what they tell."""

    text: str = ""
    line: ItemLine | None = None


class Writer:
    """Writes replies; safe from several threads.

    `closest` picks the sentence of a description that is nearest to a wish; `similar` lets grounding take
    a near synonym; `clock` counts seconds; `collector` knows when to leave the chat model alone. Without a
    chat model all sentences are plain.
    """

    def __init__(
        self,
        chat_model: ChatModel | None = None,
        *,
        closest: Closest | None = None,
        similar: Similar | None = None,
        clock: Callable[[], float] = time.monotonic,
        collector: Collector | None = None,
    ) -> None:
        self._chat_model = chat_model
        self._closest = closest
        self._similar = similar
        self._clock = clock
        self._trust = Trust()
        self._collector = collector or Collector()

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
        now = self._clock()
        # Steering takes a third of the time, so a slow machine keeps most of it for that.
        tally = _Tally(now + deadline_s, now + deadline_s / 4, deadline_s / 3)
        # Its words are checked by a language's own lists; without them nothing of it could be kept.
        checkable = words_of(evidence.language).get("grounding") is not None
        speaks_language = self._chat_model is not None and checkable
        plain = plain_reply(evidence, seed, self._closest)
        yield plain.opening
        text = plain.opening
        recommendations = []
        for place, (line, one) in enumerate(zip(plain.lines, evidence.items, strict=False)):
            asked = speaks_language and deadline_s > 0
            speaks = asked and place < _MODEL_ITEMS and not tally.degraded
            said = _PARAGRAPH
            if speaks and evidence.task is Task.RECOMMEND:
                said += line.bare_lead
                yield said
                own = self._own_words(evidence, one, line, seed + place, tally, titles)
                what = own.text or line.what
                line = own.line or line
                rest, card = line.after(what), line.card(what)
                if rest:
                    yield " " + rest
                    said += " " + rest
            else:
                what = line.what
                said += line.after_lead(what)
                card = line.card(what)
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

    def _own_words(
        self,
        evidence: Evidence,
        one: ItemEvidence,
        line: ItemLine,
        seed: int,
        tally: _Tally,
        titles: Collection[str],
    ) -> _Own:
        """The chat model's supported sentences about an item; empty when there are none.

        A tuned model is asked for sentences of its own first. Where they are not supported it is steered, as
        one that was not tuned is; where that is not possible either, the plain sentence stands.
        """
        model = self._chat_model
        assert model is not None  # asked by the caller
        speaker = Speaker.of(evidence, seed)
        grounding = Grounding(evidence, one.item, titles=titles, similar=self._similar)
        told = told_of(one, speaker)
        own = _Own()
        messages = item_messages(evidence, one.item)
        if isinstance(model, SteerableChatModel):
            if model.tuned:
                messages = telling_messages(narrowed(told, tally.said))
                first = one in evidence.items[:_FREE_ITEMS] and self._clock() < tally.free_until
                if first and tellable(told, speaker) and self._trust.asks(evidence.facets):
                    text = self._freely(one, messages, told, grounding, speaker, tally)
                    if text:
                        own = _Own(text, _without(line, one, text, told, speaker, tally.said))
                    if not tally.degraded:
                        self._trust.note(evidence.facets, bool(text))
            if not own.text and not tally.degraded:
                lattice = sentence_lattice(one, speaker, f"{line.why} {line.reason}")
                if lattice is not None:
                    sampling = Sampling(_MODEL_TOKENS, _TEMPERATURE, seed)
                    own = self._kept(partial(model.steer, messages, lattice), sampling, grounding, one, tally)
        else:
            sampling = Sampling(_MODEL_TOKENS, 0.0, seed, stop=("\n",))
            own = self._kept(partial(model.stream, messages), sampling, grounding, one, tally)
        if own.text and line.what and not _overlaps(own.text, line.what):
            # A short sentence of facts leaves room for the description's own words.
            own = replace(own, text=f"{own.text} {line.what}")
        return own

    def _freely(
        self,
        one: ItemEvidence,
        messages: Sequence[Message],
        told: Told,
        grounding: Grounding,
        speaker: Speaker,
        tally: _Tally,
    ) -> str:
        """A tuned model's own sentences, up to the first that is not supported."""
        model = self._chat_model
        assert model is not None  # asked by the caller
        left = min(tally.deadline - self._clock(), tally.free_s)
        sampling = Sampling(_MODEL_TOKENS, stop=("\n",), deadline_s=left)
        try:
            begin = partial(model.stream, messages)
            written, finished = self._collector.collect(begin, sampling, may_be_slow=True)
        except ParleyError:
            tally.degraded = True
            return ""
        if not finished:  # too slow for words of its own: from here on it is steered
            tally.free_until = self._clock()
            return ""
        written = " ".join(written.split())
        kept = []
        for sentence in sentences_of(typographic(written, speaker.words), (one.item.title, *told.likes)):
            if not grounding.check(sentence).supported or wrong_fits(sentence, told, speaker.words):
                tally.removed += 1
                break
            kept.append(sentence)
        return " ".join(kept[:_MODEL_SENTENCES])

    def _kept(
        self,
        work: Callable[[Sampling], Iterator[str]],
        sampling: Sampling,
        grounding: Grounding,
        one: ItemEvidence,
        tally: _Tally,
    ) -> _Own:
        """The supported ones of a model's sentences."""
        kept = []
        for sentence in sentences_of(self._written(work, sampling, tally), (one.item.title,)):
            if grounding.check(sentence).supported:
                kept.append(sentence)
            elif not tally.degraded:
                tally.removed += 1
        return _Own(" ".join(kept[:_MODEL_SENTENCES]))

    def _written(self, work: Callable[[Sampling], Iterator[str]], sampling: Sampling, tally: _Tally) -> str:
        """All that a model writes before the reply's deadline, on one line; empty where it fails."""
        left = tally.deadline - self._clock()
        if left < _LEAST_S:
            tally.degraded = True
            return ""
        try:
            written, finished = self._collector.collect(work, replace(sampling, deadline_s=left))
        except ParleyError:
            tally.degraded = True
            return ""
        # Cut off by the clock is slow, not wrong.
        tally.degraded = tally.degraded or not finished
        return " ".join(written.split())


def _without(
    line: ItemLine, one: ItemEvidence, text: str, told: Told, speaker: Speaker, said: set[str]
) -> ItemLine:
    """The line without what a text about the item tells already, or `said` of earlier ones, which grows."""
    now = told_in(text, told.fits)
    said |= {words for reason in now for words in (reason.quote, *reason.parts)}
    quotes = {reason.quote for reason in now}
    rest = replace(
        one,
        matched=tuple(p for p in one.matched if inner_quote(p.source.quote, speaker) not in quotes),
        met=tuple(c for c in one.met if inner_quote(c.source.quote, speaker) not in quotes),
    )
    return replace(
        line,
        why=why_sentence(rest, speaker, said),
        reason=why_sentence(rest, speaker),
        caveat="" if told_in(text, told.misses, quoted=True) else line.caveat,
    )


def _overlaps(own: str, what: str) -> bool:
    """Whether the chat model's sentence already tells what the description's sentence does."""
    words = {word.casefold().strip(".,;:") for word in what.split() if len(word) > 4}
    told = {word.casefold().strip(".,;:") for word in own.split()}
    return len(words & told) > len(words) / 3
