"""What a person typed, made fit to be read, or refused.

In: any text. Out: one line of normalised text that says something. Nothing is understood here.
"""

from __future__ import annotations

import unicodedata

from retriever.errors import InputError


def clean(text: str, most_chars: int) -> str:
    """The message in NFC, with single spaces and no control, format or private-use characters.

    Raises:
        InputError: it has more than `most_chars` characters, holds a lone surrogate, or says nothing.
    """
    if len(text) > most_chars:
        raise InputError(
            f"the message has {len(text):,} characters, and {most_chars:,} is the most; please shorten it"
        )
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InputError("the message holds half a character (a lone surrogate); please type it again")
    kept = "".join(
        c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Co") else " " for c in text
    )
    said = " ".join(unicodedata.normalize("NFC", kept).split())
    if not said:
        raise InputError("the message is empty; say what you are looking for")
    return said
