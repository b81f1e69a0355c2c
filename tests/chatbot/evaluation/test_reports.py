"""Files of runs, the plots in them, and how sure a difference is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chatbot.evaluation.outcomes import DialogueOutcome, NoRun, Status, TurnOutcome, read_run
from chatbot.evaluation.plots import interest_plot, success_plot
from retriever.bootstrap import mean_interval


def test_labels_that_the_drawing_font_lacks_are_drawn_as_they_are_without_a_warning():
    def liking(number: int) -> TurnOutcome:
        preferences = [
            {"about": {"facet": "genre", "value": value}, "weight": 1.0 / number}
            for value in ("科幻", "推理")
        ]
        return TurnOutcome(number, "喜欢", {"profile": {"short_term": preferences}})

    turns = (liking(1), liking(2))
    outcome = DialogueOutcome("对话", "a.yaml", "books", Status.PASSED, turns, ("中文<标签>", "中文《标签》"))
    # Warnings are errors here.
    assert all(f">{value}<" in interest_plot(outcome) for value in ("科幻", "推理"))
    drawn = success_plot([outcome])
    assert ">中文&lt;标签&gt;<" in drawn
    assert ">中文《标签》<" in drawn


def test_a_file_that_holds_no_run_is_refused(tmp_path: Path):
    (tmp_path / "run.jsonl").write_text("hello\n", encoding="utf-8")
    with pytest.raises(NoRun, match="holds no run"):
        read_run(tmp_path / "run.jsonl")
    with pytest.raises(NoRun, match="cannot be read"):
        read_run(tmp_path / "nothing.jsonl")


def test_an_interval_holds_zero_unless_a_difference_is_plain():
    low, high = mean_interval(np.zeros(10))
    assert (low, high) == (0.0, 0.0)
    low, high = mean_interval(np.array([1.0, -1.0] * 20))
    assert low < 0 < high
    low, high = mean_interval(np.array([1.0] * 19 + [0.0]))
    assert 0.7 < low <= 0.95 <= high
