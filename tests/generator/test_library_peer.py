"""The chat model's peer, and variety of texts, by hand."""

from __future__ import annotations

import pytest
import torch
from tiny import tiny_network, tiny_tokenizer

from generator.backends.weights import Weights
from generator.chat_model import Message
from generator.peers import LibraryChatModel
from generator.variety import distinct_2, opening, share_an_opening

HELLO = [Message("user", "Say hello to Anna.")]


@pytest.fixture(scope="module")
def peer() -> LibraryChatModel:
    network = tiny_network(seed=3).to(torch.bfloat16)
    return LibraryChatModel(Weights(network, tiny_tokenizer(), "cpu", frozenset({257})))


def test_the_peer_writes_what_the_likeliest_tokens_are_in_fp32(peer):
    network = tiny_network(seed=3).to(torch.bfloat16).float()
    tokenizer = tiny_tokenizer()
    prompt = tokenizer.apply_chat_template(
        [{"role": "user", "content": HELLO[0].content}], tokenize=False, add_generation_prompt=True
    )
    known = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    start = len(known)
    with torch.inference_mode():
        for _ in range(12):
            logits = network(torch.tensor([known])).logits[0, -1]
            logits[257] = -float("inf")  # twelve are asked for, so it may not end
            known.append(int(logits.argmax()))
    answer = peer.answer(HELLO, 12, exactly=True)
    assert answer.tokens == 12
    assert answer.text == tokenizer.decode(known[start:], skip_special_tokens=True)


def test_the_peers_weights_are_fp32_whatever_they_were_loaded_as():
    network = tiny_network().to(torch.bfloat16)
    LibraryChatModel(Weights(network, tiny_tokenizer(), "cpu", frozenset({257})))
    assert {each.dtype for each in network.parameters()} == {torch.float32}


def test_exactly_so_many_are_written_past_where_the_answer_would_end():
    network = tiny_network(seed=3)
    peer = LibraryChatModel(Weights(network, tiny_tokenizer(), "cpu", frozenset({257})))
    (first,) = tiny_tokenizer()(peer.answer(HELLO, 1).text, add_special_tokens=False)["input_ids"]
    network.generation_config.eos_token_id = first
    assert peer.answer(HELLO, 12).tokens == 1
    assert peer.answer(HELLO, 12, exactly=True).tokens == 12


def test_at_most_so_many_tokens_are_written(peer):
    assert 1 <= peer.answer(HELLO, 5).tokens <= 5


def test_the_peer_counts_tokens_as_its_tokenizer_does(peer):
    assert peer.tokens("abc") == 3  # one a byte
    assert "fp32" in peer.name


def test_distinct_2_counts_pairs_within_a_text_only():
    # a b, b a, a b | a b: of four pairs two differ; "b a" across the texts is none.
    assert distinct_2(["a b A b", "a b"]) == 0.5
    assert distinct_2([]) == 0.0


def test_an_opening_is_three_words_without_their_marks():
    assert opening("“A Quiet, slow film.") == ("a", "quiet", "slow")
    assert share_an_opening(["A quiet slow film", "a quiet, slow one"])
    assert not share_an_opening(["A quiet slow film", "A quiet small one", "", " "])
    assert not share_an_opening([])
