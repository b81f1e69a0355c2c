"""Evidence → a streamed reply: plain sentences at once, the chat model's where they are supported.

In: evidence, a seed, a deadline. Out: text deltas and a Reply. What was yielded is never taken back, so
each sentence of the chat model is complete and checked before it is shown.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from generator.chat_model import ChatModel, Sampling, SteerableChatModel
from generator.grounding import Grounding, Similar
from generator.prompting import item_messages
from generator.reasons import Closest, description_sentence
from generator.replies import Evidence, ItemEvidence, Piece, Recommendation, Reply, Task
from generator.sentences import ItemLine, plain_reply
from generator.speaker import Speaker
from generator.splitting import sentences_of
from generator.steering import sentence_lattice
from generator.words import words_of
from retriever.errors import ParleyError

_MODEL_ITEMS = 3  # the chat model speaks of the first three; further ones would keep people waiting
_MODEL_TOKENS = 96
_TEMPERATURE = 0.7  # for steered sentences: every path is true, and sameness is the only fault left
_LEAST_S = 0.05  # less time than that is not worth a start
_PARAGRAPH = "\n\n"


@dataclass(slots=True)
class _Tally:
    """What happened to the chat model's sentences during one reply."""

    deadline: float
    removed: int = 0
    degraded: bool = False


class Writer:
    """Writes replies; safe from several threads.

    `closest` picks the sentence of a description that is nearest to a wish; `similar` lets grounding take
    a near synonym; `clock` counts seconds. Without a chat model all sentences are plain.
    """

    def __init__(
        self,
        chat_model: ChatModel | None = None,
        *,
        closest: Closest | None = None,
        similar: Similar | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chat_model = chat_model
        self._closest = closest
        self._similar = similar
        self._clock = clock

    def write(
        self, evidence: Evidence, *, seed: int = 0, deadline_s: float = 6.0, titles: Collection[str] = ()
    ) -> Iterator[Piece]:
        """The reply, piece by piece; the last piece is the Reply.

        `deadline_s`: seconds that the chat model may take for all of it; at 0 it is not asked.
        `titles`: those of the catalogue, so that naming an item out of place is noticed.
        """
        tally = _Tally(self._clock() + deadline_s)
        plain = plain_reply(evidence, seed, self._closest)
        yield plain.opening
        text = plain.opening
        recommendations = []
        for place, (line, one) in enumerate(zip(plain.lines, evidence.items, strict=False)):
            asked = self._chat_model is not None and deadline_s > 0
            speaks = asked and place < _MODEL_ITEMS and not tally.degraded
            said = _PARAGRAPH
            if speaks and evidence.task is Task.RECOMMEND:
                said += line.bare_lead
                yield said
                own = self._own_sentence(evidence, one, line, seed + place, tally, titles)
                what = own or line.what
                rest = line.after(what)
                if rest:
                    yield " " + rest
                    said += " " + rest
            else:
                what = line.what
                said += line.after_lead(what)
                yield said
            text += said
            recommendations.append(Recommendation(line.item, line.rank, line.card(what)))
        for one in evidence.items if evidence.task is Task.ANSWER_CATALOGUE else ():
            # Its card tells what it is; the answer spoke of its figure only.
            what = description_sentence(one.item, evidence.user_text, words_of(evidence.language))
            recommendations.append(Recommendation(one.item, one.rank, what))
        if plain.closing:
            yield _PARAGRAPH + plain.closing
            text += _PARAGRAPH + plain.closing
        yield Reply(text, tuple(recommendations), tally.removed, tally.degraded)

    def _own_sentence(
        self,
        evidence: Evidence,
        one: ItemEvidence,
        line: ItemLine,
        seed: int,
        tally: _Tally,
        titles: Collection[str],
    ) -> str:
        """The chat model's supported sentences about an item; empty when there are none."""
        left = tally.deadline - self._clock()
        if left < _LEAST_S:
            tally.degraded = True
            return ""
        try:
            pieces = self._pieces(evidence, one, line, seed, left)
            if pieces is None:
                return ""
            written, finished = _collect(pieces, left)
        except ParleyError:
            tally.degraded = True
            return ""
        grounding = Grounding(evidence, one.item, titles=titles, similar=self._similar)
        kept = []
        for sentence in sentences_of(" ".join(written.split()), (one.item.title,)):
            if grounding.check(sentence).supported:
                kept.append(sentence)
            elif finished:
                tally.removed += 1
        # Cut off by the clock is slow, not wrong.
        tally.degraded = tally.degraded or not finished
        own = " ".join(kept[:2])
        if own and line.what and not _overlaps(own, line.what):
            # A short sentence of facts leaves room for the description's own words.
            own = f"{own} {line.what}"
        return own

    def _pieces(
        self, evidence: Evidence, one: ItemEvidence, line: ItemLine, seed: int, left: float
    ) -> Iterator[str] | None:
        """The chat model at work; None where it has nothing to choose from."""
        model = self._chat_model
        assert model is not None  # asked by the caller
        messages = item_messages(evidence, one.item)
        if isinstance(model, SteerableChatModel):
            lattice = sentence_lattice(one, Speaker.of(evidence, seed), f"{line.why} {line.reason}")
            if lattice is None:
                return None
            return model.steer(
                messages, lattice, Sampling(_MODEL_TOKENS, _TEMPERATURE, seed, deadline_s=left)
            )
        return model.stream(messages, Sampling(_MODEL_TOKENS, 0.0, seed, stop=("\n",), deadline_s=left))


def _overlaps(own: str, what: str) -> bool:
    """Whether the chat model's sentence already tells what the description's sentence does."""
    words = {word.casefold().strip(".,;:") for word in what.split() if len(word) > 4}
    told = {word.casefold().strip(".,;:") for word in own.split()}
    return len(words & told) > len(words) / 3


def _collect(pieces: Iterator[str], seconds: float) -> tuple[str, bool]:
    """All that comes within the time, and whether that was everything.

    Runs the model in a thread of its own, since a model that hangs gives no piece at which to look at the
    clock. The thread ends by itself: the model has the same deadline.
    """
    arrived: queue.SimpleQueue[str | ParleyError | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            for piece in pieces:
                arrived.put(piece)
        except ParleyError as error:
            arrived.put(error)
            return
        arrived.put(None)

    threading.Thread(target=work, name="parley-writing", daemon=True).start()
    end = time.monotonic() + seconds
    written = ""
    while True:
        try:
            piece = arrived.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            return written, False
        if piece is None:
            return written, True
        if isinstance(piece, ParleyError):
            raise piece
        written += piece
