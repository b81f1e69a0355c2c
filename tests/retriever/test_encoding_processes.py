"""Several processes: the vectors of one, and none of them outlives the load."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tiny_models import tiny_encoder

pytestmark = pytest.mark.models  # each case imports sentence_transformers in three processes

SCRIPT = textwrap.dedent(
    """
    import multiprocessing, sys, time
    from contextlib import closing

    import numpy as np

    from retriever.transformer import SentenceTransformersEncoder

    def main():
        folder, texts = sys.argv[1], [f"rain {n} " * (1 + n % 9) for n in range(2_050)]
        rows = np.zeros((len(texts), 32), dtype=np.float32)
        encoder = SentenceTransformersEncoder(folder, device="cpu", threads=2, processes=2)
        with closing(encoder.encode_bulk(texts)) as done:
            places, vectors = next(done)
            rows[places] = vectors
            single = SentenceTransformersEncoder(folder, device="cpu", threads=2).encode(texts)
            print(float(np.abs(rows - single).max()), flush=True)
            print(*(one.pid for one in multiprocessing.active_children()), flush=True)
            time.sleep(200)

    if __name__ == "__main__":
        main()
    """
)


@pytest.fixture
def started(tmp_path):
    folder = tiny_encoder(tmp_path / "tiny")
    (tmp_path / "load.py").write_text(SCRIPT)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    running = subprocess.Popen(
        [sys.executable, str(tmp_path / "load.py"), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env,
        start_new_session=True,  # Ctrl-C goes to the whole group, and not to the tests
        # Tests in a shell's background ignore it, and would hand that down: nobody's terminal does.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    yield running
    running.kill()
    running.communicate()


# Each start of three processes with a model takes half a minute of two cores.
ENDINGS = [signal.SIGKILL, *([signal.SIGINT] if "KILLS" in os.environ else [])]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.timeout(300)
@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.name)
def test_processes_give_the_vectors_of_one_and_end_with_the_load(started, ending):
    assert float(started.stdout.readline()) < 1e-6
    pids = [int(pid) for pid in started.stdout.readline().split()]
    assert len(pids) == 2
    if ending == signal.SIGINT:
        os.killpg(started.pid, ending)
    else:
        started.kill()
    deadline = time.monotonic() + 60
    while any(_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if _alive(pid)]
