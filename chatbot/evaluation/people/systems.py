"""What simulated people talk to: Parley as it is, Parley that asks nothing, and Parley with fixed questions.

In: what a person says. Out: an `Answer`. The peers that show whether people can be gamed are in `peers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from chatbot.evaluation.oracle import unsupported_figures, unsupported_names
from chatbot.evaluation.stage import Stage
from chatbot.events import TurnRecord
from chatbot.state import DialogueState
from retriever.catalogue import Catalogue
from retriever.domain import FacetKind, FacetRole, ItemId

MOST_FIXED_QUESTIONS = 4
_NEVER_ASKED = (FacetRole.CREATOR, FacetRole.RATING, FacetRole.STOCK)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: items, best first; the facet asked about, or empty; names and figures nobody has.

    `also`: a facet asked about in the same breath, or empty.
    """

    items: tuple[ItemId, ...]
    asks: str = ""
    unsupported: tuple[str, ...] = ()
    text: str = ""
    also: str = ""

    @property
    def asked(self) -> tuple[str, ...]:
        """The facets asked about."""
        return tuple(filter(None, (self.asks, self.also)))


class System(Protocol):
    """A recommender that people talk to, one conversation at a time."""

    @property
    def name(self) -> str: ...

    def begin(self, person: int) -> None:
        """A new conversation, with a person of that number."""
        ...

    def say(self, text: str) -> Answer: ...


class ParleySystem:
    """Parley itself. `quiet`: as after "don't ask me anything", which is then not said and costs no turn."""

    def __init__(self, stage: Stage, catalogue: str, seed: int, *, quiet: bool = False) -> None:
        self._stage = stage
        self._catalogue = stage.catalogue(catalogue)
        self._seed = seed
        self._quiet = quiet
        self._session = ""
        self._turns: list[TurnRecord] = []

    @property
    def name(self) -> str:
        return "Parley, no questions" if self._quiet else "Parley"

    def begin(self, person: int) -> None:
        self._stage.begin(f"{self._seed} {person} {self._catalogue.name}")
        self._session = self._stage.start(self._catalogue.name, quiet=self._quiet)
        self._turns = []

    def say(self, text: str) -> Answer:
        record = self._stage.finish(self._stage.chatbot.reply(self._session, text))
        self._turns.append(record)
        unsupported = (
            *unsupported_names(self._catalogue, self._turns),
            *unsupported_figures(self._catalogue, self._turns),
        )
        items = tuple(str(item["id"]) for item in record.items)
        also = also_asked(record, self._stage.state(self._session))
        return Answer(items, record.asks, unsupported, record.text, also)


class FixedQuestions:
    """A recommender with a fixed list of questions, one a turn, whatever was said; then it asks nothing.

    `waits`: it shows nothing before the list is done, and looks only then, at all that was said; otherwise
    the question goes beside what it shows.
    """

    def __init__(self, name: str, inner: System, facets: Sequence[str], *, waits: bool) -> None:
        self.name = name
        self._inner = inner
        self._facets = tuple(facets)
        self._waits = waits
        self._left: tuple[str, ...] = ()
        self._heard: list[str] = []

    def begin(self, person: int) -> None:
        self._inner.begin(person)
        self._left = self._facets
        self._heard = []

    def say(self, text: str) -> Answer:
        self._heard.append(text)
        asks, self._left = (self._left[0], self._left[1:]) if self._left else ("", ())
        if asks and self._waits:
            return Answer((), asks=asks)
        said, self._heard = ". ".join(self._heard), []
        return replace(self._inner.say(said), asks=asks)


def also_asked(record: TurnRecord, state: DialogueState) -> str:
    """The second facet of a turn's question, or empty; `state`: after the turn."""
    last = state.asked[-1] if record.asks and state.asked else record.asks
    return "" if last == record.asks else last


def fixed_facets(catalogue: Catalogue, most: int = MOST_FIXED_QUESTIONS) -> tuple[str, ...]:
    """What a form would ask: kind, then price, then the other facets in file order; no names, no stock."""
    asked = [
        facet
        for facet in catalogue.facets
        if facet.role not in _NEVER_ASKED
        and (len(catalogue.values(facet.name)) > 1 or _is_counted(facet.kind))
    ]
    first = {FacetRole.CATEGORY: 0, FacetRole.PRICE: 1}
    asked.sort(key=lambda facet: first.get(facet.role, 2))
    return tuple(facet.name for facet in asked[:most])


def _is_counted(kind: FacetKind) -> bool:
    return kind in (FacetKind.NUMBER, FacetKind.YEAR, FacetKind.BOOLEAN)
