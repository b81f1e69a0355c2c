"""The benchmark of histories: Parley and its peers find what people went on to like.

In: a published generation, its encoder, and interactions. Out: a `HistoryRun`, which names count and hash
of what was measured. Every system ranks the whole catalogue but for what the person had to do with before:
no negatives are sampled. The published collaborative vectors, which know the targets, are not looked at.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chatbot.evaluation.benchmarks.history.figures import Difference, Judge, SystemFigures
from chatbot.evaluation.benchmarks.history.own import Parley
from chatbot.evaluation.benchmarks.history.peers import Likings, Peer, peers
from chatbot.evaluation.benchmarks.history.ratings import RatingFigures, rating_figures
from chatbot.evaluation.benchmarks.history.split import Person, Split, Way, digest, split
from retriever.catalogue import Catalogue
from retriever.encoder import Encoder
from retriever.errors import InputError
from retriever.generations import OpenGeneration
from retriever.index import best_places
from retriever.ledger import Interaction
from retriever.metrics.beyond_accuracy import Rows
from retriever.metrics.popularity import Popularity

CUTS = (1, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a history is parted and measured.

    `liked`: the least weight of a liking, of −1..1. `fewest`: interactions of a tested person up to the
    target. `exposure`: a facet, or "". `discounted`: exposure and Gini index count a place less further
    down. `reach`: what a weight of 1 is in the ratings' own unit; 0 where the weights are no ratings, which
    are then not foretold.
    """

    way: Way = "leave-one-out"
    liked: float = 0.5
    fewest: int = 5
    cuts: tuple[int, ...] = CUTS
    exposure: str = ""
    discounted: bool = False
    reach: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.cuts or min(self.cuts) < 1:
            raise InputError(f"k must be at least 1, not {min(self.cuts, default=0)}")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many there are of what. `unknown`: interactions about items that the catalogue does not have."""

    items: int
    interactions: int
    unknown: int
    train: int
    people: int
    targets: int
    too_little: int
    nothing_liked: int
    dropped: int
    untimed: int


@dataclass(frozen=True, slots=True)
class HistoryRun:
    """What was measured on what. `interactions` is their SHA-256, `content_hash` the catalogue's.

    `head_share`: of the interactions that are learnt from, the share that the most popular fifth of the
    catalogue has. `difference`: Parley less the peer with the best nDCG at the deepest cut.
    """

    catalogue: str
    content_hash: str
    interactions: str
    encoder: str
    plan: Plan
    sizes: Sizes
    global_time: float | None
    head_share: float
    systems: tuple[SystemFigures, ...]
    difference: Difference
    ratings: tuple[RatingFigures, ...]


class System(Protocol):
    """Whatever ranks a catalogue for a person."""

    @property
    def name(self) -> str: ...

    def best(self, person: Person, k: int) -> Rows:
        """Up to k rows, best first, of those that the person had nothing to do with before."""
        ...


class Scored:
    """A peer as a system. Ties go to the earlier row."""

    def __init__(self, peer: Peer, likings: Likings) -> None:
        self.name = peer.name
        self._peer = peer
        self._likings = likings

    def best(self, person: Person, k: int) -> Rows:
        catalogue = self._likings.catalogue
        left = np.ones(len(catalogue), dtype=bool)
        left[[catalogue.row(one.item) for one in person.past]] = False
        rows = np.flatnonzero(left)
        scores = self._peer.scores(person.name, self._likings.of(person.past))  # (item,)
        return rows[best_places(scores[rows], k)]


def run_history(
    opened: OpenGeneration,
    encoder: Encoder,
    interactions: Sequence[Interaction],
    plan: Plan,
    *,
    tell: Callable[[str, int, int], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> HistoryRun:
    """Measure all systems. `tell` gets a system's name, the people done and the people in all.

    Raises:
        BadHistory: there is nothing to measure on.
        InputError: the catalogue has no such facet as `plan.exposure`.
    """
    catalogue = opened.catalogue
    known = [one for one in interactions if one.item in catalogue]
    parted = split(known, plan.way, liked=plan.liked, fewest=plan.fewest)
    popularity = popularity_of(catalogue, parted.train)
    judge = Judge(
        catalogue,
        opened.vectors,
        parted.people,
        popularity,
        plan.cuts,
        exposure=plan.exposure,
        discounted=plan.discounted,
        seed=plan.seed,
    )
    measured: list[SystemFigures] = []
    accuracies: dict[str, Mapping[str, NDArray[np.float64]]] = {}
    systems = _systems(opened, encoder, parted, plan)
    while True:
        begun = clock()
        system = next(systems, None)
        if system is None:
            break
        made = clock()
        lists = _lists(system, parted.people, judge.cuts[-1], tell)
        done = clock()
        accuracies[system.name] = judge.accuracies(lists)
        measured.append(
            judge.figures(
                system.name, lists, accuracies[system.name], made_in=made - begun, seconds=done - made
            )
        )
    *beside, _ = measured
    best = max(beside, key=lambda one: one.measures[f"ndcg@{judge.cuts[-1]}"].mean).name
    return HistoryRun(
        catalogue.name,
        catalogue.content_hash,
        digest(known),
        encoder.name,
        plan,
        _sizes(catalogue, interactions, known, parted),
        parted.at,
        popularity.head_share,
        tuple(measured),
        judge.difference((Parley.name, accuracies[Parley.name]), (best, accuracies[best])),
        _ratings(known, plan),
    )


def popularity_of(catalogue: Catalogue, train: Sequence[Interaction]) -> Popularity:
    """How many people had to do with each item, whether they liked it or not."""
    counts = np.zeros(len(catalogue), dtype=np.int64)  # (item,)
    for one in train:
        counts[catalogue.row(one.item)] += 1
    return Popularity(counts, len({one.person for one in train}))


def _systems(opened: OpenGeneration, encoder: Encoder, parted: Split, plan: Plan) -> Iterator[System]:
    """The peers, then Parley; each is made when it is asked for."""
    likings = Likings(opened.catalogue, parted.train, plan.liked)
    for peer in peers(likings, opened.vectors, opened.lexical, plan.seed):
        yield Scored(peer, likings)
    yield Parley(opened, encoder, parted.train, plan.liked)


def _lists(
    system: System, people: Sequence[Person], most: int, tell: Callable[[str, int, int], None] | None
) -> list[Rows]:
    lists = []
    for done, person in enumerate(people, start=1):
        lists.append(system.best(person, most))
        if tell is not None:
            tell(system.name, done, len(people))
    return lists


def _sizes(
    catalogue: Catalogue, given: Sequence[Interaction], known: Sequence[Interaction], parted: Split
) -> Sizes:
    return Sizes(
        items=len(catalogue),
        interactions=len(known),
        unknown=len(given) - len(known),
        train=len(parted.train),
        people=len(parted.people),
        targets=sum(len(person.targets) for person in parted.people),
        too_little=parted.too_little,
        nothing_liked=parted.nothing_liked,
        dropped=parted.dropped,
        untimed=parted.untimed,
    )


def _ratings(known: Sequence[Interaction], plan: Plan) -> tuple[RatingFigures, ...]:
    """Foretold is the last rating of each person, or all from the global time on, whether liked or not."""
    if not plan.reach:
        return ()
    parted = split(known, plan.way, liked=-np.inf, fewest=plan.fewest)
    tested = [one for person in parted.people for one in person.targets]
    return rating_figures(parted.train, tested, reach=plan.reach, seed=plan.seed)
