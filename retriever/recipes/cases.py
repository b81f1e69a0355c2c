"""What a recipe trains and measures on: judged queries with what our own retriever makes of them.

In: catalogues as `parley ingest` published them, files of judged queries. Out: cases, split without leakage.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from retriever.domain import ItemId, Query
from retriever.pipeline import Retriever
from retriever.recipes.judged import JudgedQuery, read_judged, split
from retriever.wish import Wish, item_text, wish_of

_log = logging.getLogger("recipe")


@dataclass(slots=True)
class Source:
    """A catalogue with a file of judged queries about it."""

    name: str
    path: Path
    retriever: Retriever
    texts: dict[ItemId, str] = field(default_factory=dict)

    def text(self, item: ItemId) -> str:
        if item not in self.texts:
            self.texts[item] = item_text(self.retriever.catalogue.item(item), self.retriever.catalogue.facets)
        return self.texts[item]

    def cases(self, judged: Sequence[JudgedQuery], depth: int) -> list[Case]:
        found = []
        for one in judged:
            query = Query(text=one.query, anchors=one.liked)
            wish = wish_of(query, self.retriever.catalogue)
            found.append(Case(one, self, wish, self.retriever.recall(query, depth)))
        return found


@dataclass(frozen=True, slots=True)
class Case:
    """A judged query with what our retriever makes of it: `head`, fused order, the liked ones not in it."""

    judged: JudgedQuery
    source: Source
    wish: Wish
    head: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """All cases of a run; `test` by the name that its measurements get."""

    train: list[Case]
    valid: list[Case]
    test: dict[str, list[Case]]
    counts: dict[str, dict[str, int]]


def gather(
    train: Sequence[Source],
    test: Sequence[Source],
    *,
    test_share: float,
    valid_share: float,
    valid_queries: int,
    depth: int,
    seed: int,
) -> Material:
    """Read, split and mine: `depth` candidates a query. `test` files are held out whole.

    The validation, of at most `valid_queries`, is split off the training side as the test is off the whole.

    Raises:
        InputError: if a file is not as `read_judged` wants it, or too small to be split.
    """
    made = Material([], [], {}, {})
    for source in train:
        judged, unknown = read_judged(source.path, source.retriever.catalogue)
        outer = split(judged, test_share, seed)
        inner = split(outer.train, valid_share, seed)
        made.counts[source.name] = {
            "train": len(inner.train), "valid": len(inner.test), "test": len(outer.test),
            "dropped against leakage": outer.dropped + inner.dropped, "unknown ids": unknown,
        }  # fmt: skip
        _log.info("%s: %s; mining candidates", source.name, made.counts[source.name])
        # Where nothing wrong was found there is nothing to tell apart.
        mined = source.cases(inner.train, depth)
        made.train.extend(case for case in mined if set(case.head) - case.judged.items.keys())
        made.valid.extend(source.cases(inner.test, depth))
        made.test[f"{source.name}, held-out dialogues"] = source.cases(outer.test, depth)
    for source in test:
        judged, unknown = read_judged(source.path, source.retriever.catalogue)
        made.counts[source.name] = {"test": len(judged), "unknown ids": unknown}
        _log.info("%s: %s; mining candidates", source.name, made.counts[source.name])
        made.test[f"{source.name}, a catalogue not trained on"] = source.cases(judged, depth)
    random.Random(seed).shuffle(made.valid)
    del made.valid[valid_queries:]
    return made
