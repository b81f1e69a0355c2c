"""Years counted from now: "a hundred years ago", "from the last ten years".

In: tokens, and the year that it is. Out: quantities about the catalogue's year.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.understanding.amounts import AmountReader
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.quantities import Quantity
from chatbot.understanding.tokens import Token
from chatbot.understanding.words import Language, Phrasebooks
from retriever.domain import Between

_LONGEST = 1500  # years; more is a year itself: 一九五〇年以前
_VAGUE_FROM = 50  # years ago from which "ago" means then or earlier; nearer, it means about then
_ABOUT = 2  # years either way


class RelativeYears:
    """Finds such quantities, for one catalogue and language."""

    def __init__(self, language: Language, books: Phrasebooks, lexicon: Lexicon) -> None:
        self._books = books
        self._amounts = AmountReader(language, books, lexicon)
        self._measured = lexicon.facet_of_measure("year")

    def find(self, tokens: Sequence[Token], this_year: int) -> list[Quantity]:
        """All of them, left to right; none in a catalogue without years."""
        found: list[Quantity] = []
        for start in range(len(tokens)) if self._measured is not None else ():
            quantity = self._at(tokens, start, this_year)
            if quantity is not None and not (found and found[-1].end > start):
                found.append(quantity)
        return found

    def _at(self, tokens: Sequence[Token], start: int, this_year: int) -> Quantity | None:
        lately = self._books["compare.lately"].at(tokens, start)
        number = self._amounts.number(tokens, start + lately)
        if number is None or self._measured is None or not 0 < number[0] <= _LONGEST:
            return None
        value, end = number
        year = this_year - value
        if end >= len(tokens):
            return None
        if lately and (years := self._books["compare.years"].at(tokens, end)):
            return Quantity(start, end + years, self._measured.facet, Between(low=year))
        ago = self._books["compare.ago"].at(tokens, end)
        if lately or not ago:
            return None
        test = Between(high=year) if value >= _VAGUE_FROM else Between(year - _ABOUT, year + _ABOUT)
        return Quantity(start, end + ago, self._measured.facet, test)
