"""With the embedded models: no name, number or title in a reply that neither record nor person has.

The oracle here knows nothing of the generator: it reads the reply's figures and capitalised words and
looks them up in the records that were shown, the ledger's own counts and extremes, and what was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from turns import finish, load_demo

from chatbot.build import Parley, build
from chatbot.events import TurnRecord
from chatbot.settings import load_settings
from retriever.catalogue import Catalogue, values_of

pytestmark = pytest.mark.models

CONVERSATIONS = {
    "films": [
        "something like Arrival but no aliens, after 2010",
        "I liked the first one",
        "shorter than two hours please",
        "why the second?",
        "forget the year",
        "something funny and heart-warming",
        "have you got anything by Miyazaki?",
        "which of these is the oldest?",
        "tell me more about the second",
        "compare the first two",
    ],
    "shop": [
        "a waterproof jacket under 120, nothing red",
        "cheaper",
        "the lightest of these",
        "do you have tents?",
        "what is the most expensive tent?",
        "a gift for someone who loves coffee, not that expensive",
        "without plastic",
        "why the first?",
        "what brands do you have?",
        "how much does the second cost?",
    ],
}
WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
NUMBER = re.compile(r"\d[\d.,]*\d|\d")
# A capital that begins a sentence, a quotation or a line says nothing about names.
OPENS = re.compile(r"(?:^|[.!?:]\s+|[“\"(\n]\s*|…\s+)([^\W\d_]+(?:['’\-][^\W\d_]+)*)")


@pytest.fixture(scope="module")
def parley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    built = build(load_settings(data_dir=tmp_path_factory.mktemp("truth")))
    load_demo(built.ledger, built.encoder, built.settings.data_dir)
    built.warm_up(wait=True)
    yield built
    built.close()


def supported_words(catalogue: Catalogue, turns: list[TurnRecord]) -> set[str]:
    """Every word of the items spoken of so far, of the facet names, and of what the person said."""
    spoken_of = {item["id"] for turn in turns for item in turn.items}
    spoken_of |= {i.id for i in catalogue.items if any(i.title in turn.text for turn in turns)}
    texts = [turn.user for turn in turns] + [facet.label for facet in catalogue.facets]
    for item in (catalogue.item(one) for one in spoken_of):
        texts += [item.title, item.description]
        texts += [word for value in item.facets.values() for word in values_of(value)]
    texts += [word for facet in catalogue.facets for word in catalogue.values(facet.name)]
    return {word.casefold() for text in texts for word in WORD.findall(text)}


def supported_numbers(catalogue: Catalogue, turns: list[TurnRecord]) -> set[float]:
    """Every figure of the catalogue's records, of what was said, and every count up to its size."""
    numbers = {float(count) for count in range(len(catalogue) + 1)}
    for item in catalogue.items:
        for value in item.facets.values():
            if isinstance(value, float | int):
                numbers |= {float(value), value // 60, value % 60, round(value / 1000, 3), value * 100}
        numbers |= {float(n) for n in re.findall(r"\d+", f"{item.title} {item.description}")}
    for turn in turns:
        numbers |= {float(n) for n in re.findall(r"\d+", turn.user)}
    return numbers


@pytest.mark.parametrize("catalogue_name", ["films", "shop"])
def test_nothing_is_said_that_neither_record_nor_person_has(parley: Parley, catalogue_name: str):
    catalogue = parley.shelf.get(catalogue_name).catalogue
    session = parley.chatbot.start(catalogue_name)
    turns: list[TurnRecord] = []
    written = 0
    for text in CONVERSATIONS[catalogue_name]:
        turn = finish(parley.chatbot.reply(session, text))
        turns.append(turn)
        assert not turn.degraded, text
        written += turn.timings_ms["write"] > 100

        words, numbers = supported_words(catalogue, turns), supported_numbers(catalogue, turns)
        opening = {match.group(1) for match in OPENS.finditer(turn.text)}
        names = {w for w in WORD.findall(turn.text) if w[0].isupper() and len(w) > 1} - opening
        unknown = {name for name in names if name.casefold() not in words and name not in ("Parley",)}
        assert not unknown, (text, unknown, turn.text)

        said = {float(n.replace(",", "")) for n in NUMBER.findall(turn.text)}
        assert said <= numbers, (text, said - numbers, turn.text)
    assert written >= 4, "the chat model took no part"
