"""`parley history` and `parley forget`, from the command line to the bytes on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ui import cli

Run = Callable[..., Result]
CANARY = "XYLOPHONE-4711"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command over a data folder in which the lamps are loaded."""
    for name, value in (("DATA_DIR", str(tmp_path / "data")), ("ENCODER", "hashing"), ("CHAT_MODEL", "none")):
        monkeypatch.setenv(f"PARLEY_{name}", value)
    lamps = tmp_path / "lamps.csv"
    lamps.write_text("id,title\n" + "".join(f"{one},{one} lamp\n" for one in ("ash", "elm", "fir")))

    def invoke(*arguments: str, text: str = "", stdin: str | None = None) -> Result:
        if text:
            (tmp_path / "history.csv").write_text(text, encoding="utf-8")
            arguments = (arguments[0], str(tmp_path / "history.csv"), *arguments[1:])
        return CliRunner().invoke(cli.app, list(arguments), input=stdin)

    assert invoke("ingest", str(lamps), "-c", "lamps").exit_code == 0
    return invoke


def test_a_history_is_told_column_by_column_and_a_whole_one_ends_with_zero(run: Run):
    done = run("history", "-c", "lamps", text="user,item,event\nann,ash,buy\nben,elm,like\n")
    assert done.exit_code == 0, done.stderr
    for said in (
        "person",
        "97%",
        "buy, like",
        "2 of 2 rows kept: 2 events are new",
        "2 people",
        "a new index is served",
    ):
        assert said in done.stderr
    again = run("history", "-c", "lamps", text="user,item,event\nann,ash,buy\nben,elm,like\n")
    assert "0 events are new, 2 were there already" in again.stderr
    assert "the index stays as it is" in again.stderr


def test_unknown_items_and_bad_rows_are_told_and_end_with_one(run: Run):
    text = "user,item,event\nann,ash,buy\nann,oak,buy\nben,oak,buy\nann,elm,sneeze\n"
    done = run("history", "-c", "lamps", text=text)
    assert done.exit_code == 1
    for said in (
        "2 rows are about items that 'lamps' doesn't have",
        "oak (2×)",
        "1 rows are refused",
        "history-rejects",
    ):
        assert said in done.stderr
    over = run("history", "-c", "lamps", "--max-rejects", "2", text=text)
    assert (over.exit_code, "nothing was changed" in over.stderr) == (3, True)


def test_what_cannot_be_read_ends_with_two_and_says_what_to_do(run: Run):
    done = run("history", "-c", "lamps", text="who,what\nann,red\n")
    assert done.exit_code == 2
    assert "it has 'who', 'what'" in done.stderr
    assert run("history", "nowhere.csv", "-c", "lamps").exit_code == 2
    assert run("history", "-c", "nowhere", text="user,item\nann,ash\n").exit_code == 2


def test_a_pipe_and_relations_are_taken(run: Run):
    assert run("history", "-", "-c", "lamps", stdin="user,item\nann,ash\n").exit_code == 0
    done = run("history", "--relations", "-c", "lamps", text="a,b\nann,ben\n")
    assert done.exit_code == 0, done.stderr
    assert "2 relations" in done.stderr
    assert "relations of lamps" in done.stderr


def test_of_a_forgotten_person_nothing_is_left_in_the_data_folder(run: Run, tmp_path: Path):
    rows = "".join(f"p{n},elm,review,fine {n}\n" for n in range(40))
    run(
        "history",
        "-c",
        "lamps",
        text=f"user,item,event,text\n{CANARY},ash,review,{CANARY}s own words\n{rows}",
    )
    run("history", "-c", "lamps", text=f"user,friend\n{CANARY},p1\n")
    run(
        "history", "-c", "lamps", text=f"user,item,event\n{CANARY},fir,buy\np1,elm,{CANARY}\n{CANARY},a,b,c\n"
    )

    def holding(word: str) -> list[str]:
        every = (path for path in (tmp_path / "data").rglob("*") if path.is_file())
        return [path.name for path in every if word.encode() in path.read_bytes()]

    assert "history-rejects.jsonl" in holding(CANARY)
    assert any(name.startswith("ledger") for name in holding(CANARY))
    done = run("forget", CANARY, "-c", "lamps")
    assert done.exit_code == 0, done.stderr
    assert "2 events, 2 relations and 0 conversations are erased; a new index is served" in done.stderr
    assert holding(CANARY) == []
    assert holding("fine 39")
    again = run("forget", CANARY, "-c", "lamps")
    assert (again.exit_code, "nothing was there to erase" in again.stderr) == (1, True)
