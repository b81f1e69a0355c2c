"""Whether some list of items could meet all that `items:` asks at once.

In: the clauses of one turn. Out: nothing, or the refusal of a script that can never pass.
"""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.evaluation.bench import Bench
from chatbot.evaluation.clauses import Clause
from chatbot.evaluation.script import Items, Where
from retriever.domain import Item

Placed = Sequence[tuple[Where, Clause]]


def refuse_impossible(
    wanted: Items, every: Placed, some: Placed, none: Placed, bench: Bench, where: Where
) -> None:
    """Look for expectations that exclude each other; a comparison with a card is not known yet.

    Raises:
        BrokenScript: they leave too few items of the catalogue.
    """
    for at, one in (*every, *some):
        if not any(one.may_be_met_by(item) for item in bench.catalogue.items):
            raise bench.written.broken(at, f"no item of {bench.catalogue.name!r} has {one.text}")
    left = [item for item in bench.catalogue.items if _fits(item, every, none)]
    needed = max(wanted.min or 0, 1 if wanted.any or wanted.includes or wanted.first else 0)
    if (every or none) and len(left) < needed:
        raise bench.written.broken(
            (*where, "none" if none else "every"),
            f"{_sides(every, none)} leave {len(left) or 'no'} items of {bench.catalogue.name!r}, and there "
            f"must be at least {needed}",
        )
    for at, one in some:
        if not any(one.may_be_met_by(item) for item in left):
            raise bench.written.broken(
                at, f"no item of {bench.catalogue.name!r} has {one.text} and meets {_sides(every, none)} too"
            )
    _refuse_unfit_names(wanted, every, none, bench, where)


def _refuse_unfit_names(wanted: Items, every: Placed, none: Placed, bench: Bench, where: Where) -> None:
    excluded = {bench.named(name) for name in wanted.excludes}
    for place, name in enumerate(wanted.includes):
        item = bench.named(name)
        if item is None:
            continue
        at = (*where, "includes", place)
        if item in excluded:
            raise bench.written.broken(at, f"{name!r} is under `includes` and under `excludes`")
        if not _fits(bench.catalogue.item(item), every, none):
            raise bench.written.broken(at, f"{name!r} does not meet {_sides(every, none)}")


def _fits(item: Item, every: Placed, none: Placed) -> bool:
    return all(one.may_hold_of(item) for _, one in every) and not any(
        one.fixed is not None and one.may_be_met_by(item) for _, one in none
    )


def _sides(every: Placed, none: Placed) -> str:
    sides = [name for name, clauses in (("`every`", every), ("`none`", none)) if clauses]
    return " and ".join(sides)
