"""What a measurement was taken on: a figure without it can't be compared with another.

In: names of packages. Out: facts of this machine and how busy it was. Starts nothing.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from retriever.torch_threads import bulk_threads

_CPU_INFO = Path("/proc/cpuinfo")
# What decides which arithmetic is quick: bf16 and int8 products in hardware.
_TELLING_FLAGS = ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16", "amx_int8")


@dataclass(frozen=True, slots=True)
class Machine:
    """`cores` that this process may use; `bulk_threads` that bulk work takes; `torch_threads` as torch has
    them by itself, which is what peers run on. `flags`: the processor's telling ones. `gpu`: its name, or
    empty. `packages`: name → version, empty where it is not installed.
    """

    cores: int
    bulk_threads: int
    torch_threads: int
    processor: str
    flags: tuple[str, ...]
    gpu: str
    python: str
    packages: dict[str, str]


@dataclass(frozen=True, slots=True)
class Conditions:
    """The machine, and its load (processes that want to run, mean of a minute) before and after."""

    machine: Machine
    load_before: float
    load_after: float


def machine_facts(packages: Sequence[str] = ()) -> Machine:
    """The facts of this machine, with the versions of some packages."""
    import torch

    processor, flags = _processor()
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        bulk_threads=bulk_threads(),
        torch_threads=torch.get_num_threads(),
        processor=processor,
        flags=flags,
        gpu=torch.cuda.get_device_name(0) if torch.cuda.is_available() else "",
        python=platform.python_version(),
        packages={name: version_of(name) for name in packages},
    )


def load_now() -> float:
    """How many processes wanted to run over the last minute."""
    return round(os.getloadavg()[0], 2)


def version_of(package: str) -> str:
    """An installed package's version; empty if there is none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def named(package: str) -> str:
    """A package with its version, as tables name a peer."""
    return f"{package} {version_of(package)}".strip()


def _processor() -> tuple[str, tuple[str, ...]]:
    try:
        lines = _CPU_INFO.read_text(encoding="ascii", errors="ignore").splitlines()
    except OSError:
        return platform.processor(), ()
    told = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    have = set(told.get("flags", "").split())
    return told.get("model name", platform.processor()), tuple(f for f in _TELLING_FLAGS if f in have)
