"""Finds facet values: as the catalogue writes them, inflected, by synonym, by last word.

In: tokens, and which of them are already taken. Out: mentions of values and of yes/no facets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chatbot.understanding.flag_names import FlagNames
from chatbot.understanding.lexicon import SAME_WORD, Lexicon
from chatbot.understanding.mentions import FlagMention, ValueMention
from chatbot.understanding.tokens import Token, tokenize, words_of
from chatbot.understanding.words import Language, Phrasebook, Phrasebooks
from retriever.domain import FacetRole, OfFacet

# A last word that more values than this share ("jacket") names none of them.
_MOST_HEADS = 12
_LONGEST_OTHER = 2  # words of a value that is neither a kind nor a person, to be told by its last one
_STOPS = frozenset(".!?。！？")
_CHILD = 12  # years up to which somebody is a child
_NAME_LENGTHS = (5, 4, 3)  # characters of a name that may have one wrong
_DERIVED = ("ful", "less", "able", "ous", "ish")  # endings that make another word, with the same stem
_SHORT = 3  # letters up to which a word has no other form that we look for


class ValueFinder:
    """Finds facet values, for one catalogue and language."""

    def __init__(self, language: Language, books: Phrasebooks, lexicon: Lexicon) -> None:
        self._language = language
        self._books = books
        self._lexicon = lexicon
        self._filler = frozenset(language.filler.words)
        self._synonyms = Phrasebook(language.synonyms)
        self._flags = FlagNames(lexicon.flags, language, lexicon.stems)
        # "coats" for "coat": synonyms in other forms, of one word.
        self._inflected = {
            lexicon.stems(words[0]): key
            for key in reversed(language.synonyms)
            if len(words := words_of(key)) == 1 and words[0].isalpha()
        }

    def find(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[ValueMention | FlagMention]:
        """Values, left to right, without overlap; at each place the longest."""
        found: list[ValueMention | FlagMention] = []
        stems = [self._lexicon.stems(token.norm) for token in tokens]
        position = 0
        while position < len(tokens):
            mention = None if taken[position] else self._value_at(tokens, stems, taken, position)
            if mention is not None:
                mention = self._with_label(stems, taken, mention)
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

    def _with_label(
        self, stems: Sequence[str], taken: Sequence[bool], mention: ValueMention | FlagMention
    ) -> ValueMention | FlagMention:
        """ "Spanish language": the facet's name behind its value belongs to it, and is no value itself."""
        facet = self._lexicon.labels.get(tuple(stems[mention.end : mention.end + 1]))
        if not isinstance(mention, ValueMention) or facet is None or taken[mention.end]:
            return mention
        return replace(mention, end=mention.end + 1) if facet.name == mention.facet else mention

    def nearly(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[ValueMention]:
        """Names of several words of which one is nearly right: "Wes Andersen"."""
        found: list[ValueMention] = []
        stems = [self._lexicon.stems(token.norm) for token in tokens]
        found += self._nearly_in_characters(tokens, taken)
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

    def _nearly_in_characters(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[ValueMention]:
        """Names in characters of which one is wrong: "刘慈新"."""
        found: list[ValueMention] = []
        for start in range(len(tokens)):
            for length in _NAME_LENGTHS:
                end = start + length
                spoken = tokens[start:end]
                if len(spoken) < length or any(taken[start:end]) or any(t.kind != "cjk" for t in spoken):
                    continue
                if found and found[-1].end > start:
                    continue
                near = self._lexicon.names_near(tuple(token.norm for token in spoken))
                if near:
                    found.append(self._mention(tokens, start, end, near))
        return found

    def _value_at(
        self, tokens: Sequence[Token], stems: Sequence[str], taken: Sequence[bool], start: int
    ) -> ValueMention | FlagMention | None:
        longest = min(max(self._lexicon.longest_value, 3), len(tokens) - start)
        synonym = self._synonyms.at(tokens, start)
        free = next((n for n in range(longest) if taken[start + n]), longest)
        for length in range(free, 0, -1):
            end = start + length
            key = tuple(stems[start:end])
            flag = self._lexicon.flags.get(key)
            if flag is not None:
                return FlagMention(start, end, flag)
            options = self._lexicon.values.get(key, [])
            # A longer word may begin with a value: "治愈系" with "治愈", "sleeping pad" with "sleeping".
            if synonym > length:
                break
            if self._means_another(tokens, start, length, options):
                break
            if options and self._meant_as_value(tokens, start, length, options):
                return self._mention(tokens, start, end, options)
        flag_said = self._flags.at(tokens, start)
        if flag_said is not None and not any(taken[start : start + flag_said[0]]):
            return FlagMention(start, start + flag_said[0], flag_said[1])
        return (
            self._synonym_at(tokens, start)
            or self._comparative_at(tokens, start)
            or self._head_at(tokens, stems, start)
        )

    def _means_another(
        self, tokens: Sequence[Token], start: int, length: int, options: Sequence[OfFacet]
    ) -> bool:
        """ "Animated" shares its stem with animals, and is told to be another; who plays is not playful."""
        if not options:
            return False
        spoken = " ".join(token.norm for token in tokens[start : start + length])
        stem = self._lexicon.stems(spoken)
        if all(_is_derived(spoken, stem, about.value.casefold()) for about in options):
            return True
        alike = any(self._lexicon.likeness(spoken, about) >= SAME_WORD for about in options)
        return not alike and self._synonyms.at(tokens, start) >= length

    def _meant_as_value(
        self, tokens: Sequence[Token], start: int, length: int, options: Sequence[OfFacet]
    ) -> bool:
        """One letter, a bare number or an everyday word is a value only beside its facet's name."""
        token = tokens[start]
        everyday = all(one.norm in self._filler for one in tokens[start : start + length])
        plain = everyday or (length == 1 and (len(token.norm) < 2 or token.kind == "number"))
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
        nearness = [self._lexicon.likeness(spoken, about) for about in options]
        options = [o for o, near in zip(options, nearness, strict=True) if near > max(nearness) - 4]
        if self._is_subject(tokens, start):
            # "A musical about family" wishes for no family film.
            options = [o for o in options if self._role(o) is not FacetRole.CATEGORY] or options
        chosen = self._lexicon.choose(options)
        values = tuple(dict.fromkeys(o.value for o in options if o.facet == chosen.facet))
        return ValueMention(start, end, chosen.facet, values, tuple(options))

    def _is_subject(self, tokens: Sequence[Token], start: int) -> bool:
        """Whether what begins here is what something is to be about."""
        book = self._books["subject_of"]
        return any(book.at(tokens, start - length) == length for length in range(1, min(start, 4) + 1))

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
        spoken = " ".join(token.norm for token in tokens[start : start + length])
        if not length and tokens[start].kind == "word" and len(tokens[start].norm) > _SHORT:
            spoken, length = self._inflected.get(self._lexicon.stems(tokens[start].norm), ""), 1
        if not spoken:
            return None
        others = self._language.synonyms.get(spoken, ())
        for other in others:
            flag = self._lexicon.flags.get(self._lexicon.stems.of(words_of(other)))
            if flag is not None:
                return FlagMention(start, start + length, flag)
        options = [about for other in others for about in self._lexicon.spelled_like(other)]
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
        named = self._books.is_a("before_name", before) or self._before_noun(stems, start)
        if named and not self._books.is_a("before_maker", before):
            named = not self._lexicon.is_ordinary(token.norm)  # "black and white" is nobody called White
        options = [about for about in options if self._is_told_by_last_word(about)]
        if self._is_part_of_name(tokens, start):
            options = [about for about in options if self._role(about) is not FacetRole.CREATOR]
        if not token.text[:1].isupper() or self._begins_sentence(tokens, start):
            # "Scorsese, but not with DiCaprio": the capital may be the sentence's, but the word is no other.
            named = named or (token.text[:1].isupper() and not self._lexicon.is_ordinary(token.norm))
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

    def _is_told_by_last_word(self, about: OfFacet) -> bool:
        """A person's surname and a kind's noun tell them; the last word of a long name or address doesn't."""
        return self._role(about) is not FacetRole.OTHER or len(words_of(about.value)) <= _LONGEST_OTHER

    def _is_part_of_name(self, tokens: Sequence[Token], start: int) -> bool:
        """ "James Bond", "Adam Sandler": with a name beside it, one name alone is somebody else's."""
        if not tokens[start].text[:1].isupper():
            return False
        behind = start + 1 < len(tokens) and self._is_name(tokens[start + 1])
        before = start > 0 and self._is_name(tokens[start - 1])
        if before and self._begins_sentence(tokens, start - 1):
            # "Funny Scott films", but "Tony Scott films".
            before = not self._lexicon.is_ordinary(tokens[start - 1].norm)
        return behind or before

    def _is_name(self, token: Token) -> bool:
        """A word with a capital that has it for no other reason than being a name."""
        noun = self._lexicon.stems(token.norm) in self._lexicon.nouns
        return (
            token.kind == "word"
            and token.text[:1].isupper()
            and not (noun or self._lexicon.is_term(token.norm))
        )

    def _begins_sentence(self, tokens: Sequence[Token], start: int) -> bool:
        """The first word has a capital whatever it is."""
        return start == 0 or tokens[start - 1].norm in _STOPS

    def _before_noun(self, stems: Sequence[str], start: int) -> bool:
        """ "hitchcock films": a name in small letters that only one person has."""
        if start + 1 >= len(stems) or stems[start + 1] not in self._lexicon.nouns:
            return False
        people = [
            about for about in self._lexicon.heads[stems[start]] if self._role(about) is FacetRole.CREATOR
        ]
        return len({about.value for about in people}) == 1

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
        return self._lexicon.role_of(about.facet)


def _is_derived(spoken: str, stem: str, value: str) -> bool:
    """True for a value that is another word made of the spoken one: "playful" of "plays"."""
    ending = value.removeprefix(stem)
    return value.startswith(stem) and ending in _DERIVED and not spoken.startswith(stem + ending)
