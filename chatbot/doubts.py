"""What may have been misread in an utterance: a corrected typing error, a title that is only nearly one.

In: the acts read, the words that were corrected, the catalogue. Out: `Doubt`s, which the reply can say and a
quick reply can take back. Pure; asks no encoder and decides nothing: that is in `policy`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.understanding.title_index import plain
from retriever.catalogue import Catalogue
from retriever.domain import AnyOf, Constraint, ItemId, NoneOf

FAR = 2  # wrong letters from which what was read is said even if all went well
_SHORTEST = 4  # letters of a word of a title that may be misspelt
_LONG = 8  # letters from which two may be wrong


@dataclass(frozen=True, slots=True)
class Doubt:
    """`said`: the person's own word; `read`: the value or title that it was taken for.

    `far`: it is spelt so differently that it may well be something else. `undoes`: taking `read` back changes
    what is shown.
    """

    said: str
    read: str
    far: bool = False
    undoes: bool = True


def doubts_of(
    heard: Sequence[UserAct],
    corrected: Sequence[tuple[str, str]],
    catalogue: Catalogue,
    in_sight: Collection[ItemId] = (),
) -> tuple[Doubt, ...]:
    """The doubts of a turn, each once, in the order of the acts.

    `corrected`: (word as written, word as read) of this utterance. `in_sight`: items that could be pointed at
    without their title.
    """
    found: list[Doubt] = []
    for act in heard:
        constraint = getattr(act, "constraint", None)
        if isinstance(constraint, Constraint):
            found += _of_values(act.quote, constraint, corrected)
        elif isinstance(act, (acts.Similar, acts.AskItem, acts.Like, acts.Dislike, acts.Seen)):
            named = [item for item in act.items if item in catalogue and item not in in_sight]
            for item in named:
                found += _of_title(act, catalogue.item(item).title)
    return tuple(dict.fromkeys(found))


def _of_values(quote: str, constraint: Constraint, corrected: Sequence[tuple[str, str]]) -> list[Doubt]:
    if not isinstance(constraint.test, (AnyOf, NoneOf)):
        return []
    words = quote.casefold().split()
    return [
        Doubt(written, constraint.test.values[0], OSA.distance(written.casefold(), read) >= FAR)
        for written, read in corrected
        if any(written.casefold() in word for word in words) and constraint.test.values
    ]


def _of_title(
    act: acts.Similar | acts.AskItem | acts.Like | acts.Dislike | acts.Seen, title: str
) -> list[Doubt]:
    """A word of the message that is nearly, and not quite, one of the title's."""
    meant, written = list(plain(title)), list(plain(act.quote))
    for word in meant:
        if len(word) < _SHORTEST or word in written:
            continue
        allowed = 1 if len(word) < _LONG else 2
        near = [w for w in written if w not in meant and 0 < OSA.distance(w, word) <= allowed]
        if near:
            return [Doubt(near[0], title, far=True, undoes=not isinstance(act, acts.AskItem))]
    return []
