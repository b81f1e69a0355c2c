"""The demo catalogues, loaded once with the encoder that needs no model, and a chatbot over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from turns import NOON, finish

from chatbot.engine import Chatbot
from chatbot.events import TurnRecord
from chatbot.sql_sessions import SqlSessionStore, sqlite_url
from chatbot.understanding import Understanding
from generator.writer import Writer
from ingestion.demo import demo_catalogues
from loading import load_all
from retriever.encoder import HashingEncoder
from retriever.ledger import Ledger
from retriever.open import Shelf


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("demo")
    encoder = HashingEncoder(dim=128)
    with Ledger.open(folder / "ledger.sqlite3") as ledger:
        load_all(demo_catalogues(), ledger, encoder, folder)
        yield Shelf(folder / "generations", ledger, encoder)


@pytest.fixture(scope="session")
def film_reader(shelf: Shelf) -> Understanding:
    return Understanding(shelf.get("films"))


@pytest.fixture(scope="session")
def shop_reader(shelf: Shelf) -> Understanding:
    return Understanding(shelf.get("shop"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlSessionStore]:
    opened = SqlSessionStore(sqlite_url(tmp_path / "sessions.sqlite3"))
    yield opened
    opened.close()


@pytest.fixture
def chatbot(shelf: Shelf, store: SqlSessionStore) -> Chatbot:
    return Chatbot(shelf, store, Writer(None), now=lambda: NOON)


@pytest.fixture
def talk(chatbot: Chatbot) -> Callable[..., list[TurnRecord]]:
    """Say several things in one new conversation; the records, in order."""

    def say(catalogue: str, *texts: str) -> list[TurnRecord]:
        session = chatbot.start(catalogue)
        return [finish(chatbot.reply(session, text)) for text in texts]

    return say


@pytest.fixture
def ledger(shelf: Shelf, tmp_path: Path) -> Iterator[Ledger]:
    """A ledger of the films that histories can be loaded into."""
    catalogue = shelf.get("films").catalogue
    with Ledger.open(tmp_path / "ledger.sqlite3") as opened:
        opened.put_catalogue("films", catalogue.facets, {}, "films", 1.0)
        opened.put_items("films", enumerate(catalogue.items))
        yield opened
