"""Which facet of a catalogue a number is about: by its unit, or by the words beside it.

In: the tokens and an amount. Out: the facet, with the tokens that name it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.understanding.amounts import Amount
from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.tokens import Token
from chatbot.understanding.words import Language
from retriever.domain import Facet

# A bare number beyond this is no price.
_HIGHEST_PRICE = 1e7
_SHORTEST_COUNTED = 3  # letters


@dataclass(frozen=True, slots=True)
class NumberFacet:
    """The facet of the number in tokens `start`..`end` - 1, the words that name the facet included.

    `factor`: base units in one of the facet's units; None when the number was said in the facet's own
    unit and stays as it is.
    """

    facet: Facet
    start: int
    end: int
    factor: float | None = None


class NumberFacets:
    """Resolves numbers to facets, for one catalogue and language."""

    def __init__(self, language: Language, lexicon: Lexicon) -> None:
        self._language = language
        self._lexicon = lexicon
        self._units = [facet.unit.casefold() for facet in lexicon.catalogue.facets if facet.unit]

    def of(
        self, tokens: Sequence[Token], start: int, end: int, amount: Amount, measure: str
    ) -> NumberFacet | None:
        """The facet of an amount that stands, with its bound, in tokens `start`..`end` - 1.

        `measure` is what the bound says that the number is about, or empty; the amount's own unit wins.
        None if the number is about nothing that this catalogue has.
        """
        measure = amount.measure or ("price" if amount.currency else "") or measure
        if amount.measure and (unit := self._of_unit(tokens[end - 1])) is not None:
            return NumberFacet(unit, start, end)
        if not measure:
            named = self.beside(tokens, start, end)
            if named is not None:
                return named
            measure, start, end = self._measure_beside(tokens, start, end)
        is_year = amount.could_be_year and not amount.currency
        if not measure and is_year and "year" in self._lexicon.measures:
            measure = "year"
        measured = self._lexicon.facet_of_measure(measure or "price")
        if measured is None or (not measure and self._is_no_price(tokens, start, end, amount)):
            return None
        return NumberFacet(measured.facet, start, end, measured.factor)

    def counts(self, facet: Facet) -> bool:
        """Whether a facet has whole small numbers only: "two beds" are not about two."""
        return self._lexicon.has_small_numbers(facet.name)

    def _of_unit(self, token: Token) -> Facet | None:
        """The one facet without a unit of its own whose label names this unit: "star rating" of stars."""
        stem = self._lexicon.stems(token.norm)
        facets = {f.name: f for key, f in self._lexicon.numeric_labels.items() if stem in key and not f.unit}
        return next(iter(facets.values())) if len(facets) == 1 else None

    def _compound(self, token: Token) -> Facet | None:
        """A word that begins with what a facet counts: "bedrooms" of beds."""
        if token.kind != "word":
            return None
        return next(
            (
                facet
                for facet in self._lexicon.numeric_labels.values()
                if (noun := self._lexicon.counted.get(facet.name))
                and len(noun) >= _SHORTEST_COUNTED
                and token.norm.startswith(noun)
            ),
            None,
        )

    def beside(self, tokens: Sequence[Token], start: int, end: int) -> NumberFacet | None:
        """A numeric facet by its name or unit beside the number: "400 calories", "a discount over 10%"."""

        def stems(first: int, last: int) -> tuple[str, ...]:
            return self._lexicon.stems.of(token.norm for token in tokens[first:last])

        for length in range(3, 0, -1):
            facet = self._lexicon.numeric_labels.get(stems(end, end + length))
            if facet is not None and end + length <= len(tokens):
                return NumberFacet(facet, start, end + length)
            for back in range(length, length + 3):
                first = start - back
                facet = self._lexicon.numeric_labels.get(stems(first, first + length)) if first >= 0 else None
                if facet is not None and all(self.stops(t) for t in tokens[first + length : start]):
                    return NumberFacet(facet, first, end)
        counted = self._compound(tokens[end]) if end < len(tokens) else None
        return None if counted is None else NumberFacet(counted, start, end + 1)

    def measure_beside(self, tokens: Sequence[Token], start: int, end: int) -> str:
        """The measure that words beside a number name: "a price of"; empty for none."""
        return self._measure_beside(tokens, start, end)[0]

    def is_unit(self, token: Token) -> bool:
        """Whether a word is the unit of some numeric facet: "years" of a warranty."""
        stem = self._lexicon.stems(token.norm)
        return any(self._lexicon.stems(unit) == stem for unit in self._units)

    def stops(self, token: Token) -> bool:
        """True for a word that a number isn't about: a small word or a contrast."""
        return token.norm in self._language.filler.words or token.norm in self._language.cues["contrast"]

    def are_small(self, tokens: Sequence[Token]) -> bool:
        """True if all these words are small, nouns of items, or names of measures ("weigh")."""
        return all(self._is_small(tokens, place) for place in range(len(tokens)))

    def _is_small(self, tokens: Sequence[Token], place: int) -> bool:
        token = tokens[place]
        joins = token.norm in self._language.small["and"] or token.norm in self._language.cues["either"]
        if token.kind != "word" or joins or token.norm in self._language.cues["contrast"]:
            return False
        named = any(book.at(tokens, place) for book in self._lexicon.measure_words.values())
        noun = self._lexicon.stems(token.norm) in self._lexicon.nouns
        return named or noun or token.norm in self._language.filler.words

    def _is_no_price(self, tokens: Sequence[Token], start: int, end: int, amount: Amount) -> bool:
        return amount.value > _HIGHEST_PRICE or self._counts(tokens, end) or self._is_of(tokens, start)

    def _is_of(self, tokens: Sequence[Token], start: int) -> bool:
        """True if an unknown noun of which the number is stands before: "an R-value of 4" is no price."""
        of = self._language.small["of"]
        place = start if tokens[start].norm in of else start - 1
        if place < 1 or tokens[place].norm not in of:
            return False
        noun = tokens[place - 1]
        named = any(book.at(tokens, place - 1) for book in self._lexicon.measure_words.values())
        return noun.kind == "word" and not named and not self.stops(noun)

    def _counts(self, tokens: Sequence[Token], end: int) -> bool:
        """True if an unknown noun follows a bare number: "30 days" is no price."""
        if end >= len(tokens) or tokens[end].kind != "word" or self.stops(tokens[end]):
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
                    if all(self.stops(token) for token in between):
                        return measure, start - back, end
            for ahead in (0, 1):
                if end + ahead < len(tokens) and (length := book.at(tokens, end + ahead)):
                    return measure, start, end + ahead + length
        return "", start, end
