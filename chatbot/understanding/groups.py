"""Numbers of persons that are said without the word: "for two", "sleeps four or more", "we are five".

In: the tokens around a number. Out: whether it counts persons, and how many tokens before it say so.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.understanding.amounts import Amount
from chatbot.understanding.bounds import Bound
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.number_facets import NumberFacets
from chatbot.understanding.tokens import Token
from chatbot.understanding.words import Phrasebooks
from retriever.domain import FacetRole

_LARGEST_GROUP = 20  # persons, for a bare number
_LONGEST_PHRASE = 4  # tokens


class Groups:
    """Recognizes numbers of persons, for one catalogue and language."""

    def __init__(self, books: Phrasebooks, lexicon: Lexicon, facets: NumberFacets) -> None:
        self._books = books
        self._lexicon = lexicon
        self._facets = facets
        price = lexicon.catalogue.by_role(FacetRole.PRICE)
        prices = lexicon.catalogue.numbers(price.name) if price is not None else None
        self._lowest_price = prices.low if prices is not None else None

    def before(self, tokens: Sequence[Token], start: int, amount: Amount, bound: Bound, end: int) -> int:
        """How many tokens before `start` make the number one of persons; 0 if it is none.

        The number and its bound stand in tokens `start`..`end` - 1.
        """
        bare = not (amount.measure or amount.currency or amount.decade)
        if not bare or amount.value > _LARGEST_GROUP or self._lexicon.facet_of_measure("persons") is None:
            return 0
        length = self._phrase_before(tokens, start)
        if not length or not self._ends(tokens, end):
            return 0
        return 0 if self._may_be_price(tokens[start - 1], amount, bound) else length

    def _phrase_before(self, tokens: Sequence[Token], start: int) -> int:
        book = self._books["per_group"]
        lengths = range(min(_LONGEST_PHRASE, start), 0, -1)
        return next((back for back in lengths if book.at(tokens[:start], start - back) == back), 0)

    def _ends(self, tokens: Sequence[Token], end: int) -> bool:
        """True if nothing follows that the number could count."""
        if end >= len(tokens) or tokens[end].kind == "mark" or self._facets.stops(tokens[end]):
            return True
        return any(book.at(tokens, end) for book in self._lexicon.measure_words.values())

    def _may_be_price(self, before: Token, amount: Amount, bound: Bound) -> bool:
        """ "for under 15" is a price, unless nothing costs so little; "for four or more" is none."""
        if bound.side != "high" or not self._books.is_a("for", before.norm):
            return False
        return self._lowest_price is not None and amount.value >= self._lowest_price
