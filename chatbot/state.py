"""The dialogue state: what is known so far, and what one turn changed of it.

Plain frozen values; nothing here decides, and nothing but them is touched. How acts change the state is
in `tracking`, how conditions get on with each other in `constraints`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from retriever.domain import Constraint, InterestProfile, ItemId, Order, Preference

# What a person can take back that is no constraint or facet: these keys, the last two before an item's id.
ORDER_KEY = "order"
ANCHOR_KEY = "anchor:"
ITEM_KEY = "item:"


@dataclass(frozen=True, slots=True)
class Parked:
    """A constraint that was set aside, and the turn whose wishes took its place."""

    constraint: Constraint
    turn: int


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
    waived: tuple[str, ...] = ()

    @property
    def knows_nothing(self) -> bool:
        """True before the first wish."""
        return not (self.constraints or self.profile.short_term or self.anchors or self.liked or self.order)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a turn did to the state: constraints heard, taken back, set aside; items judged.

    `not_set`: what was to be taken back, though nothing of it was active; `ordered`: a superlative was asked;
    `back`: constraints set aside earlier that count again.
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


def union(old: Sequence[ItemId], new: Sequence[ItemId]) -> tuple[ItemId, ...]:
    """Both, each item once, in the order in which it first came."""
    return tuple(dict.fromkeys((*old, *new)))


def without(old: Sequence[ItemId], gone: Sequence[ItemId]) -> tuple[ItemId, ...]:
    """The old ones that are not gone, in their order."""
    return tuple(item for item in old if item not in gone)
