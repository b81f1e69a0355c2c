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
from retriever.domain import AnyOf, Between, Constraint, ItemId, NoneOf, OfFacet, OfItem, Outside

_NEAR = 2  # words between "can be" and the limit
_BARE_FORGETTING = 4  # tokens: "forget about that one"


def removals(reading: Reading) -> list[UserAct]:
    """What the utterance takes back, in one act; empty if nothing. Uses up the clause that says so."""
    s, situation = reading.sentence, reading.situation
    allowed = _allowed_again(reading)
    if allowed:
        return allowed
    cues = [c for c in s.cue("forget") if _is_forgetting(s, c)]
    if not cues or (s.begins("errand") and not s.mentions):
        return []
    start, _end = cues[0]
    if s.has("everything"):
        return [acts.StartOver(reading.text)]
    first, last = s.clause(start)
    here = [m for m in s.mentions if first <= m.start < last]
    if not here and s.cue("surprise"):
        return []  # "随便来几本" leaves the choice, and takes nothing back
    if _all_will_do(reading, here, cues[0]):
        return []
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
    facets = tuple(dict.fromkeys(m.facet.name for m in here if isinstance(m, LabelMention)))
    if keys or anchors:
        values = any(isinstance(m, ValueMention) for m in here)
        return [acts.Remove(words, tuple(dict.fromkeys(keys)), tuple(anchors), values, facets)]
    if any(not isinstance(m, ReferenceMention) for m in here) or last - start > _BARE_FORGETTING:
        # "forget the colour" when none was asked for takes nothing back.
        return [acts.Remove(words, (), facets=facets)]
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


def _all_will_do(reading: Reading, here: Sequence[Mention], cue: tuple[int, int]) -> bool:
    """ "除了日本的都可以": all but that, which takes nothing back."""
    s, situation = reading.sentence, reading.situation
    if not s.books["all_will_do"].whole(s.tokens[cue[0] : cue[1]]):
        return False
    values = [m for m in here if isinstance(m, ValueMention) and m.end <= cue[0]]
    if not values or not (any(s.negated[m.start] for m in values) or not _keys(values, situation)):
        return False
    s.use_span(*cue)
    return True


def _keys(values: Sequence[Mention], situation: Situation) -> list[str]:
    return [key for mention in values for key in _keys_about(mention, situation)]


def _allowed_again(reading: Reading) -> list[UserAct]:
    """ "Leather is fine after all", "not just for children": what was ruled out or asked for is let be."""
    s, situation = reading.sentence, reading.situation
    found: list[UserAct] = []
    for mention in s.mentions:
        if isinstance(mention, (Quantity, MeasureMention)):
            found += _limit_lifted(reading, mention)
        if not isinstance(mention, ValueMention):
            continue
        if _is_fine(reading, mention.end):
            held = [c for c in situation.constraints if isinstance(c.test, NoneOf)]
        elif s.before(mention.start, "not_only", 1):
            held = [c for c in situation.constraints if isinstance(c.test, AnyOf)]
        else:
            continue
        values = {about.value.casefold() for about in mention.everywhere}
        keys = tuple(c.key for c in held if values & {v.casefold() for v in _values_of(c)})
        if keys:
            first, last = s.clause(mention.start)
            found.append(acts.Remove(s.quote(first, last), keys))
            s.use_span(first, last)
    return found


def _is_fine(reading: Reading, place: int) -> bool:
    """Whether words that let something be stand at `place`, nouns of items before them aside."""
    s = reading.sentence
    while place < len(s.tokens):
        if s.books["fine_after"].at(s.tokens, place):
            return True
        noun = reading.lexicon.noun_phrases.at(s.tokens, place)
        noun = noun or int(s.books.is_a("one", s.tokens[place].norm))
        if not noun:
            return False
        place += noun
    return False


def _limit_lifted(reading: Reading, mention: Quantity | MeasureMention) -> list[UserAct]:
    """ "Longer ones are fine too", "it can cost more than 120": a limit that would forbid it is lifted."""
    s, situation = reading.sentence, reading.situation
    if not (_is_fine(reading, mention.end) or _may_be(reading, mention)):
        return []
    upwards = mention.direction > 0 if isinstance(mention, MeasureMention) else mention.test.high is None
    held = [c for c in situation.constraints if c.facet == mention.facet.name]
    keys = tuple(
        c.key
        for c in held
        if isinstance(c.test, Between)
        and (c.test.high if upwards else c.test.low) is not None
        and not _says_anew(mention, c.test)
    )
    keys += tuple(c.key for c in held if isinstance(c.test, Outside) and _lets_in(mention, c.test))
    if not keys:
        return []
    first, last = s.clause(mention.start)
    s.use_span(first, last)
    return [acts.Remove(s.quote(first, last), keys)]


def _lets_in(mention: Quantity | MeasureMention, held: Outside) -> bool:
    """ "The 80s are fine after all": a span that reaches into what was ruled out."""
    if not isinstance(mention, Quantity) or mention.test.low is None or mention.test.high is None:
        return False
    return mention.test.low <= held.high and held.low <= mention.test.high


def _may_be(reading: Reading, mention: Quantity | MeasureMention) -> bool:
    """ "It can cost more": the words may be partly those of the limit."""
    s = reading.sentence
    first, _ = s.clause(mention.start)
    return any(
        first <= start < mention.start and mention.start - _NEAR <= end <= mention.end
        for start, end in s.spans("may")
    )


def _says_anew(mention: Quantity | MeasureMention, held: Between) -> bool:
    """ "It can cost up to 150" sets another limit on the same side."""
    if isinstance(mention, MeasureMention):
        return False
    return (mention.test.low is None) == (held.low is None)


def _values_of(constraint: Constraint) -> tuple[str, ...]:
    return constraint.test.values if isinstance(constraint.test, (AnyOf, NoneOf)) else ()


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
