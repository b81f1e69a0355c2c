"""The words by which files name their columns, and what those words say about units and kinds.

In: a column's name. Out: the roles it may have, its stem, its unit, a label for people. The words live in
words/columns.toml, per language; no language is in the code.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^\w°%]+|_+")
_SEPARATED = re.compile(r"[\s_]+")
_BRACKETED = re.compile(
    r"^(?P<stem>.*?)\s*(?:[(\[]\s*(?P<unit>[^()\[\]]{1,8})\s*[)\]]|\s+in\s+(?P<last>\S{1,8}))\s*$"
)


_BY_ENDING = ("category", "year", "rating", "price", "creator", "picture", "url", "currency")


@dataclass(frozen=True)
class Wording:
    """The tables of words/columns.toml, languages merged; all keys folded by `key_of`."""

    roles: Mapping[str, Mapping[str, int]]  # role → name → place in its list, 0 the commonest
    units: Mapping[str, str]
    conversions: Mapping[str, Mapping[str, float]]
    currencies: Mapping[str, str]
    yes: frozenset[str]
    no: frozenset[str]
    missing: frozenset[str]
    gender: Mapping[str, str]
    labels: Mapping[str, str]
    available: Mapping[str, bool]
    unit_codes: Mapping[str, str]

    def roles_of(self, key: str) -> dict[str, int]:
        """Role → how far from the role's commonest name; a carrier word ("product_title") adds 20.

        An ending ("room_type") adds 40.
        """
        found = {role: names[key] for role, names in self.roles.items() if key in names}
        parts = key.split("_")
        if len(parts) > 1 and parts[0] in self.roles["carrier"]:
            rest = "_".join(parts[1:])
            for role, names in self.roles.items():
                if rest in names and role not in found:
                    found[role] = names[rest] + 20
        for start in range(1, len(parts)):
            rest = "_".join(parts[start:])
            for role in _BY_ENDING:
                place = self.roles[role].get(rest)
                # A "start_year" is a year, but a "review_date" is rarely when the item came out.
                if role not in found and place is not None and (role != "year" or place == 0):
                    found[role] = place + 40
        for role, words in self._apart():
            if role in found and not words.keys().isdisjoint(parts):
                del found[role]
        return found

    def _apart(self) -> Iterator[tuple[str, Mapping[str, int]]]:
        return (
            (role.removeprefix("not_"), words)
            for role, words in self.roles.items()
            if role.startswith("not_")
        )

    def is_apart(self, outer: str) -> bool:
        """Whether what lies inside such an object is about it and not about the item ("shipping")."""
        return any(not words.keys().isdisjoint(outer.split("_")) for _, words in self._apart())

    def place(self, role: str, key: str) -> int | None:
        """How far the name is from the role's commonest one, or None if it isn't one of them."""
        return self.roles_of(key).get(role)


def fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def key_of(column: str) -> str:
    """The last part of a column's path as folded words joined by "_": "attributes.unitPrice" → unit_price.

    With the part before it where that tells another thing: "shipping.price" → shipping_price; and that part
    alone where the last says nothing more: "rating.value" → rating.
    """
    return _folded(_telling(column))


def _telling(column: str) -> str:
    outer, _, last = column.rpartition(".")
    before = outer.rpartition(".")[2]
    if before and last and wording().is_apart(_folded(before)):
        return f"{before} {last}"
    if before and _folded(last) in wording().roles["inner"]:
        return before
    return last or column


def _folded(last: str) -> str:
    return _NOT_WORD.sub("_", fold(_CAMEL.sub("_", last))).strip("_")


def name_of(column: str, taken: frozenset[str] = frozenset()) -> str:
    """A facet name in [a-z0-9_], unlike those taken; a column in another script gets a stable code."""
    parts = [re.sub(r"[^a-z0-9]+", "_", fold(_CAMEL.sub("_", p))).strip("_") for p in column.split(".")]
    last = parts[-1]
    if len(parts) > 1 and parts[-2]:
        if wording().is_apart(parts[-2]):
            last = f"{parts[-2]}_{last}"
        elif last in wording().roles["inner"]:
            last = parts[-2]
    letters = sum(1 for c in column.rpartition(".")[2] if c.isalnum())
    if len(last.replace("_", "")) < letters / 2 or not last:
        last = "facet_" + hashlib.blake2b(column.encode("utf-8", "replace"), digest_size=3).hexdigest()
    name = last[:40].strip("_")
    if name in taken and len(parts) > 1:
        name = f"{parts[-2]}_{last}"[:60].strip("_")
    base, number = name, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def split_unit(column: str) -> tuple[str, str]:
    """A column's own words and its unit (or ISO currency code) if its name says one.

    "runtime_min" → ("runtime", "min"); "Weight (kg)" → ("Weight", "kg"); "price_eur" → ("price", "EUR").
    """
    words = wording()
    last = _telling(column)
    if match := _BRACKETED.match(last):
        unit = _known_unit(words, match["unit"] or match["last"])
        if unit and match["stem"]:
            return match["stem"], unit
    # A currency's code only beside a price's name: many codes are words ("ALL", "TOP").
    parts = [p for p in _NOT_WORD.split(_CAMEL.sub("_", last)) if p]
    if len(parts) > 1:
        priced = "price" in words.roles_of(fold("_".join(parts[:-1])))
        unit = _known_unit(words, parts[-1], money=priced)
        # "price_min" is the lowest price, not a price in minutes, and "visits_per_day" are no days.
        rate = fold(parts[-2]) in words.roles["rate"]
        if unit and not rate and (not priced or unit in currency_codes()):
            return " ".join(parts[:-1]), unit
    return " ".join(parts) or last, ""


def _known_unit(words: Wording, text: str, *, money: bool = True) -> str:
    folded = text.strip().casefold()
    if folded in words.units:
        return words.units[folded]
    if folded in words.currencies:
        return words.currencies[folded]
    return text.strip().upper() if money and text.strip().upper() in currency_codes() else ""


def label_of(column: str, *, drop_unit: bool = False, second: bool = False) -> str:
    """What a person reads: the column's own words, lower case, without its unit if that is shown apart.

    `second`: the column has no role; the plain word for one ("price", "in stock") is for that which has it,
    and this one stays the "sale price".
    """
    words = wording()
    key = key_of(column)
    plain = words.labels.get(key, "")
    if plain and not (second and (plain in words.roles or _folded(plain) in words.roles["stock"])):
        return plain
    counts = words.roles["count"]
    whole = " ".join(p for p in _SEPARATED.split(_CAMEL.sub("_", _telling(column))) if p)
    stem = split_unit(column)[0] if drop_unit else whole
    if drop_unit and all(fold(p) in counts or p == "of" for p in stem.split()):
        stem = whole  # without its unit, a "number of pages" would be a number of nothing
    parts = stem.rstrip("?!:").split()
    if len(parts) > 1 and fold(parts[0]) in counts:
        counted = parts[2:] if len(parts) > 2 and fold(parts[1]) == "of" else parts[1:]
        return "number of " + " ".join(counted).lower()
    if len(parts) > 1 and fold(parts[-1]) in counts:
        return "number of " + " ".join(parts[:-1]).lower()
    flags = words.roles["flag"]
    if len(parts) > 1 and fold(parts[0]) in flags and fold(parts[0]) in ("is", "has"):
        parts = parts[1:]
    return " ".join(parts).lower() or column


@lru_cache(maxsize=1)
def currency_codes() -> frozenset[str]:
    """ISO 4217 codes in use."""
    from babel import Locale

    return frozenset(Locale("en").currencies)


_NO_LANGUAGES = (
    "units", "conversions", "currencies", "booleans", "missing", "gender", "labels", "availability",
    "unit_codes",
)  # fmt: skip


@lru_cache(maxsize=1)
def wording() -> Wording:
    """The tables, read once."""
    raw = tomllib.loads((files("ingestion") / "words" / "columns.toml").read_text("utf-8"))
    languages = [name for name in raw if name not in _NO_LANGUAGES]
    roles: dict[str, dict[str, int]] = {}
    for language in languages:
        for role, names in raw[language].items():
            table = roles.setdefault(role, {})
            for place, name in enumerate(names):
                table.setdefault(_folded(name) or name, place)
    return Wording(
        roles=roles,
        units=raw["units"],
        conversions=raw["conversions"],
        currencies=raw["currencies"],
        yes=frozenset(raw["booleans"]["yes"]),
        no=frozenset(raw["booleans"]["no"]),
        missing=frozenset(raw["missing"]["words"]),
        gender=raw["gender"],
        labels=raw["labels"],
        available={word: said == "yes" for said, words in raw["availability"].items() for word in words},
        unit_codes=raw["unit_codes"],
    )
