"""The titles of a catalogue by their words: whole, by what they begin with, and nearly right.

In: words in plain form (no case, no accents, no apostrophes, hyphens as spaces). Out: items. Whether the
words are meant as a title is `titles`' to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from chatbot.understanding.tokens import Token, tokenize
from chatbot.understanding.words import Language
from retriever.catalogue import Catalogue
from retriever.domain import ItemId

Words = tuple[str, ...]

# A misspelt title counts from this similarity on (0..100): "godfater" – "the godfather" has 90.
_TITLE_SIMILARITY = 86
_LONGEST_BEGINNING = 6  # words
_SEVERAL = ""  # stands for more than one item
_SHORTEST_WRONG = 4  # letters of a word that may have one wrong
_LONG = 8  # letters from which two may be


class TitleIndex:
    """See the module's docstring. Read-only after it is made. `knows`: whether a word is one at all."""

    def __init__(self, catalogue: Catalogue, language: Language, knows: Callable[[str], bool]) -> None:
        self._knows = knows
        self._catalogue = catalogue
        self._articles = frozenset(language.small["article"])
        self._whole: dict[Words, list[ItemId]] = defaultdict(list)
        self._begun: dict[str, ItemId] = {}
        self._by_initials: dict[str, list[Words]] = defaultdict(list)
        for item in catalogue.items:
            self._add(item.id, item.title)
        for words in self._whole:
            self._by_initials[_initials(words)].append(words)
        self._spoken = {" ".join(words): words for words in self._whole}
        self.longest = max(map(len, self._whole), default=0)
        # Beginnings of titles by their words' first letters, which are right even where letters are wrong.
        self._begin_so = {_initials(words[:end]) for words in self._whole for end in range(1, len(words) + 1)}

    def reach(self, tokens: Sequence[Token], start: int, end: int) -> int:
        """The end, `end` at most, up to which the tokens from `start` on may be the words of a title."""
        initials = ""
        reached = start
        for place in range(start, end):
            for word in words_of_tokens(tokens[place : place + 1]):
                initials = f"{initials} {word[0]}" if initials else word[0]
            if initials and initials not in self._begin_so:
                break
            reached = place + 1
        return reached

    def whole(self, words: Words) -> tuple[ItemId, ...]:
        """The items of that title."""
        return tuple(self._whole.get(words, ()))

    def begun(self, words: Words) -> tuple[ItemId, ...]:
        """The one item whose title begins so, where no other item speaks of these words; else none."""
        item = self._begun.get(" ".join(words), _SEVERAL)
        return (item,) if item != _SEVERAL and self._tells(words, item) else ()

    def nearly(self, words: Words) -> tuple[ItemId, ...]:
        """The items of the title that these words are with typing errors in words that nobody knows."""
        near = [
            (wrong, key)
            for key in self._by_initials.get(_initials(words), ())
            if (wrong := _wrong(words, key))
        ]
        if not near:
            return ()
        _, best = min(near)
        unknown = all(word == meant or not self._knows(word) for word, meant in zip(words, best, strict=True))
        return tuple(self._whole[best]) if unknown else ()

    def nearest(self, text: str) -> tuple[ItemId, ...]:
        """The items whose title is nearest to this text; none when too far."""
        folded = " ".join(words_of_tokens(tokenize(text)))
        best = process.extractOne(
            folded, list(self._spoken), scorer=fuzz.ratio, score_cutoff=_TITLE_SIMILARITY
        )
        return tuple(self._whole[self._spoken[best[0]]]) if best else ()

    def _add(self, item: ItemId, title: str) -> None:
        # "Dune (Dune Chronicles #1)" and "Alien: Covenant" are also called by what comes first.
        # "三体Ⅱ：黑暗森林" is also called by what comes last.
        for spoken in (title, re.split(r"\s*[(:（：]", title, maxsplit=1)[0], title.rpartition("：")[2]):
            words = words_of_tokens(tokenize(spoken))
            for name in (words, words[1:] if words[:1] and words[0] in self._articles else words):
                if name and item not in self._whole[name]:
                    self._whole[name].append(item)
                for length in range(2, min(len(name), _LONGEST_BEGINNING + 1)):
                    beginning = " ".join(name[:length])
                    other = self._begun.setdefault(beginning, item)
                    if other != item:
                        self._begun[beginning] = _SEVERAL

    def _tells(self, words: Words, item: ItemId) -> bool:
        """True if no other item's text has these words: "New York" is no name for "New York, New York"."""
        having = self._catalogue.phrase_mask(" ".join(words))  # (item,)
        return int(having.sum()) == int(having[self._catalogue.row(item)])


def words_of_tokens(tokens: Sequence[Token]) -> Words:
    """The words of tokens in plain form, as they were written: corrections of spelling don't count."""
    return tuple(word for token in tokens if token.kind != "mark" for word in _plain_words(token.text))


@lru_cache(maxsize=4096)  # every stretch of an utterance is looked up, so its words come again and again
def _plain_words(text: str) -> Words:
    return tuple(plain(text))


def plain(text: str) -> Iterator[str]:
    """Words without case, accents and apostrophes; a hyphen or another mark parts two."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(c for c in bare if not unicodedata.combining(c) and c not in "'’")
    return (match.group() for match in re.finditer(r"\w+", letters))


def _initials(words: Words) -> str:
    """People rarely miss a word's first letter."""
    return " ".join(word[0] for word in words)


def _wrong(words: Words, meant: Words) -> int:
    """How many letters are wrong; 0 if none are, or too many."""
    total = 0
    for word, other in zip(words, meant, strict=True):
        allowed = 0 if len(word) < _SHORTEST_WRONG else 1 if len(word) < _LONG else 2
        distance = OSA.distance(word, other)
        if distance > allowed:
            return 0
        total += distance
    return total
