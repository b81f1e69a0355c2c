"""What a reply shows beside its text: cards and chips, held against the record and the person's own words.

In: a turn's record, the turns so far, the catalogue. Out: what is shown there that isn't so. Knows nothing
of what made cards and chips.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chatbot.evaluation.bench import Observation
from chatbot.evaluation.oracle import figures_in, figures_of_item, unsupported_figures, unsupported_names
from chatbot.events import Card, TurnRecord
from retriever.catalogue import Catalogue, values_of
from retriever.domain import Item, SourceKind


def untrue_beside(catalogue: Catalogue, seen: Sequence[Observation]) -> tuple[str, ...]:
    """What the latest turn's cards and chips show that neither the record nor the person has."""
    turns = [each.record for each in seen]
    record = turns[-1]
    found: list[str] = []
    for card in record.cards:
        if card.item_id not in catalogue:
            found.append(f"card {card.title!r} of no item")
            continue
        item = catalogue.item(card.item_id)
        found += [f"card {item.title!r}: {each}" for each in _untrue_facts(card, item, catalogue)]
        found += [f"reason of {item.title!r}: {each}" for each in _untrue_reason(card, catalogue, turns)]
    found += [f"chip {label!r}: {source}" for label, source in _untrue_sources(seen)]
    return tuple(found)


def _untrue_facts(card: Card, item: Item, catalogue: Catalogue) -> Iterator[str]:
    """A title or figure that isn't the item's, or a value that some other item has."""
    if card.title != item.title:
        yield f"the title is {item.title!r}"
    figures = figures_of_item(item)
    own = {value.casefold() for each in item.facets.values() for value in values_of(each)}
    others = {value.casefold() for facet in catalogue.facets for value in catalogue.values(facet.name)} - own
    for label, value in card.facts:
        if value.casefold() in own:
            continue
        strange = [figure for figure in figures_in(value) if figure not in figures]
        wrong = [part for part in value.split(", ") if part.casefold() in others]
        if strange or wrong:
            yield f"{label} {value}"


def _untrue_reason(card: Card, catalogue: Catalogue, turns: Sequence[TurnRecord]) -> Iterator[str]:
    yield from unsupported_names(catalogue, turns, card.reason)
    yield from unsupported_figures(catalogue, turns, card.reason)


def _untrue_sources(seen: Sequence[Observation]) -> Iterator[tuple[str, str]]:
    """Chips that quote what the person never said, neither now nor, as their profile has it, earlier."""
    said = " ".join(_plain(each.record.user) for each in seen)
    profile = seen[-1].state.profile
    earlier = {
        _plain(each.source.quote)
        for each in (*profile.short_term, *profile.long_term)
        if each.source.kind is SourceKind.HISTORY
    }
    for chip in seen[-1].record.chips:
        begin, end = chip.source.find("“"), chip.source.rfind("”")
        if begin < 0 or end < begin:
            continue
        quote = _plain(chip.source[begin + 1 : end])
        # What was said twice in other forms is quoted as both: "tent, tents".
        parts = (quote,) if quote in said else quote.split(", ")
        if quote not in earlier and any(part not in said for part in parts):
            yield chip.label, chip.source


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
