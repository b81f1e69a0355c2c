"""Numbers as they are written, and what words of numbers say together. Pure."""

from __future__ import annotations

import re

HUNDRED = 100
THOUSAND = 1000
_CENTURIES = (18, 19, 20)  # said before the year in them
_THOUSANDS = re.compile(r"^\d{1,3}([.,]\d{3})+$")


def together(value: float, more: float) -> float | None:
    """What two words of numbers say one behind the other; None if they are two numbers."""
    if more in (HUNDRED, THOUSAND) and value < more:
        return value * more
    tens_before_one = more < 10 <= value and value % 10 == 0
    hundreds_before_tens = 10 <= more < HUNDRED <= value and value % HUNDRED == 0
    if more > 0 and (tens_before_one or hundreds_before_tens):
        return value + more
    if value in _CENTURIES and 10 <= more < HUNDRED:
        return value * 100 + more  # "nineteen eighty"
    return None


def parse_number(text: str) -> float:
    """ "1,299.50", "1.299,50" and "89,90" as people write them; "1,299" is a thousand and more."""
    if _THOUSANDS.match(text):
        return float(re.sub(r"[.,]", "", text))
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return float(text)
    whole, fraction = re.sub(r"[.,]", "", text[:last]), text[last + 1 :]
    return float(f"{whole or 0}.{fraction}")
