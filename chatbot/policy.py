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
from chatbot.doubts import Doubt
from chatbot.state import DialogueState
from retriever.domain import ItemId, OfFacet, Order, Preference

# With fewer left than this, three cards and "more" are as quick as another question.
WORTH_ASKING_FROM = 8
MOST_ASKED = 8  # facets in a session, mostly two at a time
# A question that splits what is likely wanted by less than this many bits is not worth its reading. Both were
# chosen with simulated people (docs/evaluation.md), and hardly matter: 8 or 4 items, 0.5 or 0.8 bits.
LEAST_BITS = 0.5


@dataclass(frozen=True, slots=True)
class Recommend:
    """Show the best items. `may_ask`: one question may go with them.

    `fresh`: only items not shown before, if there are any; else `unseen_first`: those, and others behind them
    where they are too few; neither: whatever is best.

    `doubts`: what we may well have misread, said beside the items.
    """

    fresh: bool
    may_ask: bool
    doubts: tuple[Doubt, ...] = ()
    unseen_first: bool = False


@dataclass(frozen=True, slots=True)
class Relax:
    """Nothing fits, or no more does: say so, what giving up one wish brings, and what is nearest."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """Nothing fits, and we may have misread: say what was read, and offer to take it back."""

    doubts: tuple[Doubt, ...]


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
    """A courtesy: greet, thank, chat, decline, restart, hand over. `quote`: what was asked, if we lack it."""

    action: acts.Action
    quote: str = ""


Answering: TypeAlias = (
    Explain | CompareItems | AnswerItem | AnswerUnknown | AnswerCatalogue | Choose | TellProfile | Say
)
SystemAct: TypeAlias = Recommend | Relax | Confirm | Nearest | ShowAgain | Answering


def decide(
    state: DialogueState,
    heard: Sequence[UserAct],
    *,
    eligible: int,
    unseen: int,
    asked: Sequence[str] = (),
    doubts: Sequence[Doubt] = (),
) -> SystemAct:
    """The next system act. `state` holds the acts already.

    `eligible` counts the items that fit it, `unseen` those of them that were never shown; `asked` are the
    facets that our last reply asked about; `doubts`: what we may have misread. Never raises.
    """
    for act in heard:
        answer = _answer(act)
        if answer is not None:
            return answer
    if state.knows_nothing and any(isinstance(act, acts.Undo) for act in heard):
        # Gone back to before the first wish: to what was talked about then, or to the start.
        return AnswerItem(state.talked, "") if state.talked else Say(acts.Action.RESTART)
    wants_more = any(isinstance(act, acts.More) for act in heard)
    if eligible <= 0:
        if doubts:
            return Confirm(tuple(doubts))
        return Nearest() if _wants_what_is_left(state, heard) else Relax()
    if wants_more and unseen <= 0:
        return Relax()
    return Recommend(
        fresh=any(isinstance(act, _WANTS_OTHERS) for act in heard),
        # Gone back to, taken back or sorted anew: what was shown may be what is wanted now.
        unseen_first=state.order is None
        and not any(isinstance(act, (acts.Undo, acts.Remove)) for act in heard),
        may_ask=unseen >= WORTH_ASKING_FROM and _may_ask(state, heard, asked),
        doubts=tuple(doubt for doubt in doubts if doubt.far),
    )


# After these, what was shown before is not what the person wants to see again.
_WANTS_OTHERS = (acts.More, acts.Like, acts.Dislike, acts.Seen, acts.Critique, acts.Surprise)


def _wants_what_is_left(state: DialogueState, heard: Sequence[UserAct]) -> bool:
    """Whether others are wanted though nothing fits any more."""
    others = (acts.More, acts.Dislike, acts.Seen, acts.Surprise)
    return not state.searches and any(isinstance(act, others) for act in heard)


def _may_ask(state: DialogueState, heard: Sequence[UserAct], asked: Sequence[str]) -> bool:
    """Whether a question may go with what is shown; which one, and whether any helps, the catalogue tells."""
    return (
        not state.quiet
        and len(state.asked) < MOST_ASKED
        # Who leaves the choice to us does not want it back; after our question it means: no matter which.
        and not (not asked and any(isinstance(act, acts.Surprise) and act.indifferent for act in heard))
        and state.order is None
        # An answer would be about one of them, and which?
        and not state.searches
        # Who names something to be like has said what it should be.
        and not state.anchors
        and not _goes_on(heard, asked)
    )


def _goes_on(heard: Sequence[UserAct], asked: Sequence[str]) -> bool:
    """Whether the person passed over our question and told something else: then we listen, and ask later."""
    told = [facet for act in heard for facet in _about(act)]
    return bool(asked) and bool(told) and not set(asked) & set(told)


def _about(act: UserAct) -> tuple[str, ...]:
    """The facet that an act says something about; of free words, none by name."""
    match act:
        case acts.Constrain(_, constraint) | acts.Exclude(_, constraint) | acts.Critique(_, constraint):
            return (constraint.facet,)
        case acts.Inform(_, Preference(about=OfFacet(facet))):
            return (facet,)
        case acts.Inform() | acts.Similar():
            return ("",)
        case _:
            return ()


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
    acts.Chat: acts.Action.CHAT,
    acts.AskForPerson: acts.Action.HAND_OVER,
    acts.OutOfScope: acts.Action.DECLINE,
    acts.StartOver: acts.Action.RESTART,
    acts.ForgetMe: acts.Action.RESTART,
}
