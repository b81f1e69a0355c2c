"""The page's few symbols, drawn here so that no icon font is fetched.

Each is one or more strokes on a 20 × 20 grid in the colour of the text around it.
"""

from __future__ import annotations

from ui.markup import Html, tag

_STROKES: dict[str, tuple[str, ...]] = {
    "heart": ("M10 16.6S3.2 12.7 3.2 8.1A3.6 3.6 0 0 1 10 6.3a3.6 3.6 0 0 1 6.8 1.8c0 4.6-6.8 8.5-6.8 8.5Z",),
    "minus": ("M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4Z", "M6.8 10h6.4"),
    "cross": ("M6 6l8 8", "M14 6l-8 8"),
    "plus": ("M10 4.5v11", "M4.5 10h11"),
    "star": ("M10 3.2l2.1 4.4 4.8.6-3.5 3.3.9 4.8L10 14l-4.3 2.3.9-4.8-3.5-3.3 4.8-.6L10 3.2Z",),
    "down": ("M5.5 8l4.5 4.5L14.5 8",),
    "theme": ("M10 17a7 7 0 1 0 0-14v14Z", "M10 3a7 7 0 1 0 0 14"),
    "ear": ("M4 6.2h12", "M6.2 10h7.6", "M8.4 13.8h3.2"),
    "arrow": ("M5 10h10", "M11 6l4 4-4 4"),
}


def icon(name: str) -> Html:
    """A symbol for the eye only; the text or label beside it says the same."""
    strokes = (tag("path", d=d) for d in _STROKES[name])
    return tag(
        "svg",
        *strokes,
        class_=f"pl-icon pl-icon-{name}",
        viewbox="0 0 20 20",
        aria_hidden="true",
        focusable="false",
    )
