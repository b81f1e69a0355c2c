"""Chat models that the configured one is compared with.

In: settings. Out: models, not yet loaded unless said. What they are for is in the benchmarks that use them.
"""

from __future__ import annotations

from chatbot.build import WRITING_RECORD, writing_threads
from chatbot.settings import Settings
from generator.backends.adapter import EMBEDDED_ADAPTER
from generator.backends.local import EMBEDDED, LocalChatModel
from generator.chat_model import ChatModel
from generator.peers import LibraryChatModel, load_library_chat_model


def untuned(settings: Settings) -> LocalChatModel:
    """The embedded chat model as it comes, without the adapter."""
    return LocalChatModel(
        EMBEDDED,
        device=settings.device,
        threads=settings.threads or writing_threads(),
        cache=settings.cache_dir / "weights",
        path=None if settings.writing_path == "auto" else settings.writing_path,
        record=settings.data_dir / WRITING_RECORD,
    )


def under_the_library(configured: ChatModel | None, settings: Settings) -> LibraryChatModel | None:
    """The configured chat model's weights under `generate()`, loaded; None where none are on this machine.

    Raises:
        ModelMissing: the weights are damaged.
    """
    if not isinstance(configured, LocalChatModel):
        return None
    return load_library_chat_model(
        settings.chat_model,
        settings.device,
        EMBEDDED_ADAPTER if settings.chat_model == EMBEDDED else None,
        settings.cache_dir / "weights",
    )
