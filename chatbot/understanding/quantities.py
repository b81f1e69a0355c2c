"""Conditions on numbers: "under 50 €", "between 90 and 120 minutes", "from the 90s", "2-person".

In: the tokens of an utterance. Out: quantities, each with its facet and a test in that facet's unit.
Made of an amount (`amounts`), the side that it bounds (`bounds`) and its facet (`number_facets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.understanding.amounts import Amount, AmountReader, parse_number
from chatbot.understanding.bounds import ABOUT, EXACT, GROUP, HIGH, Bound, BoundReader, Comparator
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.number_facets import NumberFacets
from chatbot.understanding.tokens import Token
from chatbot.understanding.words import Language, Phrasebooks
from retriever.domain import Between, Facet

__all__ = ["Quantity", "QuantityReader", "parse_number"]

_LARGEST_GROUP = 20  # persons, for a bare number


@dataclass(frozen=True, slots=True)
class Quantity:
    """A condition on a number, resolved to a facet of the catalogue."""

    start: int
    end: int
    facet: Facet
    test: Between
    comparative: bool = False
    currency: str = ""


class QuantityReader:
    """Finds quantities in tokens, for one catalogue and language."""

    def __init__(self, language: Language, books: Phrasebooks, lexicon: Lexicon) -> None:
        self._language = language
        self._books = books
        self._lexicon = lexicon
        self._amounts = AmountReader(language, books, lexicon)
        self._bounds = BoundReader(language, books)
        self._facets = NumberFacets(language, lexicon)

    def find(self, tokens: Sequence[Token]) -> list[Quantity]:
        """All quantities, left to right, without overlap."""
        found: list[Quantity] = []
        position = 0
        while position < len(tokens):
            quantity = self._at(tokens, position)
            if quantity is None:
                position += 1
                continue
            found.append(quantity)
            position = quantity.end
        return found

    def _at(self, tokens: Sequence[Token], start: int) -> Quantity | None:
        quantity = self._plain(tokens, start)
        negated = self._books["negation"].at(tokens, start)
        if quantity is None and negated and start + negated < len(tokens):
            quantity = self._turned(tokens, start, start + negated)
        return quantity

    def _plain(self, tokens: Sequence[Token], start: int) -> Quantity | None:
        """A quantity without a negation: a range, an amount behind a comparator, or an amount alone."""
        ranged = self._range(tokens, start)
        if ranged is not None:
            return ranged
        for comparator in self._bounds.comparators(tokens, start):
            amount = self._amounts.at(tokens, comparator.end)
            if amount is not None and not self._is_decade(tokens, start, comparator, amount):
                return self._with_onward(tokens, start, amount, comparator, tokens[start : comparator.end])
        before = self._books["compare.decade"].at(tokens, start)
        for skip in (before, 0):
            amount = self._amounts.at(tokens, start + skip)
            if amount is not None and (amount.decade or not skip):
                return self._bare(tokens, start, amount)
        return None

    def _turned(self, tokens: Sequence[Token], start: int, here: int) -> Quantity | None:
        """ "not under 50": the comparator at `here`, behind a negation, bounds the other side."""
        for comparator in self._bounds.comparators(tokens, here):
            amount = self._amounts.at(tokens, comparator.end)
            if amount is None or comparator.bound == ABOUT:
                continue
            if not self._is_decade(tokens, here, comparator, amount):
                turned = replace(comparator, bound=comparator.bound.turned())
                return self._with_onward(tokens, start, amount, turned, tokens[here : comparator.end])
        return None

    def _is_decade(self, tokens: Sequence[Token], here: int, comparator: Comparator, amount: Amount) -> bool:
        """ "from the 90s" is the decade, not all since."""
        words = self._books["compare.decade"].at(tokens[: comparator.end], here)
        return amount.decade and words == comparator.end - here

    def _with_onward(
        self,
        tokens: Sequence[Token],
        start: int,
        amount: Amount,
        comparator: Comparator,
        spoken: Sequence[Token],
    ) -> Quantity | None:
        """ "from 1994" is that year, "from 1994 on" all since, "from 1994 or earlier" all until then."""
        bound, end = comparator.bound, amount.end
        behind = self._bounds.postfixes(tokens, amount.end)
        if behind and self._says_from(spoken):
            bound, end = behind[0]
        elif behind and behind[0][0].side == bound.side:
            end = behind[0][1]  # "at most 2 hours or less" says it twice
        elif self._says_from(spoken) and self._is_year(amount):
            bound = EXACT
        quantity = self._resolve(tokens, start, amount, bound, comparator.measure)
        return quantity and replace(quantity, end=max(quantity.end, end))

    def _says_from(self, spoken: Sequence[Token]) -> bool:
        return len(spoken) == 1 and self._books.is_a("from", spoken[0].norm)

    def _is_year(self, amount: Amount) -> bool:
        bare = not amount.currency and not amount.decade and amount.measure in ("", "year")
        return bare and amount.could_be_year and "year" in self._lexicon.measures

    def _range(self, tokens: Sequence[Token], start: int) -> Quantity | None:
        here = start + self._books["compare.between"].at(tokens, start)
        first = self._amounts.at(tokens, here)
        if first is None or first.end >= len(tokens):
            return None
        joint = self._books["compare.range"].at(tokens, first.end)
        if not joint or (self._books.is_a("and", tokens[first.end].norm) and here == start):
            return None  # "under 50 and 2 pockets" is no range; "between 50 and 80" is
        second = self._amounts.at(tokens, first.end + joint)
        if second is None or (second.value < first.value and (first.measure or first.currency) != ""):
            return None
        if not (first.measure or first.currency):
            # "one to two hours": the unit stands once, at the end.
            factor = self._amounts.factor_behind(tokens, second)
            first = replace(
                first, value=first.value * factor, measure=second.measure, currency=second.currency
            )
        if second.value < first.value:
            return None
        return self._make(tokens, start, second, Between(first.value, second.last), "")

    def _bare(self, tokens: Sequence[Token], start: int, amount: Amount) -> Quantity | None:
        """A number without a comparator before it: a bound may follow, or its unit says what is meant."""
        for bound, end in self._bounds.postfixes(tokens, amount.end)[:1]:
            quantity = self._resolve(tokens, start, amount, bound, "")
            return None if quantity is None else replace(quantity, end=end)
        if amount.decade:
            return self._make(tokens, start, amount, Between(amount.value, amount.last), "")
        if amount.currency:
            return self._resolve(tokens, start, amount, HIGH, "")
        if amount.measure:
            return self._resolve(tokens, start, amount, GROUP if amount.measure == "persons" else ABOUT, "")
        if amount.could_be_year and tokens[start].kind == "number":
            return self._resolve(tokens, start, amount, EXACT, "year")
        if amount.end < len(tokens) and self._facets.beside(tokens, start, amount.end) is not None:
            return self._resolve(tokens, start, amount, ABOUT, "")
        if self._counts_persons(tokens, start, amount):
            return self._resolve(tokens, start - 1, amount, GROUP, "persons")
        return None

    def _counts_persons(self, tokens: Sequence[Token], start: int, amount: Amount) -> bool:
        """ "for two": a small bare number behind a word of groups, with nothing behind it to count."""
        grouped = start > 0 and tokens[start - 1].norm in self._language.cues["per_group"]
        after = amount.end
        ends = after >= len(tokens) or tokens[after].kind == "mark" or self._facets.stops(tokens[after])
        return grouped and ends and amount.value <= _LARGEST_GROUP

    def _resolve(
        self, tokens: Sequence[Token], start: int, amount: Amount, bound: Bound, measure: str
    ) -> Quantity | None:
        """The quantity of a bounded amount; `measure` as in `NumberFacets.of`."""
        year = (measure or amount.measure) == "year" or (not amount.measure and amount.could_be_year)
        test = bound.test(amount, year=year)
        return self._make(tokens, start, amount, test, measure, comparative=bool(measure))

    def _make(
        self,
        tokens: Sequence[Token],
        start: int,
        amount: Amount,
        test: Between,
        measure: str,
        *,
        comparative: bool = False,
    ) -> Quantity | None:
        about = self._facets.of(tokens, start, amount.end, amount, measure)
        if about is None:
            return None
        test = test if about.factor is None else _scaled(test, 1 / about.factor)
        return Quantity(about.start, about.end, about.facet, test, comparative, amount.currency)


def _scaled(test: Between, scale: float) -> Between:
    def scaled(number: float | None) -> float | None:
        return None if number is None else round(number * scale, 6)

    return Between(scaled(test.low), scaled(test.high), test.strict)
