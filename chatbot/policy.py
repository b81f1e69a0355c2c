"""What to do next: acts and state → one system act.

Pure and total. Recommends as soon as there is anything to go by, and then may ask one question
beside it; a question to us is answered before anything else is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.state import DialogueState
from retriever.domain import ItemId, Order

# With fewer left than this, three cards and "more" are quicker than another question.
WORTH_ASKING_FROM = 24
MOST_QUESTIONS = 3
# A question that splits what is left by less than this many bits is a waste of a turn.
LEAST_BITS = 0.8


@dataclass(frozen=True, slots=True)
class Recommend:
    """Show the best items. `fresh`: only items not shown before. `may_ask`: one question may go with it."""

    fresh: bool
    may_ask: bool


@dataclass(frozen=True, slots=True)
class Relax:
    """Nothing fits: say so, and what giving up one wish would bring."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """Nothing fits, and others are wanted: let the softest wish go, say so, and show what is left."""


@dataclass(frozen=True, slots=True)
class ShowAgain:
    """Show items as they were listed before. `place` counts lists from 1, from the end below 0."""

    place: int


@dataclass(frozen=True, slots=True)
class Explain:
    """Say why items were recommended; `against`: why they were not."""

    items: tuple[ItemId, ...]
    against: bool = False


@dataclass(frozen=True, slots=True)
class CompareItems:
    """Say how items differ."""

    items: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class AnswerItem:
    """Answer about items from their records. `facet`: what was asked, or empty; `shows`: as cards too."""

    items: tuple[ItemId, ...]
    facet: str
    value: str = ""
    shows: bool = False


@dataclass(frozen=True, slots=True)
class AnswerUnknown:
    """Say that an item spoken of isn't there."""

    question: acts.AskUnknown


@dataclass(frozen=True, slots=True)
class AnswerCatalogue:
    """Answer about the whole catalogue from the ledger."""

    question: acts.AskCatalogue


@dataclass(frozen=True, slots=True)
class Choose:
    """Order the shown items by a facet: "the lightest of these"."""

    order: Order


@dataclass(frozen=True, slots=True)
class TellProfile:
    """Say what is known of the person, or why it is thought so."""

    question: acts.AskProfile


@dataclass(frozen=True, slots=True)
class Say:
    """A courtesy: greet, thank, decline, restart, hand over. `quote`: what was asked for, if we lack it."""

    action: acts.Action
    quote: str = ""


Answering: TypeAlias = (
    Explain | CompareItems | AnswerItem | AnswerUnknown | AnswerCatalogue | Choose | TellProfile | Say
)
SystemAct: TypeAlias = Recommend | Relax | Nearest | ShowAgain | Answering


def decide(
    state: DialogueState, heard: Sequence[UserAct], *, eligible: int, asked_last_turn: bool
) -> SystemAct:
    """The next system act. `state` holds the acts already; `eligible` counts the items that fit it."""
    for act in heard:
        answer = _answer(act)
        if answer is not None:
            return answer
    if state.knows_nothing and any(isinstance(act, acts.Undo) for act in heard):
        # Gone back to before the first wish: to what was talked about then, or to the start.
        return AnswerItem(state.talked, "") if state.talked else Say(acts.Action.RESTART)
    if eligible == 0:
        others = any(isinstance(act, (acts.More, acts.Dislike, acts.Seen, acts.Surprise)) for act in heard)
        return Nearest() if others and not state.searches else Relax()
    return Recommend(
        fresh=any(isinstance(act, _WANTS_OTHERS) for act in heard),
        may_ask=(
            eligible >= WORTH_ASKING_FROM
            and len(state.asked) < MOST_QUESTIONS
            and not asked_last_turn
            and not state.quiet
            # Who leaves the choice to us does not want it back.
            and not any(isinstance(act, acts.Surprise) and act.indifferent for act in heard)
            and state.order is None
            # An answer would be about one of them, and which?
            and not state.searches
            # Who names something to be like has said what it should be.
            and not state.anchors
        ),
    )


# After these, what was shown before is not what the person wants to see again.
_WANTS_OTHERS = (acts.More, acts.Like, acts.Dislike, acts.Seen, acts.Critique, acts.Surprise)


def _answer(act: UserAct) -> SystemAct | None:
    match act:
        case acts.Why(_, items, against):
            return Explain(items, against)
        case acts.Compare(_, items):
            return CompareItems(items)
        case acts.AskItem(_, items, facet, value, shows):
            return AnswerItem(items, facet, value, shows)
        case acts.AskUnknown():
            return AnswerUnknown(act)
        case acts.AskCatalogue():
            return AnswerCatalogue(act)
        case acts.Superlative(_, order, acts.Scope.SHOWN):
            return Choose(order)
        case acts.AskProfile():
            return TellProfile(act)
        case acts.Recall(_, place):
            return ShowAgain(place)
        case acts.AskUnmeasured(quote):
            return Say(acts.Action.ANSWER, quote)
        case _:
            courtesy = _COURTESIES.get(type(act))
            return None if courtesy is None else Say(courtesy)


_COURTESIES: dict[type[UserAct], acts.Action] = {
    acts.Greet: acts.Action.GREET,
    acts.Thank: acts.Action.THANK,
    acts.AskForPerson: acts.Action.HAND_OVER,
    acts.OutOfScope: acts.Action.DECLINE,
    acts.StartOver: acts.Action.RESTART,
    acts.ForgetMe: acts.Action.RESTART,
}
