""" "Without him", "more with her": the person who was asked for last."""

from __future__ import annotations

from chatbot import acts
from chatbot.understanding.reading import Reading
from retriever.domain import AnyOf, Constraint, FacetRole, NoneOf


def persons_spoken_of(reading: Reading) -> None:
    """Adds a wish for, or against, the person that a pronoun stands for; uses the pronoun up."""
    s = reading.sentence
    spans = [span for span in s.cue("him_or_her") if not s.used[span[0]]]
    if not spans:
        return
    asked = [
        c
        for c in reading.situation.constraints
        if isinstance(c.test, AnyOf) and reading.lexicon.role_of(c.facet) is FacetRole.CREATOR
    ]
    if not asked:
        return
    last = max(asked, key=lambda c: c.source.turn)
    start, end = spans[0]
    words = reading.quote_with_negation(start, end)
    assert isinstance(last.test, AnyOf), "asked for by name"
    if s.negated[start]:
        ruled_out = Constraint(last.facet, NoneOf(last.test.values), reading.source(words))
        reading.found.append(acts.Exclude(words, ruled_out))
    elif s.before(start, "made_by", 0):
        wanted = Constraint(last.facet, last.test, reading.source(words))
        reading.found.append(acts.Constrain(words, wanted, adds=True))
    else:
        return  # "a present for her"
    s.use_span(start, end)
