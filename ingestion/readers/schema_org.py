"""A thing as schema.org describes it → the columns of a row.

In: one JSON-LD node, and the nodes that others refer to. Out: {column: value}, in schema.org's own names
but for what it nests: the offer's price and currency, the rating, properties by name. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ingestion.values import parse_available, parse_number
from ingestion.wording import wording

Thing: TypeAlias = dict[str, Any]
"""A JSON-LD node after `tidy`."""

_PREFIXES = ("https://schema.org/", "http://schema.org/", "schema:")
_NESTING_CAP = 40
_IDENTITY = (
    "sku", "productID", "productGroupID", "identifier", "isbn", "gtin13", "gtin", "gtin14", "gtin12", "gtin8",
    "mpn", "@id", "url",
)  # fmt: skip
# What is about the page, or is about other things, or many of which say too little of the item.
_UNTOLD = (
    "@context @id @type associatedMedia breadcrumb comment hasVariant identifier inProductGroupWithID "
    "interactionStatistic isRelatedTo isSimilarTo isVariantOf mainEntityOfPage mainEntity position "
    "potentialAction publishingPrinciples review reviews sameAs subjectOf variesBy video trailer"
)
# One or several by nature; files write one as itself and several as a list.
_PLURAL = (
    "actor actors author award byArtist category color contributor creator director directors editor "
    "genre illustrator material musicBy performer recipeCategory recipeCuisine servesCuisine size "
    "translator"
)
_LEFT_OUT = frozenset(_UNTOLD.split())
_MANY = frozenset(_PLURAL.split())
_VARYING = ("color", "size", "material", "pattern")
_PRODUCTS = frozenset({"Product", "ProductGroup", "IndividualProduct", "ProductModel", "Vehicle", "Car"})
_DEPTH = 4


def in_list(value: Any) -> list[Any]:
    """The elements of a list, the one value that stands alone, or none."""
    return value if isinstance(value, list) else [] if value is None else [value]


def tidy(value: Any, depth: int = 0) -> Any:
    """Names and enumeration members without schema.org's address; typed literals as their values."""
    if isinstance(value, str):
        return _own_name(value)
    if isinstance(value, list):
        return [tidy(part, depth + 1) for part in value]
    if not isinstance(value, dict) or depth > _NESTING_CAP:
        return value
    if "@value" in value:
        return value["@value"]
    if value.keys() == {"@list"} or value.keys() == {"@set"}:
        return tidy(next(iter(value.values())), depth + 1)
    return {_own_name(name): tidy(part, depth + 1) for name, part in value.items()}


def _own_name(text: str) -> str:
    for prefix in _PREFIXES:
        if text.startswith(prefix):
            return text.removeprefix(prefix) or text
    return text


def types_of(thing: Thing) -> frozenset[str]:
    """The names of its types."""
    return frozenset(kind for kind in in_list(thing.get("@type")) if isinstance(kind, str))


def fields_of(thing: Thing, known: Mapping[str, Thing]) -> dict[str, Any]:
    """The columns of one item's row. `known` holds by "@id" what a mere reference stands for."""
    plain = _Plain(known)
    fields: dict[str, Any] = {"id": _identity(thing, plain)}
    if kinds := [kind for kind in in_list(thing.get("@type")) if isinstance(kind, str)]:
        fields["type"] = kinds[0]
    for name, value in thing.items():
        if name in _NESTED:
            fields.update(_NESTED[name](value, plain))
        elif name not in _LEFT_OUT and name != "additionalProperty":
            found = plain.of(value)
            fields[name] = in_list(found) if name in _MANY and not isinstance(value, str) else found
    _add_variants(fields, thing, plain)
    for part in in_list(thing.get("additionalProperty")):
        if isinstance(part, dict) and isinstance(label := part.get("name"), str):
            fields.setdefault(label, plain.of({k: v for k, v in part.items() if k != "name"}))
    if "dateCreated" in fields and "datePublished" not in fields and not _PRODUCTS & types_of(thing):
        # Of a film or a book it is when the work was made, not its record.
        fields["datePublished"] = fields.pop("dateCreated")
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


