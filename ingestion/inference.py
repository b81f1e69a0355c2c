"""A sample of rows → which column is what, with how sure that is.

In: up to 2,000 rows, and what a person already said. Out: a Mapping that names every column seen. Pure:
the same rows give the same mapping.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ingestion.columns import ColumnProfile, find_decimal, flatten, profile_columns
from ingestion.copies import cells_of, copy_of, factor_of
from ingestion.facets import make_facet, role_shapes
from ingestion.kinds import Shape
from ingestion.mapping import FacetColumn, Mapping
from ingestion.readers import Row
from ingestion.rejects import shorten
from ingestion.values import common_unit, unit_beside
from ingestion.wording import currency_codes, key_of, split_unit, wording
from retriever.domain import FacetKind, FacetRole
from retriever.errors import LoadError

_ENOUGH = 0.5
"""Of the best filled column of a role, what a better named one has to fill."""
FACETS_CAP = 80
"""Facets of one catalogue; the emptiest beyond are left out."""


def infer(rows: Sequence[Row], given: Mapping | None = None) -> Mapping:
    """Guess what each column is; what `given` says holds, and only the rest is guessed.

    Raises:
        LoadError: if no column can be the title, or `given` names a column that isn't there.
    """
    flat = [flatten(row.fields) for row in rows]
    return _Guess(flat, given or Mapping()).mapping()


class _Guess:
    """One inference: columns are claimed for a purpose one after another, surest purposes first."""

    def __init__(self, rows: Sequence[dict[str, Any]], given: Mapping) -> None:
        self.cells = cells_of(rows)
        self.profiles = profiles = profile_columns(rows)
        self.given = given
        self.free = list(profiles)
        self.single: dict[str, str] = {}
        self.confidence: dict[str, float] = {}
        self.ignored = {column: reason for column, reason in given.ignored.items() if column in profiles}
        self.roles: dict[str, FacetRole] = {}
        self.facets: dict[str, list[FacetColumn]] = {}
        self._check_given()
        for column in given.columns():
            self._claim(column)

    def mapping(self) -> Mapping:
        """Run all steps in order."""
        decimal = self.given.decimal or find_decimal(self.profiles.values())
        self._keep_given_facets()
        self._find_id()
        self._find_title()
        description = self._find_description()
        self._find_addresses()
        self._find_currency()
        self._find_roles()
        self._drop_copies()
        for column in [c for c in self.profiles if c in self.roles or c in self.free]:
            self._make_facets(column)
        self._cap_facets()
        facets = self._in_order()
        by_role = {f.role: f.column for f in reversed(facets)}
        return Mapping(
            **self.single,
            description=description,
            price=by_role.get(FacetRole.PRICE, ""),
            year=by_role.get(FacetRole.YEAR, ""),
            categories=by_role.get(FacetRole.CATEGORY, ""),
            decimal="," if decimal == "," else ".",
            facets=facets,
            ignored=self.ignored,
            confidence=self.confidence,
        )

    # -- what a person said ------------------------------------------------------------------------------

    def _check_given(self) -> None:
        named = self.given.columns() - set(self.ignored) - set(self.given.ignored)
        if self.given.currency in currency_codes():
            named -= {self.given.currency}
        if absent := sorted(named - set(self.profiles)):
            raise LoadError(
                f"the map names the column {absent[0]!r}, which the file doesn't have; "
                f"it has: {', '.join(self.profiles)}"
            )

    def _keep_given_facets(self) -> None:
        for facet in self.given.facets:
            examples = facet.examples or self.profiles[facet.column].examples
            self.facets.setdefault(facet.column, []).append(facet.model_copy(update={"examples": examples}))
        for column, role in (
            (self.given.price, FacetRole.PRICE),
            (self.given.year, FacetRole.YEAR),
            (self.given.categories, FacetRole.CATEGORY),
        ):
            if column and column not in self.facets:
                self.roles[column] = role

    # -- picking -----------------------------------------------------------------------------------------

    def _claim(self, column: str) -> None:
        if column in self.free:
            self.free.remove(column)

    def _named(self, role: str, fits: Callable[[ColumnProfile], bool]) -> list[tuple[int, str]]:
        """Free columns named like the role whose values fit: outer before nested, then best name first."""
        found = []
        for order, column in enumerate(self.free):
            place = wording().place(role, key_of(column))
            if place is None and (stem := split_unit(column)[0]):
                place = wording().place(role, key_of(stem))
            if place is not None and self.profiles[column].values and fits(self.profiles[column]):
                found.append((column.count(".") * 100 + place, order, column))
        return [(place, column) for place, _, column in sorted(found)]

    def _settle(self, field: str, column: str, confidence: float) -> None:
        self.single[field] = column
        self.confidence[field] = confidence
        self._claim(column)

    def _find_id(self) -> None:
        if self.given.id:
            return self._settle("id", self.given.id, 1.0)

        def identifies(p: ColumnProfile) -> bool:
            exact = p.filled == 1 and p.uniqueness == 1
            # A column called just "id" may have bad rows; those are refused one by one.
            usual = (wording().place("id", key_of(p.column)) or 0) < 6
            return not p.mostly_lists and (exact or (usual and p.filled > 0.8 and p.uniqueness > 0.8))

        if found := self._named("id", identifies):
            return self._settle("id", found[0][1], 0.95)
        for column in self.free:
            p = self.profiles[column]
            if key_of(column).endswith(("_id", "_sku", "_code")) and identifies(p) and p.total > 1:
                return self._settle("id", column, 0.7)
        first = self.profiles[next(iter(self.profiles))]
        named = wording().roles_of(key_of(first.column)).keys() & {"title", "description", "price", "year"}
        if first.column in self.free and not named and identifies(first) and first.reads_like_codes:
            return self._settle("id", first.column, 0.6)
        return None

    def _find_title(self) -> None:
        if self.given.title:
            return self._settle("title", self.given.title, 1.0)

        def names_things(p: ColumnProfile) -> bool:
            varied = p.uniqueness >= 0.3 or len(p.texts) < 10
            return (
                not p.mostly_lists and varied and p.filled > 0.4 and p.addresses < 0.2 and p.mean_length < 250
            )

        if found := self._named("title", names_things):
            return self._settle("title", found[0][1], 0.95)
        rest = [self.profiles[c] for c in self.free]
        texts = [
            p for p in rest if names_things(p) and p.numeric < 0.5 and p.years < 0.5 and p.mean_length >= 2
        ]
        texts = [p for p in texts if p.uniqueness >= 0.5 and p.mean_length <= 120 and p.picture_names < 0.5]
        if not texts:
            raise LoadError(
                f"no column looks like a title (the columns are: {', '.join(self.profiles)}); "
                'say which one it is in a map: title = "…", and give it with --map'
            )
        ends = [p for p in texts if {"title", "name"} & set(key_of(p.column).split("_"))]
        if len(self.profiles) == 1 and not ends:
            # The lines of any text look so: better one question than a catalogue of a log file's lines.
            raise LoadError(
                f"the only column is {shorten(texts[0].column)!r}, and it isn't called a title; if each "
                "line is an item, write title as the first line, else save the items as CSV, TSV or JSON"
            )
        best = max(ends or texts, key=lambda p: round(p.filled * p.uniqueness, 1))
        return self._settle("title", best.column, 0.7 if ends else 0.5)

    def _find_description(self) -> tuple[str, ...]:
        if self.given.description:
            self.confidence["description"] = 1.0
            return self.given.description

        def tells(p: ColumnProfile) -> bool:
            texts = p.parts if p.mostly_lists else p.distinct
            mean = sum(map(len, texts)) / len(texts) if texts else 0
            return mean >= 20 and p.addresses < 0.2

        chosen = [column for _, column in self._named("description", tells)]
        if not chosen:
            rest = [self.profiles[c] for c in self.free if not self.profiles[c].mostly_lists]
            long = [p for p in rest if p.mean_length >= 60 and p.uniqueness > 0.5 and p.addresses < 0.2]
            chosen = [max(long, key=lambda p: p.mean_length * p.filled).column] if long else []
            self.confidence["description"] = 0.6
        else:
            self.confidence["description"] = 0.95
        if not chosen:
            self.confidence.pop("description")
        used = chosen[:1]
        for column in chosen[1:]:
            # Others only serve rows that leave the first one empty.
            if self.profiles[used[0]].filled < 0.98 and len(used) < 3:
                used.append(column)
            else:
                self.ignored[column] = f"text; the description comes from {used[0]!r}"
        for column in chosen:
            self._claim(column)
        return tuple(used)

    def _find_addresses(self) -> None:
        def pictures(p: ColumnProfile) -> bool:
            return p.picture_names + p.addresses >= 0.5

        found = [c for _, c in self._named("picture", pictures)]
        found += [c for c in self.free if c not in found and self.profiles[c].picture_names >= 0.8]
        # Files beside the catalogue can be shown; remote ones are never fetched.
        found.sort(key=lambda c: self.profiles[c].addresses > 0.5)
        if self.given.picture:
            self._settle("picture", self.given.picture, 1.0)
        elif found:
            self._settle("picture", found.pop(0), 0.9)
        for column in found:
            self._ignore(column, f"pictures; {self.single['picture']!r} is used")
        links = [c for _, c in self._named("url", lambda p: p.addresses + p.site_paths >= 0.5)]
        if self.given.url or links:
            self._settle("url", self.given.url or links.pop(0), 0.9)
        for column in links:
            self._ignore(column, "web addresses")

    def _ignore(self, column: str, reason: str) -> None:
        self.ignored[column] = reason
        self._claim(column)

    def _find_currency(self) -> None:
        if self.given.currency:
            self._settle("currency", self.given.currency, 1.0)
        elif found := self._named("currency", lambda p: 0 < p.mean_length <= 5 and not p.mostly_lists):
            self._settle("currency", found[0][1], 0.95)

    def _find_roles(self) -> None:
        taken = {f.role for facets in self.facets.values() for f in facets} | set(self.roles.values())
        single: tuple[tuple[FacetRole, Callable[[ColumnProfile], bool]], ...] = (
            (FacetRole.PRICE, lambda p: p.numeric >= 0.6),
            (FacetRole.YEAR, lambda p: p.dated),
            (FacetRole.RATING, lambda p: p.numeric >= 0.8 and len(p.distinct) > 1),
            (FacetRole.STOCK, lambda p: p.numeric >= 0.9 or p.available >= 0.9),
            (FacetRole.CATEGORY, lambda p: p.classifies),
        )
        for role, fits in single:
            found = [column for _, column in self._named(role.value, fits)]
            if found and role not in taken:
                # A "sale price" that few rows fill must not leave the others without a price.
                enough = _ENOUGH * max(self.profiles[column].filled for column in found)
                self._take_role(next(c for c in found if self.profiles[c].filled >= enough), role)
        for _, column in self._named("creator", lambda p: p.numeric < 0.5 and p.mean_length < 200):
            self._take_role(column, FacetRole.CREATOR)

    def _take_role(self, column: str, role: FacetRole) -> None:
        self.roles[column] = role
        self._claim(column)

    # -- the rest ----------------------------------------------------------------------------------------

    def _drop_copies(self) -> None:
        """Leave out columns that repeat another one, or the price in another scale."""
        price = next((c for c, role in self.roles.items() if role is FacetRole.PRICE), None)
        used = [c for c in self.profiles if c not in self.free and c not in self.ignored]
        for column in list(self.free):
            if not self.profiles[column].values:
                continue
            if same := copy_of(column, used, self.cells):
                self._ignore(column, f"the same as {same!r}")
            elif price and (factor := factor_of(price, column, self.cells)):
                self._ignore(
                    column, f"{price!r} times {factor:g}" if factor != 1 else f"the same as {price!r}"
                )
            else:
                used.append(column)

    def _make_facets(self, column: str) -> None:
        if column in self.facets or column in self.ignored:
            return
        profile, role = self.profiles[column], self.roles.get(column, FacetRole.OTHER)
        shapes = role_shapes(profile, role, self._currency())
        if isinstance(shapes, str):
            self._ignore(column, shapes)
            return
        if unit := self._unit_beside(column, shapes):
            shapes = (replace(shapes[0], unit=unit),)
        for shape in shapes:
            taken = frozenset(f.name for facets in self.facets.values() for f in facets)
            self.facets.setdefault(column, []).append(make_facet(profile, shape, role, taken))
        self._claim(column)

    def _unit_beside(self, column: str, shapes: tuple[Shape, ...]) -> str:
        """The one unit that a column beside a number gives for all of it ("weight", "weight_unit"); empty."""
        if shapes[0].kind is not FacetKind.NUMBER or shapes[0].unit:
            return ""
        names = {f"{key_of(column)}_{word}" for word in wording().roles["unit"]}
        for other in [c for c in self.free if key_of(c) in names]:
            said = {unit_beside(text) for text in self.profiles[other].distinct}
            if len(said) == 1 and (unit := said.pop()):
                self._ignore(other, f"the unit of {column!r}")
                return unit
        return ""

    def _currency(self) -> str:
        """ISO code from the map or the currency column, or empty."""
        said = self.single.get("currency", "")
        if said not in self.profiles:
            return said
        return common_unit(
            [u for t in self.profiles[said].texts if (u := unit_beside(t)) in currency_codes()]
        )

    def _cap_facets(self) -> None:
        free = [c for c in self.facets if c not in {f.column for f in self.given.facets}]
        surplus = sum(map(len, self.facets.values())) - FACETS_CAP
        for column in sorted(free, key=lambda c: self.profiles[c].filled)[: max(surplus, 0)]:
            del self.facets[column]
            self.ignored[column] = f"there are over {FACETS_CAP} facets, and few rows fill this one"

    def _in_order(self) -> tuple[FacetColumn, ...]:
        return tuple(facet for column in self.profiles for facet in self.facets.get(column, ()))
