"""Numbers as people say them, with the unit, currency or decade that they come in.

In: the tokens of an utterance and a place. Out: the amount that begins there, in its measure's base
unit. What it bounds is in `bounds`, which facet it is about in `number_facets`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.number_words import HUNDRED, THOUSAND, parse_number, together
from chatbot.understanding.tokens import Token, spoken, tokenize, words_of
from chatbot.understanding.words import Language, Phrasebook, Phrasebooks, unit_symbols

_YEARS = range(1850, 2101)
# From the first year to the last.
_DECADE_SPAN = 9
_CENTURY_SPAN = 99
_HOUR = 60  # minutes
_BEFORE = 6  # small words and marks that may stand before an amount; a hundred of them name none


@dataclass(frozen=True, slots=True)
class Amount:
    """One number with its unit. `value` in the measure's base unit; of a decade or century, its first year.

    `span`: how many years it goes on after that; 0 for a number.
    """

    start: int
    end: int
    value: float
    measure: str = ""
    currency: str = ""
    span: int = 0

    @property
    def decade(self) -> bool:
        """True for a decade or a century."""
        return self.span > 0

    @property
    def last(self) -> float:
        """The number itself; of a decade, its last year."""
        return self.value + self.span

    @property
    def could_be_year(self) -> bool:
        """True if the number alone, without regard to a unit, may be a year."""
        return self.value in _YEARS


class AmountReader:
    """Finds amounts in tokens, for one catalogue and language."""

    def __init__(self, language: Language, books: Phrasebooks, lexicon: Lexicon) -> None:
        self._language = language
        self._books = books
        self._lexicon = lexicon
        self._numbers = Phrasebook(language.numbers)
        self._decades = Phrasebook(language.decades)
        self._centuries = Phrasebook(language.centuries)
        centuries = language.centuries.items()
        self._first_years = {" ".join(words_of(said)): float(year) for said, year in centuries}
        own = {measure: group.words for measure, group in language.units.items()}
        self._units = {
            " ".join(words_of(word)): (measure, factor)
            for groups in (unit_symbols(), own)  # a language's own words go before symbols
            for measure, words in groups.items()
            for word, factor in words.items()
        }
        self._unit_names = Phrasebook(self._units)
        self._currencies = {spoken(words_of(name)): code for name, code in language.currencies.items()}
        self._currency_names = Phrasebook(language.currencies)
        self._below_zero = [
            measure
            for measure, measured in lexicon.measures.items()
            if (known := lexicon.catalogue.numbers(measured.facet.name)) is not None and known.low < 0
        ]

    def at(self, tokens: Sequence[Token], here: int) -> Amount | None:
        """A number with currency or unit, at `here` (an article may stand before it)."""
        start = here
        years = self._years(tokens, here)
        if years is not None:
            return years
        last = min(len(tokens), start + _BEFORE)
        while here < last and self._books.is_a("before_amount", tokens[here].norm):
            if self._numbers.at(tokens, here):
                break  # "a litre"
            here += 1
        minus = self._minus(tokens, here)
        amount = self._unsigned(tokens, here + minus)
        if amount is None:
            return None
        below = self._books["compare.below_zero"].at(tokens, amount.end) if amount.end < len(tokens) else 0
        amount = replace(amount, start=start, end=amount.end + below)
        return self._below(amount) if minus or below else amount

    def _unsigned(self, tokens: Sequence[Token], here: int) -> Amount | None:
        start, currency = here, ""
        if length := self._currency_names.at(tokens, here) if here < len(tokens) else 0:
            currency = self._currency(tokens, here, length)
            here += length
        number = self._number(tokens, here)
        if number is None:
            return None
        value, end, measure = number
        if measure:
            return self._compound(tokens, Amount(start, end, value, measure), value)
        end += self._hyphen_before_unit(tokens, end)
        if not currency and end < len(tokens):
            with_unit = self._with_unit(tokens, Amount(start, end, value))
            if with_unit is not None:
                return with_unit
        return Amount(start, end, value, "price" if currency else "", currency)

    def _minus(self, tokens: Sequence[Token], here: int) -> int:
        """1 if a minus stands here: a word, or a dash that belongs to the number behind it alone."""
        if here + 1 >= len(tokens) or not self._books.is_a("minus", tokens[here].norm):
            return 0
        apart = here == 0 or tokens[here - 1].end < tokens[here].start
        joined = tokens[here].end == tokens[here + 1].start
        return int(tokens[here].kind == "word" or (apart and joined))

    def _below(self, amount: Amount) -> Amount | None:
        """The amount below zero; None where nothing in the catalogue goes below it."""
        if amount.currency or not self._below_zero:
            return None
        measure = amount.measure or self._below_zero[0]
        measured = self._lexicon.facet_of_measure(measure) if measure in self._below_zero else None
        known = self._lexicon.catalogue.numbers(measured.facet.name) if measured is not None else None
        # Without a unit it has to be as low as something goes: "300 plus minus 50" does not.
        if known is None or (not amount.measure and -amount.value < known.low):
            return None
        return replace(amount, value=-amount.value, measure=measure)

    def number(self, tokens: Sequence[Token], here: int) -> tuple[float, int] | None:
        """A number without a unit, and the token after it."""
        found = self._number(tokens, here)
        return None if found is None or found[2] else found[:2]

    def factor_behind(self, tokens: Sequence[Token], amount: Amount) -> float:
        """The size of the unit that an amount was said in, in the base unit; 1 without a unit."""
        if not amount.measure:
            return 1.0
        number = self._number(tokens, amount.start)
        return amount.value / number[0] if number is not None and number[0] else 1.0

    def _hyphen_before_unit(self, tokens: Sequence[Token], end: int) -> int:
        """1 if a hyphen joins the number to its unit ("2-person"), else 0."""
        joins = end + 1 < len(tokens) and tokens[end].norm == "-" and tokens[end + 1].norm in self._units
        return int(joins)

    def _with_unit(self, tokens: Sequence[Token], bare: Amount) -> Amount | None:
        """The amount with the currency or unit right behind its number; None without one."""
        money = self._currency_names.at(tokens, bare.end)
        if money and not self._is_mass_pound(tokens[bare.end].norm):
            currency = self._currency(tokens, bare.end, money)
            return replace(bare, end=bare.end + money, currency=currency)
        length = self._unit_names.at(tokens, bare.end)
        if not length:
            return None
        measure, factor = self._unit(tokens, bare.end, length)
        amount = replace(bare, end=bare.end + length, value=bare.value * factor, measure=measure)
        return self._compound(tokens, amount, factor)

    def _unit(self, tokens: Sequence[Token], here: int, length: int = 1) -> tuple[str, float]:
        """(measure, size in its base unit) of the unit in these tokens; of no measure where there is none."""
        return self._units.get(spoken(token.norm for token in tokens[here : here + length]), ("", 0.0))

    def _currency(self, tokens: Sequence[Token], here: int, length: int) -> str:
        return self._currencies[spoken(token.norm for token in tokens[here : here + length])]

    def _is_mass_pound(self, unit: str) -> bool:
        return unit.startswith("pound") and "price" not in self._lexicon.measures

    def _compound(self, tokens: Sequence[Token], amount: Amount, factor: float) -> Amount:
        """ "1 h 50 min", "an hour and twenty minutes", "2 hours and a half": what follows belongs to it.

        `factor` is the size of the unit that the amount was said in.
        """
        if amount.end >= len(tokens):
            return amount
        half = self._books["compare.and_half"].at(tokens, amount.end)
        if half:
            return replace(amount, end=amount.end + half, value=amount.value + factor / 2)
        if amount.measure == "persons":
            return self._together(tokens, amount)
        # "between 1 kg and 900 g" are two amounts.
        joint = amount.measure == "time" and self._books.is_a("and", tokens[amount.end].norm)
        here = amount.end + int(joint)
        number = self._number(tokens, here)
        if number is None or number[2]:
            return amount
        value, end, _ = number
        if end < len(tokens):
            measure, smaller = self._unit(tokens, end)
            if measure == amount.measure and value * smaller < factor:
                return replace(amount, end=end + 1, value=amount.value + value * smaller)
        written_together = tokens[here].start == tokens[here - 1].end
        if amount.measure == "time" and factor == _HOUR and (joint or written_together) and 1 < value < _HOUR:
            return replace(amount, end=end, value=amount.value + value)  # "1h50", "an hour and forty"
        return amount

    def _together(self, tokens: Sequence[Token], amount: Amount) -> Amount:
        """ "2 adults and 2 children" are four."""
        here = amount.end
        if not self._books.is_a("and", tokens[here].norm):
            return amount
        number = self._number(tokens, here + 1)
        if number is None or number[2] or number[1] >= len(tokens):
            return amount
        value, end, _ = number
        if not self._books.is_a("more_persons", tokens[end].norm):
            return amount
        return replace(amount, end=end + 1, value=amount.value + value)

    def _number(self, tokens: Sequence[Token], here: int) -> tuple[float, int, str] | None:
        """(value, token after, measure when the words hold one: "an hour")."""
        if here >= len(tokens):
            return None
        token = tokens[here]
        if token.kind == "number":
            value, end = parse_number(token.norm), here + 1
            if end < len(tokens) and self._books.is_a("thousand", tokens[end].norm):
                return value * THOUSAND, end + 1, ""  # "1k"
            return *self._with_half(tokens, value, end), ""
        if "-" in token.norm and token.norm not in self._language.numbers:
            return self._hyphenated(token, here)
        length = self._numbers.at(tokens, here)
        if not length:
            return None
        meaning = self._language.numbers[spoken(t.norm for t in tokens[here : here + length])]
        if isinstance(meaning, str):
            inner = self.at(tokenize(meaning), 0)
            assert inner is not None, "the words of a language hold a number that we can't read"
            return inner.value, here + length, inner.measure
        value, end = self._with_smaller(tokens, float(meaning), here + length)
        return *self._with_half(tokens, value, end), ""

    def _hyphenated(self, token: Token, here: int) -> tuple[float, int, str] | None:
        """ "twenty-five", "two-person": a number in one word, with its unit or without."""
        parts = tokenize(token.norm.replace("-", " "))
        inner = self.at(parts, 0)
        if inner is None or inner.end < len(parts) or inner.decade or inner.currency:
            return None
        return inner.value, here + 1, inner.measure

    def _with_smaller(self, tokens: Sequence[Token], value: float, end: int) -> tuple[float, int]:
        """ "two hundred and fifty", "twenty five": smaller words of numbers add up, larger ones multiply."""
        while end < len(tokens):
            joint = value >= HUNDRED and self._books.is_a("and", tokens[end].norm)
            here = end + int(joint)
            more, length = self._word(tokens, here)
            if not length:
                break
            both = together(value, more)
            if both is None:
                break
            value = both
            end = here + length
        return value, end

    def _word(self, tokens: Sequence[Token], here: int) -> tuple[float, int]:
        """The number that the words at `here` are, without a unit or an article, and how many they are."""
        if here >= len(tokens) or self._books.is_a("article", tokens[here].norm):
            return 0.0, 0
        length = self._numbers.at(tokens, here)
        if not length and "-" in tokens[here].norm:
            inner = self._hyphenated(tokens[here], here)
            return (inner[0], 1) if inner is not None and not inner[2] else (0.0, 0)
        meaning = self._language.numbers.get(spoken(token.norm for token in tokens[here : here + length]))
        return (0.0, 0) if meaning is None or isinstance(meaning, str) else (float(meaning), length)

    def _with_half(self, tokens: Sequence[Token], value: float, end: int) -> tuple[float, int]:
        """ "two and a half hours"."""
        half = self._books["compare.and_half"].at(tokens, end) if end < len(tokens) else 0
        return value + (0.5 if half else 0.0), end + half

    def _years(self, tokens: Sequence[Token], here: int) -> Amount | None:
        """A decade or a century."""
        start = here
        last = min(len(tokens), start + _BEFORE)
        while here < last and self._books.is_a("before_decade", tokens[here].norm):
            here += 1
        if here >= len(tokens):
            return None
        if "year" not in self._lexicon.measures:
            return None
        length = self._centuries.at(tokens, here)
        decade = self._decade(tokens, start, here + length)
        if length and decade is None:
            century = spoken(token.norm for token in tokens[here : here + length])
            return Amount(start, here + length, self._first_years[century], "year", span=_CENTURY_SPAN)
        return decade

    def _decade(self, tokens: Sequence[Token], start: int, here: int) -> Amount | None:
        """The decade at `here`, as an amount that begins at `start`."""
        if here >= len(tokens):
            return None
        token, length = tokens[here], self._decades.at(tokens, here)
        if token.kind == "decade":
            digits = re.sub(r"\D", "", token.text)
            first = int(digits) if len(digits) == 4 else (2000 if int(digits) < 30 else 1900) + int(digits)
        elif length:
            first = self._language.decades[spoken(t.norm for t in tokens[here : here + length])]
        else:
            return None
        return Amount(start, here + max(length, 1), float(first), "year", span=_DECADE_SPAN)
