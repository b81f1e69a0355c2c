"""Dates and points in time → the year that they are in.

In: a number or a text. Out: a year, or None. Pure. A catalogue holds years, no days: see DECISIONS.md.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Nine and ten digits, from 1973 to 2106: what is shorter may be a count; the same in thousandths.
_SECONDS = range(100_000_000, 2**32)
_MILLISECONDS = range(100_000_000_000, 2**32 * 1000)
# 20201231, as a number or a text.
_COMPACT = re.compile(r"(1[5-9]\d\d|20\d\d|2100)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
# 31.12.20, 12/31/20, 99-12-31: whatever stands where, a number that can be no day or month is the year.
_SHORT = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{2})(?:[T ,]+\d.*)?")
_FULL = re.compile(r"\d{4}([-./])\d{1,2}\1\d{1,2}(?:[T ].*)?|\d{1,2}([-./])\d{1,2}\2\d{4}(?:[T ,].*)?")
_CJK = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?")
_CENTURY_ENDS = 69
"""Two digits from here on are of the 1900s, as POSIX reads them."""


def year_of_number(value: int) -> int | None:
    """The year of Unix seconds or milliseconds from 1973 to 2106 (UTC), or of a date written 20201231."""
    if value in _SECONDS or value in _MILLISECONDS:
        seconds = value if value in _SECONDS else value / 1000
        return (_EPOCH + timedelta(seconds=seconds)).year
    match = _COMPACT.fullmatch(str(value))
    return int(match[1]) if match else None


def year_of_short_date(text: str) -> int | None:
    """The year of a date in three numbers of which none has four digits; it stands last, or is no day."""
    match = _SHORT.fullmatch(text)
    if match is None:
        return None
    first, last = int(match[1]), int(match[4])
    year = first if first > 31 and last <= 31 else last
    return year + (1900 if year >= _CENTURY_ENDS else 2000)


def is_date(text: str) -> bool:
    """Whether a text is a whole date in numbers: ISO 8601, 31.12.2020, 12/31/2020, 2020年12月31日."""
    return bool(_FULL.fullmatch(text) or _CJK.fullmatch(text))
