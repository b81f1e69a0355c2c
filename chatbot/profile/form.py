"""A profile as JSON: how it is stored, and read back from what any earlier Parley stored.

In: values. Out: plain JSON values, and the other way. Nothing is rounded: what is read back is what was
written, so that a session replays exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from retriever.domain import (
    About,
    InterestProfile,
    OfFacet,
    OfItem,
    OfTheme,
    Preference,
    Replaced,
    Source,
    SourceKind,
)

Json = dict[str, Any]
_PARTS = ("long_term", "mentioned", "seen")


def write_about(about: About) -> Json:
    """What a preference is about, as JSON."""
    match about:
        case OfFacet(facet, value):
            return {"facet": facet, "value": value}
        case OfItem(item):
            return {"item": item}
        case OfTheme(words):
            return {"theme": words}


def write_preference(preference: Preference) -> Json:
    """A preference as JSON; what is as by default is left out of its times."""
    written: Json = {
        "about": write_about(preference.about),
        "weight": preference.weight,
        "confidence": preference.confidence,
        "at": preference.at,
        "source": write_source(preference.source),
    }
    for name, default in (("first_at", 0.0), ("faded_at", 0.0), ("times", 1)):
        if getattr(preference, name) != default:
            written[name] = getattr(preference, name)
    return written


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
    return Preference(
        read,
        data["weight"],
        read_source(data["source"]),
        data["confidence"],
        data["at"],
        # An earlier Parley knew none of these.
        data.get("first_at", 0.0),
        data.get("faded_at", 0.0),
        data.get("times", 1),
    )


def write_source(source: Source) -> Json:
    """A source as JSON."""
    written: Json = {"kind": source.kind.value, "turn": source.turn, "quote": source.quote}
    return written | ({"event": source.event} if source.event else {})


def read_source(data: Mapping[str, Any]) -> Source:
    """The source that `write_source` wrote."""
    return Source(SourceKind(data["kind"]), data["turn"], data["quote"], data.get("event", ""))


def write_profile(profile: InterestProfile) -> Json:
    """All parts of a profile; parts that are empty and that an earlier Parley didn't have are left out."""
    written: Json = {
        "short_term": _written(profile.short_term),
        "long_term": _written(profile.long_term),
        "prior": _written(profile.prior),
    }
    if profile.mentioned:
        written["mentioned"] = _written(profile.mentioned)
    if profile.seen:
        written["seen"] = _written(profile.seen)
    if profile.record:
        written["record"] = [
            {"was": write_preference(one.was), "by": write_preference(one.by), "at": one.at}
            for one in profile.record
        ]
    return written


def read_profile(data: Mapping[str, Any]) -> InterestProfile:
    """The profile that `write_profile` wrote, or an earlier Parley, which had fewer parts."""
    return InterestProfile(
        _read(data.get("short_term", ())),
        _read(data.get("long_term", ())),
        _read(data.get("prior", ())),
        _read(data.get("mentioned", ())),
        _read(data.get("seen", ())),
        tuple(
            Replaced(read_preference(one["was"]), read_preference(one["by"]), one["at"])
            for one in data.get("record", ())
        ),
    )


def write_lasting(profile: InterestProfile) -> Json:
    """What outlives a session."""
    every = write_profile(profile)
    return {name: part for name, part in every.items() if name in (*_PARTS, "record")}


def read_lasting(data: Any) -> InterestProfile:
    """What `write_lasting` wrote; an earlier Parley kept a plain list of long-term interest."""
    return read_profile({"long_term": data} if isinstance(data, list) else data)


def _written(preferences: Sequence[Preference]) -> list[Json]:
    return [write_preference(one) for one in preferences]


def _read(data: Sequence[Mapping[str, Any]]) -> tuple[Preference, ...]:
    return tuple(read_preference(one) for one in data)
