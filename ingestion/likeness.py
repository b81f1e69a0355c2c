"""Whether two items are the same thing twice, variants of one thing, or neither.

In: two items and the kinds of their facets. Out: a verdict and how alike their texts are. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from rapidfuzz.distance import OSA

from ingestion.wording import currency_codes
from retriever.domain import Facet, FacetKind, FacetRole, FacetValue, Item

NEAR = 0.5
"""Least Jaccard similarity of two descriptions' pairs of words, the longer cut to the shorter's length; see
DECISIONS.md for what others find. Titles are judged by themselves: few words, each of which counts."""
VARIED = 0.7
"""The same for variants, whose titles differ: descriptions made from one pattern are alike without being of
one thing."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Scripts without blanks: each character is a word.
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
_ACCENT = re.compile("[\u0300-\u036f]+")
_ROMAN = re.compile(r"(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})")
_READ = 1_000
"""Characters of a description that are compared."""
_MOVING = frozenset({FacetRole.PRICE, FacetRole.RATING, FacetRole.STOCK})
"""Roles whose values change from day to day, and say nothing of whether two items are one."""


class Verdict(StrEnum):
    """What two items are to each other."""

    SAME = "same"
    VARIANTS = "variants"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of an item: words are folded, the title's in order of the alphabet."""

    title: tuple[str, ...]
    joined: str
    words: tuple[str, ...]
    facets: Mapping[str, FacetValue]


def words_of(text: str) -> list[str]:
    """A text's words in order: case folded, without accents and punctuation; CJK by the character."""
    if not text.isascii():
        text = _ACCENT.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return _WORD.findall(text.lower())


def traits_of(item: Item) -> Traits:
    """What is compared of an item."""
    title = words_of(item.title) or [item.title.casefold()]
    return Traits(
        tuple(sorted(title)), "".join(title), tuple(words_of(item.description[:_READ])), item.facets
    )


def judge(one: Traits, other: Traits, facets: Sequence[Facet]) -> tuple[Verdict, float]:
    """(verdict, how alike the descriptions are, 0..1; 1 where one has none).

    The same: titles that differ in order, punctuation or a typing error at most, no other number anywhere,
    no facet that says another thing, and descriptions that are nearly equal as far as both go. Where one has
    no description, a facet has to confirm it. Alike but for numbers or facets: variants.
    """
    described = bool(one.words and other.words)
    alike = _jaccard(_cut(one.words, other.words), _cut(other.words, one.words)) if described else 1.0
    if alike < NEAR:
        return Verdict.APART, alike
    agreeing = _agreeing(one.facets, other.facets, facets)
    if agreeing is not None and _is_title(one, other) and not _other_numbers(one.words, other.words):
        return (Verdict.SAME if described or agreeing else Verdict.APART), alike
    # Without descriptions, titles that share words are no sign of anything.
    if described and alike >= VARIED and _share_half(one.title, other.title):
        return Verdict.VARIANTS, alike
    return Verdict.APART, alike


def _cut(words: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return words[: len(other)]


def _jaccard(one: Sequence[str], other: Sequence[str]) -> float:
    """Of pairs of neighbouring words; of single words where there are no pairs."""
    a: set[object] = {*pairwise(one)} or {*one}
    b: set[object] = {*pairwise(other)} or {*other}
    return round(len(a & b) / len(a | b), 3)


def _odd(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The words of each of two titles that the other lacks, in order."""
    theirs = list(other)
    mine = []
    for word in one:
        if word in theirs:
            theirs.remove(word)
        else:
            mine.append(word)
    return mine, theirs


def _share_half(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether each of two titles has at least half of its words in common with the other."""
    mine, theirs = _odd(one, other)
    return 2 * len(mine) <= len(one) and 2 * len(theirs) <= len(other)


def _is_title(one: Traits, other: Traits) -> bool:
    """Whether two titles differ in nothing but order, word breaks and typing errors."""
    if one.title == other.title or one.joined == other.joined:
        return True
    mine, theirs = _odd(one.title, other.title)
    # Two odd words in a title of four are no slip any more.
    if len(mine) != len(theirs) or len(mine) > max(1, len(one.title) // 3):
        return False
    return all(_is_slip(a, b) for a, b in zip(mine, theirs, strict=True))


def _is_slip(one: str, other: str) -> bool:
    """Whether a word is another with a typing error: an edit, in words of eight letters and more two.

    Never in short words or the first letter, where an edit makes another word (boat, goat), nor in numbers.
    """
    shorter = min(len(one), len(other))
    if shorter < 4 or one[0] != other[0] or is_number(one) or is_number(other):
        return False
    return OSA.distance(one, other, score_cutoff=2) <= (2 if shorter >= 8 else 1)


def is_number(word: str) -> bool:
    """Whether a word has a digit, or is a Roman numeral up to 39."""
    return any(char.isdigit() for char in word) or _ROMAN.fullmatch(word) is not None


def _other_numbers(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether each of two texts has a number that the other lacks; one that was cut short just lacks some."""
    a = {word for word in one if any(char.isdigit() for char in word)}
    b = {word for word in other if any(char.isdigit() for char in word)}
    return not (a <= b or b <= a)


def _agreeing(
    one: Mapping[str, FacetValue], other: Mapping[str, FacetValue], facets: Sequence[Facet]
) -> int | None:
    """How many facets say the same of both; None if one says another thing."""
    agreeing = 0
    for facet in facets:
        a, b = one.get(facet.name), other.get(facet.name)
        if a is None or b is None or facet.role in _MOVING or facet.unit in currency_codes():
            continue
        if a == b:
            agreeing += facet.kind is not FacetKind.BOOLEAN
        elif not _is_alike(a, b):
            return None
    return agreeing


def _is_alike(a: FacetValue, b: FacetValue) -> bool:
    """Whether two unequal values may be said of one thing."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        mine, theirs = {_plain(one) for one in a}, {_plain(one) for one in b}
        return 2 * len(mine & theirs) >= min(len(mine), len(theirs))
    if isinstance(a, str) and isinstance(b, str):
        return _plain(a) == _plain(b)
    if isinstance(a, float) and isinstance(b, float):
        # Rounded once more on the way: 1.299 kg and 1.3 kg.
        return abs(a - b) <= 0.002 * max(abs(a), abs(b)) and not (a.is_integer() and b.is_integer())
    return False


def _plain(text: str) -> str:
    return "".join(words_of(text)) or text
