"""Dialogue values ↔ JSON: the stored state, and what scripts read of acts, constraints and profile.

Stored forms are read back only by `read_state`; the script forms go out and never come back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from chatbot.acts import UserAct
from chatbot.profile.form import (
    read_preference,
    read_profile,
    read_source,
    write_about,
    write_preference,
    write_profile,
    write_source,
)
from chatbot.state import DialogueState, Parked, Search
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    Is,
    NoneOf,
    Order,
    Outside,
    Preference,
    Test,
)

__all__ = [
    "Json",
    "act_json",
    "condition_text",
    "constraint_json",
    "preference_json",
    "profile_json",
    "read_preference",
    "read_state",
    "write_preference",
    "write_state",
]

Json = dict[str, Any]

# --- stored: both ways ------------------------------------------------------------------------------


def write_state(state: DialogueState) -> Json:
    """A state as JSON."""
    return {
        "turn": state.turn,
        "constraints": [write_constraint(c) for c in state.constraints],
        **write_profile(state.profile),
        "anchors": list(state.anchors),
        "liked": list(state.liked),
        "disliked": list(state.disliked),
        "known": list(state.known),
        "shown": list(state.shown),
        "ever_shown": list(state.ever_shown),
        "focus": state.focus,
        "talked": list(state.talked),
        "order": write_order(state.order),
        "asked": list(state.asked),
        "quiet": state.quiet,
        "parked": [[write_constraint(p.constraint), p.turn, p.replaced] for p in state.parked],
        "counted": [write_constraint(c) for c in state.counted],
        "group": list(state.group),
        "asked_facet": state.asked_facet,
        "searches": [_write_search(search) for search in state.searches],
        "waived": list(state.waived),
    }


def read_state(data: Mapping[str, Any]) -> DialogueState:
    """The state that `write_state` wrote."""
    return DialogueState(
        turn=data["turn"],
        constraints=tuple(read_constraint(c) for c in data["constraints"]),
        profile=read_profile(data),
        anchors=tuple(data["anchors"]),
        liked=tuple(data["liked"]),
        disliked=tuple(data["disliked"]),
        known=tuple(data["known"]),
        shown=tuple(data["shown"]),
        ever_shown=tuple(data["ever_shown"]),
        focus=data["focus"],
        # Sessions that were stored before items were talked about, or wishes came back, have none.
        talked=tuple(data.get("talked", ())),
        order=read_order(data["order"]),
        asked=tuple(data["asked"]),
        # Sessions that were stored by an earlier Parley know neither.
        quiet=data.get("quiet", False),
        # Until values that were replaced could come back, only what was set aside was kept.
        parked=tuple(Parked(read_constraint(c), *rest) for c, *rest in data.get("parked", ())),
        counted=tuple(read_constraint(c) for c in data.get("counted", ())),
        group=tuple(data.get("group", ())),
        asked_facet=data.get("asked_facet", ""),
        searches=tuple(_read_search(search) for search in data.get("searches", ())),
        waived=tuple(data.get("waived", ())),
    )


def write_constraint(constraint: Constraint) -> Json:
    """A constraint as JSON."""
    match constraint.test:
        case AnyOf(values):
            test: Json = {"any": list(values)}
        case NoneOf(values):
            test = {"none": list(values)}
        case Between(low, high, strict):
            test = {"low": low, "high": high, "strict": strict}
        case Outside(low, high):
            test = {"outside": [low, high]}
        case Is(value):
            test = {"is": value}
    source = write_source(constraint.source)
    return {"facet": constraint.facet, "test": test, "hard": constraint.hard, "source": source}


def read_constraint(data: Mapping[str, Any]) -> Constraint:
    """The constraint that `write_constraint` wrote."""
    test = data["test"]
    read: Test
    if "any" in test:
        read = AnyOf(tuple(test["any"]))
    elif "none" in test:
        read = NoneOf(tuple(test["none"]))
    elif "outside" in test:
        read = Outside(*test["outside"])
    elif "is" in test:
        read = Is(test["is"])
    else:
        read = Between(test["low"], test["high"], test["strict"])
    return Constraint(data["facet"], read, read_source(data["source"]), data["hard"])


def _write_search(search: Search) -> Json:
    return {
        "kind": write_constraint(search.kind),
        "constraints": [write_constraint(c) for c in search.constraints],
        "order": write_order(search.order),
    }


def _read_search(data: Mapping[str, Any]) -> Search:
    own = tuple(read_constraint(c) for c in data["constraints"])
    return Search(read_constraint(data["kind"]), own, read_order(data["order"]))


def write_order(order: Order | None) -> list[str | bool] | None:
    """An order as JSON, or None."""
    return None if order is None else [order.facet, order.ascending]


def read_order(data: list[Any] | None) -> Order | None:
    """The order that `write_order` wrote."""
    return None if data is None else Order(data[0], data[1])


# --- for scripts: out only --------------------------------------------------------------------------


def condition_text(constraint: Constraint) -> str:
    """A constraint as scripts write it: "price < 120", "genres = drama | comedy", "colour != red"."""
    facet = constraint.facet
    match constraint.test:
        case AnyOf(values):
            return f"{facet} = {' | '.join(values)}"
        case NoneOf(values):
            return f"{facet} != {' | '.join(values)}"
        case Outside(low, high):
            return f"{facet} != {low:g}" if low == high else f"{facet} != {low:g} to {high:g}"
        case Is(value):
            return f"{facet} = {'yes' if value else 'no'}"
        case Between(low, high, strict):
            less = "<" if strict else "<="
            if low is not None and low == high:
                return f"{facet} = {low:g}"
            if low is None:
                return f"{facet} {less} {high:g}"
            if high is None:
                return f"{facet} {'>' if strict else '>='} {low:g}"
            return f"{low:g} {less} {facet} {less} {high:g}"


def constraints_json(state: DialogueState) -> tuple[Json, ...]:
    """All conditions: those that hold for everything, then those of one search, which name it."""
    shared = tuple(constraint_json(constraint) for constraint in state.constraints)
    own = tuple(
        {**constraint_json(constraint), "key": f"{search.key}:{constraint.key}", "search": search.name}
        for search in state.searches
        for constraint in search.constraints
    )
    return (*shared, *own)


def constraint_json(constraint: Constraint) -> Json:
    """A constraint with its provenance."""
    return {
        "text": condition_text(constraint),
        "facet": constraint.facet,
        "hard": constraint.hard,
        "turn": constraint.source.turn,
        "quote": constraint.source.quote,
        "key": constraint.key,
    }


def preference_json(preference: Preference) -> Json:
    """A preference as scripts and doors read it, with rounded numbers."""
    written = write_preference(preference)
    return {**written, "weight": round(preference.weight, 4)}


def profile_json(state: DialogueState) -> Json:
    """The interest profile, likes and dislikes."""
    return {
        "short_term": [preference_json(p) for p in state.profile.short_term],
        "long_term": [preference_json(p) for p in state.profile.long_term],
        "similar_to": list(state.anchors),
        "liked": list(state.liked),
        "disliked": list(state.disliked),
    }


def act_json(act: UserAct) -> Json:
    """An act: its intent, the words, and its payload in readable form."""
    intent = re.sub(r"(?<!^)(?=[A-Z])", "_", type(act).__name__).lower()
    payload = {f.name: _plain(getattr(act, f.name)) for f in fields(act)}
    return {
        "intent": intent,
        **{name: value for name, value in payload.items() if value not in (None, "", [])},
    }


def _plain(value: object) -> object:
    if isinstance(value, Constraint):
        return condition_text(value)
    if isinstance(value, Preference):
        return {**write_about(value.about), "weight": round(value.weight, 4)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return value
