"""One conformance suite for what runs a chat model's network, and what is particular to 8 bits."""

from __future__ import annotations

import pytest
import torch
from tiny import exact_network, tiny_network

from generator.backends.engine import Engine
from generator.backends.int8_engine import Int8Engine
from generator.backends.int8_products import check_int8
from generator.backends.transformers_engine import TransformersEngine
from generator.backends.writing_path import deviation
from retriever.encoding.paths import PathUnavailable

LONG = [int(n) for n in torch.randint(0, 256, (70,), generator=torch.Generator().manual_seed(1))]
ROWS = [LONG[:9], LONG[20:25], LONG[40:57]]


@pytest.fixture(params=["transformers", "torch-int8"])
def engine(request) -> Engine:
    if request.param == "transformers":
        return TransformersEngine(exact_network(), "cpu")
    return Int8Engine(exact_network())


def logits_of(tokens):
    """(token, vocabulary), by the network itself, all read at once."""
    with torch.inference_mode():
        return exact_network()(torch.tensor([tokens])).logits[0]


def test_next_tokens_are_as_likely_as_the_network_says(engine):
    assert deviation(logits_of(LONG), engine.extend([engine.memory()], [LONG], each=True)) < 0.1


def test_one_row_of_logits_is_that_of_the_last_token(engine):
    all_rows = engine.extend([engine.memory()], [LONG], each=True)
    assert torch.allclose(engine.extend([engine.memory()], [LONG]), all_rows[-1:], atol=1e-5)


def test_reading_in_parts_is_reading_at_once(engine):
    whole = engine.extend([engine.memory()], [LONG], each=True)
    memory = engine.memory()
    parts = [engine.extend([memory], [LONG[a:b]], each=True) for a, b in [(0, 30), (30, 31), (31, 70)]]
    assert torch.allclose(torch.cat(parts), whole, atol=1e-4)
    assert memory.tokens == LONG


def test_what_is_forgotten_leaves_no_trace(engine):
    memory = engine.memory()
    engine.extend([memory], [[*LONG[:20], 5, 6, 7]])
    engine.forget(memory, 3)
    assert memory.tokens == LONG[:20]
    again = engine.extend([memory], [LONG[20:22]])
    assert torch.allclose(again, engine.extend([engine.memory()], [LONG[:22]]), atol=1e-4)


def test_a_copy_of_the_beginning_goes_its_own_way(engine):
    memory = engine.memory()
    engine.extend([memory], [LONG[:20]])
    other = engine.copy(memory, 12)
    engine.extend([other], [[1, 2, 3]])
    rest = engine.extend([memory], [LONG[20:30]])
    assert torch.allclose(rest, engine.extend([engine.memory()], [LONG[:30]]), atol=1e-4)
    assert other.tokens == [*LONG[:12], 1, 2, 3]


def test_rows_side_by_side_are_what_they_are_alone(engine):
    memories = [engine.memory() for _ in ROWS]
    for memory, row in zip(memories, ROWS, strict=True):
        engine.extend([memory], [row])
    ragged = engine.extend(memories, [[1], [2, 3, 4], [5, 6]])
    fewer = engine.extend([memories[2], memories[0]], [[7], [8, 9]])
    again = engine.extend(memories, [[10], [11], [12]])
    read = [[*ROWS[0], 1, 8, 9, 10], [*ROWS[1], 2, 3, 4, 11], [*ROWS[2], 5, 6, 7, 12]]
    assert [one.tokens for one in memories] == read
    wholes = [engine.extend([engine.memory()], [row], each=True) for row in read]
    assert torch.allclose(ragged, torch.stack([wholes[0][-4], wholes[1][-2], wholes[2][-3]]), atol=1e-4)
    assert torch.allclose(fewer, torch.stack([wholes[2][-2], wholes[0][-2]]), atol=1e-4)
    assert torch.allclose(again, torch.stack([whole[-1] for whole in wholes]), atol=1e-4)


def test_a_row_may_go_on_alone_after_it_was_beside_others(engine):
    memories = [engine.memory() for _ in ROWS]
    engine.extend(memories, ROWS)
    engine.extend(memories, [[1, 2], [3], [4]])
    engine.forget(memories[0], 1)
    alone = engine.extend([memories[0]], [LONG[:20]])
    expected = engine.extend([engine.memory()], [[*ROWS[0], 1, *LONG[:20]]])
    assert torch.allclose(alone, expected, atol=1e-4)
    assert torch.allclose(
        engine.extend(memories[1:], [[5], [6]]),
        torch.cat(
            [
                engine.extend([engine.memory()], [[*row, *more]])
                for row, more in [(ROWS[1], [3, 5]), (ROWS[2], [4, 6])]
            ]
        ),
        atol=1e-4,
    )


def test_of_a_few_tokens_the_logits_are_the_same_as_among_all(engine):
    all_ = engine.extend([engine.memory() for _ in ROWS], ROWS)
    among = [(3, 200, 7), (), (9,)]
    few = engine.extend([engine.memory() for _ in ROWS], ROWS, among=among)
    for place, options in enumerate(among):
        assert torch.allclose(few[place, list(options)], all_[place, list(options)], atol=1e-2)


# 8 bits


def test_in_8_bits_a_row_is_the_same_to_the_last_digit_whoever_is_beside_it():
    engine = Int8Engine(tiny_network())
    memories = [engine.memory() for _ in ROWS]
    together = engine.extend(memories, ROWS)
    alone = [engine.extend([engine.memory()], [row]) for row in ROWS]
    assert torch.equal(together, torch.cat(alone))


def test_rows_of_zeros_are_zeros_in_8_bits():
    network = exact_network()
    with torch.no_grad():
        network.model.embed_tokens.weight[3] = 0.0
    engine = Int8Engine(network)
    assert torch.isfinite(engine.extend([engine.memory()], [[3]])).all()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("model_type", "mistral"),
        ("hidden_act", "gelu"),
        ("attention_bias", True),
        ("mlp_bias", True),
        ("rope_parameters", {"rope_type": "linear", "factor": 2.0, "rope_theta": 10000.0}),
        ("rope_parameters", {"rope_type": "default"}),
        ("sliding_window", 64),
        ("quantization_config", {"bits": 4}),
        ("num_key_value_heads", 3),
    ],
)
def test_what_is_no_plain_llama_is_not_run_in_8_bits(field, value):
    network = tiny_network()
    setattr(network.config, field, value)
    with pytest.raises(PathUnavailable):
        Int8Engine(network)


def test_a_network_with_weights_beside_a_plain_llamas_is_not_run_in_8_bits():
    network = tiny_network()
    network.model.layers[1].self_attn.q_proj.bias = torch.nn.Parameter(torch.zeros(16))
    with pytest.raises(PathUnavailable, match=r"layers\.1\.self_attn\.q_proj\.bias"):
        Int8Engine(network)


def test_a_gpu_is_left_to_transformers():
    with pytest.raises(PathUnavailable, match="GPU"):
        check_int8("cuda")


def test_the_largest_difference_is_a_share_of_probability():
    even, sure = torch.tensor([[0.0, 0.0]]), torch.tensor([[0.0, -1e9]])
    assert deviation(even, sure) == pytest.approx(0.5)
    assert deviation(even, even) == 0.0
    assert deviation(even, torch.tensor([[float("nan"), 0.0]])) == 1.0
