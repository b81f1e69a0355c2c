"""`parley bench understanding`: acts and conditions read from labelled words, a table for each set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from chatbot.evaluation.benchmarks.understanding.counting import Figures
    from chatbot.evaluation.benchmarks.understanding.enduring import EnduranceRun
    from chatbot.evaluation.benchmarks.understanding.own import Group, OwnRun
    from chatbot.settings import Settings
    from retriever.bootstrap import Estimate

_ACTS = (
    "acts: F1 of each class of acts over utterances (an utterance has a set of acts), plain mean over the "
    "classes that are labelled"
)
_CONDITIONS = (
    "conditions: share of the utterances that change conditions where all that is new and all that is gone "
    "is as labelled: facet, test, hard or soft, polarity; untouched: of the others, how many change none"
)


def understanding(
    own: Annotated[
        Path | None,
        typer.Option(help="A file or folder of labelled utterances. Default: those of the repository."),
    ] = None,
    misread: Annotated[
        bool, typer.Option(help="List what was misread of the part that may be worked on.")
    ] = False,
    sgd: Annotated[Path | None, typer.Option(help="The folder of SGD: dialogues and catalogue.")] = None,
    iard: Annotated[Path | None, typer.Option(help="The dialogues of IARD; needs --films.")] = None,
    laps: Annotated[
        Path | None, typer.Option(help="The sessions of LAPS; needs --films and --recipes.")
    ] = None,
    films: Annotated[Path | None, typer.Option(help="A catalogue of films, as `ingest` reads it.")] = None,
    recipes: Annotated[Path | None, typer.Option(help="A catalogue of recipes.")] = None,
    hostile: Annotated[
        int, typer.Option(min=0, help="Read so many utterances that nobody means well; 1 if one raises.")
    ] = 0,
    encoder: Annotated[str | None, typer.Option(help="Another encoder than the settings'.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Draws the intervals.")] = 0,
    as_json: Annotated[Path | None, typer.Option("--json", "--out", help="Write all figures here.")] = None,
) -> None:
    """What is understood of labelled utterances: acts, conditions, what is pointed at, and how quickly.

    With published sets, or --hostile, only those are measured, unless --own is given too.
    """
    from retriever.machine import Conditions, load_now, machine_facts
    from ui.bench.figures import PACKAGES, bench_settings, machine_line, printer, write_json
    from ui.bench.published_understanding import Published, print_published, run_published

    files = Published(sgd, iard, laps, films, recipes)
    files.check()
    settings = bench_settings("none", encoder)
    before = load_now()
    runs: dict[str, Any] = {}
    if hostile:
        runs["hostile"] = _hostile(settings, hostile, seed)
    if own is not None or not (files or hostile):
        runs["own"] = _own(settings, own, seed)
    if files:
        runs["published"] = run_published(settings, files)
    conditions = Conditions(machine_facts(PACKAGES), before, load_now())
    write_json(as_json, conditions, runs, {"sets": list(runs), "seed": seed})
    printer().print(machine_line(conditions))
    if "own" in runs:
        _print_own(runs["own"], misread=misread)
    if "published" in runs:
        print_published(runs["published"])
    if "hostile" in runs:
        _print_hostile(runs["hostile"])
        raise typer.Exit(1 if runs["hostile"].raised else 0)


# --- what nobody means well -------------------------------------------------------------------------

_READERS = (("films", "en"), ("shop", "en"), ("books_zh", "zh"), ("films", "zh"))


def _hostile(settings: Settings, count: int, seed: int) -> EnduranceRun:
    from chatbot.build import leave_out_of_collections
    from chatbot.evaluation.benchmarks.understanding.enduring import run_enduring
    from ui.bench.figures import tell
    from ui.bench.temporary import temporary_parley

    names = list(dict.fromkeys(name for name, _ in _READERS))
    tell(f"loading {', '.join(names)} and the encoder")
    with temporary_parley(settings, names, loaded=True) as parley:
        leave_out_of_collections()  # as a server does
        return run_enduring(parley, _READERS, count, seed=seed, tell=tell)


def _print_hostile(done: EnduranceRun) -> None:
    from ui.bench.figures import print_table, printer

    rows = [(one.kind, str(one.utterances), str(one.refused), f"{one.slowest_ms:.0f}") for one in done.kinds]
    print_table("hostile utterances", ("", "n", "refused as no message", "slowest, ms"), rows)
    total = sum(one.utterances for one in done.kinds)
    printer().print(
        f"{total} utterances: {len(done.raised)} raised, {done.late} took over {done.limit_ms:.0f} ms",
        markup=False,
    )
    for kind, what, text in done.raised[:20]:
        printer().print(f"{kind}: {what}: {text!r}", markup=False)


# --- our own utterances -----------------------------------------------------------------------------


def _own(settings: Settings, own: Path | None, seed: int) -> OwnRun:
    from chatbot.evaluation.benchmarks.understanding.own import own_folder, read_own, run_own
    from ui.bench.figures import tell
    from ui.bench.temporary import temporary_parley

    files = read_own(own or own_folder())
    names = list(dict.fromkeys(file.content.catalogue for file in files))
    tell(f"loading {', '.join(names)} and the encoder")
    with temporary_parley(settings, names, loaded=True) as parley:
        return run_own(parley, files, seed=seed, tell=tell)


def _print_own(done: OwnRun, *, misread: bool) -> None:
    from ui.bench.figures import ms, print_table, printer

    console = printer()
    console.print(f"own: files {done.digest[:12]}, {done.encoder}\n{_ACTS}\n{_CONDITIONS}", markup=False)
    columns = ("", "n", "acts macro-F1", "conditions", "of", "untouched", "items", "all acts")
    print_table("own utterances", columns, [(_name(one), *_cells(one.figures)) for one in done.groups])
    if done.classes:
        rows = [
            (one.act, str(one.labels), _two(one.precision), _two(one.recall), _two(one.f1))
            for one in done.classes
        ]
        print_table("classes of acts, dev", ("", "labels", "precision", "recall", "F1"), rows)
        mistaken = [(one.label, one.heard, str(one.times)) for one in done.confusions]
        print_table("taken for each other, dev", ("labelled", "heard", "times"), mistaken)
        able = [(one.ability, str(one.utterances), _two(one.right)) for one in done.abilities]
        print_table("abilities, dev", ("", "utterances", "wholly right"), able)
    if misread:
        for one in done.misread:
            console.print(
                f"{one.where} {one.text!r}: {', '.join(one.acts)} {list(one.conditions)}; heard "
                f"{', '.join(one.heard)} {[*one.new, *(f'gone: {text}' for text in one.gone)]}"
                + ("; other items" if one.items_right is False else ""),
                markup=False,
            )
    console.print(f"an utterance takes p50 / p95 {ms(done.times)} ms, n {done.times.n}", markup=False)


def _name(group: Group) -> str:
    return " ".join(part for part in (group.part, group.catalogue, group.language) if part)


def _cells(figures: Figures) -> list[str]:
    return [
        str(figures.utterances),
        _interval(figures.acts),
        _interval(figures.conditions),
        "–" if figures.conditions is None else str(figures.conditions.n),
        *(_share(one) for one in (figures.untouched, figures.items, figures.acts_right)),
    ]


def _interval(one: Estimate | None) -> str:
    return "–" if one is None else f"{one.mean:.3f} [{one.low:.3f}, {one.high:.3f}]"


def _share(one: Estimate | None) -> str:
    return "–" if one is None else f"{one.mean:.3f} of {one.n}"


def _two(number: float | None) -> str:
    return "–" if number is None else f"{number:.2f}"
