"""Figures of judged utterances, each with a bootstrap interval over utterances.

Pure. In: `Judged`. Out: dataclasses of numbers.

*Acts, macro-F1.* An utterance has a set of acts; twice the same class counts once. For a class, an utterance
that has it in label and reading is a true positive, one that has it in the reading only a false positive,
in the label only a false negative; F1 = 2 TP / (2 TP + FP + FN). The figure is the plain mean of F1 over the
classes that some label has.

*Conditions, exact.* Of the utterances by which conditions change, the share where all that is new and all
that is gone is as the label says: facet, test, hard or soft, polarity, nothing missing and nothing besides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.evaluation.benchmarks.understanding.judging import Judged
from retriever.bootstrap import DRAWS, Estimate, estimate
from retriever.timing import Spread, spread

Pair = tuple[frozenset[str], frozenset[str]]
"""The acts of the label, and those that were heard."""

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class of acts: how many labels have it, and how well it is heard. No precision: it never was."""

    act: str
    labels: int
    precision: float | None
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Figures:
    """A group of utterances. `untouched`: of those that change no condition, the share where none changed.

    `items`: of those whose label says what is pointed at, the share where exactly that was.
    `acts_right`: the share whose whole set of acts was heard. None: no utterance says anything of it.
    """

    utterances: int
    acts: Estimate | None
    acts_right: Estimate | None
    conditions: Estimate | None
    untouched: Estimate | None
    items: Estimate | None


@dataclass(frozen=True, slots=True)
class Confusion:
    """An act of the label that wasn't heard, what was heard instead, and how often; "–": nothing."""

    label: str
    heard: str
    times: int


def figures_of(judged: Sequence[Judged], seed: int = 0) -> Figures:
    """All figures of a group."""

    def share(right: Callable[[Judged], bool | None]) -> Estimate | None:
        told = [value for one in judged if (value := right(one)) is not None]
        return estimate(np.array(told, float), seed=seed) if told else None

    return Figures(
        utterances=len(judged),
        acts=macro_f1([(one.label.acts, one.heard) for one in judged], seed),
        acts_right=share(lambda one: one.acts_right),
        conditions=share(lambda one: one.conditions_right if one.label.states else None),
        untouched=share(lambda one: None if one.label.states else one.conditions_right),
        items=share(lambda one: one.items_right),
    )


def macro_f1(pairs: Sequence[Pair], seed: int = 0, draws: int = DRAWS) -> Estimate | None:
    """The figure, see the module's docstring; `n` counts utterances. None without any.

    In each draw the mean is over the classes that the drawn labels have.
    """
    classes = sorted({act for wanted, _ in pairs for act in wanted})
    if not classes:
        return None
    wanted, heard = (
        np.array([[act in pair[side] for act in classes] for pair in pairs], float) for side in (0, 1)
    )  # (utterance, class) 0 or 1
    random = np.random.default_rng(seed)
    weights = random.multinomial(len(pairs), [1 / len(pairs)] * len(pairs), size=draws)  # (draw, utterance)
    value = _mean_f1(np.ones((1, len(pairs))), wanted, heard)[0]
    low, high = np.quantile(_mean_f1(weights.astype(float), wanted, heard), [0.025, 0.975])
    return Estimate(float(value), float(low), float(high), len(pairs))


def _mean_f1(
    weights: NDArray[np.floating], wanted: NDArray[np.floating], heard: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Macro-F1 of each row of `weights` (draw, utterance): how often each utterance counts."""
    both = weights @ (wanted * heard)  # (draw, class)
    labels, found = weights @ wanted, weights @ heard  # (draw, class)
    f1 = 2 * both / np.maximum(labels + found, 1)
    there = labels > 0
    mean: NDArray[np.floating] = (f1 * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    return mean


def class_figures(pairs: Sequence[Pair]) -> tuple[ClassFigures, ...]:
    """Each class that a label has, the worst first, ties by name."""
    found = []
    for act in sorted({act for wanted, _ in pairs for act in wanted}):
        both = sum(act in wanted and act in heard for wanted, heard in pairs)
        labels = sum(act in wanted for wanted, _ in pairs)
        heard_in = sum(act in heard for _, heard in pairs)
        precision = both / heard_in if heard_in else None
        found.append(ClassFigures(act, labels, precision, both / labels, 2 * both / (labels + heard_in)))
    return tuple(sorted(found, key=lambda one: (one.f1, one.act)))


def confusions(pairs: Sequence[Pair], most: int = 15) -> tuple[Confusion, ...]:
    """What was heard in place of what, commonest first: each act missed with each that is too much."""
    counts: Counter[tuple[str, str]] = Counter()
    for wanted, heard in pairs:
        missed, besides = wanted - heard or {NOTHING}, heard - wanted or {NOTHING}
        if wanted != heard:
            counts.update((miss, extra) for miss in missed for extra in besides)
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Confusion(*pair, times) for pair, times in ordered[:most])


def times_of(judged: Sequence[Judged]) -> Spread:
    """How long reading took, an utterance.

    Raises:
        ValueError: without any.
    """
    return spread([one.seconds for one in judged])
