"""What a person asks of the page by a tap or by sending a message, read from untrusted event data.

In: the mapping that the browser sent. Out: one of a closed set of wishes, or None when it is not one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

# Longer than any id or key of ours; what is longer was not sent by our page.
_MAX_NAME_CHARS = 600


@dataclass(frozen=True, slots=True)
class Say:
    """Sends a message, typed or from a quick reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Judge:
    """Likes an item (True), does not want it (False), or takes that back (None)."""

    item_id: str
    liked: bool | None


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Removes one thing that was understood, by its chip's key."""

    key: str


@dataclass(frozen=True, slots=True)
class Weigh:
    """Sets how much something is liked, −1..1, by its key."""

    key: str
    weight: float


@dataclass(frozen=True, slots=True)
class Begin:
    """Starts a new conversation; `catalogue` empty means in the same catalogue."""

    catalogue: str = ""


Wish: TypeAlias = Say | Judge | TakeBack | Weigh | Begin

_WEIGHTS: Mapping[str, float] = {"1": 1.0, "0.5": 0.5, "-0.5": -0.5, "-1": -1.0}
_JUDGEMENTS: Mapping[str, bool | None] = {"like": True, "unlike": False, "unjudge": None}


def read_wish(data: object) -> Wish | None:
    """The wish in what a control sent; None for anything that our page would not send."""
    if not isinstance(data, Mapping):
        return None

    def field(name: str) -> str:
        value = data.get(name)
        return value if isinstance(value, str) and len(value) <= _MAX_NAME_CHARS else ""

    act = field("act")
    if act in _JUDGEMENTS and field("item"):
        return Judge(field("item"), _JUDGEMENTS[act])
    if act == "remove" and field("key"):
        return TakeBack(field("key"))
    if act == "weigh" and field("key") and field("name") in _WEIGHTS:
        return Weigh(field("key"), _WEIGHTS[field("name")])
    if act == "say" and field("text").strip():
        return Say(field("text"))
    if act == "new":
        return Begin()
    if act == "catalogue" and field("name"):
        return Begin(field("name"))
    return None
