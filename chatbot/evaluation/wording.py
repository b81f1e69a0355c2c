"""What can be seen of a text without knowing what it should say: its language, length, sentences and counts.

In: texts, and what of them is somebody else's words. Out: plain facts. Language data is in words.toml.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from chatbot.evaluation.oracle import figure_of

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_WORD_CHAR = r"[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[\w'’\-]+")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])|\n+")
_FIGURE = re.compile(r"(?<![\w.,])(?:\d[\d,]*(?:\.\d+)?)(?!\d)", re.ASCII)
_NAME, _QUOTATION = " … ", " “” "  # what stands where something was taken out
_MOSTLY = 0.3  # share of CJK letters from which a text is Chinese: it may name foreign things
_QUOTED_CHARS = 12  # so much of a description in one piece is quoted; of Chinese, a third says as much


def language_of(text: str) -> str:
    """ "zh" for a text with a good share of Chinese characters, else "en"."""
    letters = _LETTER.findall(text)
    return "zh" if letters and len(_CJK.findall(text)) / len(letters) > _MOSTLY else "en"


def count_words(text: str) -> int:
    """Words; a Chinese character counts as one."""
    return len(_CJK.findall(text)) + len(_WORD.findall(_CJK.sub(" ", text)))


def stands_in(phrase: str, text: str, *, same_case: bool = False) -> bool:
    """As whole words where the phrase begins or ends with a letter or digit; Chinese words have no ends."""
    return _phrase(phrase, same_case=same_case).search(text) is not None


def without(phrases: Iterable[str], text: str) -> str:
    """The text without phrases, the longest first, each as whole words and in its own case."""
    for phrase in sorted((p for p in set(phrases) if p and p in text), key=len, reverse=True):
        text = _phrase(phrase, same_case=True).sub(_NAME, text)
    return text


def without_quotations(text: str, sources: Iterable[str]) -> str:
    """The text without what stands in quotation marks, and without whole stretches of the sources."""
    for first, last in words()["quotes"]["pairs"]:
        text = re.sub(f"{re.escape(first)}[^{re.escape(last)}\n]*{re.escape(last)}", _QUOTATION, text)
    for source in sources:
        text = _without_stretches(text, source)
    return text


def sentences(text: str) -> list[str]:
    """The sentences of a text, and its lines."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def counts_in(sentence: str, units: Collection[str] = ()) -> tuple[float, ...]:
    """The figures of a sentence that may say how many there are; `units` are those of the catalogue."""
    known = words()["counts"]
    found = []
    for match in _FIGURE.finditer(sentence):
        before, after = sentence[: match.start()].rstrip(), sentence[match.end() :]
        if _starts_with((*known["not_before"], *known["currencies"], *units), after.lstrip()):
            continue
        if re.match(r"[A-Za-z'’/:\-–]", after) or before.endswith("(") or re.match(r"\s*\)", after):
            continue  # 1980s, 35mm, 16:9, (1934)
        if _ends_with(known["leads"], before):
            found.append(figure_of(match.group()))
        elif _ends_with((*known["currencies"], *known["not_after"]), before):
            continue
        elif re.match(r"\s*[^\W\d_]", after) or not before.rstrip(" ,:").endswith(_NAME.strip()):
            found.append(figure_of(match.group()))  # "Alien, 1979" is none
    return tuple(found)


def says_none(sentence: str) -> bool:
    """Whether a sentence says that there is nothing at all."""
    known = words()["counts"]
    if any(stands_in(word, sentence) for word in known["none"]):
        return True
    return any(re.search(rf"(?<!\w){re.escape(w)}\s+\w", sentence, re.IGNORECASE) for w in known["none_of"])


def denies(sentence: str) -> bool:
    """Whether a sentence has a word of denial."""
    return any(stands_in(word, sentence) for word in words()["flags"]["denials"])


@functools.cache
def words() -> dict[str, Any]:
    """The language data of these checks."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=8_192)
def _phrase(phrase: str, *, same_case: bool) -> re.Pattern[str]:
    is_open = bool(_CJK.search(phrase))
    # A name in Latin letters may stand right beside Chinese characters, which are letters too.
    left = rf"(?<!{_WORD_CHAR})" if phrase[:1].isalnum() and not is_open else ""
    right = rf"(?!{_WORD_CHAR})" if phrase[-1:].isalnum() and not is_open else ""
    return re.compile(left + re.escape(phrase) + right, re.NOFLAG if same_case else re.IGNORECASE)


def _ends_with(phrases: Iterable[str], text: str) -> bool:
    return any(
        text.casefold().endswith(p.casefold())
        and (not p[0].isalnum() or bool(_CJK.search(p)) or not text[: -len(p)][-1:].isalnum())
        for p in phrases
    )


def _starts_with(phrases: Iterable[str], text: str) -> bool:
    return any(
        text.casefold().startswith(p.casefold())
        and (not p[-1].isalnum() or bool(_CJK.search(p)) or not text[len(p) :][:1].isalnum())
        for p in phrases
    )


def _without_stretches(text: str, source: str) -> str:
    kept: list[str] = []
    at = 0
    while at < len(text):
        least = _QUOTED_CHARS // 3 if _CJK.match(text[at]) else _QUOTED_CHARS
        end = at + least
        if end > len(text) or text[at:end] not in source:
            kept.append(text[at])
            at += 1
            continue
        while end < len(text) and text[at : end + 1] in source:
            end += 1
        kept.append(_QUOTATION)
        at = end
    return "".join(kept)
