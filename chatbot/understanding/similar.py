"""Items to be near to: "something like Arrival", "more like the second", "Arrival, but funny"."""

from __future__ import annotations

from chatbot import acts
from chatbot.understanding.mentions import (
    FlagMention,
    ItemMention,
    MeasureMention,
    TitleMention,
    ValueMention,
)
from chatbot.understanding.quantities import Quantity
from chatbot.understanding.reading import Reading
from chatbot.understanding.sentence import Sentence

_LIST_REACH = 8  # tokens behind "like" within which an item belongs to the list
_SHORTEST_NAME = 4  # letters of a name that may be a misspelt title


def similar(reading: Reading) -> None:
    """Adds the items that others should be like, and uses them up."""
    s, focus = reading.sentence, reading.situation.shown.nearest
    for start, end in s.cue("similar"):
        if s.used[start] or _judges(s, start):
            continue
        if any(0 <= r.start - end <= 2 for r in s.references()):
            _like_items(reading, start, end)
        elif not _like_name(reading, start, end) and focus is not None and _is_bare(s, end):
            reading.found.append(acts.Similar(s.quote(start, end), (focus,)))
            s.use_span(start, end)
    if _to_see(reading):
        return
    # A title alone is a wish for its like: "Arrival, but funny".
    for reference in s.references():
        if s.before(reference.start, "than", 0):
            continue  # "newer than Alien" compares
        wanted = isinstance(reference, TitleMention) or _goes_on(s, reference)
        if wanted and not s.negated[reference.start]:
            words = s.quote(reference.start, reference.end)
            reading.found.append(acts.Similar(words, reference.items))
            s.use(reference)


def _to_see(reading: Reading) -> bool:
    """ "Show me the Squall Rain Jacket": that very item, if nothing else is said."""
    s = reading.sentence
    titles = s.references()
    alone = titles and len(titles) == len(s.mentions) and not reading.found
    if not s.begins("shows") or not alone or any(s.negated[title.start] for title in titles):
        return False
    before = list(s.used)
    for title in titles:
        s.use(title)
    if reading.unexplained():
        s.used[:] = before
        return False
    items = tuple(dict.fromkeys(item for title in titles for item in title.items))
    reading.found.append(acts.AskItem(reading.text, items, shows=True))
    return True


def _like_items(reading: Reading, start: int, end: int) -> None:
    """ "like", tokens `start`..`end` - 1, with items named right behind it."""
    s = reading.sentence
    group = [r for r in s.references() if 0 <= r.start - end <= _LIST_REACH]
    liked = [a.items for a in reading.found if isinstance(a, acts.Like)]
    if liked and group[0].items == (reading.situation.shown.focus,):
        # "I like the second one, more like that": what was just liked.
        reading.found.append(acts.Similar(s.quote(start, group[0].end), liked[-1]))
        s.use(group[0])
        return
    items = tuple(dict.fromkeys(item for r in group for item in r.items))
    reading.found.append(acts.Similar(s.quote(start, group[-1].end), items))
    for reference in group:
        s.use(reference)
    s.use_span(start, end)


def _like_name(reading: Reading, start: int, end: int) -> bool:
    """A name behind "like" that is nearly a title; False, and nothing added, if there is none."""
    s = reading.sentence
    place = end
    while place < len(s.tokens) and s.tokens[place].kind != "mark" and not s.used[place]:
        if place > end and s.clause(place)[0] == place:
            break
        place += 1
    words = s.quote(end, place)
    items = s.finder.titles.nearest(words) if len(words) >= _SHORTEST_NAME else ()
    if items and not any(m.start >= end and m.end <= place for m in s.mentions):
        reading.found.append(acts.Similar(s.quote(start, place), items))
        s.use_span(start, place)
        return True
    return False


def _goes_on(s: Sentence, reference: ItemMention) -> bool:
    """ "the second one but funnier", "that one in red": a shown item, changed by further wishes.

    "It must be red" says what is wanted, and "the second one is too heavy" what is not.
    """
    others = [m for m in s.mentions if isinstance(m, (ValueMention, FlagMention, Quantity, MeasureMention))]
    behind = [m for m in others if m.start >= reference.end]
    if reference.start > 1 or not behind or s.in_clause(reference.start, "must"):
        return False
    end = reference.end
    while end < len(s.tokens) - 1 and s.books.is_a("one", s.tokens[end].norm):
        end += 1
    contrasts = [start for start, _ in s.found("contrast")]
    changed = any(end <= place < behind[-1].start for place in contrasts)
    return changed or bool(s.books["text_before"].at(s.tokens, end))


def _judges(s: Sentence, place: int) -> bool:
    """ "I like …" says nothing of similarity."""
    before = s.tokens[place - 1].norm if place else ""
    return s.books.is_a("like", s.tokens[place].norm) and s.books.is_a("not_similar", before)


def _is_bare(s: Sentence, end: int) -> bool:
    """True if nothing follows a cue in its clause but what it has: "similar, but …", "similar in red"."""
    return end >= len(s.tokens) or s.clause(end)[1] <= end or bool(s.books["text_before"].at(s.tokens, end))
