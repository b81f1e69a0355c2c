"""The benchmark of loading: both really load, and what is said of them is right."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ingestion.benchmark import CATALOGUE, IngestRun, deviation, made_rows, run_ingest
from ingestion.memory import load_into
from retriever.encoder import HashingEncoder
from retriever.errors import InputError
from retriever.ledger import Ledger
from retriever.peers import PeerEncoder

ROWS = 25


class Mirrored:
    """A peer that encodes as we do, but for the sign of every vector: as far off as can be."""

    def __init__(self) -> None:
        self.encoded: list[list[str]] = []

    def of(self, encoder):
        def encode(texts):
            self.encoded.append(texts)
            return -encoder.encode(texts)

        return PeerEncoder("mirrored", encode)


@pytest.fixture(scope="module")
def peer() -> Mirrored:
    return Mirrored()


@pytest.fixture(scope="module")
def done(peer: Mirrored, tmp_path_factory: pytest.TempPathFactory) -> tuple[IngestRun, Path]:
    folder = tmp_path_factory.mktemp("bench")
    return run_ingest(partial(HashingEncoder, 32), peer.of, folder, rows=ROWS, rounds=2, seed=4), folder


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


def test_both_load_every_row_and_the_peers_vectors_are_compared(done, peer):
    run, folder = done
    ours, naive = run.loadings
    assert (ours.seconds.n, naive.seconds.n) == (2, 2)
    assert set(ours.stages) == {"reading", "checking", "storing", "encoding", "publishing"}
    assert set(naive.stages) == {"encode", "add"}
    assert [len(set(texts)) for texts in peer.encoded] == [ROWS] * 3  # a warm-up and two rounds
    assert run.deviation == pytest.approx(2.0)
    assert naive.system.startswith("naive: mirrored → chromadb 1")
    with Ledger.open(folder / "ours1" / "ledger.sqlite3") as ledger:
        assert ledger.catalogue(CATALOGUE).item_count == ROWS
    assert run.ratio.value > 0


def test_the_memory_is_that_of_a_process_of_its_own(done):
    weighed = done[0].memory
    assert 10 < weighed.before_mib < 2_000
    assert 0 < weighed.peak_mib < 2_000


def test_a_second_load_and_the_opening_are_timed(done):
    run, _ = done
    assert run.second_load_s > 0
    assert (run.opening.n, run.resident.n, run.read_back.n) == (5, 5, 5)
    assert run.read_back_ratio.low <= run.read_back_ratio.value <= run.read_back_ratio.high


def test_a_file_is_loaded_as_a_data_folder_would_have_it(tmp_path):
    file = tmp_path / "films.csv"
    file.write_text("id,title,description\na,Amber,A slow film\nb,Basalt,A film of rain\n", encoding="utf-8")
    stages = load_into(file, "films", HashingEncoder(32), tmp_path)
    assert (tmp_path / "generations" / "films" / "CURRENT").is_file()
    assert all(seconds >= 0 for seconds in stages.values())


def test_no_rows_are_refused(tmp_path):
    with pytest.raises(InputError, match="--rows is 0; it has to be at least 1"):
        run_ingest(HashingEncoder, Mirrored().of, tmp_path, rows=0)
