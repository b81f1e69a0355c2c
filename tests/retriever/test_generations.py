"""Building, publishing and opening generations: whole or not at all, whatever happens in between."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from retriever.chroma_store import build_collection
from retriever.encoder import HashingEncoder
from retriever.errors import GenerationError, IndexMismatch, StorageError, UnknownCatalogue
from retriever.feedback import Tier
from retriever.generations import build, current, is_current, open_generation
from retriever.history_tables import HistoryEvent
from retriever.ledger import Ledger
from retriever.locking import catalogue_folder
from retriever.open import Shelf, open_retriever

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def root(tmp_path):
    return tmp_path / "generations"


def test_what_was_built_is_what_the_ledger_holds(ledger, load, items, encoder, root):
    load(items)
    path = build(ledger, "films", encoder, root, clock=lambda: 7.0)
    opened = open_generation(path)
    assert path == current(root, "films") == root / "films" / "gen-1"
    assert opened.catalogue.items == tuple(ledger.items("films"))
    assert opened.catalogue.facets == ledger.catalogue("films").facets
    np.testing.assert_array_equal(opened.vectors, ledger.vectors("films", encoder.fingerprint)[1])
    assert opened.lexical.scores("locksmith").argmax() == opened.catalogue.row("vault")
    assert (opened.manifest["count"], opened.manifest["created_at"]) == (12, 7.0)
    assert opened.manifest["chroma"]["self_recall"] == 1.0
    assert ledger.catalogue("films").generation == "gen-1"
    assert opened.collaborative is None


def test_an_unchanged_ledger_is_current_and_a_changed_one_is_not(ledger, load, items, encoder, root):
    load(items)
    assert not is_current(ledger, "films", encoder, root)
    build(ledger, "films", encoder, root)
    assert is_current(ledger, "films", encoder, root)
    assert not is_current(ledger, "films", HashingEncoder(32), root)
    liked = [HistoryEvent("ann", item, "like", Tier.STATED, 1.0) for item in ("signal", "lantern")]
    ledger.put_events("films", ledger.begin_history_load("films", "h.csv", 1.0), liked)
    assert not is_current(ledger, "films", encoder, root)
    build(ledger, "films", encoder, root)
    assert is_current(ledger, "films", encoder, root)
    load(items[:-1])
    assert not is_current(ledger, "films", encoder, root)


def test_a_rebuild_encodes_nothing(ledger, load, items, encoder, root):
    class Refusing(HashingEncoder):
        def encode(self, texts, *, on_batch=None):
            raise AssertionError(f"encoded again: {texts}")

    load(items)
    build(ledger, "films", encoder, root)
    assert build(ledger, "films", Refusing(dim=64), root).name == "gen-2"


def test_the_last_two_generations_stay(ledger, load, items, encoder, root):
    load(items)
    for _ in range(4):
        build(ledger, "films", encoder, root)
    assert sorted(path.name for path in (root / "films").iterdir()) == ["CURRENT", "gen-3", "gen-4", "lock"]


@pytest.mark.parametrize("count", [0, 1])
def test_hardly_any_items_are_a_catalogue_too(ledger, load, items, encoder, root, count):
    load(items[:count])
    build(ledger, "films", encoder, root)
    assert len(open_retriever(root, "films", encoder).catalogue) == count


@pytest.mark.parametrize("name", ["", "..", "a/b", "Films", "x" * 65, "a b"])
def test_a_name_that_could_leave_its_folder_is_refused(root, name):
    with pytest.raises(UnknownCatalogue, match="cannot name a catalogue"):
        catalogue_folder(root, name)


@pytest.mark.parametrize(
    "file",
    ["vectors.npy", "items.jsonl", "facets.json", "values.npy", "values.json", "lexical/stems.txt",
     "manifest.json", "COMPLETE"],
)  # fmt: skip
@pytest.mark.parametrize("damage", ["gone", "cut", "flipped"])
def test_a_damaged_file_is_noticed_and_the_cure_named(ledger, load, items, encoder, root, file, damage):
    load(items)
    path = build(ledger, "films", encoder, root) / file
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
    with pytest.raises(GenerationError, match=r"parley ingest FILE --catalogue films --rebuild"):
        open_retriever(root, "films", encoder)
    build(ledger, "films", encoder, root)
    assert len(open_retriever(root, "films", encoder).catalogue) == 12


@pytest.mark.parametrize("content", ["", "gen-9", "../other", "gen-1/../.."])
def test_a_current_that_names_nothing_is_noticed(ledger, load, items, encoder, root, content):
    load(items)
    build(ledger, "films", encoder, root)
    (root / "films" / "CURRENT").write_text(content)
    with pytest.raises(GenerationError, match="--rebuild"):
        current(root, "films")


def test_an_index_of_another_encoder_is_refused(ledger, load, items, encoder, root):
    load(items)
    build(ledger, "films", encoder, root)
    with pytest.raises(IndexMismatch, match=r"built with encoder 'hashing' \(dim 64.*dim 32.*--rebuild"):
        open_retriever(root, "films", HashingEncoder(32))


def test_no_generation_says_how_to_get_one(ledger, load, items, encoder, root):
    load(items)
    with pytest.raises(GenerationError, match="has no index yet; run `parley ingest FILE --catalogue films`"):
        open_retriever(root, "films", encoder)


def test_a_second_builder_is_refused_at_once_with_the_holders_pid(ledger, load, items, encoder, root):
    load(items)
    build(ledger, "films", encoder, root)
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(root / "films" / "lock")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(GenerationError, match=rf"another process \(pid {holder.pid}\) is loading"):
            build(ledger, "films", encoder, root)
    finally:
        holder.kill()
        holder.communicate()
    # A killed holder's lock is free.
    assert build(ledger, "films", encoder, root).name == "gen-2"


def test_of_builders_in_one_process_one_wins_and_nothing_is_lost(ledger, load, items, encoder, root):
    load(items)
    outcomes: list[str] = []

    def run() -> None:
        try:
            outcomes.append(build(ledger, "films", encoder, root).name)
        except GenerationError as error:
            outcomes.append("refused" if "wait for it to end" in str(error) else str(error))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    built = [name for name in outcomes if name != "refused"]
    assert len(built) >= 1
    assert current(root, "films").name == f"gen-{len(built)}"
    assert len(open_retriever(root, "films", encoder).catalogue) == 12


def test_vectors_without_a_neighbourhood_get_a_denser_graph(tmp_path):
    random = np.random.default_rng(5).normal(size=(4_000, 128)).astype(np.float32)
    random /= np.linalg.norm(random, axis=1, keepdims=True)
    measured = build_collection(tmp_path / "chroma", [str(n) for n in range(4_000)], random)
    assert measured["count"] == 4_000
    assert measured["self_recall"] >= 0.99
    assert [path.name for path in (tmp_path / "chroma").iterdir()] == [measured["graph"]]


def test_hundreds_of_nearly_equal_items_can_be_published(tmp_path):
    near = np.zeros((900, 64), dtype=np.float32)
    near[:, 0] = 1.0
    near[np.arange(900), 1 + np.arange(900) % 63] = 0.01 + np.arange(900) / 30_000
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    measured = build_collection(tmp_path / "chroma", [str(n) for n in range(900)], near)
    assert measured["count"] == 900
    assert [path.name for path in (tmp_path / "chroma").iterdir()] == [measured["graph"]]


def test_the_shelf_swaps_a_new_generation_in_and_keeps_the_old_when_it_is_damaged(
    ledger, load, items, encoder, root
):
    now = [0.0]
    shelf = Shelf(root, ledger, encoder, clock=lambda: now[0])
    load(items)
    build(ledger, "films", encoder, root)
    assert shelf.names() == ("films",)
    first = shelf.get("films")
    load((dataclasses.replace(items[0], title="Renamed"), *items[1:]))
    build(ledger, "films", encoder, root)
    assert shelf.get("films") is first  # looked at less than a second ago
    now[0] = 2.0
    second = shelf.get("films")
    assert second.catalogue.item("signal").title == "Renamed"
    (build(ledger, "films", encoder, root) / "vectors.npy").unlink()
    now[0] = 4.0
    assert shelf.get("films") is second
    with pytest.raises(UnknownCatalogue, match="loaded: films"):
        shelf.get("shop")


_HOLD = """
import fcntl, os, sys
handle = open(sys.argv[1], "r+")
fcntl.flock(handle, fcntl.LOCK_EX)
handle.truncate(0); handle.write(f"{os.getpid()}\\n"); handle.flush()
print("held", flush=True)
sys.stdin.read()
"""

# Builds over a published generation, and kills itself at one of the file operations of the build. Python's
# audit events see every open for writing, mkdir, rename and remove; fsync has no event and is wrapped.
_BUILD_AND_DIE = """
import os, signal, sys
from pathlib import Path
from retriever.encoder import HashingEncoder
from retriever.generations import build
from retriever.ledger import Ledger
from retriever import storage
root, base, points = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
import chromadb, chromadb.config, bm25s  # before the fork, so that each child is quick
import shutil

