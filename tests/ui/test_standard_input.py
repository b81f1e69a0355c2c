"""`parley ingest -`: what comes through a pipe is a catalogue like any file."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from retriever.ledger import Ledger
from ui.doctor import _rebuild_command

LAMPS = "".join(json.dumps({"id": f"L{n}", "title": f"Lamp {n}", "price": n + 0.5}) + "\n" for n in range(20))


def ingest(folder, *arguments, stdin=b""):
    env = {
        **os.environ,
        "PARLEY_DATA_DIR": str(folder),
        "PARLEY_ENCODER": "hashing",
        "PARLEY_CHAT_MODEL": "none",
    }
    command = [sys.executable, "-m", "ui.cli", "ingest", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, env=env)


def test_a_pipe_is_loaded_once_and_changes_nothing_the_second_time(tmp_path):
    first = ingest(tmp_path, "-", "--catalogue", "lamps", stdin=LAMPS.encode())
    again = ingest(tmp_path, "-", "--catalogue", "lamps", stdin=LAMPS.encode())
    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    assert b"20 of 20 rows loaded (20 new)" in first.stderr
    assert b"20 of 20 rows loaded (20 unchanged)" in again.stderr
    ledger = Ledger.open(tmp_path / "ledger.sqlite3")
    [info] = ledger.catalogues()
    ledger.close()
    assert _rebuild_command(info.name, info.source_name) == "parley ingest - --catalogue lamps --rebuild"


def test_an_empty_pipe_and_a_missing_name_are_told_in_a_sentence(tmp_path):
    empty = ingest(tmp_path, "-", "--catalogue", "lamps")
    assert (empty.returncode, empty.stderr.splitlines()[-1][:32]) == (2, b"parley: standard input is empty;")
    assert b"give a FILE with --catalogue NAME" in ingest(tmp_path, "-").stderr
