"""Steps that can be known beforehand to be impossible, refused before the first turn.

In: a script and one of its catalogues. Out: nothing, or the refusal. `expected_to_fail` is for what Parley
does wrong; a script that is wrong itself must not hide behind it.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.evaluation.bench import Bench
from chatbot.evaluation.conditions import SIGN
from chatbot.evaluation.reading import Written
from chatbot.evaluation.script import Step, Where
from retriever.catalogue import Catalogue

_JUDGING = ("like", "dislike", "unjudge", "click")


def check_steps(written: Written, catalogue: Catalogue) -> None:
    """Look through the dialogue's own turns, those of earlier conversations, and other people's.

    Raises:
        BrokenScript: a step that cannot be done in this catalogue, or one that is judged where none is.
    """
    script = written.script
    bench = Bench(written, catalogue, 1)
    _check(script.turns, bench, ("turns",), is_known=bool(script.earlier or script.history))
    for number, earlier in enumerate(script.earlier):
        at: Where = ("earlier", number, "turns")
        _refuse_expectations(earlier.turns, bench, at)
        _check(earlier.turns, bench, at, is_known=number > 0 or bool(script.history))
    for number, other in enumerate(script.others):
        at = ("others", number, "turns")
        _refuse_expectations(other.turns, bench, at)
        _check(other.turns, bench, at, is_known=False)
        if other.before_turn > len(script.turns):
            raise written.broken(
                ("others", number, "before_turn"), f"there are only {len(script.turns)} turns"
            )


def _refuse_expectations(turns: Sequence[Step], bench: Bench, where: Where) -> None:
    for place, step in enumerate(turns):
        if step.expect is not None:
            raise bench.written.broken(
                (*where, place, "expect"), "only the dialogue's own turns are judged; take `expect` out here"
            )


def _check(turns: Sequence[Step], bench: Bench, where: Where, *, is_known: bool) -> None:
    """`is_known`: the person was here before, so that there may be chips from the beginning."""
    for place, step in enumerate(turns):
        at = (*where, place)
        for name in _JUDGING:
            judged = getattr(step, name)
            if judged is not None:
                _check_judged(judged, bench, (*at, name), is_first=place == 0)
        if step.remove is not None:
            if SIGN.search(step.remove):
                bench.condition(step.remove, (*at, "remove"))
            if place == 0 and not is_known:
                raise bench.written.broken(
                    (*at, "remove"), "nothing can be removed before anything was said; begin with `user:`"
                )


def _check_judged(judged: int | str, bench: Bench, where: Where, *, is_first: bool) -> None:
    if isinstance(judged, str):
        if judged.startswith("@"):
            raise bench.written.broken(
                where, f"{judged!r} is for expectations; here write the number of a card, or an item's name"
            )
        bench.known_item(judged, where)
    elif is_first:
        raise bench.written.broken(
            where, f"there is no card {judged} yet: nothing is shown before the first turn; name an item"
        )
    elif judged > len(bench.catalogue):
        raise bench.written.broken(
            where, f"there can be no card {judged}: {bench.catalogue.name!r} has {len(bench.catalogue)} items"
        )
