"""What a loaded history tells of somebody who begins a conversation.

In: a person's own id, as the history's source writes it. Out: preferences about items, the words of searches
and reviews. Reads the ledger and changes nothing; somebody without a history gets what people related to
them like, apart from their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from chatbot.profile import LONG_TERM_SHARE
from chatbot.profile.sensitive import without_private_quote
from chatbot.understanding.tokens import tokenize
from retriever.domain import About, ItemId, OfItem, OfTheme, Preference, Source, SourceKind
from retriever.feedback import Interaction
from retriever.history_records import Words
from retriever.ledger import Ledger
from retriever.pseudonyms import hash_person

# Of a person's interactions, which all would make a profile of no taste in particular: as in the benchmark.
LATEST = 20
_LEAST = 0.3  # of an interaction's weight: who looked at something once hasn't said anything yet
_LEAST_REVIEWED = 0.2  # of an interaction's weight, for what was written with it to have a sign
_SEARCHES = 3
_SEARCH_WEIGHT = 0.3
_LONGEST_SEARCH = 80  # characters; what is longer is no search but a text pasted into one
_RELATED = 10  # items of related people: each costs a look at the whole catalogue
_RELATED_PEOPLE = 100
_RELATED_CONFIDENCE = 0.5

_REVIEWS = 10  # the latest; each is read once when a conversation begins
_REVIEW_SHARE = 0.5  # of the rating's weight: praise of a film is not praise of all that its review names
_LONGEST_REVIEW = 400  # characters that are read of one
_A_FEW_WORDS = 4  # as long as a tag; what longer texts say beside the catalogue's values is not guessed at

_SEEN = Source(SourceKind.HISTORY, 0)

ReadInterests: TypeAlias = Callable[[str], Sequence[About]]
"""What a text names: facet values, or the free words that it is."""


@dataclass(frozen=True, slots=True)
class Review:
    """What a person wrote about an item that they liked or not (`weight` −1..1); `at`: since the epoch."""

    text: str
    weight: float
    at: float


@dataclass(frozen=True, slots=True)
class Lasting:
    """`own`: what the person did and searched for; `related`: what people related to them like.

    `reviews`: what they wrote about items, oldest first.
    """

    own: tuple[Preference, ...] = ()
    related: tuple[Preference, ...] = ()
    reviews: tuple[Review, ...] = ()


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
        liking = {one.item: one.weight for one in mine}
        if since is not None:
            fresh = self._ledger.loaded_since(catalogue, hashed, since)
            mine = tuple(one for one in mine if one.item in fresh)
        words = [
            one for one in self._ledger.words_of(catalogue, hashed) if since is None or one.loaded_at > since
        ]
        own = (*own_interest(mine), *_searched(words))
        reviews = _reviews(words, liking)
        if own or reviews or since is not None:
            return Lasting(own, (), reviews)
        return Lasting((), self._related(catalogue, hashed))

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


def _searched(words: Iterable[Words]) -> tuple[Preference, ...]:
    """The latest searches as themes; oldest first, as all evidence. `words`: newest first."""
    searches = [one for one in words if not one.item and len(one.text) <= _LONGEST_SEARCH]
    latest = {one.text.casefold(): one for one in reversed(searches)}
    kept = list(latest.values())[-_SEARCHES:]
    weight = _SEARCH_WEIGHT * LONG_TERM_SHARE
    source = replace(_SEEN, event="search")
    return tuple(Preference(OfTheme(one.text), weight, source, at=one.at) for one in kept)


def _reviews(words: Iterable[Words], liking: Mapping[ItemId, float]) -> tuple[Review, ...]:
    """The latest reviews of items that the person liked or disliked. `words`: newest first."""
    about = [one for one in words if abs(liking.get(one.item, 0.0)) >= _LEAST_REVIEWED]
    return tuple(Review(one.text, liking[one.item], one.at) for one in reversed(about[:_REVIEWS]))


def opinions(reviews: Iterable[Review], read: ReadInterests) -> tuple[Preference, ...]:
    """What reviews name as lasting interest, liked or not as the item was; of a thing the newest counts.

    Of a text of a few words that names no value, such as a tag, the words themselves are a theme.
    """
    found: dict[str, Preference] = {}
    for review in reviews:
        text = review.text[:_LONGEST_REVIEW]
        for about in read(text):
            if isinstance(about, OfTheme) and len(tokenize(text)) > _A_FEW_WORDS:
                continue
            source = replace(_SEEN, quote=text[:_LONGEST_SEARCH], event="review")
            weight = review.weight * _REVIEW_SHARE * LONG_TERM_SHARE
            one = without_private_quote(Preference(about, weight, source, at=review.at))
            found[one.key] = one
    return tuple(found.values())


def own_interest(interactions: Iterable[Interaction]) -> tuple[Preference, ...]:
    """The latest twenty of a person's interactions that say something, oldest first, as lasting interest."""
    telling = sorted(
        (one for one in interactions if abs(one.weight) >= _LEAST), key=lambda one: (one.at, one.item)
    )
    return tuple(
        Preference(
            OfItem(one.item),
            one.weight * LONG_TERM_SHARE,
            replace(_SEEN, event="rating" if one.rated else "event"),
            at=one.at,
        )
        for one in telling[-LATEST:]
    )
