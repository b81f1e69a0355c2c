"""Single cells: numbers, years, yes and no, tags, and foreign text made clean."""

from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.clean import clean_text, slug, visible
from ingestion.dates import is_date
from ingestion.values import (
    convert,
    decimal_evidence,
    is_missing,
    parse_boolean,
    parse_minutes,
    parse_number,
    parse_year,
    split_path,
    tidy_tags,
    unit_beside,
)


@pytest.mark.parametrize(
    ("text", "number", "beside"),
    [
        ("349", 349, ""),
        ("1,299.00 €", 1299, "€"),
        ("1.299,00 €", 1299, "€"),
        ("€ 1 299,50", 1299.5, "€"),
        ("CHF 1'299.50", 1299.5, "CHF"),
        ("$19.99", 19.99, "$"),
        ("USD 5", 5, "USD"),
        ("349,90", 349.9, ""),
        ("0,125", 0.125, ""),
        (".5", 0.5, ""),
        ("-3", -3, ""),
        ("−3,5", -3.5, ""),
        ("1,234,567", 1234567, ""),
        ("12,34,567", 1234567, ""),
        ("120 g", 120, "g"),
        ("4.5 out of 5 stars", 4.5, ""),
        ("8/10", 8, ""),
        ("1e3", 1000, ""),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number, beside):
    assert parse_number(text) == (pytest.approx(number), beside)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "on request",
        "10-20",
        "1.2.3",
        "12:30",
        "1,2,3",
        "2019-05-01",
        "a1b2",
        "210 x 90 cm",
        "Room 5",
        "EU 42",
    ],
)
def test_what_is_not_one_number_is_none(text):
    assert parse_number(text) is None


def test_a_single_separator_before_three_digits_follows_the_files_decimal():
    assert parse_number("1.299", ",") == (1299, "")
    assert parse_number("1.299", ".") == (1.299, "")
    assert parse_number("1,299", ".") == (1299, "")
    assert parse_number("0,299", ".") == (0.299, "")


@pytest.mark.parametrize("value", [True, None, math.nan, math.inf, 10**400, [3], {}])
def test_what_is_no_finite_number_is_none(value):
    assert parse_number(value) is None


@given(st.floats(-1e9, 1e9).map(lambda x: round(x, 2)))
def test_a_number_written_in_german_or_english_comes_back(number):
    english = f"{number:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert parse_number(english) == parse_number(german, ",") == (number, "")


@given(st.text(max_size=80))
def test_no_text_breaks_the_parsers(text):
    found = parse_number(text)
    assert found is None or math.isfinite(found[0])
    assert parse_year(text) is None or -4000 <= parse_year(text) <= 2200
    parse_minutes(text), parse_boolean(text), is_missing(text), unit_beside(text), split_path(text)


@pytest.mark.parametrize(
    ("text", "sign"), [("349,90", ","), ("1.299,00", ","), ("3.5", "."), ("1,299", ""), ("7", "")]
)
def test_only_clear_texts_prove_the_decimal_separator(text, sign):
    assert decimal_evidence(text) == sign


@pytest.mark.parametrize(
    ("value", "year"),
    [
        (1984, 1984),
        ("1984", 1984),
        ("1984.0", 1984),
        ("1984-05-02", 1984),
        ("May 2, 1984", 1984),
        (-750, -750),
    ],
)
def test_years_are_found(value, year):
    assert parse_year(value) == year


@pytest.mark.parametrize("value", ["soon", 1984.5, 99999, True, "", "123456"])
def test_what_names_no_year_is_none(value):
    assert parse_year(value) is None


@pytest.mark.parametrize(
    ("text", "minutes"), [("1h 50m", 110), ("2 h", 120), ("1:50", 110), ("1 hr 5 min", 65)]
)
def test_durations_become_minutes(text, minutes):
    assert parse_minutes(text) == minutes


