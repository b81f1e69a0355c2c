"""Two texts → one, with what is gone and what is new marked word by word. Pure."""

from __future__ import annotations

import difflib
import re
from typing import Literal

Kind = Literal["same", "gone", "new"]
# A Chinese character is a word of its own; spaces stay with the word before them.
_WORD = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+\s*|\s+")


def marked(before: str, after: str) -> tuple[tuple[Kind, str], ...]:
    """The pieces in reading order. Those that are not new make `before`, those that are not gone `after`."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[tuple[Kind, str]] = []
    for _, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[a:b] == new[c:d]:
            pieces.append(("same", "".join(old[a:b])))
            continue
        if a < b:
            pieces.append(("gone", "".join(old[a:b])))
        if c < d:
            pieces.append(("new", "".join(new[c:d])))
    return tuple(pieces)
