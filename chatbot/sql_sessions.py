"""Sessions in a database by SQLAlchemy: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from chatbot.codec import read_state, write_state
from chatbot.events import Card, Chip, Quick, TurnRecord
from chatbot.profile.form import read_lasting, write_lasting
from chatbot.sessions import NO_PROFILE, Session, SessionNote, Turn
from chatbot.state import DialogueState
from chatbot.turn_codec import read_turn_data, write_turn_data
from chatbot.turn_data import TurnData
from retriever.domain import InterestProfile
from retriever.errors import StorageError
from retriever.storage import sqlite_error

_meta = MetaData()
_sessions = Table(
    "sessions",
    _meta,
    Column("id", String(64), primary_key=True),
    Column("catalogue", Text, nullable=False),
    Column("person", String(64), nullable=False, index=True),
    Column("begun", Text, nullable=False),
    Column("at", Float, nullable=False),
)
_turns = Table(
    "turns",
    _meta,
    Column("session", String(64), ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("record", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Float, nullable=False),
)
# Apart from the turns, which every further turn reads: this is read only when somebody asks.
_turn_data = Table(
    "turn_data",
    _meta,
    Column("session", String(64), ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("data", Text, nullable=False),
)
_interests = Table(
    "interests",
    _meta,
    Column("person", String(64), primary_key=True),
    Column("catalogue", String(200), primary_key=True),
    Column("preferences", Text, nullable=False),
    Column("at", Float, nullable=False),
)


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


class SqlSessionStore:
    """A SessionStore in any database that SQLAlchemy speaks to. Safe to use from several threads."""

    def __init__(self, url: str) -> None:
        try:
            self._engine: Engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
        except ImportError as error:
            raise StorageError(
                f"the session database's driver {error.name!r} is not installed; install it with pip, or "
                "unset PARLEY_DATABASE_URL to keep sessions in the data folder"
            ) from error
        except (SQLAlchemyError, ValueError) as error:
            raise StorageError(
                f"PARLEY_DATABASE_URL is not a database's address ({_first_line(error)}); write one such as "
                "postgresql+psycopg://user@host/name, or unset it to keep sessions in the data folder"
            ) from error
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _prepare_sqlite)
        try:
            _meta.create_all(self._engine)
        except SQLAlchemyError as error:
            self._engine.dispose()
            raise self._trouble(error, "opened") from error

    def create(self, key: str, session: Session, at: float) -> None:
        """Keep a new session without turns."""
        with self._transaction() as connection:
            connection.execute(
                insert(_sessions).values(
                    id=key,
                    catalogue=session.catalogue,
                    person=session.person,
                    begun=_json(write_state(session.begun)),
                    at=at,
                )
            )

    def load(self, key: str) -> Session | None:
        """A session with all its turns, or None."""
        with self._transaction() as connection:
            row = connection.execute(select(_sessions).where(_sessions.c.id == key)).first()
            if row is None:
                return None
            turns = connection.execute(
                select(_turns).where(_turns.c.session == key).order_by(_turns.c.turn)
            ).all()
        try:
            return Session(
                row.catalogue,
                read_state(json.loads(row.begun)),
                tuple(
                    Turn(_read_record(json.loads(turn.record)), read_state(json.loads(turn.state)), turn.at)
                    for turn in turns
                ),
                row.person,
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            # Bytes that flipped inside a row, or a row that a newer Parley wrote.
            raise StorageError("what was kept of this conversation is damaged; begin a new one") from error

    def append(self, key: str, turn: Turn) -> None:
        """Add a turn; its number is its place, so the same turn twice is refused by the database."""
        with self._transaction() as connection:
            connection.execute(
                insert(_turns).values(
                    session=key,
                    turn=turn.record.turn,
                    record=_json(asdict(turn.record)),
                    state=_json(write_state(turn.state)),
                    at=turn.at,
                )
            )
            if turn.data is not None:
                data = _json(write_turn_data(turn.data))
                connection.execute(insert(_turn_data).values(session=key, turn=turn.record.turn, data=data))

    def turn_data(self, key: str, turn: int) -> TurnData | None:
        """How a turn came about, or None."""
        with self._transaction() as connection:
            data = connection.execute(
                select(_turn_data.c.data).where(_turn_data.c.session == key, _turn_data.c.turn == turn)
            ).scalar()
        try:
            return None if data is None else read_turn_data(json.loads(data))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise StorageError("what was kept of this turn is damaged; begin a new conversation") from error

    def lasting(self, person: str, catalogue: str) -> InterestProfile:
        """All that is kept of a person's profile in a catalogue."""
        with self._transaction() as connection:
            row = connection.execute(
                select(_interests.c.preferences).where(_theirs(person, catalogue))
            ).first()
        return NO_PROFILE if row is None else read_lasting(json.loads(row.preferences))

    def interests_kept_at(self, person: str, catalogue: str) -> float | None:
        """When a person's interest was last kept; None for someone new."""
        with self._transaction() as connection:
            at = connection.execute(select(_interests.c.at).where(_theirs(person, catalogue))).scalar()
        return None if at is None else float(at)

    def keep_interests(self, person: str, catalogue: str, profile: InterestProfile, at: float) -> None:
        """Replace what is kept of a person in a catalogue."""
        written = _json(write_lasting(profile))
        with self._transaction() as connection:
            connection.execute(delete(_interests).where(_theirs(person, catalogue)))
            connection.execute(
                insert(_interests).values(person=person, catalogue=catalogue, preferences=written, at=at)
            )

    def sessions_of(self, person: str, catalogue: str) -> Sequence[Session]:
        """A person's conversations, the oldest first."""
        theirs = (_sessions.c.person == person) & (_sessions.c.catalogue == catalogue)
        with self._transaction() as connection:
            keys = connection.execute(
                select(_sessions.c.id).where(theirs).order_by(_sessions.c.at, _sessions.c.id)
            ).scalars()
            every = list(keys)
        loaded = (self.load(key) for key in every)
        return [session for session in loaded if session is not None]

    def forget(self, key: str, person: str, at: float) -> None:
        """Empty a session; of a person, erase their others and what was kept. SQLite's log is emptied too."""
        fresh = _json(write_state(DialogueState()))
        with self._transaction() as connection:
            if person:
                others = (_sessions.c.person == person) & (_sessions.c.id != key)
                _empty(connection, others)
                connection.execute(delete(_sessions).where(others))
                connection.execute(
                    update(_interests).where(_interests.c.person == person).values(preferences="{}", at=at)
                )
            _empty(connection, _sessions.c.id == key)
            connection.execute(update(_sessions).where(_sessions.c.id == key).values(begun=fresh))
        self._clear_log()

    def erase_person(self, person: str, catalogue: str) -> int:
        """Forget a person's interests and conversations; nothing of them stays in SQLite's log either."""
        theirs = (_sessions.c.person == person) & (_sessions.c.catalogue == catalogue)
        with self._transaction() as connection:
            connection.execute(delete(_interests).where(_theirs(person, catalogue)))
            _empty(connection, theirs)
            gone = connection.execute(delete(_sessions).where(theirs)).rowcount
        self._clear_log()
        return gone

    def _clear_log(self) -> None:
        if self._engine.dialect.name == "sqlite":
            with self._transaction() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def erase(self, key: str) -> bool:
        """Forget a session with all its turns."""
        with self._transaction() as connection:
            _empty(connection, _sessions.c.id == key)
            return connection.execute(delete(_sessions).where(_sessions.c.id == key)).rowcount > 0

    def latest(self, most: int, key: str = "") -> Sequence[SessionNote]:
        """The conversations whose hashed id begins with `key`, the latest first."""
        turns = select(func.count()).where(_turns.c.session == _sessions.c.id).scalar_subquery()
        wanted = (
            select(_sessions.c.id, _sessions.c.catalogue, turns.label("turns"), _sessions.c.at)
            .where(_sessions.c.id.startswith(key, autoescape=True))
            .order_by(_sessions.c.at.desc(), _sessions.c.id)
            .limit(most)
        )
        with self._transaction() as connection:
            return [
                SessionNote(row.id, row.catalogue, row.turns, row.at) for row in connection.execute(wanted)
            ]

    def clear(self) -> None:
        """Forget everybody: every session and all lasting interest."""
        with self._transaction() as connection:
            for table in (_turn_data, _turns, _sessions, _interests):
                connection.execute(delete(table))

    def check(self) -> None:
        """Look at the whole database once, then close it.

        Raises:
            StorageError: it is damaged.
        """
        try:
            with self._transaction() as connection:
                if self._engine.dialect.name == "sqlite":
                    found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
                    if found != "ok":
                        raise StorageError(
                            f"{self._engine.url.database} is damaged ({found.splitlines()[-1]}); move it "
                            "away and begin anew; catalogues are not in it"
                        )
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self._trouble(error, "used") from error

    def _trouble(self, error: SQLAlchemyError, done: str) -> StorageError:
        """The one sentence for an error of the database."""
        path = self._engine.url.database
        if self._engine.dialect.name == "sqlite" and path:
            cause = getattr(error, "orig", None) or error
            mend = "begin anew; catalogues are not in it"
            places = "PARLEY_DATA_DIR or PARLEY_DATABASE_URL"
            return sqlite_error(Path(path), cause, "no session store", mend, places)
        return StorageError(
            f"the session database cannot be {done} ({_first_line(error)}); check that it runs and that "
            "PARLEY_DATABASE_URL is right, then try again"
        )


def _theirs(person: str, catalogue: str) -> ColumnElement[bool]:
    """The row of what is kept of a person."""
    return (_interests.c.person == person) & (_interests.c.catalogue == catalogue)


def _empty(connection: Connection, which: ColumnElement[bool]) -> None:
    """Delete all turns of these sessions, with what they kept beside them."""
    for table in (_turn_data, _turns):
        connection.execute(delete(table).where(table.c.session.in_(select(_sessions.c.id).where(which))))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def _read_record(data: dict[str, Any]) -> TurnRecord:
    return TurnRecord(
        **{
            **data,
            "acts": tuple(data["acts"]),
            "constraints": tuple(data["constraints"]),
            "items": tuple(data["items"]),
            "cards": tuple(
                Card(**{**card, "facts": tuple((label, value) for label, value in card["facts"])})
                for card in data["cards"]
            ),
            "chips": tuple(Chip(**chip) for chip in data["chips"]),
            "quick_replies": tuple(Quick(**quick) for quick in data["quick_replies"]),
        }
    )
