"""A load that is killed loses nothing that was committed, and the same load again finishes it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from histories import Lamps
from ingestion.history import load as loading
from retriever.ledger import Ledger

ROWS = 400
BATCH = 50


def history() -> str:
    rows = (
        f"p{n % 37},{('ash', 'beech', 'cedar', 'oak')[n % 4]},{n % 5 + 1},{1_000 + n}\n" for n in range(ROWS)
    )
    return "user,item,rating,time\n" + "".join(rows)


def killed_while(folder: Path, prepare: Callable[[], None], *, replace: bool = False) -> None:
    """Load in a child process that `prepare` lets kill itself."""
    child = os.fork()
    if child == 0:
        try:
            prepare()
            with Ledger.open(folder / "ledger.sqlite3") as ledger:
                Lamps(folder, ledger).load(history(), replace=replace)
        finally:
            os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def after_batches(count: int) -> Callable[[], None]:
    """Die once so many batches are committed, in the middle of the next one's transaction."""

    def prepare() -> None:
        put, done = Ledger.put_events, [0]

        def counting(self: Ledger, *given: object, **more: object) -> int:
            if done[0] == count:
                with self.transaction() as connection:
                    connection.execute("DELETE FROM events")
                    os.kill(os.getpid(), signal.SIGKILL)
            done[0] += 1
            return put(self, *given, **more)  # type: ignore[arg-type]

        Ledger.put_events = counting  # type: ignore[method-assign,assignment]

    return prepare


def while_building() -> None:
    def dying(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    loading.build = dying  # type: ignore[assignment]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(loading, "_BATCH", BATCH)
    with Ledger.open(tmp_path / "ledger.sqlite3") as ledger:
        Lamps(tmp_path, ledger).bring()
    return tmp_path


def state(folder: Path) -> tuple[tuple[int, int, int], str, tuple[object, ...]]:
    with Ledger.open(folder / "ledger.sqlite3") as ledger:
        lamps = Lamps(folder, ledger)
        return lamps.size(), ledger.history_digest("lamps"), ledger.interactions("lamps")


def test_a_killed_load_keeps_its_batches_and_the_next_one_adds_the_rest(folder: Path):
    killed_while(folder, after_batches(0))
    assert state(folder)[0] == (0, 0, 0)
    killed_while(folder, after_batches(3))
    assert state(folder)[0][0] == 3 * BATCH
    killed_while(folder, while_building)
    assert state(folder)[0][0] == ROWS
    with Ledger.open(folder / "ledger.sqlite3") as ledger:
        report = Lamps(folder, ledger).load(history())
    assert (report.new, report.published) == (0, True)
    interrupted = state(folder)
    whole = folder / "whole"
    whole.mkdir()
    with Ledger.open(whole / "ledger.sqlite3") as ledger:
        lamps = Lamps(whole, ledger)
        lamps.bring()
        lamps.load(history())
    assert state(whole) == interrupted


def test_a_killed_replacement_has_forgotten_nothing(folder: Path):
    with Ledger.open(folder / "ledger.sqlite3") as ledger:
        lamps = Lamps(folder, ledger)
        lamps.load("user,item\nold,ash\n")
    killed_while(folder, after_batches(2), replace=True)
    with Ledger.open(folder / "ledger.sqlite3") as ledger:
        lamps = Lamps(folder, ledger)
        assert lamps.weights("old") == {"ash": 0.5}
        report = lamps.load(history(), replace=True)
        assert report.forgotten == 1
        assert lamps.size() == (ROWS, 37, 0)
