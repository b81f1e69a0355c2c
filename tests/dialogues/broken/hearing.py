"""Breaks of understanding: what is heard as its opposite, as another thing, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from chatbot import constraints, tracking
from chatbot.understanding import questions, reader, several, shown_items, wishes
from chatbot.understanding.amounts import AmountReader
from chatbot.understanding.mentions import Mention, Shown
from chatbot.understanding.reading import Reading
from chatbot.understanding.sentence import Sentence
from chatbot.understanding.shown_items import ShownItemFinder
from chatbot.understanding.spelling import Spelling
from chatbot.understanding.tokens import Token
from retriever.domain import Between, Constraint, ItemId


def negation_lost(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Sentence, "_negation", lambda self: [False] * len(self.tokens))


def _turned(test: Any) -> Any:
    is_limit = isinstance(test, Between) and (test.low is None) != (test.high is None)
    return Between(test.high, test.low, test.strict) if is_limit else test


def limit_turned_round(patch: pytest.MonkeyPatch) -> None:
    real = wishes._constrain

    def constrain(reading: Reading, first: Mention, facet: str, test: Any, end: int, **more: Any) -> None:
        real(reading, first, facet, _turned(test), end, **more)

    patch.setattr(wishes, "_constrain", constrain)


def critique_turned_round(patch: pytest.MonkeyPatch) -> None:
    """Dearer for cheaper."""
    real = tracking.narrow

    def narrow(held: Any, new: Constraint, shelves: Any) -> Any:
        return real(held, Constraint(new.facet, _turned(new.test), new.source, new.hard), shelves)

    patch.setattr(tracking, "narrow", narrow)


def hedges_not_heard(patch: pytest.MonkeyPatch) -> None:
    """ "Ideally" and "if possible" are musts."""
    patch.setattr(Sentence, "softened", lambda *_: False)


def units_not_converted(patch: pytest.MonkeyPatch) -> None:
    """Three kilograms are three grams."""
    made = AmountReader.__init__

    def init(self: AmountReader, *args: Any) -> None:
        made(self, *args)
        self._units = {name: (measure, 1.0) for name, (measure, _) in self._units.items()}

    patch.setattr(AmountReader, "__init__", init)


def second_is_first(patch: pytest.MonkeyPatch) -> None:
    real = shown_items._place

    def place(place: str, shown: Shown) -> tuple[ItemId, ...]:
        return real("1" if place.isdecimal() and place != "0" else place, shown)

    patch.setattr(shown_items, "_place", place)


def look_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    """ "The red one" is no item in sight."""
    patch.setattr(ShownItemFinder, "_by_look", lambda _, __, mention, ___: mention)


def misspelt_not_read(patch: pytest.MonkeyPatch) -> None:
    def as_written(self: Spelling, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        return tokens

    patch.setattr(Spelling, "corrected", as_written)


def private_things_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reader, "leave_out_private", lambda _: None)


def only_the_first_of_several(patch: pytest.MonkeyPatch) -> None:
    """ "A tent and two sleeping bags" is a tent."""
    real = wishes._alternatives

    def alternatives(*args: Any) -> Any:
        return real(*args)[:1]

    def newest(old: Constraint, new: Constraint, *_: Any) -> bool:
        return False

    patch.setattr(wishes, "_alternatives", alternatives)
    patch.setattr(constraints, "_alternatives", newest)
    patch.setattr(several, "things_of", lambda _: [])


def said_of_all(patch: pytest.MonkeyPatch) -> None:
    """What is said of one of several things is said of all."""
    patch.setattr(several, "_of", lambda act, _: act)


def question_taken_for_a_wish(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(questions.QuestionReader, "read", lambda *_: None)
