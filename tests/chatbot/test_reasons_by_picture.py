"""What a reply may say of a picture: only what an image encoder has seen."""

from __future__ import annotations

import pytest

from chatbot.evidence import EvidenceMaker
from chatbot.state import DialogueState
from retriever.domain import Candidate, Leg, LegTrace, Trace

OF_WORDS = LegTrace(Leg.DENSE, 20, 0.4, 1.0)


@pytest.mark.parametrize("leg", [Leg.PICTURE, Leg.LOOKS])
@pytest.mark.parametrize("neutral", [False, True])
def test_a_picture_that_nobody_saw_is_no_reason(shelf, leg, neutral):
    retriever = shelf.get("films")
    trace = Trace(legs=(OF_WORDS, LegTrace(leg, 1, 0.3, 1.0, neutral=neutral)))
    candidate = Candidate(retriever.catalogue.items[0], 1, trace)
    (evidence,) = EvidenceMaker(retriever, "en").candidates([candidate], DialogueState())
    assert evidence.decisive == ("dense" if neutral else leg.value)
