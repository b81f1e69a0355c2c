"""A Llama-shaped network on the CPU with weights of 8 bits: FBGEMM's integer products, the rest in fp32.

In: a network of transformers, token numbers. Out: next-token logits. An answer is the same alone and beside
others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.backends.engine import Memory, PathName
from generator.backends.int8_products import Matrix, check_int8, laid_out, matrix_of, rounded_weights, times
from generator.backends.llama import Shape, shape_of

if TYPE_CHECKING:
    import torch

_SPARE = 160  # places for an answer, beside what was read already
# Of the columns behind a norm, one in 18 is large: with 32 of the embedded model's 576, reading loses nothing
# against two terms in attention, and 0.005 of the probability in the feed-forward part.
_LARGE = 18
_LEAST_LARGE = 8
_LOOKED_AT = 64  # tokens that show which they are


@dataclass(frozen=True, slots=True)
class _Block:
    """One layer; matrices that read the same input are one."""

    before: torch.Tensor  # (hidden,) gain of the norm before attention
    qkv: Matrix
    out: Matrix
    between: torch.Tensor  # (hidden,) gain of the norm before the feed-forward part
    gate_up: Matrix
    down: Matrix


class Int8Engine:
    """`network` in 8 bits; its own weights are needed no more.

    Raises:
        PathUnavailable: as `check_int8`, or the network is of another shape.
    """

    path: PathName = "torch-int8"

    def __init__(self, network: Any, device: str = "cpu") -> None:
        check_int8(device)
        import torch

        self._shape = shape = shape_of(network)
        with torch.inference_mode():
            columns = _large_columns(network)
            self._blocks = [_block(layer, shape, columns) for layer in network.model.layers]
            self._gain = network.model.norm.weight.detach().float()
            self._rows, self._row_scales = rounded_weights(network.model.embed_tokens.weight)
            tied = network.lm_head.weight is network.model.embed_tokens.weight
            head = (self._rows, self._row_scales) if tied else rounded_weights(network.lm_head.weight)
            self._head_rows, self._head_scales = head
            self._head = Matrix(laid_out(*head))
            self._turns = _turns_of(shape, 1024)

    def memory(self) -> Memory:
        return Memory(kept=self._room(_SPARE))

    def copy(self, memory: Memory, count: int) -> Memory:
        import torch

        with torch.inference_mode():
            kept = self._room(count + _SPARE)
            kept[..., :count, :] = memory.kept[..., :count, :]
        return Memory(memory.tokens[:count], kept)

    def forget(self, memory: Memory, count: int) -> None:
        if count:
            del memory.tokens[-count:]  # their keys and values are written over

    def extend(
        self,
        memories: Sequence[Memory],
        tokens: Sequence[Sequence[int]],
        *,
        each: bool = False,
        among: Sequence[Sequence[int]] | None = None,
    ) -> torch.Tensor:
        import torch

        with torch.inference_mode():
            places = [
                len(one.tokens) + n
                for one, row in zip(memories, tokens, strict=True)
                for n in range(len(row))
            ]
            rows = [self._row(one, len(row)) for one, row in zip(memories, tokens, strict=True)]
            ids = torch.tensor([token for row in tokens for token in row])
            states = self._rows[ids].float() * self._row_scales[ids]  # (token, hidden), all rows' in one
            turns = self._turned(max(places) + 1)[places, None]  # (token, 1, head dim / 2)
            counts = [len(row) for row in tokens]
            ends = None if each else torch.tensor(counts).cumsum(0) - 1
            for number, block in enumerate(self._blocks):
                # Behind the last attention, other tokens than each row's last are of no use to anybody.
                wanted = ends if number == len(self._blocks) - 1 else None
                states = self._layer(number, block, states, turns, rows, counts, wanted)
            for one, row in zip(memories, tokens, strict=True):
                one.tokens += row
            states = self._normed(states, self._gain)
            return times(states, self._head) if among is None or each else self._among(states, among)

    def _among(self, states: torch.Tensor, among: Sequence[Sequence[int]]) -> torch.Tensor:
        """A fifth of all weights say how likely each token is: of a few, only theirs are looked at."""
        import torch

        logits = torch.full((len(among), len(self._head_rows)), -torch.inf)
        for place, options in enumerate(among):
            if options:
                ids = torch.tensor(options)
                weights = self._head_rows[ids].float() * self._head_scales[ids]  # (option, hidden)
                logits[place, ids] = weights @ states[place]
        return logits

    def _row(self, memory: Memory, count: int) -> _Row:
        """Room for so many more tokens, and who of them sees whom."""
        import torch

        read = len(memory.tokens)
        if read + count > memory.kept.shape[-2]:
            kept = self._room(2 * (read + count))
            kept[..., :read, :] = memory.kept[..., :read, :]
            memory.kept = kept
        mask = None
        if count > 1:
            later = torch.ones(count, count, dtype=torch.bool).triu_(1)
            mask = torch.zeros(count, read + count)
            mask[:, read:].masked_fill_(later, -torch.inf)
            mask = mask.repeat(
                self._shape.heads // self._shape.kept_heads, 1
            )  # as queries are laid out below
        return _Row(memory.kept, read, mask)

    def _layer(
        self,
        number: int,
        block: _Block,
        states: torch.Tensor,
        turns: torch.Tensor,
        rows: Sequence[_Row],
        counts: Sequence[int],
        wanted: torch.Tensor | None,
    ) -> torch.Tensor:
        import torch

        shape = self._shape
        turned = shape.heads + shape.kept_heads  # values follow behind, and aren't turned
        qkv = times(self._normed(states, block.before), block.qkv)  # (token, all heads · head dim)
        pairs = qkv[:, : turned * shape.head_dim].view(-1, turned, shape.head_dim // 2, 2)
        qk = torch.view_as_real(torch.view_as_complex(pairs) * turns).flatten(2)  # (token, head, head dim)
        values = qkv[:, turned * shape.head_dim :].view(-1, shape.kept_heads, shape.head_dim)
        seen, start = [], 0
        for row, count in zip(rows, counts, strict=True):
            mine = slice(start, start := start + count)
            seen.append(self._attention(row, number, qk[mine], values[mine]))
        heads = seen[0] if len(seen) == 1 else torch.cat(seen)
        if wanted is not None:
            heads, states = heads[wanted], states[wanted]
        states = states + times(heads, block.out)
        gate, up = times(self._normed(states, block.between), block.gate_up).chunk(2, 1)
        return states + times(torch.nn.functional.silu(gate).mul_(up), block.down)

    def _attention(self, row: _Row, number: int, qk: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        """One row's: (token, heads · head dim). Queries of one kept head are laid out one after another."""
        import torch

        shape = self._shape
        count, end = qk.shape[0], row.read + qk.shape[0]
        keys_kept, values_kept = row.kept[number, 0], row.kept[number, 1]  # (kept head, place, head dim)
        keys_kept[:, row.read : end] = qk[:, shape.heads :].transpose(0, 1)
        values_kept[:, row.read : end] = values.transpose(0, 1)
        groups = shape.heads // shape.kept_heads
        queries = qk[:, : shape.heads].view(count, shape.kept_heads, groups, shape.head_dim)
        queries = queries.permute(1, 2, 0, 3).reshape(1, shape.kept_heads, groups * count, shape.head_dim)
        found = torch.nn.functional.scaled_dot_product_attention(
            queries, keys_kept[None, :, :end], values_kept[None, :, :end], attn_mask=row.mask
        )
        found = found.view(shape.kept_heads, groups, count, shape.head_dim).permute(2, 0, 1, 3)
        return found.reshape(count, shape.heads * shape.head_dim)

    def _normed(self, states: torch.Tensor, gain: torch.Tensor) -> torch.Tensor:
        import torch

        return torch.nn.functional.rms_norm(states, gain.shape, gain, self._shape.eps)

    def _room(self, places: int) -> torch.Tensor:
        """(layer, keys and values, kept head, place, head dim)."""
        import torch

        shape = self._shape
        return torch.zeros(len(self._blocks), 2, shape.kept_heads, places, shape.head_dim)

    def _turned(self, places: int) -> torch.Tensor:
        if places > len(self._turns):
            self._turns = _turns_of(self._shape, 2 * places)
        return self._turns


