"""Texts to stems, for the lexical leg and for conditions on an item's words.

Pure but for the stop words, read once from words/stop.toml. No language is assumed: runs of CJK
characters become pairs, all other words go through the English stemmer, which leaves most foreign
words as they are or cuts them alike in items and queries.
"""

from __future__ import annotations

import re
import threading
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import snowballstemmer

# Han, kana and hangul: written without blanks, or with endings glued on.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_RUNS = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+(?:'[^\W_{_CJK}]+)*")
_IS_CJK = re.compile(rf"[{_CJK}]")

_stemmer = snowballstemmer.stemmer("english")
_stemmer_lock = threading.Lock()  # the stemmer keeps its word in itself


def tokenize(text: str) -> list[str]:
    """Every word of a text in order: NFKC, case-folded, accents off Latin letters, stemmed; CJK as pairs."""
    tokens: list[str] = []
    for run in _RUNS.findall(_fold(text)):
        if not _IS_CJK.match(run):
            tokens.append(_stem(run))
        elif len(run) == 1:
            tokens.append(run)
        else:
            tokens.extend(run[start : start + 2] for start in range(len(run) - 1))
    return tokens


def framed_stems(text: str) -> str:
    """The stems with a blank before, between and after: a phrase is in a text when its frame is."""
    return f" {' '.join(tokenize(text))} "


def query_stems(text: str) -> list[str]:
    """A query's stems without stop words; of stop words only, all stay (there is a film called "It")."""
    every = tokenize(text)
    telling = [stem for stem in every if stem not in stop_stems()]
    return telling or every


def telling_words(text: str, most: int) -> list[str]:
    """The first words of a text that are no stop words, as written but folded, once each."""
    told: dict[str, None] = {}
    for run in _RUNS.findall(_fold(text)):
        if len(told) < most and any(stem not in stop_stems() for stem in tokenize(run)):
            told[run] = None
    return list(told)


@cache
def stop_stems() -> frozenset[str]:
    """The stems of the words that say nothing about an item, of all languages together."""
    path = Path(__file__).parent / "words" / "stop.toml"
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    return frozenset(stem for words in lists.values() for word in words for stem in tokenize(word))


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    with _stemmer_lock:
        return str(_stemmer.stemWord(word))


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return folded if folded.isascii() else "".join(_bare(letter) for letter in folded)


@lru_cache(maxsize=4_096)
def _bare(letter: str) -> str:
    """A Latin letter without its accents; other scripts' marks carry meaning and stay."""
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter
