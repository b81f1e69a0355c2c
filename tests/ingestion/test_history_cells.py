"""Cells of a history: ids, ratings, times, and words without what tells who wrote them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.history.cells import id_text, private_text, rating_of, seconds_of

DAY = 1706659200.0  # 2024-01-31 in UTC


@pytest.mark.parametrize(
    ("cell", "text"),
    [(" a 1 ", "a 1"), (12, "12"), (12.0, "12"), (1.5, "1.5"), (None, ""), (True, ""), ("NaN", ""),
     ("n/a", ""), (float("nan"), ""), ([1], ""), ("用户1", "用户1"), ("007", "007")],
)  # fmt: skip
def test_ids(cell: object, text: str):
    assert id_text(cell) == text


@pytest.mark.parametrize(
    ("cell", "rating"),
    [(4, 4), ("4.5", 4.5), ("4,5", 4.5), ("4/5", 4), ("4 stars", 4), ("★★★★☆", 4), ("-1", -1), (True, None),
     ("good", None), ("", None), (None, None), ("inf", None), (float("nan"), None), ("1e3", 1000)],
)  # fmt: skip
def test_ratings(cell: object, rating: float | None):
    assert rating_of(cell) == rating


@pytest.mark.parametrize(
    "cell",
    [DAY, str(int(DAY)), DAY * 1e3, str(int(DAY * 1e6)), DAY * 1e9, "2024-01-31", "2024-01-31T00:00:00Z",
     20240131, "20240131", "2024/1/31", "31.01.2024", "2024年1月31日", "2024-01-31 01:00:00+01:00",
     "01 31, 2024", "Wed, 31 Jan 2024 00:00:00 +0000", "Jan 31, 2024", date(2024, 1, 31),
     datetime(2024, 1, 31, tzinfo=UTC)],
)  # fmt: skip
def test_times(cell: object):
    assert seconds_of(cell) == DAY


@pytest.mark.parametrize(
    "cell", ["", "yesterday", "1/2/2024", True, "2024-13-01", 0, -5, "nan", None, "1960-01-01"]
)
def test_what_is_no_time(cell: object):
    assert seconds_of(cell) is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("write to ann.lee+x@mail.example.org please", "write to please"),
        ("ann ＠ example.org", ""),
        ("thanks @ann_lee!", "thanks"),
        ("see https://example.org/a?b=c or www.example.org/x", "see or"),
        ("buy at shop.example.com/tents now", "buy at now"),
        ("call (020) 7946-0958 or +49 30 123456", "call or"),
        ("电话：１３８００１３８０００。", "电话: 。"),
        ("a tent for 2, 3.5 kg, from 1999", "a tent for 2, 3.5 kg, from 1999"),
        ("Dr. No & Mr. T. are fine", "Dr. No & Mr. T. are fine"),
        ("<p>fine</p><script>x()</script>", "fine"),
        (None, ""), (7, ""), ("n/a", ""),
    ],
)  # fmt: skip
def test_what_tells_who_wrote_it_is_left_out(written: object, kept: str):
    assert private_text(written).replace("：", ":") == kept


def test_text_is_cut_at_two_thousand_characters():
    assert len(private_text("word " * 5_000)) <= 2_000


@given(st.text(alphabet="ab1@. -(＠/:w", max_size=300))
def test_no_address_survives(text: str):
    kept = private_text(text)
    assert "@" not in kept
    assert "＠" not in kept


@pytest.mark.parametrize(
    "run", ["a" * 50_000, "1" * 50_000, "a." * 25_000, "@" * 50_000, "1 " * 25_000, "a-" * 20_000]
)
def test_a_hostile_text_is_read_at_once(run: str):
    assert len(private_text(run)) <= 2_000
