"""The command line, with the fake chatbot; and the parts of it that need none."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import LAMPS, FakeChatbot, fake_parley
from rich.console import Console
from typer.testing import CliRunner

from chatbot.settings import Settings
from retriever.errors import InputError, LoadError, SettingsError
from ui import cli, dialogue, scripted, serving
from ui.doctor import Check, check_all, telemetry
from ui.terminal import card_table, plain

ROOT = Path(__file__).parents[2]
KEYS = [
    "turn", "user", "acts", "action", "constraints", "profile", "items", "text", "ungrounded_removed",
    "timings_ms", "session",
]  # fmt: skip


@pytest.fixture
def bot() -> FakeChatbot:
    return FakeChatbot({"lamps": LAMPS})


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Runs a command over the fake; `run.parley` is what it was built from."""
    monkeypatch.setenv("PARLEY_DATA_DIR", str(tmp_path))
    parley = fake_parley(tmp_path)
    monkeypatch.setattr(cli, "_build", lambda settings: parley)

    def invoke(*arguments: str, stdin: str | bytes | None = None):
        return CliRunner().invoke(cli.app, list(arguments), input=stdin)

    invoke.parley = parley
    return invoke


def test_help_is_quick_and_loads_nothing_heavy():
    heavy = "('torch', 'gradio', 'chromadb', 'fastapi', 'rich')"
    code = f"import sys, ui.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "ui.cli", "--help"], cwd=ROOT, capture_output=True, check=True)
    # Measured 0.14 s; the bound is loose, since what it guards against costs seconds.
    assert time.perf_counter() - begun < 3


def test_a_script_gets_one_object_a_turn_with_its_keys_in_order(run):
    done = run("chat", "--catalogue", "lamps", "--json", stdin="something warm\n\nunder 60\n")
    turns = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert [list(turn) for turn in turns] == [KEYS, KEYS]
    assert [turn["turn"] for turn in turns] == [1, 2]
    assert list(turns[0]["items"][0]) == ["id", "title", "rank", "price", "facets"]
    assert list(turns[0]["timings_ms"]) == ["understand", "retrieve", "write", "total"]


def test_each_new_name_is_a_new_conversation(run):
    lines = [
        '{"session": "a", "text": "warm"}',
        '{"session": "b", "text": "soft"}',
        '{"session": "a", "text": "more"}',
        "hello",
    ]
    done = run("chat", "-c", "lamps", "--json", stdin="\n".join(lines))
    turns = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(turn["session"], turn["turn"]) for turn in turns] == [
        ("a", 1),
        ("b", 1),
        ("a", 2),
        ("default", 1),
    ]


def test_a_bad_line_is_told_and_the_run_goes_on(run):
    lines = b'{"text": 7}\n{"txt": "a"}\n{oops\n\xff\xfe\n{"text": ""}\n{"session": "a"}\nwarm\n'
    done = run("chat", "-c", "lamps", "--json", stdin=lines)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer.get("line") for answer in answers] == [1, 2, 3, 4, 5, 6, None]
    assert all(answer["error"] for answer in answers[:-1])
    assert done.exit_code == 1


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (b"warm\n", ("default", "warm")),
        ("\ufeffwärm".encode(), ("default", "wärm")),
        (b'{"text": "a"}', ("default", "a")),
        (b'{"session": "s", "text": "{b}"}', ("s", "{b}")),
        (b'"quoted"', ("default", '"quoted"')),
    ],
)
def test_lines_are_read(line, read):
    assert scripted.read_line(line) == read


@pytest.mark.parametrize("line", [b"{" * 9999, b'{"text": null}', b'{"session": 1, "text": "a"}', b"\xff"])
def test_other_lines_are_refused(line):
    with pytest.raises(InputError):
        scripted.read_line(line)


