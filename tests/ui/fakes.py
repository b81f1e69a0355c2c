"""A small chatbot for the doors' tests: real values, in memory, no model.

It understands "under N" (a condition on the price) and any word that is a tag of its catalogue (an
interest), shows the best three, and keeps each session to itself.
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from chatbot.events import Card, Cards, Chip, Done, Event, Heard, Quick, SessionView, TextPiece, TurnRecord
from chatbot.profile.evolution import Point, Series
from chatbot.profile.insight import Insight
from chatbot.profile.knowledge import Belief, Knowledge
from retriever.domain import Facet, FacetKind, FacetRole
from retriever.errors import InputError, UnknownCatalogue, UnknownItem
from retriever.ledger import CatalogueInfo


@dataclass(frozen=True)
class Thing:
    """An item of the fake: `price` doubles as the year for films."""

    id: str
    title: str
    price: float
    tags: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    picture: str = ""


@dataclass
class Talk:
    """One session: its catalogue, wishes and turns."""

    catalogue: str
    limit: float | None = None
    limit_quote: str = ""
    wants: dict[str, str] = field(default_factory=dict)
    judged: dict[str, bool] = field(default_factory=dict)
    turns: list[TurnRecord] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)


class FakeChatbot:
    """The chatbot's door-facing side. `delay_s`: pause between the words of a reply."""

    def __init__(self, shelves: dict[str, tuple[Thing, ...]], *, delay_s: float = 0.0) -> None:
        self.shelves = shelves
        self.delay_s = delay_s
        self.talks: dict[str, Talk] = {}
        self.fault: BaseException | None = None
        self.foreign: set[str] = set()

    def is_at_home_in(self, catalogue: str) -> bool:
        return catalogue not in self.foreign

    def start(self, catalogue: str) -> str:
        if catalogue not in self.shelves:
            raise UnknownCatalogue(f"no catalogue {catalogue!r} is loaded; run `parley ingest`")
        session = secrets.token_urlsafe(32)
        self.talks[session] = Talk(catalogue)
        return session

    def restore(self, session_id: str) -> SessionView:
        talk = self._talk(session_id)
        tags = list(dict.fromkeys(tag for thing in self.shelves[talk.catalogue] for tag in thing.tags))[:3]
        openings = tuple(Quick(f"something {tag}", f"Something {tag}") for tag in tags)
        last = talk.turns[-1].quick_replies if talk.turns else openings
        return SessionView(talk.catalogue, tuple(talk.turns), self._chips(talk), last)

    def reply(self, session_id: str, text: str) -> Iterator[Event]:
        talk = self._talk(session_id)
        if self.fault:
            raise self.fault
        if not text.strip():
            raise InputError("the message is empty; write what you are looking for")
        if found := re.search(r"under (\d+)", text):
            talk.limit, talk.limit_quote = float(found[1]), found[0]
        for tag in {tag for thing in self.shelves[talk.catalogue] for tag in thing.tags}:
            if tag in text.casefold():
                talk.wants[tag] = tag
        yield from self._turn(talk, text, {"intent": "inform", "quote": text})

    def feedback(self, session_id: str, item_id: str, liked: bool | None) -> Iterator[Event]:
        talk = self._talk(session_id)
        thing = next((each for each in self.shelves[talk.catalogue] if each.id == item_id), None)
        if thing is None:
            raise UnknownItem(f"no item {item_id!r} in {talk.catalogue!r}; pick one that was shown")
        if liked is None:
            talk.judged.pop(item_id, None)
        else:
            talk.judged[item_id] = liked
        act: dict[str, Any] = {"intent": "like" if liked else "dislike", "items": [item_id]}
        yield from self._turn(
            talk, "", {"intent": "remove", "keys": [f"item:{item_id}"]} if liked is None else act
        )

    def click(self, session_id: str, item_id: str) -> None:
        talk = self._talk(session_id)
        if item_id not in {each.id for each in self.shelves[talk.catalogue]}:
            raise UnknownItem(f"no item {item_id!r} in {talk.catalogue!r}; pick one that was shown")
        talk.opened.append(item_id)

    def remove(self, session_id: str, key: str) -> Iterator[Event]:
        talk = self._talk(session_id)
        label = next((chip.label for chip in self._chips(talk) if chip.key == key), None)
        if label is None:
            raise InputError("that is not among what was understood any more; reload the page")
        if key == "price":
            talk.limit = None
        elif key.startswith("item:"):
            talk.judged.pop(key.removeprefix("item:"))
        else:
            talk.wants.pop(key.removeprefix("tags="))
        yield from self._turn(talk, "", {"intent": "remove", "keys": [key]})

    def adjust(self, session_id: str, key: str, weight: float) -> Iterator[Event]:
        talk = self._talk(session_id)
        if weight > 0:
            talk.wants[key.removeprefix("tags=")] = "tapped"
        else:
            talk.wants.pop(key.removeprefix("tags="), None)
        yield from self._turn(talk, "", {"intent": "adjust", "key": key, "weight": weight})

    def insight(self, session_id: str) -> Insight:
        talk = self._talk(session_id)
        beliefs = tuple(
            Belief(
                f"tags={tag}", tag, "value", "tags", 0.8, 1.0, False, True, "quote", f"you said “{quote}”",
                quote, 1, 0.0, 0.0, 1,
            )
            for tag, quote in talk.wants.items()
        )  # fmt: skip
        points = tuple(Point(1, turn.turn, 0.0, 0.1 * turn.turn) for turn in talk.turns)
        series = tuple(Series(f"tags={tag}", tag, "tags", points) for tag in talk.wants)
        return Insight(Knowledge(beliefs), series)

    def erase(self, session_id: str) -> bool:
        return self.talks.pop(session_id, None) is not None

    def _talk(self, session_id: str) -> Talk:
        if session_id not in self.talks:
            raise InputError("this conversation is not known here; begin a new one")
        return self.talks[session_id]

    def _chips(self, talk: Talk) -> tuple[Chip, ...]:
        chips = []
        if talk.limit is not None:
            label = f"price under €{talk.limit:g}"
            chips.append(Chip("price", label, "constraint", 1, True, f"you said “{talk.limit_quote}”"))
        chips += [
            Chip(f"tags={t}", t, "interest", 1, False, f"you said “{q}”") for t, q in talk.wants.items()
        ]
        titles = {thing.id: thing.title for thing in self.shelves[talk.catalogue]}
        chips += [
            Chip(f"item:{i}", titles[i], "like", 1 if liked else -1, False, "you tapped its card")
            for i, liked in talk.judged.items()
        ]
        return tuple(chips)

    def _best(self, talk: Talk) -> list[Thing]:
        things = [
            thing
            for thing in self.shelves[talk.catalogue]
            if (talk.limit is None or thing.price < talk.limit) and thing.id not in talk.judged
        ]
        liked = [thing for thing in self.shelves[talk.catalogue] if talk.judged.get(thing.id)]
        tags = {tag for thing in liked for tag in thing.tags}
        weight = {tag: 2 for tag in talk.wants} | {tag: 1 for tag in tags - set(talk.wants)}
        return sorted(things, key=lambda thing: -sum(weight.get(tag, 0) for tag in thing.tags))[:3]

    def _turn(self, talk: Talk, user: str, act: dict[str, Any]) -> Iterator[Event]:
        with talk.lock:
            chips = self._chips(talk)
            acts = (act,)
            yield Heard(acts, chips)
            best = self._best(talk)
            cards = tuple(self._card(talk, thing, rank) for rank, thing in enumerate(best, 1))
            yield Cards(tuple(replace(card, reason="") for card in cards))
            text = (
                f"Here are {len(cards)} that fit what you told me." if cards else "Nothing fits all of that."
            )
            if cards:
                text += f" {cards[0].title} comes first, since it meets the most of it."
            for word in re.findall(r"\S+\s*", text):
                time.sleep(self.delay_s)
                yield TextPiece(word)
            yield Cards(cards)
            items = tuple(
                {"id": thing.id, "title": thing.title, "rank": rank, "price": thing.price, "facets": {}}
                for rank, thing in enumerate(best, 1)
            )
            timings = {"understand": 1.0, "retrieve": 2.0, "write": 3.0, "total": 6.0}
            quick = (Quick("something under 60", "Under €60"), Quick("something else", "Show me others"))
            turn = TurnRecord(
                len(talk.turns) + 1, user, acts, "recommend", (), {}, items, text, 0, timings,
                cards=cards, chips=chips, quick_replies=quick,
            )  # fmt: skip
            talk.turns.append(turn)
            yield Done(turn)

    def _card(self, talk: Talk, thing: Thing, rank: int) -> Card:
        met = [tag for tag in thing.tags if tag in talk.wants]
        reason = f"It is {' and '.join(met)}, as you asked." if met else "Close to what you told me."
        return Card(
            thing.id, thing.title, rank, reason, thing.picture, thing.facts, talk.judged.get(thing.id)
        )


