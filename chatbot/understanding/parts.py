"""An utterance of several sentences as parts that are read one after the other.

In: tokens, and where a name has a mark in it. Out: where parts begin and end. "I liked Alien. Anything
similar?" is a verdict and then a question about what was just named; read at once, the question would swallow
the verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chatbot.understanding.tokens import Token

_ENDS = frozenset(".!?;。！？；…")
_MOST = 12  # parts; a longer utterance is read at once
_SHORT = 3  # letters of an abbreviation with a capital: "Dr.", "Mrs."


def parts_of(text: str, tokens: Sequence[Token], crosses: Callable[[int], bool]) -> list[tuple[int, int]]:
    """First token and end of each part; one part for one sentence, and for more than `_MOST` of them.

    `crosses`: whether a name goes on behind the mark at a place.
    """
    parts: list[tuple[int, int]] = []
    begun = 0
    for place, token in enumerate(tokens):
        if len(parts) > _MOST:
            return [(0, len(tokens))]
        if token.norm in _ENDS and _ends(text, tokens, place) and not crosses(place):
            parts.append((begun, place + 1))
            begun = place + 1
        elif place > begun and "\n" in text[tokens[place - 1].end : token.start]:
            parts.append((begun, place))
            begun = place
    parts.append((begun, len(tokens)))
    told = [part for part in _joined(parts, tokens) if part[0] < part[1]]
    return told if 1 < len(told) <= _MOST else [(0, len(tokens))]


def _ends(text: str, tokens: Sequence[Token], place: int) -> bool:
    """True for a mark behind a word or bracket and before a blank, and no abbreviation's."""
    mark = tokens[place]
    if mark.end < len(text) and not text[mark.end].isspace() and mark.norm in ".!?;":
        return False
    before = tokens[place - 1] if place else None
    abbreviated = (
        mark.norm == "."
        and before is not None
        and before.kind == "word"
        and len(before.text) <= _SHORT
        and before.text[:1].isupper()
        and place > 1
    )
    return not abbreviated


def _joined(parts: Sequence[tuple[int, int]], tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Parts without a word go to the one before: "Oh!!!"."""
    joined: list[tuple[int, int]] = []
    for first, end in parts:
        if joined and all(token.kind == "mark" for token in tokens[first:end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((first, end))
    return joined
