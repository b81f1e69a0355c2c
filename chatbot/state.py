"""The dialogue state: what is known so far, and what one turn changed of it.

Plain frozen values; nothing here decides, and nothing but them is touched. How acts change the state is
in `tracking`, how conditions get on with each other in `constraints`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from retriever.domain import AnyOf, Constraint, InterestProfile, ItemId, Order, Preference

# What a person can take back that is no constraint or facet: these keys, the last two before an item's id.
ORDER_KEY = "order"
ANCHOR_KEY = "anchor:"
ITEM_KEY = "item:"
SEARCH_KEY = "search:"  # before the name of one search of several, and behind that the key of its condition


@dataclass(frozen=True, slots=True)
class Parked:
    """A constraint that was set aside, and the turn whose wishes took its place.

    `replaced`: another value of its facet took it; it comes back only when that value is taken back by name.
    """

    constraint: Constraint
    turn: int
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """One of several things that are looked for at once: "a red jacket" beside "boots under 150".

    `kind` says what it is; `constraints` are its own conditions, beside those that hold for all.
    """

    kind: Constraint
    constraints: tuple[Constraint, ...] = ()
    order: Order | None = None

    @property
    def name(self) -> str:
        """Tells it from the others: the values of its kind."""
        return name_of_search(self.kind)

    @property
    def key(self) -> str:
        """What is taken back with it."""
        return f"{SEARCH_KEY}{self.name}"


def name_of_search(kind: Constraint) -> str:
    """The name of the search for things of a kind; empty for a condition that names no values."""
    return " | ".join(kind.test.values) if isinstance(kind.test, AnyOf) else ""


@dataclass(frozen=True, slots=True)
class DialogueState:
    """What is known in a conversation after `turn` turns.

    `anchors`: items to be similar to. `known`: items not to show again (seen elsewhere).
    `shown`: the items of the last reply that showed any; `ever_shown`: all so far, oldest first.
    `focus`: the item being talked about; `talked`: those spoken of since items were last shown, of which it
    is the first. `asked`: facets that we asked about, oldest first.
    `quiet`: the person does not want to be asked.
    `parked`: what was set aside for later wishes, and comes back when those are taken back.
    `counted`: the conditions of what a question to the catalogue was last about, which "of them" means next.
    `group`: the last two or more items that were shown or spoken of together: "the other one" is of them.
    `asked_facet`: what was asked of an item in the last turn, and "and the other one?" asks again; or empty.
    `searches`: none, or two and more things that are looked for at once, oldest first; `constraints` then
    hold for all of them, one being the choice between their kinds.
    `waived`: facets whose conditions the person took back: they don't matter, and are not asked about.
    """

    turn: int = 0
    constraints: tuple[Constraint, ...] = ()
    profile: InterestProfile = field(default_factory=InterestProfile)
    anchors: tuple[ItemId, ...] = ()
    liked: tuple[ItemId, ...] = ()
    disliked: tuple[ItemId, ...] = ()
    known: tuple[ItemId, ...] = ()
    shown: tuple[ItemId, ...] = ()
    ever_shown: tuple[ItemId, ...] = ()
    focus: ItemId | None = None
    talked: tuple[ItemId, ...] = ()
    order: Order | None = None
    asked: tuple[str, ...] = ()
    quiet: bool = False
    parked: tuple[Parked, ...] = ()
    counted: tuple[Constraint, ...] = ()
    searches: tuple[Search, ...] = ()
    group: tuple[ItemId, ...] = ()
    asked_facet: str = ""
    waived: tuple[str, ...] = ()

    @property
    def every_constraint(self) -> tuple[Constraint, ...]:
        """The conditions for all, then those of each search, each of these once."""
        own = {c.key: c for search in self.searches for c in search.constraints}
        return (*self.constraints, *own.values())

    @property
    def knows_nothing(self) -> bool:
        """True before the first wish."""
        return not (self.constraints or self.profile.short_term or self.anchors or self.liked or self.order)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a turn did to the state: constraints heard, taken back, set aside; items judged.

    `not_set`: what was to be taken back, though nothing of it was active; `ordered`: a superlative was asked;
    `back`: constraints set aside earlier that count again; `replaced`: those whose place another value took;
    `only_asked`: whether what was heard asks if there is such a thing.
    """

    heard: tuple[Constraint, ...] = ()
    forgotten: tuple[Constraint, ...] = ()
    parked: tuple[Constraint, ...] = ()
    new_likes: tuple[ItemId, ...] = ()
    new_dislikes: tuple[ItemId, ...] = ()
    wishes: tuple[Preference, ...] = ()
    not_set: tuple[str, ...] = ()
    ordered: bool = False
    back: tuple[Constraint, ...] = ()
    replaced: tuple[Constraint, ...] = ()
    only_asked: bool = False


def union(old: Sequence[ItemId], new: Sequence[ItemId]) -> tuple[ItemId, ...]:
    """Both, each item once, in the order in which it first came."""
    return tuple(dict.fromkeys((*old, *new)))


def without(old: Sequence[ItemId], gone: Sequence[ItemId]) -> tuple[ItemId, ...]:
    """The old ones that are not gone, in their order."""
    return tuple(item for item in old if item not in gone)
