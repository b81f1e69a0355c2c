"""What a turn keeps for examination and replay ↔ JSON.

In: `TurnData`. Out: JSON, and back without loss. Acts are written by their fields' types, so that a new act
needs no line here; constraints and preferences in the same form as in the stored state.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.codec import Json, read_constraint, read_order, write_constraint, write_order
from chatbot.profile.form import read_preference, read_profile, write_preference, write_profile
from chatbot.turn_data import Placed, Ranking, TurnData, Weighed
from retriever.domain import (
    Constraint,
    Leg,
    LegTrace,
    Nearby,
    OfFacet,
    Preference,
    Query,
    Reranked,
    Trace,
)

_ACTS: Mapping[str, type[Any]] = {act.__name__: act for act in get_args(UserAct)}


def write_turn_data(data: TurnData) -> Json:
    """The data of a turn as JSON."""
    return {
        "heard": [write_act(act) for act in data.heard],
        "heard_at": data.heard_at,
        "changed": [[one.key, one.lasting, one.before, one.after] for one in data.changed],
        "rankings": [_write_ranking(one) for one in data.rankings],
        "versions": dict(data.versions),
    }


def read_turn_data(data: Mapping[str, Any]) -> TurnData:
    """The data that `write_turn_data` wrote.

    Raises:
        ValueError, KeyError, TypeError: it is not what was written.
    """
    return TurnData(
        heard=tuple(read_act(act) for act in data["heard"]),
        heard_at=data["heard_at"],
        changed=tuple(Weighed(*one) for one in data["changed"]),
        rankings=tuple(_read_ranking(one) for one in data["rankings"]),
        versions=data["versions"],
    )


# --- acts -------------------------------------------------------------------------------------------


def write_act(act: UserAct) -> Json:
    """An act, so that `read_act` makes the same one of it."""
    return {"act": type(act).__name__, **{f.name: _write(getattr(act, f.name)) for f in fields(act)}}


def read_act(data: Mapping[str, Any]) -> UserAct:
    """The act that `write_act` wrote; a field that an earlier Parley did not have takes its default."""
    kind = _ACTS[data["act"]]
    hints = _hints(kind)
    found = {f.name: _read(hints[f.name], data[f.name]) for f in fields(kind) if f.name in data}
    act: UserAct = kind(**found)
    return act


def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind, vars(acts))


def _write(value: object) -> Any:
    match value:
        case Constraint():
            return write_constraint(value)
        case Preference():
            return write_preference(value)
        case Enum():
            return value.value
        case tuple():
            return [_write(one) for one in value]
        case _ if is_dataclass(value):
            return {f.name: _write(getattr(value, f.name)) for f in fields(value)}
        case _:
            return value


def _read(hint: Any, value: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        [hint] = [one for one in get_args(hint) if one is not type(None)]
        return None if value is None else _read(hint, value)
    if get_origin(hint) is tuple:
        return tuple(_read(get_args(hint)[0], one) for one in value)
    if hint is Constraint:
        return read_constraint(value)
    if hint is Preference:
        return read_preference(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if is_dataclass(hint):
        assert isinstance(hint, type), "a type hint names a class"
        hints = _hints(hint)
        return hint(**{name: _read(hints[name], one) for name, one in value.items()})
    return value


# --- rankings ---------------------------------------------------------------------------------------


def _write_ranking(ranking: Ranking) -> Json:
    query = ranking.query
    held = _held(query)
    return {
        "query": {
            "text": query.text,
            "constraints": [write_constraint(c) for c in query.constraints],
            "profile": write_profile(query.profile),
            "anchors": list(query.anchors),
            "excluded": sorted(query.excluded),
            "order": write_order(query.order),
            "k": query.k,
        },
        "eligible": ranking.eligible,
        "shown": ranking.shown,
        "placed": [[one.item, _write_trace(one.trace, held, query.constraints)] for one in ranking.placed],
    }


def _read_ranking(data: Mapping[str, Any]) -> Ranking:
    asked = data["query"]
    query = Query(
        text=asked["text"],
        constraints=tuple(read_constraint(c) for c in asked["constraints"]),
        profile=read_profile(asked["profile"]),
        anchors=tuple(asked["anchors"]),
        excluded=frozenset(asked["excluded"]),
        order=read_order(asked["order"]),
        k=asked["k"],
    )
    held = _held(query)
    placed = tuple(
        Placed(item, _read_trace(trace, held, query.constraints)) for item, trace in data["placed"]
    )
    return Ranking(query, data["eligible"], data["shown"], placed)


def _held(query: Query) -> tuple[Preference, ...]:
    profile = query.profile
    return (*profile.short_term, *profile.long_term, *profile.prior, *profile.mentioned)


def _write_trace(trace: Trace, held: Sequence[Preference], conditions: Sequence[Constraint]) -> Json:
    """What the query holds already is named by its place there."""
    return {
        "legs": [[one.leg.value, one.rank, one.score, one.weight, one.neutral] for one in trace.legs],
        "fused": trace.fused,
        "matched": [held.index(one) for one in trace.matched],
        "shared": [list(pair) for pair in trace.shared],
        "broken": [conditions.index(one) for one in trace.broken],
        "displaced": trace.displaced,
        "penalty": trace.penalty,
        "meant": [[one.facet, one.value] for one in trace.meant],
        "reranked": None
        if trace.reranked is None
        else [trace.reranked.before, trace.reranked.after, trace.reranked.score],
        "nearby": None if trace.nearby is None else _write(trace.nearby),
    }


def _read_trace(
    data: Mapping[str, Any], held: Sequence[Preference], conditions: Sequence[Constraint]
) -> Trace:
    return Trace(
        legs=tuple(LegTrace(Leg(leg), *rest) for leg, *rest in data["legs"]),
        fused=data["fused"],
        matched=tuple(held[place] for place in data["matched"]),
        shared=tuple((facet, value) for facet, value in data["shared"]),
        broken=tuple(conditions[place] for place in data["broken"]),
        displaced=data["displaced"],
        penalty=data["penalty"],
        meant=tuple(OfFacet(facet, value) for facet, value in data["meant"]),
        reranked=None if data["reranked"] is None else Reranked(*data["reranked"]),
        nearby=_read(Nearby | None, data["nearby"]),
    )
