"""The button that takes back one thing that is believed: of a chip, and of a row of what is known."""

from __future__ import annotations

from ui.icons import icon
from ui.markup import Html, tag


def remove_button(key: str, label: str) -> Html:
    """`key` is what the page sends when it is pressed; `label` is what a screen reader says."""
    return tag(
        "button",
        icon("cross"),
        type="button",
        class_="pl-chip-remove",
        data_act="remove",
        data_key=key,
        aria_label=label,
    )
