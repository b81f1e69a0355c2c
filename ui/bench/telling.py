"""How far a benchmark is, as bars on stderr: one for each system that it measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def told() -> Iterator[Callable[[str, int, int], None]]:
    """What to call with a system's name, the steps done and the steps in all."""
    from ui.terminal import DrawnProgress

    with DrawnProgress() as progress:
        shown = ""

        def tell(name: str, done: int, total: int) -> None:
            nonlocal shown
            if name != shown:
                progress.start(total, name)
                shown = name
            progress.advance(1)
            if done == total:
                progress.finish()

        yield tell
