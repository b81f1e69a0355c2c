"""One utterance under reading: its tokens and mentions, where negation holds, what is used up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from chatbot.understanding.finder import MentionFinder
from chatbot.understanding.mentions import (
    FlagMention,
    ItemMention,
    Mention,
    ReferenceMention,
    Shown,
    TitleMention,
    ValueMention,
)
from chatbot.understanding.quantities import Quantity
from chatbot.understanding.tokens import Token, quote
from chatbot.understanding.words import Phrasebooks

_STOPS = frozenset(".;!?。！？；\n")
_KEPT_OUT = 6  # tokens from "keep" to "out"
_CHARACTERS_A_WORD = 2  # where words are written as characters
_COMMAS = frozenset(",，:：")
PARTS = _COMMAS | _STOPS | {"、"}  # marks between things that are listed
M = TypeVar("M")


class Sentence:
    """See the module's docstring. `used` marks tokens that an act has accounted for."""

    def __init__(
        self,
        text: str,
        tokens: tuple[Token, ...],
        books: Phrasebooks,
        finder: MentionFinder,
        shown: Shown,
        this_year: int = 0,
    ) -> None:
        self.text = text
        self.finder = finder
        self.tokens = tokens
        self.books = books
        # Asked for again with every mention: where a cue stands, and where clauses end.
        self._spans: dict[str, list[tuple[int, int]]] = {}
        contrasts = books["contrast"]
        self._boundaries = [
            (token.kind == "mark" and (token.norm in _STOPS or token.norm in _COMMAS))
            or bool(contrasts.at(tokens, place))
            for place, token in enumerate(tokens)
        ]
        self._clause_starts, self._clause_ends = _clauses(self._boundaries)
        self.mentions: list[Mention] = finder.find(self.tokens, shown, this_year) if self.tokens else []
        self.used = [False] * len(self.tokens)
        self._small_places = books.small_places(self.tokens)
        self._pointing = {
            place for m in self.mentions if isinstance(m, ReferenceMention) for place in range(m.start, m.end)
        }
        self._at = {m.start: m for m in self.mentions}
        self.negated = self._negation()

    def spans(self, name: str) -> list[tuple[int, int]]:
        """Where a cue stands, mentions or not."""
        found = self._spans.get(name)
        if found is None:
            found = self._spans[name] = self.books[name].find(self.tokens)
        return found

    def quote(self, start: int, end: int) -> str:
        """The person's words from token `start` to `end` - 1."""
        return quote(self.text, self.tokens, start, end)

    def cue(self, name: str) -> list[tuple[int, int]]:
        """Where a cue stands, mentions aside."""
        return [
            (start, end)
            for start, end in self.spans(name)
            if not any(self._inside(place) for place in range(start, end))
        ]

    def has(self, name: str) -> bool:
        """True if the cue stands anywhere."""
        return bool(self.spans(name))

    def begins(self, name: str) -> int:
        """The number of tokens of a cue that begins the utterance (small words aside); 0 for none."""
        for start in range(min(3, len(self.tokens))):
            length = self.books[name].at(self.tokens, start)
            if length:
                return start + length
            token = self.tokens[start]
            if token.kind != "mark" and not self.books.is_a("opening", token.norm):
                return 0
        return 0

    def of(self, kind: type[M]) -> list[M]:
        """Unused mentions of a kind."""
        return [m for m in self.mentions if isinstance(m, kind) and not self.used[m.start]]

    def use(self, mention: Mention) -> None:
        """Account for a mention."""
        self.use_span(mention.start, mention.end)

    def is_told(self, place: int) -> bool:
        """Whether a token is accounted for, or part of a phrase of small words."""
        return self.used[place] or place in self._small_places

    def is_number(self, place: int) -> bool:
        """Whether a token is a number: "two", "2"."""
        return self.tokens[place].kind == "number" or self.finder.is_number(self.tokens, place)

    def use_span(self, start: int, end: int) -> None:
        """Account for tokens."""
        self.used[start:end] = [True] * (end - start)

    def references(self) -> list[ItemMention]:
        """Items spoken of, in order."""
        return [
            m
            for m in self.mentions
            if isinstance(m, (ReferenceMention, TitleMention)) and not self.used[m.start]
        ]

    def before(self, place: int, name: str, reach: int = 3) -> bool:
        """True if a cue ends within `reach` words before `place`, in the same clause."""
        if place < len(self.tokens) and self.tokens[place].kind == "cjk":
            reach *= _CHARACTERS_A_WORD
        for start, end in self.spans(name):
            if place - reach <= end <= place and not self._boundary(end, place):
                return start < place
        return False

    def points_at_card(self, start: int, end: int) -> bool:
        """True if tokens `start`..`end` - 1 are part of a reference to an item in sight."""
        return any(
            isinstance(m, ReferenceMention) and m.start < end and start < m.end for m in self.references()
        )

    def measures_against(self, reference: ItemMention) -> bool:
        """True if "than" stands right before an item, marks aside: it is compared with."""
        place = reference.start
        while place > 0 and self.tokens[place - 1].kind == "mark":
            place -= 1
        return self.before(place, "than", 0)

    def in_clause(self, place: int, name: str) -> bool:
        """True if a cue stands in the clause of `place`."""
        first, last = self.clause(place)
        return any(first <= start and end <= last for start, end in self.spans(name))

    def softened(self, mention: Mention) -> bool:
        """True if a hedge stands before the mention in its clause, or right behind it ("if possible")."""
        first, last = self.clause(mention.start)
        spans = self.spans("hedge")
        before = any(first <= start and end <= mention.start for start, end in spans)
        # "If you can, nothing scary", "ideally, a comedy": a clause of its own, for the next.
        before = before or any(
            self.clause(start) == (start, end) and end + 1 == first and self.tokens[end].norm in _COMMAS
            for start, end in (*spans, *self.spans("hedge_after"))
            if end < len(self.tokens)
        )
        behind = self.spans("hedge_after")
        return before or any(mention.end <= start <= mention.end + 1 and end == last for start, end in behind)

    def clause(self, place: int) -> tuple[int, int]:
        """First token and end of the clause around `place`: between marks and contrasts."""
        if place >= len(self.tokens):
            open_end = bool(self.tokens) and not self._boundaries[-1]
            return (self._clause_starts[-1] if open_end else place), place
        return self._clause_starts[place], self._clause_ends[place]

    def leftovers(self, filler: frozenset[str]) -> Iterator[tuple[int, int]]:
        """Runs of unused content words within a clause, trimmed of small words at both ends."""
        place = 0
        while place < len(self.tokens):
            if not self._content(place, filler):
                place += 1
                continue
            end = last = place + 1
            while end < len(self.tokens) and not self._is_boundary(end) and not self.used[end]:
                if self._content(end, filler):
                    last = end + 1
                elif end - last >= 2:
                    break
                end += 1
            yield place, last
            place = last

    def _content(self, place: int, filler: frozenset[str]) -> bool:
        token = self.tokens[place]
        return (
            not self.used[place]
            and place not in self._small_places
            and place not in self._pointing
            and token.kind in ("word", "cjk")
            and token.norm not in filler
            and (len(token.norm) > 1 or token.kind == "cjk")
        )

    def _inside(self, place: int) -> bool:
        return place in self._named

    @cached_property
    def _named(self) -> frozenset[int]:
        """The tokens of what is named by its own words."""
        named = (
            m for m in self.mentions if isinstance(m, (TitleMention, ValueMention, Quantity, FlagMention))
        )
        return frozenset(place for m in named for place in range(m.start, m.end))

    def _is_boundary(self, place: int) -> bool:
        return self._boundaries[place]

    def _boundary(self, start: int, end: int) -> bool:
        return any(self._is_boundary(place) for place in range(start, end))

    def _negation(self) -> list[bool]:
        """For each token, whether a negation before it reaches it.

        It ends at a stop, a contrast, or a comma, unless the comma stands in a list that goes on to
        "or": "no horror, war or zombies".
        """
        negated = [False] * len(self.tokens)
        holds = False
        place = 0
        while place < len(self.tokens):
            mention = self._at.get(place)
            if mention is None and (allowed := self._no_ban(place)):
                place += allowed
                continue
            length = 0 if mention is not None else self.books["negation"].at(self.tokens, place)
            if length:
                holds = True
                place += length
                continue
            if mention is None and (end := self._kept_out(place)):
                # "Keep the gore out"
                negated[place:end] = [True] * (end - place)
                place = end
                continue
            if mention is None and holds and (over := self._ban_behind(place)):
                holds = False  # "除了村上春树以外的日本作家"
                place += over
                continue
            if holds and self._is_boundary(place):
                holds = self.tokens[place].norm in _COMMAS and self._list_goes_on(place + 1)
            end = mention.end if mention is not None else place + 1
            behind = mention is not None and end < len(self.tokens) and self._ban_behind(end)
            negated[place:end] = [holds or bool(behind)] * (end - place)
            place = end
        return negated

    def _kept_out(self, place: int) -> int:
        """The token after "keep … out", if that begins at `place`; 0 if not."""
        if not self.books["keep_out"].at(self.tokens, place):
            return 0
        last = min(len(self.tokens), place + _KEPT_OUT)
        ends = (end for end in range(place + 2, last) if self.books["kept_out"].at(self.tokens, end))
        return next((end + 1 for end in ends if self.clause(place) == self.clause(end)), 0)

    def _ban_behind(self, place: int) -> int:
        """The tokens of a negation that stands behind what it rules out: "美国以外"."""
        return self.books["negation_after"].at(self.tokens, place)

    def _no_ban(self, place: int) -> int:
        """The tokens of a phrase that negates and bans nothing: "nothing against …", "why not a comedy?"."""
        return max(self.books[name].at(self.tokens, place) for name in ("allowing", "no_ban", "why_not"))

    def _list_goes_on(self, place: int) -> bool:
        """True if from here on there are only mentions and commas up to an "or" with one more."""
        while place < len(self.tokens):
            mention = self._at.get(place)
            if mention is None:
                return False
            place = mention.end
            if place >= len(self.tokens):
                return False
            if self.books["either"].at(self.tokens, place) or self.books.is_a("and", self.tokens[place].norm):
                return True
            if self.tokens[place].norm not in _COMMAS:
                return False
            place += 1
        return False


def _clauses(boundaries: Sequence[bool]) -> tuple[list[int], list[int]]:
    """For each token where the clause around it begins, and where it ends."""
    starts: list[int] = []
    ends = [len(boundaries)] * len(boundaries)
    for place in range(len(boundaries)):
        starts.append(place if place == 0 or boundaries[place - 1] else starts[-1])
    end = len(boundaries)
    for place in range(len(boundaries) - 1, -1, -1):
        end = place if boundaries[place] else end
        ends[place] = end
    return starts, ends


def joined(sentence: Sentence, first: Mention, second: Mention, *, by_and: bool) -> bool:
    """True if only "or" stands between two mentions: they are alternatives.

    `by_and`: "and" and commas join too, as for a facet of which an item has only one value:
    who asks for mugs and kettles doesn't want one thing that is both.
    """
    between: Sequence[Token] = sentence.tokens[first.end : second.start]
    words = [token for token in between if token.kind != "mark"]
    if not words:
        return by_and and bool(between)
    if by_and and len(words) == 1 and sentence.books.is_a("and", words[0].norm):
        return True
    bare = [token for token in words if not sentence.books.is_a("article", token.norm)]
    return bool(bare) and sentence.books["either"].at(bare, 0) == len(bare)
