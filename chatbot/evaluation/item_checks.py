"""Expectations on the items of a reply → checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from chatbot.evaluation.bench import Bench, Check, NoSuchCard, Seen
from chatbot.evaluation.clauses import Clause, Terms, clause_of, clauses_of
from chatbot.evaluation.possible import refuse_impossible
from chatbot.evaluation.reading import BrokenScript
from chatbot.evaluation.script import Items, Where
from retriever.domain import FacetKind, Item, ItemId

Judge = Callable[[Sequence[Item], Terms], str]


def item_checks(wanted: Items, bench: Bench, where: Where) -> Iterator[Check]:
    """The checks of `items:`.

    Raises:
        BrokenScript: one that can never hold.
    """
    if wanted.min is not None:
        yield _at_least(wanted.min, bench, (*where, "min"))
    if wanted.max is not None:
        yield _at_most(wanted.max, (*where, "max"))
    every = clauses_of(wanted.every, bench, (*where, "every"))
    some = clauses_of(wanted.any, bench, (*where, "any"))
    none = clauses_of(wanted.none, bench, (*where, "none"))
    refuse_impossible(wanted, every, some, none, bench, where)
    says_how_many = wanted.min is not None or wanted.max == 0
    is_bound = says_how_many or bool(wanted.any or wanted.includes or wanted.first)
    for at, one in every:
        yield _met(at, f"every item has {one.text}", one, _every, bench, _emptiness(one, is_bound, bench))
    for at, one in some:
        yield _met(at, f"some item has {one.text}", one, _some, bench)
    for at, one in none:
        yield _met(at, f"no item has {one.text}", one, _none, bench)
    for field, names, among in (("includes", wanted.includes, True), ("excludes", wanted.excludes, False)):
        for place, name in enumerate(names):
            yield _named(name, among, bench, (*where, field, place))
    if wanted.excludes_shown is not None:
        yield _fresh(wanted.excludes_shown, bench, (*where, "excludes_shown"))
    if wanted.same_as is not None:
        yield _same(wanted.same_as, bench, (*where, "same_as"))
    if wanted.first is not None:
        yield _first(wanted.first, bench, (*where, "first"))
    if wanted.order is not None:
        yield _order(wanted.order, bench, (*where, "order"))


def shown(seen: Seen, bench: Bench) -> list[Item]:
    """The items of the turn that is judged, best first, from the catalogue's own records."""
    return [bench.catalogue.item(each["id"]) for each in seen[-1].record.items]


def _at_least(least: int, bench: Bench, where: Where) -> Check:
    if least > len(bench.catalogue):
        raise bench.written.broken(
            where, f"at least {least}, and {bench.catalogue.name!r} has only {len(bench.catalogue)} items"
        )

    def judge(seen: Seen) -> str:
        count = len(seen[-1].record.items)
        return "" if count >= least else f"there are {count}"

    return Check(where, f"at least {least} items", judge)


def _at_most(most: int, where: Where) -> Check:
    def judge(seen: Seen) -> str:
        count = len(seen[-1].record.items)
        return "" if count <= most else f"there are {count}"

    return Check(where, f"at most {most} items", judge)


def _met(
    where: Where,
    says: str,
    one: Clause,
    judge: Judge,
    bench: Bench,
    hint: Callable[[Seen], str] = lambda _: "",
) -> Check:
    def judged(seen: Seen) -> str:
        try:
            terms = one.terms(seen)
        except NoSuchCard as error:
            return str(error)
        return judge([item for item in shown(seen, bench) if terms.concern(item)], terms)

    return Check(where, says, judged, hint)


def _emptiness(one: Clause, is_bound: bool, bench: Bench) -> Callable[[Seen], str]:
    """What to say where `every` held because there was nothing to look at."""

    def hint(seen: Seen) -> str:
        items = shown(seen, bench)
        if not items and not is_bound:
            return "there are no items, so it held of nothing; add `min: 1` if there should be some"
        if items and one.scope_text and not any(one.terms(seen).concern(item) for item in items):
            return f"no item has {one.scope_text}, so it held of nothing"
        return ""

    return hint


def _every(items: Sequence[Item], one: Terms) -> str:
    return _told([item for item in items if not one.met_by(item)], one)


