"""The embedded chat model's weights, unpacked once for all tests that need them: that takes half a minute."""

from __future__ import annotations

from pathlib import Path

from generator.backends.local import LocalChatModel
from generator.chat_model import Message, Sampling
from made_once import MadeOnce

ASKED = (Message("system", "You are brief."), Message("user", "Say hello to Anna."))
SAMPLING = Sampling(max_tokens=8, deadline_s=300)
_ANSWER = "answer.txt"


def _unpack(folder: Path) -> None:
    model = LocalChatModel(threads=1, cache=folder, path="transformers")
    (folder / _ANSWER).write_text("".join(model.stream(ASKED, SAMPLING)), encoding="utf-8")


_WEIGHTS = MadeOnce("weights", _unpack)


def unpacked_weights() -> Path:
    """A cache folder with the copy in it; to be read, not written."""
    with _WEIGHTS.held() as folder:
        return folder


def said_when_unpacked() -> str:
    """What the model answered to `ASKED` before there was a copy."""
    return (unpacked_weights() / _ANSWER).read_text(encoding="utf-8")
