"""Simulated people: drawn from a seed, content only with what they wished, and not to be gamed."""

from __future__ import annotations

import random

import pytest

from chatbot.evaluation.conditions import Condition
from chatbot.evaluation.people.gathering import gather
from chatbot.evaluation.people.meeting import meet
from chatbot.evaluation.people.persons import Person, Wish, draw_person
from chatbot.evaluation.people.speech import Speech
from chatbot.evaluation.people.systems import Answer
from chatbot.evaluation.stage import Stage
from retriever.catalogue import Catalogue
from retriever.errors import InputError

TENTS = Wish(Condition("category", "category", ("tents",)))
CHEAP = Wish(Condition("price", "price", bounds=(-float("inf"), 100.0)))


class Recorded:
    """A system that shows what it was told to, and remembers what it heard."""

    name = "recorded"

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.heard: list[str] = []

    def begin(self, person: int) -> None:
        self.heard = []

    def say(self, text: str) -> Answer:
        self.heard.append(text)
        return self._answers[min(len(self.heard), len(self._answers)) - 1]


def ids(catalogue: Catalogue, *, category: str, below: float) -> tuple[str, ...]:
    return tuple(
        item.id
        for item in catalogue.items
        if item.facets["category"] == category and item.facets["price"] < below
    )[:3]


def person(**changes: object) -> Person:
    values = {"number": 1, "wishes": (TENTS, CHEAP), "patience": 5, "contradiction_rate": 0.0,
              "typing_error_rate": 0.0}  # fmt: skip
    return Person(**(values | changes))  # type: ignore[arg-type]


def test_people_come_out_the_same_for_the_same_seed_and_can_be_pleased(stage: Stage):
    for name in ("shop", "films"):
        catalogue = stage.catalogue(name)
        people = [draw_person(catalogue, number, 7) for number in range(20)]
        assert people == [draw_person(catalogue, number, 7) for number in range(20)]
        for one in people:
            fitting = [item for item in catalogue.items if one.accepts(item)]
            assert 2 <= len(fitting) <= 0.04 * len(catalogue)
            assert len(one.wishes) >= 2


def test_a_catalogue_that_tells_nothing_apart_has_nobody():
    catalogue = Catalogue("dull", (), [])
    with pytest.raises((InputError, IndexError)):
        draw_person(catalogue, 1, 0)


def test_a_person_takes_what_fits_and_says_which(stage: Stage):
    catalogue = stage.catalogue("shop")
    system = Recorded(Answer(ids(catalogue, category="tents", below=100.0)))
    meeting = meet(person(), system, catalogue, 0)
    assert meeting.success
    assert meeting.turns == 1
    assert meeting.satisfaction == 1.0
    assert "first" in system.heard[-1]


def test_a_person_insists_on_what_is_ignored_and_gives_up(stage: Stage):
    catalogue = stage.catalogue("shop")
    system = Recorded(Answer(ids(catalogue, category="jackets", below=500.0)))
    meeting = meet(person(), system, catalogue, 0)
    assert not meeting.success
    assert meeting.satisfaction == 0.0
    assert meeting.breaking >= 3
    assert meeting.repeated >= 3
    assert any("tents" in said for said in system.heard[1:])


def test_a_question_about_a_waiting_wish_is_answered_and_a_needless_one_is_counted(stage: Stage):
    catalogue = stage.catalogue("shop")
    for seed in range(6):
        system = Recorded(Answer((), asks="price"), Answer((), asks="price"))
        meeting = meet(person(), system, catalogue, seed)
        assert any("100" in said for said in system.heard[:2])
        assert meeting.needless >= 1
        assert meeting.questions == meeting.turns


def test_a_mistake_is_taken_back_before_anything_is_taken(stage: Stage):
    catalogue = stage.catalogue("shop")
    fitting = Answer(ids(catalogue, category="tents", below=100.0))
    system = Recorded(Answer(()), fitting)
    meeting = meet(person(contradiction_rate=1.0), system, catalogue, 1)
    assert meeting.success
    assert meeting.turns == 3
    assert "forget" in system.heard[2] or "never mind" in system.heard[2]


def test_typing_errors_change_words_but_not_figures(stage: Stage):
    speech = Speech(stage.catalogue("shop"), random.Random(0), 1.0)
    assert speech.typed("under 200 or so") != "under 200 or so"
    assert "200" in speech.typed("under 200 or so")
    exact = Speech(stage.catalogue("shop"), random.Random(0), 0.0)
    assert exact.typed("waterproof jackets") == "waterproof jackets"


def test_neither_chance_nor_popularity_pleases_people_as_parley_does(stage: Stage):
    gathered = {each.system: each for each in gather(stage, "shop", 24, 3)}
    satisfaction = {
        name: {f.name: f for f in each.figures}["satisfaction"] for name, each in gathered.items()
    }
    assert set(satisfaction) == {"Parley", "random", "most popular"}
    assert satisfaction["Parley"].low > satisfaction["random"].high
    assert satisfaction["Parley"].low > satisfaction["most popular"].high
