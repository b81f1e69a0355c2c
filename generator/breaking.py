"""Whether it is worth asking something that failed lately.

In: how attempts ended, and a clock. Out: yes or no. Touches nothing but its own few numbers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Lets everything through until `failures` in a row, then nothing for `rest_s` seconds, then one trial.

    A trial that succeeds ends the rest, one that fails begins another. One whose end is never told counts as
    failed after `rest_s`. Safe from several threads.
    """

    def __init__(
        self, failures: int = 3, rest_s: float = 30.0, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if failures < 1 or rest_s <= 0:
            raise ValueError(f"a breaker needs a failure and some rest at least, not {failures} and {rest_s}")
        self._most = failures
        self._rest_s = rest_s
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._rests_until = 0.0

    def allows(self) -> bool:
        """Whether to try now; after a rest, True for one caller only."""
        with self._lock:
            if self._failed < self._most:
                return True
            now = self._clock()
            if now < self._rests_until:
                return False
            self._rests_until = now + self._rest_s
            return True

    def succeeded(self) -> None:
        """An attempt came to its end."""
        with self._lock:
            self._failed = 0

    def failed(self) -> bool:
        """An attempt failed; True where a rest begins with it, to be told once."""
        with self._lock:
            self._failed += 1
            if self._failed >= self._most:
                self._rests_until = self._clock() + self._rest_s
            return self._failed == self._most