def _some(items: Sequence[Item], one: Terms) -> str:
    if any(one.met_by(item) for item in items):
        return ""
    return _told(items, one) or "there are no such items"


def _none(items: Sequence[Item], one: Terms) -> str:
    return _told([item for item in items if one.met_by(item)], one)


def _told(items: Sequence[Item], terms: Terms) -> str:
    if not items:
        return ""
    first = items[0]
    facets = dict.fromkeys(condition.facet for condition in terms.parts)
    values = " and ".join(f"{facet} {first.facets.get(facet, 'nothing')}" for facet in facets)
    more = f", and {len(items) - 1} more" if len(items) > 1 else ""
    return f"{first.title!r} has {values}{more}"


def _named(name: str, among: bool, bench: Bench, where: Where) -> Check:
    find = bench.item(name, where)

    def judge(seen: Seen) -> str:
        try:
            is_there = find(seen) in _ids(seen, len(seen))
        except NoSuchCard as error:
            return str(error)
        return "" if is_there == among else f"they are {_titles(seen, len(seen))}"

    return Check(where, f"{name} is {'' if among else 'not '}among them", judge)


def _fresh(turn: int | str, bench: Bench, where: Where) -> Check:
    if turn != "all":
        bench.earlier_turn(int(turn), where)

    def judge(seen: Seen) -> str:
        turns = range(1, len(seen)) if turn == "all" else [int(turn)]
        old = {item for number in turns for item in _ids(seen, number)}
        again = [str(each["title"]) for each in seen[-1].record.items if each["id"] in old]
        return f"{', '.join(again)} again" if again else ""

    return Check(
        where, f"nothing that {'an earlier turn' if turn == 'all' else f'turn {turn}'} showed", judge
    )


def _same(turn: int, bench: Bench, where: Where) -> Check:
    bench.earlier_turn(turn, where)

    def judge(seen: Seen) -> str:
        if set(_ids(seen, len(seen))) == set(_ids(seen, turn)):
            return ""
        return f"they are {_titles(seen, len(seen))}, and were {_titles(seen, turn)}"

    return Check(where, f"the items of turn {turn}", judge)


def _first(text: str, bench: Bench, where: Where) -> Check:
    """By name, or by a condition where no item has that name."""
    try:
        find = bench.item(text, where)
    except BrokenScript:
        if not any(sign in text for sign in "<>="):
            raise
        return _first_has(text, bench, where)

    def judge(seen: Seen) -> str:
        try:
            return "" if _ids(seen, len(seen))[:1] == [find(seen)] else f"they are {_titles(seen, len(seen))}"
        except NoSuchCard as error:
            return str(error)

    return Check(where, f"the first item is {text}", judge)


def _first_has(text: str, bench: Bench, where: Where) -> Check:
    one = clause_of(text, bench, where)

    def judge(items: Sequence[Item], terms: Terms) -> str:
        return _every(items[:1], terms) if items else "there are no such items"

    return _met(where, f"the first item has {text}", one, judge, bench)


def _order(text: str, bench: Bench, where: Where) -> Check:
    name, _, way = text.strip().rpartition(" ")
    if way not in ("ascending", "descending"):
        raise bench.written.broken(
            where, f'{text!r} is no order; write "price ascending" or "price descending"'
        )
    facet = bench.catalogue.facet(bench.facet(name, where))
    if facet is None or facet.kind not in (FacetKind.NUMBER, FacetKind.YEAR):
        raise bench.written.broken(where, f"{name!r} has no numbers to order by")
    column = facet.name

    def judge(seen: Seen) -> str:
        values = [item.facets.get(column) for item in shown(seen, bench)]
        numbers = [float(value) for value in values if isinstance(value, float | int)]
        ordered = sorted(numbers, reverse=way == "descending")
        return "" if numbers == ordered and len(numbers) == len(values) else f"they have {values}"

    return Check(where, f"in order of {text}", judge)


def _ids(seen: Seen, turn: int) -> list[ItemId]:
    return [str(each["id"]) for each in seen[turn - 1].record.items]


def _titles(seen: Seen, turn: int) -> str:
    return ", ".join(str(each["title"]) for each in seen[turn - 1].record.items) or "none"
