"""What a reply is made from, and what it is.

In: `Evidence`, all that the writer may know: records, the person's quotes, counts from the ledger.
Out: `Reply`. A fact that is not in the evidence has no way into a reply.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from retriever.domain import Constraint, Facet, Item, Preference


class Task(StrEnum):
    """What the writer is asked to say; one prompt file and one set of sentences each."""

    RECOMMEND = "recommend"
    EXPLAIN = "explain"
    COMPARE = "compare"
    ANSWER_ITEM = "answer_item"
    ANSWER_CATALOGUE = "answer_catalogue"
    ASK = "ask"
    RELAX = "relax"
    GREET = "greet"
    THANK = "thank"
    CHAT = "chat"
    HAND_OVER = "hand_over"
    DECLINE = "decline"
    UNKNOWN = "unknown"
    RESTART = "restart"
    UNMEASURED = "unmeasured"
    NOTED = "noted"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Absence:
    """Why an item is not among those shown.

    `reason`: "later", "shown", "refused", "known", "liked", "anchor" or "unfit". For "later": its `place` of
    `total` in what fits, from 1 (0: further down than was looked), and the titles of those that come `first`.
    """

    reason: str
    place: int = 0
    total: int = 0
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemEvidence:
    """One item and the real reasons for its rank, strongest first.

    `matched`: preferences it meets. `met`: constraints that it satisfies. `shared`: facet values
    (facet name, value) in common with `anchor_titles`, the items that the person named or liked.
    `broken`: soft wishes that it does not meet: the honest caveat. `decisive`: the leg that put it here.
    `interest`: the titles liked and the values (facet name, value) of the person's interest that it lies in;
    `path`: (title liked, facet name, value) that it has in common with something liked.
    `absent`: where it was asked why it is not here. `search`: the place of the one search of several that it
    was found for, from 1; 0 where there is one.
    """

    item: Item
    rank: int
    matched: tuple[Preference, ...] = ()
    met: tuple[Constraint, ...] = ()
    shared: tuple[tuple[str, str], ...] = ()
    anchor_titles: tuple[str, ...] = ()
    broken: tuple[Constraint, ...] = ()
    decisive: str = ""
    absent: Absence | None = None
    interest: tuple[tuple[str, ...], tuple[tuple[str, str], ...]] | None = None
    path: tuple[str, str, str] | None = None
    search: int = 0


class CatalogueFactKind(StrEnum):
    """Which question to the whole catalogue an answer answers."""

    HAVE = "have"  # how many items fit, with the range of a facet
    COUNT = "count"
    EXTREME = "extreme"  # the item at one end of a facet
    KINDS = "kinds"  # the values of a facet, commonest first
    COMMONEST = "commonest"  # the value of a facet that most items have
    RANGE = "range"  # from where to where a facet goes
    AVERAGE = "average"  # the mean of a facet


@dataclass(frozen=True, slots=True)
class CatalogueFact:
    """An answer computed from the ledger, never by a chat model.

    `count`: items that fit `constraints`. `facet`: what was measured. `ascending`: smallest first.
    `low`/`high`/`average`: over those items. `kinds`: (value, count), commonest first.
    `wider`: for an extreme, the item at that end when the active limits are left out, if another.
    """

    kind: CatalogueFactKind
    count: int
    constraints: tuple[Constraint, ...] = ()
    facet: Facet | None = None
    ascending: bool = True
    low: float | None = None
    high: float | None = None
    average: float | None = None
    kinds: tuple[tuple[str, int], ...] = ()
    wider: Item | None = None
    among_shown: bool = False


@dataclass(frozen=True, slots=True)
class SearchEvidence:
    """One of several things that were looked for at once.

    `active`: all its conditions, its kind first; `eligible`: items that fit them. `relaxations` where none
    fits, `repeated` where only items that were shown before do, as in a `Shortlist` and `Evidence`.
    `catalogue`: for a superlative, which item stands at that end.
    """

    active: tuple[Constraint, ...]
    eligible: int
    relaxations: tuple[tuple[Constraint, int], ...] = ()
    repeated: bool = False
    catalogue: CatalogueFact | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask: a facet, and the values that still divide what remains, with their counts.

    `of`: how many items remain now; 0 where that is not to be said. `also`: another facet that is asked about
    in the same breath, with its own values; either may be answered, or both.
    """

    facet: Facet
    options: tuple[tuple[str, int], ...]
    of: int = 0
    also: Question | None = None

    @property
    def facets(self) -> tuple[Facet, ...]:
        """The facets that it is about, one or two."""
        return (self.facet,) if self.also is None else (self.facet, *self.also.facets)


