"""What is particular to the scripted and the local chat models; what all do is in the conformance suite."""

from __future__ import annotations

import contextlib

import pytest
from invented import LIGHTHOUSE, films
from tiny import tiny_network, tiny_tokenizer

from embedded_weights import unpacked_weights
from generator.backends.local import LocalChatModel
from generator.backends.scripted import ScriptedChatModel
from generator.backends.weights import Weights
from generator.chat_model import Message, Sampling, SteerableChatModel
from generator.grounding import check
from generator.prompting import item_messages
from generator.replies import ItemEvidence, Reply
from generator.speaker import Speaker
from generator.steering import sentence_lattice
from generator.writer import Writer
from retriever.errors import ChatModelFailed, ModelMissing

HELLO = [Message("user", "Say hello to Anna.")]


@pytest.fixture(scope="module")
def embedded() -> LocalChatModel:
    model = LocalChatModel(threads=1, cache=unpacked_weights(), path="torch-int8")
    model.warm_up()  # loading may take longer than an answer may
    return model


# scripted


def test_the_scripted_model_can_fail():
    with pytest.raises(ChatModelFailed) as failure:
        list(ScriptedChatModel(fail=True).stream(HELLO, Sampling()))
    assert failure.value.retryable


def test_the_scripted_model_stops_at_the_deadline():
    now = iter(range(100))
    model = ScriptedChatModel(["a b c d e f"], clock=lambda: float(next(now)))
    assert "".join(model.stream(HELLO, Sampling(deadline_s=3))) == "a b"


# local


def test_a_folder_that_is_no_model_is_reported(tmp_path):
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        LocalChatModel(str(tmp_path)).warm_up()


@pytest.mark.models
def test_steered_sentences_of_the_embedded_model_are_supported(embedded, capfd):
    assert isinstance(embedded, SteerableChatModel)
    one = ItemEvidence(LIGHTHOUSE, 1)
    lattice = sentence_lattice(one, Speaker.of(films(), 0))
    assert lattice is not None
    for seed in range(5):
        sampling = Sampling(96, 0.7, seed, deadline_s=60)
        sentence = "".join(embedded.steer(item_messages(films(), LIGHTHOUSE), lattice, sampling))
        assert check(sentence, films(), LIGHTHOUSE).reasons == ()
    assert capfd.readouterr() == ("", "")


@pytest.mark.models
def test_the_embedded_model_takes_part_in_a_reply(embedded):
    evidence = films()
    plain = list(Writer().write(evidence))[-1]
    reply = list(Writer(embedded).write(evidence, deadline_s=60))[-1]
    assert reply.text != plain.text  # type: ignore[union-attr]
    assert not reply.degraded  # type: ignore[union-attr]
    assert reply.ungrounded_removed == 0  # type: ignore[union-attr]


@pytest.mark.models
def test_rereading_a_shared_beginning_changes_no_answer(embedded):
    other = [Message("user", "Say hello to Bert and to everybody else.")]
    sampling = Sampling(max_tokens=8, deadline_s=60)
    alone = "".join(
        LocalChatModel(threads=1, cache=unpacked_weights(), path="torch-int8").stream(HELLO, sampling)
    )
    list(embedded.stream(other, sampling))
    assert "".join(embedded.stream(HELLO, sampling)) == alone


def test_of_weights_that_are_no_numbers_nothing_is_shown():
    network = tiny_network()
    for weights in network.parameters():
        weights.data.fill_(float("nan"))
    model = LocalChatModel(weights=Weights(network, tiny_tokenizer(), "cpu", frozenset({257})), threads=1)
    *_, reply = Writer(model).write(films(), deadline_s=60)
    assert isinstance(reply, Reply)
    assert reply.degraded
    assert reply.text.replace("\n", "").isprintable()
    assert "!!" not in reply.text  # what the first token is
    for temperature in (0.0, 0.7):
        with contextlib.suppress(ChatModelFailed):
            said = "".join(model.stream(HELLO, Sampling(8, temperature, deadline_s=60)))
            assert not check(said, films(), LIGHTHOUSE).supported
