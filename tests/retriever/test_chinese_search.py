"""Chinese without blanks: the lexical leg finds it, and an encoder that can't read it has no say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from retriever.encoder import HashingEncoder
from retriever.lexical import Bm25
from retriever.reading import Reading, right_triples
from retriever.tokens import framed_stems, query_stems, tokenize

BOOKS = (
    "三体 科幻小说 外星文明 一款游戏里有三颗太阳轮番升起。",
    "万历十五年 历史 皇帝早朝迟到，首辅左右为难。",
    "玫瑰的名字 推理小说 修士带着徒弟走进山上的修道院。",
    "瓦尔登湖 散文 他在湖边住了两年，写 AI 之前的生活。",
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("科幻小说", ["科幻", "幻小", "小说"]),
        ("书", ["书"]),
        ("科幻、历史", ["科幻", "历史"]),
        ("AI的故事", ["ai", "的故", "故事"]),
        ("《三体》2008年", ["三体", "2008", "年"]),
        ("修道院", ["修道", "道院"]),
        ("", []),
        ("！？。", []),
    ],
)
def test_characters_become_pairs_and_marks_part_them(text: str, tokens: list[str]):
    assert tokenize(text) == tokens


def found(text: str) -> list[int]:
    """The places of the books that a query finds, best first."""
    scores = Bm25.build([framed_stems(book) for book in BOOKS]).scores(text)
    return [int(row) for row in np.argsort(-scores, kind="stable") if scores[row] > 0]


@pytest.mark.parametrize(
    ("text", "books"),
    [
        ("科幻", [0]),  # a part of a longer word
        ("科幻小说", [0, 2]),  # the other is a novel, too
        ("修道院的故事", [2]),
        ("皇帝", [1]),
        ("湖边", [3]),
        ("道山", []),  # characters that stand there, but not side by side
        ("ai", [3]),
        ("菜谱", []),
    ],
)
def test_a_chinese_word_is_found_inside_the_words_of_a_text(text: str, books: list[int]):
    assert found(text) == books


def test_words_that_say_nothing_are_left_out_of_a_query():
    assert query_stems("推荐 科幻") == ["科幻"]
    assert query_stems("推荐") == ["推荐"]


class KnowsTheFirst:
    """Finds the first two of each three alike, as an encoder that reads characters does."""

    name, dim = "knows", 2

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [[1.0, 0.0] if place % 3 < 2 else [0.0, 1.0] for place in range(len(texts))]
        return np.array(rows, dtype=np.float32)


def test_an_encoder_is_believed_in_characters_only_if_it_tells_their_meaning():
    assert right_triples(KnowsTheFirst()) == 10
    assert Reading(KnowsTheFirst()).reads("修道院的故事")
    assert not Reading(HashingEncoder()).reads("修道院的故事")


@pytest.mark.parametrize("text", ["", "2008", "a tent for two", "a novel by 刘慈欣", "Zoë’s café"])
def test_texts_in_other_letters_are_always_read(text: str):
    assert Reading(HashingEncoder()).reads(text)
