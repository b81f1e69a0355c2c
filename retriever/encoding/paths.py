"""The ways to run an encoder's weights, by name: what each needs, and how it is opened.

In: a path's name, a model folder, cores. Out: an `OpenPath` that turns padded tokens into vectors, or
`PathUnavailable` with the reason. A path that cannot be opened costs nothing but its name.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from retriever.encoding.folder import ModelFolder

PathName = Literal["torch-fp32", "torch-bf16", "openvino-fp32", "openvino-bf16"]
PATHS: tuple[PathName, ...] = get_args(PathName)  # the plainest first: it wins what is as good as a tie
EXACT: PathName = "torch-fp32"  # what the others are compared with

Forward = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]
"""(text, token) ids and mask to (text, dim) float32, rows of unit length."""


class PathUnavailable(Exception):
    """This path can't be run here; `str` says why. `fault`: not by its nature, something broke."""

    def __init__(self, message: str, *, fault: bool = False) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Lanes:
    """How a path uses the cores: `workers` batches at a time, each on `threads` cores."""

    workers: int
    threads: int

    def __str__(self) -> str:
        return f"{self.workers} × {self.threads} {'thread' if self.threads == 1 else 'threads'}"


@dataclass(frozen=True, slots=True)
class OpenPath:
    """A path ready to run over some lanes.

    `forward` may be called from several threads at once, each within `on_thread()`. `over`: the same weights
    over other lanes.
    """

    name: PathName
    lanes: Lanes
    forward: Forward
    on_thread: Callable[[], AbstractContextManager[None]]
    over: Callable[[Lanes], OpenPath]


def open_path(
    name: PathName, folder: ModelFolder, device: str, lanes: Lanes, cache: Path | None = None
) -> OpenPath:
    """Read the weights and make the path ready. `cache`: where a conversion is kept; None keeps none.

    Raises:
        PathUnavailable: the library, the processor or the device is not there for it.
    """
    # Which modules are imported is what a path costs that is never asked for: nothing.
    if name in ("torch-fp32", "torch-bf16"):
        from retriever.encoding.torch_path import open_torch

        return open_torch(name, folder, device, lanes)
    from retriever.encoding.openvino_path import open_openvino

    return open_openvino(name, folder, device, lanes, cache)


def check_path(name: PathName, device: str) -> None:
    """Look whether a path can be run on this machine, without loading the model.

    Raises:
        PathUnavailable: as `open_path`.
    """
    if name in ("torch-fp32", "torch-bf16"):
        from retriever.encoding.torch_path import check_torch

        check_torch(name, device)
    else:
        from retriever.encoding.openvino_path import check_openvino

        check_openvino(name, device)


def multiplies_bf16() -> bool:
    """True where bf16 products run in hardware; elsewhere torch emulates them, slower than fp32."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
