"""Finds what an utterance names: numbers, facet values, titles, shown items, facets, adjectives of measure.

Each token belongs to at most one mention; earlier finders win: quantities, titles, values, adjectives,
references, labels, and last what is only nearly a value (a typing error).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.quantities import Quantity, QuantityReader
from chatbot.understanding.tokens import Token, words_of
from chatbot.understanding.words import Language, Phrasebook, Phrasebooks
from retriever.domain import Facet, FacetRole, ItemId, OfFacet

# A misspelt title counts from this similarity on (0..100): "godfater" – "the godfather" has 90.
_TITLE_SIMILARITY = 86
_MOST_HEADS = 12


@dataclass(frozen=True, slots=True)
class ValueMention:
    """Facet values that the words may mean, all in one facet after `Lexicon.choose`.

    `everywhere`: the same words in every facet that has them, for exclusion.
    """

    start: int
    end: int
    facet: str
    values: tuple[str, ...]
    everywhere: tuple[OfFacet, ...]
    comparative: bool = False


@dataclass(frozen=True, slots=True)
class FlagMention:
    """A yes/no facet by its name ("waterproof")."""

    start: int
    end: int
    facet: Facet


@dataclass(frozen=True, slots=True)
class TitleMention:
    """Items by title; several when the title is not unique."""

    start: int
    end: int
    items: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class ReferenceMention:
    """Shown items: "the second one", "these"."""

    start: int
    end: int
    items: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class LabelMention:
    """A facet by name: "the budget", "the director"."""

    start: int
    end: int
    facet: Facet


@dataclass(frozen=True, slots=True)
class MeasureMention:
    """An adjective of measure: `direction` -1 less, 1 more; `degree` base, comparative or superlative."""

    start: int
    end: int
    facet: Facet
    direction: int
    degree: str


Mention: TypeAlias = (
    Quantity | ValueMention | FlagMention | TitleMention | ReferenceMention | LabelMention | MeasureMention
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the person sees: the items of the last reply, and the one being talked about."""

    items: tuple[ItemId, ...] = ()
    focus: ItemId | None = None