FACETS = (
    Facet("price", FacetKind.NUMBER, "price", "EUR", FacetRole.PRICE),
    Facet("tags", FacetKind.TAGS, "tags"),
)
LAMPS = tuple(
    Thing(
        f"L{number}", title, price, tags,
        (("price", f"€{price:.2f}"), ("rating", "4.4"), ("material", "oak"), ("weight", f"{number * 90} g")),
    )
    for number, (title, price, tags) in enumerate(
        (
            ("Harbour Lantern", 89.0, ("warm", "outdoor")),
            ("Paper Moon Lamp", 34.5, ("warm", "soft")),
            ("Signal Desk Lamp", 120.0, ("bright",)),
            ("Tall Reading Light", 59.0, ("bright", "soft")),
            ("Ember Night Light", 19.9, ("warm",)),
        ),
        start=1,
    )
)  # fmt: skip
TEAS = (
    Thing("T1", "Smoke & Pine", 12.0, ("smoky",), (("price", "€12.00"),)),
    Thing("T2", "First Rain", 18.0, ("green",), (("price", "€18.00"),)),
)


def info(name: str, things: tuple[Thing, ...]) -> CatalogueInfo:
    return CatalogueInfo(name, len(things), "gen-1", "hash", 0.0, FACETS, {}, f"{name}.jsonl")


def fake_parley(
    data_dir: Path,
    shelves: dict[str, tuple[Thing, ...]] | None = None,
    *,
    delay_s: float = 0.0,
    port: int = 7860,
) -> Any:
    """What `create_app` needs of a Parley."""
    shelves = {"lamps": LAMPS, "teas": TEAS} if shelves is None else shelves
    settings = SimpleNamespace(
        rate_per_minute=120,
        data_dir=data_dir,
        host="127.0.0.1",
        port=port,
        max_message_chars=2000,
        chat_model="none",
    )
    return SimpleNamespace(
        settings=settings,
        chatbot=FakeChatbot(shelves, delay_s=delay_s),
        ready=True,
        faults=(),
        catalogues=lambda: tuple(info(name, things) for name, things in shelves.items()),
        warm_up=lambda **_: None,
        close=lambda: None,
    )
