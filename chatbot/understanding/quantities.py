"""Conditions on numbers: "under 50 €", "between 90 and 120 minutes", "from the 90s", "2-person".

In: the tokens of an utterance. Out: quantities, each with its facet and a test in that facet's unit.
Made of an amount (`amounts`), the side that it bounds (`bounds`) and its facet (`number_facets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.understanding.amounts import Amount, AmountReader
from chatbot.understanding.bounds import ABOUT, EXACT, GROUP, HIGH, LOW, Bound, BoundReader, Comparator
from chatbot.understanding.groups import Groups
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.number_facets import NumberFacets
from chatbot.understanding.number_words import parse_number
from chatbot.understanding.tokens import Token
from chatbot.understanding.words import Language, Phrasebooks
from retriever.domain import Between, Facet, FacetKind, FacetRole

__all__ = ["Quantity", "QuantityReader", "parse_number"]

_LONGEST_PHRASE = 4  # tokens of one that looks like a negation and is none
_LONGEST_RANGE = 6  # tokens of "two hundred and fifty to" before the second number
_NEGATION_REACH = 5  # words between a negation and the bound that it turns round
# What a bare amount of a measure says: what is made for minus ten has to stand minus ten or less.
_BARE = {"persons": GROUP, "temperature": HIGH, "year": EXACT}


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
        self._groups = Groups(books, lexicon, self._facets)

    def find(self, tokens: Sequence[Token]) -> list[Quantity]:
        """All quantities, left to right, without overlap."""
        found: list[Quantity] = []
        position = floor = 0
        while position < len(tokens):
            # What belongs to the quantity before says nothing of the next: "under 90 min and after 2000".
            quantity = self._at(tokens[floor:], position - floor)
            if quantity is None:
                position += 1
                continue
            found.append(replace(quantity, start=quantity.start + floor, end=quantity.end + floor))
            position = floor = found[-1].end
        return found

    def unmeasured(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """The tokens of amounts whose measure no facet has, with the words that bound them."""
        found: list[tuple[int, int]] = []
        position = 0
        while position < len(tokens):
            bounds = [comparator.end for comparator in self._bounds.comparators(tokens, position)]
            ends = (self._lost(tokens, at) for at in (*bounds, position))
            end = next((end for end in ends if end), 0)
            if not end:
                position += 1
                continue
            # "30 to 40 pages": the first number has no unit of its own.
            start = self._number_before(tokens, position)
            postfix = self._bounds.postfixes(tokens, end)
            end = postfix[0][1] if postfix else end
            found.append((start, end))
            position = end
        return found

    def _lost(self, tokens: Sequence[Token], at: int) -> int:
        """The token after an amount whose measure no facet has; 0 where there is none."""
        amount = self._amounts.at(tokens, at) if at < len(tokens) else None
        if amount is None:
            return 0
        measure = "price" if amount.currency else amount.measure
        lost = bool(measure) and self._lexicon.facet_of_measure(measure) is None
        return amount.end if lost else 0

    def _number_before(self, tokens: Sequence[Token], start: int) -> int:
        """Where a range begins whose second number stands at `start`."""
        for first in range(max(0, start - _LONGEST_RANGE), start):
            number = self._amounts.number(tokens, first)
            joint = self._books["compare.range"].at(tokens, number[1]) if number and number[1] < start else 0
            if number and joint and number[1] + joint == start:
                return first
        return start

    def _at(self, tokens: Sequence[Token], start: int) -> Quantity | None:
        quantity = self._plain(tokens, start)
        negated = 0 if self._is_no_ban(tokens, start) else self._books["negation"].at(tokens, start)
        if quantity is None and negated and start + negated < len(tokens):
            quantity = self._turned(tokens, start, start + negated)
        return quantity

    def _plain(self, tokens: Sequence[Token], start: int) -> Quantity | None:
        """A range, an amount behind a comparator, or an amount alone."""
        ranged = self._range(tokens, start) or self._than_before(tokens, start)
        if ranged is not None:
            return ranged
        for comparator in self._bounds.comparators(tokens, start):
            amount = self._amounts.at(tokens, comparator.end)
            if amount is None or self._is_pronoun(tokens, amount):
                continue
            if not self._is_decade(tokens, start, comparator, amount):
                negation = self._negation_before(tokens, start)
                if negation is not None and comparator.bound.side in ("low", "high"):
                    return self._turned(tokens, negation, start)
                return self._with_onward(tokens, start, amount, comparator, tokens[start : comparator.end])
        before = self._books["compare.decade"].at(tokens, start)
        for skip in (before, 0):
            amount = self._amounts.at(tokens, start + skip)
            if amount is not None and (amount.decade or not skip):
                return self._bare(tokens, start, amount)
        return None

    def _than_before(self, tokens: Sequence[Token], start: int) -> Quantity | None:
        """A comparative behind the amount, where the language has it there: "比2012年更新的"."""
        length = self._books["compare.than_before"].at(tokens, start)
        amount = self._amounts.at(tokens, start + length) if length else None
        if amount is None or amount.end >= len(tokens):
            return None
        for measure, bound, end in self._bounds.comparatives_behind(tokens, amount.end):
            quantity = self._resolve(tokens, start, amount, bound, measure, end)
            if quantity is not None:
                return replace(quantity, end=end)
        return None

    def _negation_before(self, tokens: Sequence[Token], here: int) -> int | None:
        """Where a negation begins that reaches the bound at `here`: "it should not weigh more than 3 kg".

        Only small words, names of facets and nouns of items stand between, or it is about something else.
        """
        before = tokens[:here]
        spans = [*self._books["negation"].find(before), *self._books["compare.negated"].find(before)]
        spans = [span for span in spans if not self._is_no_ban(tokens, span[0])]
        for start, end in sorted(spans, reverse=True):
            between = before[end:]
            if len(between) <= _NEGATION_REACH and self._facets.are_small(between):
                return start
        return None

    def _is_no_ban(self, tokens: Sequence[Token], place: int) -> bool:
        """Whether a phrase that rules nothing out reaches over a place: "有没有2000年的" asks for those."""
        begins = range(max(0, place - _LONGEST_PHRASE), place + 1)
        return any(self._books["no_ban"].at(tokens, begin) > place - begin for begin in begins)

    def _is_pronoun(self, tokens: Sequence[Token], amount: Amount) -> bool:
        """ "a better rated one": no number."""
        bare = not amount.measure and not amount.currency
        return bare and self._books.is_a("one", tokens[amount.end - 1].norm)

    def _turned(self, tokens: Sequence[Token], start: int, here: int) -> Quantity | None:
        """ "not under 50": the comparator at `here`, behind the negation at `start`, is turned."""
        for comparator in self._bounds.comparators(tokens, here):
            amount = self._amounts.at(tokens, comparator.end)
            if amount is None or comparator.bound.side not in ("low", "high"):
                continue  # "not exactly 50" bounds nothing
            spoken = tokens[here : comparator.end]
            if self._says_from(spoken):
                # "Not from 1994 on" is a limit, "not from 1994" none: that year is ruled out.
                return self._turned_behind(tokens, start, comparator.end)
            if not self._is_decade(tokens, here, comparator, amount):
                turned = replace(comparator, bound=comparator.bound.turned())
                return self._with_onward(tokens, start, amount, turned, spoken)
        return self._turned_behind(tokens, start, here)

    def _turned_behind(self, tokens: Sequence[Token], start: int, here: int) -> Quantity | None:
        """ "不要2000年以前的": the bound behind the amount at `here` is turned."""
        amount = self._amounts.at(tokens, here)
        for bound, end in self._postfix(tokens, amount) if amount is not None else ():
            if amount is not None and bound.side in ("low", "high"):
                quantity = self._resolve(tokens, start, amount, bound.turned(), "", end)
                return quantity and replace(quantity, end=end)
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
        if not comparator.measure and comparator.bound.side in ("low", "high"):
            amount = self._with_next_unit(tokens, amount, comparator.bound)
        bound, end = comparator.bound, amount.end
        behind = self._postfix(tokens, amount)
        if behind and self._says_from(spoken):
            bound, end = behind[0]
        elif behind and behind[0][0].side == bound.side:
            end = behind[0][1]  # "at most 2 hours or less" says it twice
        elif self._says_from(spoken) and self._is_year(amount):
            bound = EXACT
        quantity = self._resolve(tokens, start, amount, bound, comparator.measure, end)
        return quantity and replace(quantity, end=max(quantity.end, end))

    def _with_next_unit(self, tokens: Sequence[Token], amount: Amount, bound: Bound) -> Amount:
        """ "more than 30 but less than 50 litres": the unit of the other bound is that of both."""
        bare = not (amount.measure or amount.currency or amount.decade)
        if not bare or amount.end >= len(tokens):
            return amount
        joint = self._books["contrast"].at(tokens, amount.end)
        here = amount.end + (joint or int(self._books.is_a("and", tokens[amount.end].norm)))
        if not amount.end < here < len(tokens):
            return amount
        negation = self._books["negation"].at(tokens, here)  # "at least 2 but not more than 5 litres"
        behind = self._bounds.comparators(tokens, here + negation) if here + negation < len(tokens) else ()
        for comparator in behind:
            other = self._amounts.at(tokens, comparator.end)
            opposite = {bound.side, comparator.bound.side} == {"low", "high"}
            if negation:
                opposite = bound.side == comparator.bound.side
            if other is None or not opposite or not (other.measure or other.currency):
                continue
            value = amount.value * self._amounts.factor_behind(tokens, other)
            if (value < other.value) == (bound.side == "low"):
                return replace(amount, value=value, measure=other.measure, currency=other.currency)
        return amount

    def _postfix(self, tokens: Sequence[Token], amount: Amount) -> list[tuple[Bound, int]]:
        """The bound behind an amount; of "2 people max 400 euros" none, it belongs to the next."""
        # "3 years or more", where years are the unit of a facet that is named beside.
        unit = int(amount.end < len(tokens) and self._facets.is_unit(tokens[amount.end]))
        found = self._bounds.postfixes(tokens, amount.end)[:1]
        found = found or self._bounds.postfixes(tokens, amount.end + unit)[:1]
        return [] if found and self._amounts.at(tokens, found[0][1]) is not None else found

    def _says_from(self, spoken: Sequence[Token]) -> bool:
        return len(spoken) == 1 and self._books.is_a("from", spoken[0].norm)

    def _goes_on(self, amount: Amount) -> bool:
        """True for a time that isn't over: "from this century" is since 2000."""
        year = self._lexicon.facet_of_measure("year")
        years = self._lexicon.catalogue.numbers(year.facet.name) if year is not None else None
        return years is not None and amount.value <= years.high <= amount.last

    def _is_year(self, amount: Amount) -> bool:
        bare = not amount.currency and not amount.decade and amount.measure in ("", "year")
        return bare and amount.could_be_year and "year" in self._lexicon.measures

    def _range(self, tokens: Sequence[Token], start: int) -> Quantity | None:
        here = start + self._books["compare.between"].at(tokens, start)
        first = self._amounts.at(tokens, here)
        if first is None or first.end >= len(tokens):
            return None
        joint = self._books["compare.range"].at(tokens, first.end)
        either = 0 if joint else self._books["either"].at(tokens, first.end)
        joint = joint or either
        if not joint or (self._books.is_a("and", tokens[first.end].norm) and here == start):
            return None  # "under 50 and 2 pockets" is no range; "between 50 and 80" is
        second = self._amounts.at(tokens, first.end + joint)
        if second is None:
            return None
        if second.value < first.value < 0 or second.value < 0 <= first.value:
            first, second = second, replace(first, end=second.end)  # "from 0 to minus 10"
        if second.value < first.value and (first.measure or first.currency):
            return None
        if not (first.measure or first.currency):
            # "one to two hours": the unit stands once, at the end.
            factor = self._amounts.factor_behind(tokens, second)
            first = replace(
                first, value=first.value * factor, measure=second.measure, currency=second.currency
            )
        if second.value < first.value:
            return None
        test = Between(first.value, second.last)
        words = self._groups.before(tokens, here, second, EXACT, second.end)
        if words:
            return self._make(tokens, here - words, second, test, "persons", comparative=True)
        if either and not (second.measure or second.currency):
            return None  # "one or two tents" is no price
        return self._make(tokens, start, second, test, "")

    def _bare(self, tokens: Sequence[Token], start: int, amount: Amount) -> Quantity | None:
        """A number without a comparator before it: a bound may follow, or its unit says what is meant."""
        if amount.end < len(tokens) and self._books["reads"].at(tokens, amount.end):
            return None  # "for a 5 year old"
        if self._is_pronoun(tokens, amount):
            return self._group(tokens, start, amount, GROUP, amount.end)
        for bound, end in self._postfix(tokens, amount):
            named = self._facets.beside(tokens, start, end) if end < len(tokens) else None
            if named is not None and not (amount.measure or amount.currency):
                # "4.4 or higher rating"
                return Quantity(named.start, named.end, named.facet, bound.test(amount, year=False))
            quantity = self._resolve(tokens, start, amount, bound, "", end)
            return None if quantity is None else replace(quantity, end=end)
        if amount.decade:
            last = None if self._goes_on(amount) else amount.last
            return self._make(tokens, start, amount, Between(amount.value, last), "")
        if amount.currency:
            return self._resolve(tokens, start, amount, HIGH, "")
        if amount.measure:
            return self._resolve(tokens, start, amount, _BARE.get(amount.measure, ABOUT), "")
        if amount.could_be_year and tokens[start].kind == "number":
            return self._resolve(tokens, start, amount, EXACT, "year")
        if self._facets.beside(tokens, start, amount.end) is not None:
            # "A rating of 4.5": nobody minds more.
            bound = LOW if self._is_rating(tokens, start, amount.end) else ABOUT
            return self._resolve(tokens, start, amount, bound, "")
        if self._facets.measure_beside(tokens, start, amount.end) == "price":
            return self._resolve(tokens, start, amount, HIGH, "")  # "a price of 200"
        return self._group(tokens, start, amount, GROUP, amount.end)

    def _is_rating(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        beside = self._facets.beside(tokens, start, end)
        return beside is not None and beside.facet.role is FacetRole.RATING

    def _group(
        self, tokens: Sequence[Token], start: int, amount: Amount, bound: Bound, end: int
    ) -> Quantity | None:
        """ "for two", "we are at least five": so many persons; None if the number is of something else."""
        words = self._groups.before(tokens, start, amount, bound, end)
        if not words:
            return None
        test = bound.test(amount, year=False)
        return self._make(tokens, start - words, amount, test, "persons", comparative=True)

    def _resolve(
        self,
        tokens: Sequence[Token],
        start: int,
        amount: Amount,
        bound: Bound,
        measure: str,
        end: int | None = None,
    ) -> Quantity | None:
        """The quantity of a bounded amount; `measure` as in `NumberFacets.of`, `end` behind its bound."""
        group = None if measure else self._group(tokens, start, amount, bound, end or amount.end)
        if group is not None:
            return group
        year = (measure or amount.measure) == "year" or (not amount.measure and amount.could_be_year)
        test = bound.test(amount, year=year)
        approximate = bound == ABOUT and start == amount.start
        return self._make(
            tokens, start, amount, test, measure, comparative=bool(measure), approximate=approximate
        )

    def _make(
        self,
        tokens: Sequence[Token],
        start: int,
        amount: Amount,
        test: Between,
        measure: str,
        *,
        comparative: bool = False,
        approximate: bool = False,
    ) -> Quantity | None:
        about = self._facets.of(tokens, start, amount.end, amount, measure)
        could_be_year = amount.could_be_year or amount.decade
        if about is None or (about.facet.kind is FacetKind.YEAR and not could_be_year):
            return None
        test = test if about.factor is None else _scaled(test, 1 / about.factor)
        if approximate and self._facets.counts(about.facet):
            test = Between(amount.value, amount.value)
        return Quantity(about.start, about.end, about.facet, test, comparative, amount.currency)


def _scaled(test: Between, scale: float) -> Between:
    def scaled(number: float | None) -> float | None:
        return None if number is None else round(number * scale, 6)

    return Between(scaled(test.low), scaled(test.high), test.strict)
