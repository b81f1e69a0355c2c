"""What is gone and what is new between two texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatbot.evaluation.marking import marked

TEXTS = st.text(alphabet="ab 科幻.\n", max_size=40)


@given(TEXTS, TEXTS)
def test_the_pieces_make_both_texts(before: str, after: str):
    pieces = marked(before, after)
    assert "".join(piece for kind, piece in pieces if kind != "new") == before
    assert "".join(piece for kind, piece in pieces if kind != "gone") == after
    assert all(piece for _, piece in pieces)


def test_words_are_marked_whole_and_chinese_by_the_character():
    assert marked("a red tent", "a green tent") == (
        ("same", "a "), ("gone", "red "), ("new", "green "), ("same", "tent"),
    )  # fmt: skip
    assert marked("科幻", "科学") == (("same", "科"), ("gone", "幻"), ("new", "学"))


def test_equal_texts_have_nothing_marked():
    assert marked("as it was", "as it was") == (("same", "as it was"),)
    assert marked("", "") == ()
