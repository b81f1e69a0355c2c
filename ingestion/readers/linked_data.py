"""JSON-LD → one row an item, whatever wraps it: a graph, a list, a feed, a page about it.

In: the records of a JSON file in which things have types. Out: rows under plain column names. A thing that
only serves others (an offer, a brand, the page itself) is no item, unless the file holds nothing else. Those
that others refer to are kept in memory while the file is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ingestion.readers.rows import Row
from ingestion.readers.schema_org import Thing, fields_of, in_list, tidy, types_of
from ingestion.rejects import Reject

LISTS = frozenset({"@graph", "itemListElement", "dataFeedElement"})
"""Members that hold the items."""

_REFERRING_DEPTH = 12
_SIGNS = frozenset({"@type", "@graph", "@context"})
_ENTRIES = frozenset({"ListItem", "DataFeedItem"})
_SERVING = (
    "AboutPage AggregateOffer AggregateRating Answer Brand BreadcrumbList CheckoutPage CollectionPage "
    "ContactPage ContactPoint Corporation Country DefinedTerm EntryPoint FAQPage GeoCoordinates "
    "HowToSection HowToStep ImageObject ItemPage Language ListItem MediaObject MerchantReturnPolicy "
    "MonetaryAmount NutritionInformation Offer OfferShippingDetails OnlineBusiness OnlineStore "
    "OpeningHoursSpecification Organization Person PostalAddress PriceSpecification ProfilePage "
    "PropertyValue QuantitativeValue Question Rating ReadAction Review SearchAction SearchResultsPage "
    "SiteNavigationElement SizeSpecification UnitPriceSpecification VideoObject WPFooter WPHeader WebPage "
    "WebSite"
)
_SERVING_TYPES = frozenset(_SERVING.split())


def is_linked(value: Mapping[str, Any]) -> bool:
    """Whether an object says what type it is, or wraps such that do."""
    return not _SIGNS.isdisjoint(value)


def link(read: Callable[[], Iterator[Row | Reject]]) -> Iterator[Row | Reject]:
    """A row for each item in the records that `read` gives, which is called up to three times; others pass
    unchanged.

    Items within one record share its line.
    """
    kinds: set[frozenset[str]] = set()
    wanted: set[str] = set()
    only_serving = True
    for thing, _ in _things(read()):
        if not _serves(thing):
            only_serving = False
            kinds.add(types_of(thing))
        wanted.update(_referred(thing))
    known = _known(read(), frozenset(wanted)) if wanted else {}
    for record in read():
        if isinstance(record, Reject) or not is_linked(record.fields):
            yield record
            continue
        for thing, line in _things([record]):
            if only_serving or not _serves(thing):
                fields = fields_of(thing, known)
                if len(kinds) == 1:
                    fields.pop("type", None)  # that all are films says nothing of any
                yield Row(line, fields)


def _referred(value: Any, depth: int = 0) -> Iterator[str]:
    """The names of things that a thing only refers to."""
    if depth > _REFERRING_DEPTH:
        return
    if isinstance(value, list):
        for part in value:
            yield from _referred(part, depth + 1)
    elif isinstance(value, dict):
        if depth and len(value) <= 2 and isinstance(name := value.get("@id"), str):
            yield name
        for part in value.values():
            if isinstance(part, dict | list):
                yield from _referred(part, depth + 1)


def _known(records: Iterable[Row | Reject], wanted: frozenset[str]) -> dict[str, Thing]:
    """Of the things that are referred to, those that serve others, by name."""
    known: dict[str, Thing] = {}
    for thing, _ in _things(records):
        if isinstance(name := thing.get("@id"), str) and name in wanted and _serves(thing):
            known[name] = thing
        for part in thing.values():
            # The first mention may describe what later ones only refer to.
            name = part.get("@id") if isinstance(part, dict) and len(part) > 1 else None
            if isinstance(name, str) and name in wanted:
                known.setdefault(name, part)
    return known


def _serves(thing: Thing) -> bool:
    return not _SERVING_TYPES.isdisjoint(types_of(thing))


def _things(records: Iterable[Row | Reject]) -> Iterator[tuple[Thing, int]]:
    for record in records:
        if isinstance(record, Row) and is_linked(record.fields):
            tidied = tidy(record.fields)
            found = _unwrap(tidied, 0) if isinstance(tidied, dict) else ()
            yield from ((thing, record.line) for thing in found)


def _unwrap(thing: Thing, depth: int) -> Iterator[Thing]:
    """The things in a wrapper, or the thing itself; a mere reference to one gives none."""
    types = types_of(thing)
    inside: list[Any] = []
    if "BreadcrumbList" not in types and depth < 8:
        inside = [part for name in LISTS for part in in_list(thing.get(name))]
        if _ENTRIES & types:
            inside += in_list(thing.get("item"))
        if any(kind.endswith("Page") for kind in types):
            inside += in_list(thing.get("mainEntity"))
    found = [part for part in inside if isinstance(part, dict)]
    if isinstance(offered := thing.get("itemOffered"), dict):
        offer = {name: value for name, value in thing.items() if name != "itemOffered"}
        found.append({**offered, "offers": offer})
    for part in found:
        yield from _unwrap(part, depth + 1)
    if not found and len(thing.keys() - {"@type", "@id", "@context", "position"}) > 0:
        yield thing
