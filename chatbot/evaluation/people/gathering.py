"""Many simulated people and several systems: the table that shows what a recommender is worth to them.

In: a stage, a catalogue, how many people. Out: for each system its meetings; the same people for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chatbot.evaluation.people.drawing import Habits, draw_person
from chatbot.evaluation.people.meeting import Meeting, Player, meet
from chatbot.evaluation.people.peers import DEFAULT_SYSTEMS, make_system
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
    habits: Habits | None = None,
    systems: Sequence[str] = DEFAULT_SYSTEMS,
    player: Player | None = None,
    tell: Callable[[str, Meeting], None] | None = None,
) -> tuple[Gathering, ...]:
    """The same people meet each of the systems, by their keys (`peers.SYSTEMS`), in that order.

    `player`: a chat model that words what they say.

    Raises:
        UnknownCatalogue: none of that name is loaded.
        InputError: nobody can want anything of it, or a system is unknown.
    """
    catalogue = stage.catalogue(catalogue_name)
    chosen = [make_system(key, stage, catalogue_name, seed) for key in dict.fromkeys(systems)]
    persons = [draw_person(catalogue, number, seed, habits=habits) for number in range(people)]
    gathered = []
    for system in chosen:
        meetings = []
        for person in persons:
            meetings.append(meet(person, system, catalogue, seed, player=player))
            if tell is not None:
                tell(system.name, meetings[-1])
        gathered.append(Gathering(system.name, catalogue_name, tuple(meetings)))
    return tuple(gathered)
