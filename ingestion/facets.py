"""A column whose role is known → its facets, with unit, name, label and examples.

In: a ColumnProfile, its role, the file's currency. Out: FacetColumns, or one reason for none. Pure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ingestion.columns import ColumnProfile
from ingestion.kinds import Shape, number_shapes, shapes_of
from ingestion.mapping import FacetColumn
from ingestion.values import common_unit, parse_number, parts_of, text_of, unit_beside
from ingestion.wording import currency_codes, key_of, label_of, name_of, split_unit, wording
from retriever.domain import FacetKind, FacetRole

_KINDS_OF = {
    FacetRole.PRICE: (FacetKind.NUMBER,),
    FacetRole.YEAR: (FacetKind.YEAR,),
    FacetRole.RATING: (FacetKind.NUMBER,),
    FacetRole.STOCK: (FacetKind.NUMBER, FacetKind.BOOLEAN),
    FacetRole.CATEGORY: (FacetKind.CATEGORY, FacetKind.TAGS),
    FacetRole.CREATOR: (FacetKind.CATEGORY, FacetKind.TAGS),
}


def role_shapes(profile: ColumnProfile, role: FacetRole, currency: str) -> tuple[Shape, ...] | str:
    """The facets in a column of a known role (OTHER: of none), or the reason for none.

    `currency` is the file's ISO code where it says one.
    """
    key = key_of(profile.column)
    if role is FacetRole.YEAR:
        return (Shape(FacetKind.YEAR, confidence=0.95),)
    if role is FacetRole.PRICE:
        return (Shape(FacetKind.NUMBER, unit=_price_unit(profile, currency), confidence=0.95),)
    if role is FacetRole.OTHER and key in wording().roles["housekeeping"]:
        steps = shapes_of(profile)
        return steps if isinstance(steps, str) else "about the row, not the item"
    if role is FacetRole.OTHER and wording().place("year", key) is not None and profile.dated:
        return (Shape(FacetKind.YEAR),)
    if role is FacetRole.OTHER and profile.dates >= 0.8:
        # Of a review, an offer's end, a reading: of a dozen real exports' columns none told of the item.
        return 'dates; a map may take their years (kind = "year")'
    if role is FacetRole.RATING:
        return _rating_shape(profile)
    shapes = shapes_of(
        profile,
        names=role is FacetRole.CREATOR,
        levels=role is FacetRole.CATEGORY,
        measures=role is not FacetRole.OTHER,
    )
    if role is FacetRole.STOCK and not isinstance(shapes, str) and profile.available >= 0.9:
        # "in stock" and "out of stock" are words, and mean yes and no.
        return shapes if shapes[0].kind is FacetKind.NUMBER else (Shape(FacetKind.BOOLEAN, confidence=0.95),)
    if role is FacetRole.OTHER and wording().place("price", key.rpartition("_")[2]) is not None:
        return _money(profile, shapes, currency)
    return shapes


def _money(profile: ColumnProfile, shapes: tuple[Shape, ...] | str, currency: str) -> tuple[Shape, ...] | str:
    if isinstance(shapes, str) or (shapes[0].kind is not FacetKind.NUMBER and profile.numeric < 0.9):
        return shapes
    amounts = [found[0] for value in profile.scalars if (found := parse_number(value))]
    if amounts.count(0) > len(amounts) / 2:
        return "mostly 0, which stands for no amount"
    # Amounts in several currencies are amounts all the same; the commonest currency is the unit.
    number = shapes[0] if shapes[0].kind is FacetKind.NUMBER else Shape(FacetKind.NUMBER)
    return (replace(number, unit=_price_unit(profile, currency)),)


def _price_unit(profile: ColumnProfile, currency: str) -> str:
    """ISO code from the file, else from the price's texts, else from its name; empty if none says."""
    if currency:
        return currency
    said = [unit_beside(found[1]) for v in profile.scalars if (found := parse_number(v)) and found[1]]
    name = split_unit(profile.column)[1]
    return common_unit([s for s in said if s in currency_codes()]) or (
        name if name in currency_codes() else ""
    )


def make_facet(profile: ColumnProfile, shape: Shape, role: FacetRole, taken: frozenset[str]) -> FacetColumn:
    """The facet of one shape of a column, under a name that is not taken."""
    column = profile.column
    drop_unit = bool(shape.unit) and split_unit(column)[1] == shape.unit
    name = name_of(column, taken)
    label = label_of(column, drop_unit=drop_unit, second=role is FacetRole.OTHER)
    if shape.part != "all" and not shape.suffix and role is FacetRole.CATEGORY:
        name = name_of("category" if "category" not in taken else column, taken)
        label = "category" if key_of(column) in ("categories", "category_path") else label
    if shape.suffix:
        name, label, role = name_of("subcategory", taken), "subcategory", FacetRole.OTHER
    if name.startswith("facet_") and role not in (FacetRole.OTHER, FacetRole.CREATOR):
        name = name_of(role.value, taken)
    if role is FacetRole.STOCK and shape.kind is FacetKind.NUMBER:
        label = "stock"
    kept_role = role if shape.kind in _KINDS_OF.get(role, tuple(FacetKind)) else FacetRole.OTHER
    return FacetColumn(
        column=column,
        kind=shape.kind,
        name=name,
        label=label,
        unit=shape.unit,
        role=kept_role,
        part=shape.part,
        separator=shape.separator,
        values=dict(shape.values),
        confidence=shape.confidence,
        examples=_examples(profile, shape),
    )


def _rating_shape(profile: ColumnProfile) -> tuple[Shape, ...] | str:
    shapes = number_shapes(profile, measures=True)
    return shapes if isinstance(shapes, str) or shapes else (Shape(FacetKind.NUMBER, confidence=0.7),)


def _examples(profile: ColumnProfile, shape: Shape) -> tuple[str, ...]:
    """The commonest values as the facet will hold them."""
    if shape.part == "all" and not shape.separator and not shape.values:
        return profile.examples
    renamed = dict(shape.values)
    counts: Counter[str] = Counter()
    for value in profile.values:
        parts = [text_of(part).strip() for part in parts_of(value, shape.separator)]
        kept = parts[:1] if shape.part == "first" else parts[1:] if shape.part == "rest" else parts
        counts.update(renamed.get(part.casefold(), part) for part in kept)
    return tuple(text if len(text) <= 40 else text[:39] + "…" for text, _ in counts.most_common(3))
