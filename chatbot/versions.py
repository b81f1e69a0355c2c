"""What made a turn, so that a difference can be traced to what changed.

In: what answers. Out: names of versions. Reads the language's files once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import metadata, resources

from retriever.pipeline import Retriever

_WORDS = ("chatbot", "generator")  # the packages that have words in data files, one file a language
_CHARACTERS = 12


def versions_of(retriever: Retriever, language: str, chat_model: str) -> Mapping[str, str]:
    """The program, the generation, its encoder, the language with its words' digest, and the chat model."""
    return {
        "parley": _program(),
        "generation": retriever.catalogue.generation,
        "encoder": retriever.encoder_fingerprint,
        "language": f"{language} {_words_digest(language)}",
        "chat_model": chat_model,
    }


@cache
def _program() -> str:
    return metadata.version("parley")


@cache
def _words_digest(language: str) -> str:
    digest = hashlib.sha256()
    for package in _WORDS:
        digest.update((resources.files(package) / "words" / f"{language}.toml").read_bytes())
    return digest.hexdigest()[:_CHARACTERS]
