"""Finds items of the catalogue by title.

In: tokens, and which of them are already taken. Out: title mentions. A title of everyday words, or one
that is also a facet value, has to look like a title: quoted, introduced or capitalised.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.mentions import TitleMention
from chatbot.understanding.tokens import Token, words_of
from chatbot.understanding.words import Language, Phrasebooks
from retriever.domain import ItemId

# A misspelt title counts from this similarity on (0..100): "godfater" – "the godfather" has 90.
_TITLE_SIMILARITY = 86


class TitleFinder:
    """Finds titles, for one catalogue and language."""

    def __init__(self, language: Language, books: Phrasebooks, lexicon: Lexicon) -> None:
        self._books = books
        self._lexicon = lexicon
        self._filler = frozenset(language.filler.words)
        self._before_title = frozenset(language.cues["title_after"])
        self._titles = {" ".join(words): ids for words, ids in lexicon.titles.items()}

    def long(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[TitleMention]:
        """Titles of two and more tokens."""
        return self._titles_at(tokens, taken, shortest=2)

    def short(self, tokens: Sequence[Token], taken: Sequence[bool]) -> list[TitleMention]:
        """Titles of one token."""
        return [m for m in self._titles_at(tokens, taken, shortest=1) if m.end - m.start == 1]

    def nearest(self, words: str) -> tuple[ItemId, ...]:
        """The items whose title is nearest to these words; none when too far."""
        folded = " ".join(words_of(words))
        best = process.extractOne(
            folded, list(self._titles), scorer=fuzz.ratio, score_cutoff=_TITLE_SIMILARITY
        )
        return tuple(self._titles[best[0]]) if best else ()

    def inside_longer_title(self, tokens: Sequence[Token], position: int) -> bool:
        """True if the token stands in the words of some title of two and more tokens."""
        for start in range(max(0, position - self._lexicon.longest_title + 1), position + 1):
            for end in range(position + 1, min(len(tokens), start + self._lexicon.longest_title) + 1):
                words = tuple(token.norm for token in tokens[start:end])
                if len(words) > 1 and words in self._lexicon.titles:
                    return True
        return False

    def _titles_at(self, tokens: Sequence[Token], taken: Sequence[bool], shortest: int) -> list[TitleMention]:
        found: list[TitleMention] = []
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
