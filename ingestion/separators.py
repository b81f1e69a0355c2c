"""What parts several values in one text: "a|b|c", "Ann Lee & Bo Ray".

In: the texts of a column. Out: a separator, or none. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

_SEPARATORS = ("|", ";", "、", "，", ",", "/")
_OF_NAMES = " & "


def find_tag_separator(texts: Sequence[str], *, names: bool = False, said: bool = False) -> str:
    """The separator of tags in texts ("a|b|c"), or empty where texts are single values.

    Splitting must pay: many texts hold it, the parts are short, and they recur more than the texts do
    (for names of people it's enough that they are short, and so it is where the column is `said` to hold
    several). "Surname, Name" throughout is not split, nor "Black & White", of which no part stands alone.
    """
    best, best_gain = "", 0.0
    for separator in (*_SEPARATORS, _OF_NAMES) if names else _SEPARATORS:
        holding = [text for text in texts if separator in text]
        rare = 0.05 if separator == _OF_NAMES else 0.15 if names else 0.25
        if len(holding) < rare * len(texts) or len(holding) < 2:
            continue
        parts = [part.strip() for text in texts for part in text.split(separator) if part.strip()]
        if not parts or sum(map(len, parts)) / len(parts) > 25:
            continue
        if separator == "/" and all(part.isdigit() for part in parts):
            continue
        if names and separator == "," and all(text.count(",") == 1 for text in holding):
            continue
        if separator == _OF_NAMES and not _some_alone(texts):
            continue
        gain = len(parts) / len(set(parts)) / (len(texts) / len(set(texts)))
        strong = separator in "|;、"
        if gain > best_gain and (gain >= 1.3 or strong or (names and gain >= 1.0) or said):
            best, best_gain = separator, gain
    return best


def _some_alone(texts: Sequence[str]) -> bool:
    """Whether a part of a text with " & " is the whole of another."""
    whole = {text for text in texts if _OF_NAMES not in text}
    return any(part.strip() in whole for text in texts if text not in whole for part in text.split(_OF_NAMES))
