"""Settings → object graph; the only place that constructs.

Nothing heavy is loaded here: the encoder and the chat model load when first used, or by `warm_up`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.engine import Chatbot
from chatbot.sessions import SessionStore
from chatbot.settings import Settings
from chatbot.sql_sessions import SqlSessionStore, sqlite_url
from generator.backends.local import LocalChatModel
from generator.backends.openai_compatible import OpenAICompatibleChatModel
from generator.backends.scripted import ScriptedChatModel
from generator.chat_model import ChatModel
from generator.writer import Writer
from retriever import models, offline
from retriever.encoder import Encoder, HashingEncoder
from retriever.errors import ParleyError, StorageError
from retriever.ledger import CatalogueInfo, Ledger
from retriever.open import Shelf
from retriever.transformer import SentenceTransformersEncoder


class Parley:
    """The running product: what a door needs to serve people."""

    def __init__(self, settings: Settings) -> None:
        offline.go_offline()
        self.settings = settings
        folder = _folder(settings.data_dir)
        self.pictures = _folder(folder / "pictures")
        self.generations = _folder(folder / "generations")
        self.ledger = Ledger.open(folder / "ledger.sqlite3")
        self.encoder = make_encoder(settings)
        self.shelf = Shelf(self.generations, self.ledger, self.encoder, settings.device)
        self.store: SessionStore = SqlSessionStore(
            settings.database_url or sqlite_url(folder / "sessions.sqlite3")
        )
        self.chat_model = make_chat_model(settings)
        self.writer = Writer(self.chat_model, closest=_closest(self.encoder))
        self.chatbot = Chatbot(
            self.shelf,
            self.store,
            self.writer,
            shortlist_size=settings.shortlist_size,
            max_message_chars=settings.max_message_chars,
            write_deadline_s=settings.write_deadline_s,
        )
        self._warm: threading.Thread | None = None
        self._ready = threading.Event()
        self.fault = ""

    @property
    def ready(self) -> bool:
        """True once every model and catalogue has been used once."""
        return self._ready.is_set()

    def catalogues(self) -> tuple[CatalogueInfo, ...]:
        """What is loaded."""
        return self.ledger.catalogues()

    def warm_up(self, *, wait: bool = False) -> None:
        """Load models and catalogues in the background, so that the first person does not wait."""
        if self._warm is None:
            self._warm = threading.Thread(target=self._load, name="warm-up", daemon=True)
            self._warm.start()
        if wait:
            self._warm.join()

    def _load(self) -> None:
        try:
            self._use_once()
        except ParleyError as error:
            # The doors still answer, from evidence alone; `parley doctor` and /readyz tell what is wrong.
            self.fault = str(error)
        finally:
            self._ready.set()

    def _use_once(self) -> None:
        self.encoder.encode(["warm"])
        for name in self.shelf.names():
            self.chatbot.openings(name)
        if self.chat_model is not None:
            self.chat_model.warm_up()

    def close(self) -> None:
        """Let go of databases."""
        self.store.close()
        self.ledger.close()


def build(settings: Settings) -> Parley:
    """The object graph of these settings.

    Raises:
        StorageError: the data folder cannot be written.
        ModelMissing: the configured encoder or chat model is not there.
    """
    return Parley(settings)


def make_encoder(settings: Settings) -> Encoder:
    """The configured encoder, not yet loaded."""
    if settings.encoder == "hashing":
        return HashingEncoder()
    name = models.MINILM.name if settings.encoder == "embedded" else settings.encoder
    return SentenceTransformersEncoder(name, device=settings.device, threads=settings.threads or None)


def make_chat_model(settings: Settings) -> ChatModel | None:
    """The configured chat model, not yet loaded; None to speak from evidence alone."""
    name = settings.chat_model
    if name == "none":
        return None
    if name == "scripted":
        return ScriptedChatModel()
    if name.startswith(("http://", "https://")):
        return OpenAICompatibleChatModel(name, settings.chat_model_name, settings.chat_model_key)
    return LocalChatModel(name, device=settings.device, threads=settings.threads)


def _closest(encoder: Encoder) -> Callable[[Sequence[str], str], int]:
    """Which of some sentences is nearest in meaning to a wish; remembers what it encoded."""

    @lru_cache(maxsize=4096)
    def vector(text: str) -> NDArray[np.float32]:  # (dim,), unit length
        encoded: NDArray[np.float32] = encoder.encode([text])[0]
        return encoded

    def closest(sentences: Sequence[str], wish: str) -> int:
        nearness = [float(vector(sentence) @ vector(wish)) for sentence in sentences]
        return nearness.index(max(nearness))

    return closest


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError(
            f"the folder {path} cannot be made ({error.strerror}); choose another with PARLEY_DATA_DIR"
        ) from error
    return path
