"""Any causal language model under transformers, on any device, in the precision that it was loaded in.

In: token numbers. Out: next-token logits. One answer keeps a cache of its own; those that are written side
by side share one, in which what a row lacks is hidden from it.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.backends.engine import Memory, PathName

if TYPE_CHECKING:
    import torch

_FEW = 16  # tokens at most that are read side by side: rows are filled up to the longest


@dataclass(slots=True)
class _Shared:
    """The cache of several rows. `seen`: (row, place) bool, False where a place is none of that row's.

    Rows are held weakly: an answer that is done leaves nothing to be copied.
    """

    rows: list[weakref.ref[Memory]]
    cache: Any
    seen: torch.Tensor

    def place(self, memory: Memory) -> int | None:
        return next((n for n, row in enumerate(self.rows) if row() is memory), None)


class TransformersEngine:
    """Runs `network` as it is."""

    path: PathName = "transformers"

    def __init__(self, network: Any, device: str) -> None:
        self._network = network
        self._device = device
        self._shared: _Shared | None = None

    def memory(self) -> Memory:
        from transformers import DynamicCache

        return Memory(kept=DynamicCache())

    def copy(self, memory: Memory, count: int) -> Memory:
        self._take_out(memory)
        return Memory(
            memory.tokens[:count],
            _cache_of([(k[:, :, :count], v[:, :, :count]) for k, v in _layers(memory.kept)]),
        )

    def forget(self, memory: Memory, count: int) -> None:
        if count:
            self._take_out(memory)
            memory.kept.crop(-count)
            del memory.tokens[-count:]

    def extend(
        self,
        memories: Sequence[Memory],
        tokens: Sequence[Sequence[int]],
        *,
        each: bool = False,
        among: Sequence[Sequence[int]] | None = None,  # noqa: ARG002 - all come at once here
    ) -> torch.Tensor:
        import torch

        few = [n for n, row in enumerate(tokens) if len(row) <= _FEW and memories[n].tokens]
        together = len(few) > 1 and not each
        rows: dict[int, torch.Tensor] = {}
        if together:
            logits = self._side_by_side([memories[p] for p in few], [tokens[p] for p in few])
            rows = {place: row[None] for place, row in zip(few, logits, strict=True)}
        for place, (memory, row) in enumerate(zip(memories, tokens, strict=True)):
            if place not in rows:
                rows[place] = self._alone(memory, row, each)
        return torch.cat([rows[place] for place in range(len(memories))])

    def _alone(self, memory: Memory, tokens: Sequence[int], each: bool) -> torch.Tensor:
        """(1 or token, vocabulary)."""
        import torch

        self._take_out(memory)
        with torch.inference_mode():
            output = self._network(
                input_ids=torch.tensor([list(tokens)], device=self._device),  # (1, token)
                past_key_values=memory.kept,
                use_cache=True,
                logits_to_keep=0 if each else 1,  # 0 keeps all
            )
        memory.tokens += tokens
        logits: torch.Tensor = output.logits[0].float()
        return logits

    def _side_by_side(self, memories: list[Memory], tokens: list[Sequence[int]]) -> torch.Tensor:
        """(memory, vocabulary)."""
        import torch

        shared = self._together(memories)
        longest = max(map(len, tokens))
        real = torch.tensor(
            [[place < len(row) for place in range(longest)] for row in tokens], device=self._device
        )
        ids = torch.tensor(
            [[*row, *[row[-1]] * (longest - len(row))] for row in tokens], device=self._device
        )  # (row, token)
        before = torch.tensor([[len(one.tokens)] for one in memories], device=self._device)
        seen = torch.cat([shared.seen, real], 1)
        last = sorted({len(row) - 1 for row in tokens})  # the only places whose logits are wanted
        with torch.inference_mode():
            output = self._network(
                input_ids=ids,
                attention_mask=seen.long(),
                position_ids=before + torch.arange(longest, device=self._device),
                past_key_values=shared.cache,
                use_cache=True,
                logits_to_keep=torch.tensor(last, device=self._device),
            )
        shared.seen = seen
        for memory, row in zip(memories, tokens, strict=True):
            memory.tokens += row
        places = [last.index(len(row) - 1) for row in tokens]
        logits: torch.Tensor = output.logits[range(len(places)), places].float()
        return logits

    def _together(self, memories: list[Memory]) -> _Shared:
        """One cache with exactly these rows, in this order."""
        old = self._shared
        places = [old.place(one) for one in memories] if old is not None else [None]
        rows = [weakref.ref(one) for one in memories]
        if old is not None and None not in places:
            if places != list(range(len(old.rows))):
                self._leave_all_but(memories)
                pairs = [(keys[places], values[places]) for keys, values in _layers(old.cache)]
                self._shared = _Shared(rows, _cache_of(pairs), old.seen[places])
        else:
            self._leave_all_but([])
            self._shared = self._joined(memories, rows)
            for one in memories:
                one.kept = None
        assert self._shared is not None
        return self._shared

    def _joined(self, memories: list[Memory], rows: list[weakref.ref[Memory]]) -> _Shared:
        """Their caches one above the other; what is shorter gets hidden places before its own."""
        import torch

        longest = max(len(one.tokens) for one in memories)

        def filled(part: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.pad(part, (0, 0, longest - part.shape[2], 0))

        every = [_layers(one.kept) for one in memories]
        pairs = [
            (
                torch.cat([filled(keys) for keys, _ in layer]),
                torch.cat([filled(values) for _, values in layer]),
            )
            for layer in zip(*every, strict=True)
        ]
        seen = torch.tensor(
            [[place >= longest - len(one.tokens) for place in range(longest)] for one in memories],
            device=self._device,
        )
        return _Shared(rows, _cache_of(pairs), seen)

    def _leave_all_but(self, memories: Sequence[Memory]) -> None:
        """Give the other rows of the shared cache caches of their own."""
        for row in self._shared.rows if self._shared is not None else []:
            memory = row()
            if memory is not None and not any(memory is one for one in memories):
                self._take_out(memory)

    def _take_out(self, memory: Memory) -> None:
        """A cache of its own for a row of the shared one."""
        shared = self._shared
        if memory.kept is not None or shared is None:
            return
        place = shared.place(memory)
        assert place is not None  # what has no cache of its own is in the shared one
        real = shared.seen[place].nonzero()[:, 0]
        memory.kept = _cache_of(
            [
                (keys[[place]][:, :, real], values[[place]][:, :, real])
                for keys, values in _layers(shared.cache)
            ]
        )
        shared.rows[place] = weakref.ref(Memory())  # nobody's


def _layers(cache: Any) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Keys and values of each layer, (row, head, place, dim)."""
    return [(layer.keys, layer.values) for layer in cache.layers]


def _cache_of(layers: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> Any:
    from transformers import DynamicCache

    cache = DynamicCache()
    for place, (keys, values) in enumerate(layers):
        cache.update(keys, values, place)
    return cache
