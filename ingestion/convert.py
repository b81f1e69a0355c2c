"""Rows → items, as a mapping says.

In: rows of a file in order. Out: for each an item or the reason for none, and the fields that were left out.
Untrusted text becomes clean, typed values here. No file, clock or random source is touched.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ingestion.changes import Change, Changes
from ingestion.clean import DESCRIPTION_CAP, ID_CAP, TITLE_CAP, VALUE_CAP, clean_noting, clean_text, slug
from ingestion.columns import flatten
from ingestion.mapping import FacetColumn
from ingestion.mapping import Mapping as ColumnMapping
from ingestion.readers import Row
from ingestion.rejects import Reject, shorten
from ingestion.values import (
    TAGS_CAP,
    convert,
    is_missing,
    is_plain,
    parse_available,
    parse_boolean,
    parse_minutes,
    parse_number,
    parse_year,
    parts_of,
    text_of,
    tidy_tags,
    unit_beside,
)
from ingestion.wording import currency_codes, split_unit
from retriever.domain import FacetKind, FacetRole, FacetValue, Item, ItemId

OTHER_CURRENCY = "in another currency"
"""First words of the reason for which a price is left out of a row that is loaded."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of a row: its item, or None; every refusal; and the pictures that the file names for it."""

    item: Item | None
    rejects: tuple[Reject, ...]
    pictures: tuple[str, ...] = ()


