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
        self.mentions: list[Mention] = finder.find(self.tokens, shown, this_year) if self.tokens else []
        self.used = [False] * len(self.tokens)
        self._spans: dict[str, list[tuple[int, int]]] = {}
        self._small_places = books.small_places(self.tokens)
        self._pointing = {
            place for m in self.mentions if isinstance(m, ReferenceMention) for place in range(m.start, m.end)
        }
        self._at = {m.start: m for m in self.mentions}
        self.negated = self._negation()

    def quote(self, start: int, end: int) -> str:
        """The person's words from token `start` to `end` - 1."""
        return quote(self.text, self.tokens, start, end)

    def found(self, name: str) -> list[tuple[int, int]]:
        """Where the phrases of a cue stand, within mentions too; looked for once an utterance."""
        spans = self._spans.get(name)
        if spans is None:
            spans = self._spans[name] = self.books[name].find(self.tokens)
        return spans

    def cue(self, name: str) -> list[tuple[int, int]]:
        """Where a cue stands, mentions aside."""
        return [
            (start, end)
            for start, end in self.found(name)
            if not any(self._inside(place) for place in range(start, end))
        ]

    def has(self, name: str) -> bool:
        """True if the cue stands anywhere."""
        return bool(self.found(name))

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
        for start, end in self.found(name):
            if place - reach <= end <= place and not self._boundary(end, place):
                return start < place
        return False

    def in_clause(self, place: int, name: str) -> bool:
        """True if a cue stands in the clause of `place`."""
        first, last = self.clause(place)
        return any(first <= start and end <= last for start, end in self.found(name))

    def softened(self, mention: Mention) -> bool:
        """True if a hedge stands before the mention in its clause, or right behind it ("if possible")."""
        first, last = self.clause(mention.start)
        spans = self.found("hedge")
        before = any(first <= start and end <= mention.start for start, end in spans)
        behind = self.found("hedge_after")
        return before or any(mention.end <= start <= mention.end + 1 and end == last for start, end in behind)

    def clause(self, place: int) -> tuple[int, int]:
        """First token and end of the clause around `place`: between marks and contrasts."""
        first, last = place, place
        while first > 0 and not self._is_boundary(first - 1):
            first -= 1
        while last < len(self.tokens) and not self._is_boundary(last):
            last += 1
        return first, last

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
        return place in self._boundaries

    @cached_property
    def _boundaries(self) -> frozenset[int]:
        """The tokens that end a clause: marks and contrasts."""
        contrast = self.books["contrast"]
        return frozenset(
            place
            for place, token in enumerate(self.tokens)
            if (token.kind == "mark" and (token.norm in _STOPS or token.norm in _COMMAS))
            or contrast.at(self.tokens, place)
        )

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
            if holds and self._is_boundary(place):
                holds = self.tokens[place].norm in _COMMAS and self._list_goes_on(place + 1)
            end = mention.end if mention is not None else place + 1
            negated[place:end] = [holds] * (end - place)
            place = end
        return negated

    def _no_ban(self, place: int) -> int:
        """The tokens of a phrase that negates and bans nothing: "nothing against …", "why not a comedy?"."""
        return self.books["allowing"].at(self.tokens, place) or self.books["why_not"].at(self.tokens, place)

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
