"""Conversations survive restarts, and a copied store opens none of them."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from turns import NOON, finish

from chatbot.engine import Chatbot
from chatbot.sessions import hashed, new_id
from chatbot.sql_sessions import SqlSessionStore, sqlite_url
from generator.writer import Writer
from retriever.errors import StorageError
from retriever.open import Shelf


def reopened(shelf: Shelf, path: Path) -> Chatbot:
    return Chatbot(shelf, SqlSessionStore(sqlite_url(path)), Writer(None), now=lambda: NOON)


def test_a_conversation_goes_on_after_a_restart(shelf: Shelf, tmp_path: Path):
    before = reopened(shelf, tmp_path / "s.sqlite3")
    session = before.start("shop")
    said = finish(before.reply(session, "a waterproof jacket under 120"))
    after = reopened(shelf, tmp_path / "s.sqlite3")
    assert after.restore(session).turns == (said,)
    cheaper = finish(after.reply(session, "cheaper"))
    assert cheaper.turn == 2
    assert max(i["price"] for i in cheaper.items) < 120


def test_the_store_holds_hashes_and_no_ids(shelf: Shelf, tmp_path: Path):
    chatbot = reopened(shelf, tmp_path / "s.sqlite3")
    session = chatbot.start("shop", person="a person's secret")
    finish(chatbot.reply(session, "a tent"))
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert session.encode() not in raw
    assert b"a person's secret" not in raw
    assert hashed(session).encode() in raw


def test_ids_are_long_and_never_the_same():
    ids = {new_id() for _ in range(10_000)}
    assert not [one for one in ids if one.startswith("-")]  # `parley trace -…` would be an option
    assert len(ids) == 10_000
    assert min(map(len, ids)) >= 43


def test_what_a_person_loves_lasts_into_the_next_session(shelf: Shelf, tmp_path: Path):
    chatbot = reopened(shelf, tmp_path / "s.sqlite3")
    first = chatbot.start("films", person="secret")
    finish(chatbot.reply(first, "I love Tarantino films"))
    again = chatbot.restore(chatbot.start("films", person="secret"))
    assert [chip.label for chip in again.chips] == ["Quentin Tarantino"]
    assert chatbot.restore(chatbot.start("films", person="somebody else")).chips == ()


def test_an_erased_conversation_is_gone(shelf: Shelf, tmp_path: Path):
    chatbot = reopened(shelf, tmp_path / "s.sqlite3")
    session = chatbot.start("shop")
    finish(chatbot.reply(session, "a xylophone-coloured tent"))
    assert chatbot.erase(session)
    assert not chatbot.erase(session)
    with sqlite3.connect(tmp_path / "s.sqlite3") as raw:
        assert raw.execute("select count(*) from turns").fetchone() == (0,)


def test_many_people_at_once_keep_apart(shelf: Shelf, tmp_path: Path):
    chatbot = reopened(shelf, tmp_path / "s.sqlite3")
    limits = list(range(40, 64))
    sessions = [chatbot.start("shop") for _ in limits]

    def speak(place: int) -> str:
        finish(chatbot.reply(sessions[place], f"under {limits[place]}"))
        return finish(chatbot.reply(sessions[place], "a tent")).constraints[0]["text"]

    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(speak, range(len(limits))))
    assert heard == [f"price < {limit}" for limit in limits]


def test_two_messages_at_once_in_one_conversation_make_two_turns(shelf: Shelf, tmp_path: Path):
    chatbot = reopened(shelf, tmp_path / "s.sqlite3")
    session = chatbot.start("shop")
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda text: finish(chatbot.reply(session, text)), ["a tent", "under 300", "blue", "more"]
            )
        )
    assert [turn.turn for turn in chatbot.restore(session).turns] == [1, 2, 3, 4]


def test_a_database_that_cannot_be_opened_says_what_to_check(tmp_path: Path):
    with pytest.raises(StorageError, match="PARLEY_DATA"):
        SqlSessionStore(sqlite_url(tmp_path / "no" / "such" / "folder" / "s.sqlite3"))