def test_an_error_of_ours_is_one_sentence_and_code_2(run):
    done = run("chat", "-c", "nowhere", "--json", stdin="")
    assert done.exit_code == 2
    assert done.stderr == "parley: no catalogue 'nowhere' is loaded; run `parley ingest`\n"
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (OSError(28, "No space left on device"), 2, "No space left"),
        (PermissionError(13, "Permission denied", "/somewhere"), 2, "/somewhere"),
        (KeyboardInterrupt(), 130, ""),
        (LoadError("the file is empty; give one with rows"), 2, "the file is empty"),
    ],
)
def test_faults_of_the_system_are_sentences_too(run, monkeypatch, fault, code, words):
    def fail():
        raise fault

    monkeypatch.setattr(run.parley, "catalogues", fail)
    done = run("catalogues")
    assert done.exit_code == code
    assert words in done.stderr
    assert "Traceback" not in done.output


def test_catalogues_are_listed_for_people_and_for_scripts(run):
    assert "lamps" in run("catalogues").stdout
    listed = json.loads(run("catalogues", "--json").stdout)
    assert [(each["name"], each["items"]) for each in listed] == [("lamps", 5), ("teas", 2)]


@pytest.mark.parametrize("arguments", [(), ("a.csv",), ("a.csv", "-c", "x", "--demo")])
def test_ingest_wants_a_file_with_a_name_or_the_demo(run, arguments):
    done = run("ingest", *arguments)
    assert done.exit_code == 2
    assert "--demo" in done.stderr


def test_an_unknown_setting_is_named(monkeypatch):
    monkeypatch.setenv("PARLEY_PROT", "80")
    done = CliRunner().invoke(cli.app, ["catalogues"])
    assert done.exit_code == 2
    assert "PARLEY_PORT" in done.stderr


def test_a_port_in_use_is_one_sentence_with_a_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"port {port} is in use.*parley serve --port (\d+)") as told:
            serving.check_address("127.0.0.1", port)
        free = int(str(told.value).rsplit(" ", 1)[1].strip("`"))
        assert free > port
        serving.check_address("127.0.0.1", free)


def test_a_network_address_needs_a_name(monkeypatch):
    with pytest.raises(SettingsError, match="--allowed-host"):
        serving.check_address("0.0.0.0", 7860)


@pytest.mark.parametrize(
    ("host", "near"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("shop.example", False)],
)
def test_loopback(host, near):
    assert serving.is_loopback(host) is near


def talk(bot: FakeChatbot, *lines: str) -> str:
    """What a terminal shows for these lines."""
    left = iter(lines)
    out = io.StringIO()
    console = Console(file=out, width=100, highlight=False)

    def read(_prompt: object = "") -> str:
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    console.input = read  # type: ignore[method-assign]
    dialogue.run(bot, "lamps", console)
    return out.getvalue()


def test_a_terminal_shows_openings_reply_cards_and_what_was_understood(bot):
    shown = talk(bot, "something warm under 60")
    assert "Something warm" in shown
    assert "Paper Moon Lamp" in shown
    assert "understood: 1 price under €60  2 warm" in shown


def test_commands_judge_forget_and_begin_again(bot):
    shown = talk(
        bot, "warm", "/not 1", "/forget 1", "/like 9", "/what", "/new", "/like 1", "/quit", "never read"
    )
    assert "say which card by its number (1 to 3)" in shown
    assert "there is no command /what" in shown
    assert "none is shown yet" in shown
    assert len(bot.talks) == 2


def test_a_title_cannot_steer_the_terminal():
    evil = "Lamp\x1b[2J\x1b]0;owned\x07\u202e[red]x[/red]"
    card = SimpleNamespace(rank=1, title=evil, facts=((evil, evil),), reason=evil, liked=None)
    out = io.StringIO()
    Console(file=out, width=100, force_terminal=False).print(card_table([card]))
    assert "\x1b" not in out.getvalue()
    assert "[red]x[/red]" in out.getvalue()
    assert plain("a\x1bb\tc") == "ab c"


