"""Conversations and interests that an earlier Parley stored still open."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from turns import NOON, finish

from chatbot.codec import read_state, write_state
from chatbot.engine import Chatbot
from chatbot.sessions import hashed
from chatbot.sql_sessions import SqlSessionStore, sqlite_url
from generator.writer import Writer
from retriever.domain import InterestProfile, OfItem, OfTheme, Preference, Source, SourceKind
from retriever.open import Shelf

# As they were written before preferences had a first time, an event and a record.
LIKED = {"about": {"item": "alien-1979"}, "weight": 0.6, "confidence": 1.0, "at": NOON,
         "source": {"kind": "click", "turn": 1, "quote": ""}}  # fmt: skip
THEME = {"about": {"theme": "long journeys"}, "weight": 0.7, "confidence": 1.0, "at": NOON,
         "source": {"kind": "quote", "turn": 2, "quote": "long journeys"}}  # fmt: skip
STATE = {
    "turn": 2, "constraints": [], "short_term": [THEME], "long_term": [LIKED], "anchors": [],
    "liked": ["alien-1979"], "disliked": [], "known": [], "shown": [], "ever_shown": [], "focus": None,
    "order": None, "asked": [],
}  # fmt: skip


def test_an_old_state_is_read():
    state = read_state(STATE)
    assert state.profile == InterestProfile(
        (Preference(OfTheme("long journeys"), 0.7, Source(SourceKind.QUOTE, 2, "long journeys"), 1.0, NOON),),
        (Preference(OfItem("alien-1979"), 0.6, Source(SourceKind.CLICK, 1), 1.0, NOON),),
    )
    assert read_state(json.loads(json.dumps(write_state(state)))) == state


def test_a_person_whose_interests_were_kept_as_a_list_is_known_and_goes_on(shelf: Shelf, tmp_path: Path):
    path = tmp_path / "sessions.sqlite3"
    SqlSessionStore(sqlite_url(path)).close()
    with sqlite3.connect(path) as database:
        database.execute(
            "INSERT INTO interests VALUES (?, 'films', ?, ?)", (hashed("ann"), json.dumps([LIKED]), NOON)
        )
    store = SqlSessionStore(sqlite_url(path))
    bot = Chatbot(shelf, store, Writer(None), now=lambda: NOON + 86_400)
    session = bot.start("films", "ann")
    (one,) = bot.insight(session).knowledge.beliefs
    assert (one.key, one.lasting, one.origin, one.at) == ("item:alien-1979", True, "click", NOON)
    finish(bot.reply(session, "I've seen Moon"))
    kept = store.lasting(hashed("ann"), "films")
    assert [each.key for each in (*kept.long_term, *kept.seen)] == ["item:alien-1979", "item:moon-2009"]
    store.close()
