"""Single cells → numbers, years, booleans, tags.

In: one value as a file holds it. Out: a typed value, or None when it doesn't say one. Pure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from ingestion.dates import year_of_number, year_of_short_date
from ingestion.wording import currency_codes, fold, key_of, wording

TAGS_CAP = 100
"""Tags of one item that are kept."""

_NUMERIC = re.compile(
    r"(?P<before>[^\d+\-−.,]{0,12}?)\s*(?P<number>[-+−]?\d[\d.,'’ \u00a0\u202f]*|[-+−]?[.,]\d+)"
    r"(?P<exponent>e[-+]?\d{1,3})?"
    r"\s*(?P<after>[^\d]{0,24})",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"(?:(\d{1,3})\s*(?:h|hr|hrs|hours?|std|小时)\.?)\s*(?:(\d{1,2})\s*(?:m|min|mins|minutes?|分钟)?\.?)?",
    re.IGNORECASE,
)
# Ratings as pages print them: "4.5 out of 5 stars", "8/10".
_OUT_OF = re.compile(r"([\d.,]+)\s*(?:/|out of|von|sur|de)\s*(?:5|10|100)(?:\s*\w+)?", re.IGNORECASE)
# ISO 8601, without years and months, which have no fixed length.
_ISO_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,4})D)?"
    r"(?:T(?:(?P<hours>\d{1,5}(?:[.,]\d+)?)H)?(?:(?P<minutes>\d{1,6}(?:[.,]\d+)?)M)?"
    r"(?:(?P<seconds>\d{1,8}(?:[.,]\d+)?)S)?)?"
)
_MINUTES_OF = {"weeks": 10080.0, "days": 1440.0, "hours": 60.0, "minutes": 1.0, "seconds": 1 / 60}
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::[0-5]\d)?")
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2}|2100)(?!\d)")
_PLAIN_YEAR = re.compile(r"[-−]?\d{1,4}(?:\.0)?")
_PATH = re.compile(r"\s*(?:>|»|›|::|\u2192)\s*|\s+/\s+")


def is_missing(value: Any) -> bool:
    """True for nothing, empty text or list, NaN, and the words by which tables say "no value"."""
    if value is None or value == [] or value == {}:
        return True
    if isinstance(value, str):
        return len(value) < 20 and value.strip().casefold() in wording().missing
    return isinstance(value, float) and not math.isfinite(value)


def parse_number(value: Any, decimal: str = ".") -> tuple[float, str] | None:
    """A finite number and the words beside it ("€", "kg"), or None.

    With both separators the last is the decimal one; a single one followed by other than three digits is
    decimal; a single one before exactly three digits is read as `decimal` says ("1.299" is 1299 where
    the comma is decimal). A range ("10-20") is no number.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return (float(value), "") if abs(value) < 1e300 and math.isfinite(value) else None
    if not isinstance(value, str) or len(value) > 60:
        return None
    if match := _OUT_OF.fullmatch(value.strip()):
        value = match[1]
    match = _NUMERIC.fullmatch(value.strip())
    if match is None:
        return None
    digits = plain_digits(match["number"].strip(), decimal)
    before = match["before"].strip()
    # "€ 5" is a price, but "Room 5" and "EU 42" are names.
    if digits is None or (before and unit_beside(before) not in currency_codes()):
        return None
    number = float(digits + (match["exponent"] or ""))
    beside = " ".join(part for part in (before, match["after"].strip()) if part)
    return (number, beside) if math.isfinite(number) else None


