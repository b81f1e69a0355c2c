"""Which column is what in the exports of well-known systems: small files made by hand under their headers.

The items in tests/ingestion/exports are invented; the columns, their order and their way of writing values
are those that the systems write.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.inference import infer
from ingestion.readers import Row, open_rows
from ingestion.survey import survey_file

EXPORTS = Path(__file__).parent / "exports"

# File → the mapping's own fields, then each facet that must be there as "column: kind role unit part".
EXPECTED: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "woocommerce.csv": (
        {"id": "ID", "title": "Name", "description": "Description", "picture": "Images"},
        (
            "Regular price: number price",
            "Sale price: number other",
            "Categories: category category first",
            "Categories: tags other rest",
            "Stock: number stock",
            "Weight (kg): number other kg",
            "Tags: tags other",
            "Material: category other",
        ),
    ),
    "magento.csv": (
        {"id": "sku", "title": "name", "description": "description", "picture": "base_image"},
        (
            "price: number price",
            "categories: category category first",
            "brand: category creator",
            "material: category other",
            "qty: number stock",
            "weight: number other",
            "country_of_manufacture: category other",
        ),
    ),
    "bigcommerce.csv": (
        {
            "id": "Product ID",
            "title": "Product Name",
            "description": "Product Description",
            "picture": "Product Image File - 1",
            "url": "Product URL",
        },
        (
            "Price: number price",
            "Brand Name: category creator",
            "Category: tags category",
            "Current Stock Level: number stock",
            "Product Weight: number other",
            "Search Keywords: tags other",
        ),
    ),
    "etsy.csv": (
        {
            "id": "SKU",
            "title": "TITLE",
            "description": "DESCRIPTION",
            "picture": "IMAGE1",
            "currency": "CURRENCY_CODE",
        },
        (
            "PRICE: number price GBP",
            "QUANTITY: number stock",
            "TAGS: tags other",
            "MATERIALS: tags other",
            "Colour: tags other",
        ),
    ),
    "amazon_flat_file.txt": (
        {
            "id": "item_sku",
            "title": "item_name",
            "description": "product_description",
            "picture": "main_image_url",
        },
        (
            "standard_price: number price",
            "brand_name: category creator",
            "item_type: category category",
            "quantity: number stock",
            "item_weight: number other kg",
            "color_name: category other",
        ),
    ),
    "excel_german.csv": (
        {"id": "Artikelnummer", "title": "Bezeichnung", "description": "Beschreibung", "picture": "Bild"},
        (
            "Preis in €: number price EUR",
            "Warengruppe: category category",
            "Hersteller: category creator",
            "Baujahr: year year",
            "Lagerbestand: number stock",
            "Verfügbar: boolean other",
            "Gewicht (kg): number other kg",
            "Höhe (cm): number other cm",
        ),
    ),
    "calibre.csv": (
        {"id": "id", "title": "title", "description": "comments", "picture": "cover"},
        (
            "authors: tags creator",
            "pubdate: year year",
            "publisher: category creator",
            "rating: number rating",
            "tags: tags other",
            "languages: category other",
            "series: category other",
        ),
    ),
    "goodreads.csv": (
        {"id": "Book Id", "title": "Title"},
        (
            "Author: category creator",
            "Original Publication Year: year year",
            "Average Rating: number rating",
            "Number of Pages: number other pages",
            "Binding: category other",
            "Bookshelves: tags other",
        ),
    ),
    "imdb_basics.tsv": (
        {"id": "tconst", "title": "primaryTitle"},
        (
            "genres: tags category",
            "startYear: year year",
            "runtimeMinutes: number other min",
            "titleType: category other",
        ),
    ),
    "musicbrainz.json": (
        {"id": "id", "title": "title"},
        (
            "artist-credit: tags creator",
            "date: year year",
            "rating.value: number rating",
            "tags: tags other",
            "country: category other",
        ),
    ),
    "listings.csv": (
        {
            "id": "id",
            "title": "name",
            "description": "description",
            "picture": "picture_url",
            "url": "listing_url",
        },
        (
            "price: number price USD",
            "property_type: category category",
            "room_type: category other",
            "review_scores_rating: number rating",
            "amenities: tags other",
            "neighbourhood_cleansed: category other",
            "instant_bookable: boolean other",
            "host_response_rate: number other %",
            "reviews_per_month: number other",
        ),
    ),
    "restaurants.json": (
        {"id": "id", "title": "name", "picture": "image_url", "url": "url"},
        (
            "categories: tags category",
            "rating: number rating",
            "price: category other",
            "location.city: category other",
            "transactions: tags other",
        ),
    ),
    "jobs.json": (
        {"id": "id", "title": "title", "description": "description", "url": "url"},
        (
            "industry: category category",
            "hiringOrganization: category creator",
            "base salary: number other EUR",
            "employmentType: category other",
            "jobLocation.address.addressLocality: category other",
        ),
    ),
}
# Columns that would be wrong facts or none at all.
IGNORED = {
    "woocommerce.csv": ("SKU", "Short description"),
    "magento.csv": ("url_key", "meta_title", "created_at"),
    "bigcommerce.csv": ("Cost Price", "Product Code/SKU"),
    "amazon_flat_file.txt": ("external_product_id", "item_weight_unit_of_measure"),
    "calibre.csv": ("author_sort", "title_sort", "formats", "isbn", "identifiers", "uuid"),
    "goodreads.csv": ("ISBN", "ISBN13", "Author l-f", "Date Read"),
    "imdb_basics.tsv": ("originalTitle", "isAdult"),
    "musicbrainz.json": ("media", "status"),
    "listings.csv": ("host_id", "scrape_id", "latitude", "first_review", "host_url"),
    "restaurants.json": ("alias", "phone", "location.zip_code"),
    "jobs.json": ("datePosted", "validThrough"),
}


def mapped(name):
    return infer(survey_file(EXPORTS / name).sample)


def told(facet):
    part = "" if facet.part == "all" else facet.part
    words = (f"{facet.column}:", facet.kind.value, facet.role.value, facet.unit, part)
    return " ".join(word for word in words if word)


def test_every_export_is_expected_to_be_something():
    assert {path.name for path in EXPORTS.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_columns_of_an_export_are_understood(name):
    mapping = mapped(name)
    single, facets = EXPECTED[name]
    found = {
        "id": mapping.id,
        "title": mapping.title,
        "description": ", ".join(mapping.description),
        "picture": mapping.picture,
        "url": mapping.url,
        "currency": mapping.currency,
    }
    assert {field: column for field, column in found.items() if column} == single
    assert set(facets) <= {told(facet) for facet in mapping.facets}
    assert set(IGNORED.get(name, ())) <= set(mapping.ignored)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_row_of_an_export_is_read(name):
    records = list(open_rows(EXPORTS / name))
    assert [record for record in records if not isinstance(record, Row)] == []
    assert len(records) >= 8


def test_a_template_with_three_header_lines_counts_its_lines_as_an_editor_does():
    first = next(iter(open_rows(EXPORTS / "amazon_flat_file.txt")))
    assert (first.line, first.fields["item_name"]) == (4, "Nordhus Harbour Lamp")


def test_cells_that_keep_a_spreadsheet_from_reading_numbers_are_plain_text():
    first = next(iter(open_rows(EXPORTS / "goodreads.csv")))
    assert first.fields["ISBN"] == "0012345678"


def test_attributes_are_columns_of_their_own_names():
    rows = [record.fields for record in open_rows(EXPORTS / "etsy.csv")]
    assert [row.get("Colour") for row in rows[:2]] == [None, ["Grey", "Green"]]
    magento = next(iter(open_rows(EXPORTS / "magento.csv"))).fields
    assert (magento["material"], magento["categories"]) == ("Linen", ["Home", "Lighting"])
