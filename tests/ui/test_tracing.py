"""`parley trace` over a real chatbot: what each turn kept, and whether it comes about again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from chatbot.engine import Chatbot
from chatbot.sql_sessions import SqlSessionStore, sqlite_url
from generator.writer import Writer
from ingestion.demo import demo_catalogues
from loading import load_all
from retriever.encoder import HashingEncoder
from retriever.ledger import Ledger
from retriever.open import Shelf
from ui import cli


@pytest.fixture
def parley(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    encoder = HashingEncoder(dim=32)
    shop = {"shop": demo_catalogues()["shop"]}
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        load_all(shop, ledger, encoder, tmp_path)
        shelf = Shelf(tmp_path / "generations", ledger, encoder)
        store = SqlSessionStore(sqlite_url(tmp_path / "s.sqlite3"))
        bot = Chatbot(shelf, store, Writer(None))
        fake = SimpleNamespace(shelf=shelf, store=store, chatbot=bot, close=lambda: None)
        monkeypatch.setattr(cli, "_build", lambda _: fake)
        monkeypatch.setenv("PARLEY_DATA_DIR", str(tmp_path))
        yield fake
        store.close()


def trace(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["trace", *arguments])


def test_a_trace_tells_acts_profile_ranking_and_versions(parley: Any):
    session = parley.chatbot.start("shop")
    list(parley.chatbot.reply(session, "a tent under 300"))
    told = trace(session)
    assert told.exit_code == 0
    assert "1. a tent under 300 → recommend" in told.output
    assert "price < 300" in told.output
    assert "(shown): " in told.output
    assert "(not shown): " in told.output
    assert "generation " in told.output


def test_a_trace_as_json_is_a_line_a_turn_with_the_whole_ranking(parley: Any):
    session = parley.chatbot.start("shop")
    list(parley.chatbot.reply(session, "a tent"))
    list(parley.chatbot.reply(session, "under 300"))
    lines = [json.loads(line) for line in trace(session, "--json").output.splitlines()]
    assert [line["turn"] for line in lines] == [1, 2]
    assert len(lines[0]["data"]["rankings"][0]["placed"]) > 3


def test_a_check_fails_when_a_turn_would_be_another_now(parley: Any, tmp_path: Path):
    session = parley.chatbot.start("shop")
    list(parley.chatbot.reply(session, "a tent under 300"))
    same = trace(session, "--check")
    assert same.exit_code == 0
    assert "would come about again exactly" in same.output
    with sqlite3.connect(tmp_path / "s.sqlite3") as raw:
        raw.execute("update turn_data set data = replace(data, '\"high\":300.0', '\"high\":90.0')")
    parted = trace(session, "--check")
    assert parted.exit_code == 1
    assert "constraints is not as it was" in parted.output


def test_an_unknown_conversation_is_refused_with_a_way_on(parley: Any):
    told = trace("f" * 43)
    assert told.exit_code == 2
    assert "`parley record` lists the latest" in told.output