def test_booleans_are_read_in_several_languages():
    assert [parse_boolean(v) for v in ("Yes", "ja", "是", 1, True, "x")] == [True] * 6
    assert [parse_boolean(v) for v in ("no", "Nein", "否", 0, False)] == [False] * 5
    assert parse_boolean("maybe") is None


def test_units_convert_only_within_a_measure():
    assert convert(1.2, "kg", "g") == 1200
    assert convert(500, "g", "kg") == 0.5
    assert convert(3, "", "g") == 3
    assert convert(3, "cm", "g") is None


@pytest.mark.parametrize("value", [None, "", " ", "N/A", "null", "-", [], math.nan])
def test_the_usual_words_for_nothing_are_missing(value):
    assert is_missing(value)


@pytest.mark.parametrize("value", [0, False, "0", "no", ["none"]])
def test_zero_and_no_are_not_missing(value):
    assert not is_missing(value)


def test_tags_lose_repeats_whatever_their_case():
    assert tidy_tags(["Red", "red", "", "Blue"]) == ("Red", "Blue")


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ("2020-12-31", 2020),
        ("2020-12-31T23:59:59Z", 2020),
        ("31.12.2020", 2020),
        ("12/31/2020", 2020),
        ("Dec 31, 2020", 2020),
        ("2020年12月31日", 2020),
        (1609372800, 2020),
        (1609372800000, 2020),
        ("1609372800", 2020),
        (20201231, 2020),
        ("20201231", 2020),
        ("31.12.20", 2020),
        ("12/31/99", 1999),
        ("99-12-31", 1999),
        ("31.12.99 10:00", 1999),
    ],
)
def test_dates_of_many_forms_name_their_year(value, year):
    assert parse_year(value) == year


@pytest.mark.parametrize(
    "value", ["20201331", 12345678, "300000", "1.2.3", "12/20", "31.12-20", 1e11 - 1, 5e12]
)
def test_other_numbers_name_none(value):
    assert parse_year(value) is None


@pytest.mark.parametrize("text", ["2020-12-31", "31.12.2020", "2/1/1999 10:00", "2020年1月", "1999/1/2"])
def test_a_whole_date_in_numbers_is_told_from_other_texts(text):
    assert is_date(text)
    assert not any(map(is_date, (text[:4], f"x {text}", text.replace("1", "a"), "12.5", "1.2.3.4", "2020")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – text", "plain – text"),
        ("a\u200bb\u202ec", "a\\u200bb\\u202ec"),
        ("a\tb\r\nc\x00", "a\\tb\\r\\nc\\u0000"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_nobody_could_see_is_shown_as_its_code(text, shown):
    assert visible(text) == shown


# -- clean ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  a \n\t b  ", "a b"),
        ("<p>Warm &amp; dry</p><p>Light</p>", "Warm & dry Light"),
        ("x<script>alert(1)</script>y", "xy"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("a < b and <3 you", "a < b and <3 you"),
        ("<Untitled>", "<Untitled>"),
        ("zero\u200bwidth\ufeff \u202eevil\u202c", "zerowidth evil"),
        ("nul\x00l \ud800", "null"),
        ("e\u0301", "é"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("pay\u200dpal", "paypal"),
        ("tag\U000e0041", "tag"),
    ],
)
def test_text_is_cleaned(raw, clean):
    assert clean_text(raw) == clean


def test_a_long_text_is_cut_between_words():
    cut = clean_text("word " * 100, 50)
    assert len(cut) <= 50
    assert cut.endswith("word…")


@given(st.text(st.characters(), max_size=300), st.integers(5, 100))
def test_clean_text_is_short_normal_visible_and_stable(text, cap):
    done = clean_text(text, cap)
    assert len(done) <= cap
    assert unicodedata.is_normalized("NFC", done)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in done)
    done.encode("utf-8")


def test_a_slug_is_plain_ascii():
    assert slug("Café Müller: 2 × Größe!") == "cafe-muller-2-groe"
    assert slug("电影") == ""
