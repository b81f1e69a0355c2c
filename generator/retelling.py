"""Answers that are not about recommended items, in a chat model's own words: the same facts, said again.

In: evidence, and the plain reply to it. Out: the chat model's wording of that reply, where each sentence is
supported by it, and every figure, title and quotation of it is still there; else nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from generator.chat_model import Message, Sampling
from generator.coverage import Coverage, denials
from generator.grounding import Grounding, Similar
from generator.prompting import retelling_messages
from generator.replies import Evidence, Task
from generator.splitting import sentences_of
from generator.telling import typographic
from generator.words import Words, words_of

PROMPTS: Final[dict[Task, str]] = {
    Task.EXPLAIN: "explain",
    Task.COMPARE: "compare",
    Task.ANSWER_ITEM: "answer",
    Task.ANSWER_CATALOGUE: "catalogue",
    Task.ASK: "ask",
    Task.RELAX: "relax",
    Task.GREET: "chat",
    Task.THANK: "chat",
    Task.CHAT: "chat",
    Task.DECLINE: "decline",
    Task.NOTED: "summarise",
}
"""The prompt file of each task. The others say what has to be said in just these words."""

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_QUOTED = re.compile(r"[“\"]([^”\"]*)[”\"]")
_TOKENS = 160
_LONGER = 1.5  # than the plain reply, and some words


def may_retell(evidence: Evidence) -> bool:
    """Whether a wording in the reply's language can be checked."""
    words = words_of(evidence.language)
    return words.get("grounding") is not None or words.get("coverage") is not None


def retelling(
    evidence: Evidence,
    plain: str,
    ask: Callable[[Sequence[Message], Sampling], Iterator[str]],
    *,
    task: Task | None = None,
    titles: Collection[str] = (),
    similar: Similar | None = None,
) -> tuple[str, int]:
    """The plain reply in the chat model's words, or "" where they do not say the same; and how many of its
    sentences were not supported. `ask` asks it, within the reply's time; `task`: not the evidence's own.
    """
    name = PROMPTS.get(task or evidence.task)
    if name is None:
        return "", 0
    words = words_of(evidence.language)
    written = "".join(ask(retelling_messages(name, evidence, plain), Sampling(_TOKENS)))
    text = typographic(" ".join(written.split()), words)
    names = [one.item.title for one in evidence.items]
    check: Grounding | Coverage
    if words.get("grounding") is not None:
        check = Grounding(evidence, told=plain, titles=titles, similar=similar)
    else:
        check = Coverage(evidence, plain, titles)
    wrong = [s for s in sentences_of(text, names) if not check.check(s).supported]
    if wrong or not text or lost(plain, text, names, words):
        return "", len(wrong)
    return text, 0


def lost(plain: str, text: str, titles: Collection[str], words: Words) -> list[str]:
    """What the plain reply says and a retelling of it does not: figures, titles, quotations, the question."""
    figures = {figure for figure in _FIGURE.findall(plain) if figure not in _FIGURE.findall(text)}
    named = {title for title in titles if title in plain and title not in text}
    quoted = {quote for quote in _QUOTED.findall(plain) if quote.casefold() not in text.casefold()}
    question = {"?"} if _asks(plain) and not _asks(text) else set[str]()
    said = set(denials(text, negations := words.listed("coverage.negations")))
    denied = {each for each in denials(_QUOTED.sub("", plain), negations) if each not in said}
    parts = (len(plain.split()), len(text.split())) if " " in plain else (len(plain), len(text))
    length = {"is too long"} if parts[1] > _LONGER * parts[0] + 12 else set[str]()
    return sorted(figures | named | quoted | question | denied | length)


def _asks(text: str) -> bool:
    return "?" in text or "？" in text
