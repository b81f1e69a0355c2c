"""Rows become items: what is kept, what is refused, what is left out."""

from __future__ import annotations

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
