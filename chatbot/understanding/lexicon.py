"""What there is to talk about in one catalogue, keyed by how people say it.

Built once for a catalogue and a language: facet values and yes/no facets by stems, facet labels,
measures (price, time, mass, …) with the facet and unit behind each. Titles are in `title_index`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from chatbot.understanding.tokens import spoken, words_of
from chatbot.understanding.words import Language, Phrasebook, Stems, unit_symbols
from retriever.catalogue import Catalogue
from retriever.domain import Facet, FacetKind, FacetRole, OfFacet

_NUMERIC = (FacetKind.NUMBER, FacetKind.YEAR)
_ROLES = {
    FacetRole.PRICE: "price",
    FacetRole.YEAR: "year",
    FacetRole.RATING: "rating",
    FacetRole.STOCK: "stock",
}
# A facet with this share of distinct values is a kind of name (titles of series, codes), not a vocabulary.
_MOST_VALUES = 20_000
_SHORTEST_JOINED = 3  # letters of words that may be written as one
_SHORTEST_NAME = 4  # letters of a word that may be misspelt in a name
_NAME_DOT = "·"
_SHORTEST_IN_CHARACTERS = 3  # characters of a name that may have one wrong
_SHORTEST_SURNAME = 2  # characters
SAME_WORD = 75  # likeness from which words with one stem are forms of one word: "coat", "coats"
_LONG_WORD = 8  # letters from which two errors are believed
# A value that so many of at least so many items have tells none apart: it is what they are called.
_EVERYBODYS = 0.98
_ENOUGH_ITEMS = 20
_MOST_COUNTED = 20  # a facet of whole numbers up to here counts things


@dataclass(frozen=True, slots=True)
class Measured:
    """The facet that a measure is about; a number in base units / `factor` is in the facet's unit."""

    facet: Facet
    factor: float = 1.0


