"""Settings → object graph; the only place that constructs.

Nothing heavy is loaded here: the encoder and the chat model load when first used, or by `warm_up`.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.engine import Chatbot
from chatbot.known import KnownPeople
from chatbot.sessions import SessionStore
from chatbot.settings import Settings
from chatbot.sql_sessions import SqlSessionStore, sqlite_url
from generator.backends.adapter import EMBEDDED_ADAPTER, read_adapter
from generator.backends.local import EMBEDDED, LocalChatModel
from generator.backends.openai_compatible import OpenAICompatibleChatModel
from generator.backends.scripted import ScriptedChatModel
from generator.chat_model import ChatModel
from generator.writer import Writer
from retriever import models, offline
from retriever.cross_encoder import CrossEncoderReranker
from retriever.encoder import Encoder, HashingEncoder
from retriever.errors import ModelMissing, ParleyError, SettingsError, StorageError
from retriever.image_encoder import ImageEncoder
from retriever.ledger import CatalogueInfo, Ledger
from retriever.open import Shelf
from retriever.pseudonyms import make_key, read_key
from retriever.reading import Reading
from retriever.reranker import OverlapReranker, Reranker, Wish
from retriever.reranking import Reranking
from retriever.transformer import SentenceTransformersEncoder

ENCODING_RECORD = "encoding.json"  # in the data folder: which path encodes fastest on which machine
WRITING_RECORD = "writing.json"  # beside it: which path writes fastest


class Parley:
    """The running product: what a door needs to serve people."""

    def __init__(self, settings: Settings) -> None:
        offline.go_offline()
        _refuse_absent_gpu(settings)
        self.settings = settings
        folder = _folder(settings.data_dir)
        self.pictures = _folder(folder / "pictures")
        self.generations = _folder(folder / "generations")
        self.ledger = Ledger.open(folder / "ledger.sqlite3")
        self.encoder = make_encoder(settings)
        self.image_encoder = make_image_encoder(settings)
        self.reranking = make_reranking(settings)
        self.shelf = Shelf(
            self.generations,
            self.ledger,
            self.encoder,
            settings.device,
            reranking=self.reranking,
            image_encoder=self.image_encoder,
        )
        self.store: SessionStore = SqlSessionStore(
            settings.database_url or sqlite_url(folder / "sessions.sqlite3")
        )
        self.chat_model = make_chat_model(settings)
        held = settings.chat_words == "held"
        if settings.chat_words == "auto":
            held = settings.chat_model == EMBEDDED
        self.writer = Writer(self.chat_model, closest=make_closest(self.encoder), free=not held)
        self.chatbot = Chatbot(
            self.shelf,
            self.store,
            self.writer,
            shortlist_size=settings.shortlist_size,
            max_message_chars=settings.max_message_chars,
            contact=settings.contact,
            write_deadline_s=settings.write_deadline_s,
            speaks=lambda: self._warm is None or self._ready.is_set(),
            known=KnownPeople(self.ledger, lambda: read_key(self._key_path)).long_term_of,
        )
        self._warm: threading.Thread | None = None
        self._ready = threading.Event()
        self.faults: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """True once every model and catalogue has been used once."""
        return self._ready.is_set()

    def catalogues(self) -> tuple[CatalogueInfo, ...]:
        """What is loaded."""
        return self.ledger.catalogues()

    def warm_up(
        self, *, wait: bool = False, tell: Callable[[str], None] | None = None, stays: bool = False
    ) -> None:
        """Load models and catalogues in the background, so that the first person does not wait.

        `tell` gets a sentence for each that cannot be used; the others are loaded all the same. `stays`: this
        process does nothing else, so that what is loaded is left out of garbage collections from then on.
        """
        if self._warm is None:
            self._warm = threading.Thread(target=self._load, args=(tell, stays), name="warm-up", daemon=True)
            self._warm.start()
        if wait:
            self._warm.join()

    def _load(self, tell: Callable[[str], None] | None, stays: bool) -> None:
        uses: list[Callable[[], object]] = [lambda: self.encoder.encode(["warm"])]
        uses.append(Reading(self.encoder).reads_characters)
        try:
            with self._noted(tell):
                uses += [partial(self.chatbot.openings, info.name) for info in self.catalogues()]
            if self.image_encoder is not None:
                uses.append(partial(self.image_encoder.encode_texts, ["warm"]))
            if self.reranking is not None:
                uses.append(partial(self.reranking.reranker.score, Wish("warm"), ["warm"]))
            if self.chat_model is not None:
                uses.append(self.chat_model.warm_up)
            for use in uses:
                with self._noted(tell):
                    use()
            if stays:
                leave_out_of_collections()
        finally:
            self._ready.set()

    @contextmanager
    def _noted(self, tell: Callable[[str], None] | None) -> Iterator[None]:
        """Keep an error as a sentence: what is whole still answers; doctor and /readyz tell what is not."""
        try:
            yield
        except ParleyError as error:
            self.faults = (*self.faults, str(error))
            if tell is not None:
                tell(str(error))

    @property
    def _key_path(self) -> Path:
        return self.settings.data_dir / "person.key"

    def person_key(self) -> bytes:
        """The key under which people of a history are hashed; made once, readable by its owner only."""
        return make_key(self._key_path)

    def rehearsal(
        self,
        store: SessionStore,
        *,
        now: Callable[[], float],
        secret: Callable[[], str],
        write_deadline_s: float,
        writer: Writer | None = None,
    ) -> Chatbot:
        """A chatbot over the same catalogues and models for people who are not real; it keeps to `store`.

        `writer` takes the place of the product's own.
        """
        return Chatbot(
            self.shelf,
            store,
            writer or self.writer,
            shortlist_size=self.settings.shortlist_size,
            max_message_chars=self.settings.max_message_chars,
            contact=self.settings.contact,
            write_deadline_s=write_deadline_s,
            now=now,
            secret=secret,
        )

    def close(self) -> None:
        """Let go of databases, and of what still computes."""
        if self.reranking is not None:
            self.reranking.close()
        self.store.close()
        self.ledger.close()


def leave_out_of_collections() -> None:
    """Tell the garbage collector that what there is now stays.

    A full collection walks through every object of the catalogues: 0.3 s in the middle of somebody's turn.
    """
    gc.collect()
    gc.freeze()


def build(settings: Settings) -> Parley:
    """The object graph of these settings.

    Raises:
        StorageError: the data folder cannot be written.
        ModelMissing: a configured encoder, reranker or chat model is not there.
    """
    return Parley(settings)


def make_encoder(settings: Settings) -> Encoder:
    """The configured encoder, not yet loaded."""
    if settings.encoder == "hashing":
        return HashingEncoder()
    name = models.MINILM.name if settings.encoder == "embedded" else settings.encoder
    return SentenceTransformersEncoder(
        name,
        device=settings.device,
        threads=settings.threads or None,
        path=None if settings.encoding_path == "auto" else settings.encoding_path,
        processes=settings.encoding_processes,
        record=settings.data_dir / ENCODING_RECORD,
        cache=settings.cache_dir / "openvino",
    )


def make_image_encoder(settings: Settings) -> ImageEncoder | None:
    """The configured image encoder, not yet loaded; None to rank without pictures."""
    if not settings.image_encoder:
        return None
    return ImageEncoder(settings.image_encoder, device=settings.device, threads=settings.threads or None)


def make_reranker(settings: Settings) -> Reranker | None:
    """The configured reranker, not yet loaded; None for the fused order as it is."""
    if settings.reranker == "none":
        return None
    if settings.reranker == "overlap":
        return OverlapReranker()
    return CrossEncoderReranker(
        settings.reranker, device=settings.device, threads=settings.threads or writing_threads()
    )


def make_reranking(settings: Settings) -> Reranking | None:
    """The rerank stage with its limits; None without a reranker."""
    reranker = make_reranker(settings)
    if reranker is None:
        return None
    return Reranking(reranker, items=settings.rerank_items, budget_s=settings.rerank_deadline_s)


def make_chat_model(settings: Settings) -> ChatModel | None:
    """The configured chat model, not yet loaded; None to speak from evidence alone."""
    name = settings.chat_model
    if name == "none":
        return None
    if name == "scripted":
        return ScriptedChatModel()
    if name.startswith(("http://", "https://")):
        return OpenAICompatibleChatModel(name, settings.chat_model_name, settings.chat_model_key)
    return LocalChatModel(
        name,
        device=settings.device,
        threads=settings.threads or writing_threads(),
        adapter=EMBEDDED_ADAPTER if name == EMBEDDED else None,
        cache=settings.cache_dir / "weights",
        bits=settings.chat_model_bits,
        path=None if settings.writing_path == "auto" else settings.writing_path,
        record=settings.data_dir / WRITING_RECORD,
    )


def check_chat_model(settings: Settings) -> None:
    """Look whether the configured chat model is on this machine, without loading it.

    Without it Parley still answers, in plain sentences, so that only who looks learns of it.

    Raises:
        ModelMissing: it is not there, or not as expected. A model behind a URL is not asked.
    """
    name = settings.chat_model
    if name == "embedded":
        models.verify(models.SMOLLM2)
        read_adapter(EMBEDDED_ADAPTER)
        return
    if name.startswith(("http://", "https://")):
        make_chat_model(settings)  # refuses an address or a key that cannot be one
        return
    if name in {"none", "scripted"}:
        return
    if Path(name).expanduser().exists():
        return
    from huggingface_hub import try_to_load_from_cache

    try:
        found = isinstance(try_to_load_from_cache(name, "config.json"), str)
    except ValueError:
        found = False  # no name that a hub could have
    if not found:
        raise ModelMissing(
            f"no chat model {name!r} is on this machine; set PARLEY_CHAT_MODEL to a folder, to the name of "
            "a model in the local Hugging Face cache, to 'embedded' or to 'none'"
        )


def _refuse_absent_gpu(settings: Settings) -> None:
    if settings.device != "cuda":
        return
    import torch

    if not torch.cuda.is_available():
        raise SettingsError("PARLEY_DEVICE is cuda, but torch sees no GPU; set it to auto or cpu")


def writing_threads() -> int:
    """Half of the cores: one word at a time gains little from more, and a busy neighbour stalls them all.

    Measured on two cores: 1.9 s a reply with one thread, 1.7 s with two, 6 s with two beside a busy process.
    """
    return max(1, (os.cpu_count() or 2) // 2)


def make_closest(encoder: Encoder) -> Callable[[Sequence[str], str], int]:
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
    except FileExistsError as error:
        raise StorageError(
            f"{path} is a file where a folder is needed; move it away, or choose another folder with "
            "PARLEY_DATA_DIR"
        ) from error
    except OSError as error:
        raise StorageError(
            f"the folder {path} cannot be made ({error.strerror}); choose another with PARLEY_DATA_DIR"
        ) from error
    return path
