"""Evidence → messages for a chat model, within a budget of tokens.

In: one item's evidence and the person's words. Out: messages. Whatever people or catalogues wrote goes in
as quoted data only: one line, capped, without anything that could open a new turn. For chat models that were
not trained on Parley's own form it stands between marks that nobody can know beforehand.
"""

from __future__ import annotations

import functools
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from generator.chat_model import Message
from generator.replies import Evidence
from generator.telling import Reason, Told
from generator.untrusted import trusted_description
from generator.words import words_of
from retriever.domain import FacetKind, Item

FOLDER = Path(__file__).parent / "prompts"
_WISH_CHARS = 160
_KINDS_CHARS = 240
_FACTS_CHARS = 360
_DESCRIPTION_CHARS = 900
_PLAIN_CHARS = 1500
_CHARS_PER_TOKEN = 4  # of English; other scripts take more tokens, so their texts are cut sooner
_TURN = re.compile(r"^=== (system|user|assistant)$", re.MULTILINE)
# What chat templates use to open turns: <|im_start|>, [INST], <s>, ### Instruction, "User:".
_MARKERS = re.compile(
    r"<\|[^|>]*\|>|\[/?INST\]|</?s>|<</?SYS>>|#{2,}|={3,}|\b(?:system|user|assistant|customer|item)\s*:"
    # The marks around data, whatever stands in them: a forged one ends nothing.
    r"|[⟦⟧]+\w*|«+\w*»+|<<+\w*>*|>>+",
    re.I,
)
MARK = "⟦{}⟧"
_MARK_BYTES = 4  # one in four billion that a text holds the mark of its prompt


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file: its front matter, and its turns as templates."""

    about: dict[str, str]
    turns: tuple[tuple[str, str], ...]


def prompt_of(task: str) -> Prompt:
    """The prompt file of a task.

    Raises:
        FileNotFoundError: if there is none: a fault of the package, found by its test.
    """
    return read_prompt(FOLDER / f"{task}.md")


@functools.cache
def read_prompt(path: Path) -> Prompt:
    """A prompt file, wherever it lies: front matter, then `=== role` lines before each turn's template."""
    text = path.read_text(encoding="utf-8")
    _, front, body = text.split("---\n", 2)
    about = dict(line.split(": ", 1) for line in front.splitlines() if ": " in line)
    parts = _TURN.split(body)[1:]
    turns = tuple((role, content.strip()) for role, content in zip(parts[::2], parts[1::2], strict=True))
    return Prompt(about, turns)


def new_mark() -> str:
    """A mark that no text can hold, since it is drawn after all of them were written."""
    return MARK.format(secrets.token_hex(_MARK_BYTES))


def item_messages(
    evidence: Evidence, item: Item, *, tokens: int = 700, mark: Callable[[], str] = new_mark
) -> list[Message]:
    """The conversation that asks for one sentence about an item; at most about `tokens` long.

    The few-shot turns are the same for every item, so a model that keeps what it read reads them once.
    `mark` draws what stands around each piece of data; it is in the last turn only, for the same reason.
    """
    prompt = prompt_of("recommend")
    room = tokens * _CHARS_PER_TOKEN - sum(len(content) for _, content in prompt.turns)
    description = trusted_description(item, words_of(evidence.language))
    title = as_data(item.title, 120)
    year = next((f for f in evidence.facets if f.kind is FacetKind.YEAR and f.name in item.facets), None)
    if year is not None:
        title += f" ({item.facets[year.name]:.0f})"
    values = {
        "mark": mark(),
        "wish": as_data(evidence.user_text, _WISH_CHARS),
        "title": title,
        "kinds": as_data(_kinds(evidence, item), _KINDS_CHARS),
        "description": as_data(description, max(200, room - _WISH_CHARS - _KINDS_CHARS - 150)),
    }
    return filled(prompt, values)


def telling_messages(told: Told) -> list[Message]:
    """The conversation that asks a tuned model for its sentences about an item, from facts and reasons only.

    Neither the whole message nor the description is in it: what is not there cannot be obeyed.
    """
    return filled(prompt_of("tell"), _told_values(told))


def _told_values(told: Told) -> dict[str, str]:
    return {
        "name": as_data(told.name, 120),
        "facts": as_data("; ".join(told.facts), _FACTS_CHARS),
        "fits": "; ".join(_reason(reason) for reason in told.fits),
        "misses": "; ".join(_reason(reason) for reason in told.misses),
        "likes": as_data(" and ".join(told.likes), 120),
        "shared": as_data(" and ".join(told.shared), 120),
    }


def describing_messages(
    evidence: Evidence, item: Item, told: Told, *, mark: Callable[[], str] = new_mark
) -> list[Message]:
    """The conversation that asks any chat model for its sentences about an item."""
    values = {
        "language": words_of(evidence.language).text("called"),
        "mark": mark(),
        "wish": as_data(evidence.user_text, _WISH_CHARS),
        "description": as_data(trusted_description(item, words_of(evidence.language)), _DESCRIPTION_CHARS),
        **_told_values(told),
    }
    return filled(prompt_of("describe"), values)


def retelling_messages(
    name: str, evidence: Evidence, plain: str, *, mark: Callable[[], str] = new_mark
) -> list[Message]:
    """The conversation that asks for a plain reply in other words."""
    values = {
        "language": words_of(evidence.language).text("called"),
        "mark": mark(),
        "said": as_data(evidence.user_text, _WISH_CHARS),
        "plain": as_data(plain, _PLAIN_CHARS),
    }
    return filled(prompt_of(name), values)


def _reason(reason: Reason) -> str:
    return f'"{as_data(reason.quote, 80)}" - {as_data(reason.clause, 120)}'


def filled(prompt: Prompt, values: dict[str, str]) -> list[Message]:
    """A prompt's turns with values in place of {{ names }}; every name needs a value."""
    # Made here, not at import: jinja2 costs 60 ms.
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    # What is filled in is plain text for a model, quoted by as_data; there is no HTML to escape.
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    return [
        Message(
            cast(Literal["system", "user", "assistant"], role),
            environment.from_string(content).render(values),
        )
        for role, content in prompt.turns
    ]


def _kinds(evidence: Evidence, item: Item) -> str:
    groups = []
    for facet in evidence.facets:
        value = item.facets.get(facet.name)
        if isinstance(value, str):
            groups.append(value)
        elif isinstance(value, tuple):
            groups.append(", ".join(value[:5]))
        elif value is True:
            groups.append(facet.label)
    return "; ".join(groups)


def as_data(text: str, most: int) -> str:
    """Untrusted text as one quoted line: no line breaks, quotes, control characters or role markers."""
    line = "".join(c if c.isprintable() else " " for c in text)
    # Taking a marker out can join two halves into another, so until none is left.
    while (shorter := _MARKERS.sub(" ", line)) != line:
        line = shorter
    line = " ".join(line.replace('"', "'").replace("“", "'").replace("”", "'").replace("`", "'").split())
    return line if len(line) <= most else line[:most].rpartition(" ")[0] + " …"
