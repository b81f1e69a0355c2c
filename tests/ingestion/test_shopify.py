"""A Shopify product export: its many rows a product become one item."""

from __future__ import annotations

import csv
import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.convert import Converter
from ingestion.inference import infer
from ingestion.load import load_file
from ingestion.readers import Row, inspect_file, open_rows
from ingestion.readers.shopify import merge_variants
from ingestion.rejects import Reject
from ingestion.survey import survey_file
from retriever.encoder import HashingEncoder
from retriever.ledger import Ledger

FIRST = {
    "Title": "Linen shirt",
    "Body (HTML)": "<p>Cool and\nlight.</p>",
    "Vendor": "Fjord",
    "Product Category": "Apparel > Clothing > Shirts",
    "Type": "Shirts",
    "Tags": "summer, linen",
    "Published": "true",
    "Gift Card": "false",
    "Option1 Name": "Color",
    "Option2 Name": "Size",
    "Google Shopping / Gender": "female",
    "Fit (product.metafields.custom.fit)": "loose; long",
    "Status": "active",
}
COLUMNS = [
    "Handle", *FIRST, "Option1 Value", "Option2 Value", "Variant SKU", "Variant Grams",
    "Variant Inventory Qty", "Variant Price", "Variant Compare At Price", "Image Src",
    "Image Position", "SEO Title", "Cost per item",
]  # fmt: skip


def variant(handle, color="", size="", price="", **more):
    return {"Handle": handle, "Option1 Value": color, "Option2 Value": size, "Variant Price": price, **more}


def shirt(handle="linen-shirt", **more):
    """Three variants and a row that only adds a picture."""
    return [
        variant(handle, "Blue", "M", "59.00", **{**FIRST, "Variant Inventory Qty": "3", "Image Src": "/2.jpg",
                "Image Position": "2", "Variant Grams": "200", "Cost per item": "20.00", **more}),
        variant(handle, "Blue", "L", "49.00", **{"Variant Inventory Qty": "-2", "Variant Grams": "210",
                "Variant Compare At Price": "79.00", "Image Src": "/1.jpg", "Image Position": "1"}),
        variant(handle, "White", "L", "61.00", **{"Variant Inventory Qty": "5"}),
        variant(handle, **{"Image Src": "/3.jpg", "Image Position": "3"}),
    ]  # fmt: skip


def mug(handle="mug", **more):
    own = {"Option1 Name": "Title", "Option2 Name": "", "Title": "Clay mug", "Vendor": "Kiln", "Type": "Mugs"}
    return [variant(handle, "Default Title", "", "18.00", **{**FIRST, **own, **more})]


@pytest.fixture
def put(tmp_path):
    def put(products, name="export.csv", columns=COLUMNS):
        text = io.StringIO()
        table = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(row for product in products for row in product)
        path = tmp_path / name
        path.write_text(text.getvalue(), "utf-8")
        return path

    return put


def read(path):
    records = list(open_rows(path))
    return [r for r in records if isinstance(r, Row)], [r for r in records if isinstance(r, Reject)]


def test_variants_and_pictures_become_one_item(put):
    path = put([shirt(), mug()])
    assert str(inspect_file(path)) == "table, shopify, utf-8"
    rows, rejects = read(path)
    # Line 3 is inside the first cell that spans lines.
    assert [(row.line, row.fields["id"]) for row in rows] == [(2, "linen-shirt"), (7, "mug")]
    assert rejects == []
    assert rows[0].fields == {
        "id": "linen-shirt",
        "title": "Linen shirt",
        "description": "<p>Cool and\nlight.</p>",
        "vendor": "Fjord",
        "product category": "Apparel > Clothing > Shirts",
        "type": "Shirts",
        "tags": ["summer", "linen"],
        "gender": "female",
        "color": ["Blue", "White"],
        "size": ["M", "L"],
        "price": 49.0,
        "compare at price": 79.0,
        "weight (g)": 210.0,
        "stock": 8.0,
        "image": ["/1.jpg", "/2.jpg", "/3.jpg"],
        "fit": ["loose", "long"],
    }


