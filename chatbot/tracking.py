"""How acts change the dialogue state.

Pure: state and acts in, new state and what changed out; the time is passed in. A session is the fold of
its acts over the state that it began with, so it replays exactly. `StartOver` and `Undo` are the
engine's: they need earlier states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from chatbot import acts, profile
from chatbot.acts import UserAct
from chatbot.believing import adjusted, asked_for, note_asked, note_known
from chatbot.constraints import (
    Settled,
    Shelves,
    contradicts,
    giving_way,
    is_category,
    leads_elsewhere,
    narrow,
    rule_out,
    settle,
)
from chatbot.profile.learning import SEEN_KEY
from chatbot.profile.sensitive import is_sensitive
from chatbot.search_acts import apply_to_searches
from chatbot.searches import in_search, settled
from chatbot.state import (
    ANCHOR_KEY,
    ITEM_KEY,
    ORDER_KEY,
    Changes,
    DialogueState,
    Parked,
    union,
    without,
)
from generator.replies import CatalogueFactKind
from retriever.domain import (
    TEXT_FACET,
    AnyOf,
    Constraint,
    InterestProfile,
    ItemId,
    NoneOf,
    OfFacet,
    OfItem,
    OfTheme,
    Preference,
    Source,
    SourceKind,
)

Changed: TypeAlias = tuple[DialogueState, Changes]

IMPLICIT_WEIGHT = 0.3  # of an item that was opened: people open what they then don't want, too
# A question that moves the talk to what it asks about; a count or a list of kinds doesn't.
_MOST_PARKED = 20
_LOOKS = (CatalogueFactKind.HAVE, CatalogueFactKind.EXTREME)


def hear(state: DialogueState, heard: Sequence[UserAct], shelves: Shelves, now: float) -> Changed:
    """A whole turn: each act in its order, then what has to give way."""
    before = state.parked
    state, changes = fold(state, heard, shelves, now)
    state = replace(state, counted=_counted(state, heard))

    def yields(view: DialogueState, so_far: Changes) -> Changed:
        return give_way(view, so_far, shelves)

    for search in state.searches:
        state, changes = in_search(state, changes, search.name, yields)
    state, changes = give_way(settled(state), changes, shelves)
    return replace(state, parked=_still_parked(before, state, changes)), changes


def fold(state: DialogueState, heard: Sequence[UserAct], shelves: Shelves, now: float) -> Changed:
    """The state after a turn's acts, in the order in which they were said."""
    turn = state.turn + 1
    # Opening an item says nothing about how long ago the wishes were said.
    is_silent = bool(heard) and all(isinstance(act, acts.Click) for act in heard)
    asked_facet = state.asked_facet if is_silent else ""
    faded = state.profile if is_silent else profile.decay_turn(state.profile, turn)
    state = replace(state, turn=turn, profile=faded, asked_facet=asked_facet)
    changes = Changes()
    for act in heard:
        state, changes = _apply(state, changes, act, shelves, now)
    return state, changes


def give_way(state: DialogueState, changes: Changes, shelves: Shelves) -> Changed:
    """When nothing meets all wishes, older ones for a value give way to this turn's, as few as do."""
    gone = giving_way(state.constraints, state.turn, shelves)
    kept = tuple(c for c in state.constraints if c not in gone)
    return replace(state, constraints=kept), replace(changes, parked=(*changes.parked, *gone))


def _counted(state: DialogueState, heard: Sequence[UserAct]) -> tuple[Constraint, ...]:
    """What "of them" means next: what was counted, until something else than a courtesy is said."""
    for act in heard:
        if isinstance(act, acts.AskCatalogue) and act.kind not in _LOOKS:
            return act.constraints
    courteous = all(isinstance(act, (acts.Thank, acts.Greet, acts.OutOfScope, acts.Click)) for act in heard)
    return state.counted if courteous else ()


