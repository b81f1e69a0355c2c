"""Cells of a history → ids, ratings, times, and words without what tells who wrote them. Pure."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ingestion.clean import ID_CAP, clean_text
from ingestion.values import is_missing, parse_number

TEXT_CAP = 2_000
# Seconds since the epoch above these are milliseconds, microseconds, nanoseconds: 5e10 s is the year 3554.
_UNITS = ((5e16, 1e9), (5e13, 1e6), (5e10, 1e3))
_COMPACT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_DAYS, _CLOCKS = ("%Y/%m/%d", "%d.%m.%Y", "%Y年%m月%d日"), (" %H:%M:%S", " %H:%M", "")
_FORMS = (
    *(f"{day}{clock}" for day in _DAYS for clock in _CLOCKS),
    *("%m %d, %Y", "%b %d, %Y", "%B %d, %Y"),
)
_STAR = re.compile(r"[★⭐🌟]\ufe0f?")

# Runs are bounded, so that a hostile text without blanks costs no more than its length.
_ADDRESS = re.compile(
    r"(?:https?|ftp)://\S+|\bwww\.\S+|\b(?:[\w-]{1,63}\.){1,8}"
    r"(?:com|org|net|edu|gov|io|info|biz|me|app|dev|cn|de|fr|uk|eu|ru|jp)\b(?:/\S*)?",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+%-]{1,64}\s?[@＠]\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_HANDLE = re.compile(r"[^\s@＠]{0,64}[@＠]\S*")
# Seven digits or more with what people write between them. Takes dates and long numbers with it: better a
# number lost than one kept.
_PHONE = re.compile(r"(?<!\w)[+＋]?[(（]?\d(?:[\s().\-–/（）]{0,3}\d){6,}(?!\w)")
_EMPTY_MARKS = re.compile(r"[(\[<（]\s*[)\]>）]")


def id_text(value: Any) -> str:
    """An id as text: 12 and 12.0 are "12"; empty for nothing and for what no id can be."""
    if isinstance(value, str):
        text = value.strip()
        return "" if is_missing(text) else text[:ID_CAP]
    if value is None or isinstance(value, bool | dict | list):
        return ""
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() else str(value)
    return str(value)[:ID_CAP]


def rating_of(value: Any) -> float | None:
    """A rating as a number: 4, "4.5", "4,5", "4/5", "4 stars", "★★★★"; None if it is none."""
    if isinstance(value, str):
        value = value.strip()
        try:
            number = float(value)
        except ValueError:
            stars = len(_STAR.findall(value))
            if stars and not _STAR.sub("", value).strip("☆ "):
                return float(stars)
            found = parse_number(value, decimal=",")
            number = found[0] if found else math.nan
        return number if math.isfinite(number) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def seconds_of(value: Any) -> float | None:
    """A moment in seconds since the epoch, UTC where no zone is said; None for none, or one before 1970.

    Reads seconds, milliseconds and smaller, ISO 8601, 20240131, 2024/1/31, 31.1.2024, 2024年1月31日 and the
    form of e-mails. 1/2/2024 is not read: nobody knows the month.
    """
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return _after_epoch(moment.timestamp())
    if isinstance(value, date):
        return _after_epoch(datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp())
    if isinstance(value, bool):
        return None
    text = str(value).strip()
    if _COMPACT.fullmatch(text):
        return _spelt(text)
    try:
        number = float(text)
    except ValueError:
        return _spelt(text)
    for least, unit in _UNITS:
        if number > least:
            number /= unit
            break
    return _after_epoch(number) if math.isfinite(number) else None


def _spelt(text: str) -> float | None:
    moment = _read(text)
    if moment is None:
        return None
    return _after_epoch((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _read(text: str) -> datetime | None:
    if not 6 <= len(text) <= 40:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None


def _after_epoch(seconds: float) -> float | None:
    return seconds if seconds > 0 else None


def private_text(value: Any) -> str:
    """What somebody wrote, cleaned, without web and mail addresses, handles and telephone numbers.

    At most 2,000 characters. Names of people stay: nothing here can tell them from names of things.
    """
    if not isinstance(value, str) or not value or is_missing(value):
        return ""
    text = clean_text(value, 2 * TEXT_CAP)
    for personal in (_MAIL, _ADDRESS, _HANDLE, _PHONE):
        text = personal.sub(" ", text)
    return clean_text(_EMPTY_MARKS.sub(" ", text), TEXT_CAP)