def test_a_product_without_options_has_none(put):
    [row], _ = read(put([mug()]))
    assert (row.fields["price"], "title" in row.fields, "Default Title" in str(row.fields)) == (
        18.0,
        True,
        False,
    )


def test_a_former_price_counts_only_where_it_was_higher(put):
    products = [
        mug("a", **{"Variant Compare At Price": "18.00"}),
        mug("b", **{"Variant Compare At Price": "20"}),
    ]
    assert [row.fields.get("compare at price") for row in read(put(products))[0]] == [None, 20.0]


def test_an_option_called_like_a_column_doesnt_replace_it(put):
    [row], _ = read(put([shirt(**{"Option1 Name": "Type"})]))
    assert (row.fields["type"], row.fields["type option"]) == ("Shirts", ["Blue", "White"])


def test_what_only_the_shop_should_see_is_left_out(put):
    assert "20.00" not in str(read(put([shirt()]))[0][0].fields)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"Status": "draft"}, "not offered: its status is 'draft'"),
        ({"Status": "Archived"}, "not offered: its status is 'archived'"),
        ({"Status": "", "Published": "FALSE"}, "not offered: it is not published"),
    ],
)
def test_what_the_shop_doesnt_offer_is_refused(put, more, reason):
    rows, rejects = read(put([mug("hidden", **more), mug()]))
    assert [row.fields["id"] for row in rows] == ["mug"]
    assert [(r.line, r.value, r.reason) for r in rejects] == [(2, "hidden", reason)]


def test_a_damaged_variant_costs_only_itself(put):
    path = put([shirt(), mug()])
    lines = path.read_text("utf-8").splitlines()
    lines[3] = "linen-shirt,too,few,cells"
    path.write_text("\n".join(lines), "utf-8")
    rows, rejects = read(path)
    assert [(row.fields["id"], row.fields["price"]) for row in rows] == [("linen-shirt", 59.0), ("mug", 18.0)]
    assert [(r.line, r.reason.partition(":")[0]) for r in rejects] == [(4, "cells don't fit the header")]


def test_a_row_without_a_handle_is_refused(put):
    rows, rejects = read(put([mug(), [variant("", price="3.00")]]))
    assert len(rows) == 1
    assert [(r.line, r.field) for r in rejects] == [(4, "Handle")]


def test_newer_exports_name_their_columns_otherwise(put):
    columns = {"Title": "Mug", "URL handle": "mug", "Description": "Thrown.", "Vendor": "Kiln",
               "Type": "Mugs", "Option1 name": "Size", "Option1 value": "S", "Price": "9.00",
               "Inventory quantity": "4", "Product image URL": "/m.jpg", "Status": "Active"}  # fmt: skip
    more = {"URL handle": "mug", "Option1 value": "L", "Price": "8.00"}
    [row], _ = read(put([[columns, more]], columns=list(columns)))
    assert row.fields == {
        "id": "mug", "title": "Mug", "description": "Thrown.", "vendor": "Kiln", "type": "Mugs", "price": 8.0,
        "stock": 4.0, "image": ["/m.jpg"], "size": ["S", "L"],
    }  # fmt: skip


def test_a_table_that_only_has_handles_is_a_table(put):
    path = put([[{"Handle": "a", "Title": "A"}]], columns=["Handle", "Title"])
    assert str(inspect_file(path)) == "table, utf-8"
    assert read(path)[0][0].fields == {"Handle": "a", "Title": "A"}


