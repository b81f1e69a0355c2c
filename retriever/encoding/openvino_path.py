"""The OpenVINO paths: the same transformer, converted once and kept, run in fp32 or bf16 on the CPU.

In: a model folder, a cache folder. Out: an `OpenPath`. OpenVINO is an extra (`pip install parley[openvino]`).
Its import would send an event to a counting service; that part of it is never imported.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.encoding.folder import ModelFolder, read_body
from retriever.encoding.paths import Forward, Lanes, OpenPath, PathName, PathUnavailable
from retriever.encoding.torch_path import pooled
from retriever.machine import version_of
from retriever.models import file_sha256

_log = logging.getLogger(__name__)

_TELEMETRY = "openvino_telemetry"


def open_openvino(
    name: PathName, folder: ModelFolder, device: str, lanes: Lanes, cache: Path | None
) -> OpenPath:
    """openvino-fp32 or openvino-bf16, its cores bound at this moment.

    Raises:
        PathUnavailable: as `check_openvino`, or the model can't be converted.
    """
    openvino, core = check_openvino(name, device)
    with _failures():
        graph = _graph(openvino, core, folder, cache)
    return _over(name, core, graph, lanes)


def check_openvino(name: PathName, device: str) -> tuple[Any, Any]:
    """OpenVINO and its core, if it can run this path; nothing of the model is loaded.

    Raises:
        PathUnavailable: it is not installed or fails, the model is on a GPU, or the processor has no bf16.
    """
    if device != "cpu":
        raise PathUnavailable("OpenVINO runs on the CPU here, and the encoder is on the GPU")
    openvino = _openvino()
    with _failures():
        core = openvino.Core()
        able = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    if name == "openvino-bf16" and "BF16" not in able:
        raise PathUnavailable("this processor does not multiply bf16 for OpenVINO")
    return openvino, core


def _over(name: PathName, core: Any, graph: Any, lanes: Lanes) -> OpenPath:
    with _failures():
        compiled = core.compile_model(
            graph,
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": "bf16" if name == "openvino-bf16" else "f32",
                "INFERENCE_NUM_THREADS": lanes.workers * lanes.threads,
                "NUM_STREAMS": lanes.workers,
                # Pinned to cores, two processes would share one and leave the other idle.
                "ENABLE_CPU_PINNING": False,
            },
        )
    return OpenPath(name, lanes, _forward(compiled), nullcontext, partial(_over, name, core, graph))


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    # What a converter raises over a transformer that it does not know is anything of these.
    except (RuntimeError, OSError, ValueError, TypeError, AttributeError, LookupError) as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise PathUnavailable(f"OpenVINO failed: {said}", fault=True) from error


def _openvino() -> Any:
    # `import openvino` reports itself to a counting service when it finds this package; None hides it.
    sys.modules.setdefault(_TELEMETRY, None)  # type: ignore[arg-type]
    try:
        return importlib.import_module("openvino")
    except (ImportError, OSError) as error:
        absent = isinstance(error, ModuleNotFoundError) and error.name == "openvino"
        raise PathUnavailable(
            "OpenVINO is not installed; `pip install 'parley[openvino]'` brings it"
            if absent
            else f"OpenVINO cannot be imported ({error}); `pip install --force-reinstall openvino` mends it",
            fault=not absent,
        ) from error


def _forward(compiled: Any) -> Forward:
    own = threading.local()  # a request computes for one thread at a time

    def forward(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        if not hasattr(own, "request"):
            own.request = compiled.create_infer_request()
        return np.asarray(own.request.infer([ids, mask])[0], dtype=np.float32)  # (text, dim)

    return forward


def _graph(openvino: Any, core: Any, folder: ModelFolder, cache: Path | None) -> Any:
    """The converted model, from the cache where the same weights were converted by the same libraries."""
    if cache is None:
        return _convert(openvino, folder)
    path = cache / f"{_key(folder)}.xml"
    if path.exists() and path.with_suffix(".bin").exists():
        try:
            return core.read_model(path)
        except RuntimeError as error:
            _log.warning("%s cannot be read (%s); the encoder is converted anew", path, error)
    graph = _convert(openvino, folder)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        draft = cache / f"{path.stem}.{os.getpid()}.xml"
        openvino.save_model(graph, draft, compress_to_fp16=False)
        # The weights first: an .xml without its .bin is not taken for one.
        draft.with_suffix(".bin").replace(path.with_suffix(".bin"))
        draft.replace(path)
    except (OSError, RuntimeError) as error:
        _log.warning(
            "the converted encoder cannot be kept in %s (%s); it is made anew next time", cache, error
        )
    return graph


def _key(folder: ModelFolder) -> str:
    weights = "-".join(file_sha256(one)[:16] for one in sorted(folder.path.glob("*.safetensors")))
    config = file_sha256(folder.path / "config.json")[:8]
    versions = "-".join(version_of(name) for name in ("openvino", "transformers"))
    return f"{weights}-{config}-{folder.pooling}-{versions}"


def _convert(openvino: Any, folder: ModelFolder) -> Any:
    import torch

    class Whole(torch.nn.Module):
        """Transformer and pooling as one graph."""

        def __init__(self) -> None:
            super().__init__()
            self.body = read_body(folder)

        def forward(self, ids: Any, mask: Any) -> Any:
            states = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
            return pooled(states, mask, folder.pooling)

    # Two texts of unlike length, so that the mask is not taken for one that hides nothing.
    ids = torch.ones(2, 8, dtype=torch.long)
    mask = torch.tensor([[1] * 8, [1] * 5 + [0] * 3])
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # tracing is deprecated, and converters still trace
        return openvino.convert_model(Whole(), example_input={"ids": ids, "mask": mask})
