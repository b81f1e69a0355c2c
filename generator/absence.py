"""What is not there: why an item is not among those shown, and items that nobody has.

In: evidence. Out: sentences, with figures that were counted before.
"""

from __future__ import annotations

from generator.replies import ItemEvidence
from generator.speaker import Speaker
from generator.words import capital

_FIRST = 2  # titles that tell what comes before


def absence(evidence: ItemEvidence, speaker: Speaker) -> tuple[str, ...]:
    """Why an item is not shown, where that is no broken wish; else nothing."""
    absent = evidence.absent
    if absent is None or absent.reason == "unfit" or evidence.broken:
        return ()
    name = speaker.title(evidence.item)
    if absent.reason != "later":
        return (speaker.say(f"absent_item.{absent.reason}", name=name, Name=capital(name)),)
    path = "place" if absent.place else "later"
    first = speaker.titles([title for title in absent.first[:_FIRST] if title != evidence.item.title])
    return (
        speaker.say(
            f"absent_item.{path}",
            name=name,
            Name=capital(name),
            place=str(absent.place),
            total=str(absent.total),
            first=first,
        ),
    )


def unknown(speaker: Speaker) -> str:
    """Says that an item spoken of isn't there."""
    evidence, noun = speaker.evidence, speaker.nouns()
    asked = speaker.quote(evidence.asked_value)
    if evidence.beyond is None:
        return speaker.say("unknown.name", asked=asked, noun=noun[1])
    if not evidence.beyond:
        return speaker.say("unknown.nothing_shown", asked=asked)
    path = "beyond_one" if evidence.beyond == 1 else "beyond"
    return speaker.say(f"unknown.{path}", asked=asked, count=str(evidence.beyond))