class ProfileTopic(StrEnum):
    """What is asked about what is known of the person."""

    ALL = "all"
    LIKED = "liked"  # at some time, or at all
    WHY = "why"  # what makes us think so
    EXPORT = "export"  # how to get it as a file


@dataclass(frozen=True, slots=True)
class KnownThing:
    """One thing that is believed of the person.

    `origin`: "quote", "click", "implicit", "rating", "review", "search", "event", "asked", or empty;
    `quote`: their own words, or empty. `days`: since it was last confirmed. `now`: it is of this talk.
    """

    label: str
    liked: bool
    is_item: bool
    explicit: bool
    origin: str
    quote: str
    days: float
    now: bool


@dataclass(frozen=True, slots=True)
class AboutPerson:
    """What is to be told of what is known.

    `things`: what the question is about, the strongest first; `others`: for LIKED, what was liked at other
    times. `mentioned`: (label, wished for) of what was said earlier and doesn't count yet; `replaced`: labels
    of what was believed and is not any more. `when`: LIKED asked for a time.
    """

    topic: ProfileTopic
    things: tuple[KnownThing, ...] = ()
    others: tuple[KnownThing, ...] = ()
    mentioned: tuple[tuple[str, bool], ...] = ()
    replaced: tuple[str, ...] = ()
    when: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that one reply may say.

    `facets`: the catalogue's, for labels and units. `noun`: what items are called ("films"), or empty.
    `heard`: constraints that this turn added or changed; `forgotten`: those it removed; `parked`:
    those set aside because the person turned to something else; `back`: those that count again since what
    took their place is gone. `active`: all constraints now.
    `eligible`: items that fit all of `active`. `asked_facet`: for ANSWER_ITEM, what was asked
    (None: tell about the item); `asked_value`: what it was asked to be, or for UNKNOWN the words for an
    item that isn't there; `beyond`: how many the list has, where they name a place in it.
    `missing`: values asked for that the catalogue doesn't have.
    `about_person`: for PROFILE. `remembered`: titles that somebody who is back liked last time.
    `new_likes`/`new_dislikes`: titles of items that this turn judged. `not_set`: what the person
    wanted to take back, in their words, though nothing of it was active. `searches`: where several things
    were looked for at once, each of them; the items' `search` counts in it.
    `let_go`: the wish that nothing met, so that it no longer excludes. `contact`: where a person can be
    reached, in the owner's words, or empty. `misread`: (word, what it was taken for) where that is unsure.
    `nearest`: where nothing fits, the item that breaks least.
    """

    task: Task
    facets: tuple[Facet, ...]
    user_text: str = ""
    noun: str = ""
    items: tuple[ItemEvidence, ...] = ()
    heard: tuple[Constraint, ...] = ()
    forgotten: tuple[Constraint, ...] = ()
    parked: tuple[Constraint, ...] = ()
    back: tuple[Constraint, ...] = ()
    active: tuple[Constraint, ...] = ()
    wishes: tuple[Preference, ...] = ()
    eligible: int = 0
    repeated: bool = False
    asked_facet: Facet | None = None
    asked_value: str = ""
    beyond: int | None = None
    question: Question | None = None
    catalogue: CatalogueFact | None = None
    relaxations: tuple[tuple[Constraint, int], ...] = ()
    missing: tuple[str, ...] = ()
    new_likes: tuple[str, ...] = ()
    new_dislikes: tuple[str, ...] = ()
    not_set: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    about_person: AboutPerson | None = None
    remembered: tuple[str, ...] = ()
    searches: tuple[SearchEvidence, ...] = ()
    let_go: Constraint | None = None
    contact: str = ""
    misread: tuple[tuple[str, str], ...] = ()
    nearest: ItemEvidence | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An item as shown; `reason` is one or two sentences, supported by the record and the quotes."""

    item: Item
    rank: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person reads.

    `ungrounded_removed` counts sentences of the chat model that were not supported and so not said;
    `degraded`: the chat model failed or was too slow, and plain sentences stand in its place.
    """

    text: str
    recommendations: tuple[Recommendation, ...] = ()
    ungrounded_removed: int = 0
    degraded: bool = False


Piece: TypeAlias = str | Reply
"""What a writer yields: text deltas, each not empty, then the one Reply that they make up."""