def attempt(place, die_at):
    seen = 0
    def point():
        nonlocal seen
        seen += 1
        if seen == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
    def writes(event, args):
        return event == "open" and isinstance(args[1], str) and args[1][0] in "wax"
    def audit(event, args):
        if event in ("os.rename", "os.mkdir", "os.remove", "os.rmdir") or writes(event, args):
            if str(place) in str(args[0]):
                point()
    sys.addaudithook(audit)
    real = os.fsync
    def fsync(handle):
        real(handle)
        point()
    os.fsync = fsync
    with Ledger.open(place / "ledger.db") as ledger:
        build(ledger, "films", HashingEncoder(64), place / "generations")
    return seen

def child(place, die_at):
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(write, str(attempt(place, die_at)).encode())
            os._exit(0)
        except BaseException as error:
            os.write(write, repr(error).encode())
            os._exit(1)
    os.close(write)
    with os.fdopen(read) as answer:
        text = answer.read()
    return os.waitpid(pid, 0)[1], text

shutil.copytree(base, root / "whole")
status, text = child(root / "whole", 0)
assert status == 0, text
total = int(text)
wanted = range(1, total + 1)
if points != "all":
    wanted = sorted({*range(1, total + 1, 9), *range(total - 12, total + 1)})
print(total)
for point in wanted:
    place = root / f"at-{point}"
    shutil.copytree(base, place)
    status, text = child(place, point)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, (point, status, text)
    print(place, flush=True)
