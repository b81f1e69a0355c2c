"""The nouns of Parley: what a catalogue holds, what a person wants, what is asked of the retriever.

Frozen values only. Imports nothing of ours and touches no file, model, clock or random source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

ItemId: TypeAlias = str
# NUMBER and YEAR are float, BOOLEAN bool, CATEGORY str, TAGS a tuple of str without repeats.
FacetValue: TypeAlias = float | bool | str | tuple[str, ...]

TEXT_FACET = "text"
"""A constraint on this name reads an item's words (title, description, every facet value), not one facet."""


class FacetKind(StrEnum):
    """How a facet's values are compared: numbers and years by size, the others by equality."""

    NUMBER = "number"
    CATEGORY = "category"
    TAGS = "tags"
    YEAR = "year"
    BOOLEAN = "boolean"


class FacetRole(StrEnum):
    """What a facet is for, where understanding or a card needs to know; found by ingestion."""

    PRICE = "price"
    YEAR = "year"
    CATEGORY = "category"
    CREATOR = "creator"
    RATING = "rating"
    STOCK = "stock"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Facet:
    """An attribute of a catalogue's items.

    `name` is unique in its catalogue, lower-case [a-z0-9_]; `label` is what a person reads;
    `unit` is a unit ("min", "g") or, for a price, an ISO 4217 code, or empty.
    """

    name: str
    kind: FacetKind
    label: str
    unit: str = ""
    role: FacetRole = FacetRole.OTHER


@dataclass(frozen=True, slots=True)
class Item:
    """One recommendable thing. A facet that the source leaves empty is absent from `facets`.

    `picture` is a file name inside the catalogue's picture folder, or empty.
    `content_hash` covers everything that is encoded or shown.
    """

    id: ItemId
    title: str
    description: str
    facets: Mapping[str, FacetValue]
    picture: str = ""
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True for an item with at least one of `values` (compared case-folded)."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """True for an item with none of `values`; an item without the facet passes."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """True for low <= number <= high; None leaves that side open, `strict` excludes the ends."""

    low: float | None = None
    high: float | None = None
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Outside:
    """True for an item whose number is not in low..high, ends included; one without the facet passes."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Is:
    """True for an item whose boolean facet equals `value`; a missing one counts as False."""

    value: bool


Test: TypeAlias = AnyOf | NoneOf | Between | Outside | Is


def either(one: Test, other: Test) -> Test | None:
    """The test of a choice between two: values together, two spans as one, with what lies between.

    None for two of which there is none: of different kinds, or with a side that is open.
    """
    match one, other:
        case AnyOf(before), AnyOf(now):
            return AnyOf(tuple(dict.fromkeys((*before, *now))))
        case Between(float(low), float(high), strict), Between(float(least), float(most)):
            return Between(min(low, least), max(high, most), strict)
        case _:
            return None


class SourceKind(StrEnum):
    """Where a constraint or preference came from."""

    QUOTE = "quote"  # the person's own words
    CLICK = "click"  # like, not for me, a chip: explicit
    IMPLICIT = "implicit"  # opened an item's own page
    HISTORY = "history"  # earlier sessions or loaded interactions


@dataclass(frozen=True, slots=True)
class Source:
    """The words or the event behind something that we believe about a person.

    `turn` counts from 1 in its session; `quote` is the person's own wording, or empty for a click.
    `event`: of HISTORY, what it was then: another kind, or an event of a loaded history ("rating", "review",
    "search", "event"); empty where that isn't known.
    """

    kind: SourceKind
    turn: int
    quote: str = ""
    event: str = ""

    @property
    def explicit(self) -> bool:
        """Whether the person said or judged it; else it is inferred from what they did."""
        return (self.event or self.kind.value) in _EXPLICIT


_EXPLICIT = frozenset(("quote", "click", "rating", "review"))


@dataclass(frozen=True, slots=True)
class Constraint:
    """A condition on a facet. Hard excludes items, soft only lowers them."""

    facet: str
    test: Test
    source: Source
    hard: bool = True

    @property
    def rules_out(self) -> bool:
        """Whether it says what an item must not have, so that one without the facet meets it."""
        return isinstance(self.test, NoneOf | Outside)

    @property
    def key(self) -> str:
        """Names the condition within a session, whatever its source: the same wish twice is one."""
        match self.test:
            case AnyOf(values):
                return f"{self.facet} any {'|'.join(sorted(v.casefold() for v in values))}"
            case NoneOf(values):
                return f"{self.facet} none {'|'.join(sorted(v.casefold() for v in values))}"
            case Between(low, high, strict):
                bounds = "" if low is None else f"{low:g}", "" if high is None else f"{high:g}"
                return f"{self.facet} {'within' if strict else 'between'} {bounds[0]}..{bounds[1]}"
            case Outside(low, high):
                return f"{self.facet} outside {low:g}..{high:g}"
            case Is(value):
                return f"{self.facet} is {value}"


@dataclass(frozen=True, slots=True)
class OfFacet:
    """A preference about one value of a facet."""

    facet: str
    value: str


@dataclass(frozen=True, slots=True)
class OfItem:
    """A preference about an item."""

    item: ItemId


@dataclass(frozen=True, slots=True)
class OfTheme:
    """A preference about free words that no facet value matches."""

    words: str


About: TypeAlias = OfFacet | OfItem | OfTheme


