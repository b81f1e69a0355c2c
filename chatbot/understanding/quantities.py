"""Numbers as people say them: units, currencies, ranges, decades, approximations, comparatives.

In: the tokens of an utterance. Out: quantities in base units with the side that they bound;
which facet each is about is decided with the catalogue's lexicon, in the same pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.tokens import Token, tokenize
from chatbot.understanding.words import Language, Phrasebook, Phrasebooks, unit_symbols
from retriever.domain import Between, Facet

_THOUSANDS = re.compile(r"^\d{1,3}([.,]\d{3})+$")
_YEARS = range(1850, 2101)
# "about 90 minutes" is taken as 15 % either way, "about 1995" as two years either way.
_ABOUT_SHARE = 0.15
_ABOUT_YEARS = 2


@dataclass(frozen=True, slots=True)
class Amount:
    """One number with its unit. `value` in the measure's base unit; `low`/`high` for a decade."""

    start: int
    end: int
    value: float
    measure: str = ""
    currency: str = ""
    decade: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    """A condition on a number, resolved to a facet of the catalogue."""

    start: int
    end: int
    facet: Facet
    test: Between
    comparative: bool = False
    currency: str = ""


@dataclass(frozen=True, slots=True)
class _Bound:
    side: str  # "low", "high", "about", "exact"
    strict: bool = False


_SIDES = {
    "under": _Bound("high", strict=True),
    "at_most": _Bound("high"),
    "over": _Bound("low", strict=True),
    "at_least": _Bound("low"),
    "after": _Bound("low", strict=True),
    "since": _Bound("low"),
    "before": _Bound("high", strict=True),
    "until": _Bound("high"),
    "about": _Bound("about"),
}
_POSTFIXES = {
    "postfix_most": _Bound("high"),
    "postfix_least": _Bound("low"),
    "onward": _Bound("low"),
    "older": _Bound("high"),
}
_OPPOSITE = {"low": "high", "high": "low"}


