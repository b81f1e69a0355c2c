"""How people say a yes/no facet: "pet-friendly", "allows pets" for "pets allowed", "outdoor seating" for
"seating outdoors".

In: the catalogue's yes/no facets by the stems of their labels. Out: where one is said. A label is what it is
about (its core) and, perhaps, words of permission ("allowed", "good for") or of offering ("serves"). The core
has to be said, in any order; of a label of permission, a word of permission near it too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatbot.understanding.tokens import Token, words_of
from chatbot.understanding.words import Language, Stems
from retriever.domain import Facet

_REACH = 3  # small words between the words of a flag: "pets are allowed", "good for my kids"


@dataclass(frozen=True, slots=True)
class _Flag:
    facet: Facet
    core: frozenset[str]
    permits: bool


class FlagNames:
    """Finds yes/no facets said in other words than their labels', for one catalogue and language."""

    def __init__(self, flags: Mapping[tuple[str, ...], Facet], language: Language, stems: Stems) -> None:
        self._stems = stems
        self._permits = frozenset(stems(w) for p in language.cues["permits"] for w in words_of(p))
        self._offers = frozenset(stems(w) for p in language.cues["offers"] for w in words_of(p))
        self._small = frozenset(language.filler.words)
        self._alike = {
            stems(word): frozenset(stems(w) for other in others for w in words_of(other))
            for word, others in language.synonyms.items()
            if " " not in word
        }
        self._by_word: dict[str, list[_Flag]] = {}
        for key, facet in flags.items():
            about = frozenset(key) - self._permits - self._offers
            # "good for kids": whom it is for may be a small word elsewhere.
            core = (about - self._small) or (about - language.small["for"])
            permits = any(stem in self._permits for stem in key)
            for stem in core if core and (permits or len(key) > 1) else ():
                self._by_word.setdefault(stem, []).append(_Flag(facet, core, permits))

    def at(self, tokens: Sequence[Token], start: int) -> tuple[int, Facet] | None:
        """The number of tokens from `start` that say a flag, and its facet; None if none does."""
        first = self._words(tokens[start])
        if not any(stem in self._by_word or stem in self._permits for stem in first):
            return None
        said: set[str] = set()
        gap = 0
        for end in range(start, len(tokens)):
            words = self._words(tokens[end])
            telling = [w for w in words if w in self._by_word or w in self._permits]
            gap = 0 if telling else gap + 1
            plain = bool(telling) or self._is_small(tokens[end])
            if tokens[end].kind != "word" or gap > _REACH or not plain:
                return None
            said.update(telling)
            found = self._said(said)
            if found is not None:
                return end + 1 - start, found
        return None

    def _said(self, said: set[str]) -> Facet | None:
        permitted = bool(said & self._permits)
        flags = {id(f): f for stem in said for f in self._by_word.get(stem, ())}.values()
        whole = [f for f in flags if f.core <= said and (permitted or not f.permits)]
        return max(whole, key=lambda f: len(f.core)).facet if whole else None

    def _words(self, token: Token) -> list[str]:
        """A word's stems, its parts' with what means the same: "kid-friendly" is of children too."""
        if token.kind != "word":
            return []
        stems = [self._stems(part) for part in token.norm.split("-") if part]
        return [*stems, *(other for stem in stems for other in self._alike.get(stem, ()))]

    def _is_small(self, token: Token) -> bool:
        return token.norm in self._small
