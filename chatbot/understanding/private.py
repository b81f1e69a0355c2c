"""What people say of themselves and would not want kept: an illness, a faith, whom they love.

It is neither stored as an interest nor searched for; the same words said of an item still count.
"""

from __future__ import annotations

from chatbot.understanding.sentence import Sentence

_REACH = 6  # tokens from "I am" to what is private


def leave_out_private(sentence: Sentence) -> None:
    """Accounts for such statements, so that no act is made of them."""
    private = sentence.found("private")
    for start, end in sentence.found("of_oneself"):
        _, last = sentence.clause(start)
        told = next((p for p in private if end <= p[0] <= min(last, end + _REACH)), None)
        if told is not None:
            sentence.use_span(start, told[1])
