"""Rows of a Shopify product export → one row a product.

In: the rows of the table, of which several under one handle are one product's variants and pictures. Out: one
row a product, with its options as lists, its lowest price, and what is in stock of all variants together.
Holds one product at a time. What only the shop should see (cost, tax codes, prices elsewhere) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ingestion.readers.rows import Row
from ingestion.rejects import Reject, shorten
from ingestion.values import parse_boolean, parse_number

# Old exports' columns, then what newer ones call them; all names lower case.
_NEWER = {
    "url handle": "handle",
    "description": "body (html)",
    "published on online store": "published",
    "price": "variant price",
    "compare-at price": "variant compare at price",
    "inventory quantity": "variant inventory qty",
    "weight value (grams)": "variant grams",
    "product image url": "image src",
}
_EXPORTS = (
    frozenset({"handle", "title", "variant price"}),
    frozenset({"url handle", "title", "option1 value", "price"}),
)
_OPTIONS = (1, 2, 3)
_NO_OPTION = "default title"
_NOT_OFFERED = frozenset({"draft", "archived", "unlisted"})
_METAFIELD = " (product.metafields"
_KEPT = {
    "title": "title",
    "body (html)": "description",
    "vendor": "vendor",
    "product category": "product category",
    "type": "type",
    "google shopping / gender": "gender",
    "google shopping / age group": "age group",
    "google shopping / condition": "condition",
}


def is_shopify(header: Sequence[str]) -> bool:
    """Whether a table with these columns is a product export."""
    names = {name.strip(' "\r').casefold() for name in header}
    return any(export <= names for export in _EXPORTS)


def merge_variants(records: Iterable[Row | Reject]) -> Iterator[Row | Reject]:
    """One row for each run of rows with the same handle, at the line of its first.

    A row without a handle, and a product that the shop doesn't offer (draft, archived, unpublished), is
    refused. A handle that comes back later is a row of its own, which the load refuses as used before.
    """
    product: list[Row] = []
    for record in records:
        if isinstance(record, Reject):
            # Of a product whose other rows can be read, only this one is lost.
            yield record
            continue
        cells = {_plain_name(name): value.strip() for name, value in record.fields.items()}
        if not cells.get("handle"):
            yield Reject(record.line, "Handle", "", "no handle: it says to which product a row belongs")
            continue
        if product and product[0].fields["handle"] != cells["handle"]:
            yield _merged(product)
            product = []
        product.append(Row(record.line, cells))
    if product:
        yield _merged(product)


def _plain_name(column: str) -> str:
    name = column.strip().casefold()
    return _NEWER.get(name, name)


def _merged(rows: Sequence[Row]) -> Row | Reject:
    cells = [row.fields for row in rows]
    handle = cells[0]["handle"]
    if reason := _not_offered(cells):
        return Reject(rows[0].line, "Status", shorten(handle), reason)
    fields: dict[str, Any] = {"id": handle}
    fields.update({name: found for column, name in _KEPT.items() if (found := _first(cells, column))})
    # Said of those only that are, or a shop without them would have a facet for it.
    fields["gift card"] = "yes" if parse_boolean(_first(cells, "gift card")) else ""
    fields["tags"] = [tag for part in _first(cells, "tags").split(",") if (tag := part.strip())]
    fields.update(_offer(cells))
    fields["image"] = _pictures(cells)
    for name, values in _options(cells).items():
        # An option called "Type" or "Price" doesn't replace the product's own.
        fields[f"{name} option" if name in fields else name] = values
    for column in cells[0]:
        if _METAFIELD in column and (found := _first(cells, column)):
            fields.setdefault(column.partition(_METAFIELD)[0], [part.strip() for part in found.split(";")])
    return Row(rows[0].line, {name: value for name, value in fields.items() if value not in ("", [], None)})


def _first(cells: Sequence[Mapping[str, str]], column: str) -> str:
    """What the first row with something in the column says; empty if none does."""
    return next((row[column] for row in cells if row.get(column)), "")


def _not_offered(cells: Sequence[Mapping[str, str]]) -> str:
    status = _first(cells, "status").casefold()
    if status in _NOT_OFFERED:
        return f"not offered: its status is {status!r}"
    if not status and parse_boolean(_first(cells, "published")) is False:
        return "not offered: it is not published"
    return ""


def _options(cells: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """Option → its values over all variants, in order; the stand-in of products without options left out."""
    found = {}
    for number in _OPTIONS:
        name = _first(cells, f"option{number} name")
        values = dict.fromkeys(v for row in cells if (v := row.get(f"option{number} value", "")))
        if name and any(value.casefold() != _NO_OPTION for value in values):
            found[name.casefold()] = list(values)
    return found


def _offer(cells: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Price of the cheapest variant with its former price and weight; stock of all variants together."""
    priced = [(found[0], row) for row in cells if (found := parse_number(row.get("variant price", "")))]
    stock = [found[0] for row in cells if (found := parse_number(row.get("variant inventory qty", "")))]
    # A price that is no number goes on as it stands, to be refused with its value.
    offer: dict[str, Any] = {"price": _first(cells, "variant price")}
    if priced:
        price, cheapest = min(priced, key=lambda one: one[0])
        former = parse_number(cheapest.get("variant compare at price", ""))
        grams = parse_number(cheapest.get("variant grams", ""))
        offer["price"] = price
        if former and former[0] > price:
            offer["compare at price"] = former[0]
        if grams and grams[0] > 0:
            offer["weight (g)"] = grams[0]
    if stock:
        # Oversold variants count below zero, and don't make the others fewer.
        offer["stock"] = sum(max(count, 0) for count in stock)
    return offer


def _pictures(cells: Sequence[Mapping[str, str]]) -> list[str]:
    """The product's pictures, in the shop's order."""
    numbered = []
    for row in cells:
        if source := row.get("image src", ""):
            position = parse_number(row.get("image position", ""))
            numbered.append((position[0] if position else float("inf"), source))
    return list(dict.fromkeys(source for _, source in sorted(numbered, key=lambda one: one[0])))
