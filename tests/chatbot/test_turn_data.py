"""Each turn keeps how it came about: it can be read back, answered from, and repeated exactly."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from turns import NOON, finish

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.engine import Chatbot
from chatbot.sessions import hashed
from chatbot.sql_sessions import SqlSessionStore, sqlite_url
from chatbot.turn_codec import read_act, read_turn_data, write_act, write_turn_data
from chatbot.turn_data import TurnData, Weighed
from generator.replies import CatalogueFactKind, ProfileTopic
from generator.writer import Writer
from retriever.domain import (
    AnyOf,
    Between,
    Constraint,
    OfFacet,
    OfTheme,
    Order,
    Preference,
    Source,
    SourceKind,
)
from retriever.errors import StorageError
from retriever.open import Shelf

SAID = Source(SourceKind.QUOTE, 2, "under 50")
UNDER_50 = Constraint("price", Between(None, 50.0, strict=True), SAID, hard=False)
LIKED = Preference(OfTheme("old harbours"), 0.123456789, SAID, 0.5, NOON)
# A value for every type that a field of an act may have; a new type needs a line here and is then tested.
SAMPLES: dict[Any, Any] = {
    str: "words",
    bool: True,
    int: 2,
    float: -0.25,
    tuple[float, float] | None: (1.5, 2.5),
    ProfileTopic: ProfileTopic.WHY,
    acts.Scope: acts.Scope.SHOWN,
    CatalogueFactKind: CatalogueFactKind.RANGE,
    Constraint: UNDER_50,
    Preference: LIKED,
    Order: Order("price", ascending=True),
    Order | None: Order("price", ascending=False),
    tuple[str, ...]: ("a", "b"),
    tuple[Constraint, ...]: (UNDER_50, Constraint("colour", AnyOf(("red",)), SAID)),
}


@pytest.fixture
def store(tmp_path: Path) -> SqlSessionStore:
    return SqlSessionStore(sqlite_url(tmp_path / "s.sqlite3"))


@pytest.fixture
def bot(shelf: Shelf, store: SqlSessionStore) -> Chatbot:
    ticks = iter(range(10_000))
    return Chatbot(shelf, store, Writer(None), now=lambda: NOON + next(ticks))


def of_turn(store: SqlSessionStore, session: str, turn: int) -> TurnData:
    data = store.turn_data(hashed(session), turn)
    assert data is not None
    return data


@pytest.mark.parametrize("kind", get_args(UserAct), ids=lambda kind: kind.__name__)
def test_every_act_is_read_back_as_it_was_written(kind: Callable[..., UserAct]):
    hints = get_type_hints(kind, vars(acts))
    act = kind(**{f.name: SAMPLES[hints[f.name]] for f in fields(kind)})  # type: ignore[arg-type]
    assert read_act(write_act(act)) == act


@pytest.mark.parametrize("kind", get_args(UserAct), ids=lambda kind: kind.__name__)
def test_an_act_without_its_later_fields_takes_their_defaults(kind: Callable[..., UserAct]):
    hints = get_type_hints(kind, vars(acts))
    needed = [f for f in fields(kind) if f.default is MISSING]  # type: ignore[arg-type]
    act = kind(**{f.name: SAMPLES[hints[f.name]] for f in needed})
    written = write_act(act)
    old = {"act": written["act"], **{f.name: written[f.name] for f in needed}}
    assert read_act(old) == act


def test_a_turn_keeps_what_was_asked_of_the_retriever_and_every_place_of_its_answer(
    bot: Chatbot, store: SqlSessionStore
):
    session = bot.start("shop")
    record = finish(bot.reply(session, "a tent under 300, ideally green"))
    data = of_turn(store, session, 1)
    [ranking] = data.rankings
    conditions = {(c.facet, c.hard) for c in ranking.query.constraints}
    assert ("price", True) in conditions
    assert [one.item for one in ranking.placed[: ranking.shown]] == [i["id"] for i in record.items]
    assert ranking.eligible >= len(ranking.placed) > ranking.shown == 3
    assert all(one.trace.legs for one in ranking.placed)
    assert data.heard_at == NOON + 1
    assert data.versions["generation"]
    assert data.versions["encoder"]
    assert read_turn_data(write_turn_data(data)) == data


def test_a_turn_keeps_how_it_changed_the_profile(bot: Chatbot, store: SqlSessionStore):
    session = bot.start("films", person="secret")
    finish(bot.reply(session, "I love Tarantino films"))
    finish(bot.reply(session, "actually I hate Tarantino"))
    first = [one for one in of_turn(store, session, 1).changed if "quentin tarantino" in one.key]
    assert [(one.lasting, one.before) for one in first] == [(False, None), (True, None)]
    second = of_turn(store, session, 2).changed
    assert any("quentin tarantino" in one.key and one.before for one in second)


def test_weights_are_kept_exactly(bot: Chatbot, store: SqlSessionStore):
    about = Preference(OfFacet("genres", "Drama"), 1 / 3, SAID, at=NOON)
    data = TurnData((acts.Inform("drama", about),), 0.1 + 0.2, (Weighed("k", False, None, 1 / 7),))
    assert read_turn_data(write_turn_data(data)) == data


TALK = (
    "I love Tarantino films",
    "something like Arrival but no aliens, after 2010",
    "shorter than two hours please",
    "why the second?",
    "more",
    "forget the year",
    "go back",
    "not the first one",
    "how many comedies are there?",
    "start over",
    "a funny film from the 90s",
)


def test_a_conversation_repeats_exactly(bot: Chatbot, store: SqlSessionStore):
    session = bot.start("films", person="secret")
    for said in TALK:
        finish(bot.reply(session, said))
    shown = finish(bot.reply(session, "thanks, another one"))
    if shown.items:
        bot.click(session, str(shown.items[0]["id"]))
        finish(bot.feedback(session, str(shown.items[0]["id"]), liked=True))
    assert bot.repeat(hashed(session)) == ()


def test_a_repetition_tells_what_parts_and_which_version_changed(
    bot: Chatbot, store: SqlSessionStore, tmp_path: Path
):
    session = bot.start("shop")
    finish(bot.reply(session, "a tent under 300"))
    with sqlite3.connect(tmp_path / "s.sqlite3") as raw:
        raw.execute("update turn_data set data = replace(data, '\"high\":300.0', '\"high\":90.0')")
        raw.execute('update turn_data set data = replace(data, \'"parley":"\', \'"parley":"0.0.\')')
    parted = bot.repeat(hashed(session))
    assert {one.what for one in parted} >= {"constraints", "shown"}
    assert all(any(v.startswith("parley: 0.0.") for v in one.versions) for one in parted)


def test_why_not_is_answered_from_the_ranking_that_was_kept(bot: Chatbot, store: SqlSessionStore):
    session = bot.start("shop")
    finish(bot.reply(session, "a tent"))
    [ranking] = of_turn(store, session, 1).rankings
    place = ranking.shown + 2
    fifth = bot._shelf.get("shop").catalogue.item(ranking.placed[place - 1].item)
    answer = finish(bot.reply(session, f"why not the {fifth.title}?"))
    assert answer.action == "explain"
    assert f"at place {place} of {ranking.eligible}" in answer.text


def test_what_a_turn_kept_goes_with_the_conversation(bot: Chatbot, tmp_path: Path):
    one, other = bot.start("shop"), bot.start("shop", person="secret")
    finish(bot.reply(one, "a xylophone-coloured tent"))
    finish(bot.reply(other, "a xylophone-coloured tent"))
    assert bot.erase(one)
    with sqlite3.connect(tmp_path / "s.sqlite3") as raw:
        assert raw.execute("select count(*) from turn_data").fetchone() == (1,)


def test_damaged_data_is_told_and_not_guessed(bot: Chatbot, store: SqlSessionStore, tmp_path: Path):
    session = bot.start("shop")
    finish(bot.reply(session, "a tent"))
    with sqlite3.connect(tmp_path / "s.sqlite3") as raw:
        raw.execute("update turn_data set data = '{\"heard\": []}'")
    with pytest.raises(StorageError, match="damaged"):
        store.turn_data(hashed(session), 1)
