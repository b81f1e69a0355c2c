"""Many simulated people and several systems: the table that shows what a recommender is worth to them.

In: a stage, a catalogue, how many people. Out: for each system its meetings; the same people for all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chatbot.evaluation.people.meeting import Meeting, meet
from chatbot.evaluation.people.persons import draw_person
from chatbot.evaluation.people.systems import ParleySystem, PopularSystem, RandomSystem, System
from chatbot.evaluation.people.table import Figure, figures
from chatbot.evaluation.stage import Stage


@dataclass(frozen=True, slots=True)
class Gathering:
    """One system's meetings in one catalogue."""

    system: str
    catalogue: str
    meetings: tuple[Meeting, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The measures with their intervals."""
        return figures(self.meetings)


def gather(
    stage: Stage,
    catalogue_name: str,
    people: int,
    seed: int,
    *,
    contradiction_rate: float = 0.1,
    typing_error_rate: float = 0.03,
    tell: Callable[[str, Meeting], None] | None = None,
) -> tuple[Gathering, ...]:
    """The same people meet Parley, the random peer and the most popular one.

    Raises:
        UnknownCatalogue: none of that name is loaded.
        InputError: nobody can want anything of it.
    """
    catalogue = stage.catalogue(catalogue_name)
    persons = [
        draw_person(
            catalogue,
            number,
            seed,
            contradiction_rate=contradiction_rate,
            typing_error_rate=typing_error_rate,
        )
        for number in range(people)
    ]
    systems: tuple[System, ...] = (
        ParleySystem(stage, catalogue_name, seed),
        RandomSystem(catalogue, seed),
        PopularSystem(catalogue),
    )
    gathered = []
    for system in systems:
        meetings = []
        for person in persons:
            meetings.append(meet(person, system, catalogue, seed))
            if tell is not None:
                tell(system.name, meetings[-1])
        gathered.append(Gathering(system.name, catalogue_name, tuple(meetings)))
    return tuple(gathered)
