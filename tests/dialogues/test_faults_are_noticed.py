"""The acceptance set, judged: break the product on purpose, and its dialogues have to notice.

The scripts are under test here, so the product is what is replaced. `python -m broken`, in this folder,
holds every fault against every dialogue; here each meets only its own witnesses.
"""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from broken.fault import STOPPED, Fault, Witness, failed_expectations, is_of, rehearse
from broken.table import FAULTS
from chatbot.build import Parley
from chatbot.engine import Chatbot
from chatbot.evaluation.outcomes import Status
from chatbot.evaluation.runner import perform
from chatbot.evaluation.stage import Stage, open_stage
from retriever.errors import ParleyError

WITNESSES = {(witness.file, witness.dialogue): witness for fault in FAULTS for witness in fault.seen_by}
SOME = Witness("clicks.yaml", "a chip taken away is a wish taken away", "constraints")


@pytest.fixture(scope="module")
def made_whole(stage: Stage, parley: Parley) -> Stage:
    """The stage with all that a chatbot makes once made already: nothing that is broken stays with it."""
    for name in parley.shelf.names():
        stage.chatbot.openings(name)
    return stage


def failed(witness: Witness, stage: Stage) -> tuple[str, ...]:
    """The expectations of a witness that do not hold."""
    rehearsed = rehearse(witness, stage)
    return failed_expectations(rehearsed, perform(rehearsed, stage))


def test_no_two_faults_have_one_name():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("witness", WITNESSES.values(), ids=lambda witness: witness.dialogue)
def test_a_witness_finds_nothing_wrong_with_the_whole_product(witness: Witness, made_whole: Stage):
    assert perform(rehearse(witness, made_whole), made_whole).status is Status.PASSED


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_witness_notices_the_fault_by_the_expectation_that_is_about_it(
    fault: Fault, made_whole: Stage, parley: Parley, monkeypatch: pytest.MonkeyPatch
):
    assert fault.seen_by, "no witness is named"
    fault.breaks(monkeypatch)
    with open_stage(parley) if fault.in_the_making else nullcontext(made_whole) as stage:
        for witness in fault.seen_by:
            fields = failed(witness, stage)
            assert any(is_of(field, witness.expects) for field in fields), (witness, fields)


def test_a_break_of_nothing_is_noticed_by_nobody(made_whole: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Chatbot, "erase", Chatbot.erase)
    assert failed(SOME, made_whole) == ()


def test_a_product_that_only_crashes_is_not_taken_for_one_that_was_caught(
    made_whole: Stage, monkeypatch: pytest.MonkeyPatch
):
    def crash(*_: object) -> None:
        raise ParleyError("broken on purpose")

    monkeypatch.setattr(Chatbot, "_plan", crash)
    assert failed(SOME, made_whole) == (STOPPED,)
