"""The words of simulated people, from phrases.toml, and what they call a number's more and less.

In: nothing but the file, read once. Out: phrases, scales, other words for values. They owe nothing to the
words that Parley itself knows: a person who only says what Parley has in its lists proves little.
"""

from __future__ import annotations

import functools
import random
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retriever.domain import Facet, FacetKind, FacetRole


@dataclass(frozen=True, slots=True)
class Scale:
    """How people speak of a number. `wants`: the side they ask for, "less", "more" or "either"."""

    wants: str
    less: tuple[str, ...]
    more: tuple[str, ...]
    too_much: tuple[str, ...]
    too_little: tuple[str, ...]


@functools.cache
def phrases() -> dict[str, Any]:
    """The whole file."""
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


def scale_of(facet: Facet) -> Scale:
    """The scale of a number: of a price, a year, its unit, or of any other."""
    scales = phrases()["scale"]
    key = "price" if facet.role is FacetRole.PRICE else "year" if facet.kind is FacetKind.YEAR else facet.unit
    found = scales.get(key, scales["other"])
    return Scale(found["wants"], *(tuple(found[name]) for name in ("less", "more", "too_much", "too_little")))


@functools.cache
def no_values() -> frozenset[str]:
    """What sources write where there is nothing, case-folded: no person wishes for that."""
    return frozenset(str(value).casefold() for value in phrases()["nothing"]["values"])


def put(facet: str, *, want: bool) -> tuple[str, ...]:
    """How a value of a facet is asked for, or ruled out: phrases with {value}."""
    about = phrases()["about"]
    found = about.get(facet, about["other"])
    return tuple(found["any" if want else "none"])


def in_other_words(value: str, draw: random.Random) -> str:
    """A value as somebody says it who doesn't know the catalogue's word: another word, or another number."""
    others = phrases()["other_words"].get(value.casefold())
    if others:
        return str(draw.choice(others))
    for pattern, replacement in phrases()["forms"]["singular"]:
        changed = re.sub(pattern, replacement, value)
        if changed != value:
            return changed
    return value.lower()
