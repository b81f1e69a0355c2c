"""Text → tokens that remember where they stood, so that an act can quote the person's words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# A word keeps inner apostrophes and hyphens ("don't", "sci-fi"); a number keeps separators ("1,299.50");
# a decade keeps its s ("1990s", "'90s"); each CJK character, currency sign or mark stands alone.
_TOKEN = re.compile(
    r"(?P<decade>(?:1[89]|20)?\d0['’]?s\b)"
    r"|(?P<year>(?<!\w)['’]\d\d\b(?!['’s]))"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<cjk>[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af])"
    r"|(?P<word>[^\W\d_]+(?:['’\-][^\W\d_]+)*|°[cCfF])"
    r"|(?P<mark><=|>=|[^\w\s])"
)

_LATEST = "30"  # of a year in two figures, the first that is of the last century
# The same few characters a dozen times over say no more than four times do, and take as long as a novel.
_AGAIN = re.compile(r"(.{1,48}?)\1{11,}", re.DOTALL)
_TIMES_KEPT = 4
_LONG = 300  # characters; up to here any utterance is read at once


@dataclass(frozen=True, slots=True)
class Token:
    """`text` as written, `norm` case-folded, `start`..`end` its place in the utterance."""

    text: str
    norm: str
    start: int
    end: int
    kind: str  # "decade", "number", "cjk", "word" or "mark"


def tokenize(text: str) -> tuple[Token, ...]:
    """Cut an utterance; places refer to the text as given."""
    tokens = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        norm = unicodedata.normalize("NFKC", word).casefold().replace("’", "'")
        kind = match.lastgroup or "mark"
        if kind == "year":
            kind, norm = "number", f"{20 if norm[1:] < _LATEST else 19}{norm[1:]}"  # "'68" is 1968
        tokens.append(Token(word, norm, match.start(), match.end(), kind))
    return tuple(tokens)


def without_repeats(text: str) -> str:
    """A long utterance with what it says again and again said four times; numbers stay as they are."""
    if len(text) <= _LONG:
        return text
    return _AGAIN.sub(lambda m: m[0] if m[1].isdigit() else m[1] * _TIMES_KEPT, text)


def words_of(phrase: str) -> tuple[str, ...]:
    """A phrase's tokens in comparable form."""
    return tuple(token.norm for token in tokenize(phrase))


def spoken(words: Iterable[str]) -> str:
    """Words in comparable form as one key of a table."""
    return " ".join(words)


def phrase_of(tokens: Iterable[Token]) -> str:
    """Tokens in comparable form as a text has them: characters stand side by side, words apart."""
    written, last = "", ""
    for token in tokens:
        blank = " " if last and not last == token.kind == "cjk" else ""
        written, last = f"{written}{blank}{token.norm}", token.kind
    return written


def quote(text: str, tokens: tuple[Token, ...], start: int, end: int) -> str:
    """The person's own wording of tokens start..end-1."""
    if start >= end:
        return ""
    return text[tokens[start].start : tokens[end - 1].end].strip()
