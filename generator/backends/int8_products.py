"""Products with weights of 8 bits, by FBGEMM: what the base installation's torch has on a CPU of this family.

In: matrices of weights, rows of activations. Out: their products in fp32. Knows no network.

A row's activations in units of its largest one have 7 bits, which alone would send a sixth of a next token's
probability elsewhere. Behind a norm it is always the same few columns that are large: those are multiplied in
fp32, and 7 bits do for the rest. Elsewhere a second term of 7 bits follows the first. Sums are exact, each
row by itself, so a row's product is the same alone and beside others.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from retriever.encoding.paths import PathUnavailable

if TYPE_CHECKING:
    import torch

_LEVELS = 64  # FBGEMM adds two products of bytes in 16 bits with AVX2: 2 · 128 · 127 is the most that fits
_LEAST = 1e-30  # a row of zeros is divided by that


def check_int8(device: str) -> None:
    """Look whether this machine can run the path; nothing of the model is loaded.

    Raises:
        PathUnavailable: it is on a GPU, or torch has no FBGEMM here.
    """
    if device != "cpu":
        raise PathUnavailable("8-bit products run on the CPU here, and the chat model is on the GPU")
    import torch

    if "fbgemm" not in torch.backends.quantized.supported_engines or not hasattr(
        torch.ops.quantized, "linear_with_input_q_dq_qweight_dq_output_fp32"
    ):
        raise PathUnavailable("this torch has no FBGEMM products of 8 bits")


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix of weights; `terms`: of 7 bits, for its input. `large`: columns that are multiplied in fp32.

    `exact`: (large column, out), theirs; in `packed` they are 0. `others`: (column,) 1, for them 0.
    """

    packed: Any
    terms: int = 2
    large: torch.Tensor | None = None
    exact: torch.Tensor | None = None
    others: torch.Tensor | None = None


def rounded_weights(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(row, column) int8 and (row, 1) float32 whose product is nearly the weight."""
    import torch

    weight = weight.detach().float()
    scales = weight.abs().amax(1, keepdim=True).clamp_min(_LEAST) / 127
    return (weight / scales).round_().to(torch.int8), scales


def matrix_of(weights: Sequence[torch.Tensor], terms: int, large: torch.Tensor | None = None) -> Matrix:
    """Matrices one below the other."""
    import torch

    whole = torch.cat([weight.detach().float() for weight in weights])
    if large is None:
        return Matrix(laid_out(*rounded_weights(whole)), terms)
    exact = whole[:, large].t().contiguous()
    others = torch.ones(whole.shape[1]).index_fill_(0, large, 0.0)
    return Matrix(laid_out(*rounded_weights(whole.mul_(others))), terms, large, exact, others)


def laid_out(rounded: torch.Tensor, scales: torch.Tensor) -> Any:
    """As FBGEMM wants it, for inputs in units of 1 / _LEVELS."""
    import torch

    scales = scales[:, 0].double() / _LEVELS
    engine = torch.backends.quantized.engine
    with warnings.catch_warnings():
        # Tensors of this kind are to go from torch one day; then this path can't be run, and another is.
        warnings.simplefilter("ignore", UserWarning)
        torch.backends.quantized.engine = "fbgemm"
        try:
            zeros = torch.zeros(len(scales), dtype=torch.long)
            quantized = torch._make_per_channel_quantized_tensor(rounded, scales, zeros, 0)
            return torch.ops.quantized.linear_prepack(quantized, None)
        finally:
            torch.backends.quantized.engine = engine


def times(rows: torch.Tensor, matrix: Matrix) -> torch.Tensor:
    """(row, out) float32."""
    import torch

    # Small things cost here: 121 of these make a step of 20 ms, and each call of torch's takes 2 to 5 µs.
    product = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32.default
    small = rows if matrix.others is None else rows * matrix.others
    most = small.abs().amax(1, keepdim=True).clamp_min_(_LEAST)
    units = small * most.reciprocal().mul_(_LEVELS)  # -64..64
    if matrix.terms == 1:
        found: torch.Tensor = product(units, 1.0, _LEVELS, matrix.packed).mul_(most)
        if matrix.large is not None and matrix.exact is not None:
            found.addmm_(rows.index_select(1, matrix.large), matrix.exact)
        return found
    whole = torch.round(units)
    rest = units.sub_(whole).mul_(2 * _LEVELS)  # -64..64
    high, low = product(torch.cat((whole, rest)), 1.0, _LEVELS, matrix.packed).chunk(2)
    return torch.add(high, low, alpha=0.5 / _LEVELS).mul_(most)
