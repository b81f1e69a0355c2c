"""Where dialogues are performed: a chatbot of its own over real catalogues, with a clock that is set.

In: the object graph. Out: conversations that never touch the sessions of real people, and that come out
the same each time.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from chatbot.build import Parley
from chatbot.engine import Chatbot
from chatbot.events import Done, Event, TurnRecord
from chatbot.sessions import Session, hashed
from chatbot.sql_sessions import SqlSessionStore, sqlite_url
from chatbot.state import DialogueState
from generator.writer import Writer
from retriever.catalogue import Catalogue
from retriever.domain import InterestProfile, Preference
from retriever.errors import ParleyError

START = 1_700_000_000.0  # seconds since the epoch: any fixed moment does
TURN_S = 30.0
# Long enough that no reply is cut by the clock: what is said must not depend on the machine's load.
WRITE_DEADLINE_S = 120.0


@dataclass(slots=True)
class _Clock:
    at: float = START

    def now(self) -> float:
        return self.at


@dataclass(slots=True)
class _Secrets:
    """Ids that are the same in every run. Nobody else can reach the store that they open."""

    seed: str = ""
    drawn: int = 0

    def draw(self) -> str:
        self.drawn += 1
        return hashlib.sha256(f"{self.seed}\n{self.drawn}".encode()).hexdigest()


class Stage:
    """A chatbot for rehearsals; use it from one thread. `folder` holds its store, which is real.

    `writer` takes the place of the product's own.
    """

    def __init__(self, parley: Parley, folder: Path, writer: Writer | None = None) -> None:
        self._clock = _Clock()
        self._secrets = _Secrets()
        self.store = SqlSessionStore(sqlite_url(folder / "sessions.sqlite3"))
        self._parley = parley
        self.chatbot: Chatbot = parley.rehearsal(
            self.store,
            now=self._clock.now,
            secret=self._secrets.draw,
            write_deadline_s=WRITE_DEADLINE_S,
            writer=writer,
        )

    def begin(self, seed: str) -> None:
        """Clear the stage for a dialogue: nobody is known, the clock is set, ids are drawn from `seed`."""
        self.store.clear()
        self._clock.at = START
        self._secrets.seed, self._secrets.drawn = seed, 0

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def days_before(self, days: float) -> None:
        """Set the clock back to some days before the dialogue."""
        self._clock.at = START - days * 86_400

    def remember(self, person: str, catalogue: str, interests: Sequence[Preference]) -> None:
        """Have a person's lasting interest known, as if from long ago."""
        if interests:
            lasting = InterestProfile(long_term=tuple(interests))
            self.store.keep_interests(hashed(person), catalogue, lasting, START)

    def catalogue(self, name: str) -> Catalogue:
        """A loaded catalogue.

        Raises:
            UnknownCatalogue: there is none of that name.
        """
        return self._parley.shelf.get(name).catalogue

    def start(self, catalogue: str, *, quiet: bool = False) -> str:
        """Begin a conversation; its secret id. `quiet`: nothing is asked in it, as if that had been said.

        Raises:
            UnknownCatalogue: there is none of that name.
        """
        session = self.chatbot.start(catalogue)
        if quiet:
            begun = self.session(session)
            self.store.erase(hashed(session))
            self.store.create(
                hashed(session), replace(begun, begun=replace(begun.begun, quiet=True)), self._clock.now()
            )
        return session

    def finish(self, events: Iterator[Event]) -> TurnRecord:
        """The record of a turn after all its events; half a minute passes.

        Raises:
            ParleyError: the turn's own, or that it ended without a record.
        """
        self._clock.at += TURN_S
        for event in events:
            if isinstance(event, Done):
                return event.turn
        raise ParleyError("the turn ended without a reply")

    def passed(self, record: TurnRecord) -> TurnRecord:
        """The record of a turn that needed no reply; half a minute passes."""
        self._clock.at += TURN_S
        return record

    def session(self, session: str) -> Session:
        """A conversation as it was stored.

        Raises:
            ParleyError: there is no such conversation.
        """
        stored = self.store.load(hashed(session))
        if stored is None:
            raise ParleyError("the conversation was not stored")
        return stored

    def state(self, session: str) -> DialogueState:
        """The dialogue state of a conversation as it was stored."""
        return self.session(session).state


@contextmanager
def open_stage(parley: Parley, writer: Writer | None = None) -> Iterator[Stage]:
    """A stage with a store of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="parley-eval-") as folder:
        stage = Stage(parley, Path(folder), writer)
        try:
            yield stage
        finally:
            stage.close()
