"""HTML from parts, escaped by construction.

In: tag names and attributes written in our code, text from anybody. Out: `Html`. A plain `str` child or
attribute is always escaped, so a catalogue's, a person's or a chat model's words cannot become markup.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_NAME = re.compile(r"[a-z][a-z0-9-]*\Z")
# Shapes of SVG are not among them: an HTML parser would put what follows inside the shape.
_VOID = frozenset({"br", "img", "hr", "input"})
# A link or a source is the one attribute whose *value* can run a script, so only our own paths are let in.
_ADDRESSES = frozenset({"src", "href", "action", "formaction", "xlink-href"})
_OWN_PATH = re.compile(r"/(?!/)[A-Za-z0-9._~%/?=&-]*\Z")
# Of a srcset each address: "/a-240.webp 240w, /a.webp 480w".
_OWN_PATHS = re.compile(rf"{_OWN_PATH.pattern[:-2]} \d+w(?:, {_OWN_PATH.pattern[:-2]} \d+w)*\Z")
# C0 and C1 controls but tab and line feed, and what reorders or hides text: bidi marks, zero width, tags.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


class Html(str):
    """Markup that was built here and may be shown as it is."""

    __slots__ = ()


Child = Html | str | None


def visible(text: str) -> str:
    """Drop characters that a person cannot see but a page or terminal obeys; tab and line feed stay."""
    return _INVISIBLE.sub("", text)


def escaped(text: str) -> Html:
    """Anybody's words as markup that shows exactly them."""
    return Html(html.escape(visible(text), quote=True))


def join(parts: Iterable[Child]) -> Html:
    """The parts one after another; text is escaped, None is nothing."""
    return Html(
        "".join(part if isinstance(part, Html) else escaped(part) for part in parts if part is not None)
    )


def tag(name: str, *children: Child, **attributes: str | bool | int | float | None) -> Html:
    """One element. `class_` is written "class", `data_act` "data-act"; True is a bare attribute, None and
    False leave it out.

    Raises:
        ValueError: a tag or attribute name that is not plain, an event handler, or an address outside
            our own paths. Those are faults of our code, never of the data.
    """
    if not _NAME.match(name):
        raise ValueError(f"{name!r} is not a tag name")
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(children)}</{name}>")


def _attribute(key: str, value: str | bool | int | float | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if not _NAME.match(name) or name.startswith("on"):
        raise ValueError(f"{name!r} is not an attribute that data may be written to")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    text = str(value)
    own = _OWN_PATHS if name == "srcset" else _OWN_PATH if name in _ADDRESSES else None
    if own is not None and not own.match(text):
        raise ValueError(f"{name}={text!r} does not stay on this server")
    return f' {name}="{html.escape(visible(text), quote=True)}"'


def paragraphs(text: str) -> Html:
    """Plain text as paragraphs: an empty line parts them, a line break breaks them."""
    blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
    return join(
        tag("p", *[part for line in block.split("\n") for part in (tag("br"), line)][1:]) for block in blocks
    )
