"""Which language an utterance is in, of those that there are words for.

In: a text, and the language before. Out: a language's code. Decided by the small words and cues that each
language's file has, so that a name in another script changes nothing: "a novel by 刘慈欣" is English.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from chatbot.understanding.tokens import Token, tokenize
from chatbot.understanding.words import Language, Phrasebook, Phrasebooks, languages, load_language


class Tongues:
    """Tells languages apart. Read-only after it is made; `default` wins where a text leaves it open."""

    def __init__(self, default: str = "en") -> None:
        self.default = default
        every = (load_language(code) for code in dict.fromkeys((default, *languages())))
        self._languages = tuple(_Tongue(language) for language in every)

    def of(self, text: str, before: str) -> str:
        """The language of an utterance; `before` for one that is a name, a number or a mark."""
        tokens = [token for token in tokenize(text) if token.kind in ("word", "cjk")]
        written = [tongue for tongue in self._languages if any(map(tongue.writes, tokens))]
        if len(written) < 2:
            return written[0].code if written else before
        known = {tongue.code: tongue.known(tokens) for tongue in written}
        most = max(known.values())
        best = [code for code, count in known.items() if count == most]
        return best[0] if len(best) == 1 else before

    def lately(self, texts: Iterable[str], begun: str) -> str:
        """The language after these utterances, in their order; `begun` is that before the first."""
        language = begun
        for text in texts:
            language = self.of(text, language)
        return language

    def of_titles(self, titles: Sequence[str]) -> str:
        """The language to begin with: that whose script most titles are written in."""
        tokens = [token for title in titles for token in tokenize(title)]
        counts = {tongue.code: sum(map(tongue.writes, tokens)) for tongue in self._languages}
        most = max(counts.values(), default=0)
        return next((code for code, count in counts.items() if count == most and most), self.default)


class _Tongue:
    """One language's script, and the words by which it is known."""

    def __init__(self, language: Language) -> None:
        self.code = language.language
        self._script = language.script
        self._words = frozenset(language.filler.words)
        self._books = Phrasebooks(language)
        self._nouns = Phrasebook(language.item_nouns.words)

    def writes(self, token: Token) -> bool:
        """Whether a token is written in the language's script."""
        return unicodedata.name(token.text[0], "").startswith(self._script)

    def known(self, tokens: Sequence[Token]) -> int:
        """How many tokens are small words, cues or names for items as such."""
        joined = self._books.small_places(tokens)
        nouns = {place for start, end in self._nouns.find(tokens) for place in range(start, end)}
        small = {place for place, token in enumerate(tokens) if token.norm in self._words}
        return len(joined | nouns | small)
