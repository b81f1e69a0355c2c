"""What Parley promises to whom it talks with: kept in many talks, and a breach is noticed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chatbot.build import Parley
from chatbot.evaluation.people.drawing import Habits, draw_person
from chatbot.evaluation.people.keeping import Promise, SilentWriter, Watch, Watched, keep_watch
from chatbot.evaluation.people.meeting import meet
from chatbot.evaluation.people.mind import Kind, Mind, Move
from chatbot.evaluation.people.peers import PerfectEar
from chatbot.evaluation.people.persons import Manner, Person, Taste, Wish, bounded, wanted
from chatbot.evaluation.people.systems import Answer, FixedQuestions
from chatbot.evaluation.stage import open_stage
from chatbot.state import DialogueState
from retriever.catalogue import Catalogue
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    FacetRole,
    Is,
    Item,
    NoneOf,
    Source,
    SourceKind,
    Test,
)

SAID = Source(SourceKind.QUOTE, 1, "words")
LAMPS = Catalogue(
    "lamps",
    [
        Facet("category", FacetKind.CATEGORY, "category", role=FacetRole.CATEGORY),
        Facet("price", FacetKind.NUMBER, "price", unit="EUR", role=FacetRole.PRICE),
        Facet("colour", FacetKind.TAGS, "colour"),
        Facet("dimmable", FacetKind.BOOLEAN, "dimmable"),
    ],
    [
        Item("a", "Lamp A", "", {"category": "lamps", "price": 50.0, "colour": ("red",), "dimmable": True}),
        Item("b", "Lamp B", "", {"category": "lamps", "price": 80.0, "colour": ("blue",)}),
    ],
)


class Acting:
    """A stage on which Parley shows, asks and knows what a test tells it to, turn by turn."""

    def __init__(self, *turns: tuple[tuple[str, ...], str, DialogueState]) -> None:
        self._turns = list(turns)
        self._now = self._turns[0]
        self.chatbot = SimpleNamespace(reply=self._reply)

    def catalogue(self, _: str) -> Catalogue:
        return LAMPS

    def begin(self, seed: str) -> None:
        pass

    def start(self, _: str) -> str:
        return "talk"

    def finish(self, record: Any) -> Any:
        return record

    def state(self, _: str) -> DialogueState:
        return self._now[2]

    def _reply(self, _: str, __: str) -> Any:
        self._now = self._turns.pop(0)
        return SimpleNamespace(items=[{"id": one} for one in self._now[0]], asks=self._now[1], text="")


def knowing(*tests: tuple[str, Test], hard: bool = True, **more: Any) -> DialogueState:
    held = tuple(Constraint(facet, test, SAID, hard=hard) for facet, test in tests)
    return DialogueState(constraints=held, **more)


def nobody(**changes: Any) -> Person:
    given = {"number": 7, "wishes": (), "patience": 5, "contradiction_rate": 0.0, "typing_error_rate": 0.0}
    return Person(**(given | changes))


def watched(*turns: tuple[tuple[str, ...], str, DialogueState], refused: tuple[str, ...] = ()) -> Watch:
    watch = Watch()
    system = Watched(Acting(*turns), "lamps", 0, watch)  # type: ignore[arg-type]  # a stage in all it needs
    system.begin(7)
    mind = Mind.of(nobody())
    mind.take_in(Move(Kind.REFUSE, "no", refuses=refused))
    system.overhear(mind)
    for _ in turns:
        system.say("anything")
    return watch


@pytest.mark.parametrize(
    ("facet", "test"),
    [
        ("category", AnyOf(("chairs",))),
        ("colour", NoneOf(("Red",))),
        ("price", Between(high=50.0, strict=True)),
        ("price", Between(low=50.5)),
        ("dimmable", Is(value=False)),
    ],
)
def test_a_card_that_breaks_a_must_is_a_breach_and_one_that_breaks_a_softer_wish_is_none(
    facet: str, test: Test
):
    (breach,) = watched((("a",), "", knowing((facet, test)))).breaches
    assert (breach.promise, breach.person, breach.turn) == (Promise.WISHES, 7, 1)
    assert "Lamp A" in breach.what
    assert watched((("a",), "", knowing((facet, test), hard=False))).breaches == []


def test_musts_that_are_kept_are_looked_at_and_are_no_breach():
    state = knowing(("price", Between(high=50.0)), ("colour", AnyOf(("RED",))), ("dimmable", Is(value=True)))
    watch = watched((("a",), "", state))
    assert watch.looked[Promise.WISHES] == 3
    assert watch.breaches == []


def test_what_the_person_refused_is_a_breach_even_where_parley_did_not_hear_it():
    (breach,) = watched((("b", "a"), "", DialogueState()), refused=("a",)).breaches
    assert (breach.promise, breach.what) == (Promise.REFUSALS, "Lamp A")
    (noted,) = watched((("b",), "", DialogueState(disliked=("b",)))).breaches
    assert noted.promise is Promise.REFUSALS


def test_a_question_about_what_is_told_asked_before_or_taken_back_is_a_breach():
    red = ("colour", AnyOf(("red",)))
    (told,) = watched(((), "colour", knowing(red))).breaches
    assert told.promise is Promise.QUESTIONS
    again = watched(((), "price", DialogueState()), ((), "", DialogueState()), ((), "price", DialogueState()))
    assert [breach.turn for breach in again.breaches] == [3]
    taken_back = watched(((), "", knowing(red)), ((), "colour", DialogueState()))
    assert [breach.turn for breach in taken_back.breaches] == [2]
    assert watched(((), "price", knowing(red))).breaches == []


def test_in_forty_talks_with_hard_people_every_promise_is_kept(parley: Parley):
    """`parley bench people --check` holds two thousand of them."""
    with open_stage(parley, SilentWriter()) as stage:
        kept = [
            keep_watch(stage, name, count, 11)
            for name, count in (("shop", 14), ("films", 14), ("books_zh", 12))
        ]
    assert [breach for each in kept for breach in each.watch.breaches] == []
    assert sum(each.watch.looked[Promise.WISHES] for each in kept) > 500
    assert sum(each.watch.looked[Promise.REFUSALS] for each in kept) > 20
    assert sum(each.watch.looked[Promise.QUESTIONS] for each in kept) > 50
    said = {kind for each in kept for kind in each.kinds}
    assert {Kind.SLIP, Kind.TAKE_BACK, Kind.CHANGE, Kind.CRITIQUE, Kind.ASK, Kind.INSIST} <= said


# --- whom they meet -----------------------------------------------------------------------------------

WANTS = (Wish(wanted("category", ("lamps",))), Wish(bounded("price", -float("inf"), 60.0)))


class Shows:
    """Shows one lamp, asks what it is told to, and remembers what it heard."""

    name = "shows"

    def __init__(self, asks: str = "") -> None:
        self._asks = asks
        self.heard: list[str] = []

    def begin(self, person: int) -> None:
        self.heard = []

    def say(self, text: str) -> Answer:
        self.heard.append(text)
        return Answer(("b",), asks=self._asks)


def test_the_second_of_two_facets_asked_about_is_judged_too():
    state = knowing(("price", Between(high=90.0)), asked=("colour", "price"))
    (breach,) = watched((("a",), "colour", state)).breaches
    assert (breach.promise, breach.what) == (Promise.QUESTIONS, "price")
    state = knowing(("category", AnyOf(("lamps",))), asked=("colour", "price"))
    watch = watched((("a",), "colour", state))
    assert (watch.looked[Promise.QUESTIONS], watch.breaches) == (2, [])


def test_a_reticent_person_tells_the_rest_when_asked_and_not_before():
    for seed in range(5):
        unasked, asked = Shows(), Shows("price")
        one = nobody(wishes=WANTS, manner=Manner.RETICENT, threshold=2.0, verbosity=1)
        meet(one, unasked, LAMPS, seed)
        assert not any("60" in said for said in unasked.heard)
        meet(one, asked, LAMPS, seed)
        assert "60" in asked.heard[1]


def test_reticence_changes_nothing_else_about_anybody(parley: Parley):
    shop = parley.shelf.get("shop").catalogue
    from dataclasses import replace

    for number in range(5):
        quiet = draw_person(shop, number, 3, habits=Habits(reticent=1.0))
        assert quiet.manner is Manner.RETICENT
        assert replace(quiet, manner=Manner.MEASURED) == draw_person(shop, number, 3)


def test_a_form_first_hears_all_answers_before_it_looks():
    inner = Shows()
    form = FixedQuestions("form", inner, ("category", "price"), waits=True)
    form.begin(1)
    assert form.say("hello") == Answer((), asks="category")
    assert form.say("lamps") == Answer((), asks="price")
    assert form.say("under 60").items == ("b",)
    assert inner.heard == ["hello. lamps. under 60"]


def test_perfect_questions_are_about_what_weighs_most_and_was_not_told():
    ear = PerfectEar(LAMPS, asks=True)
    mind = Mind.of(nobody(wishes=WANTS, tastes=(Taste("colour", "red", 1.0),)))
    ear.begin(1)
    ear.overhear(mind)
    # Musts weigh more than any feeling; what was asked is not asked again, answered or not.
    assert ear.say("hello").asks == "category"
    mind.take_in(Move(Kind.ANSWER, "lamps", tells=WANTS[:1]))
    assert ear.say("lamps").asks == "price"
    mind.asked.add("price")
    assert ear.say("more").asks == "colour"
    mind.asked.add("colour")
    assert ear.say("more").asks == ""
