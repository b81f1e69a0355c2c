"""Where "go back" leads: further back each time that it is said.

In: a conversation with the state after each turn. Out: an earlier state of it.
"""

from __future__ import annotations

from dataclasses import replace

from chatbot.sessions import Session, Turn
from chatbot.state import DialogueState
from retriever.domain import ItemId, SourceKind

_UNDO = "undo"  # as `act_json` names it


def before_last_step(session: Session) -> DialogueState:
    """The state to go back to: before the last turn that changed something and was not gone back from itself.

    Turns that only asked or thanked change neither the wishes nor the cards: they are not gone back from.
    """
    steps = [session.begun]
    for turn in session.turns:
        if any(act["intent"] == _UNDO for act in turn.record.acts):
            steps = [*(steps[:-2] if len(steps) > 1 else []), turn.state]
        elif _steered(turn.state) != _steered(steps[-1]):
            steps.append(turn.state)
        else:
            steps[-1] = turn.state
    return steps[-2] if len(steps) > 1 else session.begun


def _steered(state: DialogueState) -> tuple[object, ...]:
    """What a person changes by a turn: wishes, judgements, the order, and the cards."""
    every = (*state.profile.short_term, *state.profile.long_term)
    # What was only opened was no step: nobody means it by "go back".
    interests = frozenset((p.key, p.weight > 0) for p in every if p.source.kind is not SourceKind.IMPLICIT)
    judged = (state.liked, state.disliked, state.known)
    conditions = frozenset((c.facet, c.test, c.hard) for c in state.constraints)
    searches = frozenset(
        (search.name, c.facet, c.test, c.hard) for search in state.searches for c in search.constraints
    )
    return conditions, searches, interests, state.anchors, judged, state.order, state.shown


def lists_of(session: Session) -> tuple[tuple[ItemId, ...], ...]:
    """The items of each turn that listed some, oldest first."""
    return tuple(tuple(item["id"] for item in turn.record.items) for turn in _listing(session))


def at_list(session: Session, place: int) -> DialogueState:
    """The state now, with the wishes of the turn that showed a list; `place` as in `acts.Recall`.

    Those items were chosen by the wishes of then: to go on from them is to go on from those.
    """
    state = session.state
    turns = _listing(session)
    index = place_in(place, len(turns))
    if not 0 <= index < len(turns):
        return replace(state, turn=state.turn + 1)
    then = turns[index].state
    return replace(
        state,
        turn=state.turn + 1,
        constraints=then.constraints,
        searches=then.searches,
        anchors=then.anchors,
        order=then.order,
        parked=then.parked,
    )


def place_in(place: int, count: int) -> int:
    """The index of a list among `count`: "the last list" is the one before what is in sight."""
    return place - 1 if place > 0 else max(count + place - 1, 0)


def _listing(session: Session) -> list[Turn]:
    return [turn for turn in session.turns if turn.record.items]
