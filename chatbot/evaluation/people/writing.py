"""Meetings as plain values, ready for JSON: who met whom, what was said and shown, and how it went.

In: gatherings and what the run depended on. Out: dictionaries. Conditions are written as scripts write them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chatbot.evaluation.people.gathering import Gathering
from chatbot.evaluation.people.meeting import Meeting
from chatbot.evaluation.people.persons import Person


def run_json(gathered: Sequence[Gathering], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A whole run: its parameters, and for each system and catalogue the people with their meetings."""
    return {
        "parameters": dict(parameters),
        "gatherings": [
            {
                "catalogue": each.catalogue,
                "system": each.system,
                "figures": {
                    f.name: None if f.mean != f.mean else [f.mean, f.low, f.high] for f in each.figures
                },
                "meetings": [meeting_json(meeting) for meeting in each.meetings],
            }
            for each in gathered
        ],
    }


def meeting_json(meeting: Meeting) -> dict[str, Any]:
    """One meeting."""
    plain = asdict(meeting)
    plain |= plain.pop("tally")
    plain["person"] = person_json(meeting.person)
    plain["satisfaction"] = meeting.satisfaction
    plain["transcript"] = [asdict(exchange) for exchange in meeting.transcript]
    return plain


def person_json(person: Person) -> dict[str, Any]:
    """One person: "hard" and "soft" wishes as conditions; everything else by its name."""
    plain = asdict(person)
    plain.pop("wishes")
    plain["hard"] = [wish.condition.text for wish in person.wishes if wish.hard]
    plain["soft"] = [wish.condition.text for wish in person.wishes if not wish.hard]
    return plain
