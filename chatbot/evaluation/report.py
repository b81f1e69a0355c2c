"""A run as one HTML file that needs nothing else: no request, no script from elsewhere.

In: a run, and a comparison if there is one. Out: the file. Everything in it that people or catalogues wrote
is escaped.
"""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from chatbot.evaluation.comparison import Comparison
from chatbot.evaluation.outcomes import Run, Status, counted
from chatbot.evaluation.plots import interest_plot, latency_plot, success_plot

_TEMPLATE = Path(__file__).with_name("report.html")


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
    order = [Status.FAILED, Status.UNEXPECTED_PASS, Status.EXPECTED_FAILURE, Status.PASSED]
    text = template.render(
        run=run,
        outcomes=sorted(run.outcomes, key=lambda outcome: (order.index(outcome.status), outcome.key)),
        counts={status.value: count for status, count in counted(run.outcomes).items()},
        comparison=comparison,
        plots=plots,
        Status=Status,
    )
    path.write_text(text.encode("utf-8", "replace").decode("utf-8"), encoding="utf-8")
