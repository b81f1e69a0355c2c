"""The acceptance set, judged: break the product on purpose, and its dialogues have to notice.

The scripts are under test here, so the product is what is replaced. `python -m broken`, in this folder,
holds every fault against every dialogue; here each meets only its own witnesses.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from broken.fault import STOPPED, Fault, Witness, failed_expectations, is_of, rehearse
from broken.table import FAULTS

from chatbot.build import Parley
from chatbot.engine import Chatbot
from chatbot.evaluation.outcomes import DialogueOutcome, Status
from chatbot.evaluation.runner import Rehearsed, perform
from chatbot.evaluation.stage import Stage, open_stage
from retriever.errors import ParleyError

WITNESSES = {(witness.file, witness.dialogue): witness for fault in FAULTS for witness in fault.seen_by}
SOME = Witness("clicks.yaml", "a chip taken away is a wish taken away", "constraints")


@pytest.fixture
def break_it(parley: Parley) -> Iterator[pytest.MonkeyPatch]:
    """A patch for the time of the test."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def performed(witness: Witness, parley: Parley) -> tuple[Rehearsed, DialogueOutcome]:
    """On a stage of its own: a chatbot may keep what it made when it was broken."""
    with open_stage(parley) as stage:
        rehearsed = rehearse(witness, stage)
        return rehearsed, perform(rehearsed, stage)


def test_no_two_faults_have_one_name():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("witness", WITNESSES.values(), ids=lambda witness: witness.dialogue)
def test_a_witness_finds_nothing_wrong_with_the_whole_product(witness: Witness, stage: Stage):
    assert perform(rehearse(witness, stage), stage).status is Status.PASSED


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_witness_notices_the_fault_by_the_expectation_that_is_about_it(
    fault: Fault, parley: Parley, break_it: pytest.MonkeyPatch
):
    assert fault.seen_by, "no witness is named"
    fault.breaks(break_it)
    for witness in fault.seen_by:
        failed = failed_expectations(*performed(witness, parley))
        assert any(is_of(field, witness.expects) for field in failed), (witness, failed)


def test_a_break_of_nothing_is_noticed_by_nobody(parley: Parley, break_it: pytest.MonkeyPatch):
    break_it.setattr(Chatbot, "erase", Chatbot.erase)
    assert failed_expectations(*performed(SOME, parley)) == ()


def test_a_product_that_only_crashes_is_not_taken_for_one_that_was_caught(
    parley: Parley, break_it: pytest.MonkeyPatch
):
    def crash(*_: object) -> None:
        raise ParleyError("broken on purpose")

    break_it.setattr(Chatbot, "_plan", crash)
    assert failed_expectations(*performed(SOME, parley)) == (STOPPED,)
