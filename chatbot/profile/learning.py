"""How an interest profile changes.

Pure: a profile and evidence in, a new profile out; the time is passed in.

Short-term interest is this session's intent and loses half its weight every `SHORT_HALF_LIFE_TURNS`
turns that don't confirm it; long-term interest holds over sessions and loses half every
`LONG_HALF_LIFE_DAYS` days. On conflict the session wins: ranking reads short-term first. What was loved or
judged lasts at once; anything else once it was said in `LASTS_AFTER_TURNS` turns of a session or in
`LASTS_AFTER_SESSIONS` sessions. Of contradictions the newest counts, and what it replaced stays in the
record. What somebody did never outweighs what they said. Nothing sensitive is taken in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from chatbot.profile.sensitive import is_sensitive, without_private_quote
from retriever.domain import InterestProfile, ItemId, OfItem, Preference, Replaced, Source, SourceKind

SHORT_HALF_LIFE_TURNS = 8.0
LONG_HALF_LIFE_DAYS = 90.0
FORGOTTEN_BELOW = 0.05
# What was loved, or judged by a click, tells of taste; "a comedy, please" only of tonight.
LASTS_FROM = 0.9
LASTS_AFTER_TURNS = 3
LASTS_AFTER_SESSIONS = 3  # two evenings are a coincidence
LONG_TERM_SHARE = 0.6
MOST_PREFERENCES = 200
MOST_RECORDED = 100
_DAY_S = 86_400.0
SEEN_KEY = "seen:"
ASKED = "asked"  # the event of what came to last by being asked for again and again


def learn(profile: InterestProfile, evidence: Iterable[Preference]) -> InterestProfile:
    """Take in new preferences; the newest about a thing replaces what was believed of it before.

    Strong ones (|weight| ≥ `LASTS_FROM`), and those said often enough, go to long-term interest too, at
    `LONG_TERM_SHARE` of their weight. A contradiction goes to the record.
    """
    parts = _Parts(profile)
    for preference in evidence:
        if not is_sensitive(preference.about) and not parts.is_outweighed(preference):
            _take_in(parts, without_private_quote(preference))
    return parts.profile()


def mention(profile: InterestProfile, asked: Iterable[Preference]) -> InterestProfile:
    """Note what was asked for as a condition: it steers by itself, and is an interest only if it recurs."""
    parts = _Parts(profile)
    for preference in asked:
        if not is_sensitive(preference.about):
            _mention(parts, without_private_quote(preference))
    return parts.profile()


def overrule(profile: InterestProfile, ruled_out: Iterable[Preference]) -> InterestProfile:
    """What a condition rules out is no interest any more; a belief to the contrary goes to the record."""
    parts = _Parts(profile)
    for preference in ruled_out:
        parts.note_contradiction(preference)
        parts.short.pop(preference.key, None)
        old = parts.long.get(preference.key)
        if old is not None and old.weight * preference.weight < 0:
            del parts.long[preference.key]
        if not is_sensitive(preference.about):
            _mention(parts, without_private_quote(preference))
    return parts.profile()


def unmention(profile: InterestProfile, keys: Iterable[str]) -> InterestProfile:
    """What was only asked for, and is taken back, does not count towards an interest."""
    gone = frozenset(keys)
    return replace(profile, mentioned=tuple(one for one in profile.mentioned if one.key not in gone))


def note_seen(
    profile: InterestProfile, items: Iterable[ItemId], source: Source, at: float
) -> InterestProfile:
    """Remember items as known, so that no later session recommends them either."""
    seen = {one.key: one for one in profile.seen}
    for item in items:
        new = Preference(OfItem(item), 0.0, source, at=at, first_at=at)
        seen.setdefault(new.key, new)
    return replace(profile, seen=_bounded(seen.values()))


def adjust(profile: InterestProfile, key: str, weight: float, source: Source, at: float) -> InterestProfile:
    """Set a preference's weight (−1..1) as the person edits it; 0 forgets it, an unknown key changes nothing.

    It counts now and, where it was lasting or is strong, from now on.
    """
    parts = _Parts(profile)
    old = parts.believed(key) or parts.mentioned.get(key)
    if old is None or not weight:
        return forget(profile, [key]) if old is not None else profile
    weight = max(-1.0, min(1.0, weight))
    new = replace(
        old,
        weight=weight,
        source=replace(source, quote=old.source.quote),
        confidence=1.0,
        at=at,
        first_at=first_said(old),
        faded_at=0.0,
    )
    parts.note_contradiction(new)
    lasts = key in parts.long or abs(weight) >= LASTS_FROM
    parts.mentioned.pop(key, None)
    _put(parts.short, new)
    if lasts:
        _put(parts.long, new)
    return parts.profile()


def forget(profile: InterestProfile, keys: Iterable[str]) -> InterestProfile:
    """The profile without these preferences, in every part: what a person takes back is gone.

    That an item was seen is another thing than that it is liked, and has a key of its own.
    """
    gone = frozenset(keys)

    def left(part: tuple[Preference, ...]) -> tuple[Preference, ...]:
        return tuple(p for p in part if p.key not in gone)

    return InterestProfile(
        left(profile.short_term),
        left(profile.long_term),
        left(profile.prior),
        left(profile.mentioned),
        tuple(p for p in profile.seen if seen_key(p) not in gone),
        tuple(one for one in profile.record if one.was.key not in gone),
    )


def decay_turn(profile: InterestProfile, turn: int) -> InterestProfile:
    """Short-term interest as it stands in `turn`: halved every half-life since it was last confirmed.

    Judgements of items (liked, not for me) don't fade within a session: they were made, not felt.
    """
    kept = []
    faded = 0.5 ** (1 / SHORT_HALF_LIFE_TURNS)
    for preference in profile.short_term:
        if isinstance(preference.about, OfItem) or preference.source.kind is SourceKind.CLICK:
            kept.append(preference)
            continue
        weight = preference.weight * faded
        if preference.source.turn >= turn:
            weight = preference.weight
        if abs(weight) >= FORGOTTEN_BELOW:
            kept.append(replace(preference, weight=weight))
    return replace(profile, short_term=tuple(kept))


def begin_session(
    long_term: Iterable[Preference],
    now: float,
    prior: Iterable[Preference] = (),
    mentioned: Iterable[Preference] = (),
    seen: Iterable[Preference] = (),
    record: Iterable[Replaced] = (),
) -> InterestProfile:
    """The profile at a session's start: lasting interest, faded by the days since it was confirmed.

    `prior` is what related people like; it counts for who has no lasting interest. The other parts are as an
    earlier session left them; what was mentioned fades as interest does.
    """
    kept = _faded(long_term, now)
    return InterestProfile(
        long_term=kept,
        prior=() if kept else tuple(prior),
        mentioned=_faded(mentioned, now),
        seen=tuple(_of_earlier(one) for one in seen),
        record=tuple(record),
    )


def seen_key(seen: Preference) -> str:
    """Names that an item is known: "seen:" before its id."""
    return f"{SEEN_KEY}{seen.key.partition(':')[2]}"


def first_said(preference: Preference) -> float:
    """When it was first said, in seconds since the epoch."""
    return preference.first_at or preference.at


# --- inside -----------------------------------------------------------------------------------------


class _Parts:
    """A profile's parts by key, while it changes; a part that nothing asks for is left as it is."""

    def __init__(self, profile: InterestProfile) -> None:
        self._before = profile
        self.record = list(profile.record)

    @cached_property
    def short(self) -> dict[str, Preference]:
        return {one.key: one for one in self._before.short_term}

    @cached_property
    def long(self) -> dict[str, Preference]:
        return {one.key: one for one in self._before.long_term}

    @cached_property
    def mentioned(self) -> dict[str, Preference]:
        return {one.key: one for one in self._before.mentioned}

    def profile(self) -> InterestProfile:
        read = vars(self)
        before = self._before
        return replace(
            before,
            short_term=_bounded(self.short.values()) if "short" in read else before.short_term,
            long_term=_bounded(self.long.values()) if "long" in read else before.long_term,
            mentioned=_bounded(self.mentioned.values()) if "mentioned" in read else before.mentioned,
            record=tuple(self.record[-MOST_RECORDED:]),
        )

    def believed(self, key: str) -> Preference | None:
        """What counts about a thing now: the session wins."""
        return self.short.get(key) or self.long.get(key)

    def is_outweighed(self, new: Preference) -> bool:
        """Whether it is only inferred, where the person has spoken."""
        old = self.believed(new.key)
        return old is not None and old.source.explicit and not new.source.explicit

    def note_contradiction(self, new: Preference) -> None:
        old = self.believed(new.key)
        if old is not None and old.weight * new.weight < 0:
            self.record.append(Replaced(old, new, new.at))


