"""A chat model small enough to make in a test: random weights, one token a byte."""

from __future__ import annotations

from typing import Any

TEMPLATE = (
    "{% for m in messages %}<s>{{ m['role'] }}\n{{ m['content'] }}</s>\n{% endfor %}"
    "{% if add_generation_prompt %}<s>assistant\n{% endif %}"
)


def tiny_network(seed: int = 0) -> Any:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=258,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
        bos_token_id=256,
        eos_token_id=257,
        initializer_range=0.3,
    )
    return LlamaForCausalLM(config).eval()


def exact_network(seed: int = 0) -> Any:
    """A network whose weights are multiples of a 127th of the largest in their row: 8 bits hold them."""
    import torch

    network = tiny_network(seed)
    with torch.no_grad():
        for weight in network.parameters():
            if weight.dim() == 2:
                step = weight.abs().amax(1, keepdim=True) / 127
                weight.copy_(torch.round(weight / step) * step)
            else:
                weight.uniform_(0.5, 1.5)  # a norm's gain, which would be 1 otherwise
    return network


def tiny_tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate(letters)} | {"<s>": 256, "</s>": 257}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>")
    fast.chat_template = TEMPLATE
    return fast