def _still_parked(before: Sequence[Parked], state: DialogueState, changes: Changes) -> tuple[Parked, ...]:
    """What is set aside after a turn, each wish once, the newest last."""
    active = {constraint.key for constraint in state.every_constraint}
    new = [Parked(c, state.turn) for c in changes.parked]
    new += [Parked(c, state.turn, replaced=True) for c in changes.replaced]
    every = {p.constraint.key: p for p in (*before, *new)}
    gone = {constraint.key for constraint in changes.forgotten}
    kept = [p for key, p in every.items() if key not in active and key not in gone]
    return tuple(kept[-_MOST_PARKED:])


def _apply(state: DialogueState, changes: Changes, act: UserAct, shelves: Shelves, now: float) -> Changed:
    def plain(view: DialogueState, so_far: Changes, one: UserAct) -> Changed:
        return _change(view, so_far, one, shelves, now)

    if isinstance(act, acts.Constrain):
        state = note_asked(state, act.constraint, shelves, now)
    if state.searches or (isinstance(act, acts.Constrain) and act.search):
        return apply_to_searches(state, changes, act, shelves, plain)
    return plain(state, changes, act)


def _change(state: DialogueState, changes: Changes, act: UserAct, shelves: Shelves, now: float) -> Changed:
    """What an act changes where one thing is looked for."""
    match act:
        case acts.Constrain():
            return _request(state, changes, act, shelves)
        case acts.Critique(_, constraint):
            asked = replace(changes, only_asked=changes.only_asked or act.asks)
            return _hold(state, asked, narrow(state.constraints, constraint, shelves))
        case acts.Exclude(_, constraint):
            return _exclude(state, changes, constraint, now)
        case acts.AskCatalogue(_, kind, asked) if kind in _LOOKS:
            return _look(state, changes, kind, asked, shelves, now)
        case acts.Similar(_, items):
            return replace(state, anchors=items, order=None, focus=items[0] if items else None), changes
        case acts.Inform(_, preference):
            return _inform(state, changes, preference, shelves)
        case acts.Like(quote, items) | acts.Dislike(quote, items):
            return _judge(state, changes, items, quote, liked=isinstance(act, acts.Like), now=now)
        case acts.NoQuestions() | acts.Seen() | acts.Click() | acts.Adjust():
            return _note(state, act, now), changes
        case acts.Superlative(_, order, acts.Scope.CATALOGUE):
            return replace(state, order=order), replace(changes, ordered=True)
        case acts.Remove():
            return _remove(state, changes, act, shelves)
        case acts.AskItem(_, items) | acts.Why(_, items) | acts.Compare(_, items):
            facet = act.facet if isinstance(act, acts.AskItem) else ""
            return replace(_talk_about(state, items), asked_facet=facet), changes
        case _:
            return state, changes


def _note(
    state: DialogueState, act: acts.NoQuestions | acts.Seen | acts.Click | acts.Adjust, now: float
) -> DialogueState:
    """What changes how we go on, and no wish."""
    match act:
        case acts.NoQuestions():
            return replace(state, quiet=True)
        case acts.Seen(_, items):
            return note_known(state, items, act.quote, now)
        case acts.Adjust():
            return adjusted(state, act, now)
        case acts.Click(_, items):
            return _opened(state, items, now)


def _talk_about(state: DialogueState, items: tuple[ItemId, ...]) -> DialogueState:
    """What is talked about is what "it", "both" and "cheaper" mean next, whether it was shown or named."""
    if not items:
        return state
    group = items if len(items) > 1 else state.group
    return replace(state, focus=items[0], talked=items, group=group)


# --- conditions -------------------------------------------------------------------------------------


def _request(state: DialogueState, changes: Changes, act: acts.Constrain, shelves: Shelves) -> Changed:
    if act.moves and isinstance(act.constraint.test, AnyOf):
        # A new request: words that were only looked for in texts go, and all that contradicts it.
        kept = tuple(c for c in state.constraints if c.hard or c.facet != TEXT_FACET)
        if is_category(act.constraint, shelves):
            state = replace(state, profile=_without_old_themes(state))
        state = replace(state, constraints=kept, order=None)
        # "A gift for who loves coffee", after tents: another sort of thing, though none is named.
        sorts = any(is_category(c, shelves) for c in (act.constraint, *state.constraints))
        if sorts and contradicts(state.constraints, act.constraint, shelves):
            state, changes = _park_all(state, changes)
    return _constrain(state, changes, act.constraint, shelves, adds=act.adds)


