"""Expectations on what a reply states of the catalogue → checks: counts, names, extremes, values.

The facts are worked out from the catalogue's records, apart from what wrote the reply.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from chatbot.evaluation.bench import Bench, Check, NoSuchCard, Seen
from chatbot.evaluation.conditions import Condition, split
from chatbot.evaluation.oracle import figures_in
from chatbot.evaluation.script import Said, Where
from chatbot.evaluation.wording import (
    counts_in,
    denies,
    says_none,
    sentences,
    stands_in,
    without,
    without_quotations,
)
from retriever.catalogue import Catalogue, values_of
from retriever.domain import Facet, FacetValue, Item
from retriever.tokens import framed_stems

_EXTREME = re.compile(r"^(highest|lowest)\s+(.+?)(?:\s+where\s+(.+))?$")
_SHOWN_CHARS = 160


def fact_checks(wanted: Said, bench: Bench, where: Where) -> Iterator[Check]:
    """The checks of `counts`, `names`, `names_extreme` and `value_of`.

    Raises:
        BrokenScript: one that can never hold.
    """
    for place, text in enumerate(wanted.counts):
        yield _counts(text, bench, (*where, "counts", place))
    for place, name in enumerate(wanted.names):
        at: Where = (*where, "names", place)
        yield _names(name, bench, at)
    for place, text in enumerate(wanted.names_extreme):
        yield _names_extreme(text, bench, (*where, "names_extreme", place))
    for place, text in enumerate(wanted.value_of):
        yield _states(text, bench, (*where, "value_of", place))


def excerpt(seen: Seen, phrase: str = "") -> str:
    """What the reply says, around a phrase or from its beginning."""
    text = " ".join(seen[-1].record.text.split())
    at = max(0, text.casefold().find(phrase.casefold()) - _SHOWN_CHARS // 2) if phrase else 0
    part = text[at : at + _SHOWN_CHARS]
    return f"it says “{'…' if at else ''}{part}{'…' if at + _SHOWN_CHARS < len(text) else ''}”"


def own_words(seen: Seen, bench: Bench, *, values: bool = True) -> str:
    """The reply without titles, quotations and stretches of descriptions; without values too, if asked."""
    catalogue, text = bench.catalogue, seen[-1].record.text
    ids = {str(item["id"]) for turn in seen for item in turn.record.items}
    spoken_of = [i for i in catalogue.items if i.id in ids or (i.title in text and stands_in(i.title, text))]
    text = without_quotations(text, [item.description for item in spoken_of])
    # A title that is a figure ("300") is told apart by what stands around it.
    phrases = [item.title for item in catalogue.items if re.search(r"[^\W\d_]", item.title)]
    if values:
        phrases += [value for facet in catalogue.facets for value in catalogue.values(facet.name)]
    return without(phrases, text)


def _counts(text: str, bench: Bench, where: Where) -> Check:
    conditions = _conditions(text, bench, where)
    number = sum(_all_hold(conditions, item) for item in bench.catalogue.items)
    units = {facet.unit for facet in bench.catalogue.facets if facet.unit}

    def judge(seen: Seen) -> str:
        told = [(each, counts_in(each, units)) for each in sentences(own_words(seen, bench, values=False))]
        if any(float(number) in counts for _, counts in told):
            return ""
        if number == 0 and any(says_none(each) and not counts for each, counts in told):
            return ""
        return excerpt(seen)

    return Check(where, f"it says that {number} items have {text}", judge)


def _names(name: str, bench: Bench, where: Where) -> Check:
    find = bench.item(name, where)
    return Check(where, f"it names {name}", _naming(lambda seen: [find(seen)], bench))


def _names_extreme(text: str, bench: Bench, where: Where) -> Check:
    ends = [item.id for item in _extreme(text, bench, where)]
    return Check(where, f"it names the {text}", _naming(lambda _: ends, bench))


def _naming(find: Callable[[Seen], list[str]], bench: Bench) -> Callable[[Seen], str]:
    """Whether the text has the title of at least one of the items."""

    def judge(seen: Seen) -> str:
        try:
            titles = [bench.catalogue.item(each).title for each in find(seen)]
        except NoSuchCard as error:
            return str(error)
        if any(is_named(title, seen[-1].record.text, bench.catalogue) for title in titles):
            return ""
        return f"{' or '.join(titles[:3])} is not in it; {excerpt(seen)}"

    return judge


def is_named(title: str, text: str, catalogue: Catalogue) -> bool:
    """Whether a text has a title as whole words, and not only inside of a longer title of the catalogue.

    A title of one word has to have its own case: "Her" and "Up" are words of every text.
    """
    longer = [i.title for i in catalogue.items if len(i.title) > len(title) and stands_in(title, i.title)]
    return stands_in(title, without(longer, text), same_case=" " not in title)


def _conditions(text: str, bench: Bench, where: Where) -> list[Condition]:
    return [bench.condition(part, where) for part in split(text)]


def _all_hold(conditions: Sequence[Condition], item: Item) -> bool:
    return all(condition.holds(item) for condition in conditions)


def _extreme(text: str, bench: Bench, where: Where) -> list[Item]:
    """The items at the end of a facet; several where they are equal."""
    found = _EXTREME.match(text.strip())
    if not found:
        raise bench.written.broken(
            where, f'{text!r} is no extreme; write "highest price where category = tents"'
        )
    end, name, narrowed = found.groups()
    facet = bench.facet(name, where)
    conditions = _conditions(narrowed, bench, where) if narrowed else []
    known = [
        (number, item)
        for item in bench.catalogue.items
        if _all_hold(conditions, item) and (number := _number(item.facets.get(facet))) is not None
    ]
    if not known:
        raise bench.written.broken(where, f"no such item of {bench.catalogue.name!r} has a {facet}")
    best = (max if end == "highest" else min)(number for number, _ in known)
    return [item for number, item in known if number == best]


def _number(value: FacetValue | None) -> float | None:
    return None if isinstance(value, bool) or not isinstance(value, float | int) else float(value)


def _states(text: str, bench: Bench, where: Where) -> Check:
    name, _, facet_name = text.strip().rpartition(" ")
    if not name:
        raise bench.written.broken(where, f'{text!r} names no item; write "@1.2 price"')
    find, facet_name = bench.item(name, where), bench.facet(facet_name, where)
    facet = bench.catalogue.facet(facet_name)
    assert facet is not None  # just found
    fixed = bench.named(name)
    if fixed is not None and _is_missing(bench.catalogue.item(fixed).facets.get(facet_name)):
        raise bench.written.broken(
            where, f"{name!r} has no {facet_name} in {bench.catalogue.name!r}, so nothing could state it"
        )

    def judge(seen: Seen) -> str:
        try:
            item = bench.catalogue.item(find(seen))
        except NoSuchCard as error:
            return str(error)
        value = item.facets.get(facet_name)
        if _is_missing(value):
            return f"{item.title!r} has no {facet_name}"
        reply = seen[-1].record.text
        if isinstance(value, bool):
            is_stated = _is_flag_stated(value, facet, item.title, reply)
        else:
            is_stated = _is_stated(value, reply)
        return "" if is_stated else f"{facet_name} is {_told(value)}; {excerpt(seen)}"

    return Check(where, f"it states {text}", judge)


def _is_missing(value: FacetValue | None) -> bool:
    return value is None or value in ((), "")


def _told(value: FacetValue | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " | ".join(value) if isinstance(value, tuple) else str(value)


def _is_flag_stated(value: bool, facet: Facet, title: str, text: str) -> bool:
    """Whether the sentences that name the facet, those about the item if there are any, affirm or deny it."""
    names = {framed_stems(facet.label), framed_stems(facet.name.replace("_", " "))}
    about = [
        each
        for each in sentences(text)
        if any(name in framed_stems(without([title], each)) for name in names)
    ]
    own = [each for each in about if stands_in(title, each)] or about
    # The title may be "No Leak Kettle".
    return any(denies(without([title], each)) != value for each in own)


def _is_stated(value: FacetValue | None, text: str) -> bool:
    number = _number(value)
    if number is None:
        return any(framed_stems(word) in framed_stems(text) for word in values_of(value))
    # "1 h 53 min" and "1.2 kg" say 113 and 1200 as well.
    ways = ({number}, {number // 60, number % 60}, {round(number / 1000, 2)})
    return any(way <= set(figures_in(text)) for way in ways)
