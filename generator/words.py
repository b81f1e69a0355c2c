"""The words of a language, read from `words/<language>.toml`.

In: a language. Out: a `Words`, which fills templates and joins lists. All that people read comes from here.
"""

from __future__ import annotations

import functools
import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "words"
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """One language's table. `language` is also the locale of its numbers and prices."""

    language: str
    table: Mapping[str, Any]

    def get(self, path: str) -> Any:
        """The entry at a dotted path, or None."""
        entry: Any = self.table
        for part in path.split("."):
            if not isinstance(entry, Mapping) or part not in entry:
                return None
            entry = entry[part]
        return entry

    def text(self, path: str, **values: str) -> str:
        """The one template at a path, filled in.

        Raises:
            KeyError: if the language lacks it: a fault of the words file, found by its test.
        """
        entry = self.get(path)
        if not isinstance(entry, str):
            raise KeyError(f"words/{self.language}.toml has no text {path!r}")
        return entry.format_map(values)

    def listed(self, path: str) -> tuple[str, ...]:
        """The texts at a path: several, one, or none."""
        entry = self.get(path)
        if entry is None:
            return ()
        return (entry,) if isinstance(entry, str) else tuple(entry)

    def say(self, path: str, draw: random.Random, **values: str) -> str:
        """One of a path's variants, drawn by `draw`, filled in.

        Raises:
            KeyError: if the language lacks it.
        """
        variants = self.listed(path)
        if not variants:
            raise KeyError(f"words/{self.language}.toml has no variants {path!r}")
        return draw.choice(variants).format_map(values)

    def join(self, parts: Sequence[str], link: str = "and") -> str:
        """ "a, b and c"; `link` is "and" or "or". Empty for no parts."""
        if len(parts) < 2:
            return "".join(parts)
        comma, last = self.text("lists.comma"), self.text(f"lists.{link}")
        return comma.join(parts[:-1]) + last + parts[-1]

    def join_clauses(self, parts: Sequence[str]) -> str:
        """Clauses, or conditions that read like clauses, side by side; as values where that is the same."""
        between = self.get("lists.clauses")
        return str(between).join(parts) if between else self.join(parts)

    def with_article(self, noun: str) -> str:
        """ "a comedy", "an epic"; the noun alone in languages without articles."""
        before = self.get("steered.an_before")
        if before is None:
            return noun
        return f"{self.text('steered.an' if re.search(str(before), noun) else 'steered.a')} {noun}"

    def quoted(self, text: str) -> str:
        """The text between the language's quotation marks."""
        return self.text("quotes.open") + text + self.text("quotes.close")

    def singular(self, plural: str) -> str:
        """The singular of a noun in the plural ("knives" → "knife"); itself when the language has no rule."""
        head, _, last = plural.rpartition(" ")
        if last.casefold() in self.listed("nouns.invariant"):
            return plural
        for pattern, replacement in self.get("nouns.singular") or ():
            if re.search(pattern, last):
                last = re.sub(pattern, replacement, last)
                break
        return f"{head} {last}".strip()

    def is_plural(self, word: str) -> bool:
        """Whether a facet value names the items themselves ("jackets")."""
        pattern = self.get("nouns.plural_pattern")
        if (
            not pattern
            or word.casefold() in self.listed("nouns.never")
            or not re.fullmatch(r"[\w' -]+", word)
        ):
            return False
        last = word.rpartition(" ")[2]
        return last.casefold() in self.listed("nouns.invariant") or bool(re.search(pattern, last))


@functools.cache
def words_of(language: str) -> Words:
    """The words of a language, or of English where there are none of it yet."""
    base = re.split(r"[-_]", language)[0].casefold()
    for name in (base, DEFAULT_LANGUAGE):
        path = FOLDER / f"{name}.toml"
        if name.isalpha() and path.is_file():
            return Words(name, tomllib.loads(path.read_text(encoding="utf-8")))
    raise FileNotFoundError(f"{FOLDER / DEFAULT_LANGUAGE}.toml is missing; reinstall parley")


def capital(sentence: str) -> str:
    """The sentence with its first letter in upper case; the rest stays ("the iPad" → "The iPad")."""
    return sentence[:1].upper() + sentence[1:]