@dataclass(frozen=True, slots=True)
class _Row:
    """One memory during a step: its keys and values, how many of them there are, what is hidden from whom."""

    kept: torch.Tensor
    read: int
    mask: torch.Tensor | None


def _block(layer: Any, shape: Shape, columns: Mapping[Any, torch.Tensor]) -> _Block:
    attention, forward = layer.self_attn, layer.mlp
    qkv = [
        _paired(attention.q_proj.weight, shape.heads),
        _paired(attention.k_proj.weight, shape.kept_heads),
        attention.v_proj.weight,
    ]
    return _Block(
        layer.input_layernorm.weight.detach().float(),
        matrix_of(qkv, 1, columns[attention.q_proj]),
        matrix_of([attention.o_proj.weight], 1),  # what attention gathers has no large ones
        layer.post_attention_layernorm.weight.detach().float(),
        matrix_of([forward.gate_proj.weight, forward.up_proj.weight], 1, columns[forward.gate_proj]),
        matrix_of([forward.down_proj.weight], 2),
    )


def _large_columns(network: Any) -> dict[Any, torch.Tensor]:
    """The columns behind norms that are largest, by the product that reads them; from any tokens at all."""
    import torch

    seen: dict[Any, torch.Tensor] = {}

    def look(module: Any, inputs: tuple[torch.Tensor, ...]) -> None:
        # The first tokens gather what others leave, and are like none that follow.
        seen[module] = inputs[0][0, 2:].abs().amax(0)

    readers = [
        part for layer in network.model.layers for part in (layer.self_attn.q_proj, layer.mlp.gate_proj)
    ]
    hooks = [reader.register_forward_pre_hook(look) for reader in readers]
    try:
        size = network.model.embed_tokens.weight.shape[0]
        network(input_ids=torch.arange(_LOOKED_AT)[None] * 7919 % size, use_cache=False)
    finally:
        for hook in hooks:
            hook.remove()
    return {
        one: most.topk(min(len(most), max(_LEAST_LARGE, len(most) // _LARGE))).indices.sort().values
        for one, most in seen.items()
    }


def _paired(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """Rows in another order within each head, so that numbers that are turned together are neighbours.

    Queries and keys are ordered alike, so that their products stay what they are.
    """
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).transpose(1, 2).reshape(rows, columns)


def _turns_of(shape: Shape, places: int) -> torch.Tensor:
    """(place, head dim / 2) unit complex numbers: how far each pair is turned at each place."""
    import torch

    speeds = shape.theta ** -(torch.arange(0, shape.head_dim, 2).float() / shape.head_dim)
    angles = torch.outer(torch.arange(places).float(), speeds)
    return torch.polar(torch.ones_like(angles), angles)
