"""Units and currencies as part of a facet: read off headers and cells, converted, never mixed."""

from __future__ import annotations

import pytest

from ingestion.convert import OTHER_CURRENCY, Converter
from ingestion.inference import infer
from ingestion.mapping import mapping_from
from ingestion.readers import Row


def table(**columns):
    count = max(map(len, columns.values()))
    return [
        Row(
            n + 2,
            {"title": f"Thing {n} {'abcdefgh'[n % 8]}", **{c: v[n % len(v)] for c, v in columns.items()}},
        )
        for n in range(count)
    ]


def loaded(rows, given=None):
    """(unit by column, value by column for each item, rejects) of a table without a mapping."""
    mapping = infer(rows, given)
    converter = Converter(mapping)
    converter.learn(rows)
    done = [converter.convert(row) for row in rows]
    by_name = {facet.name: facet.column for facet in mapping.facets}
    values = [
        {by_name[name]: value for name, value in one.item.facets.items()} if one.item else None
        for one in done
    ]
    return {f.column: f.unit for f in mapping.facets}, values, [r for one in done for r in one.rejects]


@pytest.mark.parametrize(
    ("column", "cells", "unit", "values"),
    [
        ("weight (g)", ["250", "300", "1200"], "g", [250, 300, 1200]),
        ("Gewicht kg", ["1,2", "0,9", "10,25"], "kg", [1.2, 0.9, 10.25]),
        ("Gewicht in kg", [1.5, 2, 0.25], "kg", [1.5, 2, 0.25]),
        ("Weight [oz]", ["3", "8", "16"], "oz", [3, 8, 16]),
        ("screen_size_in", ["13.3", "27", "32"], "in", [13.3, 27, 32]),
        ("weight", ["250 g", "1.2 kg", "300g"], "g", [250, 1200, 300]),
        ("Gewicht", ["250 g", "1,2 kg", "0,5 kg"], "kg", [0.25, 1.2, 0.5]),
        ("weight (g)", ["250", "1.2 kg", "300"], "g", [250, 1200, 300]),
        ("length", ["90 cm", "1.2 m", "45 cm"], "cm", [90, 120, 45]),
        ("volume", ["0.5 l", "75 cl", "330 ml"], "l", [0.5, 0.75, 0.33]),
        ("runtime", ["1h 50m", "95 min", "2 h"], "min", [110, 95, 120]),
        ("duration (h)", ["1.5", "2", "0.5"], "h", [1.5, 2, 0.5]),
        ("power", ["900 W", "1.2 kW", "2 kW"], "kW", [0.9, 1.2, 2]),
        ("alcohol", ["5.2 %", "12%", "40 %"], "%", [5.2, 12, 40]),
    ],
)
def test_a_measure_is_in_one_unit_whatever_its_cells_say(column, cells, unit, values):
    units, found, rejects = loaded(table(**{column: cells * 4}))
    assert units[column] == unit
    assert [one[column] for one in found[: len(cells)]] == pytest.approx(values)
    assert rejects == []


@pytest.mark.parametrize(
    ("column", "cells", "unit", "values"),
    [
        ("price", ["12,99 €", "1.299,00 €", "5 €"], "EUR", [12.99, 1299, 5]),
        ("price", ["$10", "$1,299.00", "$0.99"], "USD", [10, 1299, 0.99]),
        ("price", ["US$ 10", "US$ 12.50", "US$ 8"], "USD", [10, 12.5, 8]),
        ("price", ["EUR 12.99", "12.50 EUR", "8 EUR"], "EUR", [12.99, 12.5, 8]),
        ("price", ["CHF 1'299", "CHF 12.50", "CHF 8"], "CHF", [1299, 12.5, 8]),
        ("price", ["¥1200", "¥980", "¥15000"], "JPY", [1200, 980, 15000]),
        ("price", ["1 299,50 zł", "12,50 zł", "8 zł"], "PLN", [1299.5, 12.5, 8]),
        ("Preis (€)", ["12,99", "5,00", "8,50"], "EUR", [12.99, 5, 8.5]),
        ("price_usd", [10, 12.5, 8], "USD", [10, 12.5, 8]),
        ("Price ($)", ["10", "12.50", "8"], "USD", [10, 12.5, 8]),
        ("价格（元）", ["10", "12.50", "8"], "CNY", [10, 12.5, 8]),
        ("price", [10, 12.5, 8], "", [10, 12.5, 8]),
    ],
)
def test_a_price_is_in_the_currency_that_header_or_cells_say(column, cells, unit, values):
    units, found, rejects = loaded(table(**{column: cells * 4}))
    assert units[column] == unit
    assert [one[column] for one in found[: len(cells)]] == pytest.approx(values)
    assert rejects == []


def test_amounts_in_a_second_currency_are_left_out_and_told_and_their_items_stay():
    units, found, rejects = loaded(table(price=["12,99 €", "8,50 €", "$10", "5 €"] * 3))
    assert units["price"] == "EUR"
    assert [one.get("price") for one in found[:4]] == [12.99, 8.5, None, 5]
    assert [(r.line, r.value, r.row_loaded) for r in rejects] == [(n, "$10", True) for n in (4, 8, 12)]
    assert rejects[0].reason == f"{OTHER_CURRENCY}: USD, the catalogue is in EUR"


def test_a_currency_column_speaks_for_each_row():
    rows = table(price=[10, 20, 30, 40], currency=["GBP", "GBP", "EUR", "£"] * 3)
    units, found, rejects = loaded(rows)
    assert units == {"price": "GBP"}
    assert [one.get("price") for one in found[:4]] == [10, 20, None, 40]
    assert {r.reason for r in rejects} == {f"{OTHER_CURRENCY}: EUR, the catalogue is in GBP"}


def test_further_amounts_of_money_have_the_currency_too():
    units, found, _ = loaded(
        table(price=["10 EUR", "12 EUR", "9 EUR"] * 4, list_price=["12 EUR", "15 EUR", "$14"] * 4)
    )
    assert units == {"price": "EUR", "list_price": "EUR"}
    assert [one.get("list_price") for one in found[:3]] == [12, 15, None]


def test_a_unit_column_beside_a_number_is_its_unit():
    units, found, _ = loaded(table(weight=[1.5, 2, 0.4] * 4, weight_unit=["KG"]))
    assert units == {"weight": "kg"}
    assert found[0]["weight"] == 1.5


def test_a_measure_of_another_kind_is_left_out_and_told():
    given = mapping_from({"facets": [{"column": "size", "kind": "number", "unit": "cm"}]})
    _, found, rejects = loaded(table(size=["30 cm", "2 kg", "0.4 m"] * 4), given)
    assert [one.get("size") for one in found[:3]] == [30, None, 40]
    assert rejects[0].reason == "in another unit: kg, the column is in cm"


def test_a_rate_is_not_in_the_unit_that_it_is_per():
    units, _, _ = loaded(table(visits_per_month=[3, 1, 4, 1, 5]))
    assert units == {"visits_per_month": ""}
