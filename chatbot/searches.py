"""Several things looked for at once: each search with conditions of its own, beside those that hold for all.

In: a state. Out: the state as one search sees it, what a change in that view makes of the whole, and the
state with what is no longer looked for left out. Pure; what an act changes is `tracking`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from chatbot.constraints import folded
from chatbot.state import Changes, DialogueState, Search
from retriever.domain import AnyOf, Constraint, Item, NoneOf

Step = Callable[[DialogueState, Changes], tuple[DialogueState, Changes]]


def views(state: DialogueState) -> tuple[DialogueState, ...]:
    """The state as each search sees it; the state itself where one thing is looked for."""
    return tuple(within(state, search) for search in state.searches) or (state,)


def within(state: DialogueState, search: Search) -> DialogueState:
    """The state as if this search were all: its kind, what holds for all, its own conditions."""
    constraints = (search.kind, *_shared(state, search), *search.constraints)
    return replace(state, constraints=constraints, order=search.order or state.order, searches=())


def view_for(state: DialogueState, item: Item) -> DialogueState:
    """The state as the search sees it that looks for things like the item; else the state as it is."""
    mine = next((search for search in state.searches if is_of(item, search)), None)
    return state if mine is None else within(state, mine)


def is_of(item: Item, search: Search) -> bool:
    """Whether the item is of the kind that is looked for."""
    value = item.facets.get(search.kind.facet)
    values = value if isinstance(value, tuple) else (value,)
    return bool(folded([v for v in values if isinstance(v, str)]) & _kinds(search.kind))


def in_search(state: DialogueState, changes: Changes, name: str, step: Step) -> tuple[DialogueState, Changes]:
    """Take a step in the view of one search; what held for all and is gone from it holds for the others.

    A name that no search has leaves all as it is.
    """
    search = next((one for one in state.searches if one.name == name), None)
    if search is None:
        return state, changes
    view, changes = step(within(state, search), changes)
    shared = _shared(state, search)
    if search.kind not in view.constraints:
        left = tuple(one for one in state.searches if one is not search)
        return replace(view, constraints=state.constraints, order=state.order, searches=left), changes
    own = tuple(c for c in view.constraints if c not in shared and c != search.kind)
    order = search.order if view.order == state.order else view.order
    gone = tuple(c for c in shared if c not in view.constraints)
    changed = replace(search, constraints=own, order=order)
    searches = tuple(
        changed if one is search else replace(one, constraints=(*one.constraints, *gone))
        for one in state.searches
    )
    kept = tuple(c for c in state.constraints if c not in gone)
    return replace(view, constraints=kept, order=state.order, searches=searches), changes


def begin(state: DialogueState, kind: Constraint, *, adds: bool) -> DialogueState:
    """Look for a kind of thing beside what is looked for in this turn; `adds`: beside all so far.

    The first of a turn has to be among the constraints already.
    """
    searches = state.searches
    if adds and not searches:
        state, searches = _as_search(state, kind)
    if not adds:
        searches = tuple(one for one in searches if one.kind.source.turn == kind.source.turn)
    searches = (*(one for one in searches if one.name != Search(kind).name), Search(kind))
    return _with_choice(replace(state, searches=searches))


def settled(state: DialogueState) -> DialogueState:
    """Leave out what is no longer looked for; a last one left is all there is; what all have, all share."""
    wanted = tuple(search for search in state.searches if _is_wanted(state, search))
    if not state.searches:
        return state
    if len(wanted) < 2:
        alone = within(state, wanted[0]) if wanted else state
        return replace(alone, searches=())
    return _with_shared(_with_choice(replace(state, searches=wanted)))


def concerned(
    state: DialogueState, new: Constraint, fits: Callable[[Sequence[Constraint]], int]
) -> list[str]:
    """The names of the searches that a condition said of no one in particular is about: where it can hold."""
    firm = replace(new, hard=True)
    fitting = [search.name for search in state.searches if fits((search.kind, firm))]
    return fitting or [search.name for search in state.searches]


def speaks_of_kinds(state: DialogueState, constraint: Constraint) -> bool:
    """Whether a condition says which of the things are looked for."""
    return any(search.kind.facet == constraint.facet for search in state.searches)


def _kinds(kind: Constraint) -> frozenset[str]:
    return folded(kind.test.values) if isinstance(kind.test, AnyOf) else frozenset()


def _choice(state: DialogueState, search: Search) -> Constraint | None:
    """The condition that leaves the choice between the kinds."""
    return next(
        (c for c in state.constraints if c.facet == search.kind.facet and _kinds(search.kind) <= _kinds(c)),
        None,
    )


def _shared(state: DialogueState, search: Search) -> tuple[Constraint, ...]:
    choice = _choice(state, search)
    return tuple(c for c in state.constraints if c is not choice)


def _is_wanted(state: DialogueState, search: Search) -> bool:
    ruled_out = any(
        c.facet == search.kind.facet
        and isinstance(c.test, NoneOf)
        and c.hard
        and _kinds(search.kind) <= folded(c.test.values)
        for c in state.constraints
    )
    return _choice(state, search) is not None and not ruled_out


def _as_search(state: DialogueState, kind: Constraint) -> tuple[DialogueState, tuple[Search, ...]]:
    """What was looked for so far as one search of several, if it names a kind of thing."""
    held = next((c for c in state.constraints if c.facet == kind.facet and isinstance(c.test, AnyOf)), None)
    if held is None:
        return state, ()
    own = tuple(c for c in state.constraints if c is not held)
    return replace(state, constraints=(held,), order=None), (Search(held, own, state.order),)


def _with_choice(state: DialogueState) -> DialogueState:
    """The choice between all kinds in the place of what was said of them so far."""
    first = state.searches[0]
    values: dict[str, str] = {}
    for search in state.searches:
        assert isinstance(search.kind.test, AnyOf), "a search is for values of a facet"
        values |= {value: value for value in search.kind.test.values}
    quotes = dict.fromkeys(search.kind.source.quote for search in state.searches)
    newest = state.searches[-1].kind
    source = replace(newest.source, quote=", ".join(quotes))
    choice = replace(newest, test=AnyOf(tuple(values)), source=source)
    every = frozenset().union(*(_kinds(search.kind) for search in state.searches))
    rest = []
    for c in state.constraints:
        is_choice = c.facet == first.kind.facet and bool(_kinds(c)) and bool(_kinds(c) & every)
        if not is_choice:
            rest.append(c)
    return replace(state, constraints=(choice, *rest))


def _with_shared(state: DialogueState) -> DialogueState:
    """What every search asks for by itself holds for all."""
    first, *others = state.searches
    common = {c.key: c for c in first.constraints}
    for search in others:
        keys = {(c.key, c.hard) for c in search.constraints}
        common = {key: c for key, c in common.items() if (key, c.hard) in keys}
    if not common:
        return state
    searches = tuple(
        replace(search, constraints=tuple(c for c in search.constraints if c.key not in common))
        for search in state.searches
    )
    return replace(state, constraints=(*state.constraints, *common.values()), searches=searches)
