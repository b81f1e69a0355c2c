"""One person's side of a rehearsed conversation.

In: the steps of a script. Out: what each left behind.
"""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import process

from chatbot.chips import KEY_JOINT
from chatbot.evaluation.bench import Observation, item_of
from chatbot.evaluation.conditions import ImpossibleCondition, parse
from chatbot.evaluation.script import Step
from chatbot.evaluation.stage import Stage
from chatbot.events import Event, Quick
from chatbot.state import DialogueState
from retriever.catalogue import Catalogue
from retriever.domain import ItemId


class CannotDo(Exception):
    """A step that the conversation leaves no room for: a card that is not shown, a chip that is not there."""


class Performer:
    """One person's side of a conversation: says and does, and sees what comes back."""

    def __init__(self, stage: Stage, catalogue: str) -> None:
        self._stage = stage
        self._name = catalogue
        self._catalogue: Catalogue = stage.catalogue(catalogue)
        self._session = ""
        self._cards: tuple[ItemId, ...] = ()
        self._quick: tuple[Quick, ...] = ()

    def enter(self, person: str = "") -> None:
        """Begin a conversation; a named person is known again."""
        self._session = self._stage.chatbot.start(self._name, person)
        self._cards = ()
        self._quick = self._stage.chatbot.restore(self._session).quick_replies

    def do(self, step: Step) -> Observation:
        """One turn.

        Raises:
            ParleyError: Parley refused it.
            CannotDo: there is no such card, chip or quick reply.
        """
        before = self._stage.state(self._session)
        if step.click is not None:
            record = self._stage.passed(self._stage.chatbot.click(self._session, self._item(step.click)))
        else:
            record = self._stage.finish(self._events(step, before))
        if record.cards:
            self._cards = tuple(card.item_id for card in record.cards)
        self._quick = record.quick_replies
        return Observation(record, before, self._stage.state(self._session))

    def _events(self, step: Step, state: DialogueState) -> Iterator[Event]:
        chatbot, session = self._stage.chatbot, self._session
        if step.user is not None:
            return chatbot.reply(session, step.user)
        if step.remove is not None:
            return chatbot.remove(session, self._chip(step.remove, state))
        if step.quick is not None:
            if step.quick > len(self._quick):
                raise CannotDo(f"there are {len(self._quick)} quick replies")
            return chatbot.reply(session, self._quick[step.quick - 1].text)
        for name, liked in (("like", True), ("dislike", False), ("unjudge", None)):
            judged = getattr(step, name)
            if judged is not None:
                return chatbot.feedback(session, self._item(judged), liked)
        raise AssertionError("a step without an act")  # the model refuses one

    def _item(self, named: int | str) -> ItemId:
        if isinstance(named, int):
            if named > len(self._cards):
                raise CannotDo(f"there is no card {named}; {len(self._cards)} are shown")
            return self._cards[named - 1]
        item = item_of(named, self._catalogue)
        assert item is not None  # looked for before the first turn
        return item

    def _chip(self, named: str, state: DialogueState) -> str:
        chips = self._stage.chatbot.restore(self._session).chips
        for chip in chips:
            if chip.label.casefold() == named.casefold():
                return chip.key
        try:
            condition = parse(named, self._catalogue)
        except ImpossibleCondition:
            condition = None
        if condition is not None:
            keys = {each.key for each in state.constraints if condition.says_same(each)}
            for chip in chips:
                if keys.intersection(chip.key.split(KEY_JOINT)):
                    return chip.key
        labels = [chip.label for chip in chips]
        near = process.extractOne(named, labels, score_cutoff=60) if labels else None
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(labels) or 'none'}"
        raise CannotDo(f"there is no chip {named!r}{hint}")
