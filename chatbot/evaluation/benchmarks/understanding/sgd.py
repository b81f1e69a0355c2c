"""Schema-Guided Dialogue: the values that people ask for, against what the reader hears, turn by turn.

In: its dialogues, its catalogue's rows, and a retriever for each domain of the catalogue, loaded without any
mapping. Out: a `SetRun` with slot-value and value F1.

A slot counts where the catalogue has its column (`columns`): as the items' title, or as facets that say the
same as the column for at least 95 % of the items that have both. Nothing here knows a slot by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatbot import acts
from chatbot.acts import UserAct
from chatbot.evaluation.benchmarks.understanding.columns import TITLE, Columns, number_of, plain
from chatbot.evaluation.benchmarks.understanding.published import Conversation, Reader, Rows, SetRun, Tally
from retriever.catalogue import Catalogue
from retriever.domain import TEXT_FACET, AnyOf, Between, Constraint, Is, ItemId, NoneOf, OfFacet, Outside

_INDIFFERENT = "dontcare"

SLOT_VALUE = (
    "F1 of (slot, value): what the INFORM acts of a person's turn say, against the conditions, interests in "
    "a value and titles that the reader makes of the turn; a value is right in any facet that is the slot's "
    "column or in which it picks the same items, a number as itself or as one end of a range, several values "
    "of one condition if one is right"
)
VALUE = "the same without the slot: the value is right in whichever facet it was heard"


def domain_of(service: str) -> str:
    """ "Restaurants_2" is of the domain that the catalogue's first category calls "Restaurants"."""
    return service.rsplit("_", 1)[0]


