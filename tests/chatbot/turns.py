"""What several tests of the chatbot share."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.events import Done, Event, TurnRecord

NOON = 1_700_000_000.0


def finish(events: Iterator[Event]) -> TurnRecord:
    """The record of a turn, after all its events."""
    last = list(events)[-1]
    assert isinstance(last, Done)
    return last.turn
