"""`parley bench turn`: where a turn's time goes, beside the naive pipeline."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatbot.build import Parley
    from chatbot.evaluation.benchmarks.naive import NaivePipeline
    from chatbot.evaluation.benchmarks.turn import TurnRun

_STAGES = (
    "understand",
    "encode",
    "retrieve",
    "query",
    "write",
    "generate",
    "profile",
    "policy",
    "first_words",
    "total",
)


def turn(
    people: Annotated[str, typer.Option(help="How many talk at once, with commas between.")] = "1,8,32",
    rounds: Annotated[int, typer.Option(min=1, max=1000, help="How often all of it is measured.")] = 2,
    turns: Annotated[
        int, typer.Option(min=1, max=1000, help="Turns of one person a round; of more, a share.")
    ] = 8,
    peer: Annotated[bool, typer.Option(help="Measure the naive pipeline too.")] = True,
    peer_rounds: Annotated[
        int, typer.Option(min=1, max=1000, help="In how many rounds the peer takes part.")
    ] = 1,
    chat_model: Annotated[str | None, typer.Option(help="Another chat model than the settings'.")] = None,
    encoder: Annotated[str | None, typer.Option(help="Another encoder than the settings'.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Draws the interval.")] = 0,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write all figures here.")] = None,
) -> None:
    """A turn by stage, for one person and many at once, beside encode → Chroma → generate()."""
    from chatbot.evaluation.benchmarks.spoken import conversations
    from chatbot.evaluation.benchmarks.turn import run_turn
    from retriever.machine import Conditions, load_now, machine_facts
    from ui.bench.figures import PACKAGES, bench_settings, machine_line, printer, tell, write_json
    from ui.bench.temporary import temporary_parley

    counts = _counts(people)
    settings = bench_settings(chat_model, encoder)
    before = load_now()
    tell("loading the demo catalogues and the models")
    with temporary_parley(settings, [each.catalogue for each in conversations()]) as parley:
        parley.warm_up(wait=True)
        with _peer(parley) if peer else contextlib.nullcontext() as naive:
            done = run_turn(
                parley,
                naive,
                people=counts,
                rounds=rounds,
                turns=turns,
                peer_rounds=peer_rounds,
                tell=tell,
                seed=seed,
            )
    conditions = Conditions(machine_facts(PACKAGES), before, load_now())
    asked = {"people": counts, "rounds": rounds, "turns": turns, "peer_rounds": peer_rounds, "seed": seed}
    write_json(as_json, conditions, done, asked)
    printer().print(machine_line(conditions))
    _print(done)


def _counts(text: str) -> list[int]:
    """Different numbers of people, in the order given.

    Raises:
        InputError: one is no number from 1 to 1000.
    """
    from retriever.errors import InputError

    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 1 <= int(part) <= 1000 for part in parts):
        raise InputError(f"--people is {text!r}; write numbers from 1 to 1000 as in 1,8,32")
    return list(dict.fromkeys(map(int, parts)))


@contextlib.contextmanager
def _peer(parley: Parley) -> Iterator[NaivePipeline]:
    from chatbot.evaluation.benchmarks.models import under_the_library
    from chatbot.evaluation.benchmarks.naive import naive_pipeline
    from retriever.generations import current, open_generation
    from retriever.peers import library_encoder

    paths = {info.name: current(parley.generations, info.name) for info in parley.catalogues()}
    generations = {name: open_generation(path) for name, path in paths.items() if path is not None}
    encoder = library_encoder(parley.encoder, parley.settings.device)
    chat_model = under_the_library(parley.chat_model, parley.settings)
    with naive_pipeline(generations, encoder, chat_model) as naive:
        yield naive


def _print(done: TurnRun) -> None:
    from ui.bench.figures import ms, print_table, printer, ratio_cell

    console = printer()
    console.print(f"Parley: {done.encoder}, chat model {done.chat_model}")
    if done.peer:
        console.print(f"peer, {done.peer}")
    ratios = {each.people: each for each in done.ratios}
    for count in dict.fromkeys(each.people for each in done.crowds):
        crowds = [each for each in done.crowds if each.people == count]
        rows = [("turns", *(str(each.turns) for each in crowds)),
                ("turns/s", *(f"{each.turns_per_s:.2f}" for each in crowds)),
                *((stage, *(ms(each.stages.get(stage)) for each in crowds)) for stage in _STAGES),
                ("degraded turns", *(str(each.degraded_turns) for each in crowds)),
                ("removed sentences", *(str(each.removed_sentences) for each in crowds))]  # fmt: skip
        if count in ratios:
            rows += [("peer's p50 over ours [95 %]", ratio_cell(ratios[count].turn_p50), ""),
                     ("our turns/s over the peer's", f"{ratios[count].turns_per_s:.2f}", "")]  # fmt: skip
        print_table(f"{count} at once, p50 / p95 ms", ("", *(each.system for each in crowds)), rows)
    console.print(f"a turn's change of the fullest profile, processor time: {ms(done.profile_update)} ms")
    cut = sum(each.degraded_turns for each in done.crowds)
    if cut:
        console.print(
            f"{cut} of our replies reached their deadline and ended in plain sentences: their times are the "
            "deadline's, and so are the ratios where they are many. On a slower or busier machine than the "
            "product is meant for, read turns/s beside the degraded turns."
        )
    if "no generate step" in done.peer:
        console.print("There are no weights to generate with, so the peer only encodes and queries.")
