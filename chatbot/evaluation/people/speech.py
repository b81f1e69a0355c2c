"""How a simulated person words things, with typing errors.

In: a wish or a reaction, and a random generator. Out: text. The words are in phrases.toml, and owe nothing
to those that Parley itself uses.
"""

from __future__ import annotations

import functools
import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.evaluation.people.persons import Wish
from retriever.catalogue import Catalogue
from retriever.domain import Facet, FacetKind, FacetRole

_LEAST_LETTERS = 4  # of a word that gets a typing error: shorter ones turn into others


@functools.cache
def _phrases() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Speech:
    """One person's way of speaking about a catalogue."""

    catalogue: Catalogue
    draw: random.Random
    typing_error_rate: float

    def wish(self, wish: Wish) -> str:
        """A wish in words."""
        condition = wish.condition
        facet = self.catalogue.facet(condition.facet)
        assert facet is not None  # wishes are made of the catalogue's own facets
        if condition.flag is not None:
            return self._say("boolean", "yes" if condition.flag else "no", label=facet.label)
        if condition.bounds is not None:
            low, high = condition.bounds
            at_most = low == -float("inf")
            return self._say(_numbers(facet), "at_most" if at_most else "at_least",
                             n=_written(high if at_most else low, facet), label=facet.label)  # fmt: skip
        table = "kind" if facet.role is FacetRole.CATEGORY else "tag"
        return self._say(table, "any" if condition.wanted else "none", value=condition.values[0])

    def opening(self, wishes: Sequence[Wish]) -> str:
        """The first thing that is said."""
        joint = _phrases()["opening"]["joint"].join(self.wish(wish) for wish in wishes)
        return self._say("opening", "plain", wishes=joint)

    def react(self, how: str, **values: str) -> str:
        """One of the reactions."""
        return self._say("reaction", how, **values)

    def place(self, number: int) -> str:
        """A card's number in words, from 1."""
        names: list[str] = _phrases()["places"]["names"]
        return names[min(number, len(names)) - 1]

    def typed(self, text: str) -> str:
        """The text as it is typed: now and then two letters change places, or one is lost or doubled."""
        return " ".join(
            self._slip(word)
            if len(word) >= _LEAST_LETTERS and word.isalpha() and self.draw.random() < self.typing_error_rate
            else word
            for word in text.split(" ")
        )

    def _slip(self, word: str) -> str:
        place = self.draw.randrange(1, len(word) - 1)
        match self.draw.randrange(3):
            case 0:
                return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
            case 1:
                return word[:place] + word[place + 1 :]
            case _:
                return word[:place] + word[place] + word[place:]

    def _say(self, table: str, key: str, **values: str) -> str:
        return str(self.draw.choice(_phrases()[table][key])).format(**values)


def _numbers(facet: Facet) -> str:
    if facet.role is FacetRole.PRICE:
        return "price"
    return "year" if facet.kind is FacetKind.YEAR else "number"


def _written(number: float, facet: Facet) -> str:
    """A number with its unit as people write it; a price without its currency, a year bare."""
    bare = facet.role is FacetRole.PRICE or facet.kind is FacetKind.YEAR
    return f"{number:g}" if bare or not facet.unit else f"{number:g} {facet.unit}"
