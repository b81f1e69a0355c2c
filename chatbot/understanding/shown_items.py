"""Finds shown items by where they stand ("the second one", "these") or by a word of their title.

In: tokens, and what the person sees. Out: references to shown items.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.understanding.lexicon import Lexicon
from chatbot.understanding.mentions import ReferenceMention, Shown
from chatbot.understanding.titles import TitleFinder
from chatbot.understanding.tokens import Token, words_of
from chatbot.understanding.words import Language, Phrasebook, Phrasebooks
from retriever.domain import ItemId


class ShownItemFinder:
    """Finds references to shown items, for one catalogue and language."""

    def __init__(self, language: Language, books: Phrasebooks, lexicon: Lexicon, titles: TitleFinder) -> None:
        self._books = books
        self._lexicon = lexicon
        self._titles = titles
        self._filler = frozenset(language.filler.words)
        self._places = {place: Phrasebook(phrases) for place, phrases in language.references.items()}

    def by_title(self, tokens: Sequence[Token], shown: Shown) -> list[ReferenceMention]:
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
            and not self._titles.inside_longer_title(tokens, position)
        ]

    def by_place(
        self, tokens: Sequence[Token], taken: Sequence[bool], shown: Shown
    ) -> list[ReferenceMention]:
        """Shown items by their place; at each token the longest phrase. None where nothing is shown."""
        if not shown.items:
            return []
        found: list[ReferenceMention] = []
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
            for place, book in self._places.items():
                length = book.at(tokens, position)
                if length > best[0]:
                    best = (length, _place(place, shown))
            if best[0] and best[1]:
                found.append(ReferenceMention(position, position + best[0], best[1]))
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
