"""Expectations on a reply's words → checks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chatbot.evaluation.bench import Bench, Check, Seen
from chatbot.evaluation.beside import untrue_beside
from chatbot.evaluation.facts import excerpt, fact_checks, own_words
from chatbot.evaluation.oracle import unsupported_figures, unsupported_names
from chatbot.evaluation.script import Said, Where
from chatbot.evaluation.wording import count_words, language_of, stands_in

_LETTER = re.compile(r"[^\W\d_]")
_QUESTION_MARK = re.compile(r"[?？]")


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
        yield _written_in(wanted.language, bench, (*where, "language"))
    if wanted.max_words is not None:
        yield _brief(wanted.max_words, (*where, "max_words"))
    if wanted.questions is not None:
        yield _asking(wanted.questions, bench, (*where, "questions"))
    if wanted.grounded:
        yield _grounded(bench, (*where, "grounded"))
    yield from fact_checks(wanted, bench, where)


def _says(phrases: Sequence[str], where: Where) -> Check:
    def judge(seen: Seen) -> str:
        text = seen[-1].record.text
        return "" if any(stands_in(phrase, text) for phrase in phrases) else excerpt(seen)

    return Check(where, f"it says {' or '.join(map(repr, phrases))}", judge)


def _does_not_say(phrase: str, where: Where) -> Check:
    def judge(seen: Seen) -> str:
        return excerpt(seen, phrase) if stands_in(phrase, seen[-1].record.text) else ""

    return Check(where, f"it does not say {phrase!r}", judge)


def _written_in(language: str, bench: Bench, where: Where) -> Check:
    def judge(seen: Seen) -> str:
        own = own_words(seen, bench)
        # Of nothing but titles, values and quotations, those have to do.
        text = own if _LETTER.search(own) else seen[-1].record.text
        return "" if language_of(text) == language else excerpt(seen)

    return Check(where, f"it is written in {language}", judge)


def _brief(most: int, where: Where) -> Check:
    def judge(seen: Seen) -> str:
        count = count_words(seen[-1].record.text)
        return "" if count <= most else f"it has {count}"

    return Check(where, f"at most {most} words", judge)


def _asking(most: int, bench: Bench, where: Where) -> Check:
    def judge(seen: Seen) -> str:
        count = len(_QUESTION_MARK.findall(own_words(seen, bench, values=False)))
        return "" if count <= most else f"it has {count}; {excerpt(seen)}"

    return Check(where, f"at most {most} question marks", judge)


def _grounded(bench: Bench, where: Where) -> Check:
    def judge(seen: Seen) -> str:
        turns = [each.record for each in seen]
        names = unsupported_names(bench.catalogue, turns)
        figures = unsupported_figures(bench.catalogue, turns)
        if names or figures:
            return f"nobody has {', '.join((*names, *figures))}"
        return "; ".join(untrue_beside(bench.catalogue, seen))

    return Check(where, "it names and shows only what is known", judge)
