"""What writing needs of a network, whatever runs it: read tokens, say what may come next, take some back.

In: token numbers. Out: next-token logits. Implementations: `transformers_engine`, `int8_engine`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

if TYPE_CHECKING:
    import torch

PathName = Literal["transformers", "torch-int8"]
PATHS: tuple[PathName, ...] = get_args(PathName)  # the plainest first
EXACT: PathName = "transformers"  # what the other is compared with


@dataclass(slots=True, eq=False, weakref_slot=True)
class Memory:
    """One answer's tokens, prompt included, as far as they were read; `kept` is the engine's own."""

    tokens: list[int] = field(default_factory=list)
    kept: Any = None


class Engine(Protocol):
    """A network that reads. One thread at a time; memories belong to the engine that made them."""

    @property
    def path(self) -> PathName: ...

    def memory(self) -> Memory:
        """One that has read nothing."""
        ...

    def copy(self, memory: Memory, count: int) -> Memory:
        """Another that has read the first `count` of its tokens; the two know nothing of each other."""
        ...

    def forget(self, memory: Memory, count: int) -> None:
        """Take back the last tokens that were read."""
        ...

    def extend(
        self,
        memories: Sequence[Memory],
        tokens: Sequence[Sequence[int]],
        *,
        each: bool = False,
        among: Sequence[Sequence[int]] | None = None,
    ) -> torch.Tensor:
        """Read one or more further tokens into each memory, all in one go.

        Gives float32 logits (memory, vocabulary) after the last token of each; with `each` those after every
        token, (token, vocabulary), memory by memory. `among`: the tokens that each memory's next one will be
        of, or none where it isn't asked for; the logits of others may be anything.
        """
        ...
