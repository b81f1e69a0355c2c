"""Loads killed with SIGKILL, at random and at each step of publishing: nothing acknowledged is lost.

`KILLS=100 pytest tests/ingestion/test_kills.py` is the long run: 100 kills at random, 20 at each step, half
of them just before it and half just after.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from killed_loads import CATALOGUE, DIM, STEPS, Loads, acknowledged
from retriever.encoder import HashingEncoder
from retriever.generations import current, open_generation
from retriever.ledger import Ledger, encoded_text

RANDOM_KILLS = int(os.environ.get("KILLS", "5"))
KILLS_A_STEP = max(1, RANDOM_KILLS // 5)
FEW, MANY = 150, 1100  # items: enough for a step; enough for several commits of vectors


def rows(version: int, count: int) -> list[dict]:
    """A version of a file: to the next, all texts change, a few items are new, a few gone."""
    return [
        {
            "id": f"T{n}",
            "title": f"Tent {n} {'abc'[(n + version) % 3]}",
            "price": n + (version if n % 5 == 0 else 0),
            "kind": f"kind {n % 7}",
            "description": f"Sleeps {n % 6} and weighs {n} grams",
        }
        for n in range(version * 60, count + version * 60)
    ]


class Shop:
    """A data folder, the versions of its file, and what a served generation may hold."""

    def __init__(self, folder: Path, loads: Loads, count: int) -> None:
        self.folder = folder / "data"
        self.folder.mkdir(exist_ok=True)
        self.loads = loads
        self.rows = [rows(version, count) for version in range(3)]
        self.files = [folder / f"version-{version}.jsonl" for version in range(3)]
        for file, version in zip(self.files, self.rows, strict=True):
            file.write_text("".join(json.dumps(row) + "\n" for row in version), "utf-8")
        self.encoder = HashingEncoder(DIM)

    def finish(self, version: int) -> None:
        """Load to the end. What was acknowledged until then may be forgotten, once no text needs it."""
        assert self.load(version) == 0
        assert self.served() == {version}
        self.check_ledger()
        (self.folder / "acknowledged").unlink()

    def load(self, version: int, stop: tuple[str, str] | None = None) -> int:
        self.loads.start(self.files[version], self.folder, stop)
        return self.loads.end()

    def killed_after(self, version: int, seconds: float) -> bool:
        """Load, killed after some time; whether it had been at work still."""
        pid = self.loads.start(self.files[version], self.folder)
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return self.loads.end() == -signal.SIGKILL

    def served(self) -> set[int]:
        """The versions that the served generation holds whole: every digest right, every vector its own."""
        path = current(self.folder / "generations", CATALOGUE)
        assert path is not None
        opened = open_generation(path)  # checks the digest of each file
        catalogue = opened.catalogue
        texts = [encoded_text(item, catalogue.facets) for item in catalogue.items]
        np.testing.assert_array_equal(opened.vectors, self.encoder.encode(texts))
        return {version for version in range(3) if self._holds(catalogue, self.rows[version])}

    @staticmethod
    def _holds(catalogue, expected: list[dict]) -> bool:
        found = {item.id: (item.title, item.facets["price"]) for item in catalogue.items}
        return len(catalogue) == len(expected) and all(
            found.get(row["id"]) == (row["title"], float(row["price"])) for row in expected
        )

    def check_ledger(self) -> None:
        """What was acknowledged is there, once."""
        with Ledger.open(self.folder / "ledger.db") as ledger:
            assert ledger.read("PRAGMA integrity_check") == [("ok",)]
            ids = Counter(row[0] for row in ledger.read("SELECT id FROM items"))
            vectors = {row[0] for row in ledger.read("SELECT text_hash FROM vectors")}
            needed = {row[0] for row in ledger.read("SELECT text_hash FROM items WHERE removed_at IS NULL")}
        assert not ids or max(ids.values()) == 1
        for kind, key in acknowledged(self.folder):
            # The vector of a text that no item has any more is rightly forgotten.
            assert key in ids if kind == "item" else key in vectors or key not in needed

    def left_behind(self) -> list[str]:
        folder = self.folder / "generations" / CATALOGUE
        leftovers = (".building", ".new", ".sqlite3")
        return [path.name for path in folder.iterdir() if path.name.endswith(leftovers)]


@pytest.fixture(scope="module")
def loads():
    opened = Loads()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory, loads):
    """A folder with version 0 loaded, to be copied."""
    folder = tmp_path_factory.mktemp("loaded")
    assert Shop(folder, loads, FEW).load(0) == 0
    return folder


@pytest.mark.timeout(60 + 20 * KILLS_A_STEP)
@pytest.mark.parametrize(("number", "step"), list(enumerate(STEPS)))
def test_a_kill_at_a_step_leaves_the_old_or_the_new_generation_whole(tmp_path, loads, loaded, number, step):
    shutil.copytree(loaded, tmp_path, dirs_exist_ok=True)
    shop = Shop(tmp_path, loads, FEW)
    version = 0
    for kill in range(KILLS_A_STEP):
        when = ("before", "after")[(number + kill) % 2]
        before, version = version, (version + 1) % 3
        code = shop.load(version, (step, when))
        assert code == -signal.SIGKILL, f"the step {step!r} was not met"
        assert shop.served() in ({before}, {version})
        shop.check_ledger()
        shop.finish(version)
        assert shop.left_behind() == []


@pytest.mark.timeout(60 + 10 * RANDOM_KILLS)
def test_random_kills_lose_nothing(tmp_path, loads):
    draw = random.Random(7)
    shop = Shop(tmp_path, loads, MANY)
    assert shop.load(0) == 0
    started = time.monotonic()
    assert shop.load(1) == 0
    whole = time.monotonic() - started
    version, kills = 1, 0
    while kills < RANDOM_KILLS:
        before, version = version, (version + 1) % 3
        # A load is killed, and killed again while it is taken up, until one gets through.
        while kills < RANDOM_KILLS and shop.killed_after(version, draw.uniform(0, whole)):
            kills += 1
            assert shop.served() in ({before}, {version})
            shop.check_ledger()
        shop.finish(version)
    assert shop.left_behind() == []