def _take_in(parts: _Parts, new: Preference) -> None:
    parts.note_contradiction(new)
    key, said = new.key, _said_again(parts.short.get(new.key), new)
    _put(parts.short, said)
    old = parts.long.get(key)
    if old is not None and old.weight * new.weight < 0:
        del parts.long[key]  # contradicted: no longer a lasting taste
        old = None
    recurs = _mention(parts, new) if not isinstance(new.about, OfItem) else False
    if abs(new.weight) >= LASTS_FROM or said.times >= LASTS_AFTER_TURNS or recurs:
        _put(parts.long, _lasting(said, old))
        if not isinstance(new.about, OfItem):
            parts.mentioned.pop(key, None)
    elif old is not None and key in parts.long:
        again = new.at > old.at
        times = old.times + (1 if again else 0)
        parts.long[key] = replace(old, at=max(old.at, new.at), faded_at=0.0, times=times)


def _said_again(old: Preference | None, new: Preference) -> Preference:
    """The newest word with what is known of when and how often the same was said before."""
    if old is None or old.weight * new.weight <= 0:
        return replace(new, first_at=first_said(new))
    first = min(first_said(old), first_said(new))
    if new.source.turn == old.source.turn:
        return replace(new, first_at=first, times=max(old.times, new.times))
    # Two doubtful hints are less doubtful than either.
    confidence = 1.0 - (1.0 - old.confidence) * (1.0 - new.confidence)
    return replace(new, first_at=first, times=old.times + 1, confidence=confidence)


