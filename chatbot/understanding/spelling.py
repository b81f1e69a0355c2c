"""Typing errors: words that nobody knows, read as the known word that they are nearly.

In: tokens. Out: tokens; of a corrected one only `norm` is another, so that quotes stay the person's own.
A word is left alone when the language's file, the catalogue's texts or the encoder's vocabulary has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.tokens import Token, words_of
from chatbot.understanding.words import Language

_SHORTEST = 4  # letters: shorter words turn into too many others
_SHORTEST_IN_PHRASE = 3
_NUMBER_REACH = 5  # tokens between such a phrase and its number
_LONG = 8  # letters from which two errors are believed


class Spelling:
    """Corrects words for one catalogue and language. `knows`: whether a word is one at all."""

    def __init__(self, language: Language, lexicon: Lexicon, knows: Callable[[str], bool]) -> None:
        self._knows = knows
        self._stems = lexicon.stems
        said = sorted(set(filter(_is_plain, language.every_word())))
        named = [word for word in lexicon.spoken_words() if _is_plain(word)]
        self._own = frozenset((*said, *named))
        # What the catalogue calls things goes before other words, the commonest first, and a word before its
        # stem: "horor" is horror, of which there is much, and not honor.
        self._targets = {word: word for word in (*named, *said)}
        for word in named:
            self._targets.setdefault(lexicon.stems(word), word)
        self._small = frozenset(language.filler.words)
        self._named = lexicon.values.keys()
        self._is_ordinary = lexicon.is_ordinary
        self._surnames = lexicon.surnames() - set(said)
        self._learn_phrases(language)
        # People rarely miss a word's first letter; without it, everything is near something.
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        for written in self._targets:
            self._by_letter[written[0]].append(written)

    def corrected(self, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        """The tokens, with the words that are nearly known ones read as those."""
        mended = list(tokens)
        for place in range(len(mended) - 1):
            self._mend_phrase(mended, place)
        return tuple(
            replace(token, norm=self._nearest_in_place(mended, place)) if token.kind == "word" else token
            for place, token in enumerate(mended)
        )

    def _nearest_in_place(self, tokens: Sequence[Token], place: int) -> str:
        """The known word that a word is nearly. "Adam Sandler" is no misspelt William Sadler."""
        token = tokens[place]
        near = self._nearest(token.norm)
        if near == token.norm or near not in self._surnames or place == 0:
            return near
        before = tokens[place - 1]
        named = before.kind == "word" and before.text[:1].isupper() and before.norm not in self._small
        named = named and not self._is_ordinary(before.norm)  # "A Funny Hitchcok Film"
        if not (named and token.text[:1].isupper()):
            return near
        both = (self._stems(before.norm), self._stems(near))
        return near if both in self._named else token.norm

    def _mend_phrase(self, tokens: list[Token], place: int) -> None:
        """ "Moore than 50", "or moer": a word nearly as a set phrase has it, beside the phrase's other word.

        Such a word may well be one; but not here, beside a number, or in a negation.
        """
        first, second = tokens[place], tokens[place + 1]
        if first.kind != "word" or second.kind != "word" or (first.norm, second.norm) in self._pairs:
            return
        for wrong, at, others in (
            (first, place, self._before.get(second.norm, ())),
            (second, place + 1, self._behind.get(first.norm, ())),
        ):
            if len(wrong.norm) < _SHORTEST_IN_PHRASE or wrong.norm in self._small or wrong.text[:1].isupper():
                continue
            near = [
                (word, negates)
                for word, negates in others
                if word[0] == wrong.norm[0] and OSA.distance(word, wrong.norm) == 1
            ]
            reach = tokens[max(0, place - _NUMBER_REACH) : place + _NUMBER_REACH]
            beside = any(token.kind == "number" for token in reach)
            for word, negates in near:
                if negates or beside:
                    tokens[at] = replace(wrong, norm=word)
                    return

    def _learn_phrases(self, language: Language) -> None:
        """Which words stand side by side in the phrases that bound or negate."""
        self._pairs: set[tuple[str, str]] = set()
        self._before: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        self._behind: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        compared = [
            f"{word} {than}"
            for measure in language.measures.values()
            for word in (*measure.less, *measure.more)
            for than in language.cues["than"][:1]
        ]
        bounds = [phrase for listed in language.compare.values() for phrase in listed]
        for phrases, negates in ((language.cues["negation"], True), ((*bounds, *compared), False)):
            for phrase in phrases:
                words = words_of(phrase)
                for pair in pairwise(words):
                    if pair not in self._pairs and all(map(_is_word, pair)):
                        self._pairs.add(pair)
                        self._before[pair[1]].append((pair[0], negates))
                        self._behind[pair[0]].append((pair[1], negates))

    def _nearest(self, word: str) -> str:
        if len(word) < _SHORTEST or not word.isalpha() or self.is_known(word):
            return word
        allowed = 1 if len(word) < _LONG else 2
        near = process.extract(
            word, self._by_letter[word[0]], scorer=OSA.distance, score_cutoff=allowed, limit=1
        )
        if not near or (near[0][0] == word[:-1] and word[-1] != word[-2]):
            return word  # "latex" is not "late" with a slip at its end
        return self._targets[near[0][0]]

    def is_known(self, word: str) -> bool:
        """Whether a lower-case word is one of the language, the catalogue or the encoder."""
        stem = self._stems(word)
        plural = word.startswith(stem) and len(stem) >= _SHORTEST and self._knows(stem)
        return word in self._own or stem in self._targets or self._knows(word) or plural


def _is_word(word: str) -> bool:
    return word[:1].isalpha() and word.isascii()


def _is_plain(word: str) -> bool:
    return len(word) >= _SHORTEST and word.isalpha()
