"""What planning works with and makes: a desk, what earlier turns left, and the plan of one reply.

Plain values but for the desk, which opens what reading and answering about a catalogue need.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chatbot.acts import Action
from chatbot.chips import QuickReplies
from chatbot.events import Quick
from chatbot.evidence import EvidenceMaker
from chatbot.state import DialogueState, union
from chatbot.turn_data import Ranking
from chatbot.understanding import Understanding
from generator.replies import Evidence
from retriever.domain import Item, ItemId
from retriever.pipeline import Retriever


class Desk:
    """Everything that reading and answering about one opened catalogue needs; made once a generation."""

    def __init__(self, retriever: Retriever, language: str, contact: str = "") -> None:
        self.contact = contact
        self.retriever = retriever
        self.language = language
        self.understanding = Understanding(retriever, language)
        self.evidence = EvidenceMaker(retriever, language)
        self.quick = QuickReplies(retriever, self.understanding, language)
        self.titles = frozenset(retriever.catalogue.titles())


class Plan:
    """What a turn will show and say; `state` is the one to keep."""

    def __init__(
        self,
        action: Action,
        evidence: Evidence,
        state: DialogueState,
        items: Sequence[Item] = (),
        quick: tuple[Quick, ...] = (),
    ) -> None:
        self.rankings: tuple[Ranking, ...] = ()
        self.action = action
        self.evidence = evidence
        self.items = tuple(items)
        self.question = evidence.question
        self.quick = quick
        self.kinds: dict[ItemId, str] = {}  # what each item is, of several things looked for at once
        shown = tuple(item.id for item in items)
        self.state = (
            state
            if not shown
            else replace(
                state,
                shown=shown,
                ever_shown=union(state.ever_shown, shown),
                talked=(),
                focus=shown[0] if state.focus not in shown else state.focus,
                group=shown if len(shown) > 1 else state.group,
            )
        )


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier turns left to ask for: the lists shown, and the ranking behind the last of them."""

    lists: tuple[tuple[ItemId, ...], ...] = ()
    last_ranking: Callable[[], Ranking | None] = lambda: None
