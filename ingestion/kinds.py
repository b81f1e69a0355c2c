"""What kind of facet a column makes, told from its values; or why it makes none.

In: a ColumnProfile. Out: facet columns without role, or one reason in words for people. Pure.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal

from ingestion.columns import ColumnProfile
from ingestion.separators import find_tag_separator
from ingestion.values import (
    common_unit,
    convert,
    parse_boolean,
    parse_minutes,
    parse_number,
    split_path,
    text_of,
    unit_beside,
)
from ingestion.wording import key_of, split_unit, wording
from retriever.domain import FacetKind

_LONG_TEXT = 80
_LONG_PART = 60
_RARE = 0.005
# ISO 639-2/B codes that libraries use and Babel doesn't know.
_BIBLIOGRAPHIC = {
    "fre": "fr", "ger": "de", "dut": "nl", "gre": "el", "chi": "zh", "cze": "cs", "per": "fa", "rum": "ro",
    "slo": "sk", "wel": "cy", "ice": "is", "mac": "mk", "may": "ms", "arm": "hy", "geo": "ka", "baq": "eu",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind with what is needed to read it; `suffix` tells the second facet of one column from the first."""

    kind: FacetKind
    unit: str = ""
    separator: str = ""
    part: Literal["all", "first", "rest"] = "all"
    suffix: str = ""
    values: tuple[tuple[str, str], ...] = ()
    confidence: float = 0.8


def shapes_of(
    profile: ColumnProfile, *, names: bool = False, levels: bool = False, measures: bool = False
) -> tuple[Shape, ...] | str:
    """The facets in a column, or the reason for none.

    `names`: it holds names of people or makers, so many different values are fine. `levels`: it is a
    category, so its lists and paths are looked at for levels. `measures`: its name says what it is, so
    numbers in a row are no row numbers.
    """
    if not profile.values:
        return "empty"
    if profile.total >= 200 and len(profile.values) < max(3, _RARE * profile.total):
        return f"only {len(profile.values)} of {profile.total} rows have it"
    if profile.mostly_lists:
        unwrapped = _unwrapped(profile)
        if unwrapped is None:
            return _list_shapes(profile, names=names, levels=levels)
        profile = unwrapped
    if profile.addresses >= 0.5:
        return "web addresses"
    if profile.picture_names >= 0.8:
        return "file names of pictures"
    if profile.file_names >= 0.8:
        return "file names"
    if len(profile.distinct) == 1 and profile.total >= 5 and profile.filled >= 0.95:
        return f"the same in every row ({profile.examples[0]})"
    if _is_boolean(profile):
        return (Shape(FacetKind.BOOLEAN, confidence=0.95),)
    if profile.durations and profile.share(_in_minutes) >= 0.8:
        return (Shape(FacetKind.NUMBER, unit="min", confidence=0.9),)
    if profile.dates >= 0.3 and profile.dated:
        return (Shape(FacetKind.YEAR, confidence=0.8),)
    return number_shapes(profile, measures=measures) or _text_shapes(profile, names=names)


def _in_minutes(value: Any) -> float | None:
    """Minutes of "1h 50m", "95 min" or "2 h"; None for what says no time."""
    minutes = parse_minutes(value)
    if minutes is None and (found := parse_number(value)) and found[1]:
        unit = unit_beside(found[1])
        return convert(found[0], unit, "min") if unit else None
    return minutes


def _unwrapped(profile: ColumnProfile) -> ColumnProfile | None:
    """The column without its brackets, where enough lists show that none ever holds more than one value."""
    if len(profile.lists) < 50 or any(
        len(one) > 1 or isinstance(one[0], dict | list) for one in profile.lists
    ):
        return None
    values = tuple(v[0] if isinstance(v, list) else v for v in profile.values)
    return ColumnProfile(profile.column, profile.total, values)


def _is_boolean(profile: ColumnProfile) -> bool:
    said = [parse_boolean(v) for v in profile.scalars]
    if said.count(None) > 0.02 * len(said) or True not in said:
        return False
    if all(isinstance(v, bool) for v in profile.scalars):
        return True
    words = {t.casefold() for t in profile.distinct}
    if words <= {"0", "1"}:
        return words == {"0", "1"} and len(profile.texts) >= 5
    return len(words) > 1 or profile.filled < 0.95


def number_shapes(profile: ColumnProfile, *, measures: bool = False) -> tuple[Shape, ...] | str:
    """A number with its unit; empty if the column isn't numeric; a reason if its numbers only identify."""
    read = [(v, parse_number(v)) for v in profile.scalars]
    units = [unit_beside(found[1]) if found and found[1] else "" for _, found in read]
    clear = sum(1 for (_, found), unit in zip(read, units, strict=True) if found and (unit or not found[1]))
    if clear < 0.9 * len(read):
        return ()
    stem_unit = split_unit(profile.column)[1]
    # A header's unit holds for bare numbers too, so it is the column's wherever cells can be brought to it.
    unit = next(
        (
            one
            for one in (stem_unit, common_unit(units))
            if one and all(convert(1.0, other, one) is not None for other in units)
        ),
        "",
    )
    if not unit and any(units):
        return ()
    if reason := _identifies(profile, measures=measures or bool(unit)):
        return reason
    return (Shape(FacetKind.NUMBER, unit=unit, confidence=0.95 if profile.native_numbers else 0.85),)


