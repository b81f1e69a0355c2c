"""What an utterance can name: numbers, facet values, titles, shown items, facets, adjectives of measure.

Each mention keeps the tokens `start`..`end` - 1 that it stands in. `finder` finds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from chatbot.understanding.quantities import Quantity
from retriever.domain import Facet, ItemId, OfFacet


@dataclass(frozen=True, slots=True)
class ValueMention:
    """Facet values that the words may mean, all in one facet after `Lexicon.choose`.

    `everywhere`: the same words in every facet that has them, for exclusion. `firm`: a condition, whoever it
    is said of.
    """

    start: int
    end: int
    facet: str
    values: tuple[str, ...]
    everywhere: tuple[OfFacet, ...]
    comparative: bool = False
    firm: bool = False


@dataclass(frozen=True, slots=True)
class FlagMention:
    """A yes/no facet by its name ("waterproof")."""

    start: int
    end: int
    facet: Facet


@dataclass(frozen=True, slots=True)
class TitleMention:
    """Items by title; several when the title is not unique."""

    start: int
    end: int
    items: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class ReferenceMention:
    """Shown items: "the second one", "these"; `vague`: "it", which may mean all that is shown."""

    start: int
    end: int
    items: tuple[ItemId, ...]
    vague: bool = False


@dataclass(frozen=True, slots=True)
class BeyondMention:
    """A place at which nothing is shown: "the ninth one" of three."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LabelMention:
    """A facet by name: "the budget", "the director"."""

    start: int
    end: int
    facet: Facet


@dataclass(frozen=True, slots=True)
class MeasureMention:
    """An adjective of measure: `direction` -1 less, 1 more; `degree` base, comparative or superlative."""

    start: int
    end: int
    facet: Facet
    direction: int
    degree: str


ItemMention: TypeAlias = TitleMention | ReferenceMention
Mention: TypeAlias = (
    Quantity
    | ValueMention
    | FlagMention
    | TitleMention
    | ReferenceMention
    | BeyondMention
    | LabelMention
    | MeasureMention
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the person can point at.

    `items`: those of the last reply that showed any; `focus`: the one being talked about; `talked`: those
    that the talk was about since then; `earlier`: all that were shown or talked about so far, oldest first.
    `group`: the last that were shown or talked about together.
    """

    items: tuple[ItemId, ...] = ()
    focus: ItemId | None = None
    talked: tuple[ItemId, ...] = ()
    earlier: tuple[ItemId, ...] = ()
    group: tuple[ItemId, ...] = ()

    @property
    def meant(self) -> tuple[ItemId, ...]:
        """What a comparison that names nothing is with: what is talked about, else what is shown."""
        return self.talked or self.items

    @property
    def nearest(self) -> ItemId | None:
        """What "it" means, if anything can be meant."""
        return self.focus or next(iter(self.meant), None)
