"""A value told by an item that has it: "by the director of Alien", "in the same colour as the second one".

In: mentions of a facet's name and of an item. Out: a condition on what the item has there, and a wish to be
like it, so that the item itself does not come back.
"""

from __future__ import annotations

from chatbot import acts
from chatbot.understanding.mentions import ItemMention, LabelMention, ReferenceMention
from chatbot.understanding.reading import Reading
from retriever.catalogue import values_of
from retriever.domain import AnyOf, Between, Constraint, FacetKind, FacetRole, ItemId

_REACH = 4  # tokens between the facet's name and the item, in which it is said that it is the item's
_BEFORE = 4  # tokens before both in which "same" or "by" stands
_KINDS = (FacetKind.CATEGORY, FacetKind.TAGS, FacetKind.YEAR)


def shared_values(reading: Reading) -> bool:
    """Adds what an item has of a facet that is named beside it, where that is wanted; whether any was."""
    s = reading.sentence
    before = len(reading.found)
    for name in s.of(LabelMention):
        if name.facet.kind not in _KINDS or s.negated[name.start]:
            continue
        item = next((r for r in s.references() if _belongs(reading, name, r)), None)
        nearest = reading.situation.shown.nearest
        if item is not None and _is_wanted(reading, name, item):
            _share(reading, name, item.items, min(name.start, item.start), max(name.end, item.end))
        elif item is None and nearest is not None and not s.references() and _same_before(reading, name):
            _share(reading, name, (nearest,), name.start, name.end)
    return len(reading.found) > before


def _share(reading: Reading, name: LabelMention, items: tuple[ItemId, ...], first: int, last: int) -> None:
    """What the items have of the facet, told in tokens `first`..`last` - 1."""
    s, catalogue = reading.sentence, reading.retriever.catalogue
    held = [catalogue.item(one).facets.get(name.facet.name) for one in items]
    values = tuple(dict.fromkeys(value for of_one in held for value in values_of(of_one)))
    years = [float(one) for one in held if isinstance(one, float | int)]
    if not values and not years:
        return
    test = Between(min(years), max(years)) if years else AnyOf(values)
    first = next((start for start, end in s.spans("same_as") if first - _BEFORE < end <= first), first)
    words = s.quote(first, last)
    constraint = Constraint(name.facet.name, test, reading.source(words))
    reading.found.append(acts.Constrain(words, constraint, adds=True))
    reading.found.append(acts.Similar(words, items))
    s.use_span(first, last)


def _same_before(reading: Reading, name: LabelMention) -> bool:
    """ "Others by the same author": of what was spoken of last, unless it asks whether that is so."""
    s = reading.sentence
    same = any(name.start - _BEFORE < end <= name.start for _, end in s.spans("same_as"))
    return same and not s.begins("question") and not s.of(ReferenceMention)


def _belongs(reading: Reading, name: LabelMention, item: ItemMention) -> bool:
    """ "The director of Alien"; in another order of words "《三体》的作者"."""
    between = (name.end, item.start) if name.start < item.start else (item.end, name.start)
    if not 0 < between[1] - between[0] <= _REACH:
        return False
    spans = reading.sentence.spans
    return any(between[0] <= start < between[1] for start, _ in (*spans("of_item"), *spans("same_as")))


def _is_wanted(reading: Reading, name: LabelMention, item: ItemMention) -> bool:
    """ "The same …", "by the …", "what else …": not "who is the director of Alien?"."""
    s = reading.sentence
    if any(m != item for m in s.of(ReferenceMention)):
        return False  # "is it by the same director as Alien?" asks
    first, last = min(name.start, item.start), max(name.end, item.end)
    same = any(first - _BEFORE < end and start < last for start, end in s.spans("same_as"))
    if name.facet.role is not FacetRole.CREATOR:
        return same
    made = any(first - _BEFORE < end <= first or start == last for start, end in s.spans("made_by"))
    return same or made or s.has("other_work")
