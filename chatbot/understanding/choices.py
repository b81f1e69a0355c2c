""" "A bamboo shelf or an oak shelf", "or green" after "a blue jacket": one thing, with a choice.

In: what stands behind "or", and what was read before it, or is held already. Out: the condition on both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot import acts
from chatbot.understanding.mentions import ValueMention
from chatbot.understanding.reading import Reading
from retriever.domain import AnyOf, FacetRole, Test, either

_NOUNS = 3  # tokens of the thing that the first value is said of


def joins_choice(reading: Reading, first: ValueMention, values: Sequence[str]) -> bool:
    """Widens the condition on the value before "or", if `first` is the other choice; whether it did."""
    s = reading.sentence
    place = first.start
    while place > 0 and s.books.is_a("article", s.tokens[place - 1].norm):
        place -= 1
    if place == 0 or not s.books["either"].at(s.tokens, place - 1):
        return False
    before = [m for m in s.mentions if isinstance(m, ValueMention) and m.end < place]
    other = next((m for m in reversed(before) if m.facet == first.facet), None)
    if other is None or not _are_thing(reading, other.end, place - 1):
        return False
    for index in range(len(reading.found) - 1, -1, -1):
        act = reading.found[index]
        if not isinstance(act, acts.Constrain) or act.constraint.facet != first.facet:
            continue
        test = act.constraint.test
        both = either(test, AnyOf(tuple(values)))
        if both is None or not isinstance(test, AnyOf) or not set(other.values) <= set(test.values):
            return False
        words = s.quote(other.start, first.end)
        constraint = replace(act.constraint, test=both, source=reading.source(words))
        reading.found[index] = replace(act, quote=words, constraint=constraint)
        return True
    return False


def with_held(reading: Reading, facet: str, test: Test) -> Test:
    """ "Or green", after "a blue jacket": either. "Or the 80s" after the 90s: both decades."""
    s = reading.sentence
    if not s.begins("or_else") or s.has("correction"):
        return test
    held = (c.test for c in reading.situation.constraints if c.facet == facet)
    return next((both for one in held if (both := either(one, test)) is not None), test)


def _are_thing(reading: Reading, start: int, end: int) -> bool:
    """Whether these tokens name the thing that a value is said of, and nothing else."""
    s = reading.sentence
    if not 0 < end - start <= _NOUNS:
        return False
    kinds = {
        place
        for m in s.mentions
        if isinstance(m, ValueMention) and reading.lexicon.role_of(m.facet) is FacetRole.CATEGORY
        for place in range(m.start, m.end)
    }
    return all(
        place in kinds
        or s.books.is_a("one", s.tokens[place].norm)
        or reading.lexicon.stems(s.tokens[place].norm) in reading.lexicon.nouns
        for place in range(start, end)
    )
