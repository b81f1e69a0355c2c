"""Finds facet values: as the catalogue writes them, inflected, by synonym, by last word.

In: tokens, and which of them are already taken. Out: mentions of values and of yes/no facets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.mentions import FlagMention, ValueMention
from chatbot.understanding.tokens import Token, tokenize, words_of
from chatbot.understanding.words import Language, Phrasebook, Phrasebooks
from retriever.domain import FacetRole, OfFacet

# A last word that more values than this share ("jacket") names none of them.
_MOST_HEADS = 12
_CHILD = 12  # years up to which somebody is a child


class ValueFinder:
    """Finds facet values, for one catalogue and language."""

    def __init__(self, language: Language, books: Phrasebooks, lexicon: Lexicon) -> None:
        self._language = language
        self._books = books
        self._lexicon = lexicon
        self._filler = frozenset(language.filler.words)
        self._synonyms = Phrasebook(language.synonyms)

    def find(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[ValueMention | FlagMention]:
        """Values, left to right, without overlap; at each place the longest."""
        found: list[ValueMention | FlagMention] = []
        stems = [self._lexicon.stems(token.norm) for token in tokens]
        position = 0
        while position < len(tokens):
            mention = None if taken[position] else self._value_at(tokens, stems, taken, position)
            if mention is not None:
                found.append(mention)
            position = mention.end if mention is not None else position + 1
        return found

    def children(self, tokens: Sequence[Token]) -> list[ValueMention]:
        """What is made for a child, where one is spoken of by its age: "my five-year-old", "turns eight"."""
        options = next(filter(None, (self._spelt(words) for words in self._language.cues["child_words"])), [])
        found: list[ValueMention] = []
        for start in range(len(tokens)) if options else ():
            end = self._child_end(tokens, start)
            if end > start and not (found and found[-1].end > start):
                begin = start - int(start > 0 and bool(self._books["possessive"].at(tokens, start - 1)))
                found.append(replace(self._mention(tokens, begin, end, options), firm=True))
        return found

    def _spelt(self, words: str) -> list[OfFacet]:
        return self._lexicon.values.get(self._lexicon.stems.of(words_of(words)), [])

    def _child_end(self, tokens: Sequence[Token], start: int) -> int:
        """The token after the words for a child's age; `start` where there are none."""
        inner = tokenize(tokens[start].norm.replace("-", " "))
        if (
            len(inner) > 1
            and self._is_child_age(inner, 0)
            and self._books["reads"].at(inner, 1) == len(inner) - 1
        ):
            return start + 1
        said = self._books["child_age"].at(tokens, start)
        if said and self._is_child_age(tokens, start + said):
            return start + said + 1
        if not self._is_child_age(tokens, start) or start + 1 >= len(tokens):
            return start
        joint = int(tokens[start + 1].norm == "-" and start + 2 < len(tokens))
        length = self._books["reads"].at(tokens, start + 1 + joint)
        return start + 1 + joint + length if length else start

    def _is_child_age(self, tokens: Sequence[Token], place: int) -> bool:
        if place >= len(tokens):
            return False
        meaning = self._language.numbers.get(tokens[place].norm, tokens[place].text)
        number = float(meaning) if isinstance(meaning, float) or str(meaning).isdecimal() else _CHILD + 1.0
        return 0 < number <= _CHILD

    def nearly(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[ValueMention]:
        """Names of several words of which one is nearly right: "Wes Andersen"."""
        found: list[ValueMention] = []
        stems = [self._lexicon.stems(token.norm) for token in tokens]
        for start in range(len(tokens) - 1):
            end = start + 2
            if any(taken[start:end]) or any(token.kind != "word" for token in tokens[start:end]):
                continue
            if found and found[-1].end > start:
                continue
            near = [about for key, about in self._lexicon.pairs_near(stems[start], stems[start + 1])]
            if near:
                found.append(self._mention(tokens, start, end, near))
        return found

    def _value_at(
        self, tokens: Sequence[Token], stems: Sequence[str], taken: Sequence[bool], start: int
    ) -> ValueMention | FlagMention | None:
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
            # Without blanks, a longer word may begin with a value: "治愈系" with "治愈".
            if tokens[start].kind == "cjk" and self._synonyms.at(tokens, start) > length:
                break
            if options and self._meant_as_value(tokens, start, length, options):
                return self._mention(tokens, start, end, options)
        return (
            self._synonym_at(tokens, start)
            or self._comparative_at(tokens, start)
            or self._head_at(tokens, stems, start)
        )

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

    def _comparative_at(self, tokens: Sequence[Token], start: int) -> ValueMention | None:
        """ "funnier", "darker": more of a value."""
        word = tokens[start].norm
        for rule in self._language.cues["comparative_endings"]:
            ending, _, base = rule.partition(">")
            if len(word) > len(ending) + 2 and word.endswith(ending):
                options = self._lexicon.values.get((self._lexicon.stems(word[: -len(ending)] + base),))
                if options:
                    return replace(self._mention(tokens, start, start + 1, options), comparative=True)
        return None

    def _synonym_at(self, tokens: Sequence[Token], start: int) -> ValueMention | FlagMention | None:
        length = self._synonyms.at(tokens, start)
        if not length:
            return None
        spoken = " ".join(token.norm for token in tokens[start : start + length])
        others = self._language.synonyms.get(spoken, ())
        for other in others:
            flag = self._lexicon.flags.get(self._lexicon.stems.of(words_of(other)))
            if flag is not None:
                return FlagMention(start, start + length, flag)
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

    def _head_at(self, tokens: Sequence[Token], stems: Sequence[str], start: int) -> ValueMention | None:
        """A last word alone: "bags" for sleeping bags, a surname for a person's name."""
        token = tokens[start]
        if token.kind == "number":
            return self._numbered_at(tokens, stems, start)
        if token.kind != "word" or len(token.norm) < 3 or token.norm in self._filler:
            return None
        if stems[start] in self._lexicon.nouns:
            return None
        options = self._lexicon.heads.get(stems[start], [])
        before = tokens[start - 1].norm if start else ""
        named = self._books.is_a("before_name", before)
        if not token.text[:1].isupper():
            options = [
                about
                for about in options
                if (named and self._role(about) is FacetRole.CREATOR)
                or (not about.value[:1].isupper() and self._role(about) is not FacetRole.OTHER)
            ]
        if not options or len(options) > _MOST_HEADS:
            return None
        if all(self._role(about) is FacetRole.CREATOR for about in options):
            options = self._of_surname(options, made=self._books.is_a("before_maker", before))
        return self._mention(tokens, start, start + 1, options)

    def _of_surname(self, options: list[OfFacet], *, made: bool) -> list[OfFacet]:
        """Of the people of one surname the one with most items; `made`: rather one who makes them."""
        catalogue = self._lexicon.catalogue
        names = [facet.name for facet in catalogue.facets if facet.role is FacetRole.CREATOR]
        if made and (makers := [about for about in options if about.facet == names[0]]):
            options = makers
        return [max(options, key=lambda about: catalogue.values(about.facet)[about.value])]

    def _numbered_at(self, tokens: Sequence[Token], stems: Sequence[str], start: int) -> ValueMention | None:
        """ "size 42" for the value "EU 42": a number right behind its facet's name."""
        facet = self._lexicon.labels.get((stems[start - 1],)) if start else None
        options = [a for a in self._lexicon.heads.get(stems[start], []) if facet and a.facet == facet.name]
        return self._mention(tokens, start, start + 1, options) if options else None

    def _role(self, about: OfFacet) -> FacetRole:
        facet = self._lexicon.catalogue.facet(about.facet)
        return facet.role if facet is not None else FacetRole.OTHER