@dataclass(frozen=True, slots=True)
class Said:
    """A (slot, value) of a turn; `facets`: in which of them it is right."""

    slot: str
    value: str
    facets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was heard: alternatives in a facet, a range, or the title of items."""

    facet: str
    values: tuple[str, ...] = ()
    span: Between | None = None
    excluded: bool = False

    def means(self, value: str) -> bool:
        """Whether the value is among the alternatives, or an end of the range."""
        if self.excluded:
            return False
        if self.span is not None:
            return (number := number_of(value)) is not None and number in (self.span.low, self.span.high)
        return plain(value) in self.values

    def stands_in(self, words: Collection[str]) -> bool:
        """Whether its words are all among these."""
        return any(set(value.split()) <= set(words) for value in self.values)

    def __str__(self) -> str:
        shown = "/".join(self.values[:3])
        if self.span is not None:
            shown = f"{self.span.low if self.span.low is not None else ''}..{self.span.high or ''}"
        return f"{self.facet} {'not ' if self.excluded else ''}{shown}"


def told_by(
    heard: Iterable[UserAct], text: str, catalogue: Catalogue, offered: Collection[ItemId] = ()
) -> list[Told]:
    """What the acts say of facets and titles.

    Not counted: free words, interests guessed from what words mean (less than full confidence), and titles of
    items that the assistant has just offered: naming them chooses or refuses, and asks for nothing new.
    """
    found: dict[Told, None] = {}
    for act in heard:
        match act:
            case acts.Constrain(_, constraint) | acts.Exclude(_, constraint) | acts.Critique(_, constraint):
                found |= dict.fromkeys(_told_of((constraint,)))
            case acts.AskCatalogue(_, _, constraints):
                found |= dict.fromkeys(_told_of(constraints))
            case acts.Inform(_, preference) if isinstance(preference.about, OfFacet):
                about = preference.about
                if preference.confidence < 1:
                    continue
                found[Told(about.facet, (plain(about.value),), excluded=preference.weight < 0)] = None
            case acts.AskItem(_, items, facet, value):
                found |= dict.fromkeys(_titles([i for i in items if i not in offered], text, catalogue))
                if value and facet:
                    found[Told(facet, (plain(value),))] = None
            case acts.Similar(_, items) | acts.Like(_, items) | acts.Dislike(_, items) | acts.Seen(_, items):
                found |= dict.fromkeys(_titles([i for i in items if i not in offered], text, catalogue))
            case _:
                pass
    return list(found)


def _titles(items: Sequence[ItemId], text: str, catalogue: Catalogue) -> list[Told]:
    said = f" {plain(text)} "
    named = [plain(catalogue.item(item).title) for item in items]
    told = tuple(dict.fromkeys(title for title in named if f" {title} " in said))
    return [Told(TITLE, told)] if told else []


def _told_of(constraints: Iterable[Constraint]) -> list[Told]:
    found = []
    for constraint in constraints:
        if constraint.facet == TEXT_FACET:
            continue
        match constraint.test:
            case AnyOf(values):
                found.append(Told(constraint.facet, tuple(map(plain, values))))
            case NoneOf(values):
                found.append(Told(constraint.facet, tuple(map(plain, values)), excluded=True))
            case Is(value):
                found.append(Told(constraint.facet, (str(value).casefold(),)))
            case Outside():
                continue  # no slot of the set rules a number out
            case Between() as span:
                found.append(Told(constraint.facet, span=span))
    return found


def measure(
    rows: Rows,
    catalogue_rows: Sequence[Mapping[str, Any]],
    readers: Mapping[str, Reader],
    *,
    name: str = "sgd",
    tell: Callable[[str, int, int], None] | None = None,
) -> SetRun:
    """Read all turns of services that a reader's domain covers. `catalogue_rows`: as the catalogue's file has
    them, `id` and `attributes`; `readers`: by domain, see `domain_of`."""
    columns = {
        domain: Columns(reader.retriever.catalogue, catalogue_rows) for domain, reader in readers.items()
    }
    services = frozenset(one for row in catalogue_rows for one in row["attributes"].get("services") or ())
    counted = _Counted(readers, columns, services)
    for number, dialogue in enumerate(rows.dialogues, start=1):
        counted.dialogue(dialogue)
        if tell is not None:
            tell(name, number, len(rows.dialogues))
    figures = (counted.slots.figure(), counted.values.figure())
    return SetRun(name, rows.digest, figures, tuple(counted.left_out.most_common()))


class _Counted:
    """The two tallies while dialogues are read."""

    def __init__(
        self, readers: Mapping[str, Reader], columns: Mapping[str, Columns], services: frozenset[str]
    ) -> None:
        self._readers = readers
        self._columns = columns
        self._services = services
        self.slots = Tally("slot-value", SLOT_VALUE)
        self.values = Tally("value", VALUE)
        self.left_out: Counter[str] = Counter()

    def dialogue(self, dialogue: Mapping[str, Any]) -> None:
        talks: dict[str, Conversation] = {}
        asked: Mapping[str, str] = {}
        self.slots.begin_dialogue()
        self.values.begin_dialogue()
        for turn in dialogue["turns"]:
            said: list[tuple[str, str, str, list[str]]] = turn.get("acts") or []
            if turn["speaker"] != "user":
                asked = self._offered(turn, said, talks)
                continue
            services = [service for service, act, _, _ in said if act == "INFORM"] or [s for s, *_ in said]
            service = services[0] if services else ""
            domain = domain_of(service)
            if service not in self._services or domain not in self._readers:
                self.left_out["turns of services without items"] += 1
                continue
            talk = talks.setdefault(domain, Conversation(self._readers[domain]))
            offered = frozenset(talk.state.shown)
            heard = talk.hears(turn["text"], asked.get(domain, ""))
            asked = {}
            self._count(domain, said, told_by(heard, turn["text"], talk.catalogue, offered))

    def _offered(
        self, turn: Mapping[str, Any], said: Sequence[Sequence[Any]], talks: dict[str, Conversation]
    ) -> dict[str, str]:
        """What an assistant's turn shows, and the facet it asks about, by domain."""
        asked: dict[str, str] = {}
        for service, act, slot, _ in said:
            domain = domain_of(service)
            if domain not in self._readers:
                continue
            talk = talks.setdefault(domain, Conversation(self._readers[domain]))
            talk.shows(turn.get("mentions") or ())
            facets = [f for f in self._columns[domain].of(slot) if f != TITLE] if act == "REQUEST" else []
            if facets:
                asked.setdefault(domain, facets[0])
        return asked

    def _count(self, domain: str, said: Sequence[Sequence[Any]], told: list[Told]) -> None:
        wanted, loose, words = self._wanted(domain, said)
        self.slots.instances += len(wanted)
        self.values.instances += len(wanted)
        for tally, by_slot in ((self.slots, True), (self.values, False)):
            used: set[int] = set()
            for each in wanted:
                label = f"{domain} {each.slot}" if by_slot else domain
                hits = {
                    place
                    for place, one in enumerate(told)
                    if one.means(each.value) and (not by_slot or one.facet in each.facets)
                }
                used |= hits
                if hits:
                    tally.right(label)
                else:
                    tally.miss(label, f"{domain} {each.slot}: {each.value}")
            for place, one in enumerate(told):
                if place not in used and one.facet not in loose and not one.stands_in(words):
                    tally.alarm(f"{domain} {one.facet}" if by_slot else domain, f"{domain} {one}")

    def _wanted(
        self, domain: str, said: Sequence[Sequence[Any]]
    ) -> tuple[list[Said], frozenset[str], frozenset[str]]:
        """What is to be heard; facets in which anything may be, as the person gave them another value; and
        words of values that are left out, which may be heard as something else."""
        columns = self._columns[domain]
        wanted: list[Said] = []
        loose: set[str] = set()
        words: set[str] = set()
        for _, act, slot, values in said:
            facets = columns.of(slot)
            for value in values:
                spoken = columns.spoken(slot, value)
                if act == "INFORM" and spoken is not None and value != _INDIFFERENT:
                    wanted.append(Said(slot, spoken, columns.alike(slot, spoken)))
                    continue
                loose.update(facets)
                words.update(plain(value).split())
                if act == "INFORM":
                    self.left_out[self._reason(domain, slot, value)] += 1
        return wanted, frozenset(loose), frozenset(words)

    def _reason(self, domain: str, slot: str, value: str) -> str:
        if not self._columns[domain].of(slot):
            return f"slot without a column in the catalogue: {domain} {slot}"
        if value == _INDIFFERENT:
            return "no preference (dontcare)"
        return f"value that no item has: {domain} {slot}"
