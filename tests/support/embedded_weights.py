"""The embedded chat model's weights, unpacked once for all tests that need them.

That takes half a minute, so the processes that share out the tests among them share what the first of them
has unpacked, and what the model said while it was not yet read from the copy.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.backends.local import LocalChatModel
from generator.chat_model import Message, Sampling

ASKED = (Message("system", "You are brief."), Message("user", "Say hello to Anna."))
SAMPLING = Sampling(max_tokens=8, deadline_s=300)

_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"process-{os.getpid()}"
_FOLDER = Path(tempfile.gettempdir()) / f"parley-weights-{_RUN}"
_ANSWER = "answer.txt"


def unpacked_weights() -> Path:
    """A cache folder with the copy in it; to be read, not written."""
    with _alone():
        if not (_FOLDER / _ANSWER).exists():
            _unpack()
    return _FOLDER


def said_when_unpacked() -> str:
    """What the model answered to `ASKED` before there was a copy."""
    return (unpacked_weights() / _ANSWER).read_text(encoding="utf-8")


def _unpack() -> None:
    shutil.rmtree(_FOLDER, ignore_errors=True)
    _FOLDER.mkdir()
    atexit.register(_remove)
    model = LocalChatModel(threads=1, cache=_FOLDER, path="transformers")
    answer = "".join(model.stream(ASKED, SAMPLING))
    (_FOLDER / _ANSWER).write_text(answer, encoding="utf-8")


def _remove() -> None:
    # Whoever still needs it unpacks it again.
    with _alone():
        shutil.rmtree(_FOLDER, ignore_errors=True)
    _FOLDER.with_suffix(".lock").unlink(missing_ok=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Only one of the processes is here at a time."""
    with _FOLDER.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
