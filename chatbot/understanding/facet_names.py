"""Finds facets by name ("the budget") and adjectives of measure ("cheaper", "the longest").

In: tokens, and which of them are already taken. Out: labels and measures, each with its facet.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.mentions import LabelMention, MeasureMention, Shown
from chatbot.understanding.tokens import Token, tokenize
from chatbot.understanding.words import Language, Phrasebook
from retriever.domain import Facet, FacetKind

_LONGEST_LABEL = 5  # tokens
# List in the data file → direction and degree of the adjective.
_GRADES = (
    ("less_of", -1, "comparative"),
    ("more_of_it", 1, "comparative"),
    ("least_of", -1, "superlative"),
    ("most_of", 1, "superlative"),
)


class FacetFinder:
    """Finds facets and adjectives of measure, for one catalogue and language."""

    def __init__(self, language: Language, lexicon: Lexicon) -> None:
        self._language = language
        self._lexicon = lexicon
        self._unmeasured = Phrasebook(self._words_without_facet(language))
        self._measures = [
            (facet, direction, degree, Phrasebook(phrases))
            for measure, table in language.measures.items()
            if (facet := lexicon.facet_of_measure(measure)) is not None
            for direction, degree, phrases in (
                (-1, "superlative", table.most_less),
                (1, "superlative", table.most_more),
                (-1, "base", table.less),
                (1, "base", table.more),
            )
        ]

        self._grades = {name: Phrasebook(language.grades.get(name, ())) for name, _, _ in _GRADES}

    def unmeasured(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """Where adjectives stand that compare what nothing in the catalogue has a number for."""
        return self._unmeasured.find(tokens)

    def _words_without_facet(self, language: Language) -> list[str]:
        """Words of price where nothing has a price; of other measures only those that plainly compare."""
        lost: list[str] = []
        kept: set[str] = set()
        for measure, table in language.measures.items():
            every = [*table.less, *table.most_less, *table.more, *table.most_more]
            if self._lexicon.facet_of_measure(measure) is not None:
                kept.update(every)
            elif measure == "price":
                lost += every
            else:
                plain = [word for word in (*table.less, *table.more) if self._compares(tokenize(word))]
                lost += [*plain, *table.most_less, *table.most_more]
        return [word for word in lost if word not in kept]

    def adjectives(
        self, tokens: Sequence[Token], taken: Sequence[bool], shown: Shown
    ) -> list[MeasureMention]:
        """ "bigger" may mean litres or persons: what the shown items have, else what most have."""
        found: list[MeasureMention] = []
        for position in range(len(tokens)):
            if taken[position]:
                continue
            best: MeasureMention | None = None
            for measured, direction, degree, book in self._measures:
                length = book.at(tokens, position)
                longer = best is None or position + length > best.end
                fitter = (
                    best is not None
                    and position + length == best.end
                    and self._coverage(measured.facet, shown) > self._coverage(best.facet, shown)
                )
                if length and (longer or fitter):
                    spoken = tokens[position : position + length]
                    best = MeasureMention(
                        position,
                        position + length,
                        measured.facet,
                        direction,
                        "comparative" if degree == "base" and self._compares(spoken) else degree,
                    )
            best = best or self._compared_label(tokens, position)
            if best is not None:
                found.append(best)
        return found

    def _compared_label(self, tokens: Sequence[Token], position: int) -> MeasureMention | None:
        """ "a longer warranty", "the highest rating": more or less of a facet that is named."""
        for name, direction, degree in _GRADES:
            length = self._grades[name].at(tokens, position)
            after = position + length
            if not length or after >= len(tokens):
                continue
            stems = self._lexicon.stems.of(token.norm for token in tokens[after : after + _LONGEST_LABEL])
            for count in range(len(stems), 0, -1):
                facet = self._lexicon.labels.get(stems[:count])
                if facet is not None and facet.kind in (FacetKind.NUMBER, FacetKind.YEAR):
                    return MeasureMention(position, after + count, facet, direction, degree)
        return None

    def labels(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[LabelMention]:
        """Facets by their own name, or by the name of the measure that they hold."""
        found: list[LabelMention] = []
        stems = [self._lexicon.stems(token.norm) for token in tokens]
        for position in range(len(tokens)):
            if taken[position]:
                continue
            for length in range(min(_LONGEST_LABEL, len(tokens) - position), 0, -1):
                facet = self._lexicon.labels.get(tuple(stems[position : position + length]))
                if facet is not None and not any(taken[position : position + length]):
                    found.append(LabelMention(position, position + length, facet))
                    break
            else:
                for measure, book in self._lexicon.measure_words.items():
                    measured = self._lexicon.facet_of_measure(measure)
                    length = book.at(tokens, position)
                    if measured is not None and length:
                        found.append(LabelMention(position, position + length, measured.facet))
                        break
        return found

    def _coverage(self, facet: Facet, shown: Shown) -> tuple[int, int]:
        """How many of the shown items have the facet, and how many of all."""
        items = [self._lexicon.catalogue.item(item) for item in shown.meant]
        numbers = self._lexicon.catalogue.numbers(facet.name)
        return sum(facet.name in item.facets for item in items), numbers.count if numbers else 0

    def _compares(self, spoken: Sequence[Token]) -> bool:
        """A comparative by form; the data file lists base and comparative forms together."""
        first, words = spoken[0].norm, self._language.cues["comparative_words"]
        return (
            first in words
            or spoken[-1].norm in words
            or any(
                first.endswith(rule.partition(">")[0]) for rule in self._language.cues["comparative_endings"]
            )
        )
