"""The interest profile: what we believe a person likes, and how it changes.

Pure: a profile and evidence in, a new profile out; the time is passed in.

Short-term interest is this session's intent and loses half its weight every `SHORT_HALF_LIFE_TURNS`
turns that don't confirm it; long-term interest holds over sessions and loses half every
`LONG_HALF_LIFE_DAYS` days. On conflict the session wins: ranking reads short-term first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from retriever.domain import InterestProfile, OfItem, Preference, SourceKind

SHORT_HALF_LIFE_TURNS = 8.0
LONG_HALF_LIFE_DAYS = 90.0
FORGOTTEN_BELOW = 0.05
# What was loved, or judged by a click, tells of taste; "a comedy, please" only of tonight.
LASTS_FROM = 0.9
LONG_TERM_SHARE = 0.6
MOST_PREFERENCES = 200
_DAY_S = 86_400.0


def learn(profile: InterestProfile, evidence: Iterable[Preference]) -> InterestProfile:
    """Take in new preferences; the newest about a thing replaces what was believed of it before.

    Strong ones (|weight| ≥ `LASTS_FROM`) go to long-term interest too, at `LONG_TERM_SHARE` of their weight.
    """
    short = {preference.key: preference for preference in profile.short_term}
    long = {preference.key: preference for preference in profile.long_term}
    for preference in evidence:
        short.pop(preference.key, None)  # so that the newest stands last
        short[preference.key] = preference
        if abs(preference.weight) >= LASTS_FROM:
            long.pop(preference.key, None)
            long[preference.key] = replace(preference, weight=preference.weight * LONG_TERM_SHARE)
        elif preference.key in long and (long[preference.key].weight > 0) != (preference.weight > 0):
            del long[preference.key]  # contradicted: no longer a lasting taste
    return replace(profile, short_term=_bounded(short.values()), long_term=_bounded(long.values()))


def forget(profile: InterestProfile, keys: Iterable[str]) -> InterestProfile:
    """The profile without these preferences, in both terms: what a person takes back is gone."""
    gone = frozenset(keys)
    return InterestProfile(
        tuple(p for p in profile.short_term if p.key not in gone),
        tuple(p for p in profile.long_term if p.key not in gone),
        tuple(p for p in profile.prior if p.key not in gone),
    )


def decay_turn(profile: InterestProfile, turn: int) -> InterestProfile:
    """Short-term interest as it stands in `turn`: halved every half-life since it was last confirmed.

    Judgements of items (liked, not for me) don't fade within a session: they were made, not felt.
    """
    kept = []
    for preference in profile.short_term:
        if isinstance(preference.about, OfItem) or preference.source.kind is SourceKind.CLICK:
            kept.append(preference)
            continue
        weight = preference.weight * 0.5 ** (1 / SHORT_HALF_LIFE_TURNS)
        if preference.source.turn >= turn:
            weight = preference.weight
        if abs(weight) >= FORGOTTEN_BELOW:
            kept.append(replace(preference, weight=weight))
    return replace(profile, short_term=tuple(kept))


def begin_session(
    long_term: Iterable[Preference], now: float, prior: Iterable[Preference] = ()
) -> InterestProfile:
    """The profile at a session's start: lasting interest, faded by the days since it was confirmed.

    `prior` is what related people like; it counts for who has no lasting interest.
    """
    kept = []
    for preference in long_term:
        days = max(0.0, now - preference.at) / _DAY_S
        weight = preference.weight * 0.5 ** (days / LONG_HALF_LIFE_DAYS)
        if abs(weight) >= FORGOTTEN_BELOW:
            source = replace(preference.source, kind=SourceKind.HISTORY)
            kept.append(replace(preference, weight=weight, at=now, source=source))
    return InterestProfile(long_term=tuple(kept), prior=() if kept else tuple(prior))


def _bounded(preferences: Iterable[Preference]) -> tuple[Preference, ...]:
    """The newest `MOST_PREFERENCES`: a profile that only grows would slow every turn."""
    return tuple(preferences)[-MOST_PREFERENCES:]
