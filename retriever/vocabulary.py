"""What people may call the facet values of a catalogue: each value's forms, and other words for it.

In: facets, their values with counts, what the owner says they are called, some of the catalogue's prose.
Out: a Vocabulary, and vocabulary.json of a generation. Built when a catalogue is loaded and published with
its index, so that what is understood and what is found are of one state. Rules of languages live in
words/forms.toml. Touches no file but its own.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from retriever.domain import Facet, FacetKind, FacetRole
from retriever.tokens import tokenize

FILE = "vocabulary.json"
MOST_VALUES = 20_000
"""Values of a facet from which it is a kind of name (titles of series, codes) and no vocabulary."""

_WORDED = (FacetKind.CATEGORY, FacetKind.TAGS)
_MOST_WORDS = 3
"""Words of a value that people may write together or with hyphens."""
_SHORTEST = 3  # letters of words that may be written as one, or stand alone for a value
_COMMON_SHARE = 0.08  # of a prose's words that are a language's commonest
_LEAST_PROSE = 50  # words from which a language is told
_ALTERNATIVE = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+){0,2}")
_BRACKETED = re.compile(r"(?P<base>[^()]+?)\s*\((?P<other>[^()]+)\)")

Synonyms: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]
"""Facet's name → value → other words for it, as the owner's mapping gives them."""


@dataclass(frozen=True, slots=True)
class ValueWords:
    """A value as written with the number of items that have it, and how else people write or call it.

    `forms`: the same words otherwise: one and several, with and without hyphen or accents. `synonyms`: other
    words, the owner's first, then alternatives that the value itself names ("TV/Television"). None is
    another value of the facet.
    """

    value: str
    count: int
    forms: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Facet's name → its values, commonest first; only facets of words, and not those of names by the
    ten thousand."""

    facets: Mapping[str, tuple[ValueWords, ...]]

    def of(self, facet: str) -> tuple[ValueWords, ...]:
        """A facet's values; none for a facet that isn't worded."""
        return self.facets.get(facet, ())


def synonyms_of(mapping: Mapping[str, Any]) -> dict[str, dict[str, list[str]]]:
    """The owner's synonyms by facet, out of a mapping as the ledger keeps it."""
    found: dict[str, dict[str, list[str]]] = {}
    facets = mapping.get("facets")
    for facet in facets if isinstance(facets, list | tuple) else ():
        if said := facet.get("synonyms"):
            found[facet["name"]] = {value: list(others) for value, others in said.items()}
    return found


