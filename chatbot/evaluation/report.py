"""A run as one HTML file that needs nothing else: no request, no script.

In: a run, and a comparison if there is one. Out: the file. Everything in it that people or catalogues wrote
is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from chatbot.evaluation.comparison import Comparison
from chatbot.evaluation.marking import marked
from chatbot.evaluation.outcomes import DialogueOutcome, Run, Status, TurnOutcome, counted
from chatbot.evaluation.plots import believed, interest_plot, latency_plot, success_plot, titles_of

_TEMPLATE = Path(__file__).with_name("report.html")
# What needs a look comes first.
_ORDER = (Status.FAILED, Status.UNEXPECTED_PASS, Status.EXPECTED_FAILURE, Status.PASSED)


@dataclass(frozen=True, slots=True)
class Branch:
    """One file of scripts with what its dialogues came to, what needs a look first."""

    path: str
    outcomes: tuple[DialogueOutcome, ...]

    @property
    def counts(self) -> Mapping[Status, int]:
        """How many of them ended how; without those that none did."""
        return {status: count for status, count in counted(self.outcomes).items() if count}

    @property
    def is_well(self) -> bool:
        """True where none needs a look."""
        return all(outcome.status.is_well for outcome in self.outcomes)


def write_report(run: Run, path: Path, comparison: Comparison | None = None) -> None:
    """The report of a run."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    # Drawn by matplotlib from texts that it escapes itself.
    plots = {
        "success": Markup(success_plot(run.outcomes)),  # noqa: S704
        "latency": Markup(latency_plot(run.outcomes)),  # noqa: S704
        "interest": {o.key: Markup(interest_plot(o)) for o in run.outcomes},  # noqa: S704
    }
    text = template.render(
        run=run,
        tree=branches(run.outcomes),
        counts={status: count for status, count in counted(run.outcomes).items() if count},
        comparison=comparison,
        changes={} if comparison is None else {p.dialogue: p.changes for p in comparison.partings},
        plots=plots,
        marked=marked,
        interests=_interests,
        titles={outcome.key: titles_of(outcome) for outcome in run.outcomes},
        order=_ORDER,
        Status=Status,
    )
    path.write_text(text.encode("utf-8", "replace").decode("utf-8"), encoding="utf-8")


def branches(outcomes: Sequence[DialogueOutcome]) -> tuple[Branch, ...]:
    """The dialogues by file: files with failures first, then by path; inside by status, then by name."""
    files: dict[str, list[DialogueOutcome]] = {}
    for outcome in outcomes:
        files.setdefault(outcome.path, []).append(outcome)
    found = [
        Branch(path, tuple(sorted(group, key=lambda each: (_ORDER.index(each.status), each.key))))
        for path, group in files.items()
    ]
    return tuple(sorted(found, key=lambda branch: (branch.is_well, branch.path)))


def _interests(turn: TurnOutcome, titles: Mapping[str, str]) -> list[tuple[str, float, bool]]:
    """(name, weight, whether it lasts) of all that was believed after a turn, strongest first."""
    beliefs = believed(turn, titles)
    return sorted(beliefs, key=lambda each: (-abs(each[1]), each[0]))