@dataclass(frozen=True, slots=True)
class Preference:
    """A graded like or dislike, with the words or event that it came from.

    `weight` in -1..1: sign is like or dislike, size is strength now. `confidence` in 0..1.
    `at` is when it was last confirmed, in seconds since the epoch, UTC; `first_at` when it was first said (0:
    as `at`); `faded_at` for which moment the weight holds, where it has faded since `at`. `times`: how often
    it was said, once a turn or, in what earlier sessions mentioned, once a session.
    """

    about: About
    weight: float
    source: Source
    confidence: float = 1.0
    at: float = 0.0
    first_at: float = 0.0
    faded_at: float = 0.0
    times: int = 1

    @property
    def key(self) -> str:
        """Names what it is about, so that newer evidence replaces older."""
        about = self.about  # not matched: a profile's update asks for a thousand keys
        if isinstance(about, OfItem):
            return f"item:{about.item}"
        if isinstance(about, OfFacet):
            return f"{about.facet}={about.value.casefold()}"
        return f"theme:{about.words.casefold()}"


@dataclass(frozen=True, slots=True)
class Replaced:
    """A belief that a contrary one took the place of: what was believed until `at`, and what is since."""

    was: Preference
    by: Preference
    at: float


@dataclass(frozen=True, slots=True)
class InterestProfile:
    """What we believe that a person likes; one preference a key in each part.

    Long-term interest holds over sessions (slow decay); short-term is this session's intent
    (fast decay) and wins on conflict. `prior` is what people related to them like: a little of it counts
    until something of their own is known. It is others' taste: never shown, never given as their own.

    What ranks nothing: `mentioned`, what was said in one session or another and may come to last; `seen`,
    items known in earlier sessions (weight 0); `record`, contradicted beliefs, oldest first.
    """

    short_term: tuple[Preference, ...] = ()
    long_term: tuple[Preference, ...] = ()
    prior: tuple[Preference, ...] = ()
    mentioned: tuple[Preference, ...] = ()
    seen: tuple[Preference, ...] = ()
    record: tuple[Replaced, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """Rank by a facet's number instead of by relevance: "the cheapest", "the lightest"."""

    facet: str
    ascending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """Retrieval's complete input for one request.

    `text`: what to look for, in words; may be empty. `anchors`: items to be similar to
    ("like Arrival"). `excluded`: items never to return. `k` >= 1.
    """

    text: str = ""
    constraints: tuple[Constraint, ...] = ()
    profile: InterestProfile = field(default_factory=InterestProfile)
    anchors: tuple[ItemId, ...] = ()
    excluded: frozenset[ItemId] = frozenset()
    order: Order | None = None
    k: int = 3


class Leg(StrEnum):
    """One way of ranking, before fusion."""

    DENSE = "dense"  # cosine to the query's words
    LEXICAL = "lexical"  # BM25 of the query's words
    FACET = "facet"  # facet values near in meaning to the query's words
    ANCHOR = "anchor"  # similarity to the items named or liked
    PREFERENCE = "preference"  # agreement with the interest profile
    COLLABORATIVE = "collaborative"  # liked together by people
    PICTURE = "picture"  # the picture against the query's words, by an image encoder
    LOOKS = "looks"  # pictures like those of the items named
    ORDER = "order"  # the facet asked for by a superlative
    RELATED = "related"  # what people related to the person like, while nothing of their own is known
    PRIOR = "prior"  # rating, renown and stock, or standing for many items: when nothing else is known


@dataclass(frozen=True, slots=True)
class LegTrace:
    """Where one leg put a candidate: rank from 1, score in that leg's own unit.

    The leg added weight / (60 + rank) to the fused score; ORDER, which decides alone, has weight 0.
    `neutral`: the leg knows nothing of the item; its rank is the average one, its score 0.
    """

    leg: Leg
    rank: int
    score: float
    weight: float = 0.0
    neutral: bool = False


@dataclass(frozen=True, slots=True)
class Reranked:
    """What the reranker did to a candidate: ranks from 1 in the fused order and after it.

    `score` is in the reranker's own unit, comparable within one retrieval only.
    """

    before: int
    after: int
    score: float


@dataclass(frozen=True, slots=True)
class Nearby:
    """The interest that a candidate lies in: the items liked there, and the values that most of them have.

    Of `values` (facet name, value) the candidate has each. `path`: (liked item, facet, value) by which it is
    reached in the interest graph: the person likes the item, and both have the value.
    """

    items: tuple[ItemId, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    path: tuple[ItemId, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """How a candidate got its rank.

    `fused` is the fusion score (unitless, comparable within one retrieval only), the sum of what the legs
    added less `penalty`, which the broken soft constraints cost; `matched` are
    the profile's preferences that the item meets (disliked ones too, with their negative weight);
    `shared` are the facet values (facet name, value) that it has in common with the anchors;
    `meant` are those of its facet values that are what the query's words plainly mean;
    `broken` are soft constraints that it fails; `reranked` is there for those that a reranker saw;
    `displaced` says how many places MMR, which comes after it, moved it down (negative: up);
    `nearby` is the person's interest that it lies in, if one can be named.
    """

    legs: tuple[LegTrace, ...] = ()
    fused: float = 0.0
    matched: tuple[Preference, ...] = ()
    shared: tuple[tuple[str, str], ...] = ()
    broken: tuple[Constraint, ...] = ()
    displaced: int = 0
    penalty: float = 0.0
    meant: tuple[OfFacet, ...] = ()
    reranked: Reranked | None = None
    nearby: Nearby | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item under consideration, with its final rank (from 1) and why it is there."""

    item: Item
    rank: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Retrieval's complete output.

    `eligible` counts all items that meet every hard constraint and are not excluded, not only
    those listed. With none eligible, `candidates` is empty and `relaxations` says, for each hard
    constraint, how many items would fit without it (best first, zero left out). `further` are those that
    would come next, with their ranks and traces but without what they share with anchors.
    """

    candidates: tuple[Candidate, ...]
    eligible: int
    relaxations: tuple[tuple[Constraint, int], ...] = ()
    further: tuple[Candidate, ...] = ()