def plain_digits(text: str, decimal: str) -> str | None:
    """Digits with a point, from digits with separators; None when their grouping makes no sense."""
    text = re.sub(r"['’ \u00a0\u202f]", "", text.replace("−", "-"))
    dots, commas = text.count("."), text.count(",")
    if not dots and not commas:
        return text
    if dots and commas:
        point = "." if text.rfind(".") > text.rfind(",") else ","
    elif dots + commas > 1:
        point = ""
    else:
        separator = "." if dots else ","
        grouped = re.fullmatch(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", text) is not None
        point = separator if not grouped or separator == decimal else ""
    group = {".": ",", ",": ".", "": "." if dots else ","}[point]
    whole, _, fraction = text.rpartition(point) if point else (text, "", "")
    if group in whole and not re.fullmatch(r"[-+]?\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}", whole):
        return None
    whole = whole.replace(group, "")
    if point and point in whole:
        return None
    return f"{whole or '0'}.{fraction or '0'}" if whole not in ("-", "+") else f"{whole}0.{fraction or '0'}"


def decimal_evidence(text: str) -> str:
    """The decimal separator that a numeric text proves ("," or "."), else empty."""
    match = _NUMERIC.fullmatch(text.strip()) if len(text) <= 60 else None
    if match is None:
        return ""
    number = match["number"].strip()
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return ""
    if "." in number and "," in number:
        return number[last]
    once = number.count(number[last]) == 1
    return number[last] if once and len(number) - last - 1 in (1, 2) else ""


def parse_minutes(value: Any) -> float | None:
    """Minutes from "1h 50m", "2 h", "1:50" or ISO 8601's "PT1H50M"; None otherwise."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    if match := _ISO_DURATION.fullmatch(text):
        said = {name: float(digits.replace(",", ".")) for name, digits in match.groupdict().items() if digits}
        return round(sum(number * _MINUTES_OF[name] for name, number in said.items()), 6)
    if match := _DURATION.fullmatch(text):
        return float(int(match[1]) * 60 + int(match[2] or 0))
    if match := _CLOCK.fullmatch(text):
        return float(int(match[1]) * 60 + int(match[2]))
    return None


@lru_cache(maxsize=4096)
def unit_beside(words: str) -> str:
    """The unit or ISO currency code that the words beside a number say, or empty."""
    table = wording()
    text = words.strip().casefold()
    if text in table.units:
        return table.units[text]
    if text in table.currencies:
        return table.currencies[text]
    if text.upper() in currency_codes() and len(text) == 3:
        return text.upper()
    parts = re.findall(r"[^\W\d_]+\.?|[^\w\s]+", text)
    known = [table.currencies[p] for p in parts if p in table.currencies]
    known += [p.upper() for p in parts if len(p) == 3 and p.upper() in currency_codes()]
    return known[-1] if known else ""


def convert(value: float, unit: str, target: str) -> float | None:
    """The number in `target` unit; None when the units don't measure the same thing."""
    if not unit or not target or unit == target:
        return value
    for base, factors in wording().conversions.items():
        scale = {base: 1.0, **factors}
        if unit in scale and target in scale:
            return round(value * scale[unit] / scale[target], 6)
    return None


def parse_year(value: Any) -> float | None:
    """The year that a number, a date or a point in time names: 1984, "1984-05-02", "May 2, 1984", 452304000.

    None outside -4000..2200. A plain number may be any year; in longer text only four digits count, and the
    two of a date such as "31.12.84".
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _year_in(value)
    if not isinstance(value, str) or len(value) > 60:
        return None
    text = value.strip()
    if _PLAIN_YEAR.fullmatch(text):
        year = float(text.replace("−", "-"))
        return year if -4000 <= year <= 2200 else None
    if text.isdecimal() and text.isascii():
        return _year_in(int(text))
    found = _YEAR.findall(text)
    said = found[0] if found else year_of_short_date(text)
    return float(said) if said is not None else None


def _year_in(value: float) -> float | None:
    if not float(value).is_integer():
        return None
    if -4000 <= value <= 2200:
        return float(value)
    year = year_of_number(int(value))
    return float(year) if year is not None else None


def parse_boolean(value: Any) -> bool | None:
    """True or False from a boolean, 0 or 1, or a word of words/columns.toml; None otherwise."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value) if value in (0, 1) else None
    if isinstance(value, str):
        text = value.strip().casefold()
        if text in wording().yes or text in ("1", "1.0"):
            return True
        if text in wording().no or text in ("0", "0.0"):
            return False
    return None


def parse_available(value: Any) -> bool | None:
    """Whether an item can be had, from a boolean, yes or no, or a shop's words ("in stock", "SoldOut")."""
    said = parse_boolean(value)
    if said is None and isinstance(value, str) and len(value) < 40:
        return wording().available.get(key_of(value.strip()))
    return said


def is_plain(value: Any, number: float) -> bool:
    """Whether a value is written as the number that it was read as."""
    if not isinstance(value, str):
        return True
    try:
        return float(value) == number
    except ValueError:
        return False


def text_of(value: Any) -> str:
    """A scalar as a person would write it: 36.0 → "36", True → "yes"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def split_path(text: str) -> list[str]:
    """The levels of "Home > Kitchen > Pans"; a text without such separators is one level."""
    return [part for part in _PATH.split(text) if part.strip()]


def parts_of(value: Any, separator: str = "") -> list[str]:
    """The texts in a list or in a text split at `separator` (empty: not split; ">" splits any path)."""
    if isinstance(value, str):
        if separator == ">":
            return split_path(value)
        return value.split(separator) if separator else [value]
    if isinstance(value, list | tuple):
        return [
            text_of(part)
            for part in value
            if isinstance(part, str | int | float) and not is_missing_part(part)
        ]
    return [text_of(value)]


def is_missing_part(part: Any) -> bool:
    """Whether a list's element says nothing. "none" and "unknown" count as said: a silent film's language."""
    return part is None or (isinstance(part, float) and not math.isfinite(part))


def tidy_tags(parts: Iterable[str]) -> tuple[str, ...]:
    """Of cleaned texts those without repeats (whatever their case and accents), in order, at most 100."""
    kept: dict[str, str] = {}
    for part in parts:
        if part and len(kept) < TAGS_CAP:
            kept.setdefault(fold(part), part)
    return tuple(kept.values())


def common_unit(units: Sequence[str]) -> str:
    """The commonest of the units, ties to the first named; empty for none."""
    said = [unit for unit in units if unit]
    return max(dict.fromkeys(said), key=said.count) if said else ""
