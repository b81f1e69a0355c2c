"""Sentences for people, on stderr, so that stdout stays a script's own."""

from __future__ import annotations

import sys


def say(sentence: str) -> None:
    """Print one sentence as the command's own."""
    print(f"parley: {sentence}", file=sys.stderr)
