"""A trained change to a base model's weights, merged into them when the model loads.

In: a folder with adapter.safetensors and adapter.json. Out: W + alpha / rank · B · A in place of each W that
it names. What an adapter was made for is checked by digest: on another base it would only do harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retriever.errors import ModelMissing
from retriever.models import SMOLLM2, file_sha256

ADAPTERS = Path(__file__).parents[1] / "adapters"
EMBEDDED_ADAPTER = ADAPTERS / "smollm2-135m"
_REPAIR = "reinstall parley, or train it anew with `python -m generator.recipes.tune`"


class About(BaseModel):
    """What adapter.json says. `prompt`: the file in generator/prompts/ that it was trained with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base: str
    base_sha256: str
    sha256: str
    rank: int = Field(ge=1)
    alpha: float = Field(gt=0)
    targets: tuple[str, ...]
    prompt: str
    licence: str


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter whose file is the one that its description names."""

    weights: Path
    about: About


def read_adapter(folder: Path, base_sha256: str = SMOLLM2.sha256) -> Adapter:
    """The adapter in a folder, for a base with that digest.

    Raises:
        ModelMissing: if it is absent, damaged, or made for another base.
    """
    try:
        about = About.model_validate_json((folder / "adapter.json").read_bytes())
        found = file_sha256(folder / "adapter.safetensors")
    except (OSError, ValidationError) as error:
        raise ModelMissing(f"the adapter in {folder} cannot be read ({error}); {_REPAIR}") from error
    if found != about.sha256:
        raise ModelMissing(
            f"the adapter in {folder} is damaged (sha256 {found[:12]}…, expected {about.sha256[:12]}…); "
            f"{_REPAIR}"
        )
    if about.base_sha256 != base_sha256:
        raise ModelMissing(
            f"the adapter in {folder} was made for a base with sha256 {about.base_sha256[:12]}…, but that of "
            f"the chat model is {base_sha256[:12]}…; {_REPAIR}"
        )
    return Adapter(folder / "adapter.safetensors", about)


def merge(network: Any, adapter: Adapter) -> None:
    """Add an adapter to a network's weights, in place; the sum is made in float32, then rounded.

    Raises:
        ModelMissing: if it changes a layer that the network does not have, or of another shape.
    """
    import torch
    from safetensors.torch import load_file

    scale = adapter.about.alpha / adapter.about.rank
    tensors = load_file(adapter.weights)
    layers = sorted(name.removesuffix(".lora_a") for name in tensors if name.endswith(".lora_a"))
    try:
        with torch.no_grad():
            for layer in layers:
                low, high = tensors[f"{layer}.lora_a"].float(), tensors[f"{layer}.lora_b"].float()
                weight = network.get_submodule(layer).weight  # (out, in); A (rank, in), B (out, rank)
                change = scale * (high @ low)
                if change.shape != weight.shape:
                    raise ValueError(f"{layer} is {tuple(weight.shape)}, its change {tuple(change.shape)}")
                weight.copy_(weight.float() + change.to(weight.device))
    except (AttributeError, KeyError, ValueError, RuntimeError) as error:
        raise ModelMissing(
            f"the adapter {adapter.weights} does not belong to this chat model ({error}); {_REPAIR}"
        ) from error
