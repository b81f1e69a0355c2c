"""Where an utterance speaks of several kinds of things, and which of its words belong to each.

In: a reading. Out: `Thing`s, left to right: "a red jacket | and boots under 150". Nothing is used up here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from chatbot.understanding.mentions import ValueMention
from chatbot.understanding.quantities import Quantity
from chatbot.understanding.reading import Reading
from chatbot.understanding.sentence import PARTS, joined
from chatbot.understanding.wishes import are_two_things, each_has_its_noun, facet_of
from retriever.domain import FacetKind, FacetRole

MOST = 5  # things looked for at once
_MOST_KINDS = 20  # "boots or shoes or …" are one thing
_LOVE_REACH = 4  # tokens between "I love" and what is loved
Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Thing:
    """One kind of thing, said in tokens `start`..`end` - 1; `kinds`: "boots", or "boots or shoes".

    `own` is where what is said of it alone begins: at its article or number, else behind the verb;
    `counted` is whether there is an article or a number.
    """

    kinds: tuple[ValueMention, ...]
    start: int
    own: int
    end: int
    counted: bool

    @property
    def first(self) -> int:
        """Where its kind is named."""
        return self.kinds[0].start

    @property
    def behind(self) -> int:
        """The token after that."""
        return self.kinds[-1].end


def kinds_named(reading: Reading) -> list[ValueMention]:
    """The kinds of things that are wanted, left to right."""
    s = reading.sentence
    return [
        m
        for m in s.of(ValueMention)
        if facet_of(reading, m).role is FacetRole.CATEGORY
        and not s.negated[m.start]
        and not s.before(m.start, "less", 0)
        and not s.before(m.start, "allowing", 1)
    ]


def things_of(reading: Reading) -> list[Thing]:
    """The things that an utterance asks for side by side, two at least; else none."""
    kinds = kinds_named(reading)
    groups = _groups(reading, kinds) if len(kinds) <= _MOST_KINDS else []
    if not 2 <= len(groups) <= MOST or len({_values(group) for group in groups}) < len(groups):
        return []
    starts = [0]
    for one, other in pairwise(groups):
        joint = _joint(reading, one[-1], other[0])
        if joint is None:
            return []
        starts.append(joint)
    ends = [*starts[1:], len(reading.sentence.tokens)]
    return [
        _thing(reading, tuple(group), start, end)
        for group, start, end in zip(groups, starts, ends, strict=True)
    ]


def love_before(reading: Reading, thing: Thing) -> bool:
    """ "I love horror": as a taste, and not as a request."""
    s = reading.sentence
    return any(0 <= thing.first - end <= _LOVE_REACH and start >= thing.start for start, end in s.cue("love"))


def own_windows(reading: Reading, things: Sequence[Thing], place: int) -> list[Window]:
    """The words that are about one of the things alone, its kind aside."""
    thing = things[place]
    before = [] if place == 0 and _are_bare(reading, things) else [(thing.own, thing.first)]
    last = place == len(things) - 1
    end = _end_of_own(reading, things) if last else thing.end
    return [*before, (thing.behind, end)]


def shared_windows(reading: Reading, things: Sequence[Thing]) -> list[Window]:
    """The words that are about all of the things: before the first, and behind the last."""
    first, last = things[0], things[-1]
    begun = first.first if _are_bare(reading, things) else first.own
    return [(first.start, begun), (_end_of_own(reading, things), last.end)]


def _values(group: Sequence[ValueMention]) -> frozenset[str]:
    return frozenset(value for mention in group for value in mention.values)


def _groups(reading: Reading, kinds: Sequence[ValueMention]) -> list[list[ValueMention]]:
    """The kinds, those with "or" between them together; none where they are several sides of one thing."""
    groups: list[list[ValueMention]] = []
    for mention in kinds:
        if groups and mention.facet != groups[-1][-1].facet:
            return []
        if groups and joined(reading.sentence, groups[-1][-1], mention, by_and=False):
            groups[-1].append(mention)
        elif groups and not _side_by_side(reading, groups[-1][-1], mention):
            return []
        else:
            groups.append([mention])
    return groups


def _side_by_side(reading: Reading, one: ValueMention, other: ValueMention) -> bool:
    """Two things, and not two values of one: a film may be both a comedy and a drama."""
    if facet_of(reading, one).kind is FacetKind.CATEGORY:
        return True
    s = reading.sentence
    loves = [start for start, _ in s.cue("love")]
    two_loves = any(start < one.start for start in loves) and any(one.end <= p < other.start for p in loves)
    if two_loves or are_two_things(reading, one, other) or each_has_its_noun(reading, one, other):
        return True
    joint = _joint(reading, one, other)
    return (
        joint is not None
        and s.books.is_a("and", s.tokens[joint].norm)
        and any(_counts(reading, place) for place in range(joint + 1, other.start))
        and any(_counts(reading, place) for place in range(s.clause(one.start)[0], one.start))
    )


def _joint(reading: Reading, one: ValueMention, other: ValueMention) -> int | None:
    """Where the words about the second begin: the last "and" or comma, rather one before an article."""
    s = reading.sentence
    inside = {p for m in s.mentions for p in range(m.start, m.end)}
    places = [
        place
        for place in range(one.end, other.start)
        if place not in inside and (_joins(reading, place) or s.tokens[place].norm in PARTS)
    ]
    if not places:
        return None
    articles = [place for place in places if _counts(reading, place + 1)]
    return (articles or places)[-1]


def _joins(reading: Reading, place: int) -> bool:
    s = reading.sentence
    return s.books.is_a("and", s.tokens[place].norm) or bool(s.books["also"].at(s.tokens, place))


def _counts(reading: Reading, place: int) -> bool:
    """An article or a number of pieces at this token: "a jacket", "two bags"."""
    s = reading.sentence
    if place >= len(s.tokens):
        return False
    token = s.tokens[place]
    if any(isinstance(m, Quantity) and m.start <= place < m.end for m in s.mentions):
        return False
    if token.kind == "cjk":
        behind = s.tokens[place + 1].norm if place + 1 < len(s.tokens) else ""
        return s.is_number(place) and s.books.is_a("measure_word", behind)
    return s.books.is_a("article", token.norm) or s.is_number(place)


def _thing(reading: Reading, group: tuple[ValueMention, ...], start: int, end: int) -> Thing:
    s = reading.sentence
    first = group[0].start
    counts = [place for place in range(start, first) if _counts(reading, place)]
    if counts:
        return Thing(group, start, counts[-1], end, counted=True)
    inside = {p for m in s.mentions for p in range(m.start, m.end)}
    own = first
    while own > start and ((own - 1) in inside or _describes(reading, own - 1)):
        own -= 1
    return Thing(group, start, own, end, counted=False)


def _describes(reading: Reading, place: int) -> bool:
    """A word that may stand between what describes a thing and the thing."""
    s = reading.sentence
    token = s.tokens[place]
    if token.kind == "mark":
        return False
    return s.books.is_a("linking", token.norm) or not (token.norm in reading.filler or _joins(reading, place))


def _are_bare(reading: Reading, things: Sequence[Thing]) -> bool:
    """ "waterproof jackets and boots": nothing but "and" parts them, so what stands before is of both."""
    if any(thing.counted for thing in things):
        return False
    return all(
        all(
            _joins(reading, p) or reading.sentence.tokens[p].kind == "mark"
            for p in range(one.behind, two.first)
        )
        for one, two in pairwise(things)
    )


def _end_of_own(reading: Reading, things: Sequence[Thing]) -> int:
    """Where what is said behind the last thing begins to be of all: at once, or at a comma, "each", "for"."""
    s, last = reading.sentence, things[-1]
    if not any(thing.counted for thing in things):
        return last.behind
    for place in range(last.behind, last.end):
        token = s.tokens[place]
        if token.norm in PARTS or s.books.is_a("for", token.norm) or s.books["each"].at(s.tokens, place):
            return place
    return last.end
