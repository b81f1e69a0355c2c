"""What the speed benchmarks say, read from speed.toml."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.chat_model import Message
from retriever.domain import Item


@dataclass(frozen=True, slots=True)
class Conversation:
    """What somebody says to a catalogue, turn after turn."""

    catalogue: str
    texts: tuple[str, ...]


@functools.cache
def _file() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parents[1] / "speed.toml").read_text(encoding="utf-8"))


def conversations() -> tuple[Conversation, ...]:
    """All of them, by turns of the demo catalogues."""
    return tuple(Conversation(each["catalogue"], tuple(each["texts"])) for each in _file()["conversation"])


@dataclass(frozen=True, slots=True)
class Search:
    """Wishes for films in words, and what each of the queries demands: see speed.toml."""

    texts: tuple[str, ...]
    since: int
    never: tuple[str, ...]
    genres: tuple[str, ...]


def search() -> Search:
    """What is searched for among films."""
    given = _file()["search"]
    return Search(tuple(given["texts"]), given["since"], tuple(given["never"]), tuple(given["genres"]))


def peer_prompt(wish: str, items: Sequence[Item]) -> tuple[Message, ...]:
    """The simple prompt of a naive application: the wish, and the items found."""
    words = _file()["peer"]
    listed = "\n".join(words["item"].format(title=item.title, description=item.description) for item in items)
    asked = words["user"].format(wish=wish, items=listed)
    return Message("system", words["system"]), Message("user", asked)