def _identifies(profile: ColumnProfile, *, measures: bool) -> str:
    """Why a numeric column is no measure; empty if it may be one."""
    parts = key_of(profile.column).split("_")
    identifiers = wording().roles["identifier"]
    if not identifiers.keys().isdisjoint((parts[-1], parts[0], "_".join(parts))):
        return "an identifier"
    if any(len(t) > 1 and t.startswith("0") and t.isdigit() for t in profile.texts):
        return "an identifier (leading zeros)"
    if profile.total < 10 or measures or profile.uniqueness < 1 or profile.filled < 1:
        return ""
    numbers = [found[0] for v in profile.scalars if (found := parse_number(v))]
    # Only increasing, not by one: the sample leaves rows out.
    if all(a < b and b.is_integer() for a, b in pairwise(numbers)):
        return "a row number"
    return ""


def _list_shapes(profile: ColumnProfile, *, names: bool, levels: bool) -> tuple[Shape, ...] | str:
    parts = [part for one in profile.lists for part in one]
    if any(isinstance(part, dict | list) for part in parts):
        return "a list of objects"
    if not parts:
        return "empty"
    if profile.addresses >= 0.5:
        return "web addresses"
    if all(isinstance(part, float) for part in parts) and len(parts) > 20 * len(profile.lists):
        return "long lists of numbers"
    if sum(len(text_of(part)) for part in parts) > _LONG_PART * len(parts):
        return "lists of long texts"
    alike = all(one == profile.lists[0] for one in profile.lists)
    if alike and profile.filled >= 0.95 and profile.total >= 5:
        return f"the same in every row ({profile.examples[0]})"
    if not names and not levels and _hardly_recur(profile.parts):
        return "different in nearly every row"
    if levels and has_levels([[text_of(p) for p in one] for one in profile.lists]):
        return _two_levels()
    return (Shape(FacetKind.TAGS, confidence=0.95),)


def _two_levels(separator: str = "") -> tuple[Shape, ...]:
    return (
        Shape(FacetKind.CATEGORY, separator=separator, part="first"),
        Shape(FacetKind.TAGS, separator=separator, part="rest", suffix="sub"),
    )


def has_levels(lists: Sequence[Sequence[str]]) -> bool:
    """Whether lists run from the general to the special (["garden", "tools"]) rather than in any order.

    They do when hardly any value occurs both first and later, and the first values are few and shared.
    """
    several = [one for one in lists if len(one) > 1]
    if len(several) < 5 or len(several) < 0.3 * len(lists):
        return False
    places: dict[str, Counter[bool]] = defaultdict(Counter)
    # A list of one counts too: what stands alone elsewhere is not the special end of something.
    for one in lists:
        for place, value in enumerate(one):
            places[value][place == 0] += 1
    kept = sum(max(counts.values()) for counts in places.values())
    occurrences = sum(sum(counts.values()) for counts in places.values())
    firsts = {one[0] for one in several}
    later = {value for one in several for value in one[1:]}
    return (
        kept >= 0.97 * occurrences
        and len(firsts) <= max(2, 0.25 * len(several))
        and len(later) >= len(firsts)
    )


def _text_shapes(profile: ColumnProfile, *, names: bool) -> tuple[Shape, ...] | str:
    parts = key_of(profile.column).split("_")
    if parts[-1] in wording().roles["identifier"]:
        return "an identifier"
    if renamed := _gender_values(profile) or _language_values(profile):
        return (Shape(FacetKind.CATEGORY, values=renamed),)
    if profile.mean_length > 3 * _LONG_TEXT:
        return "long text"
    paths = [split_path(text) for text in profile.texts]
    if sum(1 for path in paths if len(path) > 1) >= 0.3 * len(paths):
        return _two_levels(">")
    said = not names and key_of(profile.column) in wording().roles["tags"]
    if separator := find_tag_separator(profile.texts, names=names, said=said):
        return (Shape(FacetKind.TAGS, separator=separator),)
    if profile.mean_length > _LONG_TEXT:
        return "long text"
    if not names and _nearly_unique(profile):
        return "different in nearly every row"
    return (Shape(FacetKind.CATEGORY, confidence=0.9 if profile.uniqueness < 0.3 else 0.7),)


def _nearly_unique(profile: ColumnProfile) -> bool:
    """Whether hardly any value groups rows; short ones ("EU 42") are asked for even when few recur."""
    lengthy = len(profile.texts) >= 12 and profile.uniqueness > 0.7 and profile.mean_length > 15
    return lengthy or _hardly_recur(profile.distinct)


def _hardly_recur(counts: Counter[str]) -> bool:
    """Whether under 15 % of at least 12 occurrences are of values that occur again."""
    total = counts.total()
    return total >= 12 and sum(count for count in counts.values() if count > 1) < 0.15 * total


def _gender_values(profile: ColumnProfile) -> tuple[tuple[str, str], ...]:
    words = wording()
    if key_of(profile.column) not in words.roles["gender"]:
        return ()
    codes = sorted({t.casefold() for t in profile.distinct})
    return (
        tuple((c, words.gender[c]) for c in codes) if codes and all(c in words.gender for c in codes) else ()
    )


def _language_values(profile: ColumnProfile) -> tuple[tuple[str, str], ...]:
    """Language codes with the languages' English names: "en-US" and "eng" → English."""
    if key_of(profile.column) not in wording().roles["language"] or profile.mean_length > 6:
        return ()
    codes = sorted({t.casefold() for t in profile.distinct})
    named = [(code, name) for code in codes if (name := language_name(code))]
    return tuple(named) if len(named) >= 0.8 * len(codes) else ()


@lru_cache(maxsize=512)
def language_name(code: str) -> str:
    """The English name of an ISO 639 code, its region left out; empty if it is none."""
    from babel import Locale
    from babel.core import get_global

    language = re.split(r"[-_]", code.casefold())[0]
    if not 2 <= len(language) <= 3:
        return ""
    language = _BIBLIOGRAPHIC.get(language) or get_global("language_aliases").get(language, language)
    return str(Locale("en").languages.get(language, ""))
