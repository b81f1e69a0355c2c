"""`parley bench generate`: what is said of items, beside the untuned chat model and plain sentences."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from chatbot.build import Parley
    from chatbot.evaluation.benchmarks.generate import Contender, GenerateRun
    from chatbot.evaluation.benchmarks.quality import Quality

_DEMO = ("films", "shop")
_PLAIN = "plain sentences"
_UNTUNED = "SmolLM2 as it comes"


def generate(
    catalogue: Annotated[
        list[str] | None,
        typer.Option(
            "--catalogue", "-c", help="A loaded or demo catalogue; repeatable. Default: the demo's."
        ),
    ] = None,
    pairs: Annotated[
        int, typer.Option("--pairs", "-n", min=1, max=100_000, help="(item, person) pairs, in all.")
    ] = 60,
    chat_model: Annotated[str | None, typer.Option(help="Another chat model than the settings'.")] = None,
    encoder: Annotated[str | None, typer.Option(help="Another encoder than the settings'.")] = None,
    untuned: Annotated[bool, typer.Option(help="Measure the embedded model without its adapter too.")] = True,
    peer: Annotated[bool, typer.Option(help="Time decoding beside transformers' generate().")] = True,
    timed: Annotated[int, typer.Option(min=1, max=1000, help="Prompts that decoding is timed with.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="Draws people, their words and the wording.")] = 0,
    texts: Annotated[Path | None, typer.Option(help="Write every card here, JSON lines, to be read.")] = None,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write all figures here.")] = None,
) -> None:
    """What is said of items to simulated people: true, about them, different each time, and how quickly."""
    from chatbot.evaluation.benchmarks.generate import run_generate
    from chatbot.evaluation.benchmarks.models import under_the_library
    from retriever.machine import Conditions, load_now, machine_facts
    from ui.bench.figures import PACKAGES, bench_settings, machine_line, printer, tell, write_json
    from ui.bench.temporary import temporary_parley

    names = list(dict.fromkeys(catalogue or _DEMO))
    settings = bench_settings(chat_model, encoder)
    before = load_now()
    tell(f"loading {', '.join(names)} and the models")
    with temporary_parley(settings, names, loaded=catalogue is not None) as parley:
        parley.warm_up(wait=True)
        done = run_generate(
            parley,
            names,
            _contenders(parley, untuned=untuned),
            cards=pairs,
            peer=under_the_library(parley.chat_model, settings) if peer else None,
            timed=timed,
            seed=seed,
            tell=tell,
        )
    conditions = Conditions(machine_facts(PACKAGES), before, load_now())
    write_json(as_json, conditions, done, {"pairs": pairs, "catalogues": names, "timed": timed, "seed": seed})
    if texts is not None:
        rows = (json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in done.shown)
        texts.write_text("".join(rows), encoding="utf-8")
    printer().print(machine_line(conditions))
    _print(done)


def _contenders(parley: Parley, *, untuned: bool) -> list[Contender]:
    """The configured chat model, the embedded one as it comes, and none."""
    from chatbot.evaluation.benchmarks import models
    from chatbot.evaluation.benchmarks.generate import Contender

    found = []
    if parley.chat_model is not None:
        found.append(Contender(parley.chat_model.name, parley.chat_model))
    if untuned:
        found.append(Contender(_UNTUNED, models.untuned(parley.settings), as_tuned=True))
    return [*found, Contender(_PLAIN, None)]


def _print(done: GenerateRun) -> None:
    from ui.bench.figures import print_table, printer, ratio_cell

    if any(each.system == _UNTUNED for each in done.qualities):
        printer().print(f"{_UNTUNED}: the embedded chat model without its adapter, asked the same way")
    title = f"{done.cards} pairs over {', '.join(done.catalogues)}"
    columns = [_rows(each) for each in done.qualities]
    rows = [(row[0][0], *(cell for _, cell in row)) for row in zip(*columns, strict=True)]
    print_table(title, ("", *(each.system for each in done.qualities)), rows)
    for each in done.qualities:
        if each.ungrounded:
            printer().print(
                f"shown by {each.system}, had by nobody: {', '.join(each.ungrounded)}", markup=False
            )
    if done.decoding is not None:
        told = done.decoding
        printer().print(
            f"decoding {told.prompts} prompts one at a time: {told.ours_per_s:.1f} tokens/s, {told.peer} "
            f"{told.peer_per_s:.1f}; its time for a token over ours: {ratio_cell(told.ratio)}",
            markup=False,
        )
        if (cards := told.together) is not None:
            printer().print(
                f"decoding {cards.cards} cards, a reply's together: {cards.ours_per_s:.1f} tokens/s, one by "
                f"one {cards.peer_per_s:.1f}; its time for a token over ours: {ratio_cell(cards.ratio)}",
                markup=False,
            )


def _rows(one: Quality) -> list[tuple[str, str]]:
    from ui.bench.figures import ms

    return [
        ("cards, replies", f"{one.cards}, {one.replies}"),
        ("ungrounded names and figures shown", str(one.ungrounded_shown)),
        ("sentences removed before showing", _percent(one.removed_share, one.spoken_sentences)),
        ("  of those in its own words", _percent(one.free_removed_share)),
        ("explanations in the person's words", _percent(one.own_words_share, one.reasoned)),
        ("  of which in quotation marks", _percent(one.quoted_share, one.reasoned)),
        ("distinct-2", f"{one.distinct_2:.3f}"),
        ("replies with a shared opening", _percent(one.shared_openings)),
        ("words a card", f"{one.words_a_card:.1f}"),
        ("cards in plain sentences alone", _percent(one.fallback_share)),
        ("words/s of the chat model", "–" if one.words_per_s is None else f"{one.words_per_s:.1f}"),
        ("first words, p50 / p95 ms", ms(one.first_words)),
        ("first words of the first card", ms(one.first_card)),
        ("whole reply", ms(one.whole_reply)),
        ("replies in which the chat model failed", str(one.degraded)),
    ]


def _percent(share: float | None, of: int | None = None) -> str:
    if share is None:
        return "–"
    return f"{share:.1%}" + (f" of {of}" if of is not None else "")
