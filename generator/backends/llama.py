"""Whether a network is a Llama of the plain kind, whose arithmetic is known line by line.

In: a network of transformers. Out: its `Shape`, or the reason why it is none. What isn't known for certain
to change nothing is refused: such a network runs under transformers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from retriever.encoding.paths import PathUnavailable

# What each layer has, and nothing else: a bias or a norm more would be left out.
_LAYER = {
    *(f"self_attn.{name}_proj.weight" for name in "qkvo"),
    *(f"mlp.{name}_proj.weight" for name in ("gate", "up", "down")),
    "input_layernorm.weight",
    "post_attention_layernorm.weight",
}
_BODY = {"model.embed_tokens.weight", "model.norm.weight", "lm_head.weight"}


@dataclass(frozen=True, slots=True)
class Shape:
    """`kept_heads`: of keys and values; `theta`: the base of the angles by which places turn them."""

    heads: int
    kept_heads: int
    head_dim: int
    eps: float
    theta: float


def shape_of(network: Any) -> Shape:
    """The shape of a plain Llama.

    Raises:
        PathUnavailable: it is anything else.
    """
    config = network.config
    rope = dict(getattr(config, "rope_parameters", None) or {})
    expected: dict[str, tuple[object, object]] = {
        "model_type": (config.model_type, "llama"),
        "hidden_act": (getattr(config, "hidden_act", None), "silu"),
        "attention_bias": (getattr(config, "attention_bias", False), False),
        "mlp_bias": (getattr(config, "mlp_bias", False), False),
        "rope_type": (rope.get("rope_type", "default"), "default"),
        "partial_rotary_factor": (rope.get("partial_rotary_factor") or 1.0, 1.0),
        "sliding_window": (getattr(config, "sliding_window", None), None),
        "quantization_config": (getattr(config, "quantization_config", None), None),
    }
    for name, (found, wanted) in expected.items():
        if found != wanted:
            raise PathUnavailable(
                f"the chat model's {name} is {found!r}, and only {wanted!r} is run in 8 bits"
            )
    if not isinstance(rope.get("rope_theta"), int | float):
        raise PathUnavailable("the chat model's config names no rope_theta")
    found = set(network.state_dict())
    wanted = _BODY | {f"model.layers.{n}.{name}" for n in range(config.num_hidden_layers) for name in _LAYER}
    if found != wanted:
        odd = sorted(found ^ wanted)[0]
        raise PathUnavailable(f"the chat model has other weights than a plain Llama: {odd}")
    heads = int(config.num_attention_heads)
    kept = int(config.num_key_value_heads)
    dim = int(getattr(config, "head_dim", None) or config.hidden_size // heads)
    if dim % 2 or heads % kept:
        raise PathUnavailable(f"{heads} heads of {dim} numbers over {kept} kept ones can't be paired")
    return Shape(heads, kept, dim, float(config.rms_norm_eps), float(rope["rope_theta"]))
