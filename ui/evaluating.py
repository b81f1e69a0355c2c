"""`parley eval` in the terminal: scripts run, told line by line, written as files, and their exit code.

Exit codes: 0 all is well, 1 an expectation did not hold, 2 a script is broken, 3 the environment is not fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from chatbot.evaluation.comparison import Comparison, compare
from chatbot.evaluation.outcomes import DialogueOutcome, NoRun, Run, Status, counted, read_run, write_run
from chatbot.evaluation.reading import BrokenScript
from chatbot.evaluation.running import run_scripts
from chatbot.settings import Settings
from retriever.errors import InputError, ParleyError
from ui.terminal import plain

WELL, FAILED, BROKEN, UNFIT = 0, 1, 2, 3
_STYLES = {
    Status.PASSED: "green",
    Status.EXPECTED_FAILURE: "yellow",
    Status.FAILED: "bold red",
    Status.UNEXPECTED_PASS: "bold magenta",
}
_console = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Outputs:
    """Files that a run is written to, and the earlier run that it is compared with."""

    junit: Path | None = None
    html: Path | None = None
    jsonl: Path | None = None
    against: Path | None = None

    def check(self) -> None:
        """Refuse what could not be written before a long run, not after it.

        Raises:
            InputError: a folder that is not there, or a folder where a file is meant.
        """
        for path in (self.junit, self.html, self.jsonl):
            if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
                raise InputError(f"{path} cannot be written: name a file in a folder that is there")


def run(
    settings: Settings,
    paths: list[Path],
    outputs: Outputs,
    *,
    jobs: int,
    tags: tuple[str, ...],
    strict_latency: bool,
) -> int:
    """Run, tell, write; returns the exit code."""
    try:
        outputs.check()
        earlier = read_run(outputs.against) if outputs.against is not None else None
        done = run_scripts(settings, paths, jobs=jobs, tags=tags, strict_latency=strict_latency, tell=_tell)
        comparison = compare(earlier, done) if earlier is not None else None
        _write(done, outputs, comparison)
    except (BrokenScript, NoRun, InputError) as error:
        _err.print(Text(plain(str(error)), style="red"))
        return BROKEN
    except (ParleyError, OSError) as error:
        _err.print(Text(plain(str(error)), style="red"))
        return UNFIT
    if comparison is not None:
        _tell_comparison(comparison)
    told = ", ".join(f"{count} {status.value}" for status, count in counted(done.outcomes).items() if count)
    _console.print(Text(told))
    return WELL if done.is_well else FAILED


def _tell(outcome: DialogueOutcome) -> None:
    """A line for each dialogue, and one for each thing that did not hold."""
    _console.print(
        Text.assemble(
            (f"{outcome.status.value:<19}", _STYLES[outcome.status]),
            f" {plain(outcome.dialogue)} ",
            (f"{plain(outcome.catalogue)} · {plain(outcome.path)}", "dim"),
        )
    )
    if outcome.status is Status.UNEXPECTED_PASS:
        _console.print("    it passes now: take `expected_to_fail` out")
    failures = outcome.failures if outcome.status is Status.FAILED else ()
    for turn in outcome.turns:
        for failure in turn.failures if failures else ():
            _console.print(
                Text(
                    f"    {outcome.path}:{failure.line}: turn {turn.number}: "
                    f"{plain(failure.expected)}: {plain(failure.seen)}"
                )
            )
        for late in turn.over_budget:
            _console.print(Text(f"    turn {turn.number}: {late}", style="dim"))
        for hint in turn.hints:
            _console.print(Text(f"    hint: turn {turn.number}: {plain(hint)}", style="dim"))


def _tell_comparison(comparison: Comparison) -> None:
    for flip in comparison.flips:
        _console.print(Text(f"flipped: {plain(flip.dialogue)}: {flip.before} → {flip.after}", style="bold"))
    for parting in comparison.partings:
        _console.print(
            Text(f"parts at turn {parting.first.turn} in {parting.first.what}: {plain(parting.dialogue)}")
        )
    for change in comparison.changed:
        _console.print(Text(f"changed: {plain(change)}", style="dim"))
    for each in comparison.differences:
        sure = "" if each.is_sure else " (may be none)"
        _console.print(
            f"{each.measure}: {each.before:.3f} → {each.after:.3f}, "
            f"difference {each.low:+.3f} … {each.high:+.3f} at 95 %{sure}"
        )
    for each in comparison.timings:
        _console.print(
            Text(
                f"{each.measure}: {each.before:.1f} → {each.after:.1f}, by the machine's load too",
                style="dim",
            )
        )


def _write(done: Run, outputs: Outputs, comparison: Comparison | None) -> None:
    if outputs.jsonl is not None:
        write_run(done, outputs.jsonl)
    if outputs.junit is not None:
        from chatbot.evaluation.junit import write_junit

        write_junit(done, outputs.junit)
    if outputs.html is not None:
        from chatbot.evaluation.report import write_report

        write_report(done, outputs.html, comparison)
