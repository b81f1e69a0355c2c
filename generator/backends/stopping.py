"""Stop strings in a stream of pieces, however the pieces are cut.

In: pieces. Out: pieces whose concatenation ends before the first stop string. Pure.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence


def until_stop(pieces: Iterator[str], stops: Sequence[str]) -> Generator[str, None, None]:
    """The pieces up to a stop string, without it; what may be the beginning of one is held back.

    `pieces` is read no further once a stop string is complete.
    """
    wanted = [stop for stop in stops if stop]
    held = ""
    for piece in pieces:
        held += piece
        at = min((place for stop in wanted if (place := held.find(stop)) >= 0), default=-1)
        if at >= 0:
            if held[:at]:
                yield held[:at]
            return
        kept = max((_begun(held, stop) for stop in wanted), default=0)
        if ready := held[: len(held) - kept]:
            yield ready
            held = held[len(ready) :]
    if held:
        yield held


def _begun(text: str, stop: str) -> int:
    """How many characters at a text's end are the beginning of a stop string."""
    return next((n for n in range(min(len(stop) - 1, len(text)), 0, -1) if text.endswith(stop[:n])), 0)