def test_an_export_needs_no_mapping(put):
    words = ("warm", "light", "quiet", "broad")
    products = [
        mug(
            f"mug-{n}",
            **{
                "Title": f"Mug {n}",
                "Body (HTML)": f"<p>A {words[n % 4]} mug, thrown by hand in kiln {n}.</p>",
                "Vendor": ("Kiln", "Fjord")[n % 2],
                "Product Category": ("Home > Kitchen", "Garden > Pots")[n % 2],
                "Type": ("Mugs", "Cups", "Pots")[n % 3],
                "Tags": ("clay", "clay, gift", "")[n % 3],
                "Variant Price": f"{9 + n}.50",
                "Variant Inventory Qty": str(n % 5),
                "Variant Grams": str(200 + n * 7 % 30),
                "Image Src": f"https://cdn.example/{n}.jpg",
                "Gift Card": "true" if n == 5 else "false",
            },
        )
        for n in range(24)
    ]
    survey = survey_file(put([*products, shirt()]))
    mapping = infer(survey.sample)
    assert (mapping.id, mapping.title, mapping.description, mapping.picture) == (
        "id",
        "title",
        ("description",),
        "image",
    )
    found = {f.column: (f.kind.value, f.role.value, f.unit) for f in mapping.facets if f.part != "rest"}
    assert {name: found[name] for name in ("vendor", "product category", "price", "stock", "weight (g)")} == {
        "vendor": ("category", "creator", ""),
        "product category": ("category", "category", ""),
        "price": ("number", "price", ""),
        "stock": ("number", "stock", ""),
        "weight (g)": ("number", "other", "g"),
    }
    assert (found["color"][0], found["tags"][0], found["type"][0]) == ("tags", "tags", "category")
    item = Converter(mapping).convert(survey.sample[-1]).item
    assert (item.facets["color"], item.facets["price"]) == (("Blue", "White"), 49.0)


def test_a_gzipped_export_loads_as_products(put, tmp_path):
    path = put([shirt(), *(mug(f"mug-{n}", Title=f"Mug {n}") for n in range(9))])
    path.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    ledger = Ledger.open(tmp_path / "data" / "ledger.db")
    report = load_file(
        path, "shop", ledger=ledger, encoder=HashingEncoder(32), root=tmp_path / "data" / "generations",
        pictures=tmp_path / "data" / "pictures",
    )  # fmt: skip
    ids = [item.id for item in ledger.items("shop")]
    ledger.close()
    assert (report.read, report.loaded, report.rejected) == (10, 10, 0)
    assert ids == ["linen-shirt", *(f"mug-{n}" for n in range(9))]


def test_a_variant_far_from_its_product_is_refused_and_not_another_item(put):
    mugs = [mug(f"mug-{n}", Title=f"Mug {n}") for n in range(9)]
    survey = survey_file(put([shirt(), mug(), *mugs, [variant("mug", price="3")]]))
    converter = Converter(infer(survey.sample))
    rejects = [reject for row in survey.sample for reject in converter.convert(row).rejects]
    assert [reject.reason for reject in rejects] == ["no title"]


prices = st.lists(st.lists(st.integers(1, 10**6), min_size=1, max_size=6), min_size=1, max_size=8)


@given(prices)
def test_every_product_comes_once_at_its_lowest_price(cents):
    rows = [
        Row(line, {"Handle": f"h{n}", "Title": f"T{n}", "Variant Price": f"{price / 100:.2f}"})
        for n, variants in enumerate(cents)
        for line, price in enumerate(variants)
    ]
    found = list(merge_variants(rows))
    assert [row.fields["id"] for row in found] == [f"h{n}" for n in range(len(cents))]
    assert [row.fields["price"] for row in found] == [min(variants) / 100 for variants in cents]


def test_products_are_handed_on_one_by_one():
    taken = []

    def rows():
        for n in range(100):
            taken.append(n)
            yield Row(n + 2, {"Handle": f"h{n // 2}", "Title": "T", "Variant Price": "1"})

    assert next(merge_variants(rows())).fields["id"] == "h0"
    assert len(taken) == 3
