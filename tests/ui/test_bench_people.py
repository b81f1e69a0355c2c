"""`parley bench people`: its options, its tables, and the file that it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chatbot import elicitation
from chatbot.build import build
from chatbot.settings import load_settings
from ingestion.demo import demo_catalogues
from ingestion.load import load_file
from ui import cli


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shop in it."""
    folder = tmp_path_factory.mktemp("people")
    parley = build(load_settings(data_dir=folder, encoder="hashing", chat_model="none", threads=1))
    load_file(
        demo_catalogues()["shop"],
        "shop",
        ledger=parley.ledger,
        encoder=parley.encoder,
        root=folder / "generations",
        pictures=folder / "pictures",
    )
    parley.close()
    return folder


def bench(data: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    for name, value in {"DATA_DIR": str(data), "ENCODER": "hashing", "CHAT_MODEL": "none"}.items():
        monkeypatch.setenv(f"PARLEY_{name}", value)
    monkeypatch.setenv("COLUMNS", "220")
    return CliRunner().invoke(cli.app, ["bench", "people", "-c", "shop", "-n", "3", *arguments])


def test_systems_are_compared_with_the_first_and_everything_is_written(data, monkeypatch, tmp_path):
    written = tmp_path / "people.json"
    chosen = ("--system", "perfect-ear", "--system", "random", "--json", str(written), "--talk")
    done = bench(data, monkeypatch, *chosen)
    assert done.exit_code == 0, done.output
    assert "perfect ear less" in done.output
    assert "person 2" in done.output
    run = json.loads(written.read_text("utf-8"))
    assert [each["system"] for each in run["gatherings"]] == ["perfect ear", "random"]
    assert run["parameters"]["people"] == 3
    assert run["parameters"]["encoder"] == "hashing"
    meeting = run["gatherings"][0]["meetings"][0]
    assert meeting["transcript"][0]["said"]
    assert meeting["person"]["hard"]


def test_what_cannot_be_done_is_refused_before_anyone_talks(data, monkeypatch):
    for arguments, reason in (
        (("--played-by", "embedded"), "135 million"),
        (("--played-by", "none"), "no chat model"),
        (("--system", "oracle"), "no system 'oracle'"),
    ):
        done = bench(data, monkeypatch, *arguments)
        assert done.exit_code != 0
        assert reason in " ".join(done.output.split())


def test_who_insists_on_a_mute_chat_model_learns_that_the_agenda_spoke(data, monkeypatch):
    chosen = ("--system", "perfect-ear", "--played-by", "scripted", "--insist")
    done = bench(data, monkeypatch, *chosen)
    assert done.exit_code == 0, done.output
    assert "0 messages by the chat model" in done.output


def test_the_check_counts_what_was_promised_and_says_that_nothing_was_broken(data, monkeypatch, tmp_path):
    written = tmp_path / "kept.json"
    done = bench(data, monkeypatch, "--check", "--json", str(written))
    assert done.exit_code == 0, done.output
    assert "0 of" in done.output
    (shop,) = json.loads(written.read_text("utf-8"))
    assert (shop["catalogue"], shop["people"], shop["breaches"]) == ("shop", 3, [])
    assert shop["looked"]["every item shown keeps each active must"] > 0


def test_a_broken_promise_is_named_and_fails_the_check(data, monkeypatch):
    # The product is broken on purpose: nothing counts as settled any more.
    monkeypatch.setattr(elicitation, "settled", lambda _: frozenset())
    done = bench(data, monkeypatch, "--check")
    assert done.exit_code == 1
    assert "nothing settled is asked: " in done.output
    assert "person " in done.output