def _constrain(
    state: DialogueState, changes: Changes, new: Constraint, shelves: Shelves, *, adds: bool
) -> Changed:
    """Set a condition; a superlative was asked of the sort of thing that was wanted then."""
    settled = settle(state.constraints, new, shelves, adds=adds)
    order = None if is_category(settled.new, shelves) else state.order
    return _hold(replace(state, order=order), changes, settled)


def _exclude(state: DialogueState, changes: Changes, new: Constraint, now: float) -> Changed:
    """Rule out: what asked for the same values, as a condition or as an interest, is over."""
    assert isinstance(new.test, NoneOf), "exclusions name values"
    state, changes = _hold(state, changes, rule_out(state.constraints, new))
    if not new.hard:
        return state, changes
    return replace(state, profile=profile.overrule(state.profile, asked_for(new, now))), changes


def _inform(state: DialogueState, changes: Changes, preference: Preference, shelves: Shelves) -> Changed:
    """An interest is learnt. What may not be kept of anybody is a condition of this talk, or of this turn."""
    changes, about = replace(changes, wishes=(*changes.wishes, preference)), preference.about
    if not is_sensitive(about):
        return replace(state, profile=profile.learn(state.profile, [preference])), changes
    if not isinstance(about, OfFacet):
        return state, changes
    test = AnyOf((about.value,)) if preference.weight > 0 else NoneOf((about.value,))
    condition = Constraint(about.facet, test, preference.source, hard=False)
    return _constrain(state, changes, condition, shelves, adds=True)


def _look(
    state: DialogueState,
    changes: Changes,
    kind: CatalogueFactKind,
    asked: Sequence[Constraint],
    shelves: Shelves,
    now: float,
) -> Changed:
    """A question about another shelf sets aside what was said about this one; else it narrows."""
    if leads_elsewhere(state.constraints, asked, shelves):
        state, changes = _park_all(state, changes)
    for constraint in asked:
        if kind is CatalogueFactKind.EXTREME and constraint.facet == TEXT_FACET:
            continue  # "the dearest instrument" is asked once, not wished for
        if any(constraint.key == old.key for old in state.constraints):
            continue
        if isinstance(constraint.test, NoneOf):
            state, changes = _exclude(state, changes, constraint, now)
        else:
            state, changes = _constrain(state, changes, constraint, shelves, adds=True)
    return state, changes


def _hold(state: DialogueState, changes: Changes, settled: Settled) -> Changed:
    """Take over what a new condition leaves."""
    left = {c.key for c in (*settled.kept, *settled.parked, settled.new)}
    lost = [c for c in state.constraints if c.key not in left and isinstance(c.test, AnyOf)]
    replaced = [c for c in lost if c.source.turn < state.turn and c.facet == settled.new.facet]
    state = replace(state, constraints=(*settled.kept, settled.new))
    heard, parked = (*changes.heard, settled.new), (*changes.parked, *settled.parked)
    return state, replace(changes, heard=heard, parked=parked, replaced=(*changes.replaced, *replaced))


def _park_all(state: DialogueState, changes: Changes) -> Changed:
    """Set aside what steered the last ranking; likes, dislikes and lasting interest stay."""
    changes = replace(changes, parked=(*changes.parked, *state.constraints))
    items = tuple(p for p in state.profile.short_term if isinstance(p.about, OfItem))
    profile_left = replace(state.profile, short_term=items)
    return replace(state, constraints=(), searches=(), anchors=(), order=None, profile=profile_left), changes


def _without_old_themes(state: DialogueState) -> InterestProfile:
    kept = tuple(
        p for p in state.profile.short_term if not isinstance(p.about, OfTheme) or p.source.turn >= state.turn
    )
    return replace(state.profile, short_term=kept)


# --- judgements, and taking back --------------------------------------------------------------------


