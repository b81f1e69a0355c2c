"""What is known of a person, as plain values ready to be told: each thing with its weight, origin and times.

In: a profile, a catalogue, a language, the time. Out: `Knowledge`. Pure. What others like (the prior) and
what is never kept of anybody are not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chatbot.profile.learning import first_said, seen_key
from chatbot.profile.sensitive import is_sensitive
from chatbot.state import DialogueState
from chatbot.understanding.words import load_language
from generator.labels import facet_value_label
from retriever.catalogue import Catalogue
from retriever.domain import InterestProfile, OfFacet, OfItem, Preference, Replaced, Source, SourceKind

_EXPORT_FORM = 1


@dataclass(frozen=True, slots=True)
class Belief:
    """One thing believed of a person.

    `key` names it for editing and deleting; `kind`: "item", "value" or "theme"; `facet`: a value's.
    `weight` −1..1 as it is now; `lasting`: beyond this talk; `explicit`: said or judged, not inferred.
    `origin`: what it came from ("quote", "click", "implicit", "rating", "review", "search", "event",
    "asked", or empty); `source`: the same in words; `quote`: the person's own words. `turn`: of this talk,
    0 for an earlier one. Times are in seconds since the epoch.
    """

    key: str
    label: str
    kind: str
    facet: str
    weight: float
    confidence: float
    lasting: bool
    explicit: bool
    origin: str
    source: str
    quote: str
    turn: int
    first_at: float
    at: float
    times: int


@dataclass(frozen=True, slots=True)
class Change:
    """A belief that a contrary one replaced: its label, and both weights. `at`: seconds since the epoch."""

    key: str
    label: str
    was: float
    by: float
    was_source: str
    by_source: str
    was_at: float
    at: float


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that is known. `beliefs` rank; `mentioned` was said and doesn't count yet; `seen`: known
    items; `changes`: contradictions, newest first. `at`: when this was asked."""

    beliefs: tuple[Belief, ...] = ()
    mentioned: tuple[Belief, ...] = ()
    seen: tuple[Belief, ...] = ()
    changes: tuple[Change, ...] = ()
    at: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The export: all of it, as plain JSON values."""
        every = {"parley_profile": _EXPORT_FORM, **asdict(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in every.items()}


def knowledge(state: DialogueState, catalogue: Catalogue, language: str, now: float) -> Knowledge:
    """What is known now, the strongest first; this talk's word about a thing stands before what lasts."""
    profile, teller = state.profile, _Teller(catalogue, load_language(language).chips, language)
    lasting = {one.key for one in profile.long_term}
    session = [(one, one.key in lasting) for one in profile.short_term]
    spoken = {one.key for one in profile.short_term}
    session += [(one, True) for one in profile.long_term if one.key not in spoken]
    beliefs = [told for one, lasts in session if (told := teller.belief(one, lasting=lasts))]
    mentioned = [told for one in profile.mentioned if (told := teller.belief(one, lasting=False))]
    seen = [told for one in profile.seen if (told := teller.belief(one, lasting=True, key=seen_key(one)))]
    changes = [gone for one in reversed(profile.record) if (gone := teller.change(one))]
    return Knowledge(
        tuple(sorted(beliefs, key=lambda one: (-abs(one.weight), -one.at, one.key))),
        tuple(mentioned),
        tuple(seen),
        tuple(changes),
        now,
    )


def all_preferences(profile: InterestProfile) -> tuple[Preference, ...]:
    """All that can be edited: what is believed, and what was mentioned."""
    return (*profile.short_term, *profile.long_term, *profile.mentioned)


def origin_of(source: Source) -> str:
    """What something came from, whenever that was; empty where it isn't known."""
    return source.event or ("" if source.kind is SourceKind.HISTORY else source.kind.value)


def source_in_words(source: Source, words: Mapping[str, str]) -> str:
    """Where something came from, for people: "you said “…”". `words`: a language's, for chips."""
    origin, earlier = origin_of(source), source.kind is SourceKind.HISTORY
    match origin:
        case "quote" if source.quote:
            return words["history" if earlier else "quote"].format(quote=source.quote)
        case "quote":
            return words["said"]
        case "click" | "implicit":
            return words[f"earlier_{origin}" if earlier else origin]
        case "review":
            return words["review" if source.quote else "review_bare"].format(quote=source.quote)
        case "asked" if source.quote:
            return words["asked_words"].format(quote=source.quote)
        case "rating" | "search" | "event" | "asked":
            return words[origin]
    return words["history"].format(quote=source.quote) if source.quote else words["earlier"]


def label_of(preference: Preference, catalogue: Catalogue, language: str) -> str:
    """What a preference is about, as people read it; empty for what the catalogue doesn't have."""
    match preference.about:
        case OfItem(item):
            return catalogue.item(item).title if item in catalogue else ""
        case OfFacet(name, value):
            facet = catalogue.facet(name)
            return facet_value_label(value, facet, language) if facet else ""
        case about:
            return about.words


@dataclass(frozen=True, slots=True)
class _Teller:
    catalogue: Catalogue
    words: Mapping[str, str]
    language: str

    def belief(self, one: Preference, *, lasting: bool, key: str = "") -> Belief | None:
        label = label_of(one, self.catalogue, self.language)
        if not label or is_sensitive(one.about):
            return None
        about, source = one.about, one.source
        return Belief(
            key=key or one.key,
            label=label,
            kind="item" if isinstance(about, OfItem) else "value" if isinstance(about, OfFacet) else "theme",
            facet=about.facet if isinstance(about, OfFacet) else "",
            weight=round(one.weight, 4),
            confidence=round(one.confidence, 4),
            lasting=lasting,
            explicit=source.explicit,
            origin=origin_of(source),
            source=source_in_words(source, self.words),
            quote=source.quote,
            turn=source.turn if source.kind is not SourceKind.HISTORY else 0,
            first_at=first_said(one),
            at=one.at,
            times=one.times,
        )

    def change(self, one: Replaced) -> Change | None:
        label = label_of(one.was, self.catalogue, self.language)
        if not label or is_sensitive(one.was.about):
            return None
        return Change(
            one.was.key,
            label,
            round(one.was.weight, 4),
            round(one.by.weight, 4),
            source_in_words(one.was.source, self.words),
            source_in_words(one.by.source, self.words),
            one.was.at,
            one.at,
        )


def of_keys(beliefs: Iterable[Belief], keys: Sequence[str]) -> tuple[Belief, ...]:
    """Those of these keys, in their order."""
    return tuple(one for one in beliefs if one.key in keys)
