"""The benchmarks' commands, run end to end without a model, and what they refuse."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from chatbot.build import build
from chatbot.settings import load_settings
from ingestion.demo import demo_catalogues
from ingestion.load import load_file
from ui import cli

SMALL = ["--encoder", "hashing"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo films and, under a name of its own, the demo shop."""
    folder = tmp_path_factory.mktemp("data")
    parley = build(load_settings(data_dir=folder, encoder="hashing", chat_model="none"))
    for name, path in (("films", demo_catalogues()["films"]), ("mine", demo_catalogues()["shop"])):
        load_file(path, name, ledger=parley.ledger, encoder=parley.encoder, root=parley.generations,
                  pictures=parley.pictures)  # fmt: skip
    parley.close()
    return folder


@pytest.fixture
def run(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PARLEY_DATA_DIR", str(data))
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> Any:
        return CliRunner().invoke(cli.app, ["bench", *arguments])

    return invoke


def state_of(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def numbers_in(value: object) -> Iterator[float]:
    if isinstance(value, dict):
        for one in value.values():
            yield from numbers_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from numbers_in(one)
    elif isinstance(value, int | float):
        yield value


def written(path: Path, *keys: str) -> dict[str, Any]:
    """The figures of a file: all finite, with the machine, what was asked and these keys."""
    table = json.loads(path.read_text(encoding="utf-8"))
    assert {"asked", "conditions", *keys} <= set(table)
    assert all(math.isfinite(number) for number in numbers_in(table))
    assert table["conditions"]["machine"]["cores"] == len(os.sched_getaffinity(0))
    assert table["conditions"]["machine"]["packages"]["chromadb"]
    return table


def test_bench_generate_reads_the_data_folder_and_writes_elsewhere(run, data, tmp_path):
    before = state_of(data)
    done = run("generate", *SMALL, "--chat-model", "scripted", "--no-untuned", "--pairs", "4", "-c", "films",
               "-c", "mine", "--json", "g.json", "--texts", "t.jsonl")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    table = written(tmp_path / "g.json", "catalogues", "cards", "qualities", "decoding")
    assert table["catalogues"] == ["films", "mine"]
    assert [each["system"] for each in table["qualities"]] == ["scripted", "plain sentences"]
    assert [each["cards"] for each in table["qualities"]] == [4, 4]
    assert table["decoding"] is None  # nothing to run under transformers
    assert "shown" not in table
    rows = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 8
    assert "plain sentences" in done.stdout
    assert state_of(data) == before


def test_bench_turn_names_its_peer_and_says_that_it_does_not_generate(run, tmp_path):
    done = run("turn", *SMALL, "--chat-model", "none", "--people", "1,2", "--rounds", "1", "--turns", "2",
               "--json", "t.json")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    table = written(tmp_path / "t.json", "chat_model", "encoder", "peer", "crowds", "ratios")
    assert [(each["system"], each["people"]) for each in table["crowds"]] == [
        ("Parley", 1), ("peer", 1), ("Parley", 2), ("peer", 2)
    ]  # fmt: skip
    assert "chromadb 1" in table["peer"]
    assert [each["people"] for each in table["ratios"]] == [1, 2]
    assert "no weights to generate with" in " ".join(done.stdout.split())


def test_bench_retrieval_runs_every_race(run, tmp_path):
    done = run("retrieval", *SMALL, "--items", "80", "--rounds", "2", "--k", "3", "--json", "r.json")
    assert done.exit_code == 0, done.stderr
    table = written(tmp_path / "r.json", "items", "different", "jitter", "races")
    assert (table["items"], table["different"]) == (80, 80)
    assert len(table["races"]) == 7
    assert "FTS5" in done.stdout


def test_bench_ingest_loads_with_both(run, tmp_path):
    done = run("ingest", *SMALL, "--rows", "20", "--rounds", "2", "--json", "i.json")
    assert done.exit_code == 0, done.stderr
    table = written(tmp_path / "i.json", "loadings", "ratio", "deviation", "memory", "second_load_s")
    assert table["rows"] == 20
    assert table["deviation"] < 1e-6  # without a library both encode alike
    ours, naive = table["loadings"]
    assert (ours["seconds"]["n"], naive["seconds"]["n"]) == (2, 2)
    assert "chromadb 1" in naive["system"]
    assert ours["items_per_s"] > 0
    assert 10 < table["memory"]["before_mib"] < 2_000
    assert 0 < table["memory"]["peak_mib"] < 2_000
    assert [table[name]["n"] for name in ("opening", "resident", "read_back")] == [5, 5, 5]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["turn", "--people", "1,many"], "--people is '1,many'; write numbers from 1 to 1000 as in 1,8,32"),
        (["turn", "--people", "8,0"], "--people is '8,0'"),
        (["turn", "--people", ""], "write numbers from 1 to 1000"),
        (["retrieval", "--items", "0"], "invalid value for '--items'"),
        (["ingest", "--rows", "x"], "invalid value for '--rows'"),
        (
            ["generate", *SMALL, "--chat-model", "none", "-c", "nothing"],
            "no catalogue 'nothing' is loaded in",
        ),
        (
            ["generate", *SMALL, "--chat-model", "none", "-n", "1", "-c", "films", "-c", "mine"],
            "--pairs is 1; it has to be at least 2",
        ),
    ],
)
def test_what_cannot_be_measured_is_refused_in_one_sentence(run, arguments, said):
    done = run(*arguments)
    assert done.exit_code == 2
    last = done.stderr.strip().splitlines()[-1]
    assert said in last or said in done.stderr
    assert "Traceback" not in done.stderr
