"""Utterances that nobody means well are read or refused, and nothing else happens.

`HOSTILE=10000` reads that many; how long they take is measured by `parley bench understanding --hostile`.
"""

from __future__ import annotations

import os

import pytest

from chatbot.acts import Constrain
from chatbot.evaluation.benchmarks.understanding.enduring import named_things
from chatbot.evaluation.hostile import hostile_utterances
from chatbot.messages import clean
from chatbot.understanding import Understanding
from chatbot.understanding.reader import Situation
from chatbot.understanding.tokens import without_repeats
from chatbot.understanding.words import load_language
from retriever.errors import InputError
from retriever.open import Shelf

COUNT = int(os.environ.get("HOSTILE", "168"))
MOST_CHARS = 2000


@pytest.mark.timeout(3600 if COUNT > 1000 else 120)
@pytest.mark.parametrize(("name", "language"), [("films", "en"), ("books_zh", "zh"), ("shop", "en")])
def test_whatever_is_said_is_read_or_refused(shelf: Shelf, name: str, language: str):
    retriever = shelf.get(name)
    reader = Understanding(retriever, language)
    kinds, read = set(), 0
    texts = hostile_utterances(COUNT // 3, 1, load_language(language), named_things(retriever.catalogue))
    for kind, text in texts:
        kinds.add(kind)
        try:
            said = clean(text, MOST_CHARS)
        except InputError:
            continue
        assert reader.read(said, Situation(1)), text
        read += 1
    assert len(kinds) >= 11
    assert read > COUNT // 6, "most of them reach the reader"


def test_the_same_seed_says_the_same():
    words = load_language("en")
    once, again = (list(hostile_utterances(60, 5, words, ("Moon", "tents"))) for _ in range(2))
    assert once == again
    assert list(hostile_utterances(60, 6, words, ("Moon", "tents"))) != once


@pytest.mark.parametrize(("text", "length"), [("a" * 11, 11), ("书" * 6, 12), ("a" * 5 + "책" * 3, 11)])
def test_a_character_that_stands_for_a_word_counts_as_two(text: str, length: int):
    assert clean(text, length)
    with pytest.raises(InputError, match=rf"has {length} characters.*{length - 1} is the most"):
        clean(text, length - 1)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("a tent, " * 50, "a tent, " * 4),
        ("not under 50 " + "0 " * 400 + "a tent", "not under 50 " + "0 " * 3 + "a tent"),
        ("谍战" * 400, "谍战" * 4),
        ("9" * 400, "9" * 400),
        ("no, no, no, no, no, no, no, no, no, no, no, no, no!", None),
        (" ".join(f"{n} tents" for n in range(90)), None),
    ],
)
def test_what_a_long_utterance_says_again_and_again_is_read_four_times(said: str, read: str | None):
    assert without_repeats(said) == (said if read is None else read)


def test_a_wish_behind_a_thousand_signs_is_heard(shelf: Shelf):
    reader = Understanding(shelf.get("shop"), "en")
    heard = reader.read("-" * 900 + " a tent under 200 euros", Situation(1))
    assert {a.constraint.facet for a in heard if isinstance(a, Constrain)} == {"category", "price"}
