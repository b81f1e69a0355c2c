"""What pydantic says of a script that is none → one sentence that says what to write, and its line.

In: a validation error, the line and the written words of each value. Out: a line and a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from rapidfuzz import process

from chatbot.evaluation.script import Script, Where


def fault(
    error: ValidationError,
    lines: Mapping[Where, int],
    words: Mapping[Where, str],
    root: type[BaseModel] = Script,
) -> tuple[int, str]:
    """The first complaint in a sentence, after the line of the deepest value that it is about.

    `root`: what the whole file was to be.
    """
    # Of several complaints about a value that may be of several kinds, the deepest knows best; and a key that
    # is wrong explains one that is missing.
    worst = max(error.errors(), key=lambda each: (len(each["loc"]), each["type"] == "extra_forbidden"))
    where: Where = tuple(worst["loc"])
    reached = _reached(where, lines)
    field = next((str(part) for part in reversed(where) if isinstance(part, str)), "the script")
    given = worst["input"]
    # As it stands in the file: YAML makes true of yes.
    quoted = f'"{words[reached]}"' if reached in words else repr(given)
    match worst["type"]:
        case "extra_forbidden":
            known = _siblings(where, root)
            near = process.extractOne(field, known, score_cutoff=60) if known else None
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
            return lines[reached], f"{field!r} is no key here; {hint}"
        case "missing":
            return lines[reached], f"{field!r} is missing here"
        case "value_error":
            return lines[reached], str(worst["ctx"]["error"]) if "ctx" in worst else worst["msg"]
        case "string_type" if isinstance(given, dict):
            return lines[
                reached
            ], f"{_named(reached)} must be text, and a colon made a mapping of it; put it in quotes"
        case _ if given is None:
            return lines[reached], f"{_named(reached)} is empty; leave it out, or say what is meant"
        case "string_type" if not isinstance(given, list):
            return lines[
                reached
            ], f"{_named(reached)} must be text; put it in quotes as it is written: {quoted}"
        case _ if isinstance(given, bool):
            return lines[
                reached
            ], f"{_named(reached)} cannot be yes or no; if words are meant, put them in quotes: {quoted}"
        case "string_too_short" if "exactly" in where:
            return lines[reached], "an empty text is no condition; write `exactly: []` for none at all"
        case "enum" | "literal_error":
            return lines[reached], f"{field!r} has {given!r}; it may be {worst['ctx']['expected']}"
        case _:
            return lines[reached], f"{field!r}: {worst['msg'].lower()}, not {given!r}"


def _named(where: Where) -> str:
    """The key in a file that holds a value."""
    return repr(next((part for part in reversed(where) if isinstance(part, str)), "the script"))


def _reached(where: Where, lines: Mapping[Where, int]) -> Where:
    """Pydantic's way may name a type in the middle, or a list's place that was a single entry."""
    reached: Where = ()
    for part in where:
        if (*reached, part) in lines:
            reached = (*reached, part)
    return reached


def _siblings(where: Where, root: type[BaseModel]) -> list[str]:
    """The keys that are known where an unknown one stands."""
    kinds: list[type[BaseModel]] = [root]
    for part in where[:-1]:
        if isinstance(part, str):
            kinds = [inner for kind in kinds for inner in _models_in(kind, part)] or kinds
    return [name for kind in kinds for name in kind.model_fields]


def _models_in(kind: Any, field: str) -> Iterator[Any]:
    waiting = [kind.model_fields[field].annotation] if field in kind.model_fields else []
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            yield one
        waiting.extend(get_args(one))