def test_doctor_finds_no_catalogue_and_says_what_to_run(tmp_path, monkeypatch):
    monkeypatch.delenv("PARLEY_DATA_DIR", raising=False)
    settings = Settings(data_dir=tmp_path, chat_model="none", encoder="hashing")
    checks = {check.name: check for check in check_all(settings)}
    assert checks["catalogues"] == Check("catalogues", False, "none is loaded", "parley ingest --demo")
    assert checks["python"].ok
    assert checks["data folder"].ok
    assert checks["PARLEY_PORT"].detail == "7860"
    assert list(tmp_path.iterdir()) == []


def test_doctor_hides_keys(tmp_path):
    settings = Settings(
        data_dir=tmp_path,
        chat_model_key="canary",
        database_url="postgresql://u:canary@h/d",
        chat_model="none",
    )
    assert "canary" not in repr(check_all(settings))


def test_every_fault_has_a_remedy_and_nothing_else_has(tmp_path):
    settings = Settings(data_dir=tmp_path / "a" / "b", device="cuda", chat_model="none")
    assert all(check.ok != bool(check.remedy) for check in check_all(settings))


def test_a_damaged_ledger_is_a_fault_and_not_a_crash(tmp_path):
    (tmp_path / "ledger.sqlite3").write_bytes(b"not a database" * 100)
    checks = {check.name: check for check in check_all(Settings(data_dir=tmp_path, chat_model="none"))}
    assert not checks["catalogues"].ok


def test_telemetry_that_somebody_switched_on_is_a_fault():
    assert telemetry({}).ok
    fault = telemetry({"GRADIO_ANALYTICS_ENABLED": "True"})
    assert not fault.ok
    assert fault.remedy == "unset GRADIO_ANALYTICS_ENABLED"


def test_doctor_exits_1_on_faults(run):
    assert run("doctor").exit_code == 1


def test_the_environment_of_the_tests_is_offline():
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"


# -- vocabulary -----------------------------------------------------------------------------------------


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    """A loaded catalogue whose mapping has synonyms, one of them for a value that there is not."""
    from ingestion.load import load_file
    from ingestion.mapping import mapping_from
    from retriever.encoder import HashingEncoder
    from retriever.ledger import Ledger

    file = tmp_path / "rooms.csv"
    file.write_text("title,kind\n" + "".join(f"Thing {n},{('sofa', 'lamp')[n % 2]}\n" for n in range(6)))
    said = {"sofa": ["couch\x1b[2J"], "chair": ["seat"]}
    mapping = mapping_from({"facets": [{"column": "kind", "kind": "category", "synonyms": said}]})
    ledger = Ledger.open(tmp_path / "ledger.sqlite3")
    root = tmp_path / "generations"
    encoder = HashingEncoder(dim=16)
    load_file(
        file, "rooms", ledger=ledger, encoder=encoder, root=root, pictures=tmp_path / "p", mapping=mapping
    )
    parley = SimpleNamespace(ledger=ledger, generations=root, close=ledger.close)
    monkeypatch.setattr(cli, "_build", lambda settings: parley)
    return lambda *arguments: CliRunner().invoke(cli.app, ["vocabulary", *arguments])


def test_the_words_of_a_catalogue_are_printed_for_people_and_for_scripts(loaded):
    done = loaded("rooms", "--json")
    assert json.loads(done.stdout) == {
        "kind": [
            {"value": "lamp", "count": 3, "forms": [], "synonyms": []},
            {"value": "sofa", "count": 3, "forms": [], "synonyms": ["couch\x1b[2J"]},
        ]
    }
    assert "'chair'" in done.stderr


def test_the_table_of_words_cannot_steer_a_terminal(loaded):
    done = loaded("rooms")
    assert "couch" in done.stdout
    assert "\x1b[2J" not in done.stdout


def test_a_facet_without_words_is_refused_with_those_that_have_some(loaded):
    done = loaded("rooms", "--facet", "price")
    assert done.exit_code == cli.FAILED
    assert "it has kind" in done.stderr
