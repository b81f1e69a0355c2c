"""Texts into sentences, without a model.

In: text. Out: its sentences, each with its own end mark. Titles that hold end marks are kept whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# An end mark, closing quotes or brackets, then a blank and something that may begin a sentence.
_END = re.compile(r"(?<=[.!?…])[”\"')\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9À-Þ€$£¥])|(?<=[。！？])\s*|\n+")
# "Dr.", "J.", "No." before a blank are no ends. A single letter is an initial, save I.
_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|Sr|Jr|vs|approx|ca|e\.g|i\.e|etc|Vol|Prof|Capt|Lt|Col|Gen)|\b[A-HJ-Z])\.$"
)
_MASK = "\ufffc"


def sentences_of(text: str, titles: Sequence[str] = ()) -> tuple[str, ...]:
    """The text's sentences in order, trimmed; empty for blank text."""
    masked = text
    for title in titles:
        if any(mark in title for mark in ".!?…"):
            masked = masked.replace(title, _MASK * len(title))
    parts: list[str] = []
    start = 0
    for match in _END.finditer(masked):
        bare = match.group().isspace() and "\n" not in match.group()
        if bare and _ABBREVIATION.search(masked[start : match.start()]):
            continue
        # Closing quotes belong to the sentence that they close.
        end = match.start() + len(match.group()) - len(match.group().lstrip("”\"')]"))
        parts.append(text[start:end])
        start = match.end()
    parts.append(text[start:])
    return tuple(part.strip() for part in parts if part.strip())
