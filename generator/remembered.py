"""Sentences that a chat model wrote before about the same item and for the same reason.

In memory only, the latest few thousand. A sentence is said again only where today's lattice has it: so it is
true of the record as it is now, and begins as no other of the reply does.
"""

from __future__ import annotations

import random
import threading
from collections import OrderedDict
from collections.abc import Hashable

from generator.lattice import Lattice

_MOST = 4096
VARIANTS = (
    4  # so many have to be known before one is said again: the same words for everybody would be a form
)


class Remembered:
    """What was written, by key (item, its content hash, the reason). Safe from several threads."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, tuple[str, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Hashable, lattice: Lattice, draw: random.Random) -> str:
        """One of the sentences that the lattice has, drawn; "" where too few are known, or none is in it."""
        with self._lock:
            known = self._known.get(key, ())
            if known:
                self._known.move_to_end(key)
        if len(known) < VARIANTS:
            return ""
        fit = [text for text in known if lattice.rest_of(text, draw) == ""]
        return draw.choice(fit) if fit else ""

    def keep(self, key: Hashable, text: str) -> None:
        """Remember a sentence."""
        with self._lock:
            known = self._known.pop(key, ())
            self._known[key] = known if text in known else (*known, text)[-2 * VARIANTS :]
            while len(self._known) > self._most:
                self._known.popitem(last=False)
