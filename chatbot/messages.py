"""What a person typed, made fit to be read, or refused.

In: any text. Out: one line of normalised text that says something. Nothing is understood here.
"""

from __future__ import annotations

import unicodedata

from retriever.errors import InputError

_WIDE = (("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uac00", "\ud7af"))  # kana, Han, Hangul


def clean(text: str, most_chars: int) -> str:
    """The message in NFC, with single spaces and no control, format or private-use characters.

    A Chinese, Japanese or Korean character counts as two: it says as much, and takes as long to read.

    Raises:
        InputError: it has more than `most_chars` characters, holds a lone surrogate, or says nothing.
    """
    length = len(text) if len(text) > most_chars else len(text) + sum(map(_is_wide, text))
    if length > most_chars:
        counted = " (a Chinese one counts as two)" if length > len(text) else ""
        has = f"the message has {length:,} characters{counted}"
        raise InputError(f"{has}, and {most_chars:,} is the most; please shorten it")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InputError("the message holds half a character (a lone surrogate); please type it again")
    kept = "".join(
        c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Co") else " " for c in text
    )
    said = " ".join(unicodedata.normalize("NFC", kept).split())
    if not said:
        raise InputError("the message is empty; say what you are looking for")
    return said


def _is_wide(character: str) -> bool:
    """True for a character that stands for a word or a syllable."""
    return any(low <= character <= high for low, high in _WIDE)
