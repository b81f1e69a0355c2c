"""One system's lists for all tested people → every figure of it, and its difference from another's.

In: a list of rows a person, best first, and what was to be found. Out: `SystemFigures`. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.evaluation.benchmarks.history.split import Person
from retriever.bootstrap import Estimate, estimate
from retriever.catalogue import Catalogue, values_of
from retriever.domain import FacetKind
from retriever.errors import InputError
from retriever.metrics.accuracy import accuracy, names
from retriever.metrics.beyond_accuracy import Rows, coverage, intra_list_distance
from retriever.metrics.exposure import ValueExposure, item_gini, value_exposure
from retriever.metrics.popularity import Popularity, average_popularity, head_share, novelty


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """What is known of one system. `measures`: name → figure; `exposure`: by value, of the deepest lists.

    `seconds` were spent ranking for all people, `made_in` on learning before.
    """

    name: str
    measures: Mapping[str, Estimate]
    exposure: tuple[ValueExposure, ...]
    made_in: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One system's mean less another's over the same people, measure by measure."""

    system: str
    peer: str
    measures: Mapping[str, Estimate]


class Judge:
    """Measures systems over the same people, catalogue and cuts."""

    def __init__(
        self,
        catalogue: Catalogue,
        vectors: NDArray[np.float32],
        people: Sequence[Person],
        popularity: Popularity,
        cuts: Sequence[int],
        *,
        exposure: str = "",
        discounted: bool = False,
        seed: int = 0,
    ) -> None:
        """`vectors`: (item, dim), unit rows. `exposure`: a facet with values, by name or label; "" for none.

        `discounted`: exposure and Gini count a place less the further down it is.

        Raises:
            InputError: there is no such facet.
        """
        self.catalogue = catalogue
        self.cuts = tuple(sorted(set(cuts)))
        self._vectors = vectors
        self._gains = [{one.item: 1.0 for one in person.targets} for person in people]
        self._popularity = popularity
        self._values = _values(catalogue, exposure) if exposure else []
        self._discounted = discounted
        self._seed = seed

    def accuracies(self, lists: Sequence[Rows]) -> dict[str, NDArray[np.float64]]:
        """Measure → (person,) its values."""
        ids = [[self.catalogue.items[row].id for row in one] for one in lists]
        return accuracy(ids, self._gains, names(self.cuts))

    def figures(
        self,
        name: str,
        lists: Sequence[Rows],
        accuracies: Mapping[str, NDArray[np.float64]],
        *,
        made_in: float,
        seconds: float,
    ) -> SystemFigures:
        """All figures of one system; `lists` are as long as the deepest cut, or as there were items."""
        measures = {name: estimate(values, seed=self._seed) for name, values in accuracies.items()}
        for k in self.cuts:
            measures |= self._beyond([one[:k] for one in lists], k)
        exposed: tuple[ValueExposure, ...] = ()
        if self._values:
            exposed = value_exposure(lists, self._values, discounted=self._discounted, seed=self._seed)
        return SystemFigures(name, measures, exposed, made_in, seconds)

    def difference(
        self,
        system: tuple[str, Mapping[str, NDArray[np.float64]]],
        peer: tuple[str, Mapping[str, NDArray[np.float64]]],
    ) -> Difference:
        """Paired by person."""
        measures = {
            name: estimate(values - peer[1][name], seed=self._seed) for name, values in system[1].items()
        }
        return Difference(system[0], peer[0], measures)

    def _beyond(self, lists: Sequence[Rows], k: int) -> dict[str, Estimate]:
        size = len(self.catalogue)
        distance = np.array([intra_list_distance(self._vectors[one]) for one in lists])  # (person,)
        each = {
            "novelty": novelty(lists, self._popularity),
            "distance": distance,
            "popularity": average_popularity(lists, self._popularity),
            "head": head_share(lists, self._popularity),
        }
        return {
            f"coverage@{k}": coverage(lists, size),
            **{f"{name}@{k}": estimate(values, seed=self._seed) for name, values in each.items()},
            f"gini@{k}": item_gini(lists, size, discounted=self._discounted),
        }


def _values(catalogue: Catalogue, facet: str) -> list[tuple[str, ...]]:
    """Each item's values of a facet, given by name or label.

    Raises:
        InputError: the catalogue has no such facet with values.
    """
    valued = [one for one in catalogue.facets if one.kind in (FacetKind.CATEGORY, FacetKind.TAGS)]
    wanted = facet.strip().casefold()
    found = next((f for f in valued if wanted in (f.name.casefold(), f.label.casefold())), None)
    if found is None:
        there = ", ".join(repr(one.name) for one in valued) or "none"
        raise InputError(f"{catalogue.name!r} has no facet {facet!r} with values; it has {there}")
    return [values_of(item.facets.get(found.name)) for item in catalogue.items]
