"""A cover for an item that has no picture: a small print made from its title alone.

In: a title. Out: markup. The same title always gives the same colours, motif and letters; nothing is
fetched, and nothing random is used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from ui.markup import Html, join, tag, visible


@dataclass(frozen=True, slots=True)
class Palette:
    """Four colours of a print: ground, two layers over it, ink of the letters."""

    ground: str
    far: str
    near: str
    ink: str


# Chosen by eye so that ink on ground passes 4.5:1 and no two neighbours look alike.
PALETTES: tuple[Palette, ...] = (
    Palette("#12343b", "#2d545e", "#e1b382", "#fdf3e3"),
    Palette("#3d1f2b", "#6e2f43", "#e2856e", "#fdeee6"),
    Palette("#1d2b53", "#33478a", "#f2b05e", "#fbf2e1"),
    Palette("#20372a", "#3f6149", "#d9c06f", "#f7f3df"),
    Palette("#4a2a13", "#7d4a21", "#f0b65a", "#fdf1de"),
    Palette("#2a2340", "#504177", "#d99bb4", "#f8ecf2"),
    Palette("#0f3a4a", "#1d6277", "#8fd0c4", "#eefaf6"),
    Palette("#2b2d30", "#4d5257", "#d6714f", "#f6f1ec"),
    Palette("#5a1e1e", "#8c3430", "#efc07b", "#fdf2e0"),
    Palette("#143c34", "#24655a", "#f0a987", "#fcefe7"),
)


def _sun(p: Palette, seed: int) -> Html:
    x, y = 60 + seed % 200, 60 + seed // 7 % 70
    return join(
        (
            tag("circle", cx=x, cy=y, r=46, fill=p.near),
            tag(
                "path", d=f"M0 {170 + seed % 20} Q90 {120 + seed % 30} 190 165 T320 150 V240 H0Z", fill=p.far
            ),
        )
    )


def _hills(p: Palette, seed: int) -> Html:
    peak = 80 + seed % 160
    return join(
        (
            tag("path", d=f"M{peak - 120} 240 L{peak} 62 L{peak + 120} 240Z", fill=p.far),
            tag(
                "path", d=f"M{peak + 10} 240 L{peak + 100} 112 L{peak + 190} 240Z", fill=p.near, opacity=0.85
            ),
            tag("circle", cx=(peak + 150) % 300, cy=50, r=16, fill=p.near),
        )
    )


def _arcs(p: Palette, seed: int) -> Html:
    x = 320 if seed % 2 else 0
    return join(
        tag(
            "circle", cx=x, cy=240, r=r, fill="none", stroke=p.near if r % 80 == 0 else p.far, stroke_width=16
        )
        for r in (80, 120, 160, 200, 240)
    )


def _stripes(p: Palette, seed: int) -> Html:
    shift = seed % 40
    return join(
        tag("path", d=f"M{x - shift} 240 L{x + 110 - shift} 0 h22 L{x + 22 - shift} 240Z",
            fill=p.near if x % 3 == 0 else p.far)
        for x in range(120, 340, 44)
    )  # fmt: skip


def _moons(p: Palette, seed: int) -> Html:
    y = 60 + seed % 40
    return join(
        (
            tag("circle", cx=238, cy=y, r=74, fill=p.far),
            tag("circle", cx=238 - 26 - seed % 14, cy=y - 8, r=60, fill=p.ground),
            tag("circle", cx=70 + seed % 60, cy=206, r=9, fill=p.near),
            tag("rect", x=0, y=196, width=320, height=3, fill=p.near, opacity=0.7),
        )
    )


def _window(p: Palette, seed: int) -> Html:
    x = 170 + seed % 60
    return join(
        (
            tag("rect", x=x, y=34, width=96, height=150, rx=48, fill=p.far),
            tag("rect", x=x + 14, y=50, width=68, height=134, rx=34, fill=p.near),
            tag("rect", x=0, y=184, width=320, height=56, fill=p.far),
        )
    )


_MOTIFS: tuple[Callable[[Palette, int], Html], ...] = (_sun, _hills, _arcs, _stripes, _moons, _window)


def poster(title: str) -> Html:
    """A 4:3 print with the title's first letters; decoration only, hidden from screen readers."""
    digest = hashlib.blake2b(title.encode("utf-8", "replace"), digest_size=8).digest()
    palette = PALETTES[digest[0] % len(PALETTES)]
    seed = int.from_bytes(digest[2:4])
    motif = _MOTIFS[digest[1] % len(_MOTIFS)](palette, seed)
    ground = tag("rect", width=320, height=240, fill=palette.ground)
    drawing = tag(
        "svg", ground, motif, viewbox="0 0 320 240", preserveaspectratio="xMidYMid slice", focusable="false"
    )
    letters = tag("span", initials(title), class_="pl-poster-letters", style=f"color:{palette.ink}")
    return tag("div", drawing, letters, class_="pl-poster", aria_hidden="true")


def initials(title: str) -> str:
    """Up to two letters that stand for a title: of its first two words that carry meaning."""
    words = [word.strip("'\"“”‘’([{.,:;!?-–—") for word in visible(title).split()]
    words = [word for word in words if word]
    telling = [word for word in words if word.casefold() not in _SMALL_WORDS] or words
    return "".join(word[0].upper() for word in telling[:2]) or "·"


_SMALL_WORDS = frozenset(
    {"a", "an", "and", "at", "de", "for", "from", "in", "la", "le", "of", "on", "the", "to", "with"}
)
