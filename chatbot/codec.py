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
from chatbot.state import DialogueState, Parked
from retriever.domain import (
    About,
    AnyOf,
    Between,
    Constraint,
    InterestProfile,
    Is,
    NoneOf,
    OfFacet,
    OfItem,
    OfTheme,
    Order,
    Preference,
    Source,
    SourceKind,
    Test,
)

Json = dict[str, Any]

# --- stored: both ways ------------------------------------------------------------------------------


def write_state(state: DialogueState) -> Json:
    """A state as JSON."""
    return {
        "turn": state.turn,
        "constraints": [_write_constraint(c) for c in state.constraints],
        "short_term": [write_preference(p) for p in state.profile.short_term],
        "long_term": [write_preference(p) for p in state.profile.long_term],
        "prior": [write_preference(p) for p in state.profile.prior],
        "anchors": list(state.anchors),
        "liked": list(state.liked),
        "disliked": list(state.disliked),
        "known": list(state.known),
        "shown": list(state.shown),
        "ever_shown": list(state.ever_shown),
        "focus": state.focus,
        "talked": list(state.talked),
        "order": None if state.order is None else [state.order.facet, state.order.ascending],
        "asked": list(state.asked),
        "quiet": state.quiet,
        "parked": [[_write_constraint(p.constraint), p.turn] for p in state.parked],
        "counted": [_write_constraint(c) for c in state.counted],
        "waived": list(state.waived),
    }


def read_state(data: Mapping[str, Any]) -> DialogueState:
    """The state that `write_state` wrote."""
    order = data["order"]
    return DialogueState(
        turn=data["turn"],
        constraints=tuple(_read_constraint(c) for c in data["constraints"]),
        profile=InterestProfile(
            tuple(read_preference(p) for p in data["short_term"]),
            tuple(read_preference(p) for p in data["long_term"]),
            # Sessions of an earlier Parley know nothing of related people.
            tuple(read_preference(p) for p in data.get("prior", ())),
        ),
        anchors=tuple(data["anchors"]),
        liked=tuple(data["liked"]),
        disliked=tuple(data["disliked"]),
        known=tuple(data["known"]),
        shown=tuple(data["shown"]),
        ever_shown=tuple(data["ever_shown"]),
        focus=data["focus"],
        # Sessions that were stored before items were talked about, or wishes came back, have none.
        talked=tuple(data.get("talked", ())),
        order=None if order is None else Order(order[0], order[1]),
        asked=tuple(data["asked"]),
        # Sessions that were stored by an earlier Parley know neither.
        quiet=data.get("quiet", False),
        parked=tuple(Parked(_read_constraint(c), turn) for c, turn in data.get("parked", ())),
        counted=tuple(_read_constraint(c) for c in data.get("counted", ())),
        waived=tuple(data.get("waived", ())),
    )


def write_preference(preference: Preference) -> Json:
    """A preference as JSON."""
    match preference.about:
        case OfFacet(facet, value):
            about: Json = {"facet": facet, "value": value}
        case OfItem(item):
            about = {"item": item}
        case OfTheme(words):
            about = {"theme": words}
    return {
        "about": about,
        "weight": round(preference.weight, 4),
        "confidence": preference.confidence,
        "at": preference.at,
        "source": _write_source(preference.source),
    }


def read_preference(data: Mapping[str, Any]) -> Preference:
    """The preference that `write_preference` wrote."""
    about = data["about"]
    read: About
    if "item" in about:
        read = OfItem(about["item"])
    elif "theme" in about:
        read = OfTheme(about["theme"])
    else:
        read = OfFacet(about["facet"], about["value"])
    source = _read_source(data["source"])
    return Preference(read, data["weight"], source, data["confidence"], data["at"])


def _write_source(source: Source) -> Json:
    return {"kind": source.kind.value, "turn": source.turn, "quote": source.quote}


def _read_source(data: Mapping[str, Any]) -> Source:
    return Source(SourceKind(data["kind"]), data["turn"], data["quote"])


def _write_constraint(constraint: Constraint) -> Json:
    match constraint.test:
        case AnyOf(values):
            test: Json = {"any": list(values)}
        case NoneOf(values):
            test = {"none": list(values)}
        case Between(low, high, strict):
            test = {"low": low, "high": high, "strict": strict}
        case Is(value):
            test = {"is": value}
    source = _write_source(constraint.source)
    return {"facet": constraint.facet, "test": test, "hard": constraint.hard, "source": source}


def _read_constraint(data: Mapping[str, Any]) -> Constraint:
    test = data["test"]
    read: Test
    if "any" in test:
        read = AnyOf(tuple(test["any"]))
    elif "none" in test:
        read = NoneOf(tuple(test["none"]))
    elif "is" in test:
        read = Is(test["is"])
    else:
        read = Between(test["low"], test["high"], test["strict"])
    return Constraint(data["facet"], read, _read_source(data["source"]), data["hard"])


# --- for scripts: out only --------------------------------------------------------------------------


def condition_text(constraint: Constraint) -> str:
    """A constraint as scripts write it: "price < 120", "genres = drama | comedy", "colour != red"."""
    facet = constraint.facet
    match constraint.test:
        case AnyOf(values):
            return f"{facet} = {' | '.join(values)}"
        case NoneOf(values):
            return f"{facet} != {' | '.join(values)}"
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


def profile_json(state: DialogueState) -> Json:
    """The interest profile, likes and dislikes."""
    return {
        "short_term": [write_preference(p) for p in state.profile.short_term],
        "long_term": [write_preference(p) for p in state.profile.long_term],
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
        written = write_preference(value)
        return {**written["about"], "weight": written["weight"]}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return value
