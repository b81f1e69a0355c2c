"""Finds everything that an utterance names, each token in at most one mention.

Earlier finders win: quantities, titles, values, adjectives, references, labels, and last names that are
only nearly right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chatbot.understanding.facet_names import FacetFinder
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.mentions import Mention, Shown
from chatbot.understanding.quantities import QuantityReader
from chatbot.understanding.relative_years import RelativeYears
from chatbot.understanding.shown_items import ShownItemFinder
from chatbot.understanding.titles import TitleFinder
from chatbot.understanding.tokens import Token
from chatbot.understanding.values import ValueFinder
from chatbot.understanding.words import Language, Phrasebook, Phrasebooks


class MentionFinder:
    """Finds mentions for one catalogue and language. `knows`: whether a word is one at all."""

    def __init__(
        self, language: Language, books: Phrasebooks, lexicon: Lexicon, knows: Callable[[str], bool]
    ) -> None:
        self.titles = TitleFinder(language, books, lexicon, knows)
        self._books = books
        self._lexicon = lexicon
        self._quantities = QuantityReader(language, books, lexicon)
        self._years = RelativeYears(language, books, lexicon)
        self._values = ValueFinder(language, books, lexicon)
        self._shown = ShownItemFinder(language, books, lexicon, self.titles)
        self._facets = FacetFinder(language, lexicon)
        self._numbers = Phrasebook(language.numbers)

    def place_before(self, tokens: Sequence[Token], end: int) -> int | None:
        """The place in a row that the words right before a token say, if any."""
        return self._shown.place_before(tokens, end)

    def unmeasured(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """Where "cheap" and the like stand, in a catalogue without prices."""
        return self._facets.unmeasured(tokens)

    def unmeasured_amounts(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """Where amounts stand of what nothing in the catalogue has a number for."""
        return self._quantities.unmeasured(tokens)

    def is_number(self, tokens: Sequence[Token], place: int) -> bool:
        """Whether a word of a number stands there."""
        return bool(self._numbers.at(tokens, place))

    def find(self, tokens: Sequence[Token], shown: Shown, this_year: int = 0) -> list[Mention]:
        """All mentions, left to right, without overlap. `this_year`: 0 where nobody knows."""
        taken = [False] * len(tokens)
        found: list[Mention] = []

        def take(mentions: Sequence[Mention]) -> None:
            for mention in mentions:
                if not any(taken[mention.start : mention.end]):
                    taken[mention.start : mention.end] = [True] * (mention.end - mention.start)
                    found.append(mention)

        take(self._shown.by_title(tokens, shown))
        take(self.titles.long(tokens, taken))
        take(self._shown.by_half_title(tokens, shown))
        take(self._values.children(tokens))
        take(self._years.find(tokens, this_year) if this_year else ())
        take(self._quantities.find(tokens))
        for start, end in self._books["basket"].find(tokens):
            taken[start:end] = [True] * (end - start)  # "to my basket" is no wish for a basket
        take(self.titles.short(tokens, taken))
        values = [m for m in self._values.find(tokens, taken) if not self._is_no_value(tokens, m)]
        take(self._shown.by_look(tokens, values, shown))
        for start, end in self._books["reads"].find(tokens):
            taken[start:end] = [True] * (end - start)  # "6 year old" is no wish for an old item
        adjectives = self._facets.adjectives(tokens, taken, shown)
        take(self._shown.by_measure(tokens, adjectives, shown))
        take(adjectives)
        take(self._shown.by_place(tokens, taken, shown))
        take(self._shown.beyond(tokens, taken, shown))
        take(self._facets.labels(tokens, taken))
        take(self._values.nearly(tokens, taken))
        return self.titles.with_makers(tokens, sorted(found, key=lambda mention: mention.start))

    def _is_no_value(self, tokens: Sequence[Token], mention: Mention) -> bool:
        """ "none of these", "what language is it in?": words that are values too, but not meant so."""
        spoken = tokens[mention.start : mention.end]
        if self._books["negation"].whole(spoken):
            return True
        asked = any(end == mention.start for _, end in self._books["kinds"].find(tokens))
        return asked and self._lexicon.stems.of(token.norm for token in spoken) in self._lexicon.labels
