"""What a system did in a conversation, counted against what the person had told by then.

In: a person's mind before they react, and an answer. Out: counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.evaluation.people.mind import Mind
from chatbot.evaluation.people.persons import ATTENTION
from chatbot.evaluation.people.systems import Answer
from retriever.domain import Item


@dataclass(slots=True)
class Tally:
    """Counts over the turns so far.

    Of all items shown: `breaking` a hard wish told before, `ignoring` a critique or dislike told before,
    `repeated` what was looked at and passed over, `again` what was refused by name. `questions`, and
    `needless` ones about what was told or asked before; `unsupported` turns that named what nobody has;
    `silent` turns in a row with neither a card nor a question. `annoyances` are what a person minds: those
    of the cards that they look at which break, ignore or repeat, and needless questions.
    """

    shown: int = 0
    breaking: int = 0
    ignoring: int = 0
    repeated: int = 0
    again: int = 0
    questions: int = 0
    needless: int = 0
    unsupported: int = 0
    silent: int = 0
    annoyances: int = 0

    def add(self, mind: Mind, answer: Answer, items: Sequence[Item]) -> None:
        """Count one answer; `items` are those of the answer, best first."""
        for place, item in enumerate(items):
            breaking = _breaks(mind, item)
            ignoring = not mind.heeds(item)
            # An item that was just asked about may be shown with the answer.
            old = item.id != mind.asks
            repeated = item.id in mind.seen and old
            self.shown += 1
            self.breaking += breaking
            self.ignoring += ignoring
            self.repeated += repeated
            self.again += item.id in mind.refused and old
            # One card annoys once, whatever is wrong with it.
            self.annoyances += place < ATTENTION and (breaking or ignoring or repeated)
        needless = sum(map(mind.spoke_of, answer.asked))
        self.questions += bool(answer.asks)
        self.needless += needless
        self.annoyances += needless
        self.unsupported += bool(answer.unsupported)
        self.silent = 0 if items or answer.asks or mind.asks else self.silent + 1


def _breaks(mind: Mind, item: Item) -> bool:
    """Whether an item breaks a hard wish told before, other than one that a slip of the tongue put aside."""
    put_aside = mind.slip.condition.facet if mind.slip is not None else None
    return any(
        wish.hard and wish.condition.facet != put_aside and not wish.condition.holds(item)
        for wish in mind.told
    )
