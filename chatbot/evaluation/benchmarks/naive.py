"""The naive pipeline, a turn's named peer: encode with the library, query Chroma, `generate()`.

In: a catalogue's name and a text. Out: seconds a stage. It understands nothing, keeps no state, checks
nothing of what its model writes: less work than a turn of ours, done as such applications do it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from chatbot.evaluation.benchmarks.spoken import peer_prompt
from generator.peers import LibraryChatModel
from retriever.catalogue import Catalogue
from retriever.domain import ItemId
from retriever.generations import OpenGeneration
from retriever.machine import named
from retriever.peers import PeerEncoder, chroma_collection, fill
from retriever.records import encoded_text

FETCHED = 50  # as many candidates as a reranker would want
TOLD = 3  # of them in the prompt, as many as we show
NEW_TOKENS = 60


@dataclass(frozen=True, slots=True)
class NaiveTurn:
    """Seconds of each stage, and the items that went into the prompt, nearest first."""

    seconds: dict[str, float]
    items: tuple[ItemId, ...]


class NaivePipeline:
    """Encoder, collections and chat model; `naive_pipeline` makes it. Safe from threads: generating waits."""

    def __init__(
        self,
        catalogues: Mapping[str, Catalogue],
        collections: Mapping[str, Any],
        encoder: PeerEncoder,
        chat_model: LibraryChatModel | None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._catalogues = catalogues
        self._collections = collections
        self._encoder = encoder
        self._chat_model = chat_model
        self._clock = clock
        written = chat_model.name if chat_model is not None else "no generate step"
        self.name = f"naive: {encoder.name} → {named('chromadb')} query({FETCHED}) → {written}"

    def turn(self, catalogue: str, text: str) -> NaiveTurn:
        """One turn."""
        begun = self._clock()
        vector = self._encoder.encode([text])
        encoded = self._clock()
        found = self._collections[catalogue].query(query_embeddings=vector, n_results=FETCHED)["ids"][0]
        queried = self._clock()
        nearest = [self._catalogues[catalogue].item(one) for one in found[:TOLD]]
        seconds = {"encode": encoded - begun, "query": queried - encoded}
        if self._chat_model is not None:
            self._chat_model.answer(peer_prompt(text, nearest), NEW_TOKENS)
            seconds["generate"] = self._clock() - queried
        seconds["total"] = self._clock() - begun
        return NaiveTurn(seconds, tuple(item.id for item in nearest))


@contextlib.contextmanager
def naive_pipeline(
    generations: Mapping[str, OpenGeneration], encoder: PeerEncoder, chat_model: LibraryChatModel | None
) -> Iterator[NaivePipeline]:
    """The peer over these catalogues. Its collections hold the generations' own vectors: encoding all of a
    catalogue again would take minutes, and is what `parley bench ingest` measures.
    """
    with contextlib.ExitStack() as stack:
        catalogues = {name: opened.catalogue for name, opened in generations.items()}
        collections = {}
        for name, catalogue in catalogues.items():
            collections[name] = stack.enter_context(chroma_collection())
            texts = [encoded_text(item, catalogue.facets) for item in catalogue.items]
            ids = [item.id for item in catalogue.items]
            fill(collections[name], ids, np.asarray(generations[name].vectors), texts)
        yield NaivePipeline(catalogues, collections, encoder, chat_model)
