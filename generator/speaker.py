"""One reply's way of speaking: names of items, nouns, verb phrases for facts, drawn by one seed.

In: evidence and a seed. Out: phrases that are true of the records, without final punctuation.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.labels import (
    condition_text,
    facet_by_role,
    facet_named,
    named,
    number_label,
    phrases,
    value_count,
)
from generator.replies import Evidence
from generator.words import Words, words_of
from retriever.catalogue import values_of
from retriever.domain import (
    TEXT_FACET,
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    FacetRole,
    FacetValue,
    Is,
    Item,
    NoneOf,
    Outside,
)

_QUOTE_CHARS = 60
_VALUE_CHARS = 40
_READS = re.compile(r"[\w .,'’&/%+()-]+")
_MOST_VALUES = 3  # of a list facet in one clause


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions in words: `text`, whether it stands after "are", and the noun that one of them became."""

    text: str
    after_verb: bool
    noun_one: str
    noun_other: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Phrases for one reply. `draw` is consumed as it speaks: the same evidence and seed say the same."""

    evidence: Evidence
    draw: random.Random
    words: Words

    @classmethod
    def of(cls, evidence: Evidence, seed: int) -> Speaker:
        return cls(evidence, random.Random(seed), words_of(evidence.language))

    def say(self, path: str, **values: str) -> str:
        """One variant of a template."""
        return self.words.say(path, self.draw, **values)

    # names and nouns

    def title(self, item: Item) -> str:
        """The title as it stands in a sentence."""
        return self.spoken(item.title)

    def spoken(self, title: str) -> str:
        """A title in a sentence: goods take an article, works the language's marks for titles, if any."""
        first = title.split(" ", 1)[0].casefold()
        goods = self._role(FacetRole.PRICE) is not None and self._role(FacetRole.YEAR) is None
        article = self.words.get("names.article")
        if self._are_works() and self.words.get("names.work"):
            return self.words.text("names.work", title=title)
        if not goods or not article or first in self.words.listed("names.no_article_before"):
            return title
        return f"{article} {title}"

    def name(self, item: Item) -> str:
        """The title with its price, or its year: "the Squall Rain Jacket (€99.00)", "Moon (2009)"."""
        for role, key in ((FacetRole.PRICE, "price"), (FacetRole.YEAR, "year")):
            facet = self._role(role)
            value = item.facets.get(facet.name) if facet is not None else None
            if facet is not None and isinstance(value, float | int) and not isinstance(value, bool):
                written = number_label(value, facet, self.words)
                return self.words.text(f"names.with_{key}", name=self.title(item), **{key: written})
        return self.title(item)

    def titles(self, titles: Sequence[str]) -> str:
        """Titles joined by "and"."""
        return self.words.join([self.spoken(title) for title in titles])

    def nouns(self) -> tuple[str, str]:
        """What an item and several are called, by the catalogue's own noun or "items"."""
        if not self.evidence.noun:
            sort = self._sort()
            return self.words.text(f"names.{sort}_one"), self.words.text(f"names.{sort}_other")
        return self.words.singular(self.evidence.noun), self.evidence.noun

    def quote(self, text: str) -> str:
        """The person's words between quotation marks, on one line, at most 60 characters."""
        plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        for mark in ("“", "”", '"'):
            plain = plain.replace(mark, "")
        if len(plain) > _QUOTE_CHARS:
            plain = plain[:_QUOTE_CHARS].rpartition(" ")[0].rstrip(",.;:") + " …"
        return self.words.quoted(plain.strip(" .,;:"))

    def count(self, number: int, conditions: Conditions | None = None) -> tuple[str, str]:
        """The number, and the noun that goes with it, behind a measure word in languages that have them."""
        one, other = (conditions.noun_one, conditions.noun_other) if conditions else self.nouns()
        written, _, noun = value_count(number, one, other, self.words).partition(" ")
        return written, f"{self.words.get(f'names.{self._sort()}_measure') or ''}{noun}"

    def _are_works(self) -> bool:
        """Whether the items are films, books and the like: they have a year and no price."""
        return self._role(FacetRole.YEAR) is not None and self._role(FacetRole.PRICE) is None

    def _sort(self) -> str:
        """What items are named by: as works, where the language has a word for them, or as items."""
        return "work" if self._are_works() and self.words.get("names.work_one") else "item"

    def _role(self, role: FacetRole) -> Facet | None:
        return facet_by_role(role, self.evidence.facets)

    def plain(self, values: Sequence[str]) -> tuple[str, ...]:
        """The values that read as words: no marks of codes or instructions, no "none"."""
        nothing = self.words.listed("nothing.values")
        return tuple(
            value
            for value in values
            if len(value) <= _VALUE_CHARS and _READS.fullmatch(value) and value.casefold() not in nothing
        )

    # conditions

    def label(self, constraint: Constraint) -> str:
        """The condition as on a chip."""
        facet = facet_named(constraint.facet, self.evidence.facets)
        return condition_text(constraint, facet, self.words, after_verb=False) or ""

    def conditions(self, constraints: Sequence[Constraint]) -> Conditions:
        """Hard conditions in one phrase; a kind of things ("jackets") becomes the noun."""
        one, other = self.nouns()
        rest = []
        for constraint in constraints:
            noun = self._noun_of(constraint)
            if noun and (one, other) == self.nouns():
                one, other = self.words.singular(noun), noun
            elif constraint.hard:
                rest.append(constraint)
        # Exclusions come last: "from after 2010 and without aliens".
        rest.sort(key=lambda constraint: constraint.rules_out)
        said = [self._after_verb(constraint) for constraint in rest]
        if rest and all(said):
            return Conditions(self.words.join([part for part in said if part]), True, one, other)
        labels = [self.label(constraint) for constraint in rest]
        return Conditions(self.words.join_clauses(labels), False, one, other)

    def _after_verb(self, constraint: Constraint) -> str | None:
        facet = facet_named(constraint.facet, self.evidence.facets)
        return condition_text(constraint, facet, self.words, after_verb=True)

    def _noun_of(self, constraint: Constraint) -> str:
        facet = facet_named(constraint.facet, self.evidence.facets)
        match constraint.test:
            case AnyOf((value,)) if facet.role is FacetRole.CATEGORY and self.words.is_plural(value):
                return value
        return ""

    # facts as verb phrases

    def does(self, facet: Facet, value: FacetValue, *, most: int = _MOST_VALUES) -> str:
        """A true fact after an item's name: "costs €89.00", "deals with grief", "is waterproof"."""
        table = phrases(facet, self.words)
        if isinstance(value, bool):
            form = "does" if value else "lacks"
            return str(table.get(form, "{label}")).format(label=facet.label)
        if isinstance(value, float | int):
            written = number_label(value, facet, self.words)
            form = "does"
            if "does_unit" in table and facet.label.casefold() in written.casefold():
                form = "does_unit"
            elif "does_many" in table and self.words.is_plural(facet.label):
                form = "does_many"
            return str(table[form]).format(label=facet.label, value=written, values="")
        values = (value,) if isinstance(value, str) else value[:most]
        if values and all(v.casefold() in self.words.listed("nothing.values") for v in values):
            return self.words.text("absent.does", label=facet.label)
        spoken = self.words.get("spoken_values")
        written = self.words.join(
            [self._as_noun(v) if self.is_genre(facet) else spoken.get(v, v) for v in values]
        )
        form = self._form(table, facet.label, values)
        return str(table[form]).format(label=facet.label, values=written, value=written)

    def _form(self, table: Mapping[str, str], label: str, values: Sequence[str]) -> str:
        """How values without a phrase of their own are told: long ones are listed, not had."""
        stem = label.casefold().rstrip("s")
        if "does_named" in table and any(stem in value.casefold() for value in values):
            return "does_named"
        if "does_many" in table and self.words.is_plural(label):
            return "does_many"
        return "does_long" if "does_long" in table and any(v.count(" ") > 1 for v in values) else "does"

    def lacks(self, facet: Facet, values: Sequence[str]) -> str:
        """A true denial: "has no aliens or zombies"."""
        table = phrases(facet, self.words)
        spoken, kinds = self.words.get("spoken_values"), self.is_genre(facet)
        own = [self._as_noun(v) if kinds else spoken.get(v, v) for v in named(values)]
        return str(table.get("lacks", "")).format(label=facet.label, values=self.words.join(own, "or"))

    def is_genre(self, facet: Facet) -> bool:
        """Whether values of a facet say what sort of work an item is."""
        return phrases(facet, self.words) is self.words.get("facets.genre")

    def _as_noun(self, kind: str) -> str:
        """ "a comedy", "a historical film", in languages that have articles."""
        noun = self.kind_noun(kind)
        return kind if noun == kind and kind not in self._kind_nouns() else self.words.with_article(noun)

    def _kind_nouns(self) -> Mapping[str, str]:
        return self.words.get("kind_nouns") or {}

    def kind_noun(self, kind: str) -> str:
        """What a work of a kind is called: "comedy", "historical film"; the kind where there is no noun."""
        noun = self._kind_nouns().get(kind.casefold())
        if noun or not self._kind_nouns() or not self.evidence.noun:
            return noun or kind
        attribute = (self.words.get("kind_attributes") or {}).get(kind.casefold(), kind)
        return self.words.text("steered.head", kind=attribute, noun=self.nouns()[0])

    def meets(self, item: Item, constraint: Constraint) -> str:
        """How an item meets a condition, by its own value: "costs €99.00"; empty: cannot say."""
        facet = facet_named(constraint.facet, self.evidence.facets)
        value = item.facets.get(facet.name)
        match constraint.test:
            case NoneOf(values):
                return self.lacks(facet, values)
            case AnyOf(values) if facet.name == TEXT_FACET:
                return self.does(facet, values)
            case AnyOf(values):
                own = own_values(value, values)
                return self.does(facet, own) if own else ""
            case Between() | Outside() if isinstance(value, float | int) and not isinstance(value, bool):
                return self.does(facet, value)
            case Is(wanted):
                return self.does(facet, wanted)
        return ""

    def clauses(self, clauses: Sequence[str]) -> str:
        """Clauses of one subject in one: "is waterproof and not red, and costs €99.00"."""
        merged: list[str] = []
        for clause in clauses:
            opening = next(
                (o for o in self.words.listed("lists.merged_openings") if clause.startswith(o)), ""
            )
            place = next((i for i, m in enumerate(merged) if opening and m.startswith(opening)), None)
            if place is None:
                merged.append(clause)
            else:
                merged[place] = self.words.join([merged[place], clause.removeprefix(opening)])
        if self.words.get("lists.clauses"):
            return self.words.join_clauses(merged)
        link = self.words.text("lists.and").strip()
        nested = len(merged) == 2 and any(f" {link} " in clause for clause in merged)
        return self.words.text("lists.then").join(merged) if nested else self.words.join(merged)

    def measure(self, item: Item, facet: Facet) -> str:
        """An item's number of a facet with its unit; empty when the record lacks it."""
        value = item.facets.get(facet.name)
        if isinstance(value, bool) or not isinstance(value, float | int):
            return ""
        return self.measures(facet, value)

    def measures(self, facet: Facet, value: float) -> str:
        """A number of a facet with its unit."""
        return number_label(value, facet, self.words)


def own_values(value: FacetValue | None, wanted: Sequence[str]) -> tuple[str, ...]:
    """Those of an item's values that are among `wanted`, as the item writes them."""
    folded = {word.casefold() for word in wanted}
    values = values_of(value)
    return tuple(word for word in values if word.casefold() in folded)


def is_number(facet: Facet) -> bool:
    """True for facets that compare by size."""
    return facet.kind in (FacetKind.NUMBER, FacetKind.YEAR)
