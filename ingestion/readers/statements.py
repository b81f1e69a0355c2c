"""Whether an SQL text only reads: one statement, a SELECT, without words that change anything.

In: an SQL text. Out: the text without its last semicolon. Not a parser: a second guard before a connection
that is read-only itself.
"""

from __future__ import annotations

import re

from ingestion.rejects import shorten
from retriever.errors import LoadError

# Quoted text, quoted names and comments, whose words and semicolons mean nothing.
_QUOTED = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/",
    re.DOTALL,
)
_CHANGING = re.compile(
    r"\b(?:alter|attach|call|copy|create|delete|detach|drop|exec|execute|grant|insert|into|lock|merge|pragma"
    r"|revoke|truncate|update|vacuum)\b",
    re.IGNORECASE,
)
_READING = re.compile(r"\s*\(*\s*(?:select|with)\b", re.IGNORECASE)


def reading_statement(text: str) -> str:
    """The statement, if it is one and only reads.

    Raises:
        LoadError: saying what else it is, or which of its words could change something.
    """
    statement = text.strip().rstrip(";").rstrip()
    bare = _QUOTED.sub(" ", statement)
    if not bare.strip():
        raise LoadError('the query is empty; give one such as --query "SELECT * FROM products"')
    if not _READING.match(bare):
        raise LoadError(
            f"the query {shorten(statement)!r} is none that only reads; give one that begins with SELECT or "
            "WITH"
        )
    if ";" in bare:
        raise LoadError(
            f"the query {shorten(statement)!r} holds several statements; give one SELECT, or two loads"
        )
    if found := _CHANGING.search(bare):
        raise LoadError(
            f"the query says {found[0].upper()}, which only a statement that changes something needs; leave "
            f'it out, or quote it if it is a name ("{found[0]}")'
        )
    return statement
