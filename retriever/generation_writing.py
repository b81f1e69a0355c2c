"""The ledger's items and vectors → the files of a generation, in a draft folder.

In: a ledger, a catalogue's name, an encoder for facet values that are new. Out: files; publishing them is
`generations`' part.
"""

from __future__ import annotations

import gc
import hashlib
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retriever import picture_vectors
from retriever.catalogue import Catalogue
from retriever.chroma_store import build_collection
from retriever.collaborative import co_mention_vectors
from retriever.encoder import Encoder
from retriever.errors import GenerationError
from retriever.generation_manifest import LAYOUT
from retriever.ledger import CatalogueInfo, Ledger
from retriever.lexical import Bm25
from retriever.models import file_sha256
from retriever.records import facet_record, item_record
from retriever.storage import fsync_tree
from retriever.values import ValueIndex, meaningful_values
from retriever.vocabulary import save_vocabulary, synonyms_of


def write_generation(
    ledger: Ledger, name: str, encoder: Encoder, draft: Path, at: float, image_fingerprint: str
) -> None:
    """Fill a draft folder from the ledger at a time `at` (seconds since the epoch); the marker comes last.

    Raises:
        GenerationError: if a vector is missing, the ledger changed meanwhile, or the index doesn't find its
            own items.
    """
    info = ledger.catalogue(name)
    # Before it is read: what comes in between is seen as not yet known by the next load.
    history = ledger.history_digest(name)
    ids, vectors = _write_own(ledger, name, encoder, draft, info)
    if image_fingerprint:
        rows, seen = picture_vectors.of_catalogue(ledger, name, image_fingerprint)
        np.save(draft / "picture_rows.npy", rows, allow_pickle=False)
        np.save(draft / "pictures.npy", seen, allow_pickle=False)
    # A catalogue refers to itself (its cache of phrases): it would stay until the next full collection.
    gc.collect()
    own = {
        str(file.relative_to(draft)): file_sha256(file) for file in sorted(draft.rglob("*")) if file.is_file()
    }
    recall = build_collection(draft / "chroma", ids, vectors)
    manifest = json.dumps(
        {
            "layout": LAYOUT,
            "catalogue": name,
            "encoder": encoder.name,
            "fingerprint": encoder.fingerprint,
            "dim": encoder.dim,
            "count": len(ids),
            "content_hash": info.content_hash,
            "interactions": history,
            "image_fingerprint": image_fingerprint,
            "synonyms": synonyms_of(info.mapping),
            "created_at": at,
            "chroma": recall,
            "files": own,
        },
        indent=1,
    )
    (draft / "manifest.json").write_text(manifest, encoding="utf-8")
    # The marker must not reach the disk before what it vouches for.
    fsync_tree(draft)
    (draft / "COMPLETE").write_text(hashlib.sha256(manifest.encode()).hexdigest() + "\n", encoding="utf-8")


def _write_own(
    ledger: Ledger, name: str, encoder: Encoder, draft: Path, info: CatalogueInfo
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """All that is ours of a generation; answers ids and vectors (item, dim).

    Items, their words and the lexical index end with this function: Chroma comes next and needs the memory.
    """
    items = list(ledger.items(name))
    ids, vectors = ledger.vectors(name, encoder.fingerprint)
    if ids != tuple(item.id for item in items) or ledger.catalogue(name).content_hash != info.content_hash:
        raise GenerationError(f"catalogue {name!r} changed while it was read; run the command again")
    vectors = vectors.reshape(len(ids), encoder.dim)  # an empty catalogue still has a width
    catalogue = Catalogue(name, info.facets, items)
    np.save(draft / "vectors.npy", vectors, allow_pickle=False)
    with (draft / "items.jsonl").open("w", encoding="utf-8") as file:
        for item in items:
            file.write(json.dumps(item_record(item)) + "\n")
    facets = json.dumps([facet_record(facet) for facet in info.facets])
    (draft / "facets.json").write_text(facets, encoding="utf-8")
    Bm25.build(catalogue.stems).save(draft / "lexical")
    _encode_values(ledger, catalogue, encoder).save(draft)
    save_vocabulary(catalogue.vocabulary_with(synonyms_of(info.mapping)), draft)
    liked = co_mention_vectors(catalogue, ledger.each_interaction(name))
    if liked is not None:
        np.save(draft / "collaborative.npy", liked, allow_pickle=False)
    return ids, vectors


def _encode_values(ledger: Ledger, catalogue: Catalogue, encoder: Encoder) -> ValueIndex:
    """Encoded facet values, from the ledger where they were encoded before."""
    pairs = meaningful_values(catalogue)
    texts = list(dict.fromkeys(pair.value for pair in pairs))
    known = ledger.value_vectors(encoder.fingerprint, texts)
    new = [text for text in texts if text not in known]
    if new:
        fresh = dict(zip(new, encoder.encode(new), strict=True))
        ledger.put_value_vectors(encoder.fingerprint, fresh.items())
        known.update(fresh)
    vectors = np.array([known[pair.value] for pair in pairs], dtype=np.float32)
    return ValueIndex(pairs, vectors.reshape(len(pairs), encoder.dim))  # (value, dim)