class _Plain:
    """Brings values to texts, numbers, lists of them, or objects of them."""

    def __init__(self, known: Mapping[str, Thing]) -> None:
        self._known = known

    def thing(self, value: Any) -> Any:
        """What a reference stands for; anything else as it is."""
        if isinstance(value, dict) and isinstance(name := value.get("@id"), str) and len(value) <= 2:
            known = self._known.get(name)
            return known if known is not None else value
        return value

    def of(self, value: Any, depth: int = 0) -> Any:
        """A named thing is its name, a measure its number with its unit; None for what says nothing here."""
        value = self.thing(value)
        if isinstance(value, list):
            parts = [part for one in value if (part := self.of(one, depth + 1)) not in (None, "")]
            return parts[0] if len(parts) == 1 else parts
        if not isinstance(value, dict):
            return value
        if depth > _DEPTH:
            return None
        if "name" in value:
            return self.of(value["name"], depth + 1)
        if "value" in value:
            return _measure(self.of(value["value"], depth + 1), value)
        for name in ("text", "contentUrl", "url"):
            if name in value:
                return self.of(value[name], depth + 1)
        return {k: self.of(v, depth + 1) for k, v in value.items() if not k.startswith("@")} or None


def _measure(value: Any, around: Thing) -> Any:
    """A number with its unit or currency, as people write it: "1.2 kg", "4.90 EUR"."""
    unit = around.get("currency") or around.get("unitText")
    code = around.get("unitCode")
    if not unit and isinstance(code, str):
        unit = wording().unit_codes.get(code, code)
    return f"{value} {unit}" if isinstance(unit, str) and isinstance(value, int | float | str) else value


def _identity(thing: Thing, plain: _Plain) -> Any:
    """The surest identifier that the thing has; names that hold only within the file are none."""
    for name in _IDENTITY:
        found = _code(thing.get(name), plain) if name != "@id" else thing.get(name)
        for one in in_list(found):
            if isinstance(one, int | str) and one != "" and not str(one).startswith("_:"):
                return one
    return None


def _code(value: Any, plain: _Plain) -> Any:
    """An identifier; of one that has a name too ("MPN", the employer), its value."""
    held = plain.thing(value)
    return plain.of(held["value"]) if isinstance(held, dict) and "value" in held else plain.of(value)


def _salary(value: Any, plain: _Plain) -> dict[str, Any]:
    """A salary with its currency, the lower end of a range, and the period that it is for."""
    amount = plain.thing(value)
    held = plain.thing(amount.get("value")) if isinstance(amount, dict) else None
    if not isinstance(held, dict):
        return {"base salary": plain.of(value)}
    said = held.get("value", held.get("minValue"))
    found = {"base salary": _measure(plain.of(said), {"currency": amount.get("currency")})}
    return {**found, "salary period": plain.of(held.get("unitText"))}


def _offer(value: Any, plain: _Plain) -> dict[str, Any]:
    """Price, currency, availability and condition of the cheapest offer in the first offer's currency."""
    offers = [one for part in in_list(value) if isinstance(one := plain.thing(part), dict)]
    # An aggregate without a price of its own lists the offers.
    for aggregate in [one for one in offers if _price(one, plain)[0] is None]:
        offers += [
            one for part in in_list(aggregate.get("offers")) if isinstance(one := plain.thing(part), dict)
        ]
    priced = [
        (found, *_price(one, plain)) for one in offers if (found := parse_number(_price(one, plain)[0]))
    ]
    fields: dict[str, Any] = {}
    if priced:
        currency = next((said for _, _, said in priced if said), "")
        mine = [one for one in priced if one[2] in (currency, "")]
        fields = {"price": min(mine, key=lambda one: one[0][0])[1], "currency": currency}
    elif offers:
        fields["price"] = next(
            (price for one in offers if (price := _price(one, plain)[0]) is not None), None
        )
    states = [one["availability"] for one in offers if isinstance(one.get("availability"), str)]
    if states:
        fields["availability"] = next((said for said in states if parse_available(said)), states[0])
    conditions = {one["itemCondition"] for one in offers if isinstance(one.get("itemCondition"), str)}
    if len(conditions) == 1:
        fields["condition"] = conditions.pop().removesuffix("Condition")
    return fields


