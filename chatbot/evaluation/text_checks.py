"""Expectations on a reply's words → checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from chatbot.evaluation.bench import Bench, Check, NoSuchCard, Seen
from chatbot.evaluation.conditions import Condition
from chatbot.evaluation.oracle import figures_in, unsupported_figures, unsupported_names
from chatbot.evaluation.reading import Where
from chatbot.evaluation.script import Said
from retriever.domain import FacetValue, Item
from retriever.tokens import framed_stems

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[\w'’\-]+")
_EXTREME = re.compile(r"^(highest|lowest)\s+(.+?)(?:\s+where\s+(.+))?$")
_MOSTLY = 0.3  # share of CJK letters from which a text is Chinese: it may name foreign titles
_SHOWN_CHARS = 160


def text_checks(wanted: Said, bench: Bench, where: Where) -> Iterator[Check]:
    """The checks of `text:`.

    Raises:
        BrokenScript: one that can never hold.
    """
    for place, phrase in enumerate(wanted.contains):
        yield _says([phrase], (*where, "contains", place))
    if wanted.contains_any:
        yield _says(wanted.contains_any, (*where, "contains_any"))
    for place, phrase in enumerate(wanted.lacks):
        yield _does_not_say(phrase, (*where, "lacks", place))
    if wanted.language is not None:
        yield _written_in(wanted.language, (*where, "language"))
    if wanted.max_words is not None:
        yield _brief(wanted.max_words, (*where, "max_words"))
    if wanted.grounded:
        yield _grounded(bench, (*where, "grounded"))
    for place, text in enumerate(wanted.counts):
        yield _counts(text, bench, (*where, "counts", place))
    for place, name in enumerate(wanted.names):
        at: Where = (*where, "names", place)
        yield _names(name, bench, at)
    for place, text in enumerate(wanted.names_extreme):
        yield _names_extreme(text, bench, (*where, "names_extreme", place))
    for place, text in enumerate(wanted.value_of):
        yield _states(text, bench, (*where, "value_of", place))


def language_of(text: str) -> str:
    """ "zh" for a text with a good share of Chinese characters, else "en"."""
    letters = _LETTER.findall(text)
    return "zh" if letters and len(_CJK.findall(text)) / len(letters) > _MOSTLY else "en"


def count_words(text: str) -> int:
    """Words; a Chinese character counts as one."""
    return len(_CJK.findall(text)) + len(_WORD.findall(_CJK.sub(" ", text)))


def _says(phrases: Sequence[str], where: Where) -> Check:
    def judge(seen: Seen) -> str:
        return "" if any(_stands_in(phrase, seen) for phrase in phrases) else _shown(seen)

    return Check(where, f"it says {' or '.join(map(repr, phrases))}", judge)


def _does_not_say(phrase: str, where: Where) -> Check:
    def judge(seen: Seen) -> str:
        return _shown(seen, phrase) if _stands_in(phrase, seen) else ""

    return Check(where, f"it does not say {phrase!r}", judge)


def _stands_in(phrase: str, seen: Seen) -> bool:
    """As written but for case, and as whole words where it begins or ends with a letter or digit."""
    text, wanted = seen[-1].record.text.casefold(), phrase.casefold()
    if _CJK.search(wanted):
        return wanted in text
    left = r"(?<!\w)" if wanted[:1].isalnum() else ""
    right = r"(?!\w)" if wanted[-1:].isalnum() else ""
    return re.search(left + re.escape(wanted) + right, text) is not None


def _shown(seen: Seen, phrase: str = "") -> str:
    text = " ".join(seen[-1].record.text.split())
    at = max(0, text.casefold().find(phrase.casefold()) - _SHOWN_CHARS // 2) if phrase else 0
    part = text[at : at + _SHOWN_CHARS]
    return f"it says “{'…' if at else ''}{part}{'…' if at + _SHOWN_CHARS < len(text) else ''}”"


def _written_in(language: str, where: Where) -> Check:
    def judge(seen: Seen) -> str:
        return "" if language_of(seen[-1].record.text) == language else _shown(seen)

    return Check(where, f"it is written in {language}", judge)


def _brief(most: int, where: Where) -> Check:
    def judge(seen: Seen) -> str:
        count = count_words(seen[-1].record.text)
        return "" if count <= most else f"it has {count}"

    return Check(where, f"at most {most} words", judge)


def _grounded(bench: Bench, where: Where) -> Check:
    def judge(seen: Seen) -> str:
        turns = [each.record for each in seen]
        names = unsupported_names(bench.catalogue, turns)
        figures = unsupported_figures(bench.catalogue, turns)
        return f"nobody has {', '.join((*names, *figures))}" if names or figures else ""

    return Check(where, "it names only what is known", judge)


def _counts(text: str, bench: Bench, where: Where) -> Check:
    conditions = _conditions(text, bench, where)
    number = sum(_all_hold(conditions, item) for item in bench.catalogue.items)

    def judge(seen: Seen) -> str:
        figures = figures_in(seen[-1].record.text)
        # None at all is told in words.
        return "" if float(number) in figures or (number == 0 and not figures) else _shown(seen)

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
        if any(title.casefold() in seen[-1].record.text.casefold() for title in titles):
            return ""
        return f"{' or '.join(titles[:3])} is not in it; {_shown(seen)}"

    return judge


def _conditions(text: str, bench: Bench, where: Where) -> list[Condition]:
    return [bench.condition(part, where) for part in text.split(" and ")]


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
    find, facet = bench.item(name, where), bench.facet(facet_name, where)

    def judge(seen: Seen) -> str:
        try:
            value = bench.catalogue.item(find(seen)).facets.get(facet)
        except NoSuchCard as error:
            return str(error)
        return "" if _is_stated(value, seen[-1].record.text) else f"{facet} is {value}; {_shown(seen)}"

    return Check(where, f"it states {text}", judge)


def _is_stated(value: FacetValue | None, text: str) -> bool:
    number = _number(value)
    if number is None:
        words = value if isinstance(value, tuple) else (str(value),)
        return any(framed_stems(word) in framed_stems(text) for word in words)
    # "1 h 53 min" and "1.2 kg" say 113 and 1200 as well.
    ways = ({number}, {number // 60, number % 60}, {round(number / 1000, 2)})
    return any(way <= set(figures_in(text)) for way in ways)
