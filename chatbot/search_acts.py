"""What acts change where several things are looked for at once, and how that begins.

In: state, act, and how the act changes a state with a single search. Out: the new state. An act that names a
search changes that one; one that names none changes all that it can be about. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.constraints import Shelves
from chatbot.searches import begin, concerned, in_search, settled, speaks_of_kinds
from chatbot.state import SEARCH_KEY, Changes, DialogueState, name_of_search

Changed: TypeAlias = tuple[DialogueState, Changes]
Plain: TypeAlias = Callable[[DialogueState, Changes, UserAct], Changed]


def apply_to_searches(
    state: DialogueState, changes: Changes, act: UserAct, shelves: Shelves, plain: Plain
) -> Changed:
    """An act in a state with several searches, or one that begins a search."""
    match act:
        case acts.Constrain(search=name) if name and name == name_of_search(act.constraint):
            return _begin(state, changes, act, plain)
        case acts.Constrain() | acts.Exclude() | acts.Critique() | acts.Superlative() if act.search:
            return _in_one(state, changes, act, plain)
        case acts.Constrain() | acts.Exclude() | acts.Critique() if not speaks_of_kinds(
            state, act.constraint
        ):
            for name in concerned(state, act.constraint, shelves.fits):
                state, changes = _in_one(state, changes, replace(act, search=name), plain)
            return state, replace(changes, heard=tuple({c.key: c for c in changes.heard}.values()))
        case acts.Superlative(scope=acts.Scope.CATALOGUE):
            searches = tuple(replace(search, order=None) for search in state.searches)
            return plain(replace(state, searches=searches), changes, act)
        case acts.Remove():
            return _remove(state, changes, act, plain)
        case _:
            state, changes = plain(state, changes, act)
            may_end = isinstance(act, (acts.Constrain, acts.Exclude, acts.AskCatalogue))
            return (settled(state) if may_end else state), changes


def _begin(state: DialogueState, changes: Changes, act: acts.Constrain, plain: Plain) -> Changed:
    """The first thing of a turn replaces what was looked for, as any new request; the others stand beside."""
    kind = act.constraint
    going_on = any(search.kind.source.turn == kind.source.turn for search in state.searches)
    if act.adds or going_on:
        state = begin(state, kind, adds=act.adds)
        return state, replace(changes, heard=(*changes.heard, kind))
    state, changes = plain(state, changes, replace(act, search=""))
    held = next((c for c in state.constraints if c.key == kind.key), None)
    # A wish that had to stand beside another of its facet is no search of its own.
    return (state if held is None else begin(state, held, adds=False)), changes


def _in_one(
    state: DialogueState,
    changes: Changes,
    act: acts.Constrain | acts.Exclude | acts.Critique | acts.Superlative,
    plain: Plain,
) -> Changed:
    """The act as that one search takes it; what it asks for is no new request."""
    alone: UserAct = replace(act, search="")
    if isinstance(alone, acts.Constrain):
        alone = replace(alone, moves=False)
    if all(search.name != act.search for search in state.searches):
        return plain(state, changes, alone)
    return in_search(state, changes, act.search, _step(plain, alone))


def _step(plain: Plain, act: UserAct) -> Callable[[DialogueState, Changes], Changed]:
    return lambda view, so_far: plain(view, so_far, act)


def _remove(state: DialogueState, changes: Changes, act: acts.Remove, plain: Plain) -> Changed:
    """Whole searches, conditions of one search, and what is taken back wherever it was said."""
    if not act.keys and not act.anchors:
        return plain(state, changes, act)
    for search in state.searches:
        mine = f"{search.key}:"
        keys = tuple(key.removeprefix(mine) for key in act.keys if key.startswith(mine))
        keys += tuple(key for key in act.keys if not key.startswith(SEARCH_KEY))
        if search.key in act.keys:
            state = replace(state, searches=tuple(s for s in state.searches if s.name != search.name))
            changes = replace(changes, forgotten=(*changes.forgotten, search.kind))
        elif keys:
            alone = replace(act, keys=keys, anchors=())
            state, changes = in_search(state, changes, search.name, _step(plain, alone))
    rest = replace(act, keys=tuple(key for key in act.keys if not key.startswith(SEARCH_KEY)))
    if rest.keys or rest.anchors:
        state, changes = plain(state, changes, rest)
    forgotten = tuple({c.key: c for c in changes.forgotten}.values())
    back = tuple({c.key: c for c in changes.back}.values())
    return state, replace(changes, forgotten=forgotten, back=back)
