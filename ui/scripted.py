"""`parley chat --json`: messages from lines, turns as lines.

In: UTF-8 lines, each a message or {"session": name, "text": message}; an empty line is passed over. Out:
one JSON object a line, in order: a turn, or {"error", "line"} for a line that could not be answered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, TextIO

from chatbot.events import Done
from retriever.errors import InputError, ParleyError

if TYPE_CHECKING:
    from chatbot.engine import Chatbot

# The conversation of lines that name none.
DEFAULT_NAME = "default"
# Six times the longest message that a setting allows, since JSON may write a character as six.
MAX_LINE_BYTES = 1 << 20


def run(chatbot: Chatbot, catalogue: str, lines: Iterable[bytes], out: TextIO) -> int:
    """Answer every line; returns how many could not be answered. Each new name is a new conversation.

    Raises:
        UnknownCatalogue: before any line is read.
    """
    sessions = {DEFAULT_NAME: chatbot.start(catalogue)}
    bad = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            name, text = read_line(line)
            if name not in sessions:
                sessions[name] = chatbot.start(catalogue)
            answer = answer_line(chatbot, sessions[name], text) | {"session": name}
        except ParleyError as error:
            bad += 1
            answer = {"error": str(error), "line": number}
        # A lone surrogate of the input must not stop the run when it is printed.
        written = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
        print(written, file=out, flush=True)
    return bad


def capped(stream: BinaryIO) -> Iterator[bytes]:
    """A stream's lines; of one that is too long only the beginning, so that no input fills the memory."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        yield line
        while (
            len(line) > MAX_LINE_BYTES
            and not line.endswith(b"\n")
            and (rest := stream.readline(MAX_LINE_BYTES))
        ):
            line = line if not rest.endswith(b"\n") else b""


def answer_line(chatbot: Chatbot, session: str, text: str) -> dict[str, object]:
    """One turn as JSON."""
    for event in chatbot.reply(session, text):
        if isinstance(event, Done):
            return event.turn.as_json()
    raise InputError("the turn ended without a reply; send the line again")


def read_line(line: bytes) -> tuple[str, str]:
    """(conversation's name, message) of a line.

    Raises:
        InputError: it is too long, not UTF-8, or an object that is not as above.
    """
    if len(line) > MAX_LINE_BYTES:
        raise InputError(f"the line has more than {MAX_LINE_BYTES:,} bytes, which is the most; shorten it")
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise InputError("the line is not UTF-8; save the file as UTF-8") from error
    if not text.startswith("{"):
        return DEFAULT_NAME, text
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(
            'the line begins like JSON but is none; write {"session": "a", "text": "…"}'
        ) from error
    if unknown := set(given) - {"session", "text"}:
        raise InputError(f'the line has {sorted(unknown)[0]!r}; only "session" and "text" are known')
    name, message = given.get("session", DEFAULT_NAME), given.get("text")
    if not isinstance(name, str) or not isinstance(message, str):
        raise InputError('the line needs "text", and its "session" a name, both in quotes')
    return name, message
