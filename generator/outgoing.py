"""What no sentence of a chat model may hold, whoever it is about and whatever the record says.

In: a sentence. Out: what is wrong with it: links, pictures, markup, marks of prompts, orders, and the
instructions that the chat model was given. Nothing is mended: such a sentence is dropped. Reads our files.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from generator.prompting import FOLDER, read_prompt
from generator.untrusted import speaks_to_machine

_RUN = 6  # words in a row that stand in our instructions by no accident
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")
# Two words joined by a point are an address, whatever it ends with; "e.g." and "J.R." are single letters.
_HOST = re.compile(r"(?<![\w.])[^\W\d_][\w-]+(?:\.[\w-]{2,})+(?=[\s/?#:,;!)\]]|\.?$)")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffd\ud800-\udfff\U000e0000-\U000e0fff]"
)


def faults(sentence: str, known: str) -> Iterator[str]:
    """What of a sentence may never leave; `known`: titles and values, whose points and orders are names."""
    if _UNSEEN.search(sentence):
        yield "holds what cannot be seen"
    if any(host not in known for host in _HOST.findall(sentence)):
        yield "names an address"
    # The person's own words may be an order; they are checked against what they said.
    spoken = _QUOTED.sub(" ", sentence)
    if speaks_to_machine(spoken) and spoken.strip(" .!") not in known:
        yield "gives orders, or leads elsewhere"
    if any(run not in known.casefold() for run in _runs(sentence) if run in _instructions()):
        yield "repeats the instructions"


def _runs(text: str) -> Iterator[str]:
    words = [word.casefold() for word in _WORD.findall(text)]
    for start in range(len(words) - _RUN + 1):
        yield " ".join(words[start : start + _RUN])


@functools.cache
def _instructions() -> frozenset[str]:
    """All runs of words of what prompts tell the chat model; not of the examples' items, nor of records."""
    told = (
        content
        for file in sorted(FOLDER.glob("*.md"))
        for role, content in read_prompt(file).turns
        if role == "system"
    )
    return frozenset(run for text in told for run in _runs(text))
