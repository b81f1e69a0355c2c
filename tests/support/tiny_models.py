"""Models of a few thousand weights, made on the spot: real files in the real formats, and no sense at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from retriever.offline import go_offline

go_offline()

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789:,."


def _save_tokenizer(folder: Path) -> int:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    words = [*marks, *_LETTERS, *(f"##{letter}" for letter in _LETTERS)]
    tokenizer = Tokenizer(models.WordPiece({word: n for n, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=128,
    ).save_pretrained(folder)
    return len(words)


def tiny_model(
    folder: Path, *, head: bool, labels: int = 1, seed: int = 0, weight: float | None = None
) -> Path:
    """A BERT of 32 numbers a token, with a head that scores or without; `weight` overwrites the head's."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel

    folder.mkdir()
    size = _save_tokenizer(folder)
    config = BertConfig(
        vocab_size=size,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        num_labels=labels,
        initializer_range=0.3,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network: Any = BertForSequenceClassification(config) if head else BertModel(config)
    if weight is not None:
        torch.nn.init.constant_(network.classifier.weight, weight)
    network.save_pretrained(folder)
    return folder


def tiny_encoder(folder: Path, *, max_tokens: int = 48) -> Path:
    """A sentence-transformers model of the usual shape: that BERT with mean pooling."""
    tiny_model(folder, head=False)
    kinds = ("Transformer", "Pooling", "Normalize")
    parts = [
        {
            "idx": n,
            "name": str(n),
            "path": f"{n}_{kind}" if n else "",
            "type": f"sentence_transformers.models.{kind}",
        }
        for n, kind in enumerate(kinds)
    ]
    (folder / "modules.json").write_text(json.dumps(parts))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": max_tokens}))
    for part in parts[1:]:
        (folder / str(part["path"])).mkdir()
    pooling = {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return folder
