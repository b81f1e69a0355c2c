"""Several things looked for at once: each with its own conditions, and none lost on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from turns import NOON, finish

from chatbot import acts
from chatbot.chips import chips
from chatbot.codec import condition_text, read_state, write_state
from chatbot.constraints import Shelves
from chatbot.engine import Chatbot
from chatbot.events import TurnRecord
from chatbot.searches import views
from chatbot.sessions import hashed
from chatbot.sql_sessions import SqlSessionStore
from chatbot.state import DialogueState
from chatbot.tracking import hear
from chatbot.understanding import Understanding
from chatbot.understanding.reader import Situation
from generator.writer import Writer
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    Facet,
    FacetKind,
    FacetRole,
    NoneOf,
    OfFacet,
    Source,
    SourceKind,
)
from retriever.open import Shelf

FACETS = {
    "category": Facet("category", FacetKind.CATEGORY, "category", role=FacetRole.CATEGORY),
    "colour": Facet("colour", FacetKind.TAGS, "colour"),
    "price": Facet("price", FacetKind.NUMBER, "price", role=FacetRole.PRICE),
}
EVERYTHING = Shelves(FACETS.get, lambda constraints: 9)


def said(turn: int) -> Source:
    return Source(SourceKind.QUOTE, turn, "said")


def kind(value: str, turn: int = 1, *, adds: bool = False) -> acts.Constrain:
    return acts.Constrain(value, Constraint("category", AnyOf((value,)), said(turn)), adds, search=value)


def colour(value: str, turn: int = 1, *, of: str = "") -> acts.Constrain:
    return acts.Constrain(value, Constraint("colour", AnyOf((value,)), said(turn)), True, search=of)


def below(price: float, turn: int = 1, *, of: str = "") -> acts.Constrain:
    return acts.Constrain("", Constraint("price", Between(high=price), said(turn)), search=of)


def after(*turns: tuple[acts.UserAct, ...], shelves: Shelves = EVERYTHING) -> DialogueState:
    state = DialogueState()
    for heard in turns:
        state, _ = hear(state, heard, shelves, 0.0)
    return state


def told(state: DialogueState) -> list[list[str]]:
    """What each search looks for."""
    return [[condition_text(c) for c in view.constraints] for view in views(state)]


def red_jacket_and_boots() -> tuple[acts.UserAct, ...]:
    return (kind("jackets"), colour("red", of="jackets"), kind("boots"), below(150, of="boots"))


def test_each_thing_keeps_its_own_conditions():
    assert told(after(red_jacket_and_boots())) == [
        ["category = jackets", "colour = red"],
        ["category = boots", "price <= 150"],
    ]


def test_every_thing_that_is_asked_for_is_noted_alike():
    state = after(red_jacket_and_boots())
    noted = {p.about.value: p.times for p in state.profile.mentioned if isinstance(p.about, OfFacet)}
    assert {noted["jackets"], noted["boots"], noted["red"]} == {1}


def test_what_holds_for_all_is_a_condition_of_the_dialogue():
    state = after(red_jacket_and_boots(), (below(200, 2),))
    assert [condition_text(c) for c in state.constraints] == ["category = jackets | boots", "price <= 200"]
    assert told(state)[0] == ["category = jackets", "price <= 200", "colour = red"]


def test_a_condition_that_only_one_thing_can_have_is_said_of_that_one():
    no_boots_are_blue = Shelves(
        FACETS.get,
        lambda constraints: int(
            not {"category = boots", "colour = blue"} <= {condition_text(c) for c in constraints}
        ),
    )
    state = after(red_jacket_and_boots(), (colour("blue", 2),), shelves=no_boots_are_blue)
    assert told(state)[1] == ["category = boots", "price <= 150"]
    assert "colour = blue" in told(state)[0]


def test_a_limit_of_one_thing_replaces_the_limit_of_all_for_it_alone():
    begun = after((below(80),), red_jacket_and_boots())
    assert "price <= 80" in told(begun)[0]
    assert "price <= 80" not in told(begun)[1]
    state = after((below(80),), red_jacket_and_boots(), (below(60, 3, of="jackets"),))
    assert "price <= 60" in told(state)[0]
    assert "price <= 150" in told(state)[1]
    assert not any("price <= 80" in each for each in told(state))


def test_the_last_thing_left_is_all_there_is():
    only_boots = acts.Constrain("boots", Constraint("category", AnyOf(("boots",)), said(2)))
    state = after(red_jacket_and_boots(), (only_boots,))
    assert state.searches == ()
    assert [condition_text(c) for c in state.constraints] == ["category = boots", "price <= 150"]


def test_ruling_out_a_thing_leaves_the_others():
    no_boots = acts.Exclude("no boots", Constraint("category", NoneOf(("boots",)), said(2)))
    three = (*red_jacket_and_boots(), kind("tents"))
    state = after(three, (no_boots,))
    assert [search.name for search in state.searches] == ["jackets", "tents"]


def test_a_new_request_ends_them_all():
    lamps = acts.Constrain("lamps", Constraint("category", AnyOf(("lamps",)), said(2)))
    state = after(red_jacket_and_boots(), (lamps, below(30, 2)))
    assert state.searches == ()
    assert [condition_text(c) for c in state.constraints] == ["category = lamps", "price <= 30"]


def test_one_more_thing_keeps_what_was_said_of_the_first():
    lamps = acts.Constrain("lamps", Constraint("category", AnyOf(("lamps",)), said(1)))
    state = after((lamps, below(40)), (kind("stoves", 2, adds=True),))
    assert told(state) == [["category = lamps", "price <= 40"], ["category = stoves"]]


@pytest.mark.parametrize(
    ("key", "left"),
    [
        ("search:jackets:colour any red", [["category = jackets"], ["category = boots", "price <= 150"]]),
        ("search:jackets", [["category = boots", "price <= 150"]]),
        ("price between ..150", [["category = jackets", "colour = red"], ["category = boots"]]),
    ],
)
def test_what_a_chip_takes_back_is_gone_and_nothing_else(key: str, left: list[list[str]]):
    state = after(red_jacket_and_boots(), (acts.Remove("", (key,)),))
    assert told(state) == left


def test_searches_are_stored_and_read_back():
    state = after(red_jacket_and_boots())
    assert read_state(write_state(state)) == state


def test_a_session_stored_before_there_were_searches_opens():
    state = after((below(80),))
    old = {key: value for key, value in write_state(state).items() if key != "searches"}
    assert read_state(old) == state


# --- read from words, and shown ---------------------------------------------------------------------


def heard_of(reader: Understanding, text: str) -> dict[str, list[str]]:
    """Search → its conditions as they were heard."""
    found: dict[str, list[str]] = {}
    for act in reader.read(text, Situation(1)):
        if isinstance(act, (acts.Constrain, acts.Exclude)):
            found.setdefault(act.search, []).append(condition_text(act.constraint))
    return found


@pytest.mark.parametrize(
    ("text", "jackets", "boots"),
    [
        ("a red jacket and boots under 150", ["colour = red"], ["price < 150"]),
        ("boots under 100 and a black jacket", ["colour = black"], ["price < 100"]),
        ("waterproof jackets and boots", ["waterproof = yes"], ["waterproof = yes"]),
        ("jackets and boots under 100", ["price < 100"], ["price < 100"]),
        ("a jacket and boots, each under 100", ["price < 100"], ["price < 100"]),
        ("for hiking I need a jacket and boots", ["activities = hiking"], ["activities = hiking"]),
    ],
)
def test_words_go_to_the_thing_that_they_are_said_of(
    shop_reader: Understanding, text: str, jackets: list[str], boots: list[str]
):
    found = heard_of(shop_reader, text)
    assert found["jackets"][1:] == jackets
    assert found["boots"][1:] == boots
    assert set(found) == {"jackets", "boots"}


@pytest.mark.parametrize("text", ["a jacket or boots under 100", "a comedy drama", "jackets without a hood"])
def test_one_thing_is_not_taken_for_several(shop_reader: Understanding, text: str):
    assert all(not name for name in heard_of(shop_reader, text))


def test_each_card_meets_all_conditions_of_its_own_search(talk: Callable[..., list[TurnRecord]]):
    records = talk(
        "shop", "a red jacket under 100 and boots under 150", "cheaper", "the boots in black", "show me more"
    )
    for record in records[:2]:
        assert {card.search for card in record.cards} <= {"jackets", "boots"}
        for item in record.items:
            if item["facets"]["category"] == "jackets":
                assert "red" in item["facets"]["colour"]
                assert item["price"] < 100
            else:
                assert item["facets"]["category"] == "boots"
                assert item["price"] < 150


def test_a_conversation_about_two_things_survives_the_store_and_going_back(
    shelf: Shelf, store: SqlSessionStore
):
    first = Chatbot(shelf, store, Writer(None), now=lambda: NOON)
    session = first.start("shop")
    begun = finish(first.reply(session, "a red jacket and a blue towel"))
    second = Chatbot(shelf, store, Writer(None), now=lambda: NOON)
    assert second.restore(session).turns[0] == begun
    finish(second.reply(session, "just the towel"))
    back = finish(second.reply(session, "go back"))
    assert [(c.key, c.label) for c in back.chips] == [(c.key, c.label) for c in begun.chips]
    loaded = store.load(hashed(session))
    assert loaded is not None
    assert [search.name for search in loaded.state.searches] == ["jackets", "towels"]


def test_a_chip_of_one_search_says_which(shelf: Shelf):
    state = after(red_jacket_and_boots())
    labels = [chip.label for chip in chips(state, shelf.get("shop").catalogue, "en")]
    assert labels == ["jackets", "jackets: red", "boots", "boots: up to €150"]
