"""With the embedded models: no name, number or title in a reply that neither record nor person has.

The oracle, `chatbot/evaluation/oracle.py`, knows nothing of the generator: it reads a reply's figures and
capitalised words and looks them up in the records, in counts, and in what was said.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from turns import finish

from chatbot.build import Parley, build
from chatbot.evaluation.oracle import unsupported_figures, unsupported_names
from chatbot.events import TurnRecord
from chatbot.settings import load_settings
from embedded_demo import copy_embedded_demo

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


@pytest.fixture(scope="module")
def parley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    folder = tmp_path_factory.mktemp("truth")
    copy_embedded_demo(folder)
    # What is said is judged here, not how fast: on a busy machine no reply may be cut.
    built = build(load_settings(data_dir=folder, write_deadline_s=120))
    built.warm_up(wait=True)
    yield built
    built.close()


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

        assert unsupported_names(catalogue, turns) == (), (text, turn.text)
        assert unsupported_figures(catalogue, turns) == (), (text, turn.text)
    assert written >= 4, "the chat model took no part"
