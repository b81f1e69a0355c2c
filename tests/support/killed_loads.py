"""Loads that are killed: one process that has imported everything forks a child for each load.

Run as a program, it reads a JSON order a line ({"file", "folder", "stop"}), forks, and answers with the
child's pid and then with its exit code. The child loads the file, pruning, writes to `acknowledged` in the
folder what each returned call has stored, and kills itself at `stop` ([name of a step, "before" or "after"]).
"""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

STEPS = (
    "put_items",
    "remove_items",
    "put_vectors",
    "make the draft",
    "build Chroma's collection",
    "mark it complete",
    "bring the draft to the disk",
    "rename the draft",
    "bring the rename to the disk",
    "replace CURRENT",
    "note the generation",
    "forget unused vectors",
    "remove old generations",
)
CATALOGUE = "things"
DIM = 32


class Loads:
    """The forking process; a load at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"},
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def start(self, file: Path, folder: Path, stop: tuple[str, str] | None = None) -> int:
        """Begin a load; the pid of its process."""
        order = {"file": str(file), "folder": str(folder), "stop": stop}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> int:
        """Wait for the load; 0, or minus the signal that killed it."""
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End the forking process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()


def acknowledged(folder: Path) -> list[tuple[str, str]]:
    """("item" or "vector", key) of everything that a load was told to be stored, by now."""
    path = folder / "acknowledged"
    if not path.exists():
        return []
    # A kill can cut the last line, whose store had returned or not: it proves nothing.
    lines = path.read_text("utf-8").splitlines(keepends=True)
    return [(kind, key) for kind, key in (json.loads(line) for line in lines if line.endswith("\n"))]


def _instrument(folder: Path, stop: tuple[str, str] | None) -> None:
    """Write down what is acknowledged, and end at a step."""
    from retriever import generation_writing, generations
    from retriever.ledger import Ledger

    notes = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def noted(kind, real):
        @functools.wraps(real)
        def store(self, scope, rows):
            kept = []

            def watched():
                for row in rows:
                    kept.append(row[1].id if kind == "item" else row[0])
                    yield row

            done = real(self, scope, watched())
            os.write(notes, "".join(json.dumps([kind, key]) + "\n" for key in kept).encode())
            return done

        return store

    Ledger.put_items = noted("item", Ledger.put_items)
    Ledger.put_vectors = noted("vector", Ledger.put_vectors)
    if stop is None:
        return
    name, when = stop

    def ending(real, applies=lambda *_: True):
        @functools.wraps(real)
        def step(*arguments, **options):
            here = applies(*arguments)
            if here and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            done = real(*arguments, **options)
            if here:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return step

    places = {
        "put_items": (Ledger, "put_items"),
        "remove_items": (Ledger, "remove_items"),
        "put_vectors": (Ledger, "put_vectors"),
        "make the draft": (Path, "mkdir", lambda path, *_: path.name.endswith(".building")),
        "build Chroma's collection": (generation_writing, "build_collection"),
        "mark it complete": (Path, "write_text", lambda path, *_: path.name == "COMPLETE"),
        "bring the draft to the disk": (generations, "fsync_tree"),
        "rename the draft": (Path, "rename", lambda path, *_: path.name.endswith(".building")),
        "bring the rename to the disk": (generations, "fsync_folder"),
        "replace CURRENT": (Path, "replace", lambda path, *_: path.name == "CURRENT.new"),
        "note the generation": (Ledger, "note_generation"),
        "forget unused vectors": (Ledger, "forget_unused_vectors"),
        "remove old generations": (generations, "_prune"),
    }
    assert places.keys() == set(STEPS)
    owner, attribute, *applies = places[name]
    setattr(owner, attribute, ending(getattr(owner, attribute), *applies))


def _load(order: dict) -> None:
    from ingestion.load import LoadOptions, load_file
    from retriever.encoder import HashingEncoder
    from retriever.ledger import Ledger

    folder = Path(order["folder"])
    _instrument(folder, order["stop"])
    with Ledger.open(folder / "ledger.db") as ledger:
        load_file(
            Path(order["file"]),
            CATALOGUE,
            ledger=ledger,
            encoder=HashingEncoder(DIM),
            root=folder / "generations",
            pictures=folder / "pictures",
            options=LoadOptions(prune=True),
        )


def _say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _serve() -> None:
    import ingestion.load  # noqa: F401 - so that each child has it
    import retriever.generations  # noqa: F401

    _say("ready")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 70
            try:
                _load(json.loads(line))
                code = 0
            finally:
                # Not the parent's buffers and exit handlers a second time.
                os._exit(code)
        _say(child)
        _, status = os.waitpid(child, 0)
        _say(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    _serve()
