"""Finds items of the catalogue by title.

In: tokens, and which of them are already taken. Out: title mentions. A title of everyday words, or one
that is also a facet value, has to look like a title: quoted, introduced or capitalised.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.mentions import Mention, TitleMention, ValueMention
from chatbot.understanding.title_index import TitleIndex, Words, words_of_tokens
from chatbot.understanding.tokens import Token, words_of
from chatbot.understanding.words import Language, Phrasebooks
from retriever.catalogue import values_of
from retriever.domain import FacetRole, ItemId

_MARKS_INSIDE = 4  # marks that may stand between the words of a title
_YEAR_REACH = 2  # tokens between a title and its year: "(2009)", "from 1946"
_SHORTEST_MISSPELT = 5  # letters of a title of one word
_SEQUEL_DIGITS = 2  # of the number of a sequel
_TELLING_WORDS = 2  # words with a meaning of their own in the beginning of a title
_QUOTES = ('"', "“", "«", "'", "‘", "《", "「", "『")
_CHARACTERS = 2  # a title of so many, or fewer, is too likely to be an everyday word


class TitleFinder:
    """Finds titles, for one catalogue and language. `knows`: whether a word is one at all."""

    def __init__(
        self, language: Language, books: Phrasebooks, lexicon: Lexicon, knows: Callable[[str], bool]
    ) -> None:
        self._books = books
        self._lexicon = lexicon
        self._filler = frozenset(language.filler.words)
        self._before_title = frozenset(language.cues["title_after"])
        self._longest_before = max((len(words_of(cue)) for cue in self._before_title), default=0)
        self._index = TitleIndex(lexicon.catalogue, language, knows)
        self.nearest = self._index.nearest

    def long(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[TitleMention]:
        """Titles of two and more words; of one only where nothing else can be meant."""

        def fits(start: int, end: int) -> bool:
            return end - start > 1 or self._is_named(tokens, start)

        return self._titles(tokens, taken, fits)

    def short(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[TitleMention]:
        """Titles of one word."""
        return self._titles(tokens, taken, lambda start, end: end - start == 1)

    def with_makers(self, tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[Mention]:
        """All mentions, with who made a title joined to it: "Beauty and the Beast by Cocteau"."""
        joined: list[Mention] = []
        for mention in mentions:
            title = joined[-1] if joined else None
            if isinstance(title, TitleMention) and isinstance(mention, ValueMention):
                between = tokens[title.end : mention.start]
                told = len(between) == 1 and self._books.is_a("before_maker", between[0].norm)
                items = tuple(item for item in title.items if told and self._is_by(item, mention))
                if items:
                    joined[-1] = TitleMention(title.start, mention.end, items)
                    continue
            joined.append(mention)
        return joined

    def _is_by(self, item: ItemId, maker: ValueMention) -> bool:
        value = self._lexicon.catalogue.item(item).facets.get(maker.facet)
        return not set(maker.values).isdisjoint(values_of(value))

    def crosses(self, tokens: Sequence[Token], place: int) -> bool:
        """True if a title goes on behind the mark at `place`: "Mamma Mia! Here We Go Again"."""
        reach = self._index.longest + _MARKS_INSIDE
        for start in range(max(0, place - reach), place):
            for end in range(place + 2, min(len(tokens), start + reach) + 1):
                if tokens[end - 1].kind != "mark" and self._index.whole(words_of_tokens(tokens[start:end])):
                    return True
        return False

    def inside_longer_title(self, tokens: Sequence[Token], position: int) -> bool:
        """True if the token stands in the words of some title of two and more tokens."""
        reach = self._index.longest + _MARKS_INSIDE
        for start in range(max(0, position - reach + 1), position + 1):
            for end in range(max(position + 1, start + 2), min(len(tokens), start + reach) + 1):
                if self._index.whole(words_of_tokens(tokens[start:end])):
                    return True
        return False

    def _titles(
        self, tokens: Sequence[Token], taken: Sequence[bool], fits: Callable[[int, int], bool]
    ) -> list[TitleMention]:
        found: list[TitleMention] = []
        position = 0
        while position < len(tokens):
            mention = None if tokens[position].kind == "mark" else self._at(tokens, taken, position, fits)
            if mention is not None:
                found.append(mention)
            position = mention.end if mention is not None else position + 1
        return found

    def _at(
        self,
        tokens: Sequence[Token],
        taken: Sequence[bool],
        start: int,
        fits: Callable[[int, int], bool],
    ) -> TitleMention | None:
        """The longest title that begins at `start`."""
        longest = min(len(tokens), start + self._index.longest + _MARKS_INSIDE)
        for end in range(self._index.reach(tokens, start, longest), start, -1):
            if tokens[end - 1].kind == "mark" or any(taken[start:end]) or not fits(start, end):
                continue
            items = self._items(tokens, start, end)
            if items:
                return self._with_year(tokens, taken, TitleMention(start, end, items))
        return None

    def _items(self, tokens: Sequence[Token], start: int, end: int) -> tuple[ItemId, ...]:
        """The items that these tokens name."""
        words = words_of_tokens(tokens[start:end])
        items = self._index.whole(words)
        if items:
            meant = self._meant_as_title(tokens, start, end) and not self._is_sequel(tokens, end)
            return items if meant else ()
        begun = self._index.begun(words) if self._may_begin(words) else ()
        if begun and (self._is_capitalised(tokens[start:end]) or self._is_asked_about(tokens, start)):
            return begun
        if end - start == 1:
            named = self._is_capitalised(tokens[start:end]) or self._is_introduced(tokens, start)
            return self._index.nearly(words) if named and len(words[0]) >= _SHORTEST_MISSPELT else ()
        return self._index.nearly(words)

    def _is_sequel(self, tokens: Sequence[Token], end: int) -> bool:
        """ "Alien 3", "The Godfather part 2": another title than the one that ends at `end`."""
        part = end < len(tokens) and self._books.is_a("part", tokens[end].norm)
        behind = tokens[end + int(part) : end + int(part) + 2]
        if not behind or behind[0].kind != "number" or len(behind[0].text) > _SEQUEL_DIGITS:
            return False
        return part or len(behind) == 1 or behind[1].kind == "mark"

    def _may_begin(self, words: Words) -> bool:
        """Enough words of their own, and not what the catalogue calls something else."""
        telling = [w for w in words if w not in self._filler and (len(w) > 1 or w.isdecimal())]
        return len(telling) >= _TELLING_WORDS and self._lexicon.stems.of(words) not in self._lexicon.values

    def _with_year(
        self, tokens: Sequence[Token], taken: Sequence[bool], mention: TitleMention
    ) -> TitleMention:
        """ "Beauty and the Beast from 1946", "Moon (2009)", "the 1991 Aladdin": a year that picks a title."""
        year = self._lexicon.catalogue.by_role(FacetRole.YEAR)
        if year is None:
            return mention
        around = [*range(mention.end, min(len(tokens), mention.end + _YEAR_REACH + 1)), mention.start - 1]
        for place in around:
            if place < 0 or tokens[place].kind != "number" or taken[place]:
                continue
            between = tokens[mention.end : place]
            words = [token.norm for token in between if token.kind == "word"]
            # "Like Moon from 2009" may want others of that year; of two Moons it says which.
            if words and (len(mention.items) == 1 or not self._filler.issuperset(words)):
                break
            of_year = [i for i in mention.items if self._number(i, year.name) == tokens[place].text]
            if of_year:
                start, end = min(mention.start, place), max(mention.end, place + 1)
                return TitleMention(start, end, tuple(of_year))
        return mention

    def _number(self, item: ItemId, facet: str) -> str:
        value = self._lexicon.catalogue.item(item).facets.get(facet)
        return f"{value:g}" if isinstance(value, int | float) else ""

    def _is_named(self, tokens: Sequence[Token], start: int) -> bool:
        """ "like 1917", "Moon (2009)"."""
        before = tokens[start - 1].norm if start else ""
        behind = tokens[start + 1 : start + 3]
        if [token.kind for token in behind] == ["mark", "number"] and behind[0].norm == "(":
            return True
        return tokens[start].kind == "number" and (self._books.is_a("like", before) or before in _QUOTES)

    def _is_asked_about(self, tokens: Sequence[Token], start: int) -> bool:
        """ "tell me about …", "like …", "how long is …"."""
        if start and self._books.is_a("like", tokens[start - 1].norm):
            return True
        cues = ("about_item", "question")
        return any(end == start for name in cues for _, end in self._books[name].find(tokens[:start]))

    def _is_introduced(self, tokens: Sequence[Token], start: int) -> bool:
        if start > 0 and tokens[start - 1].norm in self._before_title:
            return True
        places = range(max(0, start - self._longest_before), start)
        return any(place + self._books["title_after"].at(tokens, place) == start for place in places)

    def _is_capitalised(self, spoken: Sequence[Token]) -> bool:
        capitals = all(t.text[:1].isupper() for t in spoken if t.kind == "word" and len(t.text) > 3)
        return capitals and spoken[0].text[:1].isupper()

    def _meant_as_title(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        """Words that are also everyday words or facet values have to look like a title."""
        spoken = tokens[start:end]
        words = [token.norm for token in spoken if token.kind != "mark"]
        stems = self._lexicon.stems.of(words)
        if all(token.kind in ("cjk", "mark") for token in spoken):
            return self._is_title_in_characters(tokens, start, end)
        everyday = all(word in self._filler or len(word) < 2 for word in words)
        quoted = start > 0 and tokens[start - 1].norm in _QUOTES
        if self._books["no_title"].whole(spoken) and not quoted and not self._has_year(tokens, end):
            return False
        if stems in self._lexicon.values and self._is_whereabouts(tokens, start, end):
            return False
        bare = [word for word in words if not self._books.is_a("article", word)]
        ambiguous = everyday or stems in self._lexicon.values or len(bare) <= 1
        if not ambiguous:
            return True
        before = tokens[start - 1].norm if start else ""
        introduced = self._is_introduced(tokens, start) and not everyday and stems not in self._lexicon.values
        introduced = introduced or (self._books.is_a("like", before) and not everyday)
        whole_sentence = len(spoken) == sum(token.kind != "mark" for token in tokens)
        stands_alone = end < len(tokens) and (
            tokens[end].norm in (",", ":", "-", "(") or bool(self._books["contrast"].at(tokens, end))
        )
        placed = start > 0 or whole_sentence or stands_alone
        return before in _QUOTES or introduced or (self._is_capitalised(spoken) and placed)

    def _is_whereabouts(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        """ "in Chicago": a place, for a value that is also a title; "in Chicago (2002)" is the title."""
        told = start > 0 and self._books.is_a("whereabouts", tokens[start - 1].norm)
        return told and not self._has_year(tokens, end)

    def _has_year(self, tokens: Sequence[Token], end: int) -> bool:
        return end < len(tokens) and tokens[end].norm == "("

    def _is_small(self, tokens: Sequence[Token], place: int) -> bool:
        return tokens[place].norm in self._filler or place in self._books.small_places(tokens)

    def _is_title_in_characters(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        """Three characters and more are a title; fewer, or a facet value, where they are marked as one."""
        words = [token.norm for token in tokens[start:end] if token.kind != "mark"]
        if start and tokens[start - 1].norm in _QUOTES:
            return True
        if self._lexicon.stems.of(words) in self._lexicon.values or self._filler.issuperset(words):
            return False
        if start and tokens[start - 1].kind == "cjk" and not self._is_small(tokens, start - 1):
            return False  # the end of a longer word
        whole_sentence = len(words) == sum(token.kind != "mark" for token in tokens)
        followed = end < len(tokens) and bool(self._books["title_before"].at(tokens, end))
        return len(words) > _CHARACTERS or whole_sentence or followed or self._is_introduced(tokens, start)
