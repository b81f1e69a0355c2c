"""Answers that are not about recommended items, in a chat model's own words: the same facts, said again.

In: evidence, and the plain reply to it. Out: the chat model's wording of that reply, where each sentence is
supported by it, and every figure, title and quotation of it is still there; else nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

from generator.chat_model import Message, Sampling
from generator.grounding import Grounding, Similar
from generator.prompting import retelling_messages
from generator.replies import Evidence, Task
from generator.splitting import sentences_of
from generator.telling import typographic
from generator.words import words_of

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


def retelling(
    evidence: Evidence,
    plain: str,
    write: Callable[[list[Message], Sampling], str],
    *,
    titles: Collection[str] = (),
    similar: Similar | None = None,
) -> tuple[str, int]:
    """The plain reply in the chat model's words, or "" where they do not say the same; and how many of its
    sentences were not supported. `write` asks it, within the reply's time.
    """
    name = PROMPTS.get(evidence.task)
    if name is None:
        return "", 0
    words = words_of(evidence.language)
    written = write(retelling_messages(name, evidence.user_text, plain), Sampling(_TOKENS))
    text = typographic(" ".join(written.split()), words)
    names = [one.item.title for one in evidence.items]
    grounding = Grounding(evidence, told=plain, titles=titles, similar=similar)
    wrong = [s for s in sentences_of(text, names) if not grounding.check(s).supported]
    if wrong or not text or lost(plain, text, names):
        return "", len(wrong)
    return text, 0


def lost(plain: str, text: str, titles: Collection[str]) -> list[str]:
    """What the plain reply says and a retelling of it does not: figures, titles, quotations, the question."""
    figures = {figure for figure in _FIGURE.findall(plain) if figure not in _FIGURE.findall(text)}
    named = {title for title in titles if title in plain and title not in text}
    quoted = {quote for quote in _QUOTED.findall(plain) if quote.casefold() not in text.casefold()}
    question = {"?"} if "?" in plain and "?" not in text else set[str]()
    longest = _LONGER * len(plain.split()) + 12
    length = {"is too long"} if len(text.split()) > longest else set[str]()
    return sorted(figures | named | quoted | question | length)
