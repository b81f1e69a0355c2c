"""Taking back what was said before: "forget the budget", "any colour", "never mind comedy"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.state import ITEM_KEY
from chatbot.understanding.mentions import (
    FlagMention,
    LabelMention,
    MeasureMention,
    Mention,
    ReferenceMention,
    TitleMention,
    ValueMention,
)
from chatbot.understanding.quantities import Quantity
from chatbot.understanding.reading import Reading, Situation
from chatbot.understanding.sentence import Sentence
from retriever.domain import AnyOf, ItemId, NoneOf, OfFacet, OfItem

_BARE_FORGETTING = 4  # tokens: "forget about that one"


def removals(reading: Reading) -> list[UserAct]:
    """What the utterance takes back, in one act; empty if nothing. Uses up the clause that says so."""
    s, situation = reading.sentence, reading.situation
    cues = [c for c in s.cue("forget") if _is_forgetting(s, c)]
    if not cues or (s.begins("errand") and not s.mentions):
        return []
    start, _end = cues[0]
    if s.has("everything"):
        return [acts.StartOver(reading.text)]
    first, last = s.clause(start)
    here = [m for m in s.mentions if first <= m.start < last]
    keys: list[str] = _keys_of_search(here, situation)
    anchors: list[ItemId] = []
    for mention in here if not keys else ():
        keys += _keys_about(mention, situation)
        if isinstance(mention, (TitleMention, ReferenceMention)):
            anchors += [item for item in mention.items if item in situation.anchors]
            keys += _keys_of_items(mention.items, situation)
        s.use(mention)
    s.use_span(first, last)
    words = s.quote(first, last)
    if keys or anchors:
        values = any(isinstance(m, ValueMention) for m in here)
        return [acts.Remove(words, tuple(dict.fromkeys(keys)), tuple(anchors), values)]
    if any(not isinstance(m, ReferenceMention) for m in here) or last - start > _BARE_FORGETTING:
        # "forget the colour" when none was asked for takes nothing back.
        return [acts.Remove(words, ())]
    # "forget that": the newest wish.
    newest = tuple(c.key for c in situation.every_constraint[-1:])
    return [acts.Remove(words, newest)] if newest else []


def _keys_of_search(here: Sequence[Mention], situation: Situation) -> list[str]:
    """ "Forget the tent", of several things looked for; "forget the tent's budget": of that one only."""
    values = {v.casefold() for m in here if isinstance(m, ValueMention) for v in m.values}
    for search in situation.searches:
        test = search.kind.test
        if not isinstance(test, AnyOf) or not values & {v.casefold() for v in test.values}:
            continue
        alone = replace(situation, constraints=search.constraints, searches=(), preferences=())
        keys = [key for mention in here for key in _keys_about(mention, alone)]
        return [f"{search.key}:{key}" for key in keys] or [search.key]
    return []


def _is_forgetting(s: Sentence, cue: tuple[int, int]) -> bool:
    """ "any" forgets only as in "any colour"; the other words always do."""
    if not s.books.is_a("only_before_label", s.quote(*cue).casefold()):
        return True
    following = [m for m in s.mentions if m.start == cue[1]]
    return cue[0] <= 1 and bool(following) and isinstance(following[0], LabelMention)


def _keys_about(mention: Mention, situation: Situation) -> list[str]:
    """Keys of active constraints and preferences on the facet or value that a mention names."""
    match mention:
        case LabelMention() | FlagMention() | MeasureMention() | Quantity():
            return _keys_on_facet(mention.facet.name, situation)
        case ValueMention():
            return _keys_on_values({about.value.casefold() for about in mention.everywhere}, situation)
        case _:
            return []


def _keys_of_items(items: Sequence[ItemId], situation: Situation) -> list[str]:
    """Keys of likes and dislikes of these items: "forget that I liked Ratatouille"."""
    judged = {p.about.item for p in situation.preferences if isinstance(p.about, OfItem)}
    return [f"{ITEM_KEY}{item}" for item in items if item in judged]


def _keys_on_facet(facet: str, situation: Situation) -> list[str]:
    keys = [c.key for c in situation.every_constraint if c.facet == facet]
    return keys + [
        p.key for p in situation.preferences if isinstance(p.about, OfFacet) and p.about.facet == facet
    ]


def _keys_on_values(values: set[str], situation: Situation) -> list[str]:
    """`values` case-folded."""
    keys = [
        c.key
        for c in situation.every_constraint
        if isinstance(c.test, (AnyOf, NoneOf)) and values & {v.casefold() for v in c.test.values}
    ]
    return keys + [
        p.key
        for p in situation.preferences
        if isinstance(p.about, OfFacet) and p.about.value.casefold() in values
    ]
