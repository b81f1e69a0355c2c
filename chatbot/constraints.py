"""How conditions get on with each other: a new one replaces, joins, stands beside or sets aside older ones.

In: the conditions held so far, oldest first, and a new one. Out: which of them stay, and the new one as it
then stands. Pure: what the catalogue has to be asked for comes in as `Shelves`; the dialogue state, the
profile and the acts are `tracking`'s.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from retriever.domain import AnyOf, Between, Constraint, Facet, FacetKind, FacetRole, NoneOf, Outside, either

FacetOf = Callable[[str], Facet | None]
Fits = Callable[[Sequence[Constraint]], int]


@dataclass(frozen=True, slots=True)
class Shelves:
    """What the rules have to know of the catalogue: facets by name, and how many items meet constraints."""

    facet: FacetOf
    fits: Fits


@dataclass(frozen=True, slots=True)
class Settled:
    """What a new condition leaves: `kept` and `parked` of the older ones, and `new` as it then stands.

    An older one that is in neither was replaced by `new`, or lives on in it.
    """

    kept: tuple[Constraint, ...]
    new: Constraint
    parked: tuple[Constraint, ...] = ()


class _Fate(Enum):
    """What becomes of an older condition."""

    KEPT = auto()
    PARKED = auto()
    REPLACED = auto()


def settle(held: Sequence[Constraint], new: Constraint, shelves: Shelves, *, adds: bool) -> Settled:
    """Set a condition: it replaces what contradicts it, and joins the other side of a range.

    `adds`: another value of the same facet may narrow instead of replacing.
    """
    kept: list[Constraint] = []
    parked: list[Constraint] = []
    for old in held:
        if old.facet == new.facet:
            new, fate = _same_facet(old, new, shelves, adds=adds)
        else:
            left = is_category(new, shelves) and _left_behind(old, new, shelves)
            fate = _Fate.PARKED if left else _Fate.KEPT
        if fate is _Fate.KEPT:
            kept.append(old)
        elif fate is _Fate.PARKED:
            parked.append(old)
    return Settled(tuple(kept), new, tuple(parked))


def narrow(held: Sequence[Constraint], new: Constraint, shelves: Shelves) -> Settled:
    """A critique moves one side of a range and leaves the other, unless nothing lies between them."""
    assert isinstance(new.test, Between), "critiques compare numbers"
    kept, replaced = [], []
    test = new.test
    for old in held:
        if old.facet != new.facet or not isinstance(old.test, Between):
            kept.append(old)
        else:
            replaced.append(old)
            test = _with_other_side(test, old.test) if old.hard else test
    narrowed = replace(new, test=test)
    if test != new.test and not shelves.fits((*kept, narrowed)) and shelves.fits((*kept, new)):
        # "40 to 90", then "cheaper" than the cheapest of those: the newest wish counts.
        return Settled(tuple(kept), new, tuple(old for old in replaced if old.hard))
    return Settled(tuple(kept), narrowed)


def rule_out(held: Sequence[Constraint], new: Constraint) -> Settled:
    """Exclude values: a condition that asked for nothing but those is over, a choice of others loses them."""
    assert isinstance(new.test, NoneOf), "exclusions name values"
    gone = folded(new.test.values)
    kept = tuple(
        _without(old, gone) if old.facet == new.facet else old
        for old in held
        if old.key != new.key
        and not (old.facet == new.facet and isinstance(old.test, AnyOf) and folded(old.test.values) <= gone)
    )
    return Settled(kept, new)


def _without(old: Constraint, gone: frozenset[str]) -> Constraint:
    """ "Blue or green", then "not green": blue."""
    if not isinstance(old.test, AnyOf) or not folded(old.test.values) & gone:
        return old
    return replace(old, test=AnyOf(tuple(v for v in old.test.values if v.casefold() not in gone)))


def giving_way(held: Sequence[Constraint], turn: int, shelves: Shelves) -> tuple[Constraint, ...]:
    """Older wishes for a value that give way to this turn's when nothing meets all: as few as do, or none.

    Limits, exclusions and yes/no conditions neither give way nor make others: those are the person's.
    """
    if shelves.fits(held):
        return ()
    before = tuple(c for c in held if c.source.turn < turn)
    spoken = [c for c in held if c.hard and c.source.turn == turn and isinstance(c.test, AnyOf)]
    # What sort of thing is wanted gives way to another sort only.
    sorts = any(is_category(c, shelves) for c in spoken)
    older = [
        c for c in before if c.hard and isinstance(c.test, AnyOf) and (sorts or not is_category(c, shelves))
    ]
    if not older or not spoken or not shelves.fits(before):
        return ()
    # What sort of thing is wanted is given up last.
    older.sort(key=lambda c: (is_category(c, shelves), c.source.turn))
    for gone in (*((c,) for c in older), tuple(older)):
        if shelves.fits(tuple(c for c in held if c not in gone)):
            return gone
    return ()


def contradicts(held: Sequence[Constraint], new: Constraint, shelves: Shelves) -> bool:
    """True if something meets the new wish, but nothing meets it together with what was said before."""
    firm = replace(new, hard=True)
    older = [c for c in held if c.source.turn < new.source.turn]
    return bool(older) and bool(shelves.fits((firm,))) and not shelves.fits((*older, firm))


def leads_elsewhere(held: Sequence[Constraint], asked: Sequence[Constraint], shelves: Shelves) -> bool:
    """True if a question is about another shelf, or about what only exists without the wishes so far."""
    if not held or not asked:
        return False
    now_at = {c.key for c in held if is_category(c, shelves)}
    if not {c.key for c in asked if is_category(c, shelves)} <= now_at:
        return True
    return not shelves.fits((*held, *asked)) and bool(shelves.fits(asked))


def is_category(constraint: Constraint, shelves: Shelves) -> bool:
    """True if it says what sort of thing is wanted."""
    facet = shelves.facet(constraint.facet)
    return (
        facet is not None
        and facet.role is FacetRole.CATEGORY
        and facet.kind is FacetKind.CATEGORY
        and isinstance(constraint.test, AnyOf)
    )


def folded(values: Sequence[str]) -> frozenset[str]:
    """Values as they are compared: without case, order or repeats."""
    return frozenset(value.casefold() for value in values)


# --- two conditions on one facet --------------------------------------------------------------------


def _same_facet(
    old: Constraint, new: Constraint, shelves: Shelves, *, adds: bool
) -> tuple[Constraint, _Fate]:
    """The new condition as it stands after meeting an older one, and what becomes of the older."""
    if isinstance(old.test, Between) and isinstance(new.test, Between):
        if old.hard != new.hard:
            return new, _Fate.KEPT  # "a cheap tent under 100": the wish lives within the limit
        new, dropped = _other_side(old, new)
        return new, _Fate.PARKED if dropped else _Fate.REPLACED
    if isinstance(old.test, Outside) or isinstance(new.test, Outside):
        return new, _Fate.REPLACED if _rules_out(old, new) else _Fate.KEPT
    if _alternatives(old, new, shelves):
        return _either(old, new), _Fate.REPLACED
    if not _stands_beside(old, new, adds=adds):
        return new, _Fate.REPLACED
    # Said in one breath, two values are both meant, even if nothing has both.
    if old.source.turn == new.source.turn or not _excludes(old, new, shelves):
        return new, _Fate.KEPT
    return new, _Fate.PARKED


def _rules_out(old: Constraint, new: Constraint) -> bool:
    """True if the two leave nothing, a span and one that is ruled out, or if a wider one is ruled out now."""
    if isinstance(old.test, Outside) and isinstance(new.test, Outside):
        return new.test.low <= old.test.low and old.test.high <= new.test.high
    out, held = (old.test, new.test) if isinstance(old.test, Outside) else (new.test, old.test)
    if not isinstance(out, Outside) or not isinstance(held, Between):
        return False
    return held.low is not None and held.high is not None and out.low <= held.low <= held.high <= out.high


def _other_side(old: Constraint, new: Constraint) -> tuple[Constraint, bool]:
    """ "after 2010", then "before 2015": both hold. True if the older gave way because nothing is between."""
    assert isinstance(old.test, Between)
    assert isinstance(new.test, Between)
    low = old.test.low if new.test.low is None else new.test.low
    high = old.test.high if new.test.high is None else new.test.high
    two_sided = new.test.low is not None and new.test.high is not None
    nothing_between = low is not None and high is not None and low >= high
    if two_sided or nothing_between:
        return new, nothing_between and not two_sided
    return replace(new, test=_with_other_side(new.test, old.test)), False


def _with_other_side(test: Between, old: Between) -> Between:
    """A bound with the side that it leaves open taken from an older one, where something lies between.

    A test has one strictness for both sides. Where they differ, the side that includes its end moves outwards
    by the least that there is, which says the same of every number that anybody writes.
    """
    takes_low, takes_high = test.low is None, test.high is None
    low = old.low if takes_low else test.low
    high = old.high if takes_high else test.high
    if (low is not None and high is not None and low >= high) or not (takes_low or takes_high):
        return test
    if test.strict != old.strict:
        if low is not None and not (old.strict if takes_low else test.strict):
            low = math.nextafter(low, -math.inf)
        if high is not None and not (old.strict if takes_high else test.strict):
            high = math.nextafter(high, math.inf)
    return Between(low, high, test.strict or old.strict)


def _alternatives(old: Constraint, new: Constraint, shelves: Shelves) -> bool:
    """ "a knife, a lamp and a blanket": an item is one of them, so together they are a choice."""
    facet = shelves.facet(new.facet)
    return (
        facet is not None
        and facet.kind is FacetKind.CATEGORY
        and isinstance(old.test, AnyOf)
        and isinstance(new.test, AnyOf)
        and old.source.turn == new.source.turn
    )


def _either(old: Constraint, new: Constraint) -> Constraint:
    """The choice between the values of both, with the words of both."""
    test = either(old.test, new.test)
    assert test is not None, "two conditions on values have a choice"
    source = replace(new.source, quote=f"{old.source.quote}, {new.source.quote}")
    return replace(new, test=test, source=source)


def _stands_beside(old: Constraint, new: Constraint, *, adds: bool) -> bool:
    """True if an older condition on the same facet still holds with the new one."""
    if isinstance(new.test, AnyOf) and isinstance(old.test, NoneOf):
        return not folded(old.test.values) & folded(new.test.values)
    if isinstance(new.test, AnyOf) and isinstance(old.test, AnyOf):
        return adds and folded(old.test.values) != folded(new.test.values)
    return False


# --- conditions that exclude each other -------------------------------------------------------------


def _left_behind(old: Constraint, new: Constraint, shelves: Shelves) -> bool:
    """True if an older wish means nothing on the shelf that is asked for now.

    No table is a backpack, and a sleeping bag sleeps no number of persons; but a budget that nothing
    on the new shelf meets is still a budget.
    """
    if not _excludes(old, new, shelves):
        return False
    if isinstance(old.test, Between):
        return _excludes(replace(old, test=Between(-math.inf, math.inf)), new, shelves)
    return isinstance(old.test, AnyOf)


def _excludes(old: Constraint, new: Constraint, shelves: Shelves) -> bool:
    """True if no item at all meets both."""
    if old.rules_out:
        return False
    return not shelves.fits((replace(old, hard=True), replace(new, hard=True)))
