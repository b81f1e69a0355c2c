"""Rows become items: what is kept, what is refused, what is left out."""

from __future__ import annotations

import pytest

from ingestion.convert import Converter
from ingestion.mapping import mapping_from
from ingestion.readers import Row

MAP = {
    "id": "id",
    "title": "name",
    "description": ["long", "short"],
    "currency": "cur",
    "decimal": ".",
    "facets": [
        {"column": "price", "kind": "number", "role": "price", "unit": "EUR"},
        {"column": "year", "kind": "year", "role": "year"},
        {"column": "weight", "kind": "number", "unit": "g"},
        {"column": "dry", "kind": "boolean"},
        {"column": "colour", "kind": "tags", "separator": ","},
        {"column": "path", "kind": "category", "name": "top", "part": "first", "separator": ">"},
        {"column": "path", "kind": "tags", "name": "below", "part": "rest", "separator": ">"},
        {"column": "sex", "kind": "category", "values": {"f": "women"}},
    ],
}


def convert(**fields):
    return Converter(mapping_from(MAP)).convert(Row(7, {"id": "1", "name": "Tent", **fields}))


def facets(**fields):
    return dict(convert(**fields).item.facets)


def test_a_full_row_becomes_an_item_with_typed_values():
    done = convert(
        long="<p>Dry &amp; warm</p>",
        price="1,299.50 €",
        year="2019-03-01",
        weight="1.2 kg",
        dry="Yes",
        colour="Red, blue,red",
        path="Home > Kitchen > Pans",
        sex="F",
    )
    assert done.rejects == ()
    assert (done.item.id, done.item.title, done.item.description) == ("1", "Tent", "Dry & warm")
    assert dict(done.item.facets) == {
        "price": 1299.5,
        "year": 2019.0,
        "weight": 1200.0,
        "dry": True,
        "colour": ("Red", "blue"),
        "top": "Home",
        "below": ("Kitchen", "Pans"),
        "sex": "women",
    }


def test_empty_cells_make_no_facet():
    assert facets(price="", year=None, weight="n/a", dry="-", colour=[], path=" ", sex="nan") == {}


def test_the_first_filled_description_is_taken():
    assert convert(long=" ", short="brief").item.description == "brief"


def test_a_row_without_title_id_or_a_readable_price_is_refused():
    for fields, column, reason in (
        ({"name": " \u200b "}, "name", "no title"),
        ({"name": ["a"]}, "name", "the title is not a text"),
        ({"id": None}, "id", "no id"),
        ({"id": "x" * 201}, "id", "the id is empty or longer"),
        ({"price": "ask us"}, "price", "the price is not a number"),
        ({"price": -3}, "price", "the price is below zero"),
        ({"price": "10-20"}, "price", "the price is not a number"),
    ):
        done = convert(**fields)
        assert done.item is None
        [reject] = done.rejects
        assert (reject.line, reject.field, reject.row_loaded) == (7, column, False)
        assert reject.reason.startswith(reason)


def test_one_unreadable_field_is_left_out_and_said():
    done = convert(weight="heavy", dry="perhaps", year="soon", colour="red")
    assert dict(done.item.facets) == {"colour": ("red",)}
    assert {(r.field, r.reason) for r in done.rejects} == {
        ("weight", "not a number"),
        ("dry", "neither yes nor no"),
        ("year", "not a year"),
    }
    assert all(r.row_loaded for r in done.rejects)


def test_a_price_in_another_currency_is_left_out():
    done = convert(price=5, cur="USD")
    assert "price" not in done.item.facets
    assert done.rejects[0].reason == "in another currency: USD, the catalogue is in EUR"
    assert facets(price="5", cur="EUR") == {"price": 5.0}


def test_without_an_id_column_ids_come_from_title_and_year():
    made: list[str] = []
    converter = Converter(mapping_from({**MAP, "id": ""}), made.__contains__)
    rows = [("Café!", 1999), ("Café!", 1999), ("Café!", None), ("电影", None), ("Café!", 1999)]
    for number, (name, year) in enumerate(rows):
        made.append(converter.convert(Row(number, {"name": name, "year": year})).item.id)
    assert made[:3] == ["cafe-1999", "cafe-1999--2", "cafe"]
    assert made[4] == "cafe-1999--3"
    assert len(set(made)) == 5


