"""The torch paths: transformer in fp32 or bf16, pooling in fp32 always, by hand.

In: a model folder. Out: an `OpenPath`. bf16 pooling and unit length would cost thirty times the deviation
(3.9e-3 in place of 1.2e-4).
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.encoding.folder import ModelFolder, read_body
from retriever.encoding.paths import Forward, Lanes, OpenPath, PathName, PathUnavailable, multiplies_bf16
from retriever.torch_threads import torch_threads


def check_torch(name: PathName, device: str) -> None:
    """Look whether torch-fp32 or torch-bf16 can be run, without loading anything.

    Raises:
        PathUnavailable: bf16 on a processor that only emulates it.
    """
    if name == "torch-bf16" and device == "cpu" and not multiplies_bf16():
        raise PathUnavailable("this processor does not multiply bf16 (no avx512_bf16, no amx_bf16)")


def open_torch(name: PathName, folder: ModelFolder, device: str, lanes: Lanes) -> OpenPath:
    """torch-fp32 or torch-bf16.

    Raises:
        PathUnavailable: as `check_torch`.
    """
    check_torch(name, device)
    body = read_body(folder).to(device)
    if name == "torch-bf16":
        import torch

        body = body.to(torch.bfloat16)
    return _over(name, torch_forward(body, folder.pooling, device), device, lanes)


def _over(name: PathName, forward: Forward, device: str, lanes: Lanes) -> OpenPath:
    def on_thread() -> AbstractContextManager[None]:
        return torch_threads(lanes.threads) if device == "cpu" else nullcontext()

    return OpenPath(name, lanes, forward, on_thread, partial(_over, name, forward, device))


def torch_forward(body: Any, pooling: str, device: str) -> Forward:
    """Ids and mask → transformer → pooling in fp32 → unit length."""
    import torch

    def forward(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        with torch.inference_mode():
            rows = torch.from_numpy(ids).to(device)  # (text, token)
            seen = torch.from_numpy(mask).to(device)  # (text, token)
            states = body(input_ids=rows, attention_mask=seen).last_hidden_state.float()
            vectors: NDArray[np.float32] = pooled(states, seen, pooling).cpu().numpy()
        return vectors

    return forward


def pooled(states: Any, mask: Any, pooling: str) -> Any:
    """(text, token, dim) states and (text, token) mask to (text, dim), rows of unit length, all tensors."""
    import torch

    if pooling == "cls":
        return torch.nn.functional.normalize(states[:, 0], dim=1)
    weights = mask.unsqueeze(-1).to(states.dtype)
    mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
    return torch.nn.functional.normalize(mean, dim=1)
