"""How interests went, drawn: lines over turns, with the same as a table for who can't see them.

In: series, whose labels are untrusted. Out: `Html` (inline SVG and a table). Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.profile.evolution import Series
from ui.markup import Html, tag

_WIDTH, _HEIGHT, _EDGE = 300, 120, 8
_MOST_ROWS = 12  # of the table: the latest turns


def chart(series: Sequence[Series]) -> Html | None:
    """A drawing of the series and their table; None where there are fewer than two turns to join."""
    if not series or len(series[0].points) < 2:
        return None
    largest = max(one.peak for one in series) or 1.0
    return tag(
        "figure",
        tag("figcaption", "How your interests went"),
        tag(
            "svg",
            tag("title", "How your interests went, turn by turn"),
            tag("desc", _in_words(series)),
            tag("path", class_="pl-chart-zero", d=f"M{_EDGE} {_y(0.0):g}H{_WIDTH - _EDGE}"),
            *(
                tag("path", class_=f"pl-chart-line pl-chart-{place}", d=_path(one, largest))
                for place, one in enumerate(series, start=1)
            ),
            viewbox=f"0 0 {_WIDTH} {_HEIGHT}",
            class_="pl-chart",
            role="img",
            aria_label=f"How your interests went. {_in_words(series)}",
        ),
        tag(
            "ul",
            *(tag("li", one.label, class_=f"pl-chart-{n}") for n, one in enumerate(series, start=1)),
            class_="pl-chart-key",
        ),
        tag("details", tag("summary", "The same as a table"), _table(series)),
        class_="pl-chart-figure",
    )


def _in_words(series: Sequence[Series]) -> str:
    """The course of each in a sentence: where it began and where it is."""
    told = [f"{one.label}: from {one.points[0].weight:.2f} to {one.points[-1].weight:.2f}" for one in series]
    return "; ".join(told)


def _path(one: Series, largest: float) -> str:
    step = (_WIDTH - 2 * _EDGE) / (len(one.points) - 1)
    places = [
        f"{_EDGE + n * step:.1f} {_y(point.weight / largest):.1f}" for n, point in enumerate(one.points)
    ]
    return "M" + "L".join(places)


def _y(share: float) -> float:
    """From a share (−1..1) of the largest weight to the drawing's height."""
    return _HEIGHT / 2 - share * (_HEIGHT / 2 - _EDGE)


def _table(series: Sequence[Series]) -> Html:
    rows = []
    places = range(max(0, len(series[0].points) - _MOST_ROWS), len(series[0].points))
    for place in places:
        cells = [tag("td", f"{one.points[place].weight:.2f}") for one in series]
        rows.append(tag("tr", tag("th", str(place + 1), scope="row"), *cells))
    head = [tag("th", "turn", scope="col"), *(tag("th", one.label, scope="col") for one in series)]
    return tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows), class_="pl-chart-table")
