"""Shares a reply's words out between the conversation and its cards, so that the page says nothing twice.

In: a reply's text and its cards. Out: the text that is left, and the cards. A reply is whole as plain text,
for a terminal or a screen reader: a paragraph about each item. On the page that paragraph is the card's.
Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from chatbot.events import Card

# A paragraph leaves the text only if this share of its words stands in the card. Lead-ins ("My first pick is
# …") make up a fifth at most in the writer's sentences; another thing said about the item is far below it.
_SAID_ENOUGH = 0.6
# A paragraph that hasn't named its item within this many characters is not about one.
_LEAD_CHARS = 60
_WORD = re.compile(r"\w+")
_AFTER_TITLE = re.compile(r"\s*(?:\([^)]*\))?\s*[:.,]?\s*")


def split_paragraphs(text: str) -> list[str]:
    """Paragraphs, which an empty line parts."""
    return [block.strip() for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]


def finished(text: str, cards: Sequence[Card]) -> str:
    """The text without paragraphs that a card's reason says as well."""
    return "\n\n".join(
        paragraph
        for paragraph in split_paragraphs(text)
        if (card := _card_of(paragraph, cards)) is None or not _says(card, paragraph)
    )


def arriving(text: str, cards: Sequence[Card]) -> tuple[str, tuple[Card, ...]]:
    """Text while it arrives: a paragraph about one card that has no reason yet goes there.

    A new paragraph is held back until it has named its item, or has had the room to.
    """
    told = list(cards)
    left: list[str] = []
    paragraphs = split_paragraphs(text)
    for position, paragraph in enumerate(paragraphs):
        card = _card_of(paragraph, cards)
        newest = 0 < position == len(paragraphs) - 1
        if card is not None and not card.reason:
            told[cards.index(card)] = replace(card, reason=_after_title(paragraph, card.title))
        elif not (card and _says(card, paragraph)) and not (newest and _may_still_name(paragraph, cards)):
            left.append(paragraph)
    return "\n\n".join(left), tuple(told)


def _may_still_name(paragraph: str, cards: Sequence[Card]) -> bool:
    return bool(cards) and len(paragraph) < _LEAD_CHARS + max(len(card.title) for card in cards)


def _card_of(paragraph: str, cards: Sequence[Card]) -> Card | None:
    """The one card whose title the paragraph has; None for none, or for several (a comparison)."""
    named = [card for card in cards if _title(card.title).search(paragraph)]
    return named[0] if len(named) == 1 else None


def _title(title: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(title)}(?!\w)")


def _says(card: Card, paragraph: str) -> bool:
    words = _WORD.findall(_title(card.title).sub("", paragraph).casefold())
    in_card = set(_WORD.findall(card.reason.casefold()))
    return bool(card.reason) and sum(word in in_card for word in words) >= _SAID_ENOUGH * len(words)


def _after_title(paragraph: str, title: str) -> str:
    match = _title(title).search(paragraph)
    rest = paragraph[match.end() :] if match else paragraph
    return rest[found.end() :] if (found := _AFTER_TITLE.match(rest)) else rest
