"""Whether a text says the same as a plain one, in languages without blanks between words.

In: a plain reply, and a chat model's wording of it. Out: a verdict. Every stretch of the wording stands in
the plain reply, or is one of the language's small words; nothing is denied that was not. Strict: a true
wording with a word of its own is refused. Pure, save for the words file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from generator.grounding import Verdict
from generator.outgoing import faults
from generator.replies import Evidence
from generator.words import words_of

_QUOTED = re.compile(r"[“\"]([^”\"]*)[”\"]")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_SHORTEST = 2  # characters of a stretch: one alone stands in anything
_LETTER = re.compile(r"[^\W_]")


class Coverage:
    """What a wording of `told` may hold; made once, asked for each sentence."""

    def __init__(self, evidence: Evidence, told: str, titles: Collection[str] = ()) -> None:
        words = words_of(evidence.language)
        self._told = _flat(told)
        self._glue = sorted(map(_flat, words.listed("coverage.glue")), key=len, reverse=True)
        self._negations = words.listed("coverage.negations")
        self._others = [title for title in titles if title not in told]
        self._names = " ".join(one.item.title for one in evidence.items)

    def check(self, sentence: str) -> Verdict:
        """The verdict on one sentence of the wording."""
        return Verdict(not (wrong := tuple(self._wrong(sentence))), wrong)

    def _wrong(self, sentence: str) -> Iterator[str]:
        yield from faults(sentence, f"{self._told} {self._names}")
        flat = _flat(sentence)
        for title in self._others:
            if _flat(title) in flat and _flat(title) not in self._told:
                yield f"names {title!r}"
        told = set(_FIGURE.findall(self._told))
        yield from (f"gives {figure!r}" for figure in _FIGURE.findall(flat) if figure not in told)
        for quoted in _QUOTED.findall(flat):
            if quoted.strip(" 。，,.！!？?") not in self._told:
                yield f"misquotes {quoted!r}"
        plain = _QUOTED.sub("，", flat)
        yield from (f"says {part!r}" for part in self._uncovered(plain))
        for denied in denials(plain, self._negations):
            if denied not in self._told:
                yield f"denies with {denied!r}"

    def _uncovered(self, text: str) -> Iterator[str]:
        at = 0
        while at < len(text):
            if not _LETTER.match(text[at]):
                at += 1
                continue
            length = self._covered(text, at)
            if not length:
                yield text[at : at + _SHORTEST]
                return  # one is enough to refuse it
            at += length

    def _covered(self, text: str, at: int) -> int:
        """How many characters from a place on are told, or a small word; 0 for none."""
        length = next((len(word) for word in self._glue if text.startswith(word, at)), 0)
        told = 0
        while at + told < len(text) and text[at : at + told + 1] in self._told:
            told += 1
        return max(length, told if told >= _SHORTEST else 0)


def denials(text: str, negations: Collection[str]) -> list[str]:
    """Each negation with the character behind it."""
    return [text[at : at + len(word) + 1] for word in negations for at in _places(word, text)]


def _places(word: str, text: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(word), text)]


def _flat(text: str) -> str:
    return " ".join(text.casefold().split())
