"""What a reply may name: the names and figures that the catalogue's records or the person have.

In: a catalogue and the turns so far. Out: the names and figures of the latest reply that nobody has. Knows
nothing of the generator and its own checks, which it is there to judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatbot.events import TurnRecord
from retriever.catalogue import Catalogue, values_of
from retriever.domain import Item

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
# A capital that begins a sentence, a quotation or a line says nothing about names.
_OPENS = re.compile(r"(?:^|[.!?:]\s+|[“\"(\n]\s*|…\s+)([^\W\d_]+(?:['’\-][^\W\d_]+)*)")
_OURSELVES = frozenset({"parley", "i"})


def unsupported_names(
    catalogue: Catalogue, turns: Sequence[TurnRecord], text: str | None = None
) -> tuple[str, ...]:
    """Capitalised words of a text (none: the latest reply) that no record spoken of, facet or message has."""
    text = turns[-1].text if text is None else text
    opening = {match.group(1) for match in _OPENS.finditer(text)}
    names = {word for word in _WORD.findall(text) if word[0].isupper()} - opening
    known = _known_words(catalogue, turns) | _OURSELVES
    return tuple(sorted(name for name in names if name.casefold() not in known))


def unsupported_figures(
    catalogue: Catalogue, turns: Sequence[TurnRecord], text: str | None = None
) -> tuple[str, ...]:
    """Figures of a text (none: the latest reply) that are no record's value, no count and nobody's words."""
    known = _known_figures(catalogue, turns)
    text = turns[-1].text if text is None else text
    return tuple(figure for figure in _NUMBER.findall(text) if figure_of(figure) not in known)


def figures_in(text: str) -> tuple[float, ...]:
    """The figures of a text by value, in order: "€1,099.00 or 3" has 1099 and 3."""
    return tuple(figure_of(figure) for figure in _NUMBER.findall(text))


def figure_of(written: str) -> float:
    """A figure's value; commas part thousands."""
    plain = written.replace(",", "")
    return float(plain) if plain.count(".") < 2 else float(plain.replace(".", ""))


def _known_words(catalogue: Catalogue, turns: Sequence[TurnRecord]) -> set[str]:
    spoken_of = {item["id"] for turn in turns for item in turn.items}
    spoken_of |= {i.id for i in catalogue.items if any(i.title in turn.text for turn in turns)}
    texts = [turn.user for turn in turns] + [
        t for facet in catalogue.facets for t in (facet.label, facet.unit)
    ]
    for item in (catalogue.item(one) for one in spoken_of):
        texts += [item.title, item.description]
        texts += [word for value in item.facets.values() for word in values_of(value)]
    texts += [word for facet in catalogue.facets for word in catalogue.values(facet.name)]
    return {word.casefold() for text in texts for word in _WORD.findall(text)}


def figures_of_item(item: Item) -> set[float]:
    """The figures that an item's record has; hours and minutes, and kilograms, are made of its own number."""
    numbers: set[float] = set()
    for value in item.facets.values():
        if isinstance(value, float | int):
            numbers |= {float(value), value // 60, value % 60, round(value / 1000, 3), value * 100}
        else:
            numbers |= {figure for word in values_of(value) for figure in figures_in(word)}
    return numbers | set(figures_in(f"{item.title} {item.description}"))


def _known_figures(catalogue: Catalogue, turns: Sequence[TurnRecord]) -> set[float]:
    numbers = {float(count) for count in range(len(catalogue) + 1)}
    for item in catalogue.items:
        numbers |= figures_of_item(item)
    for turn in turns:
        numbers |= set(figures_in(turn.user))
    return numbers
