"""Encoding what is missing: everything is kept, a kill costs little, and the time left is right."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ingestion.encoding import encode_missing
from ingestion.load import load_file
from ingestion.mapping import FacetColumn, Mapping
from retriever.domain import FacetKind
from retriever.encoder import HashingEncoder
from retriever.ledger import Ledger


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "ledger.db") as opened:
        yield opened


class Bulk(HashingEncoder):
    """Encodes like text with like, as told: batches of places, in that order."""

    def __init__(self, order, *, on_batch=lambda: None):
        super().__init__(8)
        self.order, self.on_batch = order, on_batch

    def encode_bulk(self, texts):
        for places in self.order:
            self.on_batch()
            yield places, self.encode([texts[place] for place in places])

    def bulk_path(self):
        return "as told"


def pairs(texts):
    return [(f"key {place}", text) for place, text in enumerate(texts)]


def kept(ledger, encoder):
    rows = ledger.read("SELECT text_hash, vector FROM vectors WHERE fingerprint = ?", (encoder.fingerprint,))
    return {key: np.frombuffer(vector, dtype="<f4") for key, vector in rows}


@pytest.mark.parametrize("encoder", [HashingEncoder(8), Bulk([[3, 1], [0], [4, 2]])], ids=["plain", "bulk"])
@pytest.mark.parametrize("commit_every", [1, 2, 100])
def test_every_text_has_its_own_vector_whatever_the_order(ledger, encoder, commit_every):
    texts = ["rain", "two suns", "", "fog over three hills", "snow"]
    said = encode_missing(ledger, encoder, pairs(texts), lambda _: None, commit_every)
    found = kept(ledger, encoder)
    np.testing.assert_array_equal([found[f"key {n}"] for n in range(5)], encoder.encode(texts))
    assert said == ("as told" if isinstance(encoder, Bulk) else "")


def test_nothing_missing_asks_for_nothing(ledger):
    def never():
        pytest.fail("asked")

    assert encode_missing(ledger, Bulk([[0]], on_batch=never), [], lambda _: pytest.fail("told")) == ""


def test_a_commit_below_one_text_is_refused(ledger):
    with pytest.raises(ValueError, match="commit_every must be at least 1, not 0"):
        encode_missing(ledger, HashingEncoder(8), pairs(["a"]), lambda _: None, 0)


def test_what_was_encoded_before_a_failure_is_kept(ledger):
    class Fails(Bulk):
        def encode(self, texts, *, on_batch=None):
            if "fog" in texts:
                raise RuntimeError("no memory")
            return super().encode(texts, on_batch=on_batch)

    encoder = Fails([[0, 1], [2], [3]])
    with pytest.raises(RuntimeError, match="no memory"):
        encode_missing(ledger, encoder, pairs(["rain", "sun", "snow", "fog"]), lambda _: None, commit_every=2)
    assert set(kept(ledger, encoder)) == {"key 0", "key 1"}


@pytest.mark.parametrize("order", ["longest first", "shortest first"])
def test_the_time_left_is_right_from_the_first_steps_on(ledger, order):
    """Half of the texts are ten times as long as the others; counted by texts, the end would seem
    five times nearer or farther than it is."""
    texts = ["x" * 2_000] * 50 + ["y" * 200] * 50
    places = list(range(100)) if order == "longest first" else list(range(99, -1, -1))
    now, done, promised = 0.0, 0, []

    class Timed(Bulk):
        def encode(self, texts, *, on_batch=None):
            nonlocal now
            now += sum(map(len, texts)) / 1_000  # seconds of a clock that nothing else winds
            return np.zeros((len(texts), 8), dtype=np.float32) + 1

    def advance(steps):
        nonlocal done
        done += steps
        promised.append(now * len(texts) / done)  # when all is done, at this rate

    encode_missing(ledger, Timed([[place] for place in places]), pairs(texts), advance)
    assert done == 100
    assert now == pytest.approx(110)
    assert all(abs(when - 110) < 15 for when in promised[5:])


# -- what has to be encoded again --------------------------------------------------------------------------

ROWS = [
    {"id": "a", "title": "Amber", "text": "A slow film.", "year": 1999, "mood": "quiet"},
    {"id": "b", "title": "Basalt", "text": "A film of rain.", "year": 2004, "mood": "quiet"},
    {"id": "c", "title": "Cobalt", "text": "A loud film.", "year": 2011, "mood": ""},
]


@pytest.fixture
def load(tmp_path, ledger):
    (tmp_path / "films.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))

    def run(**kinds):
        """Load with these columns as facets, the others left out; answers how many texts were encoded."""
        mapping = Mapping(
            id="id",
            title="title",
            description=("text",),
            facets=tuple(FacetColumn(column=column, kind=kind) for column, kind in kinds.items()),
            ignored={column: "not now" for column in {"year", "mood"} - set(kinds)},
        )
        return load_file(
            tmp_path / "films.jsonl",
            "films",
            ledger=ledger,
            encoder=HashingEncoder(16),
            root=tmp_path / "generations",
            pictures=tmp_path / "pictures",
            mapping=mapping,
        ).encoded

    return run


def test_a_map_that_adds_a_number_encodes_nothing_again(load):
    assert load() == 3
    assert load(year=FacetKind.YEAR) == 0


def test_a_map_that_adds_words_encodes_again_only_what_has_them(load):
    assert load(year=FacetKind.YEAR) == 3
    assert load(year=FacetKind.YEAR, mood=FacetKind.CATEGORY) == 2  # the third film has no mood


def test_a_map_that_takes_words_back_finds_the_vectors_of_those_that_never_had_them(load):
    assert load(mood=FacetKind.CATEGORY) == 3
    # Vectors of texts that nobody has any more are forgotten once a generation is published.
    assert load() == 2
