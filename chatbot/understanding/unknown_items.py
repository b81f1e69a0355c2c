"""Items that are spoken of but aren't there: "the ninth one" of three, "tell me about Sharknado"."""

from __future__ import annotations

from chatbot import acts
from chatbot.understanding.mentions import (
    BeyondMention,
    FlagMention,
    LabelMention,
    ReferenceMention,
    TitleMention,
    ValueMention,
)
from chatbot.understanding.quantities import Quantity
from chatbot.understanding.reading import Reading
from chatbot.understanding.tokens import Token, phrase_of
from retriever.domain import TEXT_FACET, AnyOf, Constraint

_LONGEST_NAME = 8  # tokens
_TITLE_MARKS = {"《": "》", "〈": "〉", "『": "』"}


def place_beyond(reading: Reading) -> acts.AskUnknown | None:
    """A place at which nothing is shown, if the utterance speaks of nothing else."""
    s = reading.sentence
    beyond = s.of(BeyondMention)
    others = (ReferenceMention, TitleMention, ValueMention, FlagMention, Quantity)
    if not beyond or any(isinstance(mention, others) for mention in s.mentions):
        return None
    end = beyond[0].end
    if end < len(s.tokens) and s.books.is_a("one", s.tokens[end].norm):
        end += 1
    return acts.AskUnknown(s.quote(beyond[0].start, end), beyond=True)


def _name_behind_likeness(reading: Reading) -> acts.AskUnknown | None:
    """ "Something like the Hilleberg Akto": a name right behind words for likeness."""
    s = reading.sentence
    names = list(s.leftovers(reading.filler))
    if len(names) != 1:
        return None
    start, end = names[0]
    while start > 0 and s.tokens[start - 1].text[:1].isupper() and start - 1 > 0:
        start -= 1
    before = start
    while before > 0 and (
        s.tokens[before - 1].kind == "mark" or s.books.is_a("article", s.tokens[before - 1].norm)
    ):
        before -= 1
    likened = any(end_of == before for _, end_of in s.spans("similar"))
    named = likened and s.tokens[start].text[:1].isupper() and end - start <= _LONGEST_NAME
    return acts.AskUnknown(s.quote(start, end)) if named else None


def name_asked_for(reading: Reading) -> acts.AskUnknown | None:
    """A name that no item has and no text, where it is plain that it is one: in title marks ("《…》怎么样"),
    or all that "do you have …?" asks for, written as names are ("Jurassic World").
    """
    s = reading.sentence
    marked = _between_title_marks(reading)
    if marked is not None:
        return marked
    start = s.begins("have")
    if not start or s.text.isupper():
        return None
    end = len(s.tokens)
    while end > start and s.tokens[end - 1].kind == "mark":
        end -= 1
    while start < end and s.books.is_a("definite", s.tokens[start].norm):
        start += 1
    spoken = s.tokens[start:end]
    named = bool(spoken) and spoken[0].kind == "word" and all(map(_is_of_name, spoken))
    meant = any(m.start < end and m.end > start for m in s.mentions if not isinstance(m, Quantity))
    if not named or meant or not any(t.text != t.norm for t in spoken):
        return None
    words = Constraint(TEXT_FACET, AnyOf((phrase_of(spoken),)), reading.source(""))
    return None if reading.retriever.count((words,)) else acts.AskUnknown(s.quote(start, end))


def _is_of_name(token: Token) -> bool:
    """ "Jurassic", "iPhone", "15"."""
    return token.kind == "number" or (token.kind == "word" and token.text != token.norm)


def _between_title_marks(reading: Reading) -> acts.AskUnknown | None:
    s = reading.sentence
    opened = [place for place, token in enumerate(s.tokens) if token.norm in _TITLE_MARKS]
    for place in opened:
        closing = _TITLE_MARKS[s.tokens[place].norm]
        end = next((n for n in range(place + 1, len(s.tokens)) if s.tokens[n].norm == closing), None)
        if end is None or end == place + 1:
            continue
        if any(isinstance(m, TitleMention) and m.end > place and m.start < end for m in s.mentions):
            continue
        if reading.sentence.finder.titles.nearest(s.quote(place + 1, end)) or s.cue("seen"):
            continue
        return acts.AskUnknown(s.quote(place + 1, end))
    return None


def unknown_name(reading: Reading) -> acts.AskUnknown | None:
    """A name that no item has, asked about: "tell me about Sharknado", "who directed Sharknado?"."""
    s = reading.sentence
    others = (ReferenceMention, TitleMention, ValueMention, FlagMention, Quantity)
    if any(isinstance(mention, others) for mention in s.mentions):
        return None
    alike = _name_behind_likeness(reading)
    if alike is not None:
        return alike
    about = s.begins("about_item") or s.begins("why_not")
    if not about and not s.begins("question"):
        return None
    for label in s.of(LabelMention):
        s.use(label)
    names = list(s.leftovers(reading.filler))
    if len(names) != 1 or names[0][1] - names[0][0] > _LONGEST_NAME:
        return None
    start, end = names[0]
    # "a film called The Room": small words belong to a name as far as they are capitalised.
    while start > max(about, 1) and s.tokens[start - 1].text[:1].isupper():
        start -= 1
    named = s.tokens[start].text[:1].isupper() and start > 0
    strange = (
        about
        and start >= about
        and not any(
            reading.retriever.knows_word(token.norm) for token in s.tokens[start:end] if token.kind == "word"
        )
    )
    return acts.AskUnknown(s.quote(start, end)) if named or strange else None
