"""What people and Parley do in a turn: dialogue acts, closed, each with its payload.

Every user act keeps `quote`, the words (or the click) that it was read from.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from generator.replies import CatalogueFactKind
from retriever.domain import Constraint, ItemId, Order, Preference


class Scope(StrEnum):
    """Over which items a superlative or a question speaks."""

    SHOWN = "shown"
    CATALOGUE = "catalogue"


@dataclass(frozen=True, slots=True)
class Inform:
    """States an interest: a value, an item, or free words."""

    quote: str
    preference: Preference


@dataclass(frozen=True, slots=True)
class Constrain:
    """Sets a condition; it replaces active ones on the same facet unless `adds`.

    `moves`: said as a new request ("show me something for the kitchen"), so what it contradicts gives way.
    """

    quote: str
    constraint: Constraint
    adds: bool = False
    moves: bool = False


@dataclass(frozen=True, slots=True)
class Exclude:
    """Rules something out."""

    quote: str
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class Similar:
    """Asks for things like these items."""

    quote: str
    items: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class Critique:
    """Feedback relative to shown items, resolved to a condition: "cheaper" → price below theirs."""

    quote: str
    constraint: Constraint
    relative_to: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class Like:
    """Judges shown or named items as good."""

    quote: str
    items: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class Dislike:
    """Judges shown or named items as not for this person."""

    quote: str
    items: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class Click:
    """Opened items' own pages: implicit feedback, no judgement, and nothing is answered."""

    quote: str
    items: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Knows these items already: not to be shown again, no judgement."""

    quote: str
    items: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class AskItem:
    """Asks about items; `facet` is the attribute asked for, or empty for "tell me about it".

    `value`: what it is asked to be ("in red?"), a value of the facet, or words of no facet.
    `shows`: asks to see them.
    """

    quote: str
    items: tuple[ItemId, ...]
    facet: str = ""
    value: str = ""
    shows: bool = False


@dataclass(frozen=True, slots=True)
class AskUnknown:
    """Speaks of an item that isn't there; `quote` names it, `beyond`: by a place that no list has."""

    quote: str
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class AskCatalogue:
    """Asks about the whole catalogue; `constraints` narrow it, `order` holds an extreme's facet and end."""

    quote: str
    kind: CatalogueFactKind
    constraints: tuple[Constraint, ...] = ()
    facet: str = ""
    order: Order | None = None
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Superlative:
    """Asks for the items at one end of a facet: "the lightest of these", "the cheapest"."""

    quote: str
    order: Order
    scope: Scope


@dataclass(frozen=True, slots=True)
class Compare:
    """Asks how items differ."""

    quote: str
    items: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Asks why items were recommended; `against`: why they were not."""

    quote: str
    items: tuple[ItemId, ...]
    against: bool = False


@dataclass(frozen=True, slots=True)
class More:
    """Asks for further recommendations under the same wishes."""

    quote: str


@dataclass(frozen=True, slots=True)
class Surprise:
    """Leaves the choice to us; `indifferent`: says so, and wants no question either."""

    quote: str
    indifferent: bool = False


@dataclass(frozen=True, slots=True)
class Remove:
    """Takes back wishes: by constraint key, by preference key, and anchors by item id."""

    quote: str
    keys: tuple[str, ...]
    anchors: tuple[ItemId, ...] = ()


@dataclass(frozen=True, slots=True)
class Undo:
    """Goes back to the state before the previous turn."""

    quote: str


@dataclass(frozen=True, slots=True)
class StartOver:
    """Begins afresh."""

    quote: str


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Wants everything forgotten, lasting interest too."""

    quote: str


@dataclass(frozen=True, slots=True)
class NoQuestions:
    """Does not want to be asked."""

    quote: str


@dataclass(frozen=True, slots=True)
class Greet:
    """Says hello."""

    quote: str


@dataclass(frozen=True, slots=True)
class Thank:
    """Says thanks or goodbye."""

    quote: str


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """Asks for what a recommender does not do, or makes no sense to us."""

    quote: str


UserAct: TypeAlias = (
    Inform
    | Constrain
    | Exclude
    | Similar
    | Critique
    | Like
    | Dislike
    | Click
    | Seen
    | AskItem
    | AskUnknown
    | AskCatalogue
    | Superlative
    | Compare
    | Why
    | More
    | Surprise
    | Remove
    | Undo
    | StartOver
    | ForgetMe
    | NoQuestions
    | Greet
    | Thank
    | OutOfScope
)


class Action(StrEnum):
    """What Parley does in a turn, as scripts and logs name it."""

    RECOMMEND = "recommend"
    ASK = "ask"
    EXPLAIN = "explain"
    COMPARE = "compare"
    ANSWER = "answer"
    RELAX = "relax"
    CONFIRM = "confirm"  # nothing fits what we may have misread: says what was read, and offers the rest
    GREET = "greet"
    THANK = "thank"
    DECLINE = "decline"
    RESTART = "restart"
    NOTE = "note"  # takes something in, and says nothing