"""


def test_a_kill_at_any_step_leaves_the_old_or_the_new_generation_whole(
    tmp_path, ledger, load, items, encoder
):
    base, killed = tmp_path / "base", tmp_path / "killed"
    base.mkdir()
    killed.mkdir()
    load(items)
    build(ledger, "films", encoder, base / "generations")
    old = tuple(ledger.items("films"))
    load(items[3:])
    new = tuple(ledger.items("films"))
    ledger.close()
    shutil.copy(tmp_path / "ledger.db", base / "ledger.db")
    points = os.environ.get("PARLEY_TEST_KILLS", "some")  # "all": every file operation, minutes
    run = subprocess.run(
        [sys.executable, "-c", _BUILD_AND_DIE, str(killed), str(base), points],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    _, *places = run.stdout.split()
    assert len(places) >= 15
    seen = set()
    for place in map(Path, places):
        live = open_retriever(place / "generations", "films", encoder)
        assert live.catalogue.items in (old, new), place
        seen.add(live.catalogue.generation)
    assert seen == {"gen-1", "gen-2"}  # some kills fell before publishing, some after
    # And after a kill the next build succeeds and clears up.
    for place in (Path(places[0]), Path(places[len(places) // 2]), Path(places[-1])):
        with Ledger.open(place / "ledger.db") as again:
            build(again, "films", encoder, place / "generations")
        assert open_retriever(place / "generations", "films", encoder).catalogue.items == new
        assert not list((place / "generations" / "films").glob("*.building"))


_BUILD_SMALL = """
import resource, signal, sys
from pathlib import Path
import chromadb, bm25s
from retriever.encoder import HashingEncoder
from retriever.errors import StorageError
from retriever.generations import build
from retriever.ledger import Ledger
limit = int(sys.argv[3])
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Ledger.open(Path(sys.argv[1])) as ledger:
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        build(ledger, "films", HashingEncoder(64), Path(sys.argv[2]))
    except StorageError as error:
        print(error)
        sys.exit(3)
