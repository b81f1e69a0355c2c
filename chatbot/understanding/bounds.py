"""Which side of an amount is meant: "under", "at least", "cheaper than", "or more", "about".

In: the tokens around an amount. Out: the bound that they say, and the test that it makes of an amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.understanding.amounts import Amount
from chatbot.understanding.tokens import Token
from chatbot.understanding.words import Language, Phrasebook, Phrasebooks
from retriever.domain import Between

# "about 90 minutes" is taken as 15 % either way, "about 1995" as two years either way.
_ABOUT_SHARE = 0.15
_ABOUT_YEARS = 2


@dataclass(frozen=True, slots=True)
class Bound:
    """What a phrase makes of the amount beside it; `strict` leaves the amount itself out."""

    side: str  # "low", "high", "about", "exact" or "group"
    strict: bool = False

    def turned(self) -> Bound:
        """The bound under a negation: "not under 50" is at least 50. Only for "low" and "high"."""
        return Bound(_OPPOSITE[self.side], strict=not self.strict)

    def test(self, amount: Amount, *, year: bool) -> Between:
        """The condition in the amount's unit; `year`: the amount is a year, so "about" counts years."""
        low: float | None = None
        high: float | None = None
        first, last = amount.value, amount.last
        if amount.decade and self.side in ("low", "high") and self.strict:
            low, high = (last, None) if self.side == "low" else (None, first)
        elif self.side == "low":
            low = first
        elif self.side == "high":
            high = last
        elif self.side == "group":
            # A tent for two sleeps two or three: less is too small, much more is another thing.
            low, high = first, first + 1
        elif self.side == "about" and not amount.decade:
            margin = _ABOUT_YEARS if year else abs(amount.value) * _ABOUT_SHARE
            low, high = first - margin, last + margin
        else:
            low, high = first, last
        return Between(low, high, self.strict)


LOW = Bound("low")
HIGH = Bound("high")
ABOUT = Bound("about")
EXACT = Bound("exact")
GROUP = Bound("group")  # so many persons

_SIDES = {
    "under": Bound("high", strict=True),
    "at_most": HIGH,
    "over": Bound("low", strict=True),
    "at_least": LOW,
    "after": Bound("low", strict=True),
    "since": LOW,
    "before": Bound("high", strict=True),
    "until": HIGH,
    "about": ABOUT,
    "exactly": EXACT,
}
_POSTFIXES = {
    "postfix_most": HIGH,
    "postfix_least": LOW,
    "onward": LOW,
    "older": HIGH,
    "postfix_before": Bound("high", strict=True),
    "postfix_about": ABOUT,
}
_OPPOSITE = {"low": "high", "high": "low"}


@dataclass(frozen=True, slots=True)
class Comparator:
    """Words before an amount that say its bound; `measure` is empty unless they name one ("cheaper than")."""

    bound: Bound
    measure: str
    end: int  # the token after


class BoundReader:
    """Finds the words of a bound before and behind an amount, in one language."""

    def __init__(self, language: Language, books: Phrasebooks) -> None:
        self._books = books
        self._comparatives = {
            (measure, sign): Phrasebook(phrases)
            for measure, table in language.measures.items()
            for sign, phrases in ((-1, table.less), (1, table.more))
        }
        # One book of all of them, since nearly no word begins any.
        sides = [phrase for name in _SIDES for phrase in language.compare[name]]
        measured = [phrase for table in language.measures.values() for phrase in (*table.less, *table.more)]
        self._beginning = Phrasebook((*sides, *measured))

    def comparators(self, tokens: Sequence[Token], here: int) -> list[Comparator]:
        """The comparators that begin at `here`, longest first; of one length, those with a measure first."""
        options: list[Comparator] = []
        if not self._beginning.may_begin(tokens[here]):
            return options
        for name, bound in _SIDES.items():
            length = self._books[f"compare.{name}"].at(tokens, here)
            if length:
                options.append(Comparator(bound, "", here + length))
        for (measure, sign), book in self._comparatives.items():
            length = book.at(tokens, here)
            after = here + length
            if length and after < len(tokens) and (than := self._books["than"].at(tokens, after)):
                side = "high" if sign < 0 else "low"
                options.append(Comparator(Bound(side, strict=True), measure, after + than))
        return sorted(options, key=lambda option: (-option.end, option.measure == ""))

    def comparatives_behind(self, tokens: Sequence[Token], here: int) -> list[tuple[str, Bound, int]]:
        """(measure, bound, token after) of each comparative that begins at `here`, longest first."""
        found = [
            (measure, Bound("high" if sign < 0 else "low", strict=True), here + length)
            for (measure, sign), book in self._comparatives.items()
            if (length := book.at(tokens, here))
        ]
        return sorted(found, key=lambda each: -each[2])

    def postfixes(self, tokens: Sequence[Token], here: int) -> list[tuple[Bound, int]]:
        """(bound, token after) of each phrase at `here` that bounds the amount before it: "or less"."""
        if here >= len(tokens):
            return []
        found = [
            (bound, self._books[f"compare.{name}"].at(tokens, here)) for name, bound in _POSTFIXES.items()
        ]
        return [(bound, here + length) for bound, length in found if length]
