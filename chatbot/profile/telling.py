"""Which of what is known answers a question about it, or greets who comes back.

In: the question, the state, a catalogue, the time. Out: evidence for the writer. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot import acts
from chatbot.profile.knowledge import Belief, Knowledge, knowledge, of_keys
from chatbot.state import DialogueState
from generator.replies import AboutPerson, KnownThing, ProfileTopic
from retriever.catalogue import Catalogue
from retriever.domain import OfItem

_DAY_S = 86_400.0
_MOST_TOLD = 12
_MOST_REMEMBERED = 2
_ONE_SITTING_S = 43_200.0  # what was liked within half a day of the latest was liked in one go


def about_person(
    question: acts.AskProfile, state: DialogueState, catalogue: Catalogue, language: str, now: float
) -> AboutPerson:
    """What to tell about what is known."""
    known = knowledge(state, catalogue, language, now)
    match question.topic:
        case ProfileTopic.EXPORT:
            return AboutPerson(question.topic)
        case ProfileTopic.WHY:
            return AboutPerson(question.topic, _things(_asked(question, known), known))
        case ProfileTopic.LIKED:
            liked = [one for one in known.beliefs if one.weight > 0]
            span = question.days or (0.0, float("inf"))
            then = [one for one in liked if span[0] <= (now - one.at) / _DAY_S <= span[1]]
            rest = [one for one in liked if one not in then]
            when = question.days is not None
            return AboutPerson(question.topic, _things(then, known), _things(rest, known), when=when)
        case ProfileTopic.ALL:
            # What was mentioned in this talk is told as its wishes.
            earlier = [one for one in known.mentioned if one.turn == 0]
            mentioned = tuple((one.label, one.weight > 0) for one in earlier[-_MOST_TOLD:])
            believed = {one.key for one in known.beliefs}
            replaced = tuple(dict.fromkeys(one.label for one in known.changes if one.key not in believed))
            return AboutPerson(
                question.topic, _things(known.beliefs, known), (), mentioned, replaced[:_MOST_TOLD]
            )


def _asked(question: acts.AskProfile, known: Knowledge) -> Sequence[Belief]:
    """The beliefs whose reason is asked for: those named, else the newest."""
    if question.keys:
        return of_keys((*known.beliefs, *known.mentioned), question.keys)
    return sorted(known.beliefs, key=lambda one: -one.at)[:1]


def _things(beliefs: Sequence[Belief], known: Knowledge) -> tuple[KnownThing, ...]:
    return tuple(
        KnownThing(
            label=one.label,
            liked=one.weight > 0,
            is_item=one.kind == "item",
            explicit=one.explicit,
            origin=one.origin,
            quote=one.quote,
            days=max(0.0, known.at - one.at) / _DAY_S,
            now=one.turn > 0,
        )
        for one in beliefs[:_MOST_TOLD]
    )


def remembered(state: DialogueState, catalogue: Catalogue) -> tuple[str, ...]:
    """The titles that somebody who is back said they liked last time, the latest first; at most two."""
    liked = [
        one
        for one in state.profile.long_term
        if isinstance(one.about, OfItem)
        and one.about.item in catalogue
        and one.weight > 0
        and one.source.explicit
    ]
    latest = sorted(liked, key=lambda one: -one.at)[:_MOST_REMEMBERED]
    return tuple(
        catalogue.item(one.about.item).title
        for one in latest
        if isinstance(one.about, OfItem) and one.at >= latest[0].at - _ONE_SITTING_S
    )
