"""What the product heard in a labelled utterance, beside what the label says.

In: labelled utterances and the reader of their catalogue. Out: `Judged`, one for each. The acts of an
utterance are folded over the situation's conditions as the product does it, so that what joins, replaces or
takes back is counted by what is in force afterwards. What is in stock plays no part in it: each combination
counts as if there were an item for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.codec import condition_text
from chatbot.constraints import FacetOf, Shelves
from chatbot.evaluation.benchmarks.understanding.label_files import act_name
from chatbot.evaluation.benchmarks.understanding.labelled import Labelled, Wanted
from chatbot.state import DialogueState
from chatbot.tracking import fold
from chatbot.understanding import Understanding
from chatbot.understanding.reading import Situation
from retriever.domain import Constraint, InterestProfile, ItemId, NoneOf


@dataclass(frozen=True, slots=True)
class Judged:
    """`heard`: names of acts, those left out that the label leaves open. `new`, `gone`: conditions as scripts
    write them, "soft " before soft ones.

    `conditions_right`: what is new and what is gone are exactly what the label says, facet, test, polarity
    and hardness. `items_right`: None where the label doesn't say what is pointed at.
    """

    label: Labelled
    heard: frozenset[str]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    conditions_right: bool
    items_right: bool | None
    seconds: float

    @property
    def acts_right(self) -> bool:
        """Whether exactly the label's acts were heard."""
        return self.heard == self.label.acts


def judge(
    label: Labelled,
    reader: Understanding,
    facet_of: FacetOf,
    clock: Callable[[], float] = time.perf_counter,
) -> Judged:
    """Read an utterance and compare."""
    begun = clock()
    heard = reader.read(label.text, label.situation)
    seconds = clock() - begun
    new, gone = changed(heard, label.situation, facet_of)
    return Judged(
        label=label,
        heard=frozenset(act_name(type(act)) for act in heard) - label.optional,
        new=tuple(map(_written, new)),
        gone=tuple(map(_written, gone)),
        conditions_right=matches(label.conditions, new) and matches(label.gone, gone),
        items_right=None if label.items is None else _pointed_at(heard) == label.items,
        seconds=seconds,
    )


def changed(
    heard: Sequence[UserAct], situation: Situation, facet_of: FacetOf
) -> tuple[tuple[Constraint, ...], tuple[Constraint, ...]]:
    """The conditions that are in force after the acts and were not before; and the other way round.

    A question to the whole catalogue counts by the conditions that narrow it, whether or not they stay.
    """
    before = DialogueState(
        turn=situation.turn - 1,
        constraints=situation.constraints,
        profile=InterestProfile(situation.preferences),
        anchors=situation.anchors,
        shown=situation.shown.items,
        ever_shown=situation.shown.earlier,
        focus=situation.shown.focus,
        talked=situation.shown.talked,
        counted=situation.counted,
    )
    after, _ = fold(before, heard, Shelves(facet_of, lambda _: 1), situation.now)
    asked = [c for act in heard if isinstance(act, acts.AskCatalogue) for c in act.constraints]
    known = {_identity(c) for c in situation.constraints}
    new = {_identity(c): c for c in (*after.constraints, *asked) if _identity(c) not in known}
    left = {_identity(c) for c in after.constraints}
    return tuple(new.values()), tuple(c for c in situation.constraints if _identity(c) not in left)


def matches(wanted: Sequence[Wanted], found: Sequence[Constraint]) -> bool:
    """Whether each condition that was found is wanted, and each that is needed was found, one for one."""
    left = [one for constraint in found for one in _single(constraint)]
    for each in wanted:
        place = next((n for n, one in enumerate(left) if each.is_met_by(one)), None)
        if place is not None:
            del left[place]
        elif each.needed:
            return False
    return not left


def _single(constraint: Constraint) -> list[Constraint]:
    """An exclusion of several values as so many exclusions: they say the same."""
    if not isinstance(constraint.test, NoneOf):
        return [constraint]
    return [replace(constraint, test=NoneOf((value,))) for value in constraint.test.values]


def _identity(constraint: Constraint) -> tuple[str, bool]:
    return constraint.key, constraint.hard


def _written(constraint: Constraint) -> str:
    return ("" if constraint.hard else "soft ") + condition_text(constraint)


def _pointed_at(heard: Sequence[UserAct]) -> frozenset[ItemId]:
    """All items that the acts are about."""
    found: set[ItemId] = set()
    for act in heard:
        found.update(getattr(act, "items", ()))
        found.update(getattr(act, "relative_to", ()))
    return frozenset(found)