def test_spellings_that_differ_in_case_become_the_commonest_one():
    converter = Converter(mapping_from(MAP))
    rows = [
        Row(n, {"id": str(n), "name": "x", "colour": c}) for n, c in enumerate(["RED", "red", "red", "Red"])
    ]
    converter.learn(rows)
    assert {converter.convert(row).item.facets["colour"] for row in rows} == {("red",)}


def test_hostile_values_stay_data():
    done = convert(
        name="=cmd()|<script>x</script> '; DROP TABLE items; --\x00", colour=["\ud800", {"a": 1}, "ok" * 200]
    )
    assert done.item.title == "=cmd()| '; DROP TABLE items; --"
    assert [len(tag) for tag in done.item.facets["colour"]] == [120]


# -- what was changed ---------------------------------------------------------------------------------------


def changes(*rows):
    converter = Converter(mapping_from(MAP))
    for number, row in enumerate(rows):
        converter.convert(Row(number, {"id": str(number), "name": "Tent", **row}))
    return converter.changes.found()


@pytest.mark.parametrize(
    ("fields", "kind", "column", "before", "after"),
    [
        ({"long": "<p>Dry &amp; warm</p>"}, "markup removed", "long", "<p>Dry &amp; warm</p>", "Dry & warm"),
        ({"name": "Te\u200bnt\u202e"}, "invisible characters removed", "name", "Te\u200bnt\u202e", "Tent"),
        ({"name": "Cafe\u0301"}, "Unicode normalised", "name", "Cafe\u0301", "Café"),
        ({"name": "A\n\n tent"}, "blanks and line breaks collapsed", "name", "A\n\n tent", "A tent"),
        ({"price": "1,299.00 €"}, "number read from text", "price", "1,299.00 €", "1299"),
        ({"weight": "1.2 kg"}, "unit converted", "weight", "1.2 kg", "1200 g"),
        ({"year": "31.12.2020"}, "year taken from a date", "year", "31.12.2020", "2020"),
        ({"year": 1609372800}, "year taken from a date", "year", "1609372800", "2020"),
        ({"sex": "F"}, "renamed by the map", "sex", "F", "women"),
        ({"colour": "red, blue, red"}, "repeated tags dropped", "colour", "red, blue, red", "red, blue"),
    ],
)
def test_what_cleaning_changes_is_told_with_before_and_after(fields, kind, column, before, after):
    [change] = changes(fields)
    assert (change.kind.value, change.column, change.count) == (kind, column, 1)
    assert change.examples == ((before, after),)


def test_a_duration_is_told_as_read():
    converter = Converter(
        mapping_from({"title": "t", "facets": [{"column": "m", "kind": "number", "unit": "min"}]})
    )
    assert converter.convert(Row(1, {"t": "Film", "m": "1h 50m"})).item.facets == {"m": 110.0}
    [change] = converter.changes.found()
    assert (change.kind, change.examples) == ("duration read", (("1h 50m", "110 min"),))


def test_what_is_written_as_it_is_read_is_no_change():
    assert (
        changes({"name": " Tent ", "price": "12.50", "weight": 3, "year": "1984", "colour": "red,blue"}) == ()
    )
    assert changes({"price": 12.5, "year": 1984.0, "long": "A < B & C", "dry": "Yes", "sex": "men"}) == ()


def test_changes_are_counted_with_the_first_three_examples():
    rows = [{"colour": colour} for colour in ("red", "RED", "Red", "RED", "rED", "reD")]
    [change] = changes(*rows)
    assert (change.kind, change.count) == ("spelling unified", 5)
    assert change.examples == (("RED", "red"), ("Red", "red"), ("rED", "red"))


def test_a_refused_row_changes_nothing_and_neither_does_a_sample():
    assert changes({"name": "A\n tent", "price": "ask"}, {"name": "Tent"}) == ()
    converter = Converter(mapping_from(MAP))
    converter.learn([Row(1, {"id": "1", "name": "x", "colour": "<b>red</b>"})])
    assert converter.convert(Row(1, {"id": "1", "name": "x"})).item
    assert converter.changes.found() == ()


def test_an_example_of_a_long_text_shows_the_place_that_changed():
    text = "word " * 100
    [change] = changes({"long": f"{text}<br>{text}"})
    [(before, after)] = change.examples
    assert "<br>" in before
    assert "<br>" not in after
    assert len(before) < 100
    [cut] = changes({"name": "a long name " * 40})
    assert cut.kind == "cut to length"
    assert cut.examples[0][1].endswith("…")
