"""What people and Parley do in a turn: dialogue acts, closed, each with its payload.

Every user act keeps `quote`, the words (or the click) that it was read from.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from generator.replies import CatalogueFactKind, ProfileTopic
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
    `search`: the name of the one search of several that it is said of; empty: of all. One that says what is
    looked for begins that search.
    """

    quote: str
    constraint: Constraint
    adds: bool = False
    moves: bool = False
    search: str = ""


@dataclass(frozen=True, slots=True)
class Exclude:
    """Rules something out; `search` as in `Constrain`."""

    quote: str
    constraint: Constraint
    search: str = ""


@dataclass(frozen=True, slots=True)
class Similar:
    """Asks for things like these items."""

    quote: str
    items: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class Critique:
    """Feedback relative to shown items, resolved to a condition: "cheaper" → price below theirs.

    `search` as in `Constrain`. `asks`: whether there is any; with no for an answer, nothing is wished.
    """

    quote: str
    constraint: Constraint
    relative_to: tuple[ItemId, ...]
    asks: bool = False
    search: str = ""


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
    """Asks for the items at one end of a facet: "the lightest of these", "the cheapest".

    `search` as in `Constrain`.
    """

    quote: str
    order: Order
    scope: Scope
    search: str = ""


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
    """Takes back wishes: by constraint key, by preference key, and anchors by item id.

    `values`: named by their values and not by their facet, so what they took the place of comes back.
    `facets`: those that were named ("any country"): they don't matter, whether anything was wished of them.
    """

    quote: str
    keys: tuple[str, ...]
    anchors: tuple[ItemId, ...] = ()
    values: bool = False
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Adjust:
    """Sets the weight (−1..1) of a preference by its key; 0 forgets it."""

    quote: str
    key: str
    weight: float


@dataclass(frozen=True, slots=True)
class AskProfile:
    """Asks what we know of them. `keys`: of what (empty: of everything); `days`: how long ago, from … to."""

    quote: str
    topic: ProfileTopic
    keys: tuple[str, ...] = ()
    days: tuple[float, float] | None = None


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
class Recall:
    """Asks for items as they were listed before: `place` counts lists from 1, from the end below 0."""

    quote: str
    place: int


@dataclass(frozen=True, slots=True)
class Chat:
    """Makes small talk: "how are you?", "are you a robot?"."""

    quote: str


@dataclass(frozen=True, slots=True)
class AskForPerson:
    """Wants to talk to a person instead."""

    quote: str


@dataclass(frozen=True, slots=True)
class AskUnmeasured:
    """Wants more or less of what no item here has a number for: "cheaper" where nothing has a price."""

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
    | Adjust
    | AskProfile
    | Undo
    | StartOver
    | ForgetMe
    | NoQuestions
    | Greet
    | Thank
    | Recall
    | Chat
    | AskForPerson
    | AskUnmeasured
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
    CHAT = "chat"
    DECLINE = "decline"
    RESTART = "restart"
    HAND_OVER = "hand_over"  # says where a person can be reached, or that none can be from here
    NOTE = "note"  # takes something in, and says nothing