class Lexicon:
    """See the module's docstring. Read-only after it is made."""

    def __init__(self, catalogue: Catalogue, language: Language, stems: Stems) -> None:
        self.catalogue = catalogue
        self.stems = stems
        self.values: dict[tuple[str, ...], list[OfFacet]] = defaultdict(list)
        self.heads: dict[str, list[OfFacet]] = defaultdict(list)
        self.flags: dict[tuple[str, ...], Facet] = {}
        self.labels: dict[tuple[str, ...], Facet] = {}
        self.measures = _measures(catalogue, language)
        self._synonyms = language.synonyms
        self.number_words = {w: float(n) for w, n in language.numbers.items() if isinstance(n, int | float)}
        self._common: set[str] = set()
        self._small_numbers: dict[str, bool] = {}
        self._ordinary: dict[str, bool] = {}
        self._said = frozenset(language.every_word())
        self._add_values(catalogue)
        self._add_labels(catalogue, language)
        # A facet's own name, or its unit where that is a word or a mark ("%", "kcal"), beside a number.
        self.numeric_labels = {
            key: facet
            for facet in catalogue.facets
            if facet.kind is FacetKind.NUMBER and facet.role is not FacetRole.PRICE
            for name in (facet.label, facet.unit, *_counted(facet, language))
            if (key := self.stems.of(words_of(name)))
        }
        self.counted = {
            facet.name: self.stems(words_of(noun)[-1])
            for facet in self.numeric_labels.values()
            for noun in _counted(facet, language)
        }
        self.longest_value = max(map(len, self.values), default=0)
        self.words = frozenset(stem for key in self.values for stem in key if len(stem) > 3)
        self.measure_words = {
            measure: Phrasebook(words) for measure, words in language.facet_words.items() if words
        }
        self.nouns = self._item_nouns(catalogue, language)
        self.noun_phrases = Phrasebook((*language.item_nouns.words, *self.nouns))

    def _add_values(self, catalogue: Catalogue) -> None:
        for facet in catalogue.facets:
            if facet.kind is FacetKind.BOOLEAN:
                key = self.stems.of(words_of(facet.label))
                if key:
                    self.flags[key] = facet
                continue
            if facet.kind in _NUMERIC:
                continue
            values = catalogue.values(facet.name)
            if len(values) > _MOST_VALUES:
                continue
            for value, count in values.items():
                words = tuple(w for w in words_of(value) if re.match(r"\w", w))
                key = self.stems.of(words)
                if not key or self._is_everybodys(count, words):
                    continue
                about = OfFacet(facet.name, value)
                self.values[key].append(about)
                if len(key) > 1:
                    self.heads[key[-1]].append(about)
                # "Wong Kar Wai" for "Wong Kar-wai"
                parted = self.stems.of(part for word in words for part in word.split("-") if part)
                if parted != key:
                    self.values[parted].append(about)
                for key in self._dotted(facet, value):
                    self.values[key].append(about)
                # "sleepingbag"
                if len(words) > 1 and all(len(word) >= _SHORTEST_JOINED for word in words):
                    self.values[self.stems.of(("".join(words),))].append(about)
            self._add_other_words(facet)

    def _is_everybodys(self, count: int, words: Sequence[str]) -> bool:
        """Whether (nearly) all items have a value of one word: it is then a noun for them, and no wish."""
        size = len(self.catalogue)
        common = size >= _ENOUGH_ITEMS and count >= _EVERYBODYS * size and len(words) == 1
        if common:
            self._common.add(self.stems(words[0]))
        return common

    def _add_other_words(self, facet: Facet) -> None:
        """What the catalogue's vocabulary says values are called too: "couch" for its "sofa"."""
        for words in self.catalogue.vocabulary.of(facet.name):
            about = OfFacet(facet.name, words.value)
            for other in (*words.synonyms, *words.forms):
                key = self.stems.of(w for w in words_of(other) if re.match(r"\w", w))
                if key and about not in self.values.get(key, ()):
                    self.values[key].append(about)

    def _dotted(self, facet: Facet, value: str) -> list[tuple[str, ...]]:
        """A foreign name in characters, with the dot that parts it, and by what comes last: the surname."""
        _, dot, last = value.rpartition(_NAME_DOT)
        if not dot or facet.role is not FacetRole.CREATOR:
            return []
        surname = self.stems.of(words_of(last))
        return [self.stems.of(words_of(value)), *([surname] if len(surname) >= _SHORTEST_SURNAME else [])]

    def _add_labels(self, catalogue: Catalogue, language: Language) -> None:
        # Facets that bear a name go before those that may be called so.
        for facet in catalogue.facets:
            for name in (facet.label, facet.name.replace("_", " ")):
                self.labels.setdefault(self.stems.of(words_of(name)), facet)
        for facet in catalogue.facets:
            names = {facet.label, facet.name.replace("_", " ")}
            whole = self.stems.of(words_of(facet.label))
            for name, others in language.label_words.items():
                key = self.stems.of(words_of(name))
                if key == whole or (len(key) == 1 and key[0] in whole):
                    names.update(others)
            if facet.role is FacetRole.CREATOR:
                for name in ("creator", "brand", "author"):
                    names.update(language.label_words.get(name, ()))
            for words in names:
                key = self.stems.of(words_of(words))
                if key:
                    self.labels.setdefault(key, facet)

    def _item_nouns(self, catalogue: Catalogue, language: Language) -> frozenset[str]:
        words = [*language.item_nouns.words, *words_of(catalogue.name.replace("_", " "))]
        return frozenset(self.stems.of(words)) | self._common

    def spoken_words(self) -> tuple[str, ...]:
        """The words of facet labels and values, each once; labels, then values, the commonest first."""
        counts: Counter[str] = Counter()
        for facet in self.catalogue.facets:
            valued = facet.kind in (FacetKind.CATEGORY, FacetKind.TAGS)
            values = self.catalogue.values(facet.name) if valued else {}
            for value in values if len(values) <= _MOST_VALUES else ():
                counts.update(dict.fromkeys(words_of(value), values[value]))
            for words in self.catalogue.vocabulary.of(facet.name) if valued else ():
                for other in words.synonyms:
                    counts.update(dict.fromkeys(words_of(other), words.count))
        labels = dict.fromkeys(word for facet in self.catalogue.facets for word in words_of(facet.label))
        return tuple(dict.fromkeys((*labels, *sorted(counts, key=lambda word: (-counts[word], word)))))

    def kinds_of(self, about: OfFacet) -> list[str]:
        """Values of its facet that end in a value: "recycled plastic" of plastic, "lambswool" of wool."""
        end = about.value.casefold()
        if len(end) < _SHORTEST_NAME:
            return []
        stem = self.stems(end)
        heads = {o.value for o in self.heads.get(stem, ()) if o.facet == about.facet}
        known = self.catalogue.values(about.facet)
        return [v for v in known if v in heads or (v.casefold().endswith(end) and v.casefold() != end)]

    def synonyms_of(self, words: str) -> list[OfFacet]:
        """Values that mean the same as these words, in whichever facets have them."""
        found: list[OfFacet] = []
        # Of words that are no value themselves the synonyms were found in their place already.
        if self.stems.of(words_of(words)) not in self.values:
            return found
        for other in self._synonyms.get(spoken(words_of(words)), ()):
            found += self.spelled_like(other)
        return found

    def spelled_like(self, words: str) -> list[OfFacet]:
        """Values that are these words in some form: of those with their stem, the ones not spelt otherwise.

        "Animation" shares its stem with animals.
        """
        options = self.values.get(self.stems.of(words_of(words)), [])
        return [about for about in options if self.likeness(words, about) >= SAME_WORD]

    def role_of(self, facet: str) -> FacetRole:
        """The role of a facet by its name; OTHER of one that the catalogue doesn't have."""
        known = self.catalogue.facet(facet)
        return known.role if known is not None else FacetRole.OTHER

    def surnames(self) -> frozenset[str]:
        """The last words of the names of people and makers, in comparable form."""
        facets = [facet.name for facet in self.catalogue.facets if facet.role is FacetRole.CREATOR]
        names = (words_of(value) for name in facets for value in self.catalogue.values(name))
        return frozenset(words[-1] for words in names if len(words) > 1)

    def is_ordinary(self, word: str) -> bool:
        """Whether a word is more than somebody's name: the language's own, a value, or small in some text."""
        known = self._ordinary.get(word)
        if known is None:
            known = self._ordinary[word] = self.is_term(word) or self._is_written_small(word)
        return known

    def is_term(self, word: str) -> bool:
        """Whether a word is the language's own, or a value that is nobody's name."""
        options = self.values.get((self.stems(word),), ())
        names = FacetRole.CREATOR
        return word in self._said or any(self.role_of(about.facet) is not names for about in options)

    def _is_written_small(self, word: str) -> bool:
        """Whether a word in small letters stands in some item's description."""
        within = re.compile(rf"\b{re.escape(word)}\b")
        rows = self.catalogue.phrase_mask(word).nonzero()[0]
        return any(within.search(self.catalogue.items[row].description) for row in rows)

    def likeness(self, words: str, about: OfFacet) -> float:
        """How near words are to a value in one of its forms, 0..100; blanks make no difference."""
        said = words.casefold().replace(" ", "")
        return max(fuzz.ratio(said, form.replace(" ", "")) for form in self._forms_of(about))

    def pairs_near(self, first: str, second: str) -> Iterator[tuple[tuple[str, ...], OfFacet]]:
        """People of two names of which one is said as it is, and the other with a letter wrong."""
        firsts, seconds = self._pairs
        for known, said, place in ((firsts.get(first, ()), second, 1), (seconds.get(second, ()), first, 0)):
            for key in known:
                allowed = 1 if len(said) < _LONG_WORD else 2
                if len(said) >= _SHORTEST_NAME and 0 < OSA.distance(key[place], said) <= allowed:
                    yield from ((key, about) for about in self.values[key])

    def names_near(self, characters: tuple[str, ...]) -> list[OfFacet]:
        """People who have these characters for a name, but one, which isn't the first: 刘慈新 for 刘慈欣."""
        near = {
            about
            for place in range(1, len(characters))
            for about in self._names_but_one.get((*characters[:place], "", *characters[place + 1 :]), ())
        }
        return sorted(near, key=lambda about: (about.facet, about.value))

    @cached_property
    def _names_but_one(self) -> dict[tuple[str, ...], list[OfFacet]]:
        """People by their name in characters, with an empty text in place of one of them but the first."""
        found: dict[tuple[str, ...], list[OfFacet]] = defaultdict(list)
        people = {facet.name for facet in self.catalogue.facets if facet.role is FacetRole.CREATOR}
        for key, options in self.values.items():
            if len(key) < _SHORTEST_IN_CHARACTERS or any(len(part) > 1 for part in key):
                continue
            for place in range(1, len(key)):
                named = [about for about in options if about.facet in people]
                found[(*key[:place], "", *key[place + 1 :])] += named
        return found

    @cached_property
    def _pairs(self) -> tuple[dict[str, list[tuple[str, ...]]], dict[str, list[tuple[str, ...]]]]:
        """People of two names, by their first and by their second."""
        firsts: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        seconds: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        people = {facet.name for facet in self.catalogue.facets if facet.role is FacetRole.CREATOR}
        for key, options in self.values.items():
            if len(key) == 2 and any(about.facet in people for about in options):
                firsts[key[0]].append(key)
                seconds[key[1]].append(key)
        return firsts, seconds

    def has_small_numbers(self, facet: str) -> bool:
        """Whether a numeric facet has nothing but whole numbers up to twenty."""
        if facet not in self._small_numbers:
            column = self.catalogue.number_column(facet)
            known = [] if column is None else [n for n in column.tolist() if n == n]
            self._small_numbers[facet] = bool(known) and all(
                n == int(n) and 0 <= n <= _MOST_COUNTED for n in known
            )
        return self._small_numbers[facet]

    def _forms_of(self, about: OfFacet) -> tuple[str, ...]:
        """How a value is written, case-folded: as the catalogue has it, and inflected."""
        known = self._forms.get((about.facet, about.value), ())
        return (about.value.casefold(), *(form.casefold() for form in known))

    @cached_property
    def _forms(self) -> dict[tuple[str, str], tuple[str, ...]]:
        facets = [facet.name for facet in self.catalogue.facets]
        return {
            (name, words.value): tuple(words.forms)
            for name in facets
            for words in self.catalogue.vocabulary.of(name)
        }

    def choose(self, options: Sequence[OfFacet]) -> OfFacet:
        """Of several facets that have a value, the one that sorts items most plainly.

        The catalogue's category first, then single-valued facets, then the smallest vocabulary.
        """

        def rank(about: OfFacet) -> tuple[bool, bool, bool, int, str]:
            facet = self.catalogue.facet(about.facet)
            assert facet is not None
            names_people = facet.role is FacetRole.CREATOR
            return (
                facet.role is not FacetRole.CATEGORY,
                names_people,
                facet.kind is not FacetKind.CATEGORY,
                len(self.catalogue.values(about.facet)),
                about.facet,
            )

        return min(options, key=rank)

    def facet_of_measure(self, measure: str) -> Measured | None:
        """The facet that a measure or role is about in this catalogue, if any."""
        return self.measures.get(measure)


def _measures(catalogue: Catalogue, language: Language) -> dict[str, Measured]:
    found: dict[str, Measured] = {}
    for role, measure in _ROLES.items():
        facet = catalogue.by_role(role)
        if facet is not None and facet.kind in _NUMERIC:
            found[measure] = Measured(facet)
    numeric = [
        facet
        for facet in catalogue.facets
        if facet.kind is FacetKind.NUMBER and facet.role is FacetRole.OTHER
    ]
    for measure, symbols in unit_symbols().items():
        for facet in numeric:
            factor = symbols.get(facet.unit.casefold())
            if factor is not None and measure not in found:
                found[measure] = Measured(facet, factor)
    for measure, words in language.facet_words.items():
        for facet in numeric:
            if measure not in found and not facet.unit and facet.label.casefold() in words:
                found[measure] = Measured(facet)
    return found


def _counted(facet: Facet, language: Language) -> tuple[str, ...]:
    """What a facet counts, "beds" of "number of beds"; empty if its name does not say that it counts."""
    for phrase in language.cues["how_many"]:
        start, label = f"{phrase} ".casefold(), facet.label.casefold()
        if label.startswith(start) and label != start:
            return (label.removeprefix(start),)
    return ()