class QuantityReader:
    """Finds quantities in tokens, for one catalogue and language."""

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
        self._comparatives = {
            (measure, sign): Phrasebook(phrases)
            for measure, table in language.measures.items()
            for sign, phrases in ((-1, table.less), (1, table.more))
        }

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
        negated = self._books["negation"].at(tokens, start)
        for skip in (0, negated) if negated else (0,):
            quantity = self._bounded(tokens, start, start + skip, turned=bool(skip))
            if quantity is not None:
                return quantity
        return None

    def _bounded(self, tokens: Sequence[Token], start: int, here: int, *, turned: bool) -> Quantity | None:
        if here >= len(tokens):
            return None
        if not turned:
            ranged = self._range(tokens, start)
            if ranged is not None:
                return ranged
        for bound, measure, after in self._comparators(tokens, here):
            amount = self._amount(tokens, after)
            if amount is None or (turned and bound.side == "about"):
                continue
            if amount.decade and self._books["compare.decade"].at(tokens[:after], here) == after - here:
                continue  # "from the 90s" is the decade, not all since
            if turned:
                bound = _Bound(_OPPOSITE[bound.side], strict=not bound.strict)
            return self._with_onward(tokens, start, amount, bound, measure, tokens[here:after])
        if turned:
            return None
        before = self._books["compare.decade"].at(tokens, start)
        for skip in (before, 0):
            amount = self._amount(tokens, start + skip)
            if amount is not None and (amount.decade or not skip):
                return self._bare(tokens, start, amount)
        return None

    def _with_onward(
        self,
        tokens: Sequence[Token],
        start: int,
        amount: Amount,
        bound: _Bound,
        measure: str,
        spoken: Sequence[Token],
    ) -> Quantity | None:
        """ "from 1994" is that year, "from 1994 on" and "from 1994 or later" all since."""
        onward = self._onward(tokens, amount.end)
        if self._says_from(spoken) and self._is_year(amount) and not onward:
            bound = _Bound("exact")
        quantity = self._resolve(tokens, start, amount, bound, measure)
        return quantity and replace(quantity, end=max(quantity.end, amount.end + onward))

    def _onward(self, tokens: Sequence[Token], here: int) -> int:
        """The number of tokens of "or later", "on" and the like at `here`."""
        books = (self._books["compare.onward"], self._books["compare.older"])
        return max(book.at(tokens, here) for book in books) if here < len(tokens) else 0

    def _says_from(self, spoken: Sequence[Token]) -> bool:
        return len(spoken) == 1 and self._books.is_a("from", spoken[0].norm)

    def _is_year(self, amount: Amount) -> bool:
        bare = not amount.currency and not amount.decade and amount.measure in ("", "year")
        return bare and amount.value in _YEARS and "year" in self._lexicon.measures

    def _range(self, tokens: Sequence[Token], start: int) -> Quantity | None:
        here = start + self._books["compare.between"].at(tokens, start)
        first = self._amount(tokens, here)
        if first is None or first.end >= len(tokens):
            return None
        joint = self._books["compare.range"].at(tokens, first.end)
        if not joint or (self._books.is_a("and", tokens[first.end].norm) and here == start):
            return None  # "under 50 and 2 pockets" is no range; "between 50 and 80" is
        second = self._amount(tokens, first.end + joint)
        if second is None or (second.value < first.value and (first.measure or first.currency) != ""):
            return None
        if not (first.measure or first.currency):
            # "one to two hours": the unit stands once, at the end.
            factor = self._factor_behind(tokens, second)
            first = replace(
                first, value=first.value * factor, measure=second.measure, currency=second.currency
            )
        if second.value < first.value:
            return None
        high = second.value + 9 if second.decade else second.value
        return self._make(tokens, start, second.end, second, Between(first.value, high), "")

    def _factor_behind(self, tokens: Sequence[Token], amount: Amount) -> float:
        if not amount.measure:
            return 1.0
        number = self._number(tokens, amount.start)
        return amount.value / number[0] if number is not None and number[0] else 1.0

    def _comparators(self, tokens: Sequence[Token], here: int) -> list[tuple[_Bound, str, int]]:
        """(bound, measure or empty, token after) of each comparator that begins here, longest first."""
        options = []
        for name, bound in _SIDES.items():
            length = self._books[f"compare.{name}"].at(tokens, here)
            if length:
                options.append((bound, "", here + length))
        for (measure, sign), book in self._comparatives.items():
            length = book.at(tokens, here)
            after = here + length
            if length and after < len(tokens) and (than := self._books["than"].at(tokens, after)):
                side = "high" if sign < 0 else "low"
                options.append((_Bound(side, strict=True), measure, after + than))
        return sorted(options, key=lambda option: (-option[2], option[1] == ""))

    def _amount(self, tokens: Sequence[Token], here: int) -> Amount | None:
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
        if (
            end < len(tokens)
            and tokens[end].norm == "-"
            and end + 1 < len(tokens)
            and tokens[end + 1].norm in self._units
        ):
            end += 1
        if end < len(tokens):
            unit = tokens[end].norm
            if not currency and unit in self._language.currencies and not self._is_mass_pound(unit):
                return Amount(start, end + 1, value, "", self._language.currencies[unit])
            if not currency and unit in self._units:
                measure, factor = self._units[unit]
                amount = Amount(start, end + 1, value * factor, measure)
                return self._compound(tokens, amount)
        return Amount(start, end, value, "price" if currency else "", currency)

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
            inner = self._amount(tokenize(meaning), 0)
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

    def _bare(self, tokens: Sequence[Token], start: int, amount: Amount) -> Quantity | None:
        """A number without a comparator before it: a bound may follow, or its unit says what is meant."""
        if amount.end < len(tokens):
            for name, bound in _POSTFIXES.items():
                length = self._books[f"compare.{name}"].at(tokens, amount.end)
                if length:
                    quantity = self._resolve(tokens, start, amount, bound, "")
                    return None if quantity is None else replace(quantity, end=amount.end + length)
        if amount.decade:
            return self._make(tokens, start, amount.end, amount, Between(amount.value, amount.value + 9), "")
        if amount.currency:
            return self._resolve(tokens, start, amount, _Bound("high"), "")
        if amount.measure == "persons":
            return self._resolve(tokens, start, amount, _Bound("group"), "")
        if amount.measure:
            return self._resolve(tokens, start, amount, _Bound("about"), "")
        if amount.value in _YEARS and amount.value == int(amount.value) and tokens[start].kind == "number":
            return self._resolve(tokens, start, amount, _Bound("exact"), "year")
        if amount.end < len(tokens) and self._facet_beside(tokens, start, amount.end) is not None:
            return self._resolve(tokens, start, amount, _Bound("about"), "")
        grouped = start > 0 and tokens[start - 1].norm in self._language.cues["per_group"]
        ends = (
            amount.end >= len(tokens) or tokens[amount.end].kind == "mark" or self._stops(tokens[amount.end])
        )
        if grouped and ends and amount.value <= 20:
            return self._resolve(tokens, start - 1, amount, _Bound("group"), "persons")
        return None

    def _stops(self, token: Token) -> bool:
        return token.norm in self._language.filler.words or token.norm in self._language.cues["contrast"]

    def _resolve(
        self, tokens: Sequence[Token], start: int, amount: Amount, bound: _Bound, measure: str
    ) -> Quantity | None:
        low: float | None = None
        high: float | None = None
        first, last = amount.value, amount.value + (9 if amount.decade else 0)
        if amount.decade and bound.side in ("low", "high") and bound.strict:
            low, high = (last, None) if bound.side == "low" else (None, first)
        elif bound.side == "low":
            low = first
        elif bound.side == "high":
            high = last
        elif bound.side == "group":
            # A tent for two sleeps two or three: less is too small, much more is another thing.
            low, high = first, first + 1
        elif bound.side == "about" and not amount.decade:
            year = (measure or amount.measure) == "year" or (not amount.measure and amount.value in _YEARS)
            margin = _ABOUT_YEARS if year else amount.value * _ABOUT_SHARE
            low, high = first - margin, last + margin
        else:
            low, high = first, last
        test = Between(low, high, bound.strict)
        end = amount.end
        return self._make(tokens, start, end, amount, test, measure, comparative=bool(measure))

    def _make(
        self,
        tokens: Sequence[Token],
        start: int,
        end: int,
        amount: Amount,
        test: Between,
        measure: str,
        *,
        comparative: bool = False,
    ) -> Quantity | None:
        measure = amount.measure or ("price" if amount.currency else "") or measure
        if not measure:
            named = self._facet_beside(tokens, start, end)
            if named is not None:
                facet, start, end = named
                return Quantity(start, end, facet, test, comparative)
            measure, start, end = self._measure_beside(tokens, start, end)
        is_year = amount.value in _YEARS and amount.value == int(amount.value) and not amount.currency
        if not measure and is_year and "year" in self._lexicon.measures:
            measure = "year"
        measured = self._lexicon.facet_of_measure(measure or "price")
        if measured is None or (not measure and (amount.value > 1e7 or self._counts(tokens, end))):
            return None
        scale = 1 / measured.factor

        def scaled(number: float | None) -> float | None:
            return None if number is None else round(number * scale, 6)

        return Quantity(
            start,
            end,
            measured.facet,
            Between(scaled(test.low), scaled(test.high), test.strict),
            comparative,
            amount.currency,
        )

    def _facet_beside(self, tokens: Sequence[Token], start: int, end: int) -> tuple[Facet, int, int] | None:
        """A numeric facet by its name or unit beside the number: "400 calories", "a discount over 10%"."""
        stems = [self._lexicon.stems(token.norm) for token in tokens]
        for length in range(3, 0, -1):
            facet = self._lexicon.numeric_labels.get(tuple(stems[end : end + length]))
            if facet is not None and end + length <= len(tokens):
                return facet, start, end + length
            for back in range(length, length + 3):
                first = start - back
                facet = (
                    self._lexicon.numeric_labels.get(tuple(stems[first : first + length]))
                    if first >= 0
                    else None
                )
                if facet is not None and all(self._stops(t) for t in tokens[first + length : start]):
                    return facet, first, end
        return None

    def _counts(self, tokens: Sequence[Token], end: int) -> bool:
        """True if an unknown noun follows a bare number: "30 days" is no price."""
        if end >= len(tokens) or tokens[end].kind != "word" or self._stops(tokens[end]):
            return False
        stem = (self._lexicon.stems(tokens[end].norm),)
        known = stem in self._lexicon.values or stem in self._lexicon.flags or stem[0] in self._lexicon.nouns
        return not known

    def _measure_beside(self, tokens: Sequence[Token], start: int, end: int) -> tuple[str, int, int]:
        """The measure named right before ("a budget of …") or right behind the number ("… in price")."""
        for measure, book in self._lexicon.measure_words.items():
            if measure not in self._lexicon.measures:
                continue
            for back in range(1, 4):
                if start - back >= 0 and (length := book.at(tokens, start - back)):
                    between = tokens[start - back + length : start]
                    if all(self._stops(token) for token in between):
                        return measure, start - back, end
            for ahead in (0, 1):
                if end + ahead < len(tokens) and (length := book.at(tokens, end + ahead)):
                    return measure, start, end + ahead + length
        return "", start, end


def parse_number(text: str) -> float:
    """ "1,299.50", "1.299,50" and "89,90" as people write them; "1,299" is a thousand and more."""
    if _THOUSANDS.match(text):
        return float(re.sub(r"[.,]", "", text))
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return float(text)
    whole, fraction = re.sub(r"[.,]", "", text[:last]), text[last + 1 :]
    return float(f"{whole or 0}.{fraction}")
