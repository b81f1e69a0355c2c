"""Conversations as they are kept: turns with the state after each, under an id that only its owner knows.

The id is a secret of 256 bits; stores keep its hash, so a copied store opens no conversation.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chatbot.events import TurnRecord
from chatbot.state import DialogueState
from chatbot.turn_data import TurnData
from retriever.domain import InterestProfile

_ID_BYTES = 32
NO_PROFILE = InterestProfile()


def new_id() -> str:
    """A fresh secret id, 43 url-safe characters."""
    while (made := secrets.token_urlsafe(_ID_BYTES)).startswith("-"):
        pass  # a command line would take it for an option
    return made


def hashed(secret: str) -> str:
    """What a store keeps of a secret id."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Turn:
    """One user utterance with our reply, and the dialogue state after it.

    `data`: how it came about; kept with the turn, and looked up by `SessionStore.turn_data` only.
    """

    record: TurnRecord
    state: DialogueState
    at: float
    data: TurnData | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """The ordered turns of one conversation. `begun` is the state that it started with."""

    catalogue: str
    begun: DialogueState
    turns: tuple[Turn, ...] = ()
    person: str = ""  # hash of the person's own secret, or empty for a person we shall not know again

    @property
    def state(self) -> DialogueState:
        """The state now."""
        return self.turns[-1].state if self.turns else self.begun


@dataclass(frozen=True, slots=True)
class SessionNote:
    """What an owner sees of a conversation in a list: no word of it. `at` is when it began."""

    key: str
    catalogue: str
    turns: int
    at: float


class SessionStore(Protocol):
    """Where sessions live. Every method takes the hashed id; each write is whole or not at all."""

    def create(self, key: str, session: Session, at: float) -> None: ...

    def load(self, key: str) -> Session | None: ...

    def append(self, key: str, turn: Turn) -> None: ...

    def turn_data(self, key: str, turn: int) -> TurnData | None:
        """How a turn came about; None where it was not kept, as by an earlier Parley."""
        ...

    def interests_kept_at(self, person: str, catalogue: str) -> float | None:
        """When what lasts was last kept, in seconds since the epoch; None for someone new."""
        ...

    def lasting(self, person: str, catalogue: str) -> InterestProfile:
        """What outlives a session of a person's profile in a catalogue; empty for someone new."""
        ...

    def keep_interests(self, person: str, catalogue: str, profile: InterestProfile, at: float) -> None:
        """Replace what is kept of a person by what lasts of a profile."""
        ...

    def sessions_of(self, person: str, catalogue: str) -> Sequence[Session]:
        """A person's conversations in a catalogue, the oldest first."""
        ...

    def forget(self, key: str, person: str, at: float) -> None:
        """Empty a session of its turns and of all that it began with.

        Of a person, their other sessions go, and all that was kept of them, in every catalogue; `at` is kept
        as when that was.
        """
        ...

    def erase_person(self, person: str, catalogue: str) -> int:
        """Forget a person's interests and conversations in a catalogue; how many conversations there were."""
        ...

    def erase(self, key: str) -> bool:
        """Forget a session with all its turns; False if there is none."""
        ...

    def latest(self, most: int, key: str = "") -> Sequence[SessionNote]:
        """The conversations whose hashed id begins with `key`, the latest first, at most so many."""
        ...

    def close(self) -> None: ...