"""


def _build_elsewhere(ledger_path: Path, root: Path, limit: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _BUILD_SMALL, str(ledger_path), str(root), str(limit)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=100,
    )  # fmt: skip


@pytest.mark.parametrize("limit", [200, 2_000, 40_000, 100_000])
def test_a_disk_that_takes_no_more_leaves_the_live_generation_whole(
    tmp_path, ledger, load, items, encoder, root, limit
):
    load(items)
    build(ledger, "films", encoder, root)
    load(items[3:])
    ledger.close()
    run = _build_elsewhere(tmp_path / "ledger.db", root, limit)
    assert (run.returncode, run.stderr) == (3, "")
    assert "bytes free" in run.stdout
    assert "PARLEY_DATA_DIR" in run.stdout
    assert len(open_retriever(root, "films", encoder).catalogue) == 12
    assert not list((root / "films").glob("*.building"))
    with Ledger.open(tmp_path / "ledger.db") as again:
        build(again, "films", encoder, root)
    assert len(open_retriever(root, "films", encoder).catalogue) == 9


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of a given number of KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = []

    def mount(kib: int) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(folder)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("no tmpfs can be mounted here (that takes root)")
        mounted.append(folder)
        return folder

    yield mount
    for one in mounted:
        subprocess.run(["umount", "-l", str(one)], check=True)


@pytest.mark.parametrize("kib", [1_500, 5_000, 6_500])
def test_a_full_disk_is_said_with_its_free_bytes_and_mends_by_itself(
    tmp_path, ledger, load, items, encoder, small_disk, kib
):
    root = small_disk(kib)
    load(items)
    # The live generation was built when there was room.
    built = build(ledger, "films", encoder, tmp_path / "roomy")
    shutil.copytree(built.parent, root / "films")
    shutil.rmtree(root / "films" / built.name / "chroma")
    long = [
        dataclasses.replace(item, id=f"{item.id}{n}", description="long " * 9_000)
        for n in range(9)
        for item in items
    ]
    load(long)
    ledger.close()
    run = _build_elsewhere(tmp_path / "ledger.db", root, 0)
    assert (run.returncode, run.stderr) == (3, "")
    assert "bytes free" in run.stdout
    assert len(open_retriever(root, "films", encoder).catalogue) == 12
    subprocess.run(["mount", "-o", "remount,size=60m", str(root)], check=True)
    with Ledger.open(tmp_path / "ledger.db") as again:
        build(again, "films", encoder, root)
    assert len(open_retriever(root, "films", encoder).catalogue) == 108


def test_a_full_disk_costs_the_ledger_nothing_that_it_had(tmp_path, items, facets, small_disk):
    path = small_disk(400) / "ledger.db"
    with Ledger.open(path) as ledger:
        ledger.put_catalogue("films", facets, {}, "x", 0.0)
        ledger.put_items("films", enumerate(items))
        big = [(n, dataclasses.replace(items[0], id=f"b{n}", description="x" * 9_000)) for n in range(100)]
        with pytest.raises(StorageError, match=r"is full \(.* bytes free"):
            ledger.put_items("films", big)
        assert [item.id for item in ledger.items("films")] == [item.id for item in items]
    with Ledger.open(path) as again:
        assert again.catalogue("films").item_count == 12
