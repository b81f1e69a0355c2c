"""What a chat model that is held may say, over catalogues that do not exist and people who might ask."""

from __future__ import annotations

import random

import pytest

from generator.grounding import Grounding
from generator.recipes.data import invented_shelves
from generator.recipes.frames import walk
from generator.sentences import plain_reply
from generator.steered import plans

SHELVES = invented_shelves(25, random.Random(3))
PATHS = 6  # of each lattice


@pytest.mark.parametrize("name", sorted(SHELVES))
def test_every_sentence_about_an_item_is_supported_by_its_record_and_the_person_s_words(name):
    draw = random.Random(f"{name} 5")
    shelf, refused, quoted, seen = SHELVES[name], {}, 0, 0
    for number in range(40):
        item = draw.choice(shelf.items)
        evidence = shelf.evidence(item, draw)
        grounding = Grounding(evidence, item)
        for plan in plans(evidence, plain_reply(evidence, number).lines, number, tuned=True):
            for _ in range(PATHS):
                sentence = walk(plan.lattice, draw)
                seen += 1
                quoted += "“" in sentence
                if reasons := grounding.check(sentence).reasons:
                    refused[sentence] = reasons
                if plan.reason is not None:
                    assert f"“{plan.reason.quote}”" in sentence
    assert refused == {}
    assert seen > 100
    assert quoted > seen / 2