def _price(offer: Thing, plain: _Plain) -> tuple[Any, str]:
    """What an offer costs, as it says that, and in which currency; (None, "") without a price.

    Of several specifications the first counts that is no former or list price.
    """
    holders = [offer]
    for part in in_list(offer.get("priceSpecification")):
        spec = plain.thing(part)
        if isinstance(spec, dict) and not re.search(
            r"Strikethrough|ListPrice|SRP", str(spec.get("priceType"))
        ):
            holders.append(spec)
    for holder in holders:
        for name in ("price", "lowPrice", "minPrice"):
            price = plain.of(holder.get(name))
            if price not in (None, "") and not isinstance(price, list | dict):
                said = holder.get("priceCurrency") or offer.get("priceCurrency")
                return price, said if isinstance(said, str) else ""
    return None, ""


def _rating(value: Any, plain: _Plain) -> dict[str, Any]:
    rating = plain.thing(next(iter(in_list(value)), None))
    if not isinstance(rating, dict):
        return {}
    count = rating.get("ratingCount", rating.get("reviewCount"))
    return {"rating": plain.of(rating.get("ratingValue")), "number of ratings": plain.of(count)}


def _nutrition(value: Any, plain: _Plain) -> dict[str, Any]:
    """Contents with their units; energy as the bare number, which files write with "calories" or "kcal"."""
    facts = plain.of(value)
    if not isinstance(facts, dict):
        return {}
    energy = parse_number(facts.pop("calories", None))
    return {"calories": energy[0] if energy else None, "nutrition": facts}


def _keywords(value: Any, plain: _Plain) -> dict[str, Any]:
    found = plain.of(value)
    return {"keywords": [one.strip() for one in found.split(",")] if isinstance(found, str) else found}


def _picture(value: Any, plain: _Plain) -> dict[str, Any]:
    """Addresses of pictures, whose names say less."""
    found = []
    for part in in_list(value):
        one = plain.thing(part)
        found.append(one.get("contentUrl") or one.get("url") if isinstance(one, dict) else one)
    return {"image": [one for one in found if isinstance(one, str)]}


def _language(value: Any, plain: _Plain) -> dict[str, Any]:
    return {"language": plain.of(value)}


_NESTED: dict[str, Callable[[Any, _Plain], dict[str, Any]]] = {
    "offers": _offer,
    "aggregateRating": _rating,
    "nutrition": _nutrition,
    "keywords": _keywords,
    "image": _picture,
    "inLanguage": _language,
    "baseSalary": _salary,
}


def _add_variants(fields: dict[str, Any], thing: Thing, plain: _Plain) -> None:
    """What a group of products leaves to its variants: the cheapest offer, and every colour and size."""
    variants = [
        one for part in in_list(thing.get("hasVariant")) if isinstance(one := plain.thing(part), dict)
    ]
    if not variants:
        return
    if "price" not in fields:
        fields.update(_offer([offer for one in variants for offer in in_list(one.get("offers"))], plain))
    for name in _VARYING:
        values = [plain.of(one.get(name)) for one in variants]
        if name not in fields and (found := list(dict.fromkeys(v for v in values if isinstance(v, str)))):
            fields[name] = found
    if not fields.get("image"):
        fields.update(
            _picture([one.get("image") for one in variants if isinstance(one.get("image"), str)], plain)
        )
