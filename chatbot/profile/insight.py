"""What a door shows of a person in one go: all that is known, and how it came about. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field

from chatbot.profile.evolution import Series
from chatbot.profile.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Insight:
    """All that is known of a person, and the course of their strongest interests."""

    knowledge: Knowledge = field(default_factory=Knowledge)
    series: tuple[Series, ...] = ()
