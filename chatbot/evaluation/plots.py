"""Plots of a run as SVG texts, to stand inside one HTML file.

In: outcomes. Out: SVG without any address, script or date. Matplotlib is imported at the first plot.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

import numpy as np

from chatbot.evaluation.outcomes import DialogueOutcome, Status, TurnOutcome

STAGES = ("understand", "retrieve", "write", "total")
_COLOURS = {
    Status.PASSED: "#2e7d4f",
    Status.EXPECTED_FAILURE: "#b58b2a",
    Status.FAILED: "#b3372f",
    Status.UNEXPECTED_PASS: "#7a4bb3",
}
_AS_WIDE_AS_ANY = "—"
_WITHOUT_WIDTH = "\u200b"
_MOST_LINES = 8  # in one plot: more cannot be told apart
_MOST_TAGS = 24  # in one plot: more is no overview


@contextmanager
def _figure(width: float, height: float) -> Iterator[tuple[Any, Any]]:
    """A figure with one pair of axes, drawn without any window or global state."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # Texts stay texts, and names of parts are counted instead of drawn at random.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "parley", "font.family": "sans-serif"}):
        figure = Figure(figsize=(width, height), layout="constrained")
        figure.patch.set_alpha(0)
        axes = figure.subplots()
        axes.patch.set_alpha(0)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        yield figure, axes


class _Labels:
    """Stands in for texts in scripts that the drawing font lacks: browsers have them, and matplotlib could
    neither measure them nor keep from warning of each glyph.
    """

    def __init__(self) -> None:
        from matplotlib.font_manager import FontProperties, findfont, get_font

        self._known = get_font(findfont(FontProperties(family=["sans-serif"]))).get_charmap()
        self._originals: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The text, or one that is as wide and unlike all others."""
        if all(ord(char) in self._known for char in text):
            return text
        wide = "".join(char if ord(char) in self._known else _AS_WIDE_AS_ANY for char in text)
        stand_in = wide + _WITHOUT_WIDTH * (len(self._originals) + 1)
        self._originals[stand_in] = text
        return stand_in

    def restored(self, svg: str) -> str:
        """The drawing with the texts themselves."""
        for stand_in, text in self._originals.items():
            svg = svg.replace(f">{escape(stand_in)}<", f">{escape(text)}<")
        return svg


def _svg(figure: Any, labels: _Labels | None = None) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    # The metadata block names vocabularies by address; a report holds none but the SVG's own.
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    return labels.restored(text) if labels is not None else text


def success_plot(outcomes: Sequence[DialogueOutcome]) -> str:
    """How the dialogues of the commonest tags ended; a dialogue counts under each of its tags."""
    tags: dict[str, list[DialogueOutcome]] = defaultdict(list)
    for outcome in outcomes:
        for tag in outcome.tags or ("untagged",):
            tags[tag].append(outcome)
    every = sorted(tags, key=lambda tag: (-len(tags[tag]), tag))
    names = every[:_MOST_TAGS][::-1]
    with _figure(7.5, 1.1 + 0.24 * len(names)) as (figure, axes):
        labels = _Labels()
        shown = [labels(_short(name)) for name in names]
        left = np.zeros(len(names))
        for status, colour in _COLOURS.items():
            counts = np.array([sum(each.status is status for each in tags[name]) for name in names])
            if counts.any():
                axes.barh(range(len(names)), counts, left=left, color=colour, label=status.value)
                left += counts
        axes.set_yticks(range(len(names)), shown)
        axes.margins(y=0.02)
        more = f" ({len(every) - len(names)} rarer tags are left out)" if len(every) > len(names) else ""
        axes.set_xlabel(f"dialogues{more}")
        axes.xaxis.get_major_locator().set_params(integer=True)
        figure.legend(frameon=False, loc="outside lower center", ncols=len(_COLOURS))
        return _svg(figure, labels)


def latency_plot(outcomes: Sequence[DialogueOutcome]) -> str:
    """Milliseconds of each stage over all turns: the middle half as a box, 5 to 95 % as lines."""
    times: dict[str, list[float]] = {stage: [] for stage in STAGES}
    for outcome in outcomes:
        for turn in outcome.turns:
            for stage in STAGES:
                if stage in turn.record.get("timings_ms", {}):
                    times[stage].append(max(turn.record["timings_ms"][stage], 0.01))
    told = [stage for stage in STAGES if times[stage]]
    if not told:
        return ""
    with _figure(7.5, 0.9 + 0.4 * len(told)) as (figure, axes):
        axes.boxplot(
            [times[stage] for stage in told[::-1]],
            orientation="horizontal",
            whis=(5, 95),
            showfliers=False,
            tick_labels=told[::-1],
            medianprops={"color": "#1f4e79"},
        )
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.xaxis.set_minor_formatter(lambda *_: "")
        axes.set_xlabel("milliseconds")
        return _svg(figure)


def titles_of(outcome: DialogueOutcome) -> dict[str, str]:
    """Item id → title, of all items that a dialogue showed."""
    items = (item for turn in outcome.turns for item in turn.record.get("items", ()))
    return {str(item["id"]): str(item["title"]) for item in items}


def believed(turn: TurnOutcome, titles: Mapping[str, str]) -> list[tuple[str, float, bool]]:
    """(name, weight, whether it lasts) of each interest after a turn; the session's own wins."""
    found: dict[str, tuple[str, float, bool]] = {}
    profile = turn.record.get("profile", {})
    for term in ("long_term", "short_term"):
        for preference in profile.get(term, ()):
            about = preference["about"]
            item = str(about.get("item", ""))
            name = str(about.get("value") or about.get("theme") or titles.get(item, item))
            found[name] = (name, float(preference["weight"]), term == "long_term")
    return list(found.values())


def interest_plot(outcome: DialogueOutcome) -> str:
    """The weights of what is believed of the person, turn by turn; empty where nothing ever is."""
    weights: dict[str, dict[int, float]] = defaultdict(dict)
    numbers = [turn.number for turn in outcome.turns if turn.record]
    titles = titles_of(outcome)
    for turn in outcome.turns:
        for name, weight, _ in believed(turn, titles):
            weights[name][turn.number] = weight
    if not weights or len(numbers) < 2:
        return ""
    strongest = sorted(weights, key=lambda name: -max(abs(w) for w in weights[name].values()))
    with _figure(6.5, 2.2) as (figure, axes):
        labels = _Labels()
        for name in strongest[:_MOST_LINES]:
            line = [weights[name].get(number, np.nan) for number in numbers]
            axes.plot(numbers, line, marker="o", markersize=3, label=labels(_short(name)))
        axes.axhline(0, color="#999999", linewidth=0.8)
        axes.set_ylim(-1.05, 1.05)
        axes.set_xticks(numbers)
        axes.set_xlabel("turn")
        axes.set_ylabel("interest")
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
        return _svg(figure, labels)


def _short(name: str) -> str:
    # A dollar would begin a formula, and a leading underscore hides a legend's entry.
    plain = name.replace("$", "＄").lstrip("_")
    return plain if len(plain) <= 28 else f"{plain[:27]}…"
