"""Conditions on the items of a reply: several joined by " and ", beside a shown card, or of some items only.

In: "price < @1.1", "category = jackets and colour = red", "colour = red where category = jackets".
Out: a `Clause`; with the turns so far, the `Terms` that each item meets or does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chatbot.evaluation.bench import Bench, NoSuchCard, Seen
from chatbot.evaluation.conditions import SIGN, Condition, ImpossibleCondition, beside, facet_of, split
from chatbot.evaluation.script import Where
from retriever.domain import Item

_BESIDE = re.compile(r"^(.+?)\s*(<=|>=|!=|<|>|=)\s*(@\d+\.\d+)$")
_WHERE = " where "

Part = Callable[[Seen], Condition]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a clause comes to in a turn: `parts` are asked of those items that meet all of `scope`."""

    parts: tuple[Condition, ...]
    scope: tuple[Condition, ...]

    def concern(self, item: Item) -> bool:
        """Whether an item is one of those that are looked at."""
        return all(condition.holds(item) for condition in self.scope)

    def met_by(self, item: Item) -> bool:
        """Whether an item that is looked at has all that is asked."""
        return all(condition.holds(item) for condition in self.parts)


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition on items as a script has it; `fixed` are its terms where no turn has to be known."""

    text: str
    scope_text: str
    terms: Callable[[Seen], Terms]
    fixed: Terms | None

    def may_hold_of(self, item: Item) -> bool:
        """False where it is certain beforehand that an item is looked at and fails."""
        return self.fixed is None or not self.fixed.concern(item) or self.fixed.met_by(item)

    def may_be_met_by(self, item: Item) -> bool:
        """False where it is certain beforehand that an item is not looked at, or fails."""
        return self.fixed is None or (self.fixed.concern(item) and self.fixed.met_by(item))


def clause_of(text: str, bench: Bench, where: Where) -> Clause:
    """Read a clause against the catalogue.

    Raises:
        BrokenScript: a part is no condition, or names a turn that is still to come.
    """
    asked, scope = _scoped(text)
    parts = [_part(each, bench, where) for each in split(asked)]
    scopes = [_part(each, bench, where) for each in split(scope)] if scope else []

    def terms(seen: Seen) -> Terms:
        return Terms(tuple(part(seen) for part, _ in parts), tuple(part(seen) for part, _ in scopes))

    is_fixed = all(fixed for _, fixed in (*parts, *scopes))
    return Clause(text, scope, terms, terms(()) if is_fixed else None)


def clauses_of(texts: Sequence[str], bench: Bench, where: Where) -> list[tuple[Where, Clause]]:
    """The clauses of a list, each with its own place."""
    places: list[Where] = [(*where, place) for place in range(len(texts))]
    return [(at, clause_of(text, bench, at)) for at, text in zip(places, texts, strict=True)]


def _scoped(text: str) -> tuple[str, str]:
    """What is asked, and of which items; a "where" that no sign follows belongs to a value."""
    asked, found, scope = text.rpartition(_WHERE)
    return (asked, scope) if found and SIGN.search(scope) else (text, "")


def _part(text: str, bench: Bench, where: Where) -> tuple[Part, bool]:
    """A condition, and whether it is the same in every turn."""
    found = _BESIDE.match(text.strip())
    if not found:
        condition = bench.condition(text, where)
        return lambda _: condition, True
    name, sign, card = found.groups()
    find = bench.item(card, where)
    try:
        facet = facet_of(name, bench.catalogue, text)
        for value in (item.facets.get(facet.name) for item in bench.catalogue.items):
            if value is not None:
                beside(value, facet, sign, text)  # refuses a sign that does not fit the facet
                break
    except ImpossibleCondition as error:
        raise bench.written.broken(where, str(error)) from error

    def part(seen: Seen) -> Condition:
        shown = bench.catalogue.item(find(seen))
        value = shown.facets.get(facet.name)
        if value is None or value == ():
            raise NoSuchCard(f"{card}, {shown.title!r}, has no {facet.name} to compare with")
        return beside(value, facet, sign, text)

    return part, False
