"""What is never kept of anybody: health, faith, politics, love, origin and the like, by stated lists.

In: what a preference is about, or words. Out: whether it is on a list. The lists are data, one file a
language in `chatbot/words/sensitive`; docs/profile.md names their topics. All languages are looked through,
since a catalogue may be in another one than the talk. Pure but for reading those files once.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, ValidationError

from chatbot.understanding.tokens import tokenize
from chatbot.understanding.words import Phrasebook
from retriever.domain import About, OfFacet, OfItem, OfTheme, Preference
from retriever.errors import SettingsError


class _Lists(BaseModel):
    """One language's file. `frame`: words that make no other thing of a topic ("Jewish life")."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topics: dict[str, list[str]]
    frame: list[str]


@cache
def _lists() -> tuple[_Lists, ...]:
    folder = files("chatbot") / "words" / "sensitive"
    every = []
    for source in sorted(folder.iterdir(), key=lambda one: one.name):
        if not source.name.endswith(".toml"):
            continue
        try:
            every.append(_Lists.model_validate(tomllib.loads(source.read_text(encoding="utf-8"))))
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise SettingsError(f"chatbot/words/sensitive/{source.name} cannot be used: {error}") from error
    return tuple(every)


def topics() -> tuple[str, ...]:
    """The names of all topics, in the order of the files."""
    return tuple(dict.fromkeys(topic for each in _lists() for topic in each.topics))


@cache
def _books() -> tuple[Phrasebook, Phrasebook]:
    phrases = [phrase for each in _lists() for topic in each.topics.values() for phrase in topic]
    return Phrasebook(phrases), Phrasebook(word for each in _lists() for word in each.frame)


def is_sensitive(about: About) -> bool:
    """Whether a preference about it may not be kept. An item by itself is not: see `docs/profile.md`."""
    match about:
        case OfFacet(_, value):
            return value_is_sensitive(value)
        case OfTheme(words):
            return says_sensitive(words)
        case OfItem():
            return False


@lru_cache(maxsize=4096)
def value_is_sensitive(value: str) -> bool:
    """Whether a facet's value is such a topic and nothing else: "religion", "Jewish life", not a name with
    such a word in it ("Christian Petzold")."""
    tokens = [token for token in tokenize(value) if token.kind != "mark"]
    topic, frame = _books()
    left = set(range(len(tokens)))
    for start, end in topic.find(tokens):
        left -= set(range(start, end))
    if len(left) == len(tokens):
        return False
    return left <= {place for start, end in frame.find(tokens) for place in range(start, end)}


@lru_cache(maxsize=4096)
def says_sensitive(words: str) -> bool:
    """Whether free words speak of such a topic anywhere."""
    return bool(words) and bool(_books()[0].find(tokenize(words)))


def without_private_quote(preference: Preference) -> Preference:
    """The same without the person's words, where these tell of more than the interest and are private."""
    source = preference.source
    if not says_sensitive(source.quote):
        return preference
    return replace(preference, source=replace(source, quote=""))
