"""What a loaded history tells of somebody who begins a conversation.

In: a person's own id, as the history's source writes it. Out: preferences about items. Reads the ledger and
changes nothing; somebody without a history gets what people related to them like, apart from their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chatbot.profile import LONG_TERM_SHARE
from retriever.domain import ItemId, OfItem, OfTheme, Preference, Source, SourceKind
from retriever.feedback import Interaction
from retriever.ledger import Ledger
from retriever.pseudonyms import hash_person

# Of a person's interactions, which all would make a profile of no taste in particular: as in the benchmark.
LATEST = 20
_LEAST = 0.3  # of an interaction's weight: who looked at something once hasn't said anything yet
_SEARCHES = 3
_SEARCH_WEIGHT = 0.3
_LONGEST_SEARCH = 80  # characters; what is longer is no search but a text pasted into one
_RELATED = 10  # items of related people: each costs a look at the whole catalogue
_RELATED_PEOPLE = 100
_RELATED_CONFIDENCE = 0.5

_SEEN = Source(SourceKind.HISTORY, 0)


@dataclass(frozen=True, slots=True)
class Lasting:
    """`own`: what the person did and searched for; `related`: what people related to them like."""

    own: tuple[Preference, ...] = ()
    related: tuple[Preference, ...] = ()


NOTHING = Lasting()


class KnownPeople:
    """Looks people up in a ledger; `key` gives the key that hashes them, None before the first history."""

    def __init__(self, ledger: Ledger, key: Callable[[], bytes | None]) -> None:
        self._ledger = ledger
        self._key = key

    def long_term_of(self, person: str, catalogue: str, since: float | None = None) -> Lasting:
        """What is known of a person when a conversation begins.

        `since`: when an earlier conversation last kept their interest (seconds since the epoch). What had
        been loaded by then is part of that, or was taken back in it, so that only what was loaded later
        counts, and nothing of related people.
        """
        key = self._key()
        if key is None or not person:
            return NOTHING
        hashed = hash_person(key, person)
        mine = self._ledger.interactions_of(catalogue, hashed)
        if since is not None:
            fresh = self._ledger.loaded_since(catalogue, hashed, since)
            mine = tuple(one for one in mine if one.item in fresh)
        own = (*own_interest(mine), *self._searched(catalogue, hashed, since))
        if own or since is not None:
            return Lasting(own)
        return Lasting((), self._related(catalogue, hashed))

    def _searched(self, catalogue: str, hashed: str, since: float | None) -> tuple[Preference, ...]:
        """The latest searches as themes; oldest first, as all evidence."""
        words = [
            one
            for one in self._ledger.words_of(catalogue, hashed)
            if not one.item and len(one.text) <= _LONGEST_SEARCH and (since is None or one.loaded_at > since)
        ]
        latest = {one.text.casefold(): one for one in reversed(words)}
        kept = list(latest.values())[-_SEARCHES:]
        weight = _SEARCH_WEIGHT * LONG_TERM_SHARE
        return tuple(Preference(OfTheme(one.text), weight, _SEEN, at=one.at) for one in kept)

    def _related(self, catalogue: str, hashed: str) -> tuple[Preference, ...]:
        """What related people like together: the mean of their weights, heavier relations counting more."""
        related = self._ledger.related_to(catalogue, hashed)[:_RELATED_PEOPLE]
        strongest = max((weight for _, weight in related), default=0.0)
        sums: dict[ItemId, float] = defaultdict(float)
        whole = 0.0
        for person, weight in related:
            theirs = self._ledger.interactions_of(catalogue, person)
            if theirs:
                whole += weight
            for one in theirs:
                sums[one.item] += weight * one.weight
        means = {item: total / whole for item, total in sums.items() if total > 0} if strongest else {}
        best = sorted(means.items(), key=lambda pair: (-pair[1], pair[0]))[:_RELATED]
        return tuple(
            Preference(OfItem(item), min(1.0, mean), _SEEN, _RELATED_CONFIDENCE) for item, mean in best
        )


def own_interest(interactions: Iterable[Interaction]) -> tuple[Preference, ...]:
    """The latest twenty of a person's interactions that say something, oldest first, as lasting interest."""
    telling = sorted(
        (one for one in interactions if abs(one.weight) >= _LEAST), key=lambda one: (one.at, one.item)
    )
    return tuple(
        Preference(OfItem(one.item), one.weight * LONG_TERM_SHARE, _SEEN, at=one.at)
        for one in telling[-LATEST:]
    )
