"""What an object wraps: a list of items ({"products": […]}), items under their ids, or nothing.

In: the text of a JSON file that begins with an object. Out: where in it the items are, and then the items
with the lines where they begin. Holds one item at a time, so the first is a pass of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import Any, NamedTuple, TypeAlias

from ingestion.readers.elements import JsonText
from ingestion.readers.linked_data import is_linked
from ingestion.wording import key_of, wording

Where: TypeAlias = tuple[str, ...]
"""Names from the outermost object to a list."""

_DEPTH = 4
"""Objects within objects that may wrap a list: {"data": {"shop": {"products": […]}}}."""


_WRAPPERS = 8
"""Objects beside each other in which a list is looked for; more are items."""


class _Inner(NamedTuple):
    """The longest list of objects within an object, and whether the object has a title as an item has."""

    length: int
    where: Where
    titled: bool


class Wrap(Enum):
    """How the items lie in the file."""

    LIST = auto()
    KEYED = auto()  # {"sku-1": {…}, "sku-2": {…}}: the key is the id
    NOTHING = auto()  # the object is an item, alone or with others behind it


def wrap_of(text: JsonText) -> tuple[Wrap, Where]:
    """How items lie in a text, and where their list is.

    Of several lists of objects the longest counts; one inside an object only where no other does.

    Raises:
        LoadError: naming the line of a syntax error.
    """
    best: tuple[int, Where] = (0, ())
    below: list[_Inner] = []
    objects = others = 0
    titled = False
    names: dict[str, None] = {}
    for name, _ in text.members():
        if len(names) < 1000:
            names[name] = None
        if text.head == "[":
            count = _objects_in(text)
            others += count == 0
            best = max(best, (count, (name,)), key=lambda one: one[0])
        elif text.head == "{":
            objects += 1
            if objects <= _WRAPPERS:
                below.append(_longest_in(text, (name,)))
            else:
                text.value()
        else:
            others += 1
            titled |= _is_title(name, text.value()[0])
    # One item with its reviews is no wrapper around reviews.
    if text.head or (titled and "id" in names) or is_linked(names):
        return Wrap.NOTHING, ()
    if best[0]:
        return Wrap.LIST, best[1]
    # Several that have titles are items under their ids.
    inner = [one for one in below if objects == 1 or not one.titled] if objects <= _WRAPPERS else []
    deeper = max(inner, key=lambda one: one.length, default=None)
    if deeper is not None and deeper.length:
        return Wrap.LIST, deeper.where
    return (Wrap.KEYED if objects and not others else Wrap.NOTHING), ()


def items_in(text: JsonText, wrap: Wrap, where: Where) -> Iterator[tuple[Any, int]]:
    """The items that a text wraps, each with its line.

    Raises:
        LoadError: naming the line of a syntax error.
    """
    for name, line in text.members():
        if wrap is Wrap.KEYED:
            yield {"id": name, **text.value()[0]}, line
        elif name == where[0] and len(where) == 1 and text.head == "[":
            yield from text.elements()
        elif name == where[0] and len(where) > 1 and text.head == "{":
            yield from items_in(text, wrap, where[1:])
        else:
            text.skip()


def _objects_in(text: JsonText) -> int:
    """The length of the list that comes next, if it is one of objects; else 0."""
    count = 0
    objects = False
    for value, _ in text.elements():
        objects = objects or (count == 0 and isinstance(value, dict))
        count += 1
    return count if objects else 0


def _longest_in(text: JsonText, where: Where) -> _Inner:
    """The longest list of objects in the object that comes next; none where it has title and id itself."""
    best = _Inner(0, (), titled=False)
    titled = identified = False
    for name, _ in text.members():
        inner = (*where, name)
        identified |= name == "id"
        if text.head == "[":
            best = max(best, _Inner(_objects_in(text), inner, False), key=lambda one: one.length)
        elif text.head == "{" and len(where) < _DEPTH:
            best = max(best, _longest_in(text, inner), key=lambda one: one.length)
        elif text.head == "{":
            text.skip()
        else:
            titled |= _is_title(name, text.value()[0])
    return _Inner(0, (), titled) if titled and identified else best._replace(titled=titled)


def _is_title(name: str, value: Any) -> bool:
    return isinstance(value, str) and wording().place("title", key_of(name)) is not None