def _judge(
    state: DialogueState, changes: Changes, items: tuple[ItemId, ...], quote: str, *, liked: bool, now: float
) -> Changed:
    source = Source(SourceKind.QUOTE if quote else SourceKind.CLICK, state.turn, quote)
    weight = 1.0 if liked else -1.0
    learnt = profile.learn(
        state.profile, [Preference(OfItem(item), weight, source, at=now) for item in items]
    )
    likes, dislikes = without(state.liked, items), without(state.disliked, items)
    if liked:
        likes = union(likes, items)
        changes = replace(changes, new_likes=(*changes.new_likes, *items))
    else:
        dislikes = union(dislikes, items)
        changes = replace(changes, new_dislikes=(*changes.new_dislikes, *items))
    anchors = state.anchors if liked else without(state.anchors, items)
    state = replace(state, profile=learnt, liked=likes, disliked=dislikes, anchors=anchors)
    return replace(state, focus=items[0] if liked and items else state.focus), changes


def _opened(state: DialogueState, items: tuple[ItemId, ...], now: float) -> DialogueState:
    """A weak interest in what was opened, and what "it" means next; a judgement of it stands above that."""
    source = Source(SourceKind.IMPLICIT, state.turn)
    judged = (*state.liked, *state.disliked)
    opened = [Preference(OfItem(i), IMPLICIT_WEIGHT, source, at=now) for i in items if i not in judged]
    return _talk_about(replace(state, profile=profile.learn(state.profile, opened)), items)


def _remove(state: DialogueState, changes: Changes, act: acts.Remove, shelves: Shelves) -> Changed:
    keys, anchors = act.keys, act.anchors
    if not keys and not anchors:
        state = replace(state, waived=union(state.waived, act.facets))
        return state, replace(changes, not_set=(act.quote,))
    gone = frozenset(keys)
    forgotten = tuple(c for c in state.constraints if c.key in gone)
    named = (*anchors, *(key.removeprefix(ANCHOR_KEY) for key in keys if key.startswith(ANCHOR_KEY)))
    state = _unjudge_named(state, keys)
    asked = [one.key for constraint in forgotten for one in asked_for(constraint, 0.0)]
    state = replace(
        state,
        constraints=tuple(c for c in state.constraints if c.key not in gone),
        profile=profile.unmention(profile.forget(state.profile, keys), asked),
        anchors=without(state.anchors, named),
        known=without(state.known, [k.removeprefix(SEEN_KEY) for k in keys if k.startswith(SEEN_KEY)]),
        order=None if ORDER_KEY in gone else state.order,
        waived=union(state.waived, (*(c.facet for c in forgotten), *act.facets)),
    )
    back = _come_back(state, forgotten, shelves, values=act.values)
    state = replace(state, constraints=(*back, *state.constraints))
    return state, replace(changes, forgotten=(*changes.forgotten, *forgotten), back=(*changes.back, *back))


def _come_back(
    state: DialogueState, forgotten: Sequence[Constraint], shelves: Shelves, *, values: bool
) -> tuple[Constraint, ...]:
    """What had been set aside for wishes that are now taken back, as far as something meets it all."""
    turns = {constraint.source.turn for constraint in forgotten}
    keys = {constraint.key for constraint in forgotten}
    back: list[Constraint] = []
    for parked in state.parked:
        constraint = parked.constraint
        concerned = parked.turn in turns and constraint.key not in keys
        if parked.replaced:
            concerned = concerned and values and constraint.facet in {c.facet for c in forgotten}
        if concerned and shelves.fits((*state.constraints, *back, constraint)):
            back.append(constraint)
    return tuple(back)


def _unjudge_named(state: DialogueState, keys: Sequence[str]) -> DialogueState:
    """Take back the likes and dislikes among these keys."""
    items = [key.removeprefix(ITEM_KEY) for key in keys if key.startswith(ITEM_KEY)]
    return replace(
        state,
        liked=without(state.liked, items),
        disliked=without(state.disliked, items),
        profile=profile.forget(state.profile, [f"{ITEM_KEY}{item}" for item in items]),
    )