def without_value(synonyms: Synonyms, vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    """(facet, value) of synonyms that explain a value which no item has: a slip of the owner's."""
    return tuple(
        (facet, value)
        for facet, said in synonyms.items()
        for value in said
        if value.casefold() not in {words.value.casefold() for words in vocabulary.of(facet)}
    )


def build_vocabulary(
    facets: Iterable[Facet],
    values: Callable[[str], Mapping[str, int]],
    synonyms: Synonyms,
    prose: Iterable[str] = (),
) -> Vocabulary:
    """The vocabulary of a catalogue. `values` gives a facet's values with counts, commonest first.

    Synonyms for a value that no item has are left out. `prose`: texts by which the language is told; without
    any, nouns get no forms for one and several.
    """
    language = _language_of(prose)
    built: dict[str, tuple[ValueWords, ...]] = {}
    for facet in facets:
        known = values(facet.name) if facet.kind in _WORDED else {}
        if not known or len(known) > MOST_VALUES:
            continue
        folded = {value.casefold() for value in known}
        owner = {value.casefold(): others for value, others in synonyms.get(facet.name, {}).items()}
        # Names of people and makers have no plural, and "AC/DC" are no alternatives.
        named = facet.role is FacetRole.CREATOR
        built[facet.name] = tuple(
            ValueWords(
                value,
                count,
                _unlike(_forms(value, "" if named else language, joined=not named), folded),
                _unlike((*owner.get(value.casefold(), ()), *(() if named else _alternatives(value))), folded),
            )
            for value, count in known.items()
        )
    return Vocabulary(built)


def save_vocabulary(vocabulary: Vocabulary, folder: Path) -> None:
    """Write vocabulary.json into a generation that is being built."""
    table = {name: [asdict(words) for words in values] for name, values in vocabulary.facets.items()}
    (folder / FILE).write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")


def load_vocabulary(folder: Path) -> Vocabulary | None:
    """The vocabulary of a generation; None where it was built by a version that had none.

    Raises:
        OSError, ValueError, TypeError: if the file is damaged.
    """
    path = folder / FILE
    if not path.exists():
        return None
    table = json.loads(path.read_text(encoding="utf-8"))
    return Vocabulary(
        {
            name: tuple(
                ValueWords(one["value"], one["count"], tuple(one["forms"]), tuple(one["synonyms"]))
                for one in values
            )
            for name, values in table.items()
        }
    )


def _unlike(words: Iterable[str], taken: set[str]) -> tuple[str, ...]:
    """The words in order, each once whatever its case, without those that are values themselves."""
    kept: dict[str, str] = {}
    for word in words:
        tidy = " ".join(word.split())
        if tidy and tidy.casefold() not in taken:
            kept.setdefault(tidy.casefold(), tidy)
    return tuple(kept.values())


def _forms(value: str, language: str, *, joined: bool) -> Iterable[str]:
    bare = _bare(value)
    yield bare
    yield "".join(_letters().get(c, _letters().get(c.casefold(), c)) for c in value)
    for one in dict.fromkeys((value, bare)) if language else ():
        yield from _inflected(one, language)
    words = [word for word in re.split(r"[\s-]+", bare) if word]
    yield " ".join(words)
    if joined and 1 < len(words) <= _MOST_WORDS and all(len(w) >= _SHORTEST and w.isalpha() for w in words):
        yield from (bare.replace("-", ""), "-".join(words), "".join(words))


def _bare(text: str) -> str:
    """Without accents on Latin letters; marks of other scripts carry meaning."""
    letters = unicodedata.normalize("NFC", text)
    return "".join(_plain_letter(c) for c in letters)


def _plain_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


def _inflected(value: str, language: str) -> Iterable[str]:
    """The value for one thing and for several; only what is the same word to search.

    "news" is not several of "new": a rule is believed where both have one stem.
    """
    rules = _languages()[language]
    head, blank, last = value.rpartition(" ")
    irregular: dict[str, str] = rules["irregular"]
    turned = {**irregular, **{several: one for one, several in irregular.items()}}
    if last.casefold() in turned:
        yield f"{head}{blank}{turned[last.casefold()]}"
        return
    if len(last) < _SHORTEST or not last.isascii() or not last.isalpha():
        return
    for direction in ("several", "one"):
        for pattern, other in rules[direction]:
            if re.search(pattern, last):
                changed = re.sub(pattern, other, last)
                if tokenize(changed) == tokenize(last):
                    yield f"{head}{blank}{changed}"
                break


def _alternatives(value: str) -> Iterable[str]:
    """Other words that a value names itself: "TV/Television", "Sneakers (trainers)"."""
    match = _BRACKETED.fullmatch(value)
    parts = [part.strip() for part in (match.groups() if match else value.split("/"))]
    if len(parts) > 1 and all(_ALTERNATIVE.fullmatch(part) and len(part) > 1 for part in parts):
        yield from parts


def _language_of(prose: Iterable[str]) -> str:
    """The language whose common words a text is full of; empty if it is none that has rules."""
    words = [word for text in prose for word in re.findall(r"[^\W\d_]+", text.casefold())]
    if len(words) < _LEAST_PROSE:
        return ""
    shares = {
        code: sum(word in rules["common"] for word in words) / len(words)
        for code, rules in _languages().items()
    }
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] >= _COMMON_SHARE else ""


@cache
def _tables() -> dict[str, Any]:
    path = Path(__file__).parent / "words" / "forms.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _letters() -> dict[str, str]:
    found: dict[str, str] = _tables()["letters"]
    return found


@cache
def _languages() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = _tables()["languages"]
    return found
