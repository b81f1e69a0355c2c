"""Bare numbers: answers to our own question ("3", "two will be fine"), and other limits ("make it 300").

In: a reading and, in its situation, the facets that were asked about, of which one may be a number, and the
limits that are held. Out: a condition on it, unless the words say one themselves.
"""

from __future__ import annotations

from dataclasses import replace

from chatbot import acts
from chatbot.understanding.number_words import parse_number
from chatbot.understanding.reading import Reading
from retriever.domain import Between, Constraint, FacetKind

_MOST_RUNS = 2  # of words that say something else, in a bare answer


def answer(reading: Reading) -> None:
    """Adds the condition that the only number of an utterance is, where we asked for one."""
    asked = map(reading.lexicon.catalogue.facet, reading.situation.asked)
    facet = next((one for one in asked if one is not None and one.kind is FacetKind.NUMBER), None)
    if facet is None or len(reading.unexplained()) > _MOST_RUNS:
        return
    s = reading.sentence
    said = _only_number(reading)
    if said is None:
        return
    place, value = said
    words = s.quote(place, place + 1)
    constraint = Constraint(facet.name, Between(value, value), reading.source(words))
    reading.found.append(acts.Constrain(words, constraint))
    s.use_span(place, place + 1)


def changed_number(reading: Reading) -> None:
    """ "Make it 300", "no wait, four", "110 is fine too": a bare number moves the limit that was set last."""
    s = reading.sentence
    if reading.found or not (s.has("correction") or s.begins("no") or s.has("fine_after")):
        return
    limits = [c for c in reading.situation.constraints if isinstance(c.test, Between)]
    said = _only_number(reading)
    if not limits or said is None or len(reading.unexplained()) > 1:
        return
    (place, value), limit = said, max(limits, key=lambda c: c.source.turn)
    test = _moved(limit.test, value) if isinstance(limit.test, Between) else None
    if test is None:
        return
    words = reading.text
    if s.has("fine_after"):
        test = replace(test, strict=False)  # that number is fine
    constraint = replace(limit, test=test, source=reading.source(words))
    reading.found.append(acts.Constrain(words, constraint))
    s.use_span(place, place + 1)


def _moved(limit: Between, value: float) -> Between | None:
    """The limit at another number; None for a range, of which it isn't clear what moves."""
    if limit.low is None or limit.high is None:
        return Between(
            None if limit.low is None else value, None if limit.high is None else value, limit.strict
        )
    width = limit.high - limit.low
    return Between(value, value + width) if width in (0, 1) else None


def _only_number(reading: Reading) -> tuple[int, float] | None:
    """Token and value of the one number that nothing else accounts for; None for several or none."""
    places = range(len(reading.sentence.tokens))
    said = [(place, value) for place in places if (value := _number_at(reading, place)) is not None]
    return said[0] if len(said) == 1 else None


def _number_at(reading: Reading, place: int) -> float | None:
    """The number of a token that nothing else accounts for."""
    s, token = reading.sentence, reading.sentence.tokens[place]
    if s.used[place] or any(m.start <= place < m.end for m in s.mentions):
        return None
    if s.mentions and s.books.is_a("one", token.norm):
        return None  # "like the second one": a pronoun
    if token.kind == "number":
        return parse_number(token.norm)
    return reading.lexicon.number_words.get(token.norm)
