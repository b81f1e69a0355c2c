"""How much memory a load takes at its peak, measured in a process of its own.

In: how to make the encoder, a file, a folder. Out: mebibytes above what the process held once the encoder had
been used. In a process that did other things before, their peak would be taken for the load's.
"""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ingestion.load import load_file
from retriever.encoder import Encoder
from retriever.ledger import Ledger

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_FORGET_PEAK = "5"  # proc(5): sets the peak resident size to the present one


@dataclass(frozen=True, slots=True)
class Weighed:
    """`before_mib`: resident with the encoder loaded. `peak_mib`: the most beyond that while loading.

    `is_bound`: the system cannot forget an earlier peak, so that loading the encoder may be in it.
    """

    before_mib: float
    peak_mib: float
    is_bound: bool


def weigh_load(make_encoder: Callable[[], Encoder], file: Path, catalogue: str, folder: Path) -> Weighed:
    """Load a file into a folder, in a new process. `make_encoder` has to be picklable."""
    context = multiprocessing.get_context("spawn")  # a fork would begin with what this process holds
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_weigh, make_encoder, file, catalogue, folder).result()


def _weigh(make_encoder: Callable[[], Encoder], file: Path, catalogue: str, folder: Path) -> Weighed:
    encoder = make_encoder()
    encoder.encode(["warm"])
    try:
        _CLEAR.write_text(_FORGET_PEAK)
        is_bound = False
    except OSError:
        is_bound = True
    before = _read("VmRSS")
    load_into(file, catalogue, encoder, folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 if is_bound else _read("VmHWM")
    return Weighed(before, max(0.0, peak - before), is_bound)


def load_into(file: Path, catalogue: str, encoder: Encoder, folder: Path) -> dict[str, float]:
    """Load a file as a data folder would have it; seconds of each stage."""
    with Ledger.open(folder / "ledger.sqlite3") as ledger:
        report = load_file(
            file,
            catalogue,
            ledger=ledger,
            encoder=encoder,
            root=folder / "generations",
            pictures=folder / "pictures",
        )
    return report.stage_seconds


def _read(name: str) -> float:
    """A line of /proc/self/status, in mebibytes."""
    for line in _STATUS.read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"{_STATUS} has no {name}")
