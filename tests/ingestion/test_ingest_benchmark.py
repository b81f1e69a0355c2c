"""The benchmark of loading: both really load, and what is said of them is right."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ingestion.benchmark import (
    CATALOGUE,
    NAIVE,
    OURS,
    LoadingRace,
    deviation,
    made_rows,
    run_ingest,
    write_rows,
)
from ingestion.memory import load_into
from retriever.encoder import HashingEncoder
from retriever.errors import InputError
from retriever.ledger import Ledger
from retriever.peers import PeerEncoder


class Mirrored:
    """A peer that encodes as we do, but for the sign of every vector: as far off as can be."""

    def __init__(self) -> None:
        self.encoded: list[list[str]] = []

    def of(self, encoder):
        def encode(texts):
            self.encoded.append(texts)
            return -encoder.encode(texts)

        return PeerEncoder("mirrored", encode)


def test_made_rows_repeat_neither_a_text_nor_an_id():
    rows = list(made_rows(1_100, seed=1))
    assert len({row["id"] for row in rows}) == 1_100
    assert len({row["description"] for row in rows}) == 1_100
    assert list(made_rows(600, seed=1)) == rows[:600]
    assert list(made_rows(600, seed=2)) != rows[:600]


def test_the_deviation_is_one_less_the_cosine_whatever_the_length():
    ours = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    theirs = np.array([[5.0, 0.0], [2.0, 2.0]], dtype=np.float32)
    assert deviation(ours, theirs) == pytest.approx(1 - 1 / math.sqrt(2))
    assert deviation(ours, ours) == 0.0


def test_the_peer_is_given_all_texts_and_its_vectors_are_kept(tmp_path):
    peer, encoder, texts = Mirrored(), HashingEncoder(32), [f"film number {n}" for n in range(60)]
    race = LoadingRace(encoder, peer.of(encoder), tmp_path, texts)
    race.warm_up(seed=1)
    race.peer(0)
    assert peer.encoded == [texts[:40], texts]
    assert deviation(encoder.encode(texts), race.vectors) == pytest.approx(2.0)
    assert set(race.stages_of(NAIVE)) == {"encode", "add"}


def test_a_load_of_ours_leaves_a_whole_catalogue(tmp_path):
    race = LoadingRace(HashingEncoder(32), Mirrored().of(HashingEncoder(32)), tmp_path, ["a film"])
    race.ours(write_rows(tmp_path / "rows.jsonl", 12, seed=1), 7)
    with Ledger.open(tmp_path / "ours-7" / "ledger.sqlite3") as ledger:
        assert ledger.catalogue(CATALOGUE).item_count == 12
    assert set(race.stages_of(OURS)) == {
        "reading",
        "checking",
        "duplicates",
        "comparing",
        "storing",
        "encoding",
        "publishing",
        "reporting",
    }


def test_a_file_is_loaded_as_a_data_folder_would_have_it(tmp_path):
    file = tmp_path / "films.csv"
    file.write_text("id,title,description\na,Amber,A slow film\nb,Basalt,A film of rain\n", encoding="utf-8")
    stages = load_into(file, "films", HashingEncoder(32), tmp_path)
    assert (tmp_path / "generations" / "films" / "CURRENT").is_file()
    assert all(seconds >= 0 for seconds in stages.values())


def test_no_rows_are_refused(tmp_path):
    with pytest.raises(InputError, match="--rows is 0; it has to be at least 1"):
        run_ingest(HashingEncoder, Mirrored().of, tmp_path, rows=0)
