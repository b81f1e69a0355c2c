"""The dialogue state, and how acts change it.

Pure: state and acts in, new state and what changed out. A session is the fold of its acts over the
state that it began with, so it replays exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from chatbot import acts, profile
from chatbot.acts import UserAct
from generator.replies import CatalogueFactKind
from retriever.domain import (
    TEXT_FACET,
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    FacetRole,
    InterestProfile,
    ItemId,
    NoneOf,
    OfItem,
    OfTheme,
    Order,
    Preference,
    Source,
    SourceKind,
)

ORDER_KEY = "order"
ANCHOR_KEY = "anchor:"

FacetOf = Callable[[str], Facet | None]
Fits = Callable[[Sequence[Constraint]], int]


@dataclass(frozen=True, slots=True)
class Shelves:
    """What the fold has to know of the catalogue: facets by name, and how many items meet constraints."""

    facet: FacetOf
    fits: Fits


@dataclass(frozen=True, slots=True)
class DialogueState:
    """What is known in a conversation after `turn` turns.

    `anchors`: items to be similar to. `known`: items not to show again (seen elsewhere).
    `shown`: the items of the last reply that showed any; `ever_shown`: all so far, oldest first.
    `focus`: the item being talked about. `asked`: facets that we asked about, oldest first.
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
    order: Order | None = None
    asked: tuple[str, ...] = ()

    @property
    def knows_nothing(self) -> bool:
        """True before the first wish."""
        return not (self.constraints or self.profile.short_term or self.anchors or self.liked or self.order)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a turn did to the state: constraints heard, taken back, set aside; items judged.

    `not_set`: what was to be taken back, though nothing of it was active; `ordered`: a superlative was asked.
    """

    heard: tuple[Constraint, ...] = ()
    forgotten: tuple[Constraint, ...] = ()
    parked: tuple[Constraint, ...] = ()
    new_likes: tuple[ItemId, ...] = ()
    new_dislikes: tuple[ItemId, ...] = ()
    wishes: tuple[Preference, ...] = ()
    not_set: tuple[str, ...] = ()
    ordered: bool = False


def fold(
    state: DialogueState, heard: Sequence[UserAct], shelves: Shelves, now: float
) -> tuple[DialogueState, Changes]:
    """The state after a turn's acts. `StartOver` and `Undo` are the engine's: they need earlier states."""
    turn = state.turn + 1
    state = replace(state, turn=turn, profile=profile.decay_turn(state.profile, turn))
    changes = Changes()
    for act in heard:
        state, changes = _apply(state, changes, act, shelves, now)
    return state, changes


def _apply(
    state: DialogueState, changes: Changes, act: UserAct, shelves: Shelves, now: float
) -> tuple[DialogueState, Changes]:
    match act:
        case acts.Constrain():
            return _request(state, changes, act, shelves)
        case acts.Critique(_, constraint, _):
            return _narrow(state, changes, constraint)
        case acts.Exclude(_, constraint):
            return _exclude(state, changes, constraint)
        case acts.AskCatalogue(_, kind, constraints) if kind in _LOOKS:
            return _look(state, changes, kind, constraints, shelves)
        case acts.Similar(_, items):
            return replace(state, anchors=items, order=None, focus=items[0] if items else None), changes
        case acts.Inform(_, preference):
            learnt = profile.learn(state.profile, [preference])
            return replace(state, profile=learnt), replace(changes, wishes=(*changes.wishes, preference))
        case acts.Like(quote, items) | acts.Dislike(quote, items):
            return _judge(state, changes, items, quote, liked=isinstance(act, acts.Like), now=now)
        case acts.Seen(_, items):
            return replace(state, known=_union(state.known, items)), changes
        case acts.Superlative(_, order, acts.Scope.CATALOGUE):
            return replace(state, order=order), replace(changes, ordered=True)
        case acts.Remove():
            return _remove(state, changes, act)
        case acts.AskItem(_, items) | acts.Why(_, items) | acts.Compare(_, items):
            return replace(state, focus=items[0] if items else state.focus), changes
        case _:
            return state, changes


def _request(
    state: DialogueState, changes: Changes, act: acts.Constrain, shelves: Shelves
) -> tuple[DialogueState, Changes]:
    if act.moves and isinstance(act.constraint.test, AnyOf):
        # A new request: words that were only looked for in texts go, and all that contradicts it.
        kept = tuple(c for c in state.constraints if c.hard or c.facet != TEXT_FACET)
        state = replace(state, constraints=kept, order=None, profile=_without_old_themes(state))
        if _contradicts(state, act.constraint, shelves):
            state, changes = _park_all(state, changes)
    return _constrain(state, changes, act.constraint, shelves, adds=act.adds)


# A question that moves the talk to what it asks about; a count or a list of kinds doesn't.
_LOOKS = (CatalogueFactKind.HAVE, CatalogueFactKind.EXTREME)


def _constrain(
    state: DialogueState, changes: Changes, new: Constraint, shelves: Shelves, *, adds: bool
) -> tuple[DialogueState, Changes]:
    """Set a condition: it replaces what contradicts it, and joins the other side of a range."""
    kept: list[Constraint] = []
    parked: list[Constraint] = []
    for old in state.constraints:
        if old.facet == new.facet:
            if isinstance(old.test, Between) and isinstance(new.test, Between):
                if old.hard != new.hard:
                    kept.append(old)  # "a cheap tent under 100": the wish lives within the limit
                else:
                    new, dropped = _other_side(old, new)
                    parked += [old] if dropped else []
            elif _alternatives(old, new, shelves):
                new = _either(old, new)
            elif _stands_beside(old, new, adds=adds):
                # Said in one breath, two values are both meant, even if nothing has both.
                if old.source.turn == new.source.turn or not _excludes(old, new, shelves):
                    kept.append(old)
                else:
                    parked.append(old)
        elif _is_category(new, shelves) and _left_behind(old, new, shelves):
            parked.append(old)
        else:
            kept.append(old)
    order = None if _is_category(new, shelves) else state.order
    state = replace(state, constraints=(*kept, new), order=order)
    return state, replace(changes, heard=(*changes.heard, new), parked=(*changes.parked, *parked))


def _left_behind(old: Constraint, new: Constraint, shelves: Shelves) -> bool:
    """True if an older wish means nothing on the shelf that is asked for now.

    No table is a backpack, and a sleeping bag sleeps no number of persons; but a budget that nothing
    on the new shelf meets is still a budget.
    """
    if not _excludes(old, new, shelves):
        return False
    if isinstance(old.test, Between):
        return _excludes(replace(old, test=Between(-math.inf, math.inf)), new, shelves)
    return isinstance(old.test, AnyOf)


def _excludes(old: Constraint, new: Constraint, shelves: Shelves) -> bool:
    """True if no item at all meets both."""
    if isinstance(old.test, NoneOf):
        return False
    return not shelves.fits((replace(old, hard=True), replace(new, hard=True)))


def _stands_beside(old: Constraint, new: Constraint, *, adds: bool) -> bool:
    """True if an older condition on the same facet still holds with the new one."""
    if isinstance(new.test, AnyOf) and isinstance(old.test, NoneOf):
        return not _folded(old.test.values) & _folded(new.test.values)
    if isinstance(new.test, AnyOf) and isinstance(old.test, AnyOf):
        return adds and _folded(old.test.values) != _folded(new.test.values)
    return False


def _alternatives(old: Constraint, new: Constraint, shelves: Shelves) -> bool:
    """ "a knife, a lamp and a blanket": an item is one of them, so together they are a choice."""
    facet = shelves.facet(new.facet)
    return (
        facet is not None
        and facet.kind is FacetKind.CATEGORY
        and isinstance(old.test, AnyOf)
        and isinstance(new.test, AnyOf)
        and old.source.turn == new.source.turn
    )


def _either(old: Constraint, new: Constraint) -> Constraint:
    assert isinstance(old.test, AnyOf)
    assert isinstance(new.test, AnyOf)
    values = tuple(dict.fromkeys((*old.test.values, *new.test.values)))
    source = replace(new.source, quote=f"{old.source.quote}, {new.source.quote}")
    return replace(new, test=AnyOf(values), source=source)


def _other_side(old: Constraint, new: Constraint) -> tuple[Constraint, bool]:
    """ "after 2010", then "before 2015": both hold. True if the older gave way because nothing is between."""
    assert isinstance(old.test, Between)
    assert isinstance(new.test, Between)
    low = old.test.low if new.test.low is None and old.hard == new.hard else new.test.low
    high = old.test.high if new.test.high is None and old.hard == new.hard else new.test.high
    two_sided = new.test.low is not None and new.test.high is not None
    nothing_between = low is not None and high is not None and low >= high
    if two_sided or nothing_between or old.test.strict != new.test.strict:
        return new, nothing_between and not two_sided
    return replace(new, test=replace(new.test, low=low, high=high)), False


def _narrow(state: DialogueState, changes: Changes, new: Constraint) -> tuple[DialogueState, Changes]:
    """A critique moves one side of a range and leaves the other."""
    assert isinstance(new.test, Between), "critiques compare numbers"
    kept = []
    test = new.test
    for old in state.constraints:
        if old.facet != new.facet or not isinstance(old.test, Between):
            kept.append(old)
        elif old.hard and old.test.strict == test.strict:
            low = test.low if test.low is not None else old.test.low
            high = test.high if test.high is not None else old.test.high
            if low is None or high is None or low < high:
                test = replace(test, low=low, high=high)
    new = replace(new, test=test)
    return replace(state, constraints=(*kept, new)), replace(changes, heard=(*changes.heard, new))


def _exclude(state: DialogueState, changes: Changes, new: Constraint) -> tuple[DialogueState, Changes]:
    """Rule out: what asked for the same values, as a condition or as an interest, is over."""
    assert isinstance(new.test, NoneOf), "exclusions name values"
    gone = _folded(new.test.values)
    kept = [
        old
        for old in state.constraints
        if old.key != new.key
        and not (old.facet == new.facet and isinstance(old.test, AnyOf) and _folded(old.test.values) <= gone)
    ]
    unwanted = [f"{new.facet}={value}" for value in gone]
    state = replace(
        state,
        constraints=(*kept, new),
        profile=profile.forget(state.profile, unwanted) if new.hard else state.profile,
    )
    return state, replace(changes, heard=(*changes.heard, new))


def _look(
    state: DialogueState,
    changes: Changes,
    kind: CatalogueFactKind,
    constraints: Sequence[Constraint],
    shelves: Shelves,
) -> tuple[DialogueState, Changes]:
    """A question about another shelf sets aside what was said about this one; else it narrows."""
    now_at = {c.key for c in state.constraints if _is_category(c, shelves)}
    asked = [c for c in constraints if _is_category(c, shelves)]
    moves = bool(asked) and bool(state.constraints) and not {c.key for c in asked} <= now_at
    moves = moves or (
        bool(state.constraints)
        and bool(constraints)
        and not shelves.fits((*state.constraints, *constraints))
        and bool(shelves.fits(constraints))
    )
    if moves:
        state, changes = _park_all(state, changes)
    for constraint in constraints:
        if kind is CatalogueFactKind.EXTREME and constraint.facet == TEXT_FACET:
            continue  # "the dearest instrument" is asked once, not wished for
        if any(constraint.key == old.key for old in state.constraints):
            continue
        if isinstance(constraint.test, NoneOf):
            state, changes = _exclude(state, changes, constraint)
        else:
            state, changes = _constrain(state, changes, constraint, shelves, adds=True)
    return state, changes


def _without_old_themes(state: DialogueState) -> InterestProfile:
    kept = tuple(
        p for p in state.profile.short_term if not isinstance(p.about, OfTheme) or p.source.turn >= state.turn
    )
    return replace(state.profile, short_term=kept)


def _contradicts(state: DialogueState, new: Constraint, shelves: Shelves) -> bool:
    """True if something meets the new wish, but nothing meets it together with what was said before."""
    firm = replace(new, hard=True)
    older = [c for c in state.constraints if c.source.turn < new.source.turn]
    return bool(older) and bool(shelves.fits((firm,))) and not shelves.fits((*older, firm))


def _park_all(state: DialogueState, changes: Changes) -> tuple[DialogueState, Changes]:
    """Set aside what steered the last ranking; likes, dislikes and lasting interest stay."""
    changes = replace(changes, parked=(*changes.parked, *state.constraints))
    items = tuple(p for p in state.profile.short_term if isinstance(p.about, OfItem))
    profile_left = replace(state.profile, short_term=items)
    return replace(state, constraints=(), anchors=(), order=None, profile=profile_left), changes


def give_way(state: DialogueState, changes: Changes, shelves: Shelves) -> tuple[DialogueState, Changes]:
    """When nothing meets all wishes, older ones for a value give way to this turn's, as few as do.

    Limits, exclusions and yes/no conditions neither give way nor make others: those are the person's.
    """
    if shelves.fits(state.constraints):
        return state, changes
    before = tuple(c for c in state.constraints if c.source.turn < state.turn)
    spoken = [
        c for c in state.constraints if c.hard and c.source.turn == state.turn and isinstance(c.test, AnyOf)
    ]
    spoke = bool(spoken)
    # What sort of thing is wanted gives way to another sort only.
    sorts = any(_is_category(c, shelves) for c in spoken)
    older = [
        c for c in before if c.hard and isinstance(c.test, AnyOf) and (sorts or not _is_category(c, shelves))
    ]
    if not older or not spoke or not shelves.fits(before):
        return state, changes
    # What sort of thing is wanted is given up last.
    older.sort(key=lambda c: (_is_category(c, shelves), c.source.turn))
    for gone in (*((c,) for c in older), tuple(older)):
        kept = tuple(c for c in state.constraints if c not in gone)
        if shelves.fits(kept):
            return replace(state, constraints=kept), replace(changes, parked=(*changes.parked, *gone))
    return state, changes


def _is_category(constraint: Constraint, shelves: Shelves) -> bool:
    facet = shelves.facet(constraint.facet)
    return (
        facet is not None
        and facet.role is FacetRole.CATEGORY
        and facet.kind is FacetKind.CATEGORY
        and isinstance(constraint.test, AnyOf)
    )


def _judge(
    state: DialogueState, changes: Changes, items: tuple[ItemId, ...], quote: str, *, liked: bool, now: float
) -> tuple[DialogueState, Changes]:
    source = Source(SourceKind.QUOTE if quote else SourceKind.CLICK, state.turn, quote)
    weight = 1.0 if liked else -1.0
    learnt = profile.learn(
        state.profile, [Preference(OfItem(item), weight, source, at=now) for item in items]
    )
    likes, dislikes = _without(state.liked, items), _without(state.disliked, items)
    if liked:
        likes = _union(likes, items)
        changes = replace(changes, new_likes=(*changes.new_likes, *items))
    else:
        dislikes = _union(dislikes, items)
        changes = replace(changes, new_dislikes=(*changes.new_dislikes, *items))
    anchors = state.anchors if liked else _without(state.anchors, items)
    state = replace(state, profile=learnt, liked=likes, disliked=dislikes, anchors=anchors)
    return replace(state, focus=items[0] if liked and items else state.focus), changes


def unjudge(state: DialogueState, item: ItemId) -> DialogueState:
    """Take a like or dislike back."""
    return replace(
        state,
        liked=_without(state.liked, (item,)),
        disliked=_without(state.disliked, (item,)),
        profile=profile.forget(state.profile, [f"item:{item}"]),
    )


def _remove(state: DialogueState, changes: Changes, act: acts.Remove) -> tuple[DialogueState, Changes]:
    keys, anchors = act.keys, act.anchors
    if not keys and not anchors:
        return state, replace(changes, not_set=(act.quote,))
    gone = frozenset(keys)
    forgotten = tuple(c for c in state.constraints if c.key in gone)
    named = (*anchors, *(key.removeprefix(ANCHOR_KEY) for key in keys if key.startswith(ANCHOR_KEY)))
    for key in keys:
        if key.startswith("item:"):
            state = unjudge(state, key.removeprefix("item:"))
    state = replace(
        state,
        constraints=tuple(c for c in state.constraints if c.key not in gone),
        profile=profile.forget(state.profile, keys),
        anchors=_without(state.anchors, named),
        order=None if ORDER_KEY in gone else state.order,
    )
    return state, replace(changes, forgotten=(*changes.forgotten, *forgotten))


def _folded(values: Sequence[str]) -> frozenset[str]:
    return frozenset(value.casefold() for value in values)


def _union(old: tuple[ItemId, ...], new: Sequence[ItemId]) -> tuple[ItemId, ...]:
    return tuple(dict.fromkeys((*old, *new)))


def _without(old: tuple[ItemId, ...], gone: Sequence[ItemId]) -> tuple[ItemId, ...]:
    return tuple(item for item in old if item not in gone)