class _Refused(Exception):
    """The whole row is refused: column, value, reason."""

    def __init__(self, column: str, value: Any, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


class _LeftOut(Exception):
    """One field cannot be read; the row is loaded without it."""


class Converter:
    """Converts the rows of one file, in order; remembers spellings seen.

    `is_taken` says which ids are given away, for items whose ids are made from their titles.

    Values that differ only in case get one spelling: the commonest of the sample given to `learn`, else the
    first that occurs.
    """

    def __init__(self, mapping: ColumnMapping, is_taken: Callable[[ItemId], bool] = lambda _: False) -> None:
        self.mapping = mapping
        self._is_taken = is_taken
        self.unknown: Counter[str] = Counter()
        self._known = mapping.columns()
        self._made: dict[str, int] = {}
        self._spelling: dict[str, dict[str, str]] = {facet.name: {} for facet in mapping.facets}
        self._renames = {
            f.name: {key: clean_text(value, VALUE_CAP) for key, value in f.values.items()}
            for f in mapping.facets
        }
        self.changes = Changes()

    def learn(self, rows: Iterable[Row]) -> None:
        """Take each value's commonest spelling from a sample, ties to the first."""
        worded = [f for f in self.mapping.facets if f.kind in (FacetKind.CATEGORY, FacetKind.TAGS)]
        counts: dict[str, Counter[str]] = {facet.name: Counter() for facet in worded}
        for row in rows:
            flat = flatten(row.fields)
            for facet in worded:
                counts[facet.name].update(self._parts(facet, flat.get(facet.column)))
        for name, counted in counts.items():
            for text, _ in counted.most_common():
                self._spelling[name].setdefault(text.casefold(), text)
        self.changes.drop()  # the rows of the sample come again

    def convert(self, row: Row) -> Converted:
        """The row's item, without picture and content hash, or why there is none."""
        flat = flatten(row.fields)
        self.unknown.update(column for column in flat.keys() - self._known if not is_missing(flat[column]))
        left_out: list[Reject] = []
        try:
            title = self._title(flat)
            facets = self._facets(flat, row.line, left_out)
            item = Item(
                id=self._id(flat, title, facets),
                title=title,
                description=self._description(flat),
                facets=facets,
            )
        except _Refused as refused:
            self.changes.drop()
            return Converted(
                None, (Reject(row.line, refused.column, shorten(refused.value), refused.reason),)
            )
        self.changes.keep()
        return Converted(item, tuple(left_out), _texts(flat.get(self.mapping.picture)))

    def _clean(self, column: str, text: str, cap: int) -> str:
        cleaned, done = clean_noting(text, cap)
        for change in done:
            self.changes.note(change, column, text, cleaned)
        return cleaned

    # -- fields of an item -------------------------------------------------------------------------------

    def _title(self, flat: Mapping[str, Any]) -> str:
        value = flat.get(self.mapping.title)
        if isinstance(value, list | dict):
            raise _Refused(self.mapping.title, value, "the title is not a text")
        # A title may well be "None" or "-": only emptiness counts as missing here.
        title = self._clean(self.mapping.title, text_of(value), TITLE_CAP) if value is not None else ""
        if not title:
            raise _Refused(self.mapping.title, value if value is not None else "", "no title")
        return title

    def _description(self, flat: Mapping[str, Any]) -> str:
        for column in self.mapping.description:
            value = flat.get(column)
            if not is_missing(value):
                text = " ".join(parts_of(value)) if isinstance(value, list) else text_of(value)
                if cleaned := self._clean(column, text, DESCRIPTION_CAP):
                    return cleaned
        return ""

    def _id(self, flat: Mapping[str, Any], title: str, facets: Mapping[str, FacetValue]) -> str:
        if not self.mapping.id:
            return self._made_id(title, facets)
        value = flat.get(self.mapping.id)
        if is_missing(value) or isinstance(value, list | dict):
            raise _Refused(self.mapping.id, value if value is not None else "", "no id")
        identity = self._clean(self.mapping.id, text_of(value), ID_CAP * 2)
        if not identity or len(identity) > ID_CAP:
            raise _Refused(self.mapping.id, value, f"the id is empty or longer than {ID_CAP} characters")
        return identity

    def _made_id(self, title: str, facets: Mapping[str, FacetValue]) -> str:
        """From title and year, numbered where rows share both, so that a reload finds the same items."""
        base = slug(title) or hashlib.blake2b(title.encode(), digest_size=6).hexdigest()
        for facet in self.mapping.facets:
            year = facets.get(facet.name)
            if facet.role is FacetRole.YEAR and isinstance(year, float):
                base = f"{base}-{year:g}"
        # Counted from the second on only: a table of all titles would grow with the file.
        if base not in self._made and not self._is_taken(base):
            return base
        self._made[base] = self._made.get(base, 1) + 1
        return f"{base}--{self._made[base]}"

    # -- facets ------------------------------------------------------------------------------------------

    def _facets(self, flat: Mapping[str, Any], line: int, left_out: list[Reject]) -> dict[str, FacetValue]:
        values: dict[str, FacetValue] = {}
        for facet in self.mapping.facets:
            raw = flat.get(facet.column)
            if is_missing(raw):
                continue
            try:
                value = self._value(facet, raw, flat)
            except _LeftOut as reason:
                left_out.append(Reject(line, facet.column, shorten(raw), str(reason), row_loaded=True))
                continue
            if value is not None and value != ():
                values[facet.name] = value
        return values

    def _value(self, facet: FacetColumn, raw: Any, flat: Mapping[str, Any]) -> FacetValue | None:
        match facet.kind:
            case FacetKind.NUMBER:
                return self._number(facet, raw, flat)
            case FacetKind.YEAR:
                return self._year(facet, _first(raw))
            case FacetKind.BOOLEAN:
                reads = parse_available if facet.role is FacetRole.STOCK else parse_boolean
                said = reads(_first(raw))
                if said is None:
                    raise _LeftOut("neither yes nor no")
                return said
            case FacetKind.CATEGORY:
                parts = self._parts(facet, raw)[:1]
                return self._spelled(facet, parts[0]) if parts else None
            case FacetKind.TAGS:
                return self._tags(facet, raw)

    def _year(self, facet: FacetColumn, value: Any) -> float:
        year = parse_year(value)
        if year is None:
            raise _LeftOut("not a year")
        if value != year and not (isinstance(value, str) and is_plain(value, year)):
            self.changes.note(Change.YEAR, facet.column, str(value), f"{year:g}")
        return year

    def _tags(self, facet: FacetColumn, raw: Any) -> tuple[str, ...]:
        given = [self._spelled(facet, part) for part in self._parts(facet, raw)]
        tags = tidy_tags(given)
        if len(tags) != len(given) <= TAGS_CAP:
            self.changes.note(Change.REPEATED, facet.column, ", ".join(given), ", ".join(tags))
        return tags

    def _number(self, facet: FacetColumn, raw: Any, flat: Mapping[str, Any]) -> float:
        value = _first(raw)
        price = facet.role is FacetRole.PRICE
        minutes = parse_minutes(value) if facet.unit in ("min", "h") else None
        if minutes is not None:
            length = minutes if facet.unit == "min" else minutes / 60
            self.changes.note(Change.DURATION, facet.column, value, f"{length:g} {facet.unit}")
            return length
        found = parse_number(value, self.mapping.decimal or ".")
        if found is None:
            if price:
                raise _Refused(facet.column, value, "the price is not a number")
            raise _LeftOut("not a number")
        number, unit = found[0], unit_beside(found[1])
        if price and number < 0:
            raise _Refused(facet.column, value, "the price is below zero")
        currency = facet.unit in currency_codes()
        said = self._currency(flat) or unit if currency else unit
        if currency and said in currency_codes() and said != facet.unit:
            raise _LeftOut(f"{OTHER_CURRENCY}: {said}, the catalogue is in {facet.unit}")
        own = unit or split_unit(facet.column)[1]
        converted = number if currency else convert(number, own if own else facet.unit, facet.unit)
        if converted is None:
            raise _LeftOut(f"in another unit: {unit}, the column is in {facet.unit}")
        if converted != number:
            after = f"{converted:g} {facet.unit}"
            self.changes.note(
                Change.UNIT, facet.column, f"{value} {own}" if own not in str(value) else value, after
            )
        elif not is_plain(value, number):
            self.changes.note(Change.NUMBER, facet.column, value, f"{number:.15g}")
        return converted

    def _currency(self, flat: Mapping[str, Any]) -> str:
        value = flat.get(self.mapping.currency)
        return unit_beside(text_of(value)) if value is not None and not isinstance(value, list) else ""

    def _parts(self, facet: FacetColumn, raw: Any) -> list[str]:
        """The facet's own part of a value as cleaned texts, renamed where the mapping says so."""
        if is_missing(raw) or isinstance(raw, dict):
            return []
        given = parts_of(raw, facet.separator)
        if facet.part == "rest":
            # The facet of the first level notes what is changed in the column.
            parts = [clean_text(part, VALUE_CAP) for part in given]
        else:
            parts = [self._clean(facet.column, part, VALUE_CAP) for part in given]
        parts = [part for part in parts if part]
        if facet.part == "first":
            parts = parts[:1]
        elif facet.part == "rest":
            parts = parts[1:]
        return [self._renamed(facet, part) for part in parts] if facet.values else parts

    def _renamed(self, facet: FacetColumn, text: str) -> str:
        renamed = self._renames[facet.name].get(text.casefold(), text)
        if renamed != text:
            self.changes.note(Change.RENAMED, facet.column, text, renamed)
        return renamed

    def _spelled(self, facet: FacetColumn, text: str) -> str:
        spelled = self._spelling[facet.name].setdefault(text.casefold(), text)
        if spelled != text:
            self.changes.note(Change.SPELLING, facet.column, text, spelled)
        return spelled


def _first(raw: Any) -> Any:
    return raw[0] if isinstance(raw, list) and raw else raw


def _texts(raw: Any) -> tuple[str, ...]:
    values = raw if isinstance(raw, list) else [raw]
    return tuple(value.strip() for value in values if isinstance(value, str) and value.strip())
