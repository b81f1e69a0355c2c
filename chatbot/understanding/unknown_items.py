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

_LONGEST_NAME = 8  # tokens


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


def unknown_name(reading: Reading) -> acts.AskUnknown | None:
    """A name that no item has, asked about: "tell me about Sharknado", "who directed Sharknado?"."""
    s = reading.sentence
    others = (ReferenceMention, TitleMention, ValueMention, FlagMention, Quantity)
    if any(isinstance(mention, others) for mention in s.mentions):
        return None
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
