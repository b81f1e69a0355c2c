"""Numbers as people say them, with the unit, currency or decade that they come in.

In: the tokens of an utterance and a place. Out: the amount that begins there, in its measure's base
unit. What it bounds is in `bounds`, which facet it is about in `number_facets`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.tokens import Token, tokenize
from chatbot.understanding.words import Language, Phrasebook, Phrasebooks, unit_symbols

_THOUSANDS = re.compile(r"^\d{1,3}([.,]\d{3})+$")
_YEARS = range(1850, 2101)
_DECADE_SPAN = 9  # from the first year of a decade to its last


@dataclass(frozen=True, slots=True)
class Amount:
    """One number with its unit. `value` in the measure's base unit; of a decade, its first year."""

    start: int
    end: int
    value: float
    measure: str = ""
    currency: str = ""
    decade: bool = False

    @property
    def last(self) -> float:
        """The number itself; of a decade, its last year."""
        return self.value + (_DECADE_SPAN if self.decade else 0)

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
        spoken = {measure: group.words for measure, group in language.units.items()}
        self._units = {
            word: (measure, factor)
            for groups in (unit_symbols(), spoken)  # a language's own words go before symbols
            for measure, words in groups.items()
            for word, factor in words.items()
        }

    def at(self, tokens: Sequence[Token], here: int) -> Amount | None:
        """A number with currency or unit, at `here` (an article may stand before it)."""
        start = here
        decade = self._decade(tokens, here)
        if decade is not None:
            return decade
        while here < len(tokens) and self._books.is_a("before_amount", tokens[here].norm):
            here += 1
        currency = ""
        if here < len(tokens) and tokens[here].norm in self._language.currencies:
            currency = self._language.currencies[tokens[here].norm]
            here += 1
        number = self._number(tokens, here)
        if number is None:
            return None
        value, end, measure = number
        if measure:
            return Amount(start, end, value, measure)
        end += self._hyphen_before_unit(tokens, end)
        if not currency and end < len(tokens):
            with_unit = self._with_unit(tokens, Amount(start, end, value))
            if with_unit is not None:
                return with_unit
        return Amount(start, end, value, "price" if currency else "", currency)

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
        unit = tokens[bare.end].norm
        if unit in self._language.currencies and not self._is_mass_pound(unit):
            return replace(bare, end=bare.end + 1, currency=self._language.currencies[unit])
        if unit in self._units:
            measure, factor = self._units[unit]
            amount = replace(bare, end=bare.end + 1, value=bare.value * factor, measure=measure)
            return self._compound(tokens, amount)
        return None

    def _is_mass_pound(self, unit: str) -> bool:
        return unit.startswith("pound") and "price" not in self._lexicon.measures

    def _compound(self, tokens: Sequence[Token], amount: Amount) -> Amount:
        """ "1 h 50 min", "2 hours and 10 minutes": minutes behind hours belong to them."""
        if amount.measure != "time" or amount.end >= len(tokens):
            return amount
        here = amount.end + int(self._books.is_a("and", tokens[amount.end].norm))
        number = self._number(tokens, here)
        if number is None or number[0] >= 60 or tokens[here].kind != "number":
            return amount
        value, end, _ = number
        if end < len(tokens) and self._units.get(tokens[end].norm) == ("time", 1):
            return replace(amount, end=end + 1, value=amount.value + value)
        return amount

    def _number(self, tokens: Sequence[Token], here: int) -> tuple[float, int, str] | None:
        """(value, token after, measure when the words hold one: "an hour")."""
        if here >= len(tokens):
            return None
        token = tokens[here]
        if token.kind == "number":
            return parse_number(token.text), here + 1, ""
        length = self._numbers.at(tokens, here)
        if not length:
            return None
        spoken = " ".join(t.norm for t in tokens[here : here + length])
        meaning = self._language.numbers[spoken]
        if isinstance(meaning, str):
            inner = self.at(tokenize(meaning), 0)
            assert inner is not None, "the words of a language hold a number that we can't read"
            return inner.value, here + length, inner.measure
        return float(meaning), here + length, ""

    def _decade(self, tokens: Sequence[Token], here: int) -> Amount | None:
        start = here
        while here < len(tokens) and self._books.is_a("before_decade", tokens[here].norm):
            here += 1
        if here >= len(tokens):
            return None
        token = tokens[here]
        first: int | None = None
        if token.kind == "decade":
            digits = re.sub(r"\D", "", token.text)
            first = int(digits) if len(digits) == 4 else (2000 if int(digits) < 30 else 1900) + int(digits)
        elif token.norm in self._language.decades:
            first = self._language.decades[token.norm]
        if first is None or "year" not in self._lexicon.measures:
            return None
        return Amount(start, here + 1, float(first), "year", decade=True)


def parse_number(text: str) -> float:
    """ "1,299.50", "1.299,50" and "89,90" as people write them; "1,299" is a thousand and more."""
    if _THOUSANDS.match(text):
        return float(re.sub(r"[.,]", "", text))
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return float(text)
    whole, fraction = re.sub(r"[.,]", "", text[:last]), text[last + 1 :]
    return float(f"{whole or 0}.{fraction}")