def _lasting(said: Preference, old: Preference | None) -> Preference:
    """The long-term preference that comes of it, never weaker than what lasted already."""
    weight = said.weight * LONG_TERM_SHARE
    if old is None:
        return replace(said, weight=weight)
    if abs(old.weight) > abs(weight):
        weight = old.weight
    first = min(first_said(old), first_said(said))
    return replace(said, weight=weight, first_at=first, times=old.times + 1)


def _mention(parts: _Parts, new: Preference) -> bool:
    """Count a session in which something was said; True once there are enough for it to last.

    What was only asked for then comes to last here, at its own small weight.
    """
    key = new.key
    if key in parts.long:
        return False
    old = parts.mentioned.get(key)
    if old is None or old.weight * new.weight <= 0:
        _put(parts.mentioned, replace(new, first_at=first_said(new), times=1))
        return False
    again = old.source.turn == 0  # of an earlier session; one in this session counts once
    strongest = new if abs(new.weight) >= abs(old.weight) else replace(new, weight=old.weight)
    told = replace(strongest, first_at=first_said(old), times=old.times + (1 if again else 0))
    if told.times < LASTS_AFTER_SESSIONS:
        _put(parts.mentioned, told)
        return False
    parts.mentioned.pop(key, None)
    if not new.source.explicit:
        source = replace(new.source, kind=SourceKind.HISTORY, event=ASKED)
        _put(parts.long, replace(told, weight=told.weight * LONG_TERM_SHARE, source=source))
    return True


def _put(part: dict[str, Preference], preference: Preference) -> None:
    part.pop(preference.key, None)  # so that the newest stands last
    part[preference.key] = preference


def _faded(preferences: Iterable[Preference], now: float) -> tuple[Preference, ...]:
    kept = []
    for preference in preferences:
        days = max(0.0, now - max(preference.at, preference.faded_at)) / _DAY_S
        weight = preference.weight * 0.5 ** (days / LONG_HALF_LIFE_DAYS)
        if abs(weight) >= FORGOTTEN_BELOW:
            kept.append(replace(_of_earlier(preference), weight=weight, faded_at=now))
    return tuple(kept)


def _of_earlier(preference: Preference) -> Preference:
    """The same as something of an earlier session: what it was then stays known."""
    source = preference.source
    event = source.event if source.kind is SourceKind.HISTORY else source.event or source.kind.value
    return replace(preference, source=Source(SourceKind.HISTORY, 0, source.quote, event))


def _bounded(preferences: Iterable[Preference]) -> tuple[Preference, ...]:
    """The newest `MOST_PREFERENCES`: a profile that only grows would slow every turn."""
    return tuple(preferences)[-MOST_PREFERENCES:]
