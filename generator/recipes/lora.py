"""Low-rank adapters on linear layers: W stays, W + scale · B · A is what runs.

In: a network and a rank. Out: the same network with trainable A and B; their tensors by layer. No peft:
what is needed of it is here, and the product merges the same tensors in `generator/backends/adapter.py`.

Source: Hu et al., LoRA, ICLR 2022: A gaussian, B zero, scale = alpha / rank.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import nn


class LoraLinear(nn.Module):
    """A frozen linear layer plus its low-rank change; A (rank, in) and B (out, rank) are float32."""

    def __init__(self, base: nn.Linear, rank: int, scale: float, generator: torch.Generator) -> None:
        super().__init__()
        self.base = base
        self.scale = scale
        bound = 1 / math.sqrt(base.in_features)
        start = torch.empty(rank, base.in_features).uniform_(-bound, bound, generator=generator)
        self.a = nn.Parameter(start.to(base.weight.device))
        self.b = nn.Parameter(torch.zeros(base.out_features, rank, device=base.weight.device))

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (…, in) → (…, out)
        low = nn.functional.linear(x, self.a.to(x.dtype))  # (…, rank)
        change: torch.Tensor = nn.functional.linear(low, self.b.to(x.dtype)) * self.scale
        whole: torch.Tensor = self.base(x) + change
        return whole


def add_lora(network: nn.Module, targets: Sequence[str], rank: int, alpha: float, seed: int) -> list[str]:
    """Put adapters on every linear layer whose last name is among `targets`; everything else is frozen.

    Returns the layers' full names. Raises:
        ValueError: if the network has no such layer.
    """
    generator = torch.Generator().manual_seed(seed)
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    names = [
        name
        for name, module in network.named_modules()
        if isinstance(module, nn.Linear) and name.rpartition(".")[2] in targets
    ]
    if not names:
        raise ValueError(
            f"no linear layer is named any of {', '.join(targets)}; look at `targets` in tune.toml"
        )
    for name in names:
        parent, _, last = name.rpartition(".")
        base = network.get_submodule(name)
        assert isinstance(base, nn.Linear)  # chosen so
        setattr(network.get_submodule(parent), last, LoraLinear(base, rank, alpha / rank, generator))
    return names


def lora_tensors(network: nn.Module) -> dict[str, torch.Tensor]:
    """ "model.layers.0.self_attn.q_proj.lora_a" → A, and so for B."""
    found: dict[str, torch.Tensor] = {}
    for name, module in network.named_modules():
        if isinstance(module, LoraLinear):
            found[f"{name}.lora_a"], found[f"{name}.lora_b"] = module.a, module.b
    return found
