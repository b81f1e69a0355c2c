"""The mock shop around the widget, written as a shop's own page would be: no script of its own, a strict
policy, and the widget by one tag.

In: a catalogue's name and some tiles, all untrusted. Out: an HTML document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from ui.cards import picture_address
from ui.markup import Html, join, tag
from ui.posters import initials

# What the README asks an owner to allow, and nothing more; here the widget's server is the page's own.
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; style-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_MODES = frozenset({"floating", "inline"})
_THEMES = frozenset({"auto", "light", "dark"})

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Tile:
    """One item on the shelf. `fact` is what a shop writes below a title, a price; `picture` a file's name."""

    title: str
    fact: str
    picture: str


def evenly(things: Sequence[Thing], count: int) -> list[Thing]:
    """Up to `count` of them, spread over the whole: a catalogue often stands sorted."""
    if len(things) <= count:
        return list(things)
    return [things[position * len(things) // count] for position in range(count)]


def demo_page(catalogue: str, tiles: Sequence[Tile], mode: str, theme: str) -> str:
    """The page; `catalogue` empty means that none is loaded. An unknown mode or theme is the usual one."""
    mode = mode if mode in _MODES else "floating"
    widget = tag(
        "script",
        Html(""),
        async_=True,
        src="/widget.js",
        data_catalogue=catalogue,
        data_mode=mode,
        data_theme=theme if theme in _THEMES else "auto",
    )
    advice = tag("section", tag("h2", "Not sure? Ask"), widget, class_="advice")
    main = (
        join((_hero(), _shelf(catalogue, tiles), advice if mode == "inline" else widget))
        if catalogue
        else _nothing()
    )
    body = tag("body", _bar(), tag("main", main), _foot())
    return f"<!doctype html>\n{tag('html', _head(), body, lang='en')}\n"


def _head() -> Html:
    return tag(
        "head",
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'),
        tag("title", "Fell & Hearth, a mock shop"),
        Html('<link rel="icon" href="/favicon.ico"><link rel="stylesheet" href="/widget-demo.css">'),
    )


def _bar() -> Html:
    places = (tag("li", name) for name in ("Outdoor", "Home", "Repairs", "Stores"))
    return tag("header", tag("p", "Fell & Hearth", class_="brand"), tag("ul", *places), class_="bar")


def _hero() -> Html:
    return tag(
        "section",
        tag("h1", "For the hill, and for coming home from it"),
        tag("p", "Tents, boots and blankets that outlast the weather they were bought for."),
        class_="hero",
    )


def _shelf(catalogue: str, tiles: Sequence[Tile]) -> Html:
    shown = (
        tag("li", _picture(catalogue, each), tag("h3", each.title), tag("p", each.fact), class_="tile")
        for each in tiles
    )
    return tag("section", tag("h2", "From the shelves"), tag("ul", *shown, class_="tiles"))


def _picture(catalogue: str, tile: Tile) -> Html:
    address = picture_address(catalogue, tile.picture)
    if not address:
        return tag("div", initials(tile.title), class_="plain", aria_hidden="true")
    return tag("img", src=address, alt="", loading="lazy", width=320, height=240)


def _nothing() -> Html:
    return tag(
        "section",
        tag("h1", "The shelves are empty"),
        tag("p", "Run ", tag("code", "parley ingest --demo"), " and reload this page."),
        class_="hero",
    )


def _foot() -> Html:
    return tag(
        "footer",
        tag("p", "A mock shop that shows Parley's widget. Its products are the demo catalogue's."),
    )
