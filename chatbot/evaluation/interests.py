"""Interests as scripts write them: "genres = horror", "title = Arrival", "theme = rainy walks".

In: the text of an interest and a catalogue. Out: what it is about, and back from a stored preference to its
text. An interest that the catalogue cannot have is refused with the script's line.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.evaluation.bench import Bench
from chatbot.evaluation.conditions import SIGN
from chatbot.evaluation.script import Known, Where
from retriever.domain import About, OfFacet, OfItem, OfTheme, Preference, Source, SourceKind

_DAY_S = 86_400.0


def interests_of(text: str, bench: Bench, where: Where) -> tuple[About, ...]:
    """What an interest is about; of a facet, one for each value ("genres = horror | war").

    Raises:
        BrokenScript: it is no interest, or the catalogue has no such facet, value or item.
    """
    name, sign, right = (part.strip() for part in text.partition("="))
    if sign and name.casefold() == "title":
        return (OfItem(bench.known_item(right, where)),)
    if sign and name.casefold() == "theme":
        return (OfTheme(right),)
    if not SIGN.search(text):
        raise bench.written.broken(
            where, f"{text!r} is no interest; write `theme = {text}`, `facet = value` or `title = …`"
        )
    condition = bench.condition(text, where)
    if not condition.values or not condition.wanted:
        raise bench.written.broken(
            where, f"{text!r} is no interest; write `facet = value`, `title = …` or `theme = words`"
        )
    return tuple(OfFacet(condition.facet, value) for value in condition.values)


def known_before(history: Sequence[Known], bench: Bench, now: float) -> tuple[Preference, ...]:
    """The lasting interest that a script's person begins with, as a store would hold it at `now` (seconds).

    Raises:
        BrokenScript: an entry is no interest of this catalogue, or repeats another.
    """
    found: dict[str, Preference] = {}
    for place, known in enumerate(history):
        field = "likes" if known.likes is not None else "dislikes"
        where: Where = ("history", place, field)
        weight = known.weight if known.likes is not None else -known.weight
        for about in interests_of(known.likes or known.dislikes or "", bench, where):
            source = Source(SourceKind.HISTORY, 0)
            preference = Preference(about, weight, source, at=now - known.days_ago * _DAY_S)
            if preference.key in found:
                raise bench.written.broken(where, "this was said above already; keep one of both")
            found[preference.key] = preference
    return tuple(found.values())


def history_entry(preference: Preference) -> dict[str, object]:
    """The entry of `history:` that `known_before` reads as this preference, at its weight of now."""
    match preference.about:
        case OfFacet(facet, value):
            text = f"{facet} = {value}"
        case OfItem(item):
            text = f"title = {item}"
        case OfTheme(words):
            text = f"theme = {words}"
    field = "likes" if preference.weight > 0 else "dislikes"
    return {field: text, "weight": abs(preference.weight), "days_ago": 0}
