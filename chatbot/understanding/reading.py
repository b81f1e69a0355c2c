"""The reading of one utterance: what it says, what was known before, and the acts found so far.

Each step of reading takes this value, adds acts to `found` and marks the tokens that they explain as
used in `sentence`. It lives for one utterance and is never shared.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from chatbot.acts import UserAct
from chatbot.state import Search
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.mentions import Shown
from chatbot.understanding.sentence import Sentence
from chatbot.understanding.words import Phrasebook
from retriever.domain import (
    Constraint,
    ItemId,
    OfFacet,
    OfItem,
    OfTheme,
    Preference,
    Source,
    SourceKind,
)
from retriever.pipeline import Retriever

STATED = 0.8  # weight of an interest put in words
SOFT = 0.5  # weight of a hedged one
LOVED = 1.0
TOLERATED = 0.2
ASIDE = 0.2  # of what is told beside plain wishes


@dataclass(frozen=True, slots=True)
class Situation:
    """What has to be known of the dialogue to read the next utterance.

    `turn` is the number of the turn being read; `now` seconds since the epoch. `counted`: the conditions of
    what was last asked about the catalogue. `searches`: the things that are looked for at once, if several.
    `asked_facet`: what was asked of an item just before; `asked`: the facets that our last question was
    about. Both may be empty.
    """

    turn: int
    now: float = 0.0
    shown: Shown = field(default_factory=Shown)
    constraints: tuple[Constraint, ...] = ()
    preferences: tuple[Preference, ...] = ()
    anchors: tuple[ItemId, ...] = ()
    counted: tuple[Constraint, ...] = ()
    searches: tuple[Search, ...] = ()
    asked_facet: str = ""
    asked: tuple[str, ...] = ()

    @property
    def every_constraint(self) -> tuple[Constraint, ...]:
        """The conditions for all, then those of each search."""
        return (*self.constraints, *(c for search in self.searches for c in search.constraints))

    @property
    def of_them(self) -> tuple[Constraint, ...]:
        """What "how many of them" speaks of: what was counted last, else what the wishes leave."""
        return self.counted or tuple(c for c in self.constraints if c.hard)


@dataclass(frozen=True, slots=True)
class Reading:
    """See the module's docstring. `filler`: small words that mean nothing by themselves.

    `ago`: phrases for a time ("last week"), each with the days ago from and to which it goes.
    """

    sentence: Sentence
    situation: Situation
    retriever: Retriever
    lexicon: Lexicon
    filler: frozenset[str]
    ago: tuple[tuple[Phrasebook, tuple[float, float]], ...] = ()
    found: list[UserAct] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole utterance."""
        return self.sentence.text.strip()

    def source(self, words: str) -> Source:
        """The evidence for a condition or interest: the person's words in this turn."""
        return Source(SourceKind.QUOTE, self.situation.turn, words)

    def preference(self, about: OfFacet | OfItem | OfTheme, weight: float, words: str) -> Preference:
        """An interest that the words state now."""
        return Preference(about, weight, self.source(words), at=self.situation.now)

    def unexplained(self) -> list[tuple[int, int]]:
        """Runs of words that no act accounts for, small words and names for items as such aside."""
        stems = self.lexicon.stems
        nouns = frozenset(t.norm for t in self.sentence.tokens if stems(t.norm) in self.lexicon.nouns)
        runs = self.sentence.leftovers(self.filler | nouns)
        return [(self._word_start(start), end) for start, end in runs]

    def _word_start(self, start: int) -> int:
        """Where the word that stands at `start` begins: a small word in characters may be its beginning.

        That is so where the catalogue has both side by side.
        """
        s = self.sentence
        before = s.tokens[start - 1] if start else None
        if before is None or before.kind != "cjk" or s.tokens[start].kind != "cjk" or s.is_told(start - 1):
            return start
        return start - 1 if self.retriever.knows_word(before.norm + s.tokens[start].norm) else start

    def quote_with_negation(self, start: int, end: int) -> str:
        """The person's words from token `start` to `end` - 1, with the negation right before them."""
        negated = self.sentence.negated
        negations = self.sentence.spans("negation")
        # "Nothing from the 80s": the last word of the negation is the first of what it rules out.
        begins = {place: first for first, after in negations for place in range(first + 1, after + 1)}
        while start not in begins and start > 0 and negated[start] and negated[start - 1]:
            start -= 1
        if any(negated[start:end]):
            start = begins.get(start, start)
        return self.sentence.quote(start, end)