class MentionFinder:
    """Finds mentions for one catalogue and language."""

    def __init__(self, language: Language, books: Phrasebooks, lexicon: Lexicon) -> None:
        self._language = language
        self._books = books
        self._lexicon = lexicon
        self._quantities = QuantityReader(language, books, lexicon)
        self._filler = frozenset(language.filler.words)
        self._synonyms = Phrasebook(language.synonyms)
        self._before_title = frozenset(language.cues["title_after"])
        self._references = {place: Phrasebook(phrases) for place, phrases in language.references.items()}
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
        self._titles = {" ".join(words): ids for words, ids in lexicon.titles.items()}

    def find(self, tokens: Sequence[Token], shown: Shown) -> list[Mention]:
        """All mentions, left to right, without overlap."""
        taken = [False] * len(tokens)
        found: list[Mention] = []

        def take(mentions: Sequence[Mention]) -> None:
            for mention in mentions:
                if not any(taken[mention.start : mention.end]):
                    taken[mention.start : mention.end] = [True] * (mention.end - mention.start)
                    found.append(mention)

        take(self._shown_titles(tokens, shown))
        take(self._long_titles(tokens, taken))
        take(self._quantities.find(tokens))
        take(self._short_titles(tokens, taken))
        take(self._values(tokens, taken))
        for start, end in self._books["reads"].find(tokens):
            taken[start:end] = [True] * (end - start)  # "6 year old" is no wish for an old item
        take(self._adjectives(tokens, taken, shown))
        if shown.items:
            take(self._shown(tokens, taken, shown))
        take(self._labels(tokens, taken))
        take(self._misspelt(tokens, taken))
        return sorted(found, key=lambda mention: mention.start)

    # --- titles -------------------------------------------------------------------------------------

    def _titles_at(self, tokens: Sequence[Token], taken: Sequence[bool], shortest: int) -> list[Mention]:
        found: list[Mention] = []
        position = 0
        while position < len(tokens):
            step = 1
            for length in range(min(self._lexicon.longest_title, len(tokens) - position), shortest - 1, -1):
                words = tuple(token.norm for token in tokens[position : position + length])
                items = self._lexicon.titles.get(words)
                if items and not any(taken[position : position + length]):
                    if self._meant_as_title(tokens, position, length):
                        found.append(TitleMention(position, position + length, tuple(items)))
                        step = length
                    break
            position += step
        return found

    def _long_titles(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[Mention]:
        return self._titles_at(tokens, taken, shortest=2)

    def _short_titles(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[Mention]:
        return [m for m in self._titles_at(tokens, taken, shortest=1) if m.end - m.start == 1]

    def _meant_as_title(self, tokens: Sequence[Token], start: int, length: int) -> bool:
        """Words that are also everyday words or facet values have to look like a title."""
        spoken = tokens[start : start + length]
        words = [token.norm for token in spoken if token.kind != "mark"]
        stems = self._lexicon.stems.of(words)
        everyday = all(word in self._filler or len(word) < 2 for word in words)
        ambiguous = everyday or stems in self._lexicon.values or length == 1
        if not ambiguous:
            return True
        capitalised = all(t.text[:1].isupper() for t in spoken if t.kind == "word" and len(t.text) > 3)
        capitalised = capitalised and spoken[0].text[:1].isupper()
        before = tokens[start - 1].norm if start else ""
        quoted = before in ('"', "“", "«", "'", "‘")
        introduced = before in self._before_title and not everyday and stems not in self._lexicon.values
        introduced = introduced or (self._books.is_a("like", before) and not everyday)
        whole_sentence = len(spoken) == sum(token.kind != "mark" for token in tokens)
        after = start + length
        stands_alone = after < len(tokens) and (
            tokens[after].norm in (",", ":", "-") or bool(self._books["contrast"].at(tokens, after))
        )
        return quoted or introduced or (capitalised and (start > 0 or whole_sentence or stands_alone))

    def _shown_titles(self, tokens: Sequence[Token], shown: Shown) -> list[Mention]:
        """A shown item by a part of its title that no other shown item has: "the Squall"."""
        parts: dict[str, list[ItemId]] = {}
        for item in shown.items:
            for word in set(words_of(self._lexicon.catalogue.item(item).title)):
                parts.setdefault(word, []).append(item)
        return [
            ReferenceMention(position, position + 1, tuple(parts[token.norm]))
            for position, token in enumerate(tokens)
            if token.kind == "word"
            and len(token.norm) > 3
            and len(parts.get(token.norm, ())) == 1
            and token.norm not in self._filler
            and token.text[:1].isupper()
            and (self._lexicon.stems(token.norm),) not in self._lexicon.values
            and not self._inside_longer_title(tokens, position)
        ]

    def _inside_longer_title(self, tokens: Sequence[Token], position: int) -> bool:
        for start in range(max(0, position - self._lexicon.longest_title + 1), position + 1):
            for end in range(position + 1, min(len(tokens), start + self._lexicon.longest_title) + 1):
                words = tuple(token.norm for token in tokens[start:end])
                if len(words) > 1 and words in self._lexicon.titles:
                    return True
        return False

    def nearly_title(self, words: str) -> tuple[tuple[ItemId, ...], float]:
        """The items whose title is nearest to these words, and how near (0..100); none when too far."""
        folded = " ".join(words_of(words))
        best = process.extractOne(
            folded, list(self._titles), scorer=fuzz.ratio, score_cutoff=_TITLE_SIMILARITY
        )
        return (tuple(self._titles[best[0]]), float(best[1])) if best else ((), 0.0)

    # --- values -------------------------------------------------------------------------------------

    def _values(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[Mention]:
        found: list[Mention] = []
        stems = [self._lexicon.stems(token.norm) for token in tokens]
        position = 0
        while position < len(tokens):
            mention = None if taken[position] else self._value_at(tokens, stems, taken, position)
            if mention is not None:
                found.append(mention)
            position = mention.end if mention is not None else position + 1
        return found

    def _value_at(
        self, tokens: Sequence[Token], stems: Sequence[str], taken: Sequence[bool], start: int
    ) -> Mention | None:
        longest = min(max(self._lexicon.longest_value, 3), len(tokens) - start)
        for length in range(longest, 0, -1):
            end = start + length
            if any(taken[start:end]):
                continue
            key = tuple(stems[start:end])
            flag = self._lexicon.flags.get(key)
            if flag is not None:
                return FlagMention(start, end, flag)
            options = self._lexicon.values.get(key, [])
            if options and self._meant_as_value(tokens, start, length, options):
                return self._mention(tokens, start, end, options)
        return (
            self._synonym_at(tokens, start)
            or self._comparative_at(tokens, start)
            or self._head_at(tokens, stems, start)
        )

    def _comparative_at(self, tokens: Sequence[Token], start: int) -> Mention | None:
        """ "funnier", "darker": more of a value."""
        word = tokens[start].norm
        for rule in self._language.cues["comparative_endings"]:
            ending, _, base = rule.partition(">")
            if len(word) > len(ending) + 2 and word.endswith(ending):
                options = self._lexicon.values.get((self._lexicon.stems(word[: -len(ending)] + base),))
                if options:
                    return replace(self._mention(tokens, start, start + 1, options), comparative=True)
        return None

    def _meant_as_value(
        self, tokens: Sequence[Token], start: int, length: int, options: Sequence[OfFacet]
    ) -> bool:
        """One letter, a bare number or an everyday word is a value only beside its facet's name."""
        token = tokens[start]
        plain = length == 1 and (len(token.norm) < 2 or token.kind == "number" or token.norm in self._filler)
        if not plain:
            return True
        before = self._lexicon.stems(tokens[start - 1].norm) if start else ""
        labels = {self._lexicon.labels.get((before,))}
        if any(facet is not None and facet.name == option.facet for facet in labels for option in options):
            return True
        noun = token.kind == "word" and len(token.norm) > 3 and start > 0
        if noun and self._books.is_a("article", tokens[start - 1].norm):
            return True  # "a watch" is a thing, "to watch" is not
        return token.norm in self._filler and start > 0 and self._books.is_a("about", tokens[start - 1].norm)

    def _mention(
        self, tokens: Sequence[Token], start: int, end: int, options: Sequence[OfFacet]
    ) -> ValueMention:
        # "musicals" shares its stem with "music": of words with one stem the nearest in spelling is meant.
        spoken = " ".join(token.norm for token in tokens[start:end])
        nearness = [fuzz.ratio(spoken, about.value.casefold()) for about in options]
        options = [o for o, near in zip(options, nearness, strict=True) if near > max(nearness) - 4]
        chosen = self._lexicon.choose(options)
        values = tuple(dict.fromkeys(o.value for o in options if o.facet == chosen.facet))
        return ValueMention(start, end, chosen.facet, values, tuple(options))

    def _synonym_at(self, tokens: Sequence[Token], start: int) -> Mention | None:
        length = self._synonyms.at(tokens, start)
        if not length:
            return None
        spoken = " ".join(token.norm for token in tokens[start : start + length])
        others = self._language.synonyms.get(spoken, ())
        options = [
            about
            for other in others
            for about in self._lexicon.values.get(self._lexicon.stems.of(words_of(other)), ())
        ]
        if not options:
            return None
        # The first synonym that the catalogue has decides the facet; the others add values in it.
        return ValueMention(
            start,
            start + length,
            options[0].facet,
            tuple(dict.fromkeys(o.value for o in options if o.facet == options[0].facet)),
            # To rule out "American" films is not to rule out English ones.
            tuple(o for o in options if o.facet == options[0].facet),
        )

    def _head_at(self, tokens: Sequence[Token], stems: Sequence[str], start: int) -> Mention | None:
        """A last word alone: "bags" for sleeping bags, a surname for a person's name."""
        token = tokens[start]
        if token.kind == "number":
            return self._numbered_at(tokens, stems, start)
        if token.kind != "word" or len(token.norm) < 3 or token.norm in self._filler:
            return None
        if stems[start] in self._lexicon.nouns:
            return None
        options = self._lexicon.heads.get(stems[start], [])
        if not token.text[:1].isupper():
            options = [about for about in options if not about.value[:1].isupper()]
        options = [
            about for about in options if self._role(about) is not FacetRole.OTHER or token.text[:1].isupper()
        ]
        if not options or len(options) > _MOST_HEADS:
            return None
        return self._mention(tokens, start, start + 1, options)

    def _numbered_at(self, tokens: Sequence[Token], stems: Sequence[str], start: int) -> Mention | None:
        """ "size 42" for the value "EU 42": a number right behind its facet's name."""
        facet = self._lexicon.labels.get((stems[start - 1],)) if start else None
        options = [a for a in self._lexicon.heads.get(stems[start], []) if facet and a.facet == facet.name]
        return self._mention(tokens, start, start + 1, options) if options else None

    def _role(self, about: OfFacet) -> FacetRole:
        facet = self._lexicon.catalogue.facet(about.facet)
        return facet.role if facet is not None else FacetRole.OTHER

    def _misspelt(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[Mention]:
        found: list[Mention] = []
        for position, token in enumerate(tokens):
            stem = self._lexicon.stems(token.norm)
            if taken[position] or token.kind != "word" or len(token.norm) < 5 or token.norm in self._filler:
                continue
            if stem in self._lexicon.words or stem in self._lexicon.nouns:
                continue
            allowed = 1 if len(stem) < 8 else 2
            best = process.extractOne(stem, self._lexicon.words, scorer=OSA.distance, score_cutoff=allowed)
            if best is not None and best[0][0] == stem[0]:
                options = self._lexicon.values.get((best[0],), [])
                if options:
                    found.append(self._mention(tokens, position, position + 1, options))
        return found

    # --- adjectives, shown items, labels ------------------------------------------------------------

    def _adjectives(self, tokens: Sequence[Token], taken: Sequence[bool], shown: Shown) -> list[Mention]:
        """ "bigger" may mean litres or persons: what the shown items have, else what most have."""
        found: list[Mention] = []
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
            if best is not None:
                found.append(best)
        return found

    def _coverage(self, facet: Facet, shown: Shown) -> tuple[int, int]:
        """How many of the shown items have the facet, and how many of all."""
        items = [self._lexicon.catalogue.item(item) for item in shown.items]
        numbers = self._lexicon.catalogue.numbers(facet.name)
        return sum(facet.name in item.facets for item in items), numbers.count if numbers else 0

    def _compares(self, spoken: Sequence[Token]) -> bool:
        """A comparative by form; the data file lists base and comparative forms together."""
        first = spoken[0].norm
        return first in self._language.cues["comparative_words"] or any(
            first.endswith(rule.partition(">")[0]) for rule in self._language.cues["comparative_endings"]
        )

    def _shown(self, tokens: Sequence[Token], taken: Sequence[bool], shown: Shown) -> list[Mention]:
        found: list[Mention] = []
        for position in range(len(tokens)):
            if taken[position]:
                continue
            if (
                position + 1 < len(tokens)
                and taken[position + 1]
                and self._books.is_a("pointing", tokens[position].norm)
            ):
                continue  # "not that expensive" points at nothing
            best: tuple[int, tuple[ItemId, ...]] = (0, ())
            for place, book in self._references.items():
                length = book.at(tokens, position)
                if length > best[0]:
                    best = (length, _place(place, shown))
            if best[0] and best[1]:
                found.append(ReferenceMention(position, position + best[0], best[1]))
        return found

    def _labels(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[Mention]:
        found: list[Mention] = []
        stems = [self._lexicon.stems(token.norm) for token in tokens]
        for position in range(len(tokens)):
            if taken[position]:
                continue
            for length in range(min(5, len(tokens) - position), 0, -1):
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


def _place(place: str, shown: Shown) -> tuple[ItemId, ...]:
    """The shown items that a place in the data file means; none when there are not so many."""
    if place == "all":
        return shown.items
    if place == "both":
        return shown.items[:2] if len(shown.items) >= 2 else ()
    number = int(place)
    if number == 0:
        focus = shown.focus or shown.items[0]
        return (focus,)
    index = number - 1 if number > 0 else len(shown.items) + number
    return (shown.items[index],) if 0 <= index < len(shown.items) else ()
