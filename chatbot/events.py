"""What the doors see of a conversation: streamed events, cards, chips, the record of a turn.

Plain values, ready to show; every text in them is untrusted and is escaped by the door that shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Card:
    """An item as shown. `facts`: (label, value), ready for people. `picture`: a file name, or empty.

    `liked`: True, False (not for me), or None when not judged. `search`: which of several things that were
    looked for at once it is, or empty.
    """

    item_id: str
    title: str
    rank: int
    reason: str
    picture: str
    facts: tuple[tuple[str, str], ...]
    liked: bool | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that we believe to have understood. `key` removes it; `source` says where it came from."""

    key: str
    label: str
    kind: str  # "constraint", "interest" or "like"
    polarity: int
    hard: bool
    source: str


@dataclass(frozen=True, slots=True)
class Quick:
    """A quick reply: `text` is what is sent when it is tapped; `label` is what is shown."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A finished turn: what scripts read, and what a page needs to show it again."""

    turn: int
    user: str
    acts: tuple[dict[str, Any], ...]
    action: str
    constraints: tuple[dict[str, Any], ...]
    profile: dict[str, Any]
    items: tuple[dict[str, Any], ...]
    text: str
    ungrounded_removed: int
    timings_ms: dict[str, float]
    session: str = ""
    degraded: bool = False
    asks: str = ""  # the facet that the reply asks about
    cards: tuple[Card, ...] = ()
    chips: tuple[Chip, ...] = ()
    quick_replies: tuple[Quick, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The record as `parley chat --json` prints it, keys in this order."""
        return {
            "turn": self.turn,
            "user": self.user,
            "acts": list(self.acts),
            "action": self.action,
            "constraints": list(self.constraints),
            "profile": self.profile,
            "items": list(self.items),
            "text": self.text,
            "ungrounded_removed": self.ungrounded_removed,
            "timings_ms": self.timings_ms,
            "session": self.session,
        }


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood, before anything is written."""

    acts: tuple[dict[str, Any], ...]
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class TextPiece:
    """More of the reply's text; never taken back."""

    text: str


@dataclass(frozen=True, slots=True)
class Cards:
    """The items of this reply."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The turn is finished and stored."""

    turn: TurnRecord


Event: TypeAlias = Heard | TextPiece | Cards | Done


@dataclass(frozen=True, slots=True)
class SessionView:
    """A conversation as a page shows it: its turns, what is understood now, and openings if it is empty."""

    catalogue: str
    turns: tuple[TurnRecord, ...] = ()
    chips: tuple[Chip, ...] = ()
    quick_replies: tuple[Quick, ...] = field(default=())
